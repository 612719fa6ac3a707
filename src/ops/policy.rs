//! The standing policy: what may leave without a person, and what may not leave at all.

use serde_json::json;

use super::OpError;
use crate::model::Env;
use crate::share::{Policy, PolicyChange};
use crate::store::AuditAction;
use crate::store::{Reader, Writer};

/// Returns the policy.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn show(vault: &Reader) -> Result<Policy, OpError> {
    Ok(vault.view().policy()?)
}

/// Changes the policy and returns what it is now. What is allowed and denied in one change is denied.
///
/// # Errors
///
/// When the vault cannot be read or written.
pub fn set(vault: &mut Writer, wanted: &PolicyChange, env: Env<'_>) -> Result<Policy, OpError> {
    vault.change(env, |change| {
        let mut policy = change.view().policy()?;
        wanted.apply(&mut policy);
        change.put_policy(&policy)?;
        change.audit(AuditAction::Policy, "", json!(wanted));
        Ok::<_, OpError>(policy)
    })
}
