//! Rules 1 and 2: the bank's own ids, which are neither unique nor stable whatever banks say.
//!
//! An id with the same text, day and amount goes before everything. An id alone goes after the text: banks
//! that number the rows of each download anew give an old number to another row.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::model::{EntryStatus, Micros, normalise_description};

use super::rows::{Listed, MOVED_DAYS, Reason, SourceRowRef};
use super::state::{NONE, State, same_text};
use super::texts;

/// Groups up to this many pairs are compared pair by pair, larger ones by sorting.
const SMALL: usize = 64;
/// One id and amount on more rows than this within reach is a counter, not an id.
const TOO_MANY: usize = 32;

/// Rule 1: same id, day, amount and text, counted.
pub(super) fn same_id_and_text(state: &mut State<'_, '_, '_>) {
    if !has_ids(state) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        if group.rows.len() * group.source_rows.len() > SMALL {
            let pairs = sorted_pairs(state, &group);
            for (e, k) in pairs {
                if state.is_open(e) && state.is_free(k) {
                    state.pair(e, state.slot_of[k as usize]);
                    state.ids_held += 1;
                }
            }
            continue;
        }
        for at in group.rows.clone() {
            let e = state.rows[at];
            let found = state.source_rows[group.source_rows.clone()].iter().copied().find(|k| {
                state.is_free(*k)
                    && same_id(state, e, *k)
                    && same_text(&state.entry(e).description, state.source_row(*k).description)
            });
            if let Some(k) = found {
                state.pair(e, state.slot_of[k as usize]);
                state.ids_held += 1;
            }
        }
    }
}

/// Moves source rows of one id, day, amount and text to the transaction of the row that carries them now: files
/// without ids may have brought two ids together in one transaction.
pub(super) fn gather(state: &mut State<'_, '_, '_>) {
    if !has_ids(state) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        if group.rows.len() < 2 || group.rows.len() * group.source_rows.len() > SMALL * SMALL {
            continue;
        }
        let rows = state.rows[group.rows].to_vec();
        let source_rows = state.source_rows[group.source_rows].to_vec();
        for e in rows.iter().copied() {
            for k in astray(state, &rows, &source_rows, e) {
                texts::push_move(state, k, e);
            }
        }
    }
}

/// Source rows of an entry's id that attest another transaction. An id that a file shows twice says nothing.
fn astray(state: &State<'_, '_, '_>, rows: &[u32], source_rows: &[u32], e: u32) -> Vec<u32> {
    let id = &state.entry(e).bank_id;
    if id.is_none() || rows.iter().filter(|r| state.entry(**r).bank_id == *id).count() > 1 {
        return Vec::new();
    }
    let target = state.matched[e as usize];
    let mut here: Vec<u32> = source_rows.iter().copied().filter(|k| same_row(state, e, *k)).collect();
    if here.iter().all(|k| state.slot_of[*k as usize] == target) {
        return Vec::new();
    }
    let imports: Vec<u32> = here.iter().map(|k| state.import_of[*k as usize]).collect();
    let there: &[u32] = if target == NONE { &[] } else { state.members(target) };
    here.retain(|k| {
        let import = state.import_of[*k as usize];
        let once = imports.iter().filter(|i| **i == import).count() == 1;
        state.slot_of[*k as usize] != target && once && there.iter().all(|m| state.import_of[*m as usize] != import)
    });
    here
}

fn same_row(state: &State<'_, '_, '_>, e: u32, k: u32) -> bool {
    same_id(state, e, k) && same_text(&state.entry(e).description, state.source_row(k).description)
}

fn has_ids(state: &State<'_, '_, '_>) -> bool {
    state.entries.iter().any(|e| e.bank_id.is_some())
}

pub(super) fn same_id(state: &State<'_, '_, '_>, e: u32, k: u32) -> bool {
    let known = state.source_row(k);
    known.kind == state.kind && known.bank_id.is_some() && known.bank_id == state.entry(e).bank_id.as_deref()
}

