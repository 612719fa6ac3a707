//! `vault.db`: the SQLCipher connection, the schema, and the rows with their digests. The only SQL.
//!
//! Formats: `docs/vault-format.md`.

pub(crate) mod accounts;
pub(crate) mod answers;
pub(crate) mod archives;
pub(crate) mod attested;
pub(crate) mod audit;
pub(crate) mod balances;
pub(crate) mod block;
pub(crate) mod cache;
pub(crate) mod change;
pub(crate) mod connection;
pub(crate) mod coverages;
pub(crate) mod decisions;
pub(crate) mod digest;
pub(crate) mod disk;
pub(crate) mod doubts;
pub(crate) mod drafts;
pub(crate) mod edges;
pub(crate) mod grams;
pub(crate) mod grants;
pub(crate) mod ignored;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod learned;
mod letters;
pub(crate) mod merges;
pub(crate) mod meta;
pub(crate) mod migrations;
pub(crate) mod numbered;
pub(crate) mod owner_balances;
pub(crate) mod packs;
pub(crate) mod pairs;
pub(crate) mod policy;
pub(crate) mod recompute;
pub(crate) mod row_key;
pub(crate) mod row_reading;
pub(crate) mod schema;
pub(crate) mod sealings;
pub(crate) mod segment;
pub(crate) mod source_row;
pub(crate) mod source_rows;
pub(crate) mod table;
pub(crate) mod view;
pub(crate) mod zone;
pub(crate) mod zones;
