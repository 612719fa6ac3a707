//! What can be read: of an open vault, or inside a running change. Everything read here is verified as it is read.

use rusqlite::Connection;

use crate::crypto::{MacKey, PublicKey};
use crate::model::GrantId;
use crate::store::db::change::Change;
use crate::store::db::digest::Digests;
use crate::store::db::keys::Keys;
use crate::store::vault::Open;
use crate::store::vault::Vault;

/// The rows of the vault at one moment.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) keys: &'a Keys,
    pub(crate) digests: &'a Digests,
    pub(crate) chain_mac: &'a [u8; 32],
}

impl Vault<Open> {
    /// The rows as the last commit left them.
    pub fn view(&self) -> View<'_> {
        let Open { connection, keys, digests, end, .. } = &self.state;
        View { connection, keys, digests, chain_mac: &end.mac }
    }
}

impl Change<'_> {
    /// The rows as this change has them so far; the audit log as it was before.
    pub fn view(&self) -> View<'_> {
        View { connection: self.connection, keys: self.keys, digests: &self.digests, chain_mac: &self.chain_mac }
    }
}

impl View<'_> {
    /// The key that signs slices, its public half.
    pub fn public_key(&self) -> PublicKey {
        self.keys.signing.public_key()
    }

    /// The key under which ids in slices are made.
    pub fn pseudonym_key(&self) -> &MacKey {
        &self.keys.pseudonym
    }

    /// What a slice that is made now proves about the audit log.
    pub fn witness(&self, grant: &GrantId) -> [u8; 32] {
        self.keys.witness(grant, self.chain_mac)
    }
}
