//! Pairs in doubt that only show once everything is folded: rows that a file should show and does not.

use std::collections::{BTreeSet, HashMap};

use super::input::Part;
use super::outcome::Reason;
use super::state::State;
use super::text;
use crate::model::{Micros, normalise_description};

/// Places of one amount and day that are compared.
const LOOKED_AT: usize = 64;

/// Lists them.
pub(super) fn list(state: &mut State<'_, '_>) {
    let posted = std::mem::take(&mut state.posted);
    let rows = state.rows;
    for day in posted.chunk_by(|a, b| rows[*a as usize].day == rows[*b as usize].day) {
        let first = state.row(day[0]).file;
        if day.iter().any(|row| state.row(*row).file != first) {
            other_words(state, day);
            other_amount(state, day);
        }
    }
    state.posted = posted;
    if state.pairs.has_partial() {
        partial(state);
    }
}

/// Two rows of one source, day and amount in two places, one of them in a file that shows the day whole or both in words of
/// which the ones may be the others, and no file that has both.
fn other_words(state: &mut State<'_, '_>, day: &[u32]) {
    let mut by_amount: HashMap<(u32, Micros), Vec<u32>> = HashMap::new();
    for row in day {
        by_amount.entry((state.source(*row), state.row(*row).amount)).or_default().push(*row);
    }
    let mut groups: Vec<_> = by_amount.into_iter().collect();
    groups.sort_unstable_by_key(|(key, _)| *key);
    for (_, rows) in groups {
        let place = |row: &u32| state.place_of[*row as usize];
        if rows.iter().all(|row| place(row) == place(&rows[0])) {
            continue;
        }
        let whole = |row: &u32| Part::of(state.file(*row).covers, state.row(*row).day) == Part::Whole;
        let mut found = Vec::new();
        let mut listed: Vec<u32> = Vec::new();
        // Of days that no file shows whole, only words of which the ones may be the others say something.
        let words = |row: &u32| normalise_description(state.row(*row).text);
        let (whole, cut): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| whole(row));
        let cut: Vec<(u32, String)> = cut.into_iter().take(LOOKED_AT).map(|row| (row, words(&row))).collect();
        let of_whole =
            whole.iter().take(LOOKED_AT).flat_map(|row| rows.iter().take(LOOKED_AT).map(|other| (*row, *other)));
        let of_cut = cut.iter().flat_map(|(row, one)| {
            let others = cut.iter().filter(move |(_, other)| one != other && text::changed(one, other));
            others.map(|(other, _)| (*row, *other))
        });
        for (shown, other) in of_whole.chain(of_cut) {
            let (one, two) = (place(&shown), place(&other));
            if listed.contains(&one) || listed.contains(&two) || !state.can_join(one, two) {
                continue;
            }
            let reason = reason(state, one, two);
            listed.extend([one, two]);
            found.push((other, shown, reason));
        }
        for (row, other, reason) in found {
            state.doubt(row, other, reason, false);
        }
    }
}

/// Two rows of one source and day under one id and in the same words, of two amounts, and no file that has both: the bank changed
/// the amount, or used its id again.
fn other_amount(state: &mut State<'_, '_>, day: &[u32]) {
    let mut by_id: HashMap<(u32, &str), Vec<u32>> = HashMap::new();
    for row in day {
        if let Some(id) = state.row(*row).bank_id {
            by_id.entry((state.source(*row), id)).or_default().push(*row);
        }
    }
    let mut groups: Vec<_> = by_id.into_iter().filter(|(_, rows)| rows.len() <= LOOKED_AT).collect();
    groups.sort_unstable_by_key(|(key, _)| *key);
    for (_, rows) in groups {
        let place = |row: &u32| state.place_of[*row as usize];
        let places: Vec<u32> = rows.iter().map(place).collect::<BTreeSet<u32>>().into_iter().collect();
        let alike = |(a, b): &(u32, u32)| {
            state.row(*a).amount != state.row(*b).amount && text::same(state.row(*a).text, state.row(*b).text)
        };
        // Of three versions of a row, the second stands beside the first, and the third beside the second.
        let alike_in = |one: u32, other: u32| {
            let of = |one: u32| rows.iter().copied().filter(move |row| place(row) == one);
            let mut pairs = of(one).flat_map(|a| of(other).map(move |b| (a, b)));
            pairs.find(alike).filter(|_| state.can_join(one, other))
        };
        let beside_earlier = |at: usize| places[..at].iter().rev().find_map(|earlier| alike_in(*earlier, places[at]));
        let found: Vec<(u32, u32)> = (1..places.len()).filter_map(beside_earlier).collect();
        for (a, b) in found {
            state.doubt(a.max(b), a.min(b), Reason::OtherAmount, false);
        }
    }
}

/// Returns why two places of one source, day and amount are not one: rows in the same words have other ids, or the words
/// differ.
fn reason(state: &State<'_, '_>, one: u32, two: u32) -> Reason {
    let pairs = || state.members(one).iter().flat_map(|a| state.members(two).iter().map(move |b| (*a, *b)));
    let of_source = || pairs().filter(|(a, b)| state.source(*a) == state.source(*b));
    let id = |row: u32| state.row(row).bank_id;
    let other_ids = |(a, b): (u32, u32)| id(a).zip(id(b)).is_some_and(|(a, b)| a != b);
    let words = |(a, b): (u32, u32)| text::same(state.row(a).text, state.row(b).text);
    if of_source().any(|pair| words(pair) && other_ids(pair)) { Reason::OtherId } else { Reason::OtherText }
}

/// Rows that a file which does not show its days whole has in common with another one.
fn partial(state: &mut State<'_, '_>) {
    let mut found = Vec::new();
    for members in &state.places {
        for (at, a) in members.iter().enumerate() {
            let doubtful = members[at + 1..].iter().filter(|b| state.pair(*a, **b).partial);
            found.extend(doubtful.map(|b| (*a, *b)));
        }
    }
    for (a, b) in found {
        state.doubt(a.max(b), a.min(b), Reason::PartialFile, true);
    }
}
