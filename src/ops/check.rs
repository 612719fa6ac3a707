//! Recomputes everything that is otherwise only verified as it is read.

use super::OpError;
use super::report::CheckReport;
use crate::model::Env;
use crate::store::{self, Reader};

/// Checks pages, digests, chain, slices, outbox and anchor.
///
/// # Errors
///
/// When the check itself fails; what it finds is in the report.
pub fn run(vault: &Reader, env: Env<'_>) -> Result<CheckReport, OpError> {
    let findings = store::check(vault, env);
    Ok(CheckReport { ok: findings.is_empty(), findings })
}
