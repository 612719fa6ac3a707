//! Rows that a bank dated back: they came into a day that a file shows whole without them, after that file was made, and its
//! balance is without them.
//!
//! That a file lacks a row does not prove it: a file may show only what is new. A later balance does, where the balance and the rows
//! after it come to it only without those rows.

use std::collections::HashSet;

use super::books::Books;
use super::of_day::{BalanceOfDay, PostedRow};
use crate::model::{BalanceKind, TransactionId};
use crate::store::StoreError;
use crate::store::db::balances::StoredBalance;

impl Books<'_> {
    /// Returns a balance without the rows that came after it, where the next later one proves that. `near` is as in
    /// [`BalanceOfDay::new`].
    pub(super) fn less_late(&mut self, of_day: BalanceOfDay, near: &[PostedRow]) -> Result<BalanceOfDay, StoreError> {
        let day = of_day.balance.day;
        let Some(shows) = self.shows(of_day.balance.statement)? else { return Ok(of_day) };
        let is_late = |row: &&PostedRow| {
            row.lead && shows.first() < row.day && row.day < shows.last() && row.day < day && !of_day.shows(row.txn)
        };
        let late: HashSet<TransactionId> = near.iter().filter(is_late).map(|row| row.txn).collect();
        if late.is_empty() || of_day.balance.kind != BalanceKind::Ledger {
            return Ok(of_day);
        }
        let next = self.reported(BalanceKind::Ledger).map(|balance| balance.day).filter(|later| day < *later).min();
        let of_next: Vec<StoredBalance> =
            self.reported(BalanceKind::Ledger).filter(|balance| Some(balance.day) == next).collect();
        let Some(next) = self.choose_as_shown(&of_next)? else { return Ok(of_day) };
        let (expected, without) = (self.rest(&next)?, of_day.clone().before(late));
        let is_proven = self.rest(&of_day)? != expected && self.rest(&without)? == expected;
        Ok(if is_proven { without } else { of_day })
    }
}