/// Every (row, source row) of one id and text, the n-th row of an import with the n-th equal row.
fn sorted_pairs(state: &State<'_, '_, '_>, group: &super::state::Group) -> Vec<(u32, u32)> {
    let mut rows: Vec<(&str, String, u32)> = state.rows[group.rows.clone()]
        .iter()
        .filter_map(|e| Some((state.entry(*e).bank_id.as_deref()?, text(&state.entry(*e).description), *e)))
        .collect();
    rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut source_rows: Vec<(&str, String, u32)> = state.source_rows[group.source_rows.clone()]
        .iter()
        .filter(|k| state.source_row(**k).kind == state.kind)
        .filter_map(|k| Some((state.source_row(*k).bank_id?, text(state.source_row(*k).description), *k)))
        .collect();
    source_rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut pairs = Vec::new();
    let mut used = HashSet::new();
    let mut s = 0;
    for (id, text, e) in rows {
        while s < source_rows.len() && (source_rows[s].0, &source_rows[s].1) < (id, &text) {
            s += 1;
        }
        while s < source_rows.len() && used.contains(&state.slot_of[source_rows[s].2 as usize]) {
            s += 1;
        }
        if s < source_rows.len() && (source_rows[s].0, &source_rows[s].1) == (id, &text) {
            used.insert(state.slot_of[source_rows[s].2 as usize]);
            pairs.push((e, source_rows[s].2));
            s += 1;
        }
    }
    pairs
}

fn text(raw: &str) -> String {
    normalise_description(raw)
}

/// Rule 1 for rows that the bank worded anew: same id, day and amount.
pub(super) fn same_id_other_text(state: &mut State<'_, '_, '_>) {
    if !has_ids(state) || renumbers(state) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let open = |e: &u32| state.is_open(*e) && state.entry(*e).bank_id.is_some();
        let rows: Vec<u32> = state.rows[group.rows].iter().copied().filter(open).collect();
        if rows.is_empty() {
            continue;
        }
        let mut source_rows: Vec<(&str, u32)> = state.source_rows[group.source_rows]
            .iter()
            .filter(|k| state.is_free(**k) && state.source_row(**k).kind == state.kind)
            .filter_map(|k| Some((state.source_row(*k).bank_id?, *k)))
            .collect();
        source_rows.sort();
        // What was taken stays taken: the next row of an id goes on behind it, however many rows one id has.
        let mut next: HashMap<&str, usize> = HashMap::new();
        for e in rows {
            let id = state.entry(e).bank_id.as_deref().unwrap_or_default();
            let at = next.entry(id).or_insert_with(|| source_rows.partition_point(|s| s.0 < id));
            while let Some((_, k)) = source_rows.get(*at).filter(|s| s.0 == id) {
                *at += 1;
                if state.is_free(*k) {
                    state.pair(e, state.slot_of[*k as usize]);
                    break;
                }
            }
        }
    }
}

/// More rows kept their text and changed their id than kept both.
fn renumbers(state: &State<'_, '_, '_>) -> bool {
    state.ids_changed > state.ids_held
}

/// Rule 2, second half: same id and day, the stored row pending, another amount (a tip).
pub(super) fn pending_id_other_amount(state: &mut State<'_, '_, '_>) {
    let mut pending: Vec<(i32, &str, u32)> = (0..)
        .zip(state.known)
        .filter(|(k, known)| known.status == EntryStatus::Pending && known.kind == state.kind && state.is_free(*k))
        .filter_map(|(k, known)| Some((known.day.epoch_days(), known.bank_id?, k)))
        .collect();
    if pending.is_empty() || renumbers(state) {
        return;
    }
    pending.sort_unstable();
    let mut next: HashMap<(i32, &str), usize> = HashMap::new();
    for e in 0..state.entries.len() as u32 {
        let entry = state.entry(e);
        let Some(id) = entry.bank_id.as_deref() else { continue };
        if !state.is_open(e) {
            continue;
        }
        let key = (entry.day.epoch_days(), id);
        let at = next.entry(key).or_insert_with(|| pending.partition_point(|(day, id, _)| (*day, *id) < key));
        while let Some((.., k)) = pending.get(*at).filter(|(day, id, _)| (*day, *id) == key) {
            *at += 1;
            if state.is_free(*k) {
                state.pair(e, state.slot_of[*k as usize]);
                break;
            }
        }
    }
}

