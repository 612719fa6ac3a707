//! The transactions of an account, derived from its living files and the owner's decisions, and kept with its source
//! rows.
//!
//! A change of one file or decision derives the days again that it can touch, and no others. What becomes of a row is
//! decided in [`crate::import::reconcile`]; here its rows are read (`walk`), and what changed is written.

mod files;
mod result;
mod row;
mod stretch;
mod twin;
mod walk;

pub(crate) use files::{NewFile, Shape, source};
pub(crate) use result::{Fate, RowState};
pub(crate) use row::RowNumbers;
pub(crate) use twin::{content, spare_segments};

use std::collections::BTreeSet;

use super::OpError;
use crate::model::{AccountId, ImportId, Period};
use crate::store::db::decisions::StoredDecision;
use crate::store::db::source_row::StoredSourceRow;
use crate::store::{Change, View};
use result::Derived;
use walk::{Differ, Walk};

/// What becomes of the rows of a new file. Where none is derived, nothing is kept of each: a file may have a million.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    /// The number of the first row of a file that has the rows of this one, which come first there.
    twin: Option<u64>,
    /// The state of each row, in the order of the file; empty where none is derived.
    states: Vec<RowState>,
    /// The fate of each row; empty where none is derived.
    fates: Vec<Fate>,
}

impl Imported {
    /// Returns what becomes of rows that are not derived.
    fn of(twin: Option<u64>) -> Imported {
        Imported { twin, ..Imported::default() }
    }

    /// Takes what was derived of some of the rows, of which there are `count`.
    fn put(&mut self, count: usize, numbers: RowNumbers, derived: &[(u32, RowState, Fate)]) {
        if self.states.is_empty() {
            self.states = (0..count).map(|row| self.state(row, numbers)).collect();
            self.fates = (0..count).map(|row| self.fate(row)).collect();
        }
        for (index, state, fate) in derived {
            self.states[*index as usize] = *state;
            self.fates[*index as usize] = *fate;
        }
    }

    /// Returns the number of the first row of the file whose rows these are, where there is one.
    pub(crate) fn twin(&self) -> Option<u64> {
        self.twin
    }

    /// Returns the state of a row.
    pub(crate) fn state(&self, row: usize, numbers: RowNumbers) -> RowState {
        self.states.get(row).copied().unwrap_or_else(|| match self.twin {
            Some(first) => RowState { lead: false, ..RowState::alone(first + numbers.offset(row)) },
            None => RowState::alone(numbers.of(row)),
        })
    }

    /// Returns what becomes of a row.
    pub(crate) fn fate(&self, row: usize) -> Fate {
        let not_derived = if self.twin.is_some() { Fate::Present } else { Fate::Added };
        self.fates.get(row).copied().unwrap_or(not_derived)
    }
}

/// Derives the transactions of the days of a file that is about to be imported, and writes what changes with it of what
/// the account has. The rows of the file itself are to be written as they are returned.
pub(crate) fn import(
    change: &mut Change<'_>,
    account: AccountId,
    days: Period,
    file: &NewFile<'_>,
) -> Result<Imported, OpError> {
    let mut walk = Walk::of(&change.view(), account, days, Some(file))?;
    walk.narrow(&change.view(), days, Differ::New)?;
    let mut imported = Imported::of(walk.twin());
    while let Some(derived) = walk.next(&change.view())? {
        imported.put(file.entries.len(), file.numbers, &derived.new);
        store(change, account, &derived)?;
    }
    for evidence in walk.evidence() {
        change.put_pair(evidence)?;
    }
    Ok(imported)
}

/// Returns whether some days of an account stand apart, with the rows of an import that is about to be undone and without them.
pub(crate) fn stand_apart(
    view: &View<'_>,
    account: AccountId,
    days: Period,
    import: ImportId,
) -> Result<bool, OpError> {
    let mut walk = Walk::of(view, account, days, None)?;
    if !walk.is_only_of(import) {
        walk.narrow(view, days, Differ::Import(import))?;
    }
    Ok(walk.is_narrow())
}

