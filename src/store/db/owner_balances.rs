//! What the owner says that an account held at the end of a day.

use rusqlite::types::Value;

use crate::model::{AccountId, Day, Micros, Timestamp};
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, OWNER_BALANCES};
use crate::store::db::view::View;
use crate::store::error::StoreError;

/// A balance that the owner set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnerBalance {
    /// The account.
    pub account: AccountId,
    /// The day at whose end it held.
    pub day: Day,
    /// In the account's currency; negative is owed.
    pub amount: Micros,
    /// When it was set.
    pub created: Timestamp,
}

impl OwnerBalance {
    fn row(&self) -> [Value; 4] {
        [
            Value::Integer(self.account.number()),
            Value::Integer(self.day.epoch_days().into()),
            Value::Integer(self.amount.get()),
            Value::Integer(self.created.unix()),
        ]
    }

    fn read(row: &[Value]) -> Result<OwnerBalance, StoreError> {
        let mut columns = Columns::of(row);
        Ok(OwnerBalance {
            account: AccountId::new(columns.int()?),
            day: columns.day()?,
            amount: Micros::new(columns.int()?),
            created: Timestamp::from_unix(columns.int()?),
        })
    }
}

impl View<'_> {
    /// Returns every balance that the owner set, by account and day.
    pub(crate) fn owner_balances(&self) -> Result<Vec<OwnerBalance>, StoreError> {
        OWNER_BALANCES.all(self)?.iter().map(|row| OwnerBalance::read(row)).collect()
    }
}

impl Change<'_> {
    /// Stores a balance in place of an earlier one of the same day.
    pub(crate) fn put_owner_balance(&mut self, balance: &OwnerBalance) -> Result<(), StoreError> {
        OWNER_BALANCES.put(&mut self.writer(), &balance.row())
    }

    /// Removes the balance of a day. Returns whether there was one.
    pub(crate) fn remove_owner_balance(&mut self, account: AccountId, day: Day) -> Result<bool, StoreError> {
        let key = [Value::Integer(account.number()), Value::Integer(day.epoch_days().into())];
        OWNER_BALANCES.delete(&mut self.writer(), &key)
    }
}
