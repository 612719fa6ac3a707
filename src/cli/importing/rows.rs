//! The rows of a dry run as a table.

use crate::cli::output::table::{self, Layout};
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::screen;
use crate::cli::words::{count, number};
use crate::model::EntryStatus;
use crate::ops::report::RowLine;

/// Rows of a file that a terminal shows; elsewhere all are shown.
const MOST_ROWS: usize = 40;

/// Returns the rows as lines, indented below their file.
pub(super) fn lines(rows: &[RowLine], width: usize) -> Result<Vec<String>, OutputError> {
    let most = if screen::stdout_width().is_some() { MOST_ROWS } else { usize::MAX };
    let mut lines = table(rows.get(..most).unwrap_or(rows), width, true, true)?;
    if rows.len() > most {
        let more = count(rows.len() - most, "more row", "more rows");
        lines.push(format!("  … and {more}, {} in all", number(rows.len() as u64)));
    }
    Ok(lines)
}

/// Returns the first rows of a file, to be looked at before a question is answered.
pub(super) fn first(
    rows: &[RowLine],
    most: usize,
    width: usize,
    with_currency: bool,
) -> Result<Vec<String>, OutputError> {
    table(rows.get(..most).unwrap_or(rows), width, with_currency, false)
}

fn table(rows: &[RowLine], width: usize, with_currency: bool, with_state: bool) -> Result<Vec<String>, OutputError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let several = rows.iter().any(|row| row.name != rows[0].name);
    let state = |row: &RowLine| match (row.known, row.status) {
        (true, _) => "known",
        (false, EntryStatus::Pending) => "new, pending",
        (false, EntryStatus::Posted) => "new",
    };
    let values = rows.iter().map(|row| {
        serde_json::json!({
            "day": row.posted_timestamp, "amount": row.amount, "currency": row.amount.currency(),
            "description": row.description, "name": row.name, "state": state(row),
        })
    });
    let mut columns = vec![Column::text("day", "Day"), Column::number("amount", "Amount")];
    if with_currency {
        columns.push(Column::text("currency", ""));
    }
    columns.push(Column::elastic("description", "Description"));
    if several {
        columns.push(Column::elastic("name", "Account"));
    }
    if with_state {
        columns.push(Column::text("state", ""));
    }
    let sheet = Sheet::of(columns, values, "")?;
    let room = u16::try_from(width.saturating_sub(2)).unwrap_or(u16::MAX);
    let layout = Layout { width: Some(room), ..Layout::default() };
    Ok(table::render(&sheet, layout).lines().map(|line| format!("  {line}")).collect())
}
