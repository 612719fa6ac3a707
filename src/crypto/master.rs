//! The master key of a vault, and the two keys that are derived from it.
//!
//! The signing key and the other long-lived keys are random values stored in the database, not derived from here,
//! so replacing the master key leaves signatures and the audit chain valid.

use super::{MacKey, Secret32};

/// HKDF label of the key that SQLCipher gets. Part of the format, never changed.
const DATABASE_KEY: &[u8] = b"finvault/v1 database key";
/// HKDF label of the key that authenticates `header.toml`. Part of the format, never changed.
const HEADER_KEY: &[u8] = b"finvault/v1 header key";

/// Thirty-two random bytes. Every key slot holds a copy, encrypted under the slot's own key.
#[derive(Debug)]
pub struct MasterKey(Secret32);

impl MasterKey {
    /// Wraps random bytes, or the bytes that a key slot held.
    pub fn new(bytes: Secret32) -> MasterKey {
        MasterKey(bytes)
    }

    /// Returns `HKDF-Expand(master key, "finvault/v1 database key", 32)`.
    pub fn database_key(&self) -> Secret32 {
        self.0.expand(&[DATABASE_KEY])
    }

    /// Returns `HKDF-Expand(master key, "finvault/v1 header key", 32)`, for HMAC-SHA256.
    pub fn header_key(&self) -> MacKey {
        MacKey::new(&self.0.expand(&[HEADER_KEY]))
    }

    /// Returns a second one, for another vault that it opens.
    pub fn duplicate(&self) -> MasterKey {
        MasterKey(Secret32::take(&mut self.0.expose().clone()))
    }

    /// Returns the key itself, to be encrypted into a key slot.
    pub fn expose(&self) -> &Secret32 {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_different_keys_and_shows_none() {
        let master = MasterKey::new(Secret32::take(&mut [9; 32]));
        let database = master.database_key();
        assert_ne!(database.expose(), master.expose().expose());
        assert_ne!(MacKey::new(&database).mac(&[b"x"]), master.header_key().mac(&[b"x"]));
        assert_eq!(format!("{master:?}"), "MasterKey(Secret32(…))");
    }
}
