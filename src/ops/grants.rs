//! The grants that were approved.

use super::OpError;
use super::report::GrantLine;
use crate::model::{GrantId, World};
use crate::store::grants::Grant;
use crate::store::{Open, Vault};

/// Every grant, in the order in which they were approved.
pub fn list(vault: &Vault<Open>, world: World<'_>) -> Result<Vec<GrantLine>, OpError> {
    Ok(vault.view().grants()?.iter().map(|grant| line(grant, world)).collect())
}

/// One grant.
pub fn show(vault: &Vault<Open>, id: &GrantId, world: World<'_>) -> Result<GrantLine, OpError> {
    list(vault, world)?.into_iter().find(|line| line.grant_id == *id).ok_or_else(|| unknown(id))
}

fn line(grant: &Grant, world: World<'_>) -> GrantLine {
    GrantLine {
        grant_id: grant.id.clone(),
        status: grant.status_at(world.now()).as_str().to_owned(),
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
