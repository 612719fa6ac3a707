//! `vault transactions`.

use clap::Subcommand;
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::values;
use crate::model::{Currency, Day, EntryStatus, TransactionId};
use crate::ops;
use crate::ops::query::Filter;
use crate::ops::report::{TransactionLine, TransactionRows};

/// List transactions, or show the rows of one
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only of this account, by name or id; may be repeated
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// From this day on
    #[arg(long, value_name = "DAY", value_parser = values::day)]
    since: Option<Day>,
    /// Up to this day, included
    #[arg(long, value_name = "DAY", value_parser = values::day)]
    until: Option<Day>,
    /// Of at least this amount; money out is negative
    #[arg(long, value_name = "AMOUNT", value_parser = values::decimal, allow_hyphen_values = true)]
    min: Option<String>,
    /// Of at most this amount; money out is negative
    #[arg(long, value_name = "AMOUNT", value_parser = values::decimal, allow_hyphen_values = true)]
    max: Option<String>,
    /// With this text in description or memo, in any case
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Of this category
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Only with this status: posted or pending
    #[arg(long, value_name = "STATUS")]
    status: Option<EntryStatus>,
    /// Only the newest N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show every row of every file that is one transaction, and why they are one
    Show {
        /// The transaction, such as txn-12
        id: TransactionId,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    if let Some(Action::Show { id }) = args.action {
        return session.show(&session.reading(|vault| ops::transaction::show(vault, id))?, rows);
    }
    let filter = Filter {
        accounts: args.account,
        since: args.since,
        until: args.until,
        min: args.min,
        max: args.max,
        text: args.text,
        category: args.category,
        status: args.status,
        limit: args.limit,
    };
    session.show(&session.reading(|vault| ops::query::transactions(vault, &filter))?, |all| sheet(all))
}

/// A transaction with the columns that JSON leaves out.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    line: &'a TransactionLine,
    account: &'a str,
    currency: Currency,
}

fn sheet(transactions: &[TransactionLine]) -> Result<Sheet, OutputError> {
    // A table has the column only if a row is pending.
    let status = Column::text("status", "Status");
    let pending = transactions.iter().any(|line| line.status == EntryStatus::Pending);
    let columns = [
        Column::text("transactionId", "Id"),
        Column::text("accountId", "Account id").only_in_csv(),
        Column::elastic("account", "Account"),
        Column::text("postedTimestamp", "Day"),
        Column::number("amount", "Amount"),
        Column::text("currency", "Currency"),
        Column::text("debitCreditMemo", "Direction").only_in_csv(),
        Column::elastic("description", "Description"),
        Column::text("memo", "Memo").only_in_csv(),
        Column::elastic("category", "Category"),
        Column::text("transactionType", "Type").only_in_csv(),
        if pending { status } else { status.only_in_csv() },
        Column::text("importId", "Import").only_in_csv(),
    ];
    let rows = transactions.iter().map(|line| Row { line, account: &line.account_name, currency: line.currency });
    Sheet::of(columns, rows, "no transactions")
}

fn rows(transaction: &TransactionRows) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::elastic("file", "File"),
        Column::number("line", "Line"),
        Column::text("postedTimestamp", "Day"),
        Column::number("amount", "Amount"),
        Column::elastic("description", "Description"),
        Column::text("status", "Status"),
        Column::elastic("why", "Why"),
    ];
    Sheet::of(columns, &transaction.rows, "no rows")
}
