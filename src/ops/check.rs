//! Recomputes everything that is otherwise only verified as it is read.

use super::report::CheckReport;
use super::{OpError, derive};
use crate::model::Env;
use crate::store::{self, Finding, FindingKind, Reader};

/// Checks pages, digests, chain, slices, outbox and anchor, and derives every transaction again.
///
/// # Errors
///
/// When the check itself fails; what it finds is in the report.
pub fn run(vault: &Reader, env: Env<'_>) -> Result<CheckReport, OpError> {
    let mut findings = store::check(vault, env);
    // What cannot be trusted is not worth deriving from.
    if findings.is_empty() {
        for account in vault.view().all_accounts()? {
            let differing = derive::differing(&vault.view(), account.id)?;
            if differing > 0 {
                let message = format!(
                    "{differing} rows or pairs of {} ({:?}) are not as their files and your decisions make them",
                    account.id, account.name
                );
                findings.push(Finding { kind: FindingKind::Transactions, message });
            }
        }
    }
    Ok(CheckReport { ok: findings.is_empty(), findings })
}
