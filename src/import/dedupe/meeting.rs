//! How the file stands to an earlier import with which it shares one day, at an end of both.
//!
//! Any of the two may have been cut in the middle of that day, so the rows alone do not tell whether two equal
//! ones are one. Running balances do, ids of a bank that keeps them do; else the file that begins in the day is
//! the same view of it when it holds all that the file ending there showed, as an export of whole days does.

use std::collections::HashSet;

use crate::model::{Day, EntryStatus, Micros, Period};

use super::state::{Meeting, Place, Relation, State, classes, place, similar_text};

/// Sets the relation of every import and keeps the meetings.
pub(super) fn relate(state: &mut State<'_, '_, '_>) {
    let meets: Vec<bool> = state.imports.iter().map(|i| only_meet(state.coverage, i.period)).collect();
    if !meets.iter().any(|m| *m) {
        return;
    }
    let renumbers = state.ids_held == 0 && overlaps_with_other_ids(state, &meets);
    let mut meetings: Vec<Meeting> = Vec::new();
    let mut meeting_of = vec![usize::MAX; meets.len()];
    // The rows of the day before: source rows come day by day.
    let mut rows_of: Option<(Day, Vec<u32>)> = None;
    for at in 0..state.source_rows.len() {
        let k = state.source_rows[at];
        let import = state.import_of[k as usize] as usize;
        let known = state.source_row(k);
        if !meets[import] || known.status != EntryStatus::Posted {
            continue;
        }
        let (_, rows) = match rows_of.take_if(|(day, _)| *day == known.day) {
            Some(same_day) => rows_of.insert(same_day),
            None => rows_of.insert((known.day, posted_rows_of(state, known.day))),
        };
        if rows.is_empty() {
            continue;
        }
        if meeting_of[import] == usize::MAX {
            meeting_of[import] = meetings.len();
            meetings.push(Meeting { import, rows: Vec::new(), source_rows: Vec::new() });
        }
        let meeting = &mut meetings[meeting_of[import]];
        if meeting.source_rows.last().is_none_or(|last| state.source_row(*last).day != known.day) {
            meeting.rows.extend(&*rows);
        }
        meeting.source_rows.push(k);
    }
    for meeting in &meetings {
        state.imports[meeting.import].relation = relation(state, meeting, renumbers);
    }
    state.meetings = meetings;
}

/// Whether two coverages share no more than one day, and that is an end of both.
fn only_meet(a: Period, b: Period) -> bool {
    match a.overlap(b) {
        None => true,
        Some(shared) => {
            let end = |p: Period| shared.first() == p.first() || shared.first() == p.last();
            shared.first() == shared.last() && end(a) && end(b)
        }
    }
}

/// Whether a file that overlaps by more than a day shows rows of this file's days, and all under other ids.
fn overlaps_with_other_ids(state: &State<'_, '_, '_>, meets: &[bool]) -> bool {
    state.groups.iter().any(|g| {
        state.source_rows[g.source_rows.clone()].iter().any(|k| {
            let known = state.source_row(*k);
            !meets[state.import_of[*k as usize] as usize] && known.kind == state.kind && known.bank_id.is_some()
        })
    })
}

fn posted_rows_of(state: &State<'_, '_, '_>, day: Day) -> Vec<u32> {
    let from = state.rows.partition_point(|e| state.entry(*e).day < day);
    let rows = state.rows[from..].iter().copied().take_while(|e| state.entry(*e).day == day);
    rows.filter(|e| state.is_posted(*e)).collect()
}

