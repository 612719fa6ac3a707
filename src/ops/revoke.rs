//! Revokes a grant, and says what that stops and what it cannot stop.

use serde_json::{Value, json};

use super::OpError;
use super::report::RevokeReport;
use crate::model::{Env, GrantId};
use crate::store::AuditAction;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{View, Writer};

/// What became of a revocation.
#[derive(Debug)]
pub struct Revocation {
    /// What to report.
    pub report: RevokeReport,
    /// What kept the entry in the log, or a copy of it, from being written. The next command writes it.
    pub outstanding: Option<OpError>,
}

/// Ends a grant: takes its slice out of the outbox, which needs no space, and then stores and logs the end.
///
/// # Errors
///
/// When the grant is unknown and the outbox has nothing of it, it is already revoked, or its slice cannot be taken away.
pub fn run(vault: &mut Writer, id: &GrantId, env: Env<'_>) -> Result<Revocation, OpError> {
    let grant = match revocable(&vault.view(), id) {
        // Of another state of the vault.
        Err(OpError::UnknownGrant(_)) if vault.revoke_unknown(id, env)? => {
            return Ok(Revocation { report: report(id, None, true), outstanding: None });
        }
        found => found?,
    };
    let withheld = vault.withhold(&grant);
    // A record that cannot be read keeps no grant alive.
    let has_record = !grant.is_over() && grant.status != GrantStatus::Pending;
    let used = if !has_record { Some(grant.used) } else { vault.openings(&grant).ok().flatten() };
    let outstanding = match end(vault, id, json!({ "reason": "the owner revoked it" }), env) {
        Ok(()) => None,
        Err(error) if withheld.is_ok() => Some(error),
        Err(error) => return Err(error),
    };
    let is_logged = outstanding.is_none() || revocable(&vault.view(), id).is_err();
    Ok(Revocation { report: report(id, used, is_logged), outstanding })
}

fn report(id: &GrantId, used: Option<u32>, logged: bool) -> RevokeReport {
    let opened = match used {
        None => "how often it was opened from this vault's outbox is not known".to_owned(),
        Some(0) => "no opening from this vault's outbox was counted".to_owned(),
        Some(1) => "it was opened once from this vault's outbox".to_owned(),
        Some(times) => format!("it was opened {times} times from this vault's outbox"),
    };
    RevokeReport {
        grant_id: id.clone(),
        status: GrantStatus::Revoked,
        logged,
        stops: vec![
            "the token no longer opens anything in this vault's outbox".into(),
            "the slice is no longer updated when your data change".into(),
        ],
        remains: vec![
            "copies of the sealed slice that left this vault still open with the token, for ever".into(),
            format!("whoever has read the slice knows what it said; {opened}"),
        ],
    }
}

/// Returns a grant that can be revoked.
fn revocable(view: &View<'_>, id: &GrantId) -> Result<Grant, OpError> {
    let found = view.grant(id)?;
    let grant = found.ok_or_else(|| OpError::UnknownGrant(id.clone()))?;
    if grant.status == GrantStatus::Revoked {
        return Err(OpError::RevokedAlready(id.clone()));
    }
    Ok(grant)
}

/// Ends a grant, and counts its openings. `detail` is what the log says of it.
pub(super) fn end(vault: &mut Writer, id: &GrantId, mut detail: Value, env: Env<'_>) -> Result<(), OpError> {
    // A record that cannot be read ends no revocation: it stays until it is counted.
    let uncounted = vault.uncounted(id).ok().flatten();
    vault.change(env, |change| {
        uncounted.map_or(Ok(()), |counted| counted.store(change))?;
        let mut grant = revocable(&change.view(), id)?;
        grant.status = GrantStatus::Revoked;
        change.put_grant(&grant)?;
        detail["used"] = grant.used.into();
        change.audit(AuditAction::Revoke, id, detail);
        Ok(())
    })
}
