//! What nobody can decide: pairs of rows of two files that meet in a day, and rows that differ in text alone.

use std::collections::{HashSet, VecDeque};

use crate::model::EntryStatus;

use super::rows::{Listed, Reason, SourceRowRef, shows_whole};
use super::state::{Meeting, NONE, Place, Relation, State, place, similar_text};
use super::texts;

/// Candidates that are compared with one row.
const LOOKED_AT: usize = 64;

/// Lists, for every import that the file only meets, as many pairs of equal rows as could be one row or two.
pub(super) fn meeting_days(state: &mut State<'_, '_, '_>) {
    for meeting in std::mem::take(&mut state.meetings) {
        let import = state.imports[meeting.import];
        if !matches!(import.relation, Relation::SameView | Relation::GoesOn) {
            continue;
        }
        let same_kind = import.kind == state.kind;
        for (rows, source_rows) in equal_amounts(state, &meeting) {
            if same_kind && is_known_whole(state, &rows, &source_rows) {
                continue;
            }
            if same_kind {
                for (rows, source_rows) in texts::by_text(state, &rows, &source_rows) {
                    list_pairs(state, &rows, &source_rows);
                }
            } else {
                list_pairs(state, &rows, &source_rows);
            }
        }
    }
}

/// A third file shows the day whole and both of these at a known place of it: then every row has its number.
fn is_known_whole(state: &State<'_, '_, '_>, rows: &[u32], source_rows: &[u32]) -> bool {
    let day = state.entry(rows[0]).day;
    let placed = |period| place(period, day) != Place::Loose;
    placed(state.coverage)
        && placed(state.import(source_rows[0]).period)
        && state.imports.iter().any(|i| i.kind == state.kind && shows_whole(i.period, day))
}

fn equal_amounts(state: &State<'_, '_, '_>, meeting: &Meeting) -> Vec<(Vec<u32>, Vec<u32>)> {
    let mut parts = Vec::new();
    let key = |e: u32| (state.entry(e).day, state.entry(e).amount.micros());
    let their_key = |k: u32| (state.source_row(k).day, state.source_row(k).amount);
    // Both are sorted by day and amount already.
    let mut theirs = meeting.source_rows.as_slice();
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
fn list_pairs(state: &mut State<'_, '_, '_>, rows: &[u32], source_rows: &[u32]) {
    let of_slot: std::collections::HashMap<u32, u32> =
        source_rows.iter().map(|k| (state.slot_of[*k as usize], *k)).collect();
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
        if id.is_none() || id != state.source_row(k).bank_id {
            push(state, *e, k, Reason::SharedDayTakenAsSame);
        }
    }
    let mut others: VecDeque<u32> = source_rows.iter().copied().filter(|k| !shared.contains(k)).collect();
    for similar in [true, false] {
        apart.retain(|e| {
            let alike =
                |k: &u32| !similar || similar_text(&state.entry(*e).description, state.source_row(*k).description);
            // Of very many equal amounts only the first are compared: which of them are paired matters little.
            let found = others.iter().take(LOOKED_AT).position(alike);
            let other = found.and_then(|at| others.remove(at));
            if let Some(k) = other {
                push(state, *e, k, Reason::SharedDayKeptBoth);
            }
            other.is_none()
        });
    }
}

fn reference(state: &State<'_, '_, '_>, k: u32) -> SourceRowRef {
    let known = state.source_row(k);
    SourceRowRef { import: known.import, position: known.position }
}

fn push(state: &mut State<'_, '_, '_>, e: u32, k: u32, reason: Reason) {
    let (other, transaction) = (reference(state, k), state.source_row(k).transaction);
    state.listed.push(Listed { entry: e as usize, other, transaction, reason });
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
        let left: Vec<u32> = state.source_rows[group.source_rows]
            .iter()
            .copied()
            .filter(|k| {
                let here = state.source_row(*k).status == EntryStatus::Posted
                    && state.is_free(*k)
                    && state.import(*k).relation == Relation::Free
                    && state.coverage.contains(day)
                    && state.import(*k).period.contains(day)
                    && state.slot_of[*k as usize] != seen
                    && !state.moving.contains(&reference(state, *k));
                if here {
                    seen = state.slot_of[*k as usize];
                }
                here
            })
            .collect();
        for (e, k) in rows.iter().zip(left) {
            // Similar words of another kind of source are the matter of `other_kinds`.
            let known = state.source_row(k);
            let whole = shows_whole(state.coverage, day) && shows_whole(state.import(k).period, day);
            let unlike = whole && !similar_text(&state.entry(*e).description, known.description);
            if known.kind == state.kind || unlike {
                push(state, *e, k, Reason::OtherText);
            }
        }
    }
}

/// Lists rows of another kind of source that this file should show too, and that ended in other transactions than
/// its own equal rows: two files had met in this day and kept one row twice.
pub(super) fn other_kinds(state: &mut State<'_, '_, '_>) {
    if state.imports.iter().all(|i| i.kind == state.kind) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let rows: Vec<u32> = state.rows[group.rows].iter().copied().filter(|e| state.is_posted(*e)).collect();
        let other = |k: &u32| {
            let (known, import) = (state.source_row(*k), state.import(*k));
            known.kind != state.kind
                && known.status == EntryStatus::Posted
                && import.relation == Relation::Free
                && import.period.contains(known.day)
                && state.coverage.contains(known.day)
        };
        let source_rows: Vec<u32> = state.source_rows[group.source_rows].iter().copied().filter(other).collect();
        let mut rest = source_rows.as_slice();
        while let Some(first) = rest.first() {
            let import = state.import_of[*first as usize];
            let count = rest.partition_point(|k| state.import_of[*k as usize] == import);
            list_apart(state, &rows, &rest[..count]);
            rest = &rest[count..];
        }
    }
}

fn list_apart(state: &mut State<'_, '_, '_>, rows: &[u32], source_rows: &[u32]) {
    let slots: HashSet<u32> = source_rows.iter().map(|k| state.slot_of[*k as usize]).collect();
    let matched: HashSet<u32> = rows.iter().map(|e| state.matched[*e as usize]).collect();
    let mut apart: Vec<u32> =
        rows.iter().copied().filter(|e| !slots.contains(&state.matched[*e as usize])).take(LOOKED_AT).collect();
    let mut others = source_rows.to_vec();
    others.retain(|k| !matched.contains(&state.slot_of[*k as usize]));
    for k in others.into_iter().take(LOOKED_AT) {
        if state.moving.contains(&reference(state, k)) {
            continue;
        }
        let text = state.source_row(k).description;
        let Some(at) = apart.iter().position(|e| similar_text(&state.entry(*e).description, text)) else { continue };
        let e = apart.remove(at);
        // Where both files show the day whole their counts agree: the row was known twice, from each kind once.
        let day = state.source_row(k).day;
        let whole = shows_whole(state.coverage, day) && shows_whole(state.import(k).period, day);
        let slot = state.slot_of[k as usize];
        if !(whole && state.taken[slot as usize] == NONE && texts::move_all(state, slot, e)) {
            push(state, e, k, Reason::OtherSourceKeptBoth);
        }
    }
}
