//! `vault duplicates`.

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::ops;
use crate::ops::report::DuplicateLine;

/// List transactions that may be in the vault twice
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(session: &Session, _args: Args) -> Result<(), CliError> {
    session.show(&ops::duplicates::list(&session.reader()?)?, |all| sheet(all))
}

fn sheet(pairs: &[DuplicateLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("accountId", "Id").only_in_csv(),
        Column::elastic("name", "Account"),
        Column::text("transactionId", "Added"),
        Column::text("possibleDuplicateOf", "May be"),
        Column::text("postedTimestamp", "Day"),
        Column::number("amount", "Amount"),
        Column::elastic("description", "Description"),
        Column::elastic("reason", "Why"),
    ];
    Sheet::of(columns, pairs, "no possible duplicates")
}
