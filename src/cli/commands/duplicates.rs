//! `vault duplicates`.

use crate::cli::error::CliError;
use crate::cli::output::{Cell, Sheet};
use crate::cli::session::Session;
use crate::ops;
use crate::ops::report::DuplicateLine;

/// List transactions that may be in the vault twice
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(session: &Session, _args: Args) -> Result<(), CliError> {
    session.show(&ops::duplicates::list(&session.reader()?)?, |all| sheet(all))
}

fn sheet(lines: &[DuplicateLine]) -> Sheet {
    let columns = [
        ("accountId", ""),
        ("name", "Account…"),
        ("transactionId", "Added"),
        ("possibleDuplicateOf", "May be"),
        ("postedTimestamp", "Day"),
        ("amount", "Amount"),
        ("description", "Description…"),
        ("reason", "Why…"),
    ];
    Sheet::new(&columns, "no possible duplicates").with(lines.iter().map(|line| {
        vec![
            Cell::text(line.account_id),
            Cell::text(&line.name),
            Cell::text(line.transaction_id),
            Cell::text(line.possible_duplicate_of),
            Cell::text(line.posted_timestamp),
            Cell::number(line.amount),
            Cell::text(&line.description),
            Cell::text(&line.reason),
        ]
    }))
}
