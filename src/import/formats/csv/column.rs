//! A column of a file, by its place in a record.

use super::records::Field;

/// The index of a column, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Column(usize);

impl Column {
    /// Wraps an index.
    pub(super) fn new(index: usize) -> Column {
        Column(index)
    }

    /// Returns the index.
    pub(super) fn index(self) -> usize {
        self.0
    }

    /// Returns the cell of a row in this column; an empty one when the row is too short.
    pub(super) fn of<'a>(self, fields: &[Field<'a>]) -> Field<'a> {
        fields.get(self.0).copied().unwrap_or(Field::EMPTY)
    }

    /// Returns the column to the right, whether or not the file has it.
    pub(super) fn right(self) -> Column {
        Column(self.0 + 1)
    }
}
