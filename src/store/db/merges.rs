//! Accounts that the owner counts with another one: what each held before is kept under an id of its own.

use rusqlite::types::Value;

use crate::model::{AccountId, Timestamp};
use crate::store::db::balances::StoredBalance;
use crate::store::db::change::Change;
use crate::store::db::coverages::Coverage;
use crate::store::db::doubts::StoredDoubt;
use crate::store::db::meta;
use crate::store::db::owner_balances::OwnerBalance;
use crate::store::db::pairs::StoredPair;
use crate::store::db::row_reading::days_of_month;
use crate::store::db::table::{Columns, MERGES};
use crate::store::db::view::View;
use crate::store::error::StoreError;

/// An account that is counted with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Merge {
    /// The merged account. What it holds stays under its id.
    pub account: AccountId,
    /// The account that it is counted with.
    pub target: AccountId,
    /// The id under which stands what the target held before.
    pub kept: AccountId,
    /// When they were merged.
    pub created: Timestamp,
}

impl View<'_> {
    /// Returns every merge, by the merged account.
    pub(crate) fn merges(&self) -> Result<Vec<Merge>, StoreError> {
        let read = |row: &[Value]| {
            let mut columns = Columns::of(row);
            Ok(Merge {
                account: AccountId::new(columns.int()?),
                target: AccountId::new(columns.int()?),
                kept: AccountId::new(columns.int()?),
                created: Timestamp::from_unix(columns.int()?),
            })
        };
        MERGES.all(self)?.iter().map(|row| read(row)).collect()
    }

    /// Returns the ids of accounts that are not shown: those that are merged, and what was kept of their targets.
    pub(crate) fn hidden_accounts(&self) -> Result<Vec<AccountId>, StoreError> {
        Ok(self.merges()?.iter().flat_map(|merge| [merge.account, merge.kept]).collect())
    }
}

impl Change<'_> {
    /// Stores a merge, and gives it the id under which the target is to be kept.
    pub(crate) fn add_merge(
        &mut self,
        account: AccountId,
        target: AccountId,
        created: Timestamp,
    ) -> Result<Merge, StoreError> {
        let kept = AccountId::new(self.reserve(meta::ACCOUNT_COUNTER, 1)?.cast_signed());
        let merge = Merge { account, target, kept, created };
        let row = [account.number(), target.number(), kept.number(), created.unix()].map(Value::Integer);
        MERGES.insert(&mut self.writer(), &row)?;
        Ok(merge)
    }

    /// Removes a merge.
    pub(crate) fn remove_merge(&mut self, merge: &Merge) -> Result<(), StoreError> {
        MERGES.delete(&mut self.writer(), &[Value::Integer(merge.account.number())])?;
        Ok(())
    }

    /// Copies what an account holds to an id that holds nothing: rows with their numbers and transactions, coverages,
    /// balances, and listed pairs.
    pub(crate) fn copy_contents(&mut self, from: AccountId, to: AccountId) -> Result<(), StoreError> {
        for coverage in self.view().all_coverages()?.into_iter().filter(|c| c.account == from) {
            let copy = Coverage { account: to, segment: self.new_segment()?, ..coverage };
            self.copy_rows(&coverage, &copy)?;
            self.add_coverage(&copy)?;
        }
        for balance in self.view().balances()?.into_iter().filter(|b| b.account == from) {
            self.put_balance(&StoredBalance { account: to, ..balance })?;
        }
        for balance in self.view().owner_balances()?.into_iter().filter(|b| b.account == from) {
            self.put_owner_balance(&OwnerBalance { account: to, ..balance })?;
        }
        for doubt in self.view().doubts()?.into_iter().filter(|doubt| doubt.account == from) {
            self.add_doubt(&StoredDoubt { account: to, ..doubt })?;
        }
        for pair in self.view().pairs()?.into_iter().filter(|pair| pair.account == from) {
            self.put_pair(&StoredPair { account: to, ..pair })?;
        }
        Ok(())
    }

    /// Copies the rows of a coverage into the segment of another one, a month at a time.
    fn copy_rows(&mut self, from: &Coverage, to: &Coverage) -> Result<(), StoreError> {
        let Some(days) = from.rows else { return Ok(()) };
        for month in self.view().months(from.account, days.first(), days.last()) {
            let mut rows = self.view().segment_rows(from.account, from.segment, days_of_month(month)?)?;
            for row in &mut rows {
                (row.key, row.account) = (row.key.of_segment(to.segment)?, to.account);
            }
            self.add_source_rows(&rows)?;
        }
        Ok(())
    }

    /// Deletes what an account holds.
    pub(crate) fn clear_contents(&mut self, account: AccountId) -> Result<(), StoreError> {
        let coverages = self.view().all_coverages()?;
        for coverage in coverages.iter().filter(|coverage| coverage.account == account) {
            self.delete_segment(&coverage.segment())?;
        }
        self.remove_coverages(|coverage| coverage.account == account)?;
        self.remove_balances(|balance| balance.account == account)?;
        self.remove_doubts(|doubt| doubt.account == account)?;
        self.remove_pairs(|pair| pair.account == account)?;
        for balance in self.view().owner_balances()?.iter().filter(|b| b.account == account) {
            self.remove_owner_balance(account, balance.day)?;
        }
        Ok(())
    }
}
