//! What running balances tell of two views of one day: where one of them begins in the other.

use super::input::Row;
use crate::model::Micros;

/// The balances of a view: before its first row, and after each.
#[derive(Clone, Debug)]
pub(super) struct Chain(Vec<Micros>);

impl Chain {
    /// Returns the chain; none where a row has no balance, or does not follow from the one before.
    pub(super) fn of<'r, 'a: 'r>(rows: impl Iterator<Item = &'r Row<'a>>) -> Option<Chain> {
        let mut chain: Vec<Micros> = Vec::new();
        for row in rows {
            let after = row.running?;
            let before = after.checked_sub(row.amount)?;
            match chain.last() {
                None => chain.push(before),
                Some(last) if *last == before => {}
                Some(_) => return None,
            }
            chain.push(after);
        }
        (!chain.is_empty()).then_some(Chain(chain))
    }

    fn has_once(&self, balance: Micros) -> bool {
        self.0.iter().filter(|known| **known == balance).count() == 1
    }

    /// Returns whether the rows are a chain in the other order, too.
    pub(super) fn reads_both_ways(&self) -> bool {
        let amounts = self.0.windows(2).map(|two| two[1].checked_sub(two[0]));
        let after = amounts.zip(&self.0[1..]).map(|(amount, after)| (amount, *after)).collect::<Vec<_>>();
        after.windows(2).all(|two| two[0].0.is_some_and(|amount| two[1].1.checked_add(amount) == Some(two[0].1)))
    }

    /// Returns the places from which on another chain is the same as this one as far as both go, at most two of them;
    /// none where more places than can be looked at begin alike.
    fn places_of(&self, other: &Chain) -> Option<Vec<usize>> {
        let begins = self.0.iter().enumerate().filter(|(_, balance)| **balance == other.0[0]).map(|(at, _)| at);
        let begins: Vec<usize> = begins.take(LOOKED_AT + 1).collect();
        let goes_on = |at: &usize| self.0[*at..].iter().zip(&other.0).all(|(a, b)| a == b);
        (begins.len() <= LOOKED_AT).then(|| begins.into_iter().filter(goes_on).take(2).collect())
    }
}

/// Places of a balance in a chain that are looked at.
const LOOKED_AT: usize = 64;

/// How two cut views of one day lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// They show the same rows from these places on.
    Meet { one: usize, other: usize },
    /// They begin with one balance and go on with others, as where a row was dated back.
    Begin,
    /// One goes on where the other stopped.
    Apart,
}

/// Returns how two views lie to each other, where exactly one place fits.
pub(super) fn lie(one: &Chain, other: &Chain) -> Option<Lie> {
    let (ones, others) = (one.0.len() - 1, other.0.len() - 1);
    // Where the one begins in the other, and the other in the one.
    let in_other = other.places_of(one)?.into_iter();
    let in_one = one.places_of(other)?.into_iter();
    let mut fits = in_other.map(|at| if at == others { Lie::Apart } else { Lie::Meet { one: 0, other: at } });
    let mut others = in_one.map(|at| if at == ones { Lie::Apart } else { Lie::Meet { one: at, other: 0 } });
    match fits.next().or_else(|| others.next()) {
        Some(first) => fits.chain(others).all(|fit| fit == first).then_some(first),
        None => (one.has_once(one.0[0]) && other.has_once(one.0[0]) && one.0[0] == other.0[0]).then_some(Lie::Begin),
    }
}

/// Returns whether the balances of the same rows differ by one amount, which is not zero: a row was dated back.
pub(super) fn is_shifted<'r, 'a: 'r>(rows: impl Iterator<Item = (&'r Row<'a>, &'r Row<'a>)>) -> bool {
    let mut shift = None;
    for (one, other) in rows {
        let Some(difference) = one.running.zip(other.running).and_then(|(a, b)| a.checked_sub(b)) else { return false };
        if difference == Micros::ZERO || shift.is_some_and(|known| known != difference) {
            return false;
        }
        shift = Some(difference);
    }
    shift.is_some()
}
