//! Revokes a grant, and says what that stops and what it cannot stop.

use serde_json::{Value, json};

use super::report::RevokeReport;
use super::{OpError, grants};
use crate::model::{Env, GrantId};
use crate::store::AuditAction;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{View, Writer};

/// What became of a revocation.
#[derive(Debug)]
pub struct Revocation {
    /// What to report.
    pub report: RevokeReport,
    /// What kept a part of it from being written.
    pub outstanding: Option<OpError>,
    /// Whether the slice may still open here: the log has the revocation, and the outbox does not.
    pub still_opens: bool,
    /// Whether the vault knows the grant, so that the next command finishes what is outstanding.
    pub is_known: bool,
}

/// Ends a grant: takes its slice out of the outbox, which needs no space, and then stores and logs the end.
///
/// # Errors
///
/// When the grant is unknown and the outbox has nothing of it, it is already revoked, or its slice can neither be taken
/// away nor the revocation be stored.
pub fn run(vault: &mut Writer, id: &GrantId, env: Env<'_>) -> Result<Revocation, OpError> {
    let grant = match revocable(&vault.view(), id) {
        Err(error @ OpError::UnknownGrant { .. }) => return unknown(vault, id, error, env),
        found => found?,
    };
    let withheld = vault.withhold(&grant);
    // A record that cannot be read keeps no grant alive.
    let has_record = !grant.is_over() && grant.status != GrantStatus::Pending;
    let used = if !has_record { Some(grant.used) } else { vault.openings(&grant).ok().flatten() };
    let outstanding = end(vault, id, json!({ "reason": "the owner revoked it" }), env).err();
    let is_logged = outstanding.is_none() || matches!(revocable(&vault.view(), id), Err(OpError::RevokedAlready(_)));
    let is_stopped = withheld.is_ok() || vault.is_withheld(id) || !vault.has_slice(id);
    match outstanding {
        Some(error) if !is_logged && !is_stopped => Err(error),
        outstanding => {
            let report = report(id, used, is_logged, is_stopped);
            Ok(Revocation { report, outstanding, still_opens: !is_stopped, is_known: true })
        }
    }
}

/// Takes away what the outbox has of a grant of another state of the vault.
fn unknown(vault: &mut Writer, id: &GrantId, error: OpError, env: Env<'_>) -> Result<Revocation, OpError> {
    let (is_logged, outstanding) = match vault.revoke_unknown(id, env) {
        Ok(false) => return Err(error),
        Ok(true) => (true, None),
        Err(error) if error.is_made() || vault.is_withheld(id) => (error.is_made(), Some(error.into())),
        Err(error) => return Err(error.into()),
    };
    let report = report(id, None, is_logged, true);
    Ok(Revocation { report, outstanding, still_opens: false, is_known: false })
}

fn report(id: &GrantId, used: Option<u32>, logged: bool, is_stopped: bool) -> RevokeReport {
    let opened = match used {
        None => "how often it was opened from this vault's outbox is not known".to_owned(),
        Some(0) => "no opening from this vault's outbox was counted".to_owned(),
        Some(1) => "it was opened once from this vault's outbox".to_owned(),
        Some(times) => format!("it was opened {times} times from this vault's outbox"),
    };
    let (mut stops, mut remains) = (Vec::new(), Vec::new());
    match is_stopped {
        true => stops.push("the token no longer opens anything in this vault's outbox".into()),
        false => remains.push("the slice still lies in this vault's outbox, and opens with the token".into()),
    }
    stops.push("the slice is no longer updated when your data change".into());
    remains.extend([
        "copies of the sealed slice that left this vault still open with the token, for ever".into(),
        format!("whoever has read the slice knows what it said; {opened}"),
    ]);
    RevokeReport { grant_id: id.clone(), status: GrantStatus::Revoked, logged, stops, remains }
}

/// Returns a grant that can be revoked.
fn revocable(view: &View<'_>, id: &GrantId) -> Result<Grant, OpError> {
    let grant = view.grant(id)?.ok_or_else(|| grants::unknown(view, id))?;
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
