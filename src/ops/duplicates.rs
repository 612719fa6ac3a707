//! Pairs of rows of which two true histories fit the files.
//!
//! They are derived with the transactions: an undo, or a file that shows the whole day, settles them by itself.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::OpError;
use super::report::{DuplicateLine, DuplicateRow, Verdict};
use crate::import::reconcile::Reason;
use crate::model::{AccountId, Amount, Day, ImportId, PairId, Period, RowPosition, StatementId};
use crate::store::Reader;
use crate::store::db::doubts::{DoubtfulRow, StoredDoubt};
use crate::store::db::source_row::StoredSourceRow;

/// Returns a reason in words.
fn in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::SharedDay => "shared day",
        Reason::OtherText => "other words",
        Reason::OtherId => "other id",
        Reason::OtherAmount => "other amount",
        Reason::OtherSource => "other source",
        Reason::Moved => "moved day",
        Reason::PostedLater => "posted later",
        Reason::PartialFile => "partial file",
    }
}

/// Returns the pairs in doubt, by account and day.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader) -> Result<Vec<DuplicateLine>, OpError> {
    let view = vault.view();
    let accounts = view.accounts()?;
    let hidden = view.hidden_accounts()?;
    let files: HashMap<ImportId, String> = view.imports()?.into_iter().map(|import| (import.id, import.file)).collect();
    let mut doubts: Vec<StoredDoubt> = view.doubts()?;
    doubts.retain(|doubt| !hidden.contains(&doubt.account));
    doubts.sort_by_key(|doubt| (doubt.account, doubt.row.day));
    let mut lines = Vec::new();
    for of_account in doubts.chunk_by(|a, b| a.account == b.account) {
        let account = accounts.iter().find(|account| account.id == of_account[0].account);
        let account = account.ok_or(OpError::PairWithoutAccount)?;
        let rows = rows(vault, account.id, of_account)?;
        for doubt in of_account {
            let find = |of: DoubtfulRow| rows.get(&(of.statement, of.position));
            let (Some(one), Some(other)) = (find(doubt.row), find(doubt.other)) else { continue };
            let Ok(reason) = doubt.reason.parse::<Reason>() else { continue };
            let shown = |row: &StoredSourceRow| DuplicateRow {
                transaction_id: row.txn,
                import_id: row.import,
                file: files.get(&row.import).cloned().unwrap_or_default(),
                line: row.line,
                posted_timestamp: row.day(),
                amount: Amount::from_micros(row.amount, account.currency),
                description: row.description.clone(),
            };
            lines.push(DuplicateLine {
                pair_id: PairId::new(one.number, other.number),
                account_id: account.id,
                name: account.name.clone(),
                reason: in_words(reason),
                assumed: if doubt.same { Verdict::Same } else { Verdict::Different },
                rows: [shown(one), shown(other)],
            });
        }
    }
    Ok(lines)
}

/// Returns the rows of pairs, which all are of one account.
fn rows(
    vault: &Reader,
    account: AccountId,
    doubts: &[StoredDoubt],
) -> Result<HashMap<(StatementId, RowPosition), StoredSourceRow>, OpError> {
    let named = || doubts.iter().flat_map(|doubt| [doubt.row, doubt.other]);
    let wanted: std::collections::HashSet<(StatementId, RowPosition)> =
        named().map(|row| (row.statement, row.position)).collect();
    let days: Vec<Day> = named().map(|row| row.day).collect();
    let period = days.iter().min().zip(days.iter().max()).and_then(|(first, last)| Period::new(*first, *last));
    let mut found = HashMap::new();
    vault.view().visit_kept(
        account,
        period,
        false,
        |row| wanted.contains(&(row.statement_id(), row.position)).then(|| row.to_stored()),
        |rows| {
            found.extend(rows.into_iter().map(|row| ((row.statement_id(), row.position), row)));
            ControlFlow::Continue(())
        },
    )?;
    Ok(found)
}