/// Rule 2, first half: same id and amount, the day off by a few, one candidate on both sides.
pub(super) fn moved(state: &mut State<'_, '_, '_>) {
    if !has_ids(state) || renumbers(state) {
        return;
    }
    let mut source_rows: Vec<(u64, i32, u32)> = (0..)
        .zip(state.known)
        .filter(|(k, known)| known.kind == state.kind && state.is_free(*k))
        .filter_map(|(k, known)| Some((hash(known.bank_id?, known.amount), known.day.epoch_days(), k)))
        .collect();
    let mut rows: Vec<(u64, i32, u32)> = (0..)
        .zip(state.entries)
        .filter(|(e, _)| state.is_open(*e))
        .filter_map(|(e, entry)| {
            Some((hash(entry.bank_id.as_deref()?, entry.amount.micros()), entry.day.epoch_days(), e))
        })
        .collect();
    source_rows.sort_unstable();
    rows.sort_unstable();
    for run in rows.chunk_by(|a, b| a.0 == b.0) {
        let from = source_rows.partition_point(|s| s.0 < run[0].0);
        let there: Vec<_> = source_rows[from..].iter().take_while(|s| s.0 == run[0].0).take(TOO_MANY + 1).collect();
        if there.is_empty() || there.len() > TOO_MANY || run.len() > TOO_MANY {
            continue;
        }
        let near = |row: &(u64, i32, u32), s: &(u64, i32, u32)| {
            let same_amount = state.entry(row.2).amount.micros() == state.source_row(s.2).amount;
            (row.1 - s.1).abs() <= MOVED_DAYS && same_amount && same_id(state, row.2, s.2)
        };
        let mut pairs = Vec::new();
        for row in run {
            let mut candidates: Vec<u32> = Vec::new();
            for s in there.iter().filter(|s| near(row, s)) {
                if candidates.iter().all(|k| state.slot_of[*k as usize] != state.slot_of[s.2 as usize]) {
                    candidates.push(s.2);
                }
            }
            let alone =
                |k: u32| run.iter().filter(|r| there.iter().any(|s| same_slot(state, s.2, k) && near(r, s))).count();
            if let [k] = candidates[..]
                && alone(k) == 1
            {
                pairs.push((row.2, k));
            }
        }
        for (e, k) in pairs {
            take_moved(state, e, k);
        }
    }
}

fn same_slot(state: &State<'_, '_, '_>, a: u32, b: u32) -> bool {
    state.slot_of[a as usize] == state.slot_of[b as usize]
}

/// A row that one file shows where the other, covering that day, does not, has moved. Where neither covers
/// the other's day the id is all there is: with the same text it is believed and listed, else only listed.
fn take_moved(state: &mut State<'_, '_, '_>, e: u32, k: u32) {
    if !state.is_open(e) || !state.is_free(k) {
        return;
    }
    let (entry, known) = (state.entry(e), state.source_row(k));
    let seen = state.coverage.contains(known.day) || state.import(k).period.contains(entry.day);
    let same = seen || same_text(&entry.description, known.description);
    if same {
        state.pair(e, state.slot_of[k as usize]);
    }
    if !seen {
        let reason = if same { Reason::MovedTakenAsSame } else { Reason::OtherText };
        let other = SourceRowRef { import: known.import, position: known.position };
        state.listed.push(Listed { entry: e as usize, other, transaction: known.transaction, reason });
    }
    debug_assert!(!same || state.matched[e as usize] != NONE);
}

/// Deterministic, so that two runs decide alike; equality is always checked on the text itself.
fn hash(id: &str, amount: Micros) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    amount.hash(&mut hasher);
    hasher.finish()
}
