//! Gives each row of a statement its transaction: an existing one, or a new one.
//!
//! A new transaction's id is the number of its row, unless that id is in use. What is a duplicate was decided before, in
//! [`dedupe::Plan`]; which row a transaction is shown by is chosen afterwards, among all its rows.

use std::collections::{HashMap, HashSet};

use super::incoming::Incoming;
use crate::import::dedupe::{self, Decision};
use crate::model::{ImportId, SourceKind, TransactionId};
use crate::ops::OpError;
use crate::store::Change;
use crate::store::db::source_rows::StoredSourceRow;

/// A row's transaction, and whether the row supplies the text and amount that are shown for it. The second is
/// provisional for transactions that are touched.
#[derive(Clone, Copy)]
pub(super) struct RowTransaction {
    pub txn: TransactionId,
    pub lead: bool,
}

/// The transactions of all rows of a statement.
pub(super) struct Assigned {
    /// One for each row, in the order of the statement.
    pub rows: Vec<RowTransaction>,
    /// Rows that made a transaction.
    pub added: u64,
    /// Rows whose transaction was known.
    pub present: u64,
    /// Rows that changed a known transaction.
    pub updated: u64,
    /// Existing transactions whose shown row has to be chosen again.
    pub touched: HashSet<TransactionId>,
}

/// The numbers that a statement's rows have: consecutive, in file order.
pub(super) struct Numbers {
    pub first: u64,
    /// How many rows there are, in a file that is newest first: the last row then has the first number, so that the rows of
    /// a day stand in the order in which they happened.
    newest_first: Option<u64>,
    /// Transactions that exist, so that no row can make them again.
    taken: HashSet<TransactionId>,
    /// The transactions that the rows have in another account: each keeps its id where it is new here.
    wanted: Vec<TransactionId>,
}

impl Numbers {
    /// Reserves a number for each row. When an undone file is imported again, its rows get their old numbers: ids of
    /// transactions, and the pseudonyms made from them, survive an undo.
    pub(super) fn reserve(change: &mut Change<'_>, incoming: &Incoming<'_>) -> Result<Numbers, OpError> {
        let (account, import) = (incoming.account(), incoming.import);
        let entries = &incoming.statement.entries;
        let newest_first = dedupe::newest_first(entries).then_some(entries.len() as u64);
        if let Some(kept) = incoming.kept {
            let taken = match dedupe::window(incoming.statement) {
                Some(window) => change.transactions_around(account, window)?,
                None => HashSet::new(),
            };
            return Ok(Numbers { first: kept.first, newest_first, taken, wanted: kept.txns.clone() });
        }
        let imports = change.view().imports()?;
        let undone = |id: ImportId| {
            imports.iter().any(|i| i.id == id && i.undone && i.sha256 == import.sha256 && i.rows == import.rows)
        };
        let coverages = change.view().coverages()?;
        // The newest of several undone imports of the file.
        let undone_coverage = coverages.into_iter().rev().find(|c| c.account == account && undone(c.import));
        let (Some(undone_coverage), Some(window)) = (undone_coverage, dedupe::window(incoming.statement)) else {
            let first = change.reserve_rows(incoming.statement.entries.len())?;
            return Ok(Numbers { first, newest_first, taken: HashSet::new(), wanted: Vec::new() });
        };
        let taken = change.transactions_around(account, window)?;
        Ok(Numbers { first: undone_coverage.first_number, newest_first, taken, wanted: Vec::new() })
    }

    /// Returns the number of the row at `index`.
    pub(super) fn of(&self, index: usize) -> u64 {
        let place = match self.newest_first {
            Some(count) => count.saturating_sub(index as u64 + 1),
            None => index as u64,
        };
        self.first + place
    }

    /// Returns the id of the transaction that the row at `index` makes.
    fn new_transaction(&mut self, change: &mut Change<'_>, index: usize) -> Result<TransactionId, OpError> {
        let own = TransactionId::new(self.of(index).cast_signed());
        let wanted = self.wanted.get(index).copied();
        // Another import may have kept the transaction of this number alive.
        let Some(free) = wanted.into_iter().chain([own]).find(|txn| !self.taken.contains(txn)) else {
            return Ok(TransactionId::new(change.reserve_rows(1)?.cast_signed()));
        };
        if wanted.is_some() {
            self.taken.insert(free);
        }
        Ok(free)
    }
}

/// Gives each row a new transaction, or the existing one that `plan` chose. `stored` are the rows near it.
pub(super) fn assign(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    stored: &[StoredSourceRow],
    plan: &dedupe::Plan,
    numbers: &mut Numbers,
) -> Result<Assigned, OpError> {
    let count = incoming.statement.entries.len();
    let mut assigned =
        Assigned { rows: Vec::with_capacity(count), added: 0, present: 0, updated: 0, touched: HashSet::new() };
    let leads: HashMap<TransactionId, SourceKind> =
        stored.iter().filter(|s| s.lead && s.is_living()).map(|s| (s.txn, s.kind)).collect();
    for index in 0..count {
        let row = match plan.decisions.get(index) {
            Some(Decision::Present(txn)) => {
                assigned.present += 1;
                // Another kind of file that says nothing new does not change what is shown. A newer file of the
                // same kind does: later downloads often have fuller descriptions.
                if leads.get(txn).is_none_or(|kind| *kind == incoming.import.kind) {
                    assigned.touched.insert(*txn);
                }
                RowTransaction { txn: *txn, lead: false }
            }
            Some(Decision::Updated(txn)) => {
                assigned.updated += 1;
                assigned.touched.insert(*txn);
                RowTransaction { txn: *txn, lead: false }
            }
            Some(Decision::Added) | None => {
                assigned.added += 1;
                RowTransaction { txn: numbers.new_transaction(change, index)?, lead: true }
            }
        };
        assigned.rows.push(row);
    }
    Ok(assigned)
}
