//! What can be read: of an open vault, or inside a running change. Everything read here is verified as it is read.

use rusqlite::Connection;

use crate::crypto::{MacKey, PublicKey};
use crate::model::GrantId;
use crate::store::db::cache::Cache;
use crate::store::db::digest::Digests;
use crate::store::db::keys::Keys;

/// The rows of the vault at one moment.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) keys: &'a Keys,
    pub(crate) digests: &'a Digests,
    pub(crate) chain_mac: &'a [u8; 32],
    pub(crate) cache: &'a Cache,
}

impl<'a> View<'a> {
    /// Puts together what reading needs.
    pub(crate) fn new(
        connection: &'a Connection,
        keys: &'a Keys,
        digests: &'a Digests,
        chain_mac: &'a [u8; 32],
        cache: &'a Cache,
    ) -> View<'a> {
        View { connection, keys, digests, chain_mac, cache }
    }
}

impl View<'_> {
    /// Returns the public half of the key that signs slices.
    pub(crate) fn public_key(&self) -> PublicKey {
        self.keys.signing.public_key()
    }

    /// Returns the key under which ids in slices are made.
    pub(crate) fn pseudonym_key(&self) -> &MacKey {
        &self.keys.pseudonym
    }

    /// Returns what a slice that is made now proves about the audit log.
    pub(crate) fn witness(&self, grant: &GrantId) -> [u8; 32] {
        self.keys.witness(grant, self.chain_mac)
    }
}
