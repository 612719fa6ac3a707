//! Rows that came into a day after the file of its balance was made. Rows that a bank dated back, into a day that the file shows
//! whole without them, are not in the balance. Rows of the balance's own day, which a file ends with, may be: banks list some of
//! them only in the next file.
//!
//! That a file lacks a row proves neither: a file may show only what is new. The next balance does, where the balance and the rows
//! after it come to it in one way only.

use std::collections::HashSet;

use super::books::Books;
use super::of_day::{BalanceOfDay, PostedRow};
use crate::model::{BalanceKind, TransactionId};
use crate::store::StoreError;
use crate::store::db::balances::StoredBalance;

impl Books<'_> {
    /// Returns a balance without the rows that were dated back, or with those of its day that its file does not show, where the next
    /// later one proves that. `near` is as in [`BalanceOfDay::new`].
    pub(super) fn as_the_next_proves(
        &mut self,
        of_day: BalanceOfDay,
        near: &[PostedRow],
    ) -> Result<BalanceOfDay, StoreError> {
        let day = of_day.balance.day;
        let Some(shows) = self.shows(of_day.balance.statement)? else { return Ok(of_day) };
        let is_late = |row: &&PostedRow| {
            row.lead && shows.first() < row.day && row.day < shows.last() && row.day < day && !of_day.shows(row.txn)
        };
        let late: HashSet<TransactionId> = near.iter().filter(is_late).map(|row| row.txn).collect();
        let is_cut = shows.last() == day && of_day.is_without_a_part(near);
        if (late.is_empty() && !is_cut) || of_day.balance.kind != BalanceKind::Ledger {
            return Ok(of_day);
        }
        let next = self.reported(BalanceKind::Ledger).map(|balance| balance.day).filter(|later| day < *later).min();
        let of_next: Vec<StoredBalance> =
            self.reported(BalanceKind::Ledger).filter(|balance| Some(balance.day) == next).collect();
        let Some(next) = self.choose_as_shown(&of_next)? else { return Ok(of_day) };
        let near_next = self.near(next.balance.day)?;
        let mut expected = vec![self.rest(&next)?];
        if next.is_without_a_part(&near_next) {
            expected.push(self.rest(&next.with_its_day())?);
        }
        if expected.contains(&self.rest(&of_day)?) {
            return Ok(of_day);
        }
        let without = (!late.is_empty()).then(|| of_day.clone().before(late));
        let with = is_cut.then(|| of_day.clone().with_its_day());
        for other in without.into_iter().chain(with) {
            if expected.contains(&self.rest(&other)?) {
                return Ok(other);
            }
        }
        Ok(of_day)
    }
}
