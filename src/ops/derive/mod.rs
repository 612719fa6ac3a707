//! The transactions of an account, derived from its living files and the owner's decisions, and kept with its source
//! rows.
//!
//! A change of one file or decision derives the days again that it can touch, and no others. What becomes of a row is
//! decided in [`crate::import::reconcile`]; here its rows are read, and what changed is written.

mod result;
mod scene;

pub(crate) use result::{Derived, Fate, RowState};
pub(crate) use scene::{NewFile, NewRow, Scene, source};

use super::OpError;
use crate::import::reconcile::reconcile;
use crate::model::{AccountId, Period};
use crate::store::db::source_rows::StoredSourceRow;
use crate::store::{Change, View};

/// Derives the transactions of the days that a scene touches, with a file that is about to be imported.
pub(crate) fn derive(scene: &Scene, new: Option<&NewFile<'_>>) -> Derived {
    let Some(input) = scene.input(new) else { return Derived::alone(new) };
    let outcome = reconcile(&input.files, &input.rows, &input.pairs, &input.decisions);
    Derived::of(scene, new, input, &outcome)
}

/// Writes what was derived: the rows that changed, the pairs in doubt, and what files tell of each other.
pub(crate) fn store(change: &mut Change<'_>, scene: &Scene, derived: &Derived) -> Result<(), OpError> {
    for (index, state) in &derived.changed {
        let old = &scene.stored[*index as usize];
        let new = StoredSourceRow { txn: state.txn, lead: state.lead, counts: state.counts, ..old.clone() };
        change.update_source_row(old, &new)?;
    }
    change.remove_doubts(|doubt| doubt.account == scene.account() && scene.touches(doubt.row.day))?;
    for doubt in &derived.doubts {
        change.add_doubt(doubt)?;
    }
    for evidence in &derived.pairs {
        change.put_pair(evidence)?;
    }
    Ok(())
}

/// Returns how many rows and pairs in doubt of an account are not stored as its files and decisions make them.
pub(crate) fn differing(view: &View<'_>, account: AccountId) -> Result<usize, OpError> {
    let covered = view.all_coverages()?.into_iter().filter(|coverage| coverage.account == account);
    let days: Vec<Period> = covered.filter_map(|coverage| coverage.rows).collect();
    let first = days.iter().map(Period::first).min();
    let last = days.iter().map(Period::last).max();
    let Some(days) = first.zip(last).and_then(|(first, last)| Period::new(first, last)) else { return Ok(0) };
    let scene = Scene::read(view, account, days)?;
    let derived = derive(&scene, None);
    let mut stored = view.doubts()?;
    stored.retain(|doubt| doubt.account == account);
    let missing = derived.doubts.iter().filter(|doubt| !stored.contains(doubt)).count();
    Ok(derived.changed.len() + missing + stored.len().saturating_sub(derived.doubts.len() - missing))
}

/// Derives the days of an account again whose rows changed.
pub(crate) fn again(change: &mut Change<'_>, account: AccountId, changed: Period) -> Result<(), OpError> {
    let scene = Scene::read(&change.view(), account, changed)?;
    let derived = derive(&scene, None);
    store(change, &scene, &derived)
}
