//! Pairs of source rows in doubt: derived with the transactions, and kept with them.

use rusqlite::types::Value;

use crate::model::{AccountId, Day, ImportId, RowPosition, StatementId};
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, DOUBTS};
use crate::store::db::view::View;
use crate::store::error::StoreError;

/// Two source rows that may be one transaction or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredDoubt {
    /// The account.
    pub account: AccountId,
    /// A row.
    pub row: DoubtfulRow,
    /// Another one.
    pub other: DoubtfulRow,
    /// Why, as `import::reconcile` names it.
    pub reason: String,
    /// Whether they are taken as one.
    pub same: bool,
}

/// A source row of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoubtfulRow {
    /// The statement that it stands in.
    pub statement: StatementId,
    /// Its index among the rows of the statement, from 0.
    pub position: RowPosition,
    /// Its day.
    pub day: Day,
}

impl StoredDoubt {
    fn row(&self) -> Vec<Value> {
        vec![
            Value::Integer(self.account.number()),
            Value::Integer(self.row.statement.import.number()),
            Value::Integer(self.row.statement.number.into()),
            Value::Integer(self.row.position.get().into()),
            Value::Integer(self.other.statement.import.number()),
            Value::Integer(self.other.statement.number.into()),
            Value::Integer(self.other.position.get().into()),
            Value::Integer(self.row.day.epoch_days().into()),
            Value::Integer(self.other.day.epoch_days().into()),
            Value::Text(self.reason.clone()),
            Value::Integer(self.same.into()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredDoubt, StoreError> {
        let mut columns = Columns::of(row);
        let account = AccountId::new(columns.int()?);
        let mut reference = || -> Result<(StatementId, RowPosition), StoreError> {
            let statement = StatementId { import: ImportId::new(columns.int()?), number: columns.index()? };
            Ok((statement, RowPosition::new(columns.index()?)))
        };
        let (row, other) = (reference()?, reference()?);
        let mut with_day =
            |(statement, position)| Ok::<_, StoreError>(DoubtfulRow { statement, position, day: columns.day()? });
        let (row, other) = (with_day(row)?, with_day(other)?);
        Ok(StoredDoubt { account, row, other, reason: columns.text()?, same: columns.int()? != 0 })
    }
}

impl View<'_> {
    /// Returns every pair in doubt.
    pub(crate) fn doubts(&self) -> Result<Vec<StoredDoubt>, StoreError> {
        DOUBTS.all(self)?.iter().map(|row| StoredDoubt::read(row)).collect()
    }
}

impl Change<'_> {
    /// Adds a pair in doubt.
    pub(crate) fn add_doubt(&mut self, doubt: &StoredDoubt) -> Result<(), StoreError> {
        DOUBTS.put(&mut self.writer(), &doubt.row())
    }

    /// Removes the pairs that fit.
    pub(crate) fn remove_doubts(&mut self, fits: impl Fn(&StoredDoubt) -> bool) -> Result<(), StoreError> {
        for doubt in self.view().doubts()?.iter().filter(|doubt| fits(doubt)) {
            DOUBTS.delete(&mut self.writer(), &doubt.row()[..DOUBTS.key])?;
        }
        Ok(())
    }
}