/// Derives the days of an account again whose rows changed; where they stand apart, no others.
pub(crate) fn again(
    change: &mut Change<'_>,
    account: AccountId,
    changed: Period,
    stand_apart: bool,
) -> Result<(), OpError> {
    let mut walk = Walk::of(&change.view(), account, changed, None)?;
    if stand_apart {
        walk.alone(&change.view(), changed)?;
    }
    store_all(change, account, walk)
}

/// Derives the days again from the first to the last of some rows about which something was decided, or is no longer. Returns
/// whether these days stand apart: then no transaction has rows of these and of other days.
pub(crate) fn decided(
    change: &mut Change<'_>,
    account: AccountId,
    days: Period,
    decision: &StoredDecision,
) -> Result<bool, OpError> {
    let mut walk = Walk::of(&change.view(), account, days, None)?;
    walk.narrow(&change.view(), days, Differ::Decision(decision))?;
    let is_narrow = walk.is_narrow();
    store_all(change, account, walk)?;
    Ok(is_narrow)
}

fn store_all(change: &mut Change<'_>, account: AccountId, mut walk: Walk<'_>) -> Result<(), OpError> {
    while let Some(derived) = walk.next(&change.view())? {
        store(change, account, &derived)?;
    }
    Ok(())
}

/// Writes what was derived: the rows that changed, and the pairs in doubt.
fn store(change: &mut Change<'_>, account: AccountId, derived: &Derived) -> Result<(), OpError> {
    change.update_source_rows(derived.changed.iter().map(|(old, state)| {
        (old, StoredSourceRow { txn: state.txn, lead: state.lead, counts: state.counts, ..old.clone() })
    }))?;
    change.remove_doubts(|doubt| doubt.account == account && derived.days.contains(doubt.row.day))?;
    for doubt in &derived.doubts {
        change.add_doubt(doubt)?;
    }
    Ok(())
}

/// Returns how many rows and pairs in doubt of an account are not stored as its files and decisions make them. Reads and
/// verifies every month of it.
pub(crate) fn differing(view: &View<'_>, account: AccountId) -> Result<usize, OpError> {
    let covered = view.all_coverages()?.into_iter().filter(|coverage| coverage.account == account);
    let days = covered.filter_map(|coverage| coverage.rows).reduce(Period::spanning);
    let Some(days) = days else {
        view.verify_months(account, &BTreeSet::new())?;
        return Ok(0);
    };
    let mut stored = view.doubts()?;
    stored.retain(|doubt| doubt.account == account);
    let mut walk = Walk::of(view, account, days, None)?;
    let (mut changed, mut missing, mut known) = (0, 0, 0);
    while let Some(derived) = walk.next(view)? {
        changed += derived.changed.len();
        let there = derived.doubts.iter().filter(|doubt| stored.contains(doubt)).count();
        known += there;
        missing += derived.doubts.len() - there;
    }
    view.verify_months(account, walk.months_read())?;
    Ok(changed + missing + stored.len().saturating_sub(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST_FIRST: RowNumbers = RowNumbers { first: 100, newest_first: Some(3) };

    fn shown(imported: &Imported) -> Vec<(i64, bool, Fate)> {
        let of = |row| (imported.state(row, NEWEST_FIRST), imported.fate(row));
        (0..3).map(of).map(|(state, fate)| (state.txn.number(), state.lead, fate)).collect()
    }

    #[test]
    fn rows_beside_derived_ones_stay_as_they_are_without_any() {
        let alone = [(102, true, Fate::Added), (101, true, Fate::Added), (100, true, Fate::Added)];
        let of_twin = [(42, false, Fate::Present), (41, false, Fate::Present), (40, false, Fate::Present)];
        for (twin, expected) in [(None, alone), (Some(40), of_twin)] {
            let mut imported = Imported::of(twin);
            assert_eq!(shown(&imported), expected);
            imported.put(3, NEWEST_FIRST, &[(1, RowState::alone(7), Fate::Held)]);
            assert_eq!(shown(&imported), [expected[0], (7, true, Fate::Held), expected[2]]);
        }
    }
}
