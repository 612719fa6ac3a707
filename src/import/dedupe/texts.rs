//! Rule 3: same day, amount and description in files of one kind, counted; and what equal rows of a day tell.
//!
//! Equal rows are told apart by their place among their equals: a file that ends in the day shows the first of
//! them, a file that begins in it the last. That matters when an import is undone later: every source row must
//! by then attest the row that it really showed.

use std::collections::HashMap;

use crate::model::{EntryStatus, ImportId, Micros};

use super::rows::{Move, SourceRowRef};
use super::state::{self, Group, NONE, Place, Relation, State, classes, place};

/// Equal rows of one day beyond which their numbering is not worth its time: nobody has a thousand equal trams.
const MANY_EQUALS: usize = 1 << 16;

/// Pairs posted rows with posted source rows of the same text.
pub(super) fn same_text(state: &mut State<'_, '_, '_>) {
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let rows: Vec<u32> = posted_rows(state, &group);
        if rows.iter().all(|e| !state.is_open(*e)) || pair_alone(state, &group, &rows) {
            continue;
        }
        let source_rows: Vec<u32> = source_rows_where(state, &group, |state, k| {
            state.source_row(k).kind == state.kind && state.source_row(k).status == EntryStatus::Posted
        });
        for (rows, source_rows) in by_text(state, &rows, &source_rows) {
            pair_equals(state, &rows, &source_rows);
        }
    }
}

fn posted_rows(state: &State<'_, '_, '_>, group: &Group) -> Vec<u32> {
    state.rows[group.rows.clone()].iter().copied().filter(|e| state.is_posted(*e)).collect()
}

fn source_rows_where(
    state: &State<'_, '_, '_>,
    group: &Group,
    wanted: impl Fn(&State<'_, '_, '_>, u32) -> bool,
) -> Vec<u32> {
    state.source_rows[group.source_rows.clone()].iter().copied().filter(|k| wanted(state, *k)).collect()
}

/// The usual case, without allocation: one row, and one transaction of that day and amount in the same words.
fn pair_alone(state: &mut State<'_, '_, '_>, group: &Group, rows: &[u32]) -> bool {
    let [entry] = *rows else { return false };
    let mut found = NONE;
    for at in group.source_rows.clone() {
        let k = state.source_rows[at];
        let known = state.source_row(k);
        if known.kind != state.kind || known.status != EntryStatus::Posted {
            continue;
        }
        let slot = state.slot_of[k as usize];
        if found != NONE && found != slot {
            return false;
        }
        found = slot;
        if !state.is_free(k) || !state.fits(entry, k) || !same_text_as(state, entry, k) {
            return false;
        }
    }
    if found != NONE {
        take(state, entry, found);
    }
    found != NONE
}

fn same_text_as(state: &State<'_, '_, '_>, entry: u32, k: u32) -> bool {
    state::same_text(&state.entry(entry).description, state.source_row(k).description)
}

/// Pairs, and counts whether the bank's id held: more changed than held means that this bank renumbers.
fn take(state: &mut State<'_, '_, '_>, entry: u32, slot: u32) {
    if let Some(id) = state.entry(entry).bank_id.as_deref() {
        let mut ids = state.members(slot).iter().filter_map(|k| {
            let known = state.source_row(*k);
            known.bank_id.filter(|_| known.kind == state.kind)
        });
        if let Some(first) = ids.next()
            && first != id
            && ids.all(|other| other != id)
        {
            state.ids_changed += 1;
        }
    }
    state.pair(entry, slot);
}

/// Splits rows and source rows of a group by normalised text; only parts that have both.
pub(super) fn by_text(state: &State<'_, '_, '_>, rows: &[u32], source_rows: &[u32]) -> Vec<(Vec<u32>, Vec<u32>)> {
    if rows.is_empty() || source_rows.is_empty() {
        return Vec::new();
    }
    let texts: Vec<&str> = rows
        .iter()
        .map(|e| &*state.entry(*e).description)
        .chain(source_rows.iter().map(|k| state.source_row(*k).description))
        .collect();
    let class = classes(&texts);
    let mut parts = vec![(Vec::new(), Vec::new()); class.iter().max().map_or(0, |c| *c as usize + 1)];
    for (e, c) in rows.iter().zip(&class) {
        parts[*c as usize].0.push(*e);
    }
    for (k, c) in source_rows.iter().zip(&class[rows.len()..]) {
        parts[*c as usize].1.push(*k);
    }
    parts.retain(|(rows, source_rows)| !rows.is_empty() && !source_rows.is_empty());
    parts
}

/// Pairs rows and source rows that are equal in day, amount and text.
fn pair_equals(state: &mut State<'_, '_, '_>, rows: &[u32], source_rows: &[u32]) {
    let day = state.entry(rows[0]).day;
    let mine = place(state.coverage, day);
    let untouched = rows.iter().all(|e| state.is_open(*e));
    pair_by_balance(state, rows, source_rows);

    let wants = wanted_rows(state, mine, rows.len(), source_rows);
    // The very same file first, then files that show the day whole, then those that show a comparable part.
    let strength = |state: &State<'_, '_, '_>, k: u32| match place(state.import(k).period, day) {
        _ if state.import(k).relation == Relation::Identical => 0,
        Place::Whole => 1,
        _ => 2,
    };
    for round in 0..3 {
        for (k, want) in source_rows.iter().zip(&wants) {
            if let Some(want) = *want
                && strength(state, *k) == round
                && state.is_free(*k)
                && state.is_open(rows[want])
                && state.fits(rows[want], *k)
            {
                take(state, rows[want], state.slot_of[*k as usize]);
            }
        }
    }
    fill(state, mine, rows, source_rows);
    // The same place, the same rows: what the file shows whole is how many there are.
    if mine == Place::Whole && untouched {
        count_is_true(state, rows, source_rows, &wants);
    }
}

