//! The vault directory, and the only SQL: header, lock, database, digests, audit log, outbox, head and anchor.
//!
//! `vault.db` is the only truth; every other file is a copy that the next unlock rebuilds. A change goes
//! through [`Vault::change`], which writes rows, digests and audit entries in one database transaction and the
//! copies after it. Reading goes through functions that compare what they read with its digest, so that
//! what was put back or changed is an error and never an answer. Formats: `docs/vault-format.md`.

pub mod accounts;
pub mod anchor;
pub mod audit;
pub mod balances;
pub mod calibrate;
mod change;
mod check;
mod create;
mod db;
mod digest;
pub mod drafts;
mod error;
pub mod files;
pub mod grants;
pub mod head;
pub mod header;
pub mod imports;
mod keys;
pub mod lock;
pub mod outbox;
pub mod policy;
pub mod recovery;
mod schema;
pub mod sightings;
mod slots;
pub mod strength;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod vault;
#[cfg(test)]
mod vectors;
mod view;

pub use change::Change;
pub use check::{Finding, check};
pub use create::{NewVault, create};
pub use error::StoreError;
pub use header::Unlock;
pub use vault::{Access, Locked, Open, Vault};
pub use view::View;
