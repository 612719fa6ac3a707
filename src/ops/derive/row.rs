//! Rows as they are reconciled.

use crate::import::reconcile::{Row, id_that_counts};
use crate::model::{Entry, EntryStatus};
use crate::store::db::source_row::StoredSourceRow;

/// A row of a file that is about to be imported.
#[derive(Clone, Copy)]
pub(crate) struct NewRow<'n> {
    /// The number that it gets.
    pub number: u64,
    pub entry: &'n Entry<'n>,
}

/// Returns a stored row, of the file at a place.
pub(super) fn stored_row(row: &StoredSourceRow, file: u32) -> Row<'_> {
    let number = row.number;
    Row {
        file,
        place: number as u32,
        id: number,
        day: row.day(),
        amount: row.amount,
        text: &row.description,
        bank_id: id_that_counts(row.bank_id.as_deref()),
        running: row.running,
        pending: row.pending,
    }
}

/// Returns a new row, of the file at a place.
pub(super) fn new_row<'n>(NewRow { number, entry }: &NewRow<'n>, file: u32) -> Row<'n> {
    Row {
        file,
        place: *number as u32,
        id: *number,
        day: entry.day,
        amount: entry.amount.micros(),
        text: &entry.description,
        bank_id: id_that_counts(entry.bank_id.as_deref()),
        running: entry.running_balance.map(|balance| balance.micros()),
        pending: entry.status == EntryStatus::Pending,
    }
}