/// Rows with one running balance are one row, whatever the order.
fn pair_by_balance(state: &mut State<'_, '_, '_>, rows: &[u32], source_rows: &[u32]) {
    let mut balances: Vec<(Micros, u32)> =
        source_rows.iter().filter_map(|k| Some((state.source_row(*k).running_balance?, *k))).collect();
    if balances.is_empty() {
        return;
    }
    balances.sort_by_key(|(balance, _)| *balance);
    let mut next: HashMap<Micros, usize> = HashMap::new();
    for e in rows {
        let Some(balance) = state.entry(*e).running_balance.map(|b| b.micros()) else { continue };
        if !state.is_open(*e) {
            continue;
        }
        // Where the balances agree, whether a source row fits is the same for every row: none is looked at twice.
        let at = next.entry(balance).or_insert_with(|| balances.partition_point(|(b, _)| *b < balance));
        while let Some((_, k)) = balances.get(*at).filter(|(b, _)| *b == balance) {
            *at += 1;
            if state.is_free(*k) && state.fits(*e, *k) {
                take(state, *e, state.slot_of[*k as usize]);
                break;
            }
        }
    }
}

/// By source row: which of the file's equal rows it showed, where its file and this one show comparable parts.
fn wanted_rows(state: &State<'_, '_, '_>, mine: Place, count: usize, source_rows: &[u32]) -> Vec<Option<usize>> {
    let mut wants = Vec::with_capacity(source_rows.len());
    for part in source_rows.chunk_by(|a, b| state.import_of[*a as usize] == state.import_of[*b as usize]) {
        let import = state.import(part[0]);
        let theirs = place(import.period, state.source_row(part[0]).day);
        for start in 0..part.len() {
            let end = part.len() - 1 - start;
            let from_start = Some(start);
            let from_end = (count > end).then(|| count - 1 - end);
            wants.push(
                match (mine, theirs) {
                    (Place::Whole | Place::Head, Place::Whole | Place::Head) => from_start,
                    (Place::Whole, Place::Tail) | (Place::Tail, Place::Whole | Place::Tail) => from_end,
                    _ => None,
                }
                .filter(|want| *want < count),
            );
        }
    }
    wants
}

