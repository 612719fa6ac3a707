//! Rule 4: another kind of source describes one transaction in other words and, at times, on another day.
//!
//! Only days inside both coverages are compared. A row of another day is taken for the same only where each file
//! shows the other's day whole, so that its absence there is evidence; at the ends of files both are kept.

use std::collections::VecDeque;

use crate::model::{EntryStatus, Micros};

use super::rows::{Listed, Reason, SOURCE_DAYS, SourceRowRef, shows_whole};
use super::state::{Group, Place, Relation, State, place, similar_text};

/// Candidates that are looked at for one row: beyond that many equal amounts only order and count decide.
const LOOKED_AT: usize = 64;

/// Pairs rows of one day and amount, similar texts only.
pub(super) fn same_day(state: &mut State<'_, '_, '_>) {
    if !has_other_kinds(state) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let (rows, source_rows) = open_of(state, &group);
        if rows.is_empty() || source_rows.is_empty() {
            continue;
        }
        let day = state.entry(rows[0]).day;
        let mine = place(state.coverage, day);
        // Where both show comparable parts of the day, equal rows pair up from the end that both show.
        let theirs = |k: &&u32| place(state.import(**k).period, day);
        let from_start: Vec<u32> = (source_rows.iter())
            .filter(|k| matches!((mine, theirs(k)), (Place::Whole | Place::Head, Place::Whole | Place::Head)))
            .copied()
            .collect();
        let from_end: Vec<u32> = (source_rows.iter())
            .filter(|k| {
                matches!((mine, theirs(k)), (Place::Whole, Place::Tail) | (Place::Tail, Place::Whole | Place::Tail))
            })
            .copied()
            .collect();
        sweep(state, rows.iter(), from_start.iter());
        sweep(state, rows.iter().rev(), from_end.iter().rev());
        // Else rather one that this kind of source has not shown yet.
        let (seen, unseen): (Vec<u32>, Vec<u32>) = source_rows.iter().partition(|k| is_seen_by_this_kind(state, **k));
        sweep(state, rows.iter(), unseen.iter());
        sweep(state, rows.iter(), seen.iter());
    }
}

fn has_other_kinds(state: &State<'_, '_, '_>) -> bool {
    state.imports.iter().any(|i| i.kind != state.kind)
}

fn open_of(state: &State<'_, '_, '_>, group: &Group) -> (Vec<u32>, Vec<u32>) {
    let rows: Vec<u32> = state.rows[group.rows.clone()]
        .iter()
        .copied()
        .filter(|e| state.is_open(*e) && state.is_posted(*e) && state.coverage.contains(state.entry(*e).day))
        .collect();
    if rows.is_empty() {
        return (rows, Vec::new());
    }
    let source_rows = state.source_rows[group.source_rows.clone()]
        .iter()
        .copied()
        .filter(|k| is_candidate(state, *k) && state.fits(rows[0], *k) && covers_own_day(state, *k))
        .collect();
    (rows, source_rows)
}

/// A free posted source row of another kind, unless this kind has shown the transaction too. Where this file goes on
/// from the one that did, the two show different rows, unless the other kind shows the day whole: its count is true.
fn is_candidate(state: &State<'_, '_, '_>, k: u32) -> bool {
    let known = state.source_row(k);
    let whole = shows_whole(state.import(k).period, known.day);
    known.kind != state.kind
        && known.status == EntryStatus::Posted
        && state.is_free(k)
        && state.members(state.slot_of[k as usize]).iter().all(|m| {
            state.source_row(*m).kind != state.kind || (whole && state.import(*m).relation == Relation::GoesOn)
        })
}

fn is_seen_by_this_kind(state: &State<'_, '_, '_>, k: u32) -> bool {
    state.members(state.slot_of[k as usize]).iter().any(|m| state.source_row(*m).kind == state.kind)
}

fn covers_own_day(state: &State<'_, '_, '_>, k: u32) -> bool {
    state.import(k).period.contains(state.source_row(k).day)
}

fn sweep<'i>(
    state: &mut State<'_, '_, '_>,
    rows: impl Iterator<Item = &'i u32>,
    source_rows: impl Iterator<Item = &'i u32>,
) {
    let mut left: VecDeque<u32> = source_rows.copied().collect();
    for e in rows {
        if !state.is_open(*e) {
            continue;
        }
        // Only the part that is looked at is tidied, so that many equal rows stay cheap.
        let head: Vec<u32> = left.drain(..left.len().min(LOOKED_AT)).filter(|k| state.is_free(*k)).collect();
        head.into_iter().rev().for_each(|k| left.push_front(k));
        let text = &state.entry(*e).description;
        let found = left
            .iter()
            .take(LOOKED_AT)
            .position(|k| state.is_free(*k) && similar_text(text, state.source_row(*k).description));
        if let Some(k) = found.and_then(|at| left.remove(at)) {
            state.pair(*e, state.slot_of[k as usize]);
        }
    }
}

