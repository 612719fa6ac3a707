//! What becomes of each row of a statement, given the account's source rows.

use super::incoming::Incoming;
use crate::import::dedupe;
use crate::model::{EntryStatus, ImportId};
use crate::ops::OpError;
use crate::store::Change;
use crate::store::db::source_rows::StoredSourceRow;

/// Reads the source rows that the statement could repeat.
pub(super) fn stored_rows(change: &Change<'_>, incoming: &Incoming<'_>) -> Result<Vec<StoredSourceRow>, OpError> {
    match dedupe::window(incoming.statement) {
        Some(window) if !incoming.target.new => Ok(change.view().source_rows(incoming.account(), window)?),
        _ => Ok(Vec::new()),
    }
}

/// Decides for each row whether it is new, known, or changes a known one.
pub(super) fn decide(
    change: &Change<'_>,
    incoming: &Incoming<'_>,
    stored: &[StoredSourceRow],
) -> Result<dedupe::Plan, OpError> {
    let Some(coverage) = dedupe::coverage(incoming.statement) else { return Ok(dedupe::Plan::default()) };
    let known: Vec<dedupe::Known<'_>> = stored.iter().filter(|s| s.is_living()).map(known).collect();
    let coverages = known_coverages(change, incoming)?;
    Ok(dedupe::decide(incoming.import.kind, coverage, &incoming.statement.entries, &known, &coverages))
}

fn known(source_row: &StoredSourceRow) -> dedupe::Known<'_> {
    dedupe::Known {
        transaction: source_row.txn,
        import: source_row.import,
        kind: source_row.kind,
        position: source_row.position.get(),
        day: source_row.day(),
        amount: source_row.amount,
        bank_id: source_row.bank_id.as_deref(),
        description: &source_row.description,
        running_balance: source_row.running,
        status: if source_row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
    }
}

fn known_coverages(change: &Change<'_>, incoming: &Incoming<'_>) -> Result<Vec<dedupe::KnownCoverage>, OpError> {
    let imports = change.view().imports()?;
    let living = |id: ImportId| imports.iter().find(|import| import.id == id && !import.undone);
    let coverages = change.view().coverages()?;
    let of_account = coverages.iter().filter(|c| c.account == incoming.account());
    let known = of_account.filter_map(|c| {
        Some(dedupe::KnownCoverage {
            import: c.import,
            kind: living(c.import)?.kind,
            period: c.period?,
            newest_first: c.newest_first,
        })
    });
    Ok(known.collect())
}
