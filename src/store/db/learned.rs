//! What an import told of an account that the vault did not know.

use rusqlite::types::Value;

use crate::model::{AccountId, ImportId};
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, LEARNED};
use crate::store::db::view::View;
use crate::store::error::StoreError;

/// A number.
pub(crate) const NUMBER: &str = "number";
/// The part of a number in whose place a fuller one came.
pub(crate) const NUMBER_BEFORE: &str = "number-before";
/// Its kind.
pub(crate) const KIND: &str = "kind";
/// Its bank.
pub(crate) const BANK: &str = "bank";
/// Its branch.
pub(crate) const BRANCH: &str = "branch";
/// Its institution.
pub(crate) const INSTITUTION: &str = "institution";

/// Something that an import told of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Learned {
    /// The account.
    pub account: AccountId,
    /// The import.
    pub import: ImportId,
    /// What it told, as the constants of this module say.
    pub what: String,
    /// The value that the account has since, or had before.
    pub value: String,
}

impl Learned {
    fn row(&self) -> [Value; 4] {
        [
            Value::Integer(self.account.number()),
            Value::Integer(self.import.number()),
            Value::Text(self.what.clone()),
            Value::Text(self.value.clone()),
        ]
    }

    fn read(row: &[Value]) -> Result<Learned, StoreError> {
        let mut columns = Columns::of(row);
        Ok(Learned {
            account: AccountId::new(columns.int()?),
            import: ImportId::new(columns.int()?),
            what: columns.text()?,
            value: columns.text()?,
        })
    }
}

impl View<'_> {
    /// Returns what an import told of accounts.
    pub(crate) fn learned(&self, import: ImportId) -> Result<Vec<Learned>, StoreError> {
        let all = LEARNED.all(self)?.iter().map(|row| Learned::read(row)).collect::<Result<Vec<_>, _>>()?;
        Ok(all.into_iter().filter(|learned| learned.import == import).collect())
    }
}

impl Change<'_> {
    /// Stores what an import told of an account.
    pub(crate) fn add_learned(&mut self, learned: &Learned) -> Result<(), StoreError> {
        LEARNED.put(&mut self.writer(), &learned.row())
    }

    /// Removes it.
    pub(crate) fn remove_learned(&mut self, learned: &Learned) -> Result<(), StoreError> {
        LEARNED.delete(&mut self.writer(), &learned.row()[..LEARNED.key])?;
        Ok(())
    }
}
