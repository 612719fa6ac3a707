//! `vault transactions`.

use std::collections::BTreeMap;

use clap::Subcommand;
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet, Summary};
use crate::cli::session::Session;
use crate::cli::values;
use crate::cli::words::{count, signed_amount};
use crate::model::{Amount, Currency, EntryStatus, PeriodText, TransactionId};
use crate::ops;
use crate::ops::query::{Bound, Filter, Sort};
use crate::ops::report::{TransactionLine, TransactionRow, TransactionRows};

/// List transactions, or show the rows of one
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only of this account, by id or any part of name or number that no other one has; may be repeated
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// Of this period, such as 2026q1, 2026-03, 2026-01..2026-03, 2026.. or lastmonth; may be repeated, for any of them
    #[arg(long, short, value_name = "PERIOD", value_parser = values::period, conflicts_with_all = ["since", "until"])]
    period: Vec<PeriodText>,
    /// From the first day of this period on
    #[arg(long, value_name = "PERIOD", value_parser = values::period)]
    since: Option<PeriodText>,
    /// Up to the last day of this period, included
    #[arg(long, value_name = "PERIOD", value_parser = values::period)]
    until: Option<PeriodText>,
    /// Of at least this amount, such as -50 or "$1,000"; money out is negative, and a currency means no other one
    #[arg(long, value_name = "AMOUNT", value_parser = values::bound, allow_hyphen_values = true)]
    min: Option<Bound>,
    /// Of at most this amount
    #[arg(long, value_name = "AMOUNT", value_parser = values::bound, allow_hyphen_values = true)]
    max: Option<Bound>,
    /// With this text in description, memo, category, type, check number or bank's id, in any case; may be repeated, to find what
    /// has each
    #[arg(long, value_name = "TEXT", alias = "text")]
    search: Vec<String>,
    /// Of this category; may be repeated
    #[arg(long, value_name = "NAME", conflicts_with = "uncategorised")]
    category: Vec<String>,
    /// Without a category
    #[arg(long, alias = "uncategorized")]
    uncategorised: bool,
    /// Only with this status: posted or pending
    #[arg(long, value_name = "STATUS")]
    status: Option<EntryStatus>,
    /// In this order: day, amount (by currency), description, category or account
    #[arg(long, value_name = "ORDER", default_value = "day", hide_default_value = true)]
    sort: Sort,
    /// In the opposite order
    #[arg(long)]
    reverse: bool,
    /// Only the newest N, or the first N in the order of --sort
    #[arg(long, value_name = "N", value_parser = values::rows::<u64>, allow_negative_numbers = true)]
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
        return session.show(&session.reading(|vault| ops::transaction::show(vault, id))?, rows_of_one);
    }
    let today = session.env.now().day();
    let days = values::days_of(&args.period, args.since.as_ref(), args.until.as_ref(), today)?;
    refuse_no_amount(args.min, args.max)?;
    let filter = Filter {
        accounts: args.account,
        since: days.first,
        until: days.last,
        spans: values::spans_of(&args.period, today),
        min: args.min,
        max: args.max,
        search: args.search,
        categories: args.category,
        uncategorised: args.uncategorised,
        status: args.status,
        limit: args.limit,
        sort: args.sort,
        reverse: args.reverse,
    };
    session.show(&session.reading(|vault| ops::query::transactions(vault, &filter))?, |all| sheet(all))
}

/// Refuses limits between which no amount lies.
fn refuse_no_amount(min: Option<Bound>, max: Option<Bound>) -> Result<(), CliError> {
    let (Some(min), Some(max)) = (min, max) else { return Ok(()) };
    if min.amount <= max.amount {
        return Ok(());
    }
    let told = |bound: Bound| Amount::from_micros(bound.amount, bound.currency.unwrap_or(Currency::NONE));
    Err(CliError::new(Exit::Usage, format!("--min {} is above --max {}", told(min), told(max)))
        .hint("money out is negative: --min -50 --max -10 lists what cost 10 to 50"))
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
    // A table has a column only if it tells rows apart.
    let status = Column::text("status", "Status").gives_way(1);
    let pending = transactions.iter().any(|line| line.status == EntryStatus::Pending);
    let balance = Column::money("runningBalance", "Balance").gives_way(3);
    let known = transactions.iter().any(|line| line.running_balance.is_some());
    let account = Column::elastic("account", "Account").least(10).gives_way(2);
    let several = transactions.iter().any(|line| line.account_id != transactions[0].account_id);
    let columns = [
        Column::text("transactionId", "Id"),
        Column::text("accountId", "Account id").only_in_csv(),
        if several { account } else { account.only_in_csv() },
        Column::text("postedTimestamp", "Day"),
        Column::money("amount", "Amount"),
        Column::text("currency", "Currency").only_plain(),
        if known { balance } else { balance.only_in_csv() },
        Column::text("debitCreditMemo", "Direction").only_in_csv(),
        Column::elastic("description", "Description").fills(24),
        Column::text("memo", "Memo").only_in_csv(),
        Column::elastic("category", "Category").gives_way(4),
        Column::text("transactionType", "Type").only_in_csv(),
        if pending { status } else { status.only_in_csv() },
        Column::text("importId", "Import").only_in_csv(),
    ];
    let rows = transactions.iter().map(|line| Row { line, account: &line.account_name, currency: line.currency });
    Ok(Sheet::of(columns, rows, "no transactions")?.with_sums(summary(transactions)))
}

/// Returns how many transactions there are, and for each currency what came in, what went out, and the two together.
fn summary(transactions: &[TransactionLine]) -> Summary {
    let mut sums: BTreeMap<Currency, (Option<Amount>, Option<Amount>)> = BTreeMap::new();
    for line in transactions {
        let zero = Some(Amount::zero(line.currency));
        let (credits, debits) = sums.entry(line.currency).or_insert((zero, zero));
        let sum = if line.amount.is_negative() { debits } else { credits };
        *sum = sum.and_then(|sum| sum.checked_add(line.amount).ok());
    }
    let mut number = count(transactions.len(), "transaction", "transactions");
    let pending = transactions.iter().filter(|line| line.status == EntryStatus::Pending).count();
    if pending > 0 {
        number.push_str(&format!(", {pending} of them pending"));
    }
    let told = |told: fn(Amount) -> String| {
        // What does not fit is not told.
        let sums = sums.values().filter_map(|(credits, debits)| {
            let (credits, debits) = ((*credits)?, (*debits)?);
            let net = credits.checked_add(debits).ok()?;
            Some(format!("in {}, out {}, net {}", told(credits), told(debits), told(net)))
        });
        std::iter::once(number.clone()).chain(sums).collect::<Vec<_>>().join("\n")
    };
    Summary { shown: told(signed_amount), plain: told(|amount| format!("{amount} {}", amount.currency())) }
}

/// A row of a file with the column that JSON leaves out.
#[derive(Serialize)]
struct RowOfFile<'a> {
    #[serde(flatten)]
    row: &'a TransactionRow,
    currency: Currency,
}

fn rows_of_one(transaction: &TransactionRows) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::elastic("file", "File"),
        Column::number("line", "Line").gives_way(2),
        Column::text("postedTimestamp", "Day"),
        Column::money("amount", "Amount"),
        Column::text("currency", "Currency").only_plain(),
        Column::elastic("description", "Description").gives_way(1),
        Column::text("status", "Status").gives_way(3),
        Column::sentences("why", "Why"),
    ];
    let rows = transaction.rows.iter().map(|row| RowOfFile { row, currency: row.amount.currency() });
    Sheet::of(columns, rows, "no rows")
}
