//! The grants that were approved.

use serde_json::json;

use super::report::GrantLine;
use super::{OpError, reseal};
use crate::model::{Env, GrantId};
use crate::store::AuditAction;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{Reader, Writer};

/// Returns every grant, in the order of their approval.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader, env: Env<'_>) -> Result<Vec<GrantLine>, OpError> {
    Ok(vault.view().grants()?.iter().map(|grant| line(grant, env)).collect())
}

/// Returns one grant.
///
/// # Errors
///
/// When there is no such grant, or as [`list`].
pub fn show(vault: &Reader, id: &GrantId, env: Env<'_>) -> Result<GrantLine, OpError> {
    list(vault, env)?.into_iter().find(|line| line.grant_id == *id).ok_or_else(|| OpError::UnknownGrant(id.clone()))
}

/// Resumes a suspended grant: its outbox copy is written again, with the data as they are now.
///
/// # Errors
///
/// When the grant is unknown, not suspended, expired or used up, or the vault cannot be written.
pub fn resume(vault: &mut Writer, id: &GrantId, env: Env<'_>) -> Result<GrantLine, OpError> {
    vault.change(env, |change| {
        let found = change.view().grants()?.into_iter().find(|grant| grant.id == *id);
        let mut grant = found.ok_or_else(|| OpError::UnknownGrant(id.clone()))?;
        if grant.status != GrantStatus::Suspended {
            return Err(OpError::NotSuspended { id: id.clone(), status: grant.status_at(env.now()) });
        }
        grant.status = GrantStatus::Active;
        if grant.status_at(env.now()) != GrantStatus::Active {
            return Err(OpError::GrantOver(id.clone()));
        }
        change.put_grant(&grant, env.now())?;
        change.audit(AuditAction::Resume, id, json!({ "used": grant.used }));
        reseal::run(change, env)?;
        Ok(())
    })?;
    // The record of openings went with the copy: repairing writes it from the count in the database.
    vault.repair(env)?;
    show(vault, id, env)
}

fn line(grant: &Grant, env: Env<'_>) -> GrantLine {
    GrantLine {
        grant_id: grant.id.clone(),
        status: grant.status_at(env.now()),
        recipient: grant.terms.recipient.name.clone(),
        purpose: grant.terms.purpose.text.clone(),
        scopes: grant.terms.scopes.clone(),
        created_time: grant.terms.created_time,
        expiration_time: grant.terms.expiration_time,
        used_count: grant.used.into(),
        max_uses: grant.terms.allowed_uses(),
        duration_type: grant.terms.duration_type,
        version: grant.version,
        slice_hash: grant.slice_hash.clone(),
    }
}
