//! What was derived of some days, and how it differs from what is stored.

use std::collections::HashMap;

use super::stretch::Stretch;
use crate::import::reconcile::Outcome;
use crate::model::{Day, EntryStatus, Micros, Period, TransactionId};
use crate::store::db::doubts::{DoubtfulRow, StoredDoubt};
use crate::store::db::source_row::StoredSourceRow;

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

/// What was derived of some days.
#[derive(Debug)]
pub(crate) struct Derived {
    /// The days.
    pub days: Period,
    /// Rows of the new file, by their indices.
    pub new: Vec<(u32, RowState, Fate)>,
    /// Stored rows whose state changed, as they were.
    pub changed: Vec<(StoredSourceRow, RowState)>,
    /// Pairs in doubt.
    pub doubts: Vec<StoredDoubt>,
}

/// How a transaction was shown.
type Shown = (Day, Micros, bool);

impl Derived {
    /// Returns what differs from what is stored. `origin` tells where each reconciled row comes from.
    pub(super) fn of(stretch: &Stretch<'_>, origin: &[u32], outcome: &Outcome) -> Derived {
        let mut derived = Derived {
            days: stretch.days,
            new: Vec::new(),
            changed: Vec::new(),
            doubts: doubts(stretch, origin, outcome),
        };
        let file = stretch.file;
        let mut before: HashMap<u64, Option<Shown>> = HashMap::new();
        for (row, at) in origin.iter().enumerate() {
            let state = RowState {
                txn: TransactionId::new(outcome.transaction[row].cast_signed()),
                lead: outcome.leads[row],
                counts: outcome.counts[row],
            };
            let Some(stored) = stretch.stored.get(*at as usize) else {
                let index = stretch.new[*at as usize - stretch.stored.len()];
                derived.new.push((index, state, Fate::Added));
                continue;
            };
            if file.is_some() && stored.counts {
                let shown = before.entry(outcome.transaction[row]).or_insert(None);
                if stored.lead {
                    *shown = Some((stored.day(), stored.amount, stored.pending));
                }
            }
            let was = RowState { txn: stored.txn, lead: stored.lead, counts: stored.counts };
            if was != state && stretch.days.contains(stored.day()) {
                derived.changed.push((stored.to_stored(), state));
            }
        }
        let Some(file) = file else { return derived };
        derived.new.retain(|(index, ..)| stretch.days.contains(file.entries[*index as usize].day));
        for (index, state, fate) in &mut derived.new {
            let entry = &file.entries[*index as usize];
            let as_here = (entry.day, entry.amount.micros(), entry.status == EntryStatus::Pending);
            *fate = match (before.get(&state.txn.number().cast_unsigned()), *state) {
                (None, RowState { counts: false, .. }) => Fate::Held,
                (None, _) => Fate::Added,
                (Some(Some(shown)), RowState { lead: true, .. }) if *shown != as_here => Fate::Updated,
                (Some(_), _) => Fate::Present,
            };
        }
        derived
    }
}

/// Returns the pairs in doubt of the stretch.
fn doubts(stretch: &Stretch<'_>, origin: &[u32], outcome: &Outcome) -> Vec<StoredDoubt> {
    let named = |row: u32| {
        let at = origin[row as usize];
        let position = stretch.position(at);
        match stretch.stored.get(at as usize) {
            Some(row) => Some(DoubtfulRow { statement: row.statement_id(), position, day: row.day() }),
            None => {
                let file = stretch.file?;
                let day = file.entries.get(position.get() as usize)?.day;
                Some(DoubtfulRow { statement: file.id, position, day })
            }
        }
    };
    let all = outcome.doubts.iter().filter_map(|doubt| {
        Some(StoredDoubt {
            account: stretch.account,
            row: named(doubt.row)?,
            other: named(doubt.other)?,
            reason: doubt.reason.to_string(),
            same: doubt.assumed_same,
        })
    });
    all.filter(|doubt| stretch.days.contains(doubt.row.day)).collect()
}
