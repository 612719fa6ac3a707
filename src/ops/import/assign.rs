//! Which transaction each row of a statement attests.

use std::collections::{HashMap, HashSet};

use super::incoming::Incoming;
use crate::import::dedupe::{self, Decision};
use crate::model::{ImportId, SourceKind, TransactionId};
use crate::ops::OpError;
use crate::store::Change;
use crate::store::db::source_rows::StoredSourceRow;

/// A row's transaction, and whether the row is the one that it is shown by.
#[derive(Clone, Copy)]
pub(super) struct Attested {
    pub txn: TransactionId,
    pub lead: bool,
}

/// The transactions of all rows of a statement.
pub(super) struct Assigned {
    /// One for each row, in the order of the statement.
    pub rows: Vec<Attested>,
    pub added: u64,
    pub present: u64,
    pub updated: u64,
    /// The known transactions that may be shown otherwise from now on.
    pub touched: HashSet<TransactionId>,
}

/// The numbers of a statement's rows: the first, and the transactions whose ids are not free.
pub(super) struct Numbers {
    pub first: u64,
    taken: HashSet<TransactionId>,
}

impl Numbers {
    /// Reserves a number for each row. The same bytes after an undo get the numbers that they had, so that transaction
    /// ids, and the pseudonyms made from them, outlast an undo.
    pub(super) fn reserve(change: &mut Change<'_>, incoming: &Incoming<'_>) -> Result<Numbers, OpError> {
        let (account, import) = (incoming.account(), incoming.import);
        let imports = change.view().imports()?;
        let undone = |id: ImportId| {
            imports.iter().any(|i| i.id == id && i.undone && i.sha256 == import.sha256 && i.rows == import.rows)
        };
        let coverages = change.view().coverages()?;
        let before = coverages.into_iter().rev().find(|c| c.account == account && undone(c.import));
        let (Some(before), Some(window)) = (before, dedupe::window(incoming.statement)) else {
            let first = change.reserve_rows(incoming.statement.entries.len())?;
            return Ok(Numbers { first, taken: HashSet::new() });
        };
        Ok(Numbers { first: before.numbers, taken: change.transactions_around(account, window)? })
    }

    /// Returns the id of the transaction that the row at `index` makes.
    fn transaction(&self, change: &mut Change<'_>, index: usize) -> Result<TransactionId, OpError> {
        let own = TransactionId::new((self.first + index as u64).cast_signed());
        // Another import may have kept the transaction of this number alive.
        if self.taken.contains(&own) {
            return Ok(TransactionId::new(change.reserve_rows(1)?.cast_signed()));
        }
        Ok(own)
    }
}

/// Gives each row its transaction: a new one, or the known one that was decided.
pub(super) fn assign(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    stored: &[StoredSourceRow],
    plan: &dedupe::Plan,
    numbers: &Numbers,
) -> Result<Assigned, OpError> {
    let count = incoming.statement.entries.len();
    let mut assigned =
        Assigned { rows: Vec::with_capacity(count), added: 0, present: 0, updated: 0, touched: HashSet::new() };
    let leads: HashMap<TransactionId, SourceKind> =
        stored.iter().filter(|s| s.lead && s.is_living()).map(|s| (s.txn, s.kind)).collect();
    for index in 0..count {
        let attested = match plan.decisions.get(index) {
            Some(Decision::Present(txn)) => {
                assigned.present += 1;
                // Another kind of file that says nothing new does not change what is shown. A newer file of the
                // same kind does: banks write their rows out as they learn more.
                if leads.get(txn).is_none_or(|kind| *kind == incoming.import.kind) {
                    assigned.touched.insert(*txn);
                }
                Attested { txn: *txn, lead: false }
            }
            Some(Decision::Updated(txn)) => {
                assigned.updated += 1;
                assigned.touched.insert(*txn);
                Attested { txn: *txn, lead: false }
            }
            Some(Decision::Added) | None => {
                assigned.added += 1;
                Attested { txn: numbers.transaction(change, index)?, lead: true }
            }
        };
        assigned.rows.push(attested);
    }
    Ok(assigned)
}
