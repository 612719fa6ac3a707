//! What two files of an account tell of each other: derived from both, and kept so that a small import need not read
//! large files again.

use rusqlite::types::Value;

use crate::model::{AccountId, ImportId};
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, PAIRS};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

/// The evidence of two imports of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredPair {
    /// The account.
    pub account: AccountId,
    /// An import.
    pub import: ImportId,
    /// Another one.
    pub other: ImportId,
    /// What the bank's ids are worth between them, in a word.
    pub ids: String,
    /// Days from the first to the second for the same row.
    pub shift: i8,
    /// Whether the words changed for all rows.
    pub reworded: bool,
    /// Whether one of them shows only a part of its days.
    pub partial: bool,
}

impl StoredPair {
    fn row(&self) -> Vec<Value> {
        vec![
            Value::Integer(self.account.number()),
            Value::Integer(self.import.number()),
            Value::Integer(self.other.number()),
            Value::Text(self.ids.clone()),
            Value::Integer(self.shift.into()),
            Value::Integer(self.reworded.into()),
            Value::Integer(self.partial.into()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredPair, StoreError> {
        let mut columns = Columns::of(row);
        Ok(StoredPair {
            account: AccountId::new(columns.int()?),
            import: ImportId::new(columns.int()?),
            other: ImportId::new(columns.int()?),
            ids: columns.text()?,
            shift: i8::try_from(columns.int()?).map_err(unreadable)?,
            reworded: columns.int()? != 0,
            partial: columns.int()? != 0,
        })
    }
}

impl View<'_> {
    /// Returns the evidence of every two files that tell something of each other.
    pub(crate) fn pairs(&self) -> Result<Vec<StoredPair>, StoreError> {
        PAIRS.all(self)?.iter().map(|row| StoredPair::read(row)).collect()
    }
}

impl Change<'_> {
    /// Stores the evidence of two files.
    pub(crate) fn put_pair(&mut self, pair: &StoredPair) -> Result<(), StoreError> {
        PAIRS.put(&mut self.writer(), &pair.row())
    }

    /// Removes the evidence that fits.
    pub(crate) fn remove_pairs(&mut self, fits: impl Fn(&StoredPair) -> bool) -> Result<(), StoreError> {
        for pair in self.view().pairs()?.iter().filter(|pair| fits(pair)) {
            PAIRS.delete(&mut self.writer(), &pair.row()[..PAIRS.key])?;
        }
        Ok(())
    }
}
