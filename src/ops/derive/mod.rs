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
pub(crate) use row::NewRow;
pub(crate) use twin::{content, spare_segments};

use std::collections::BTreeSet;

use super::OpError;
use crate::model::{AccountId, Period};
use crate::store::db::source_row::StoredSourceRow;
use crate::store::{Change, View};
use result::Derived;
use walk::Walk;

/// What becomes of the rows of a new file.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    /// Of each row, in the order of the file.
    pub states: Vec<RowState>,
    /// Of each row; empty where all are added.
    fates: Vec<Fate>,
}

impl Imported {
    /// Returns what becomes of the rows of a file where no other one is near.
    fn alone(file: &NewFile<'_>) -> Imported {
        Imported { states: file.rows.iter().map(|row| RowState::alone(row.number)).collect(), fates: Vec::new() }
    }

    /// Returns what becomes of the rows of a file that has the rows of another one, which come first there.
    fn of_twin(file: &NewFile<'_>, first_number: u64) -> Imported {
        let state = |row: &NewRow<'_>| RowState {
            lead: false,
            ..RowState::alone(first_number + (row.number - file.first_number))
        };
        Imported { states: file.rows.iter().map(state).collect(), fates: vec![Fate::Present; file.rows.len()] }
    }

    /// Returns what becomes of a row.
    pub(crate) fn fate(&self, row: usize) -> Fate {
        self.fates.get(row).copied().unwrap_or(Fate::Added)
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
    let mut imported = match walk.twin() {
        Some(first_number) => Imported::of_twin(file, first_number),
        None => Imported::alone(file),
    };
    while let Some(derived) = walk.next(&change.view())? {
        imported.fates.resize(file.rows.len(), Fate::Added);
        for (index, state, fate) in &derived.new {
            imported.states[*index as usize] = *state;
            imported.fates[*index as usize] = *fate;
        }
        store(change, account, &derived)?;
    }
    for evidence in walk.evidence() {
        change.put_pair(evidence)?;
    }
    Ok(imported)
}

/// Derives the days of an account again whose rows changed.
pub(crate) fn again(change: &mut Change<'_>, account: AccountId, changed: Period) -> Result<(), OpError> {
    let mut walk = Walk::of(&change.view(), account, changed, None)?;
    while let Some(derived) = walk.next(&change.view())? {
        store(change, account, &derived)?;
    }
    Ok(())
}

/// Writes what was derived: the rows that changed, and the pairs in doubt.
fn store(change: &mut Change<'_>, account: AccountId, derived: &Derived) -> Result<(), OpError> {
    for (old, state) in &derived.changed {
        let new = StoredSourceRow { txn: state.txn, lead: state.lead, counts: state.counts, ..old.clone() };
        change.update_source_row(old, &new)?;
    }
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
