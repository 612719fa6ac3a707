//! The primary key of a source row: account, day and number, packed so that the table lies in that order.

use std::ops::RangeInclusive;

use crate::model::{AccountId, Day};
use crate::store::error::StoreError;

/// Bits for the number, and for the day since 1900-01-01; the rest is the account.
const NUMBER_BITS: u32 = 31;
const DAY_BITS: u32 = 17;
/// 1900-01-01 in days since 1970-01-01.
const DAY_ZERO: i32 = -25_567;

/// Account, day and number of a source row in one integer: the column `place`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowKey(i64);

impl RowKey {
    /// Packs account, day and number.
    pub(crate) fn pack(account: AccountId, day: Day, number: u64) -> Result<RowKey, StoreError> {
        let account =
            Some(account.number()).filter(|a| (0..1 << 15).contains(a)).ok_or(StoreError::Full("accounts"))?;
        let number = i64::try_from(number).ok().filter(|n| *n < 1 << NUMBER_BITS).ok_or(StoreError::Full("rows"))?;
        let days = i64::from(day.epoch_days() - DAY_ZERO);
        Ok(RowKey(account << (NUMBER_BITS + DAY_BITS) | days << NUMBER_BITS | number))
    }

    /// Takes a key as it is stored, unverified.
    pub(crate) fn from_packed(packed: i64) -> RowKey {
        RowKey(packed)
    }

    /// Returns the key as it is stored.
    pub(crate) fn packed(self) -> i64 {
        self.0
    }

    /// Returns the keys of an account from a day to a day, both included.
    pub(crate) fn range(account: AccountId, first: Day, last: Day) -> Result<RangeInclusive<RowKey>, StoreError> {
        Ok(RowKey::pack(account, first, 0)?..=RowKey::pack(account, last, (1 << NUMBER_BITS) - 1)?)
    }

    /// Returns the key of the same day and number in another account.
    pub(crate) fn of_account(self, account: AccountId) -> Result<RowKey, StoreError> {
        RowKey::pack(account, self.day(), self.number())
    }

    /// Returns the number, which no other source row of the account has.
    pub(crate) fn number(self) -> u64 {
        self.0.cast_unsigned() & ((1 << NUMBER_BITS) - 1)
    }

    /// Returns the account.
    pub(crate) fn account(self) -> AccountId {
        AccountId::new(self.0 >> (NUMBER_BITS + DAY_BITS))
    }

    /// Returns the day. A key that holds no valid day gives the first: its digest does not fit either.
    pub(crate) fn day(self) -> Day {
        let days = i32::try_from(self.0 >> NUMBER_BITS & ((1 << DAY_BITS) - 1)).unwrap_or(0) + DAY_ZERO;
        Day::from_epoch_days(days).unwrap_or(Day::FIRST)
    }

    /// Returns whether both keys are of one account and day.
    pub(crate) fn is_same_day(self, other: RowKey) -> bool {
        self.0 >> NUMBER_BITS == other.0 >> NUMBER_BITS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_keys_by_account_and_day() {
        let account = AccountId::new(32_767);
        let first: Day = "1900-01-01".parse().unwrap();
        let last: Day = "2199-12-31".parse().unwrap();
        let low = RowKey::pack(account, first, 0).unwrap();
        let high = RowKey::pack(account, last, (1 << 31) - 1).unwrap();
        assert!(0 < low.packed() && low < high);
        assert_eq!((low.day(), high.day()), (first, last));
        assert!(RowKey::pack(AccountId::new(1), last, 7).unwrap() < RowKey::pack(AccountId::new(2), first, 0).unwrap());
    }

    #[test]
    fn refuses_accounts_and_numbers_that_do_not_fit() {
        assert!(RowKey::pack(AccountId::new(32_767), Day::FIRST, (1 << 31) - 1).is_ok());
        assert!(RowKey::pack(AccountId::new(32_768), Day::FIRST, 0).is_err());
        assert!(RowKey::pack(AccountId::new(1), Day::FIRST, 1 << 31).is_err());
    }
}
