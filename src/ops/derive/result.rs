//! What was derived, and how it differs from what is stored.

use std::collections::HashMap;

use super::scene::{Input, NewFile, NewRow, Scene};
use crate::import::reconcile::Outcome;
use crate::model::{Day, EntryStatus, ImportId, Micros, RowPosition, TransactionId};
use crate::store::db::doubts::{DoubtfulRow, StoredDoubt};
use crate::store::db::pairs::StoredPair;

/// What is derived of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowState {
    /// Its transaction.
    pub txn: TransactionId,
    /// Whether the transaction is shown as this row has it.
    pub lead: bool,
    /// Whether it counts.
    pub counts: bool,
}

impl RowState {
    /// Returns the state of a row that is a transaction by itself.
    pub(super) fn alone(number: u64) -> RowState {
        RowState { txn: TransactionId::new(number.cast_signed()), lead: true, counts: true }
    }
}

/// What becomes of a new row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is a transaction that the vault did not have.
    Added,
    /// The vault had its transaction, and shows it as before.
    Present,
    /// The vault had its transaction, and shows it now as this row has it.
    Updated,
    /// It is pending, and a later file rules its day.
    Held,
}

/// What was derived.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    /// Of each row of the new file.
    pub new: Vec<RowState>,
    /// What becomes of each row of the new file; empty where all are added.
    pub fates: Vec<Fate>,
    /// Stored rows whose state changed, by their index.
    pub changed: Vec<(u32, RowState)>,
    /// Pairs in doubt in the touched days.
    pub doubts: Vec<StoredDoubt>,
    /// What the new file and the others tell of each other.
    pub pairs: Vec<StoredPair>,
}

impl Derived {
    /// Returns what becomes of a row of the new file.
    pub(crate) fn fate(&self, row: usize) -> Fate {
        self.fates.get(row).copied().unwrap_or(Fate::Added)
    }

    /// Returns how many pairs in doubt name a row of an import.
    pub(crate) fn doubts_of(&self, import: ImportId) -> u64 {
        let names = |doubt: &&StoredDoubt| doubt.row.import == import || doubt.other.import == import;
        self.doubts.iter().filter(names).count() as u64
    }
}

/// How a transaction was shown.
type Shown = (Day, Micros, bool);

impl Derived {
    /// Returns what is derived where a file is alone: every row is a transaction.
    pub(super) fn alone(new: Option<&NewFile<'_>>) -> Derived {
        let rows = new.map(|file| file.rows.as_slice()).unwrap_or_default();
        Derived { new: rows.iter().map(|row| RowState::alone(row.number)).collect(), ..Derived::default() }
    }

    /// Returns what differs from what is stored.
    pub(super) fn of(scene: &Scene, new: Option<&NewFile<'_>>, input: Input<'_>, outcome: &Outcome) -> Derived {
        let Input { origin, evidence: pairs, .. } = input;
        let count = scene.stored.len();
        let mut derived = Derived {
            new: new.map(|file| file.rows.iter().map(|row| RowState::alone(row.number)).collect()).unwrap_or_default(),
            pairs,
            ..Derived::default()
        };
        let mut before: HashMap<u64, Option<Shown>> = HashMap::new();
        for (row, at) in origin.iter().enumerate() {
            let state = RowState {
                txn: TransactionId::new(outcome.transaction[row].cast_signed()),
                lead: outcome.leads[row],
                counts: outcome.counts[row],
            };
            let at = *at as usize;
            let Some(stored) = scene.stored.get(at) else {
                derived.new[at - count] = state;
                continue;
            };
            if new.is_some() && stored.counts {
                let shown = before.entry(outcome.transaction[row]).or_insert(None);
                if stored.lead {
                    *shown = Some((stored.day(), stored.amount, stored.pending));
                }
            }
            let was = RowState { txn: stored.txn, lead: stored.lead, counts: stored.counts };
            if was != state && scene.touches(stored.day()) {
                derived.changed.push((at as u32, state));
            }
        }
        if let Some(new) = new {
            let fate = |(state, row): (&RowState, &NewRow<'_>)| {
                let known = before.get(&state.txn.number().cast_unsigned());
                let as_here = (row.entry.day, row.entry.amount.micros(), row.entry.status == EntryStatus::Pending);
                match (known, state) {
                    (None, RowState { counts: false, .. }) => Fate::Held,
                    (None, _) => Fate::Added,
                    (Some(Some(shown)), RowState { lead: true, .. }) if *shown != as_here => Fate::Updated,
                    (Some(_), _) => Fate::Present,
                }
            };
            derived.fates = derived.new.iter().zip(&new.rows).map(fate).collect();
        }
        derived.doubts = doubts(scene, new, &origin, outcome);
        derived
    }
}

fn doubts(scene: &Scene, new: Option<&NewFile<'_>>, origin: &[u32], outcome: &Outcome) -> Vec<StoredDoubt> {
    let named = |row: u32| {
        let at = origin[row as usize] as usize;
        match scene.stored.get(at) {
            Some(row) => Some(DoubtfulRow { import: row.import, position: row.position, day: row.day() }),
            None => {
                let index = at - scene.stored.len();
                let position = RowPosition::new(u32::try_from(index).unwrap_or(u32::MAX));
                let new = new?;
                Some(DoubtfulRow { import: new.import, position, day: new.rows.get(index)?.entry.day })
            }
        }
    };
    let all = outcome.doubts.iter().filter_map(|doubt| {
        Some(StoredDoubt {
            account: scene.account(),
            row: named(doubt.row)?,
            other: named(doubt.other)?,
            reason: doubt.reason.to_string(),
            same: doubt.assumed_same,
        })
    });
    all.filter(|doubt| scene.touches(doubt.row.day)).collect()
}
