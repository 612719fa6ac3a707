//! Every sealing of a slice: by its hash, a file of the outbox is known for one that this vault made.

use rusqlite::types::Value;

use crate::crypto::sha256;
use crate::model::GrantId;
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, SEALINGS};
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError, unreadable};

/// One sealing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealing {
    /// The grant.
    pub grant: GrantId,
    /// The version of its slice.
    pub version: u32,
    /// SHA-256 of the sealed slice.
    pub hash: [u8; 32],
    /// The number of the first audit entry of the change that made it.
    pub seq: u64,
}

impl View<'_> {
    /// Returns every sealing.
    pub(crate) fn sealings(&self) -> Result<Vec<Sealing>, StoreError> {
        SEALINGS.all(self)?.iter().map(|row| read(row)).collect()
    }
}

fn read(row: &[Value]) -> Result<Sealing, StoreError> {
    let mut columns = Columns::of(row);
    let (grant, version) = (columns.parsed()?, u32::try_from(columns.int()?).map_err(unreadable)?);
    let hash = columns.blob()?.as_slice().try_into();
    let hash = hash.map_err(|_| Damage::Type { what: "the hash of a sealing".into(), expected: "32 bytes long" })?;
    Ok(Sealing { grant, version, hash, seq: columns.int()?.unsigned_abs() })
}

impl Change<'_> {
    /// Remembers a sealing, once. Of a grant that is over there is none.
    pub(crate) fn remember_sealing(&mut self, grant: &GrantId, version: u32, sealed: &[u8]) -> Result<(), StoreError> {
        let key = [Value::Text(grant.to_string()), Value::Integer(version.into())];
        if sealed.is_empty() || SEALINGS.get(self.connection, &key)?.is_some() {
            return Ok(());
        }
        let [grant, version] = key;
        let seq = (self.audit_end() + 1).cast_signed();
        let row = [grant, version, Value::Blob(sha256(sealed).to_vec()), Value::Integer(seq)];
        SEALINGS.insert(&mut self.writer(), &row)
    }
}
