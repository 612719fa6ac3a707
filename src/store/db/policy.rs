//! The owner's standing policy, kept inside the vault.

use crate::share::{Policy, canonical};
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

impl View<'_> {
    /// Returns the policy. A vault without one allows nothing unattended.
    pub(crate) fn policy(&self) -> Result<Policy, StoreError> {
        match meta::get(self.connection, meta::POLICY)? {
            Some(json) => serde_json::from_slice(&json).map_err(unreadable),
            None => Ok(Policy::default()),
        }
    }
}

impl Change<'_> {
    /// Replaces the policy.
    pub(crate) fn put_policy(&mut self, policy: &Policy) -> Result<(), StoreError> {
        self.set_meta(meta::POLICY, &canonical::to_bytes(policy).map_err(unreadable)?)
    }
}
