//! Recomputes everything that is otherwise only verified as it is read.

use std::path::Path;

use super::report::CheckReport;
use super::{OpError, derive};
use crate::model::{Env, VaultId};
use crate::store::copies::last::{self, LastCheck};
use crate::store::{self, Finding, FindingKind, Reader, StoreError};

/// Checks pages, digests, chain, slices, outbox and anchor, and derives every transaction again.
///
/// # Errors
///
/// When the check itself fails; what it finds is in the report.
pub fn run(vault: &Reader, env: Env<'_>) -> Result<CheckReport, OpError> {
    let mut findings = store::check(vault, env)?;
    // What cannot be trusted is not worth deriving from: its rows are looked at for their own sake.
    let of_rows = if findings.is_empty() { transactions(vault)? } else { Rows::NotAsWritten(None) };
    match of_rows {
        Rows::AsWritten(found) => findings.extend(found),
        Rows::NotAsWritten(error) => {
            let found = store::check_rows(vault)?;
            let error = error.filter(|_| found.is_empty()).map(|error| vault.finding(FindingKind::RowDigest, error));
            findings.extend(found);
            findings.extend(error.transpose()?);
        }
    }
    Ok(CheckReport { ok: findings.is_empty(), findings })
}

/// Checks what takes no time, however many rows there are: header, chain, root, small tables, outbox, anchor, sizes and kinds of
/// files. Pages, rows, archived files and sealed slices are not looked at.
///
/// # Errors
///
/// As [`run`].
pub fn quick(vault: &Reader, env: Env<'_>) -> Result<CheckReport, OpError> {
    let findings = store::check_quickly(vault, env)?;
    Ok(CheckReport { ok: findings.is_empty(), findings })
}

/// Notes in the state directory that a check ended; `quick` when it looked at less than everything.
///
/// # Errors
///
/// When the state directory cannot be written.
pub fn note(state_dir: &Path, vault: &VaultId, ok: bool, quick: bool, env: Env<'_>) -> Result<(), OpError> {
    let check = LastCheck { time: env.now(), ok, quick };
    Ok(last::note_check(state_dir, vault, check).map_err(StoreError::from)?)
}

/// What the source rows are.
enum Rows {
    /// Those that were written. What is derived of them may differ from what is stored.
    AsWritten(Vec<Finding>),
    /// Others; with the first error, where one was met.
    NotAsWritten(Option<StoreError>),
}

/// Derives every transaction again, and verifies every source row as it is read for it.
fn transactions(vault: &Reader) -> Result<Rows, OpError> {
    let view = vault.view();
    match view.has_strays() {
        Ok(false) => {}
        Ok(true) => return Ok(Rows::NotAsWritten(None)),
        Err(error @ StoreError::NoMemory) => return Err(error.into()),
        Err(error) => return Ok(Rows::NotAsWritten(Some(error))),
    }
    let mut findings = Vec::new();
    for account in view.all_accounts()? {
        let differing = match derive::differing(&view, account.id) {
            Ok(differing) => differing,
            Err(OpError::Store(error @ StoreError::NoMemory)) => return Err(error.into()),
            Err(OpError::Store(error)) => return Ok(Rows::NotAsWritten(Some(error))),
            Err(error) => return Err(error),
        };
        if differing > 0 {
            let message = format!(
                "rows or pairs of {} ({:?}) that are not as their files and your decisions make them: {differing}",
                account.id, account.name
            );
            findings.push(Finding { kind: FindingKind::Transactions, message });
        }
    }
    Ok(Rows::AsWritten(findings))
}
