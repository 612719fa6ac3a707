//! Balances that banks reported, with their day and the statement that told them.

use rusqlite::types::Value;

use crate::model::{AccountId, BalanceKind, Day, ImportId, Micros, StatementId};
use crate::store::db::change::Change;
use crate::store::db::table::{BALANCES, Columns};
use crate::store::db::view::View;
use crate::store::error::StoreError;

/// One reported balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredBalance {
    /// The account.
    pub account: AccountId,
    /// Which balance.
    pub kind: BalanceKind,
    /// The day at whose end it held.
    pub day: Day,
    /// The statement that told it.
    pub statement: StatementId,
    /// In the account's currency; negative is owed.
    pub amount: Micros,
}

impl StoredBalance {
    fn row(&self) -> [Value; 6] {
        [
            Value::Integer(self.account.number()),
            Value::Text(self.kind.as_str().to_owned()),
            Value::Integer(self.day.epoch_days().into()),
            Value::Integer(self.statement.import.number()),
            Value::Integer(self.statement.number.into()),
            Value::Integer(self.amount.get()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredBalance, StoreError> {
        let mut columns = Columns::of(row);
        Ok(StoredBalance {
            account: AccountId::new(columns.int()?),
            kind: columns.parsed()?,
            day: columns.day()?,
            statement: StatementId { import: ImportId::new(columns.int()?), number: columns.index()? },
            amount: Micros::new(columns.int()?),
        })
    }
}

impl View<'_> {
    /// Returns every reported balance: by account, kind, day, import and statement.
    pub(crate) fn balances(&self) -> Result<Vec<StoredBalance>, StoreError> {
        BALANCES.all(self)?.iter().map(|row| StoredBalance::read(row)).collect()
    }
}

impl Change<'_> {
    /// Stores a reported balance. A second one of the same statement, kind and day replaces the first.
    pub(crate) fn put_balance(&mut self, balance: &StoredBalance) -> Result<(), StoreError> {
        BALANCES.put(&mut self.writer(), &balance.row())
    }

    pub(crate) fn remove_balances(&mut self, fits: impl Fn(&StoredBalance) -> bool) -> Result<(), StoreError> {
        for balance in self.view().balances()?.iter().filter(|b| fits(b)) {
            BALANCES.delete(&mut self.writer(), &balance.row()[..BALANCES.key])?;
        }
        Ok(())
    }
}
