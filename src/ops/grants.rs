//! The grants that were approved.

use serde_json::json;

use super::report::GrantLine;
use super::{ErrorKind, OpError, reseal};
use crate::model::{Env, GrantId};
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{Open, Vault};

/// Every grant, in the order in which they were approved.
pub fn list(vault: &Vault<Open>, env: Env<'_>) -> Result<Vec<GrantLine>, OpError> {
    Ok(vault.view().grants()?.iter().map(|grant| line(grant, env)).collect())
}

/// One grant.
pub fn show(vault: &Vault<Open>, id: &GrantId, env: Env<'_>) -> Result<GrantLine, OpError> {
    list(vault, env)?.into_iter().find(|line| line.grant_id == *id).ok_or_else(|| unknown(id))
}

/// Gives a suspended grant its outbox copy back, with the data as they are now.
pub fn resume(vault: &mut Vault<Open>, id: &GrantId, env: Env<'_>) -> Result<GrantLine, OpError> {
    vault.change(env, |change| {
        let found = change.view().grants()?.into_iter().find(|grant| grant.id == *id);
        let mut grant = found.ok_or_else(|| unknown(id))?;
        if grant.status != GrantStatus::Suspended {
            let is = grant.status_at(env.now()).as_str();
            return Err(OpError::usage(
                format!("grant {id} is not suspended: it is {is}"),
                "`vault grants` lists them",
            ));
        }
        grant.status = GrantStatus::Active;
        if grant.status_at(env.now()) != GrantStatus::Active {
            let over = format!("grant {id} is over: its time has ended, or it is used up");
            return Err(OpError::new(ErrorKind::Refused, over).with_hint("share anew with `vault share`"));
        }
        change.put_grant(&grant, env.now())?;
        change.audit("resume", id, json!({ "used": grant.used }));
        reseal::run(change, env)
    })?;
    // The record of openings went with the copy: it is written anew from the count in the database.
    vault.mend(env)?;
    show(vault, id, env)
}

fn line(grant: &Grant, env: Env<'_>) -> GrantLine {
    GrantLine {
        grant_id: grant.id.clone(),
        status: grant.status_at(env.now()).as_str().to_owned(),
        recipient: grant.terms.recipient.name.clone(),
        purpose: grant.terms.purpose.text.clone(),
        scopes: grant.terms.scopes.iter().map(ToString::to_string).collect(),
        created_time: grant.terms.created_time,
        expiration_time: grant.terms.expiration_time,
        used_count: grant.used.into(),
        max_uses: grant.terms.uses(),
        duration_type: grant.terms.duration_type.as_str().to_owned(),
        version: grant.version,
        slice_hash: grant.slice_hash.clone(),
    }
}

pub(super) fn unknown(id: &GrantId) -> OpError {
    OpError::usage(format!("there is no grant {id}"), "`vault grants` lists them")
}
