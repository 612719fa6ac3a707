//! What two statements of an account tell of each other: derived from both, and kept so that a small import need not read
//! large files again.

use rusqlite::types::Value;

use crate::model::{AccountId, ImportId, StatementId};
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, PAIRS};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

/// The evidence of two statements of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredPair {
    /// The account.
    pub account: AccountId,
    /// A statement.
    pub one: StatementId,
    /// Another one.
    pub other: StatementId,
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
            Value::Integer(self.one.import.number()),
            Value::Integer(self.one.number.into()),
            Value::Integer(self.other.import.number()),
            Value::Integer(self.other.number.into()),
            Value::Text(self.ids.clone()),
            Value::Integer(self.shift.into()),
            Value::Integer(self.reworded.into()),
            Value::Integer(self.partial.into()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredPair, StoreError> {
        let mut columns = Columns::of(row);
        let account = AccountId::new(columns.int()?);
        let mut statement =
            || Ok::<_, StoreError>(StatementId { import: ImportId::new(columns.int()?), number: columns.index()? });
        let (one, other) = (statement()?, statement()?);
        Ok(StoredPair {
            account,
            one,
            other,
            ids: columns.text()?,
            shift: i8::try_from(columns.int()?).map_err(unreadable)?,
            reworded: columns.int()? != 0,
            partial: columns.int()? != 0,
        })
    }
}

impl View<'_> {
    /// Returns the evidence of every two statements that tell something of each other.
    pub(crate) fn pairs(&self) -> Result<Vec<StoredPair>, StoreError> {
        PAIRS.all(self)?.iter().map(|row| StoredPair::read(row)).collect()
    }
}

impl Change<'_> {
    /// Stores the evidence of two statements.
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
