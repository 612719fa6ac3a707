//! `vault transactions`.

use clap::ValueEnum;

use crate::cli::args;
use crate::cli::error::CliError;
use crate::cli::output::{Cell, Sheet};
use crate::cli::session::Session;
use crate::model::{Day, EntryStatus};
use crate::ops;
use crate::ops::query::Filter;
use crate::ops::report::TransactionLine;

/// List transactions
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only of this account, by name or id; may be repeated
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// From this day on
    #[arg(long, value_name = "DAY", value_parser = args::day)]
    since: Option<Day>,
    /// Up to this day, included
    #[arg(long, value_name = "DAY", value_parser = args::day)]
    until: Option<Day>,
    /// Of at least this amount; money out is negative
    #[arg(long, value_name = "AMOUNT", value_parser = args::decimal, allow_hyphen_values = true)]
    min: Option<String>,
    /// Of at most this amount; money out is negative
    #[arg(long, value_name = "AMOUNT", value_parser = args::decimal, allow_hyphen_values = true)]
    max: Option<String>,
    /// With this text in description or memo, in any case
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Of this category
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Posted or pending
    #[arg(long, value_enum, value_name = "STATUS", ignore_case = true)]
    status: Option<StatusArg>,
    /// Only the newest N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StatusArg {
    /// Booked by the bank
    Posted,
    /// Announced
    Pending,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let filter = Filter {
        accounts: args.account,
        since: args.since,
        until: args.until,
        min: args.min,
        max: args.max,
        text: args.text,
        category: args.category,
        status: args.status.map(|status| match status {
            StatusArg::Posted => EntryStatus::Posted,
            StatusArg::Pending => EntryStatus::Pending,
        }),
        limit: args.limit,
    };
    session.show(&ops::query::transactions(&session.reader()?, &filter)?, |all| sheet(all))
}

fn sheet(lines: &[TransactionLine]) -> Sheet {
    // Status is worth a column of the terminal only where rows differ in it.
    let status = if lines.iter().any(|line| line.status != "POSTED") { "Status" } else { "" };
    let columns = [
        ("transactionId", "Id"),
        ("accountId", ""),
        ("account", "Account…"),
        ("postedTimestamp", "Day"),
        ("amount", "Amount"),
        ("currency", "Currency"),
        ("debitCreditMemo", ""),
        ("description", "Description…"),
        ("memo", ""),
        ("category", "Category…"),
        ("status", status),
        ("importId", ""),
    ];
    Sheet::new(&columns, "no transactions").with(lines.iter().map(|line| {
        vec![
            Cell::text(line.transaction_id),
            Cell::text(line.account_id),
            Cell::text(&line.account_name),
            Cell::text(line.posted_timestamp),
            Cell::number(line.amount),
            Cell::text(line.currency),
            Cell::text(line.debit_credit_memo),
            Cell::text(&line.description),
            Cell::text_or_empty(line.memo.as_ref()),
            Cell::text_or_empty(line.category.as_ref()),
            Cell::text(line.status),
            Cell::text(line.import_id),
        ]
    }))
}
