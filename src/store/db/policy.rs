//! The owner's standing policy, kept inside the vault.

use rusqlite::types::Value;

use crate::share::{Policy, canonical};
use crate::store::db::change::Change;
use crate::store::db::keys::names;
use crate::store::db::table::META;
use crate::store::db::view::View;
use crate::store::error::StoreError;
use crate::store::error::corrupt;

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
