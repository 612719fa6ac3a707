//! The rows of `meta`: the seeds of the vault's keys, its id, its counters.

use std::cmp::Ordering;

use rusqlite::Connection;
use rusqlite::types::Value;
use zeroize::Zeroize;

use crate::crypto::Secret32;
use crate::store::db::keys::Keys;
use crate::store::db::table::META;
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError, unreadable};
use crate::store::header::Header;

pub(crate) const SIGNING_SEED: &str = "signing_seed";
pub(crate) const PSEUDONYM_KEY: &str = "pseudonym_key";
pub(crate) const AUDIT_KEY: &str = "audit_key";
pub(crate) const VAULT_ID: &str = "vault_id";
/// The generation of the header that belongs to this database.
pub(crate) const GENERATION: &str = "header_generation";
/// SHA-256 of the header that belongs to this database.
pub(crate) const HEADER: &str = "header_sha256";
/// SHA-256 of the header that is about to take its place; absent but while it does.
pub(crate) const NEXT_HEADER: &str = "next_header_sha256";
pub(crate) const EPOCH: &str = "epoch";
/// The newest plausible time seen, in seconds since 1970.
pub(crate) const CLOCK_SEEN: &str = "clock_seen";
pub(crate) const ACCOUNT_COUNTER: &str = "account_counter";
pub(crate) const ANSWER_COUNTER: &str = "answer_counter";
pub(crate) const DECISION_COUNTER: &str = "decision_counter";
pub(crate) const IMPORT_COUNTER: &str = "import_counter";
pub(crate) const RULE_COUNTER: &str = "rule_counter";
pub(crate) const SEGMENT_COUNTER: &str = "segment_counter";
pub(crate) const SOURCE_ROW_COUNTER: &str = "source_row_counter";

/// Reads a row's value, unverified.
pub(crate) fn get(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    match META.get(connection, &[Value::Text(name.to_owned())])?.as_deref_mut() {
        Some([_, Value::Blob(bytes)]) => Ok(Some(std::mem::take(bytes))),
        Some(_) => Err(Damage::Type { what: name.to_owned(), expected: "a blob" }.into()),
        None => Ok(None),
    }
}

/// Reads a row that every vault has.
fn required(connection: &Connection, name: &str) -> Result<Vec<u8>, StoreError> {
    Ok(get(connection, name)?.ok_or_else(|| Damage::Missing(name.to_owned()))?)
}

/// Reads a number.
pub(crate) fn number(connection: &Connection, name: &str) -> Result<u64, StoreError> {
    Ok(u64::from_le_bytes(required(connection, name)?.as_slice().try_into().map_err(unreadable)?))
}

/// Reads the vault's keys from their three seeds.
pub(crate) fn keys(connection: &Connection) -> Result<Keys, StoreError> {
    let seed = |name| secret(connection, name);
    Keys::new(&seed(SIGNING_SEED)?, &seed(PSEUDONYM_KEY)?, seed(AUDIT_KEY)?)
}

/// Reads a secret. No other copy of it stays.
fn secret(connection: &Connection, name: &str) -> Result<Secret32, StoreError> {
    let mut bytes = required(connection, name)?;
    let secret = <&mut [u8; 32]>::try_from(bytes.as_mut_slice()).map(Secret32::take).map_err(unreadable);
    bytes.zeroize();
    secret
}

/// Which header the database expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Its generation.
    pub generation: u64,
    /// SHA-256 of the header that is about to take its place, while a change of the keys is not concluded.
    pub next: Option<[u8; 32]>,
}

/// Verifies every row against its digest, and compares them with the header and the SHA-256 of its file.
pub(crate) fn verify_header(view: &View<'_>, header: &Header, digest: &[u8; 32]) -> Result<Expected, StoreError> {
    META.all(view)?;
    if required(view.connection, VAULT_ID)? != header.vault_id().as_str().as_bytes() {
        return Err(StoreError::HeaderOf("another vault"));
    }
    let generation = number(view.connection, GENERATION)?;
    let next = get(view.connection, NEXT_HEADER)?;
    let next = next.map(|bytes| bytes.as_slice().try_into().map_err(unreadable)).transpose()?;
    if required(view.connection, HEADER)? != digest && next.as_ref() != Some(digest) {
        return Err(StoreError::HeaderOf(match header.generation().cmp(&generation) {
            Ordering::Less => "an older generation",
            Ordering::Equal => "another content",
            Ordering::Greater => "a later generation",
        }));
    }
    if header.public_key() != view.public_key().to_string() {
        return Err(StoreError::HeaderOf("another public key"));
    }
    Ok(Expected { generation, next })
}
