//! Rows as they are reconciled.

use crate::import::reconcile::{Row, id_that_counts};
use crate::model::{Entry, EntryStatus};
use crate::store::db::block::BlockRow;

/// The numbers of the rows of a statement: consecutive, in file order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowNumbers {
    /// The lowest.
    pub first: u64,
    /// How many rows there are, in a file that is newest first: the last row then has the first number, so that the rows of
    /// a day stand in the order in which they happened.
    pub newest_first: Option<u64>,
}

impl RowNumbers {
    /// Returns the number of the row at `index`.
    pub(crate) fn of(&self, index: usize) -> u64 {
        self.first + self.offset(index)
    }

    /// Returns how much the number of the row at `index` is above the first.
    pub(crate) fn offset(&self, index: usize) -> u64 {
        match self.newest_first {
            Some(count) => count.saturating_sub(index as u64 + 1),
            None => index as u64,
        }
    }
}

/// Returns a stored row, of the file at a place.
pub(super) fn stored_row(row: BlockRow<'_>, file: u32) -> Row<'_> {
    let number = row.number;
    Row {
        file,
        place: number as u32,
        id: number,
        day: row.day(),
        amount: row.amount,
        text: row.description(),
        bank_id: id_that_counts(row.bank_id()),
        running: row.running,
        pending: row.pending,
        rest: row.rest(),
    }
}

/// Returns a new row, of the file at a place.
pub(super) fn new_row<'n>(number: u64, entry: &'n Entry<'n>, file: u32) -> Row<'n> {
    Row {
        file,
        place: number as u32,
        id: number,
        day: entry.day,
        amount: entry.amount.micros(),
        text: &entry.description,
        bank_id: id_that_counts(entry.bank_id.or_none()),
        running: entry.running,
        pending: entry.status == EntryStatus::Pending,
        rest: rest(entry),
    }
}

/// Returns what else is shown of a row, as in [`Row::rest`].
pub(super) fn rest<'n>(entry: &'n Entry<'n>) -> [Option<&'n str>; 4] {
    [entry.category(), entry.memo.or_none(), entry.transaction_type.or_none(), entry.check_number()]
}
