//! What nobody can decide: pairs of rows of two files that meet in a day, and rows that differ in text alone.

use std::collections::HashSet;

use crate::model::EntryStatus;

use super::meeting::Meeting;
use super::state::{NONE, Place, Relation, State, place};
use super::{Listed, Reason, SightingRef, shows_whole, texts};

/// Lists, for every import that the file only meets, as many pairs of equal rows as could be one row or two.
pub(super) fn meeting_days(state: &mut State<'_, '_, '_>) {
    for meeting in std::mem::take(&mut state.meetings) {
        let import = state.imports[meeting.import];
        if !matches!(import.relation, Relation::SameView | Relation::GoesOn) {
            continue;
        }
        let same_kind = import.kind == state.kind;
        for (rows, sightings) in equal_amounts(state, &meeting) {
            if same_kind && is_known_whole(state, &rows, &sightings) {
                continue;
            }
            if same_kind {
                for (rows, sightings) in texts::by_text(state, &rows, &sightings) {
                    list_pairs(state, &rows, &sightings);
                }
            } else {
                list_pairs(state, &rows, &sightings);
            }
        }
    }
}

/// A third file shows the day whole and both of these at a known place of it: then every row has its number.
fn is_known_whole(state: &State<'_, '_, '_>, rows: &[u32], sightings: &[u32]) -> bool {
    let day = state.entry(rows[0]).day;
    let placed = |period| place(period, day) != Place::Loose;
    placed(state.coverage)
        && placed(state.import(sightings[0]).period)
        && state.imports.iter().any(|i| i.kind == state.kind && shows_whole(i.period, day))
}

fn equal_amounts(state: &State<'_, '_, '_>, meeting: &Meeting) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut parts = Vec::new();
    let key = |e: u32| (state.entry(e).day, state.entry(e).amount.micros());
    let their_key = |k: u32| (state.sighting(k).day, state.sighting(k).amount);
    // Both are sorted by day and amount already.
    let mut theirs = meeting.sightings.as_slice();
    for rows in meeting.rows.chunk_by(|a, b| key(*a) == key(*b)) {
        let from = theirs.partition_point(|k| their_key(*k) < key(rows[0]));
        let count = theirs[from..].partition_point(|k| their_key(*k) == key(rows[0]));
        if count > 0 {
            parts.push((rows.to_vec(), theirs[from..from + count].to_vec()));
        }
        theirs = &theirs[from + count..];
    }
    parts
}

/// Lists the pairs that share a transaction, then pairs up the others as long as both sides have one.
fn list_pairs(state: &mut State<'_, '_, '_>, rows: &[u32], sightings: &[u32]) {
    let of_slot: std::collections::HashMap<u32, u32> =
        sightings.iter().map(|k| (state.slot_of[*k as usize], *k)).collect();
    let mut shared: HashSet<u32> = HashSet::new();
    let mut apart = Vec::new();
    for e in rows {
        let Some(k) = of_slot.get(&state.matched[*e as usize]).copied() else {
            apart.push(*e);
            continue;
        };
        shared.insert(k);
        let id = state.entry(*e).bank_id.as_deref();
        // An id that both carry decided.
        if id.is_none() || id != state.sighting(k).bank_id {
            push(state, *e, k, Reason::SharedDayTakenAsSame);
        }
    }
    let mut others = sightings.iter().filter(|k| !shared.contains(*k));
    for e in apart {
        let Some(k) = others.next() else { return };
        push(state, e, *k, Reason::SharedDayKeptBoth);
    }
}

fn push(state: &mut State<'_, '_, '_>, e: u32, k: u32, reason: Reason) {
    let known = state.sighting(k);
    let other = SightingRef { import: known.import, position: known.position };
    state.listed.push(Listed { entry: e as usize, other, transaction: known.transaction, reason });
}

/// Rule 5: an added row that equals, in day and amount, a transaction that this file should show and does not.
pub(super) fn other_text(state: &mut State<'_, '_, '_>) {
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let rows: Vec<u32> =
            state.rows[group.rows].iter().copied().filter(|e| state.is_open(*e) && state.is_posted(*e)).collect();
        let Some(first) = rows.first().copied() else { continue };
        let day = state.entry(first).day;
        let mut seen = NONE;
        let left: Vec<u32> = state.sightings[group.sightings]
            .iter()
            .copied()
            .filter(|k| {
                let here = state.sighting(*k).status == EntryStatus::Posted
                    && state.is_free(*k)
                    && state.fits(first, *k)
                    && state.coverage.contains(day)
                    && state.import(*k).period.contains(day)
                    && state.slot_of[*k as usize] != seen;
                if here {
                    seen = state.slot_of[*k as usize];
                }
                here
            })
            .collect();
        for (e, k) in rows.iter().zip(left) {
            push(state, *e, k, Reason::OtherText);
        }
    }
}
