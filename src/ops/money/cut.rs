//! A day that a statement shows in part, whose balance is of that day: which of the other rows of the day it includes.
//!
//! Where the statement shows the day before, too, it begins with the first row of the day: what it does not show came later. Where
//! it goes on after the day, the rest came before. A statement of that day alone, as of a second download on one day, was cut at
//! either end: the balances of other statements tell which rows came before, or nothing does.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::books::Books;
use super::of_day::{BalanceOfDay, PostedRow};
use crate::model::{BalanceKind, Period, StatementId, TransactionId};
use crate::store::StoreError;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;

/// So many balances before the day, and after it, are asked.
const LOOKED_AT: usize = 4;
/// So many statements with other rows of the day are looked at: each doubles what is tried.
const STATEMENTS: usize = 6;

impl Books<'_> {
    /// Returns a balance whose statement does not show all rows of the day, with those that came before what it shows. `near` is as
    /// in [`BalanceOfDay::new`].
    pub(super) fn cut(&mut self, of_day: BalanceOfDay, near: &[PostedRow]) -> Result<BalanceOfDay, StoreError> {
        let coverages = self.view.all_coverages()?.into_iter().filter(|coverage| coverage.account == self.account);
        let statements: Statements = coverages.map(|coverage| (coverage.statement_id(), coverage)).collect();
        let of_day = placed(of_day, &statements);
        if !is_cut(&of_day, near, &statements) {
            return Ok(of_day);
        }
        let tried =
            Tried { rest: self.rest(&of_day)?, sets: unions(&parts(&of_day, near, &statements), &of_day, near) };
        let mut unsure = Vec::new();
        for balance in self.others(&of_day.balance) {
            let near = self.near(balance.day)?;
            let other = placed(BalanceOfDay::new(balance, &near), &statements);
            if !is_cut(&other, &near, &statements) {
                if let Some(before) = tried.that_leave(self.rest(&other)?) {
                    return Ok(of_day.after(before.clone()));
                }
            } else if balance.day == of_day.balance.day {
                unsure.push(other);
            }
        }
        // Of two statements of this day alone, one goes on from the other, if not each from the other.
        for other in unsure {
            let rest = self.rest(&other)?;
            let own = sum(near, &of_day, |txn| of_day.shows(txn) && !other.shows(txn));
            if rest.wrapping_sub(own) == tried.rest {
                return Ok(of_day);
            }
            if let Some(before) = tried.that_leave(rest).filter(|these| these.iter().any(|txn| other.shows(*txn))) {
                return Ok(of_day.after(before.clone()));
            }
        }
        Ok(of_day)
    }

    /// Returns the balances that are asked about one: those of its day, then earlier and later ones, the nearest first.
    fn others(&self, of: &StoredBalance) -> Vec<StoredBalance> {
        let mut all: Vec<StoredBalance> =
            self.reported(BalanceKind::Ledger).filter(|balance| balance.statement != of.statement).collect();
        all.sort_by_key(|balance| (balance.day, balance.amount));
        let first = all.partition_point(|balance| balance.day < of.day);
        let later = all.partition_point(|balance| balance.day <= of.day);
        let nearest = all[..first].iter().rev().take(LOOKED_AT).chain(all[later..].iter().take(LOOKED_AT));
        all[first..later].iter().chain(nearest).copied().collect()
    }

    /// Returns a balance less the rows that it includes: the same of every balance where no row is missing.
    fn rest(&mut self, of_day: &BalanceOfDay) -> Result<i64, StoreError> {
        Ok(of_day.balance.amount.get().wrapping_sub(self.sum_included(of_day)?))
    }
}

/// What the statements of the account cover.
type Statements = HashMap<StatementId, Coverage>;

/// Sets of transactions of the day that may have come before what a statement shows.
struct Tried {
    /// The balance less the rows that it includes, when it includes none of them.
    rest: i64,
    /// With the sum of each, in millionths modulo 2^64; the largest set first.
    sets: Vec<(HashSet<TransactionId>, i64)>,
}

impl Tried {
    /// Returns the transactions without which, too, the balance comes to this.
    fn that_leave(&self, rest: i64) -> Option<&HashSet<TransactionId>> {
        self.sets.iter().find(|(_, sum)| self.rest.wrapping_sub(*sum) == rest).map(|(set, _)| set)
    }
}

/// Returns a balance with what its statement tells of the rest of its day.
fn placed(of_day: BalanceOfDay, statements: &Statements) -> BalanceOfDay {
    let shows = statements.get(&of_day.balance.statement).and_then(|coverage| coverage.period);
    of_day.of_statement(shows)
}

/// Returns whether the statement of a balance shows nothing but a part of its day.
fn is_cut(of_day: &BalanceOfDay, near: &[PostedRow], statements: &Statements) -> bool {
    let shows = statements.get(&of_day.balance.statement).and_then(|coverage| coverage.period);
    shows == Some(Period::of_day(of_day.balance.day)) && !of_day.is_whole(near)
}

/// Returns what each other statement has of the day and the statement of a balance does not: all that it has; where it shows
/// some of the same rows, what comes before them.
fn parts(of_day: &BalanceOfDay, near: &[PostedRow], statements: &Statements) -> Vec<HashSet<TransactionId>> {
    let mut by_statement: BTreeMap<StatementId, Vec<(i64, TransactionId)>> = BTreeMap::new();
    let other = |row: &&PostedRow| row.day == of_day.balance.day && row.statement != of_day.balance.statement;
    for row in near.iter().filter(other) {
        let newest_first = statements.get(&row.statement).is_some_and(|coverage| coverage.newest_first);
        let in_time = if newest_first { -row.position } else { row.position };
        by_statement.entry(row.statement).or_default().push((in_time, row.txn));
    }
    let before = by_statement.into_values().map(|mut rows| {
        rows.sort_unstable();
        rows.into_iter().map(|(_, txn)| txn).take_while(|txn| !of_day.shows(*txn)).collect::<BTreeSet<TransactionId>>()
    });
    // Of several statements with the same rows one is enough, and an empty one says nothing.
    let mut parts: Vec<_> = before.filter(|part| !part.is_empty()).collect::<BTreeSet<_>>().into_iter().collect();
    parts.sort_by_key(|part| Reverse(part.len()));
    parts.truncate(STATEMENTS);
    parts.into_iter().map(|part| part.into_iter().collect()).collect()
}

/// Returns every union of some parts of the day, or of none, with its sum; the largest first.
fn unions(
    parts: &[HashSet<TransactionId>],
    of_day: &BalanceOfDay,
    near: &[PostedRow],
) -> Vec<(HashSet<TransactionId>, i64)> {
    let mut unions: Vec<HashSet<TransactionId>> = vec![HashSet::new()];
    for part in parts {
        unions.extend(unions.clone().into_iter().map(|union| &union | part));
    }
    unions.sort_by_key(|union| Reverse(union.len()));
    let summed = unions.into_iter().map(|union| {
        let sum = sum(near, of_day, |txn| union.contains(&txn));
        (union, sum)
    });
    summed.collect()
}

/// Returns the sum of some transactions of the day of a balance, in millionths modulo 2^64.
fn sum(near: &[PostedRow], of_day: &BalanceOfDay, of: impl Fn(TransactionId) -> bool) -> i64 {
    let rows = near.iter().filter(|row| row.lead && row.day == of_day.balance.day && of(row.txn));
    rows.fold(0, |sum, row| sum.wrapping_add(row.amount.get()))
}
