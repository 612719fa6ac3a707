//! One transaction: every row of every file that is it, and why they are one.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::OpError;
use super::derive;
use super::report::{TransactionRow, TransactionRows};
use crate::model::{Amount, EntryStatus, ImportId, TransactionId, normalise_description};
use crate::store::Reader;
use crate::store::db::decisions::DecidedRow;
use crate::store::db::imports::Import;
use crate::store::db::source_row::StoredSourceRow;

/// Returns the rows of a transaction, the one that it is shown by first.
///
/// # Errors
///
/// When there is no such transaction, or the vault cannot be read or is not as it was written.
pub fn show(vault: &Reader, id: TransactionId) -> Result<TransactionRows, OpError> {
    let view = vault.view();
    let imports: HashMap<ImportId, Import> = view.imports()?.into_iter().map(|i| (i.id, i)).collect();
    let decisions = view.decisions()?;
    for account in view.accounts()? {
        let mut rows: Vec<StoredSourceRow> = Vec::new();
        view.visit_kept(
            account.id,
            None,
            false,
            |row| (row.txn == id).then(|| row.to_stored()),
            |found| {
                rows.extend(found);
                ControlFlow::Continue(())
            },
        )?;
        if rows.is_empty() {
            continue;
        }
        rows.sort_by_key(|row| (!row.lead, row.day(), row.number));
        let shown = rows[0].clone();
        let name = |row: &StoredSourceRow| {
            let sha256 = imports.get(&row.import)?.sha256;
            Some(DecidedRow { sha256, statement: row.statement, position: row.position })
        };
        let is_said = |row: &StoredSourceRow| {
            let ends = [name(&shown), name(row)];
            decisions.iter().any(|d| d.same && ends.contains(&Some(d.row)) && ends.contains(&Some(d.other)))
        };
        let lines = rows.iter().map(|row| {
            let import = imports.get(&row.import);
            TransactionRow {
                import_id: row.import,
                file: import.map(|import| import.file.clone()).unwrap_or_default(),
                line: row.line,
                posted_timestamp: row.day(),
                amount: Amount::from_micros(row.amount, account.currency),
                description: row.description.clone(),
                status: if row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
                why: if is_said(row) { "you said so" } else { why(&shown, row, &imports) },
            }
        });
        return Ok(TransactionRows {
            transaction_id: id,
            account_id: account.id,
            name: account.name.clone(),
            rows: lines.collect(),
        });
    }
    Err(OpError::UnknownTransaction(id))
}

/// Returns why a row is the one that is shown.
fn why(shown: &StoredSourceRow, row: &StoredSourceRow, imports: &HashMap<ImportId, Import>) -> &'static str {
    if shown.key == row.key {
        return "shown";
    }
    let (Some(one), Some(other)) = (imports.get(&shown.import), imports.get(&row.import)) else { return "" };
    let same_source = derive::source(one) == derive::source(other);
    let same_text = normalise_description(&shown.description) == normalise_description(&row.description);
    let same_day = shown.day() == row.day();
    if row.pending != shown.pending {
        return "it was pending, and has posted";
    }
    if same_source && row.bank_id.is_some() && row.bank_id == shown.bank_id {
        return if same_day { "same bank id and amount" } else { "same bank id and amount, on a near day" };
    }
    if same_source && same_day && row.running.is_some() && row.running == shown.running {
        return "same day, amount and running balance";
    }
    match (same_source, same_day, same_text) {
        (true, true, true) => "same day, amount and text, in the same place among equal rows",
        (true, true, false) => "same day and amount; the bank words its rows anew",
        (true, false, _) => "joined by another file that shows it",
        (false, true, true) => "another source: same day, amount and text",
        (false, true, false) => "another source: same day and amount, in other words",
        (false, false, _) => "another source: same amount on a near day",
    }
}
