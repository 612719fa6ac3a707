//! A last row such as `New balance` or `TOTAL`, which may be a payee, below a line that states the balance before the rows: where
//! that balance and the rows come to its amount, it states the balance after them.

use super::stated::{Stated, StatedKind};
use crate::import::evidence::lines::{self, Line};
use crate::model::{Entry, Micros, Skipped, Statement};

/// What a report calls the row.
const WHAT: &str = "balance line";

/// Takes such a row out of the rows, at either end of them.
pub(super) fn take_out(statement: &mut Statement<'_>, stated: &mut Vec<Stated>) {
    let is_opening = |s: &&Stated| matches!(s.kind, StatedKind::Opening | StatedKind::Start);
    let found = stated.iter().find(is_opening).map(|s| (s.amount.micros(), s.is_running));
    let Some((opening, is_running)) = found else { return };
    let entries = &statement.entries;
    let last = entries.len().saturating_sub(1);
    let Some(index) = [last, 0].into_iter().find(|index| closes(entries, *index, opening)) else { return };
    let entry = statement.entries.remove(index);
    let (kind, day, amount) = (StatedKind::Closing, entry.day, entry.amount);
    stated.push(Stated { kind, day, amount, is_running, is_told: false });
    match statement.skipped.iter_mut().find(|skipped| skipped.what == WHAT) {
        Some(known) => known.count += 1,
        None => statement.skipped.push(Skipped { what: WHAT.to_owned(), count: 1 }),
    }
}

/// Returns whether a row says that it is a balance or a sum, and is what the balance before the others and these come to.
fn closes(entries: &[Entry<'_>], index: usize, opening: Micros) -> bool {
    let Some(entry) = entries.get(index).filter(|_| entries.len() > 1) else { return false };
    let says = matches!(lines::kind(&entry.description), Some(Line::Closing | Line::AsOf | Line::Total));
    let others = || entries.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, e)| e.amount.micros());
    let is_apart = entry.running.is_none_or(|balance| balance == entry.amount.micros());
    let sum = || Micros::checked_sum([opening].into_iter().chain(others()));
    says && is_apart && sum() == Some(entry.amount.micros())
}
