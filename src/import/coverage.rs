//! What a statement shows: the days that it covers, and the order of its rows.

use std::collections::{HashMap, HashSet};

use crate::model::{Day, Entry, EntryStatus, Micros, Period, Statement};

/// Returns the days that a statement covers: first to last day of its rows, posted ones where it has any. Declared dates
/// only shrink it: what a bank promises beyond its rows is not evidence.
pub fn coverage(statement: &Statement<'_>) -> Option<Period> {
    let posted = |entry: &&Entry<'_>| entry.status == EntryStatus::Posted;
    let rows = span(statement.entries.iter().filter(posted)).or_else(|| span(statement.entries.iter()))?;
    Some(statement.declared.and_then(|declared| declared.overlap(rows)).unwrap_or(rows))
}

/// Returns the first to the last day of all rows of a statement, pending ones among them.
pub fn days(statement: &Statement<'_>) -> Option<Period> {
    span(statement.entries.iter())
}

fn span<'s, 'e: 's>(entries: impl Iterator<Item = &'s Entry<'e>>) -> Option<Period> {
    let (first, last) = entries.fold(None, |span: Option<(Day, Day)>, entry| {
        Some(span.map_or((entry.day, entry.day), |(first, last)| (first.min(entry.day), last.max(entry.day))))
    })?;
    Period::new(first, last)
}

/// Returns whether a file lists its newest row first. A file of a single day tells by its running balances, else it does
/// not.
pub fn newest_first(entries: &[Entry<'_>]) -> bool {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return false };
    if first.day != last.day {
        return first.day > last.day;
    }
    let pairs = || entries.windows(2).take(64);
    let forward = pairs().filter(|w| follows(&w[0], &w[1])).count();
    let backward = pairs().filter(|w| follows(&w[1], &w[0])).count();
    backward > forward
}

/// Returns whether the balance after a row is the balance after another one plus its amount.
pub(crate) fn follows(before: &Entry<'_>, after: &Entry<'_>) -> bool {
    before.running.zip(after.running).is_some_and(|(b, a)| b.checked_add(after.amount.micros()) == Some(a))
}

/// Returns the only order in which each of some rows, given by the balances before and after it, begins with the balance that
/// the one before ends with.
pub(crate) fn only_order(rows: &[(Micros, Micros)]) -> Option<Vec<usize>> {
    let ends: HashSet<Micros> = rows.iter().map(|(_, after)| *after).collect();
    let mut from: HashMap<Micros, usize> = HashMap::new();
    for (at, (before, _)) in rows.iter().enumerate() {
        if from.insert(*before, at).is_some() {
            return None;
        }
    }
    let mut starts = from.keys().filter(|before| !ends.contains(before));
    let (mut held, None) = (*starts.next()?, starts.next()) else { return None };
    let mut order = Vec::with_capacity(rows.len());
    while let Some(at) = from.remove(&held) {
        order.push(at);
        held = rows[at].1;
    }
    from.is_empty().then_some(order)
}