/// Pairs what is left in order, from the end for a file that begins in this day.
fn fill(state: &mut State<'_, '_, '_>, mine: Place, rows: &[u32], source_rows: &[u32]) {
    let mut open: Vec<u32> = rows.iter().copied().filter(|e| state.is_open(*e)).collect();
    let by_balance = |k: u32| state.import(k).relation == Relation::ByBalance;
    let mut free: Vec<u32> = source_rows
        .iter()
        .copied()
        .filter(|k| state.is_free(*k) && !by_balance(*k) && open.first().is_some_and(|e| state.fits(*e, *k)))
        .collect();
    if mine == Place::Tail {
        open.reverse();
        free.reverse();
    }
    // A file that is matched freely knows better than one that this file only meets.
    free.sort_by_key(|k| state.import(*k).relation == Relation::SameView);
    let mut free = free.into_iter();
    for e in open {
        let Some(k) = free.by_ref().find(|k| state.is_free(*k)) else { return };
        take(state, e, state.slot_of[k as usize]);
    }
}

/// Moves every source row to the transaction of the row that it showed. Two files that met in this day may have
/// been taken apart where they overlapped, or together where they did not; now their rows can be numbered.
fn count_is_true(state: &mut State<'_, '_, '_>, rows: &[u32], source_rows: &[u32], wants: &[Option<usize>]) {
    if rows.len() * source_rows.len() > MANY_EQUALS {
        return;
    }
    let mut target: Vec<usize> = Vec::with_capacity(source_rows.len());
    let mut moved = false;
    for (k, want) in source_rows.iter().zip(wants) {
        let slot = state.slot_of[*k as usize];
        let now = rows.iter().position(|e| state.taken[slot as usize] == *e).unwrap_or(usize::MAX);
        let want = want.filter(|w| state.same_balance(rows[*w], *k) != Some(false)).unwrap_or(now);
        moved |= want != now;
        target.push(want);
    }
    // Rows of files that show a part of the day at an unknown place: to any row that their file does not hold.
    for at in 0..target.len() {
        if target[at] == usize::MAX {
            let holds =
                |row: usize| (0..target.len()).any(|o| target[o] == row && same_import(state, source_rows, o, at));
            let free = (0..rows.len())
                .find(|row| !holds(*row) && state.same_balance(rows[*row], source_rows[at]) != Some(false));
            target[at] = free.unwrap_or(usize::MAX);
            moved |= free.is_some();
        }
    }
    if moved && sound(state, rows, source_rows, &target) {
        emit(state, rows, source_rows, &target);
    }
}

fn same_import(state: &State<'_, '_, '_>, source_rows: &[u32], a: usize, b: usize) -> bool {
    state.import_of[source_rows[a] as usize] == state.import_of[source_rows[b] as usize]
}

/// Two rows of one import never share a transaction, also not with a source row of another day.
fn sound(state: &State<'_, '_, '_>, rows: &[u32], source_rows: &[u32], target: &[usize]) -> bool {
    let mut held: Vec<(usize, u32)> = Vec::new();
    for (k, row) in source_rows.iter().zip(target) {
        if *row != usize::MAX {
            held.push((*row, state.import_of[*k as usize]));
        }
    }
    for (row, e) in rows.iter().enumerate() {
        let slot = state.matched[*e as usize];
        if slot != NONE {
            let others = state.members(slot).iter().filter(|m| !source_rows.contains(m));
            held.extend(others.map(|m| (row, state.import_of[*m as usize])));
        }
    }
    let count = held.len();
    held.sort_unstable();
    held.dedup();
    held.len() == count
}

