//! `vault.db`: the SQLCipher connection, the schema, and the rows with their digests. The only SQL.
//!
//! Formats: `docs/vault-format.md`.

pub mod accounts;
pub mod audit;
pub mod balances;
pub(in crate::store) mod change;
pub(in crate::store) mod connection;
pub(in crate::store) mod digest;
pub mod drafts;
pub mod grants;
pub mod imports;
pub(in crate::store) mod keys;
pub mod policy;
pub(in crate::store) mod schema;
pub mod source_rows;
pub(in crate::store) mod table;
pub(in crate::store) mod view;
