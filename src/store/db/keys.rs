//! The vault's working keys. Their seeds are random rows of `meta`, so that a new master key changes none of them.

use crate::crypto::{MacKey, Secret32, SigningKey};
use crate::store::error::{StoreError, unreadable};

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
            signing: SigningKey::from_seed(signing_seed).map_err(unreadable)?,
            audit,
        })
    }

    /// Returns what a grant's slice proves about the chain: `HMAC(HKDF-Expand(audit key, "finvault witness" | grant
    /// id), mac)`.
    pub(crate) fn witness(&self, grant: &crate::model::GrantId, chain_mac: &[u8; 32]) -> [u8; 32] {
        let key = self.audit.expand(&[b"finvault witness", grant.as_str().as_bytes()]);
        MacKey::new(&key).mac(&[chain_mac])
    }
}