fn emit(state: &mut State<'_, '_, '_>, rows: &[u32], source_rows: &[u32], target: &[usize]) {
    for (k, row) in source_rows.iter().zip(target) {
        let slot = state.slot_of[*k as usize];
        if *row == usize::MAX || state.matched[rows[*row] as usize] == slot {
            continue;
        }
        push_move(state, *k, rows[*row]);
        // A transaction that this file does not show and that loses its source rows of this kind is the same
        // row seen by other kinds of source: those follow.
        let left_over = state.taken[slot as usize] == NONE;
        let others: Vec<u32> = state.members(slot).iter().copied().filter(|m| !source_rows.contains(m)).collect();
        let only_other_kinds = others.iter().all(|m| state.source_row(*m).kind != state.kind);
        if left_over && only_other_kinds {
            let here = state.matched[rows[*row] as usize];
            let holds = |import: ImportId| {
                here != NONE && state.members(here).iter().any(|m| state.source_row(*m).import == import)
            };
            let follow: Vec<u32> = others.into_iter().filter(|m| !holds(state.source_row(*m).import)).collect();
            for m in follow {
                push_move(state, m, rows[*row]);
            }
        }
    }
}

/// Moves every source row of a slot to an entry's transaction, unless one import would have two rows there.
pub(super) fn move_all(state: &mut State<'_, '_, '_>, slot: u32, to: u32) -> bool {
    let target = state.matched[to as usize];
    if target == NONE {
        return false;
    }
    let of = |slot: u32| -> Vec<u32> { state.members(slot).iter().map(|m| state.import_of[*m as usize]).collect() };
    let here = of(target);
    let bound = state.bound.contains(&to);
    if bound || of(slot).iter().any(|import| here.contains(import)) {
        return false;
    }
    for at in 0..state.members(slot).len() {
        push_move(state, state.members(slot)[at], to);
    }
    true
}

pub(super) fn push_move(state: &mut State<'_, '_, '_>, k: u32, to: u32) {
    let known = state.source_row(k);
    let source_row = SourceRowRef { import: known.import, position: known.position };
    if state.moving.insert(source_row) {
        state.bound.insert(to);
        state.moves.push(Move { source_row, to: to as usize });
    }
}

/// Pairs rows and source rows of the same text of which one is pending: the row was booked, or is still announced.
pub(super) fn pending_with_text(state: &mut State<'_, '_, '_>) {
    let pending_rows = state.entries.iter().any(|e| e.status == EntryStatus::Pending);
    if !pending_rows && state.known.iter().all(|k| k.status == EntryStatus::Posted) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let rows: Vec<u32> = state.rows[group.rows.clone()].iter().copied().filter(|e| state.is_open(*e)).collect();
        let source_rows =
            source_rows_where(state, &group, |state, k| state.source_row(k).kind == state.kind && state.is_free(k));
        for (rows, source_rows) in by_text(state, &rows, &source_rows) {
            let (pending, posted): (Vec<u32>, Vec<u32>) =
                source_rows.iter().partition(|k| state.source_row(**k).status == EntryStatus::Pending);
            // Pending with pending first: a booked row and its double announcement stay apart.
            for same_status in [true, false] {
                let (mut pending, mut posted) = (pending.iter(), posted.iter());
                for e in rows.iter().copied() {
                    if !state.is_open(e) {
                        continue;
                    }
                    let others = match (state.entry(e).status, same_status) {
                        (EntryStatus::Pending, true) | (EntryStatus::Posted, false) => &mut pending,
                        (EntryStatus::Pending, false) => &mut posted,
                        (EntryStatus::Posted, true) => continue,
                    };
                    if let Some(k) = others.find(|k| state.is_free(**k)) {
                        take(state, e, state.slot_of[*k as usize]);
                    }
                }
            }
        }
    }
}

/// Pairs rows of one day and amount whose running balances agree though the bank worded them anew.
pub(super) fn same_balance(state: &mut State<'_, '_, '_>) {
    if state.entries.iter().all(|e| e.running_balance.is_none()) {
        return;
    }
    for g in 0..state.groups.len() {
        let group = state.groups[g].clone();
        let rows: Vec<u32> = posted_rows(state, &group).into_iter().filter(|e| state.is_open(*e)).collect();
        if rows.is_empty() {
            continue;
        }
        let source_rows = source_rows_where(state, &group, |state, k| {
            state.source_row(k).kind == state.kind
                && state.source_row(k).status == EntryStatus::Posted
                && state.is_free(k)
        });
        pair_by_balance(state, &rows, &source_rows);
    }
}
