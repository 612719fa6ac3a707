//! The audit log: showing it, verifying its chain, and accepting a vault that does not descend from its anchor.

use super::OpError;
use super::report::{AuditLine, AuditVerifyReport, Finding, FindingKind};
use crate::model::{Env, counted};
use crate::store::copies::anchor::AnchorState;
use crate::store::{Open, Reader, Vault};

/// Returns every entry, oldest first.
///
/// # Errors
///
/// When the log cannot be read, or was changed.
pub fn show(vault: &Reader) -> Result<Vec<AuditLine>, OpError> {
    let records = vault.audit_log()?;
    let broken = vault.faults_in(&records);
    if !broken.is_empty() {
        return Err(OpError::BrokenLog(broken));
    }
    let lines = records.into_iter().map(|record| AuditLine {
        seq: record.seq.number().unsigned_abs(),
        time: record.time,
        action: record.action,
        subject: record.subject,
        detail: serde_json::from_str(&record.detail).unwrap_or(serde_json::Value::String(record.detail)),
    });
    Ok(lines.collect())
}

/// Recomputes the chain, and compares its end with this machine's anchor.
pub(crate) fn verify(vault: &Reader) -> Result<AuditVerifyReport, OpError> {
    let (broken, anchor) = vault.verify_audit()?;
    let mut findings: Vec<Finding> =
        broken.iter().map(|fault| Finding { kind: FindingKind::AuditChain, message: fault.to_string() }).collect();
    let words = match anchor {
        AnchorState::Missing => "this machine has no anchor for this vault".to_owned(),
        AnchorState::Same => "the anchor is at the last entry".to_owned(),
        AnchorState::Advanced { by } => format!("the vault has {} after the anchor", counted(by, "entry", "entries")),
        AnchorState::VaultOlder { anchor_seq, vault_seq } => {
            format!("the anchor is at entry {anchor_seq}, the vault only at {vault_seq}")
        }
        AnchorState::Replaced => {
            "the anchor is of another copy of this vault, which was restored, adopted or accepted since".to_owned()
        }
        AnchorState::Forked { anchor_seq, .. } => {
            format!("the log does not contain entry {anchor_seq}, which this machine has seen")
        }
    };
    if !anchor.is_sound() {
        findings.push(Finding { kind: FindingKind::Anchor, message: words.clone() });
    }
    let entries = vault.audit_log()?.len() as u64;
    Ok(AuditVerifyReport { ok: findings.is_empty(), entries, anchor: words, findings })
}

/// Accepts the vault as it is: starts a new epoch and writes a new anchor.
pub(crate) fn accept(vault: &Vault<Open>, env: Env<'_>) -> Result<AuditVerifyReport, OpError> {
    verify(&*vault.accept_rollback(env)?)
}

/// Accepts what the clock says, however far it is from what the vault has seen.
pub(crate) fn accept_clock(vault: &Vault<Open>, env: Env<'_>) -> Result<AuditVerifyReport, OpError> {
    verify(&*vault.accept_clock(env)?)
}
