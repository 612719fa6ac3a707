//! The rows of a dry run, as they would be read.

use crate::import::Parsed;
use crate::model::Statement;
use crate::ops::report::RowLine;

/// Returns the rows of a statement that goes to the account of this name. `known` says which ones the vault has.
pub(super) fn of_account(statement: &Statement<'_>, name: &str, known: &[bool]) -> Vec<RowLine> {
    let row = |(index, entry): (usize, &crate::model::Entry<'_>)| RowLine {
        line: entry.line,
        name: name.to_owned(),
        posted_timestamp: entry.day,
        amount: entry.amount,
        description: entry.description.to_string(),
        status: entry.status,
        known: known.get(index).copied().unwrap_or_default(),
    };
    statement.entries.iter().enumerate().map(row).collect()
}

/// Returns the rows of a file that leaves something open, as the likeliest answers would have them. Whose they are may
/// not be known.
pub(super) fn undecided(parsed: &Parsed<'_>) -> Vec<RowLine> {
    let name = |statement: &Statement<'_>| statement.account.name.clone().unwrap_or_default();
    parsed.statements.iter().flat_map(|statement| of_account(statement, &name(statement), &[])).collect()
}
