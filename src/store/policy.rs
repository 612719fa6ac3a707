//! The owner's standing policy, kept inside the vault.

use rusqlite::types::Value;

use super::change::Change;
use super::error::corrupt;
use super::keys::names;
use super::table::META;
use super::{StoreError, View};
use crate::share::{Policy, canonical};

impl View<'_> {
    /// The policy. A vault without one allows nothing unattended.
    pub fn policy(&self) -> Result<Policy, StoreError> {
        match META.get(self.connection, &[Value::Text(names::POLICY.to_owned())])?.as_deref() {
            Some([_, Value::Blob(json)]) => serde_json::from_slice(json).map_err(corrupt),
            _ => Ok(Policy::default()),
        }
    }
}

impl Change<'_> {
    /// Puts a policy in the place of the one there was.
    pub fn put_policy(&mut self, policy: &Policy) -> Result<(), StoreError> {
        self.set_meta(names::POLICY, &canonical::to_bytes(policy).map_err(corrupt)?)
    }
}
