//! The vault's working keys. Their seeds are random rows of `meta`, so that a new master key changes none of them.

use crate::crypto::{MacKey, Secret32, SigningKey};
use crate::store::error::StoreError;
use crate::store::error::corrupt;

/// Names of the rows of `meta`.
pub(crate) mod names {
    pub(crate) const SIGNING_SEED: &str = "signing_seed";
    pub(crate) const PSEUDONYM_KEY: &str = "pseudonym_key";
    pub(crate) const AUDIT_KEY: &str = "audit_key";
    pub(crate) const VAULT_ID: &str = "vault_id";
    pub(crate) const GENERATION: &str = "header_generation";
    pub(crate) const EPOCH: &str = "epoch";
    pub(crate) const POLICY: &str = "policy";
    pub(crate) const COUNTER: &str = "sighting_counter";
}

/// The keys that an open vault works with.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Authenticates rows, and the root over all of them.
    pub rows: MacKey,
    /// Chains the audit log.
    pub chain: MacKey,
    /// Makes ids in slices.
    pub pseudonym: MacKey,
    /// Signs slices and heads.
    pub signing: SigningKey,
    /// From it each grant's witness key is made.
    pub audit: Secret32,
}

impl Keys {
    /// Derives the keys from the three seeds.
    pub(crate) fn new(signing_seed: &Secret32, pseudonym: &Secret32, audit: Secret32) -> Result<Keys, StoreError> {
        Ok(Keys {
            rows: MacKey::new(&audit.expand(&[b"finvault row digests"])),
            chain: MacKey::new(&audit.expand(&[b"finvault audit chain"])),
            pseudonym: MacKey::new(pseudonym),
            signing: SigningKey::from_seed(signing_seed).map_err(corrupt)?,
            audit,
        })
    }

    /// What a grant's slice proves about the chain: `HMAC(HKDF-Expand(audit key, "finvault witness" | grant id), mac)`.
    pub(crate) fn witness(&self, grant: &crate::model::GrantId, chain_mac: &[u8; 32]) -> [u8; 32] {
        let key = self.audit.expand(&[b"finvault witness", grant.as_str().as_bytes()]);
        MacKey::new(&key).mac(&[chain_mac])
    }
}
