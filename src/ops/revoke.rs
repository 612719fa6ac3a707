//! Revokes a grant, and says what that stops and what it cannot stop.

use serde_json::json;

use super::OpError;
use super::report::RevokeReport;
use crate::model::{Env, GrantId};
use crate::store::AuditAction;
use crate::store::Writer;
use crate::store::db::grants::GrantStatus;

/// Ends a grant, and removes its outbox copy after the change is committed.
///
/// # Errors
///
/// When the grant is unknown or already revoked, or the vault cannot be written.
pub fn run(vault: &mut Writer, id: &GrantId, env: Env<'_>) -> Result<RevokeReport, OpError> {
    let used = end(vault, id, "the owner revoked it", env)?;
    let opened = match used {
        0 => "it was never opened from this vault's outbox".to_owned(),
        1 => "it was opened once from this vault's outbox".to_owned(),
        times => format!("it was opened {times} times from this vault's outbox"),
    };
    Ok(RevokeReport {
        grant_id: id.clone(),
        status: GrantStatus::Revoked,
        stops: vec![
            "the token no longer opens anything in this vault's outbox".into(),
            "the slice is no longer updated when your data change".into(),
        ],
        remains: vec![
            "copies of the sealed slice that left this vault still open with the token, for ever".into(),
            format!("whoever has read the slice knows what it said; {opened}"),
        ],
    })
}

/// Ends a grant, and returns how often it was opened.
pub(super) fn end(vault: &mut Writer, id: &GrantId, reason: &str, env: Env<'_>) -> Result<u32, OpError> {
    vault.change(env, |change| {
        let found = change.view().grants()?.into_iter().find(|grant| grant.id == *id);
        let mut grant = found.ok_or_else(|| OpError::UnknownGrant(id.clone()))?;
        if grant.status == GrantStatus::Revoked {
            return Err(OpError::RevokedAlready(id.clone()));
        }
        grant.status = GrantStatus::Revoked;
        change.put_grant(&grant, env.now())?;
        change.audit(AuditAction::Revoke, id, json!({ "reason": reason, "used": grant.used }));
        Ok(grant.used)
    })
}
