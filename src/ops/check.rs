//! Recomputing everything that is otherwise verified as it is read.

use super::OpError;
use super::report::{CheckReport, Finding};
use crate::model::Env;
use crate::store::{self, Reader};

/// Checks pages, digests, chain, slices, outbox and anchor.
pub fn run(vault: &Reader, env: Env<'_>) -> Result<CheckReport, OpError> {
    let findings: Vec<Finding> = store::check(vault, env)?
        .into_iter()
        .map(|finding| Finding { kind: finding.kind.to_owned(), message: finding.message })
        .collect();
    Ok(CheckReport { ok: findings.is_empty(), findings })
}