/// Pairs what is left: near days with similar texts, then one day and any text, then near days and any text.
pub(super) fn near_day(state: &mut State<'_, '_, '_>) {
    if !has_other_kinds(state) {
        return;
    }
    near(state, true);
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let (rows, mut source_rows) = open_of(state, &group);
        // Words that have nothing in common are believed to be one row only where neither file is cut.
        let whole = |period, e: &u32| shows_whole(period, state.entry(*e).day);
        source_rows.retain(|k| rows.iter().all(|e| whole(state.coverage, e) && whole(state.import(*k).period, e)));
        let mut slots: Vec<u32> = source_rows.iter().map(|k| state.slot_of[*k as usize]).collect();
        slots.sort_unstable();
        slots.dedup();
        let sure = rows.len() == 1 && slots.len() == 1;
        let mut source_rows = source_rows.into_iter();
        for e in rows {
            let Some(k) = source_rows.by_ref().find(|k| state.is_free(*k)) else { break };
            state.pair(e, state.slot_of[k as usize]);
            if !sure {
                list(state, e, k, Reason::OtherSourceTakenAsSame);
            }
        }
    }
    near(state, false);
}

fn near(state: &mut State<'_, '_, '_>, similar: bool) {
    let mut source_rows: Vec<(Micros, i32, u32)> = (0..state.known.len() as u32)
        .filter(|k| is_candidate(state, *k) && covers_own_day(state, *k))
        .filter(|k| state.coverage.contains(state.source_row(*k).day))
        .map(|k| (state.source_row(k).amount, state.source_row(k).day.epoch_days(), k))
        .collect();
    if source_rows.is_empty() {
        return;
    }
    let mut rows: Vec<(Micros, i32, u32)> = (0..state.entries.len() as u32)
        .filter(|e| state.is_open(*e) && state.is_posted(*e) && state.coverage.contains(state.entry(*e).day))
        .map(|e| (state.entry(e).amount.micros(), state.entry(e).day.epoch_days(), e))
        .collect();
    source_rows.sort_unstable();
    rows.sort_unstable();
    for (amount, day, e) in &rows {
        let mut candidates: Vec<(i32, u32)> = within(&source_rows, *amount, *day)
            .filter(|(_, _, k)| state.is_free(*k) && state.import(*k).period.contains(state.entry(*e).day))
            .filter(|(_, other, _)| other != day)
            .filter(|(_, _, k)| {
                !similar || similar_text(&state.entry(*e).description, state.source_row(*k).description)
            })
            .map(|(_, other, k)| ((other - day).abs(), *k))
            .collect();
        candidates.sort_unstable();
        candidates.dedup_by_key(|(_, k)| state.slot_of[*k as usize]);
        let Some((_, k)) = candidates.first().copied() else { continue };
        let rivals = within(&rows, *amount, state.source_row(k).day.epoch_days())
            .filter(|(_, _, r)| r != e && state.is_open(*r))
            .count();
        let alone = candidates.len() == 1 && rivals == 0;
        let evidence = shows_whole(state.coverage, state.source_row(k).day)
            && shows_whole(state.import(k).period, state.entry(*e).day);
        if !evidence || !(similar || alone) {
            list(state, *e, k, Reason::OtherSourceKeptBoth);
            continue;
        }
        state.pair(*e, state.slot_of[k as usize]);
        if !alone {
            list(state, *e, k, Reason::OtherSourceTakenAsSame);
        }
    }
}

/// Items of one amount at most three days away.
fn within(items: &[(Micros, i32, u32)], amount: Micros, day: i32) -> impl Iterator<Item = &(Micros, i32, u32)> {
    let from = items.partition_point(|i| (i.0, i.1) < (amount, day - SOURCE_DAYS));
    items[from..].iter().take_while(move |i| i.0 == amount && i.1 <= day + SOURCE_DAYS).take(LOOKED_AT)
}

fn list(state: &mut State<'_, '_, '_>, e: u32, k: u32, reason: Reason) {
    let known = state.source_row(k);
    let other = SourceRowRef { import: known.import, position: known.position };
    let listed = Listed { entry: e as usize, other, transaction: known.transaction, reason };
    if state.listed.last() != Some(&listed) {
        state.listed.push(listed);
    }
}
