//! A day that a statement shows in part, whose balance is of that day: which of the other rows of the day it includes.
//!
//! Where the statement shows the day before, too, it begins with the first row of the day: what it does not show came later. Where
//! it goes on after the day, the rest came before. A statement of that day alone, as of a second download on one day, was cut at
//! either end: the balances of other statements tell which rows came before. Where none agrees, because a row is missing, those that a
//! statement from the beginning of the day shows did.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::books::{Books, Statements};
use super::of_day::{Agreement, BalanceOfDay, PostedRow};
use crate::model::{BalanceKind, Period, StatementId, TransactionId};
use crate::store::StoreError;
use crate::store::db::balances::StoredBalance;

/// So many balances before the day, and after it, are asked.
const LOOKED_AT: usize = 4;
/// So many statements with other rows of the day are looked at: each doubles what is tried.
const STATEMENTS: usize = 6;

impl Books<'_> {
    /// Returns a balance whose statement does not show all rows of the day, with those that came before what it shows. `near` is as
    /// in [`BalanceOfDay::new`].
    pub(super) fn cut(&mut self, of_day: BalanceOfDay, near: &[PostedRow]) -> Result<BalanceOfDay, StoreError> {
        let statements = self.statements()?;
        let of_day = placed(of_day, &statements);
        if !is_cut(&of_day, near, &statements) {
            return Ok(of_day);
        }
        let parts = parts(&of_day, near, &statements);
        let from_beginning = parts.iter().filter(|part| part.from_beginning).flat_map(|part| &part.rows).copied();
        let from_beginning: HashSet<TransactionId> = from_beginning.collect();
        let tried = Tried { rest: self.rest(&of_day)?, sets: unions(&parts, &of_day, near) };
        // What each other balance of the day may come to, less the rows that it includes.
        let mut of_this_day: Vec<Vec<i64>> = Vec::new();
        let mut found = None;
        for balance in self.others(&of_day.balance) {
            let is_this_day = balance.day == of_day.balance.day;
            if found.is_some() && !is_this_day {
                break;
            }
            let near = self.near(balance.day)?;
            let other = placed(BalanceOfDay::new(balance, &near), &statements);
            let rest = self.rest(&other)?;
            if is_cut(&other, &near, &statements) {
                if is_this_day {
                    let sets = unions(&self::parts(&other, &near, &statements), &other, &near);
                    of_this_day.push(sets.into_iter().map(|(_, sum)| rest.wrapping_sub(sum)).collect());
                }
            } else if !is_this_day || other.shows_its_day() {
                found = found.or_else(|| tried.that_leave(rest));
                of_this_day.extend(is_this_day.then(|| vec![rest]));
            }
        }
        // Else what most of the others agree with.
        let (before, rest) =
            found.or_else(|| tried.that_most_allow(&of_this_day, &from_beginning)).unwrap_or_else(|| {
                let sum = sum(near, &of_day, |txn| from_beginning.contains(&txn));
                (&from_beginning, tried.rest.wrapping_sub(sum))
            });
        let (before, is_told) = (before.clone(), found.is_some() || !of_this_day.is_empty());
        Ok(if !of_this_day.iter().all(|rests| rests.contains(&rest)) {
            of_day.presumably_after(before, Agreement::Contradicted)
        } else if is_told {
            of_day.after(before)
        } else {
            of_day.presumably_after(before, Agreement::Silent)
        })
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
    pub(super) fn rest(&mut self, of_day: &BalanceOfDay) -> Result<i64, StoreError> {
        Ok(of_day.balance.amount.get().wrapping_sub(self.sum_included(of_day)?))
    }
}

/// Sets of transactions of the day that may have come before what a statement shows.
struct Tried {
    /// The balance less the rows that it includes, when it includes none of them.
    rest: i64,
    /// With the sum of each, in millionths modulo 2^64; the largest set first.
    sets: Vec<(HashSet<TransactionId>, i64)>,
}

impl Tried {
    /// Returns the transactions without which, too, the balance comes to this, with that.
    fn that_leave(&self, rest: i64) -> Option<(&HashSet<TransactionId>, i64)> {
        self.all().find(|(_, left)| *left == rest)
    }

    /// Returns the transactions without which the balance comes to what most others may come to, where one may. Of several, those that
    /// came before by their statements, else the most.
    fn that_most_allow(
        &self,
        others: &[Vec<i64>],
        from_beginning: &HashSet<TransactionId>,
    ) -> Option<(&HashSet<TransactionId>, i64)> {
        let allowing = |left: i64| others.iter().filter(|rests| rests.contains(&left)).count();
        let best = self.all().map(|(set, left)| (allowing(left), set == from_beginning, set, left));
        let best = best.max_by_key(|(count, is_from_beginning, set, _)| (*count, *is_from_beginning, set.len()));
        best.filter(|(count, ..)| *count > 0).map(|(.., set, left)| (set, left))
    }

    fn all(&self) -> impl Iterator<Item = (&HashSet<TransactionId>, i64)> {
        self.sets.iter().map(|(set, sum)| (set, self.rest.wrapping_sub(*sum)))
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

/// What another statement has of the day, and the statement of a balance has not.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    /// All of its rows; where it shows some of the same rows, those before them.
    rows: BTreeSet<TransactionId>,
    /// Whether it shows the beginning of the day: then its rows came before all that it does not show.
    from_beginning: bool,
}

/// Returns the part of each other statement, the largest first.
fn parts(of_day: &BalanceOfDay, near: &[PostedRow], statements: &Statements) -> Vec<Part> {
    let mut by_statement: BTreeMap<StatementId, Vec<(i64, TransactionId)>> = BTreeMap::new();
    let other = |row: &&PostedRow| row.day == of_day.balance.day && row.statement != of_day.balance.statement;
    for row in near.iter().filter(other) {
        let in_time = statements.get(&row.statement).map_or(row.position, |coverage| coverage.in_time(row.position));
        by_statement.entry(row.statement).or_default().push((in_time, row.txn));
    }
    let parts = by_statement.into_iter().map(|(statement, mut rows)| {
        rows.sort_unstable();
        let rows = rows.into_iter().map(|(_, txn)| txn).take_while(|txn| !of_day.shows(*txn)).collect();
        let shows = statements.get(&statement).and_then(|coverage| coverage.period);
        Part { rows, from_beginning: shows.is_some_and(|shows| shows.first() < of_day.balance.day) }
    });
    // Of several statements with the same rows one is enough, and an empty one says nothing.
    let mut parts: Vec<Part> =
        parts.filter(|part| !part.rows.is_empty()).collect::<BTreeSet<_>>().into_iter().collect();
    parts.sort_by_key(|part| Reverse(part.rows.len()));
    parts.truncate(STATEMENTS);
    parts
}

/// Returns every union of some parts of the day, or of none, with its sum; the largest first.
fn unions(parts: &[Part], of_day: &BalanceOfDay, near: &[PostedRow]) -> Vec<(HashSet<TransactionId>, i64)> {
    let mut unions: Vec<HashSet<TransactionId>> = vec![HashSet::new()];
    for part in parts {
        unions.extend(
            unions.clone().into_iter().map(|union| union.into_iter().chain(part.rows.iter().copied()).collect()),
        );
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
