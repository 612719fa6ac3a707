//! What a statement changes in the stored source rows, and the pairs that are left undecided.

use std::collections::{HashMap, HashSet};

use super::assign::Assigned;
use super::incoming::Incoming;
use crate::import::dedupe::{Plan, SourceRowRef};
use crate::model::{ImportId, RowPosition, TransactionId};
use crate::ops::OpError;
use crate::store::Change;
use crate::store::db::imports::{ListedRow, StoredDuplicate};
use crate::store::db::row_key::RowKey;
use crate::store::db::source_rows::StoredSourceRow;

/// The stored source rows, by import and position.
pub(super) struct Stored<'s> {
    rows: &'s [StoredSourceRow],
    by_reference: HashMap<(ImportId, RowPosition), &'s StoredSourceRow>,
}

impl<'s> Stored<'s> {
    pub(super) fn new(rows: &'s [StoredSourceRow]) -> Self {
        Stored { rows, by_reference: rows.iter().map(|s| ((s.import, s.position), s)).collect() }
    }

    fn find(&self, of: SourceRowRef) -> Option<&'s StoredSourceRow> {
        self.by_reference.get(&(of.import, RowPosition::new(of.position))).copied()
    }
}

/// Marks the pending rows that the statement replaces, and moves known rows to the transactions that the plan says.
/// Adds the transactions that change to those touched.
pub(super) fn revise(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    stored: &Stored<'_>,
    plan: &Plan,
    assigned: &mut Assigned,
) -> Result<(), OpError> {
    let mut changed: HashMap<RowKey, StoredSourceRow> = HashMap::new();
    for row in plan.replaced_pending.iter().filter_map(|r| stored.find(*r)) {
        assigned.touched.insert(row.txn);
        changed.entry(row.key).or_insert_with(|| row.clone()).replaced = Some(incoming.import.id);
    }
    // Pending rows that a newer snapshot replaced come back with an undo: no other row of their file may attest
    // their transaction meanwhile, or the file would show two rows and attest one transaction.
    let is_replaced = |s: &&StoredSourceRow| !s.is_living() || changed.contains_key(&s.key);
    let replaced: HashSet<(ImportId, TransactionId)> =
        stored.rows.iter().filter(is_replaced).map(|s| (s.import, s.txn)).collect();
    for moved in &plan.moves {
        let (Some(row), Some(to)) = (stored.find(moved.source_row), assigned.rows.get(moved.to)) else { continue };
        if replaced.contains(&(row.import, to.txn)) {
            continue;
        }
        assigned.touched.extend([row.txn, to.txn]);
        changed.entry(row.key).or_insert_with(|| row.clone()).txn = to.txn;
    }
    for old in stored.rows {
        if let Some(new) = changed.get(&old.key) {
            change.update_source_row(old, new)?;
        }
    }
    Ok(())
}

/// Stores the undecided pairs, and returns how many there are.
pub(super) fn list_undecided(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    stored: &Stored<'_>,
    plan: &Plan,
) -> Result<u64, OpError> {
    let mut listed = 0;
    for pair in &plan.listed {
        let entry = incoming.statement.entries.get(pair.entry);
        let (Some(other), Some(entry)) = (stored.find(pair.other), entry) else { continue };
        let position = RowPosition::new(u32::try_from(pair.entry).unwrap_or(u32::MAX));
        change.add_duplicate(&StoredDuplicate {
            account: incoming.account(),
            row: ListedRow { import: incoming.import.id, position, day: entry.day },
            other: ListedRow { import: other.import, position: other.position, day: other.day() },
            reason: pair.reason.to_string(),
        })?;
        listed += 1;
    }
    Ok(listed)
}