fn relation(state: &State<'_, '_, '_>, meeting: &Meeting, renumbers: bool) -> Relation {
    let import = state.imports[meeting.import];
    let same_kind = import.kind == state.kind;
    let (rows, source_rows) = (&meeting.rows, &meeting.source_rows);
    let balances = rows.iter().all(|e| state.entry(*e).running_balance.is_some())
        && source_rows.iter().all(|k| state.source_row(*k).running_balance.is_some());
    if balances {
        return Relation::ByBalance;
    }
    let ids = rows.iter().all(|e| state.entry(*e).bank_id.is_some())
        && source_rows.iter().all(|k| state.source_row(*k).bank_id.is_some());
    if same_kind && ids && !renumbers {
        let id = |e: &u32| (state.entry(*e).bank_id.as_deref(), state.entry(*e).amount.micros());
        let mine: HashSet<(Option<&str>, Micros)> = rows.iter().map(id).collect();
        let held =
            source_rows.iter().any(|k| mine.contains(&(state.source_row(*k).bank_id, state.source_row(*k).amount)));
        return if held { Relation::ById } else { Relation::GoesOn };
    }
    let (mine_holds, theirs_holds) =
        if same_kind { holds_by_text(state, meeting) } else { holds_by_amount(state, meeting) };
    let day = state.source_row(source_rows[0]).day;
    match (place(state.coverage, day), place(import.period, day)) {
        (Place::Loose, Place::Loose) if mine_holds && theirs_holds && same_kind => Relation::Identical,
        (Place::Tail, Place::Head) if mine_holds => Relation::SameView,
        (Place::Head, Place::Tail) if theirs_holds => Relation::SameView,
        (Place::Tail, Place::Head) | (Place::Head, Place::Tail) => Relation::GoesOn,
        // A file of one day may be an earlier or a later look at it.
        _ if mine_holds || theirs_holds => Relation::SameView,
        _ => Relation::GoesOn,
    }
}

/// Whether the file holds every row of the import, and the import every row of the file: day, amount and text.
fn holds_by_text(state: &State<'_, '_, '_>, meeting: &Meeting) -> (bool, bool) {
    let texts: Vec<&str> = meeting
        .rows
        .iter()
        .map(|e| &*state.entry(*e).description)
        .chain(meeting.source_rows.iter().map(|k| state.source_row(*k).description))
        .collect();
    let class = classes(&texts);
    let mut mine: Vec<(Day, Micros, u32)> = (meeting.rows.iter().zip(&class))
        .map(|(e, class)| (state.entry(*e).day, state.entry(*e).amount.micros(), *class))
        .collect();
    let mut theirs: Vec<(Day, Micros, u32)> = (meeting.source_rows.iter().zip(&class[meeting.rows.len()..]))
        .map(|(k, class)| (state.source_row(*k).day, state.source_row(*k).amount, *class))
        .collect();
    mine.sort_unstable();
    theirs.sort_unstable();
    (contains(&mine, &theirs), contains(&theirs, &mine))
}

/// Whether a sorted multiset contains another.
fn contains<T: Ord>(large: &[T], small: &[T]) -> bool {
    let mut at = 0;
    small.iter().all(|item| {
        while at < large.len() && large[at] < *item {
            at += 1;
        }
        at += 1;
        at <= large.len() && large[at - 1] == *item
    })
}

/// The same across kinds of source, where texts are only similar.
fn holds_by_amount(state: &State<'_, '_, '_>, meeting: &Meeting) -> (bool, bool) {
    /// Beyond this many equal amounts of one day the count alone decides.
    const MANY: usize = 64;
    let mut mine: Vec<(Day, Micros, u32)> =
        meeting.rows.iter().map(|e| (state.entry(*e).day, state.entry(*e).amount.micros(), *e)).collect();
    let mut theirs: Vec<(Day, Micros, u32)> =
        meeting.source_rows.iter().map(|k| (state.source_row(*k).day, state.source_row(*k).amount, *k)).collect();
    mine.sort_unstable();
    theirs.sort_unstable();
    let paired: usize = mine
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .map(|rows| {
            let from = theirs.partition_point(|t| (t.0, t.1) < (rows[0].0, rows[0].1));
            let mut there: Vec<u32> =
                theirs[from..].iter().take_while(|t| (t.0, t.1) == (rows[0].0, rows[0].1)).map(|t| t.2).collect();
            if rows.len().max(there.len()) > MANY {
                return rows.len().min(there.len());
            }
            let before = there.len();
            for (.., e) in rows {
                let text = &state.entry(*e).description;
                if let Some(at) = there.iter().position(|k| similar_text(text, state.source_row(*k).description)) {
                    there.remove(at);
                }
            }
            before - there.len()
        })
        .sum();
    (paired == theirs.len(), paired == mine.len())
}
