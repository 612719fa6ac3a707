//! The vault directory, and the only SQL: header, lock, database, digests, audit log, outbox, head and anchor.
//!
//! `vault.db` is the only truth; every other file is a copy that the next unlock rebuilds. A change goes
//! through [`Vault::change`], which writes rows, digests and audit entries in one database transaction and the
//! copies after it. Reading goes through functions that compare what they read with its digest, so that
//! what was put back or changed is an error and never an answer. Formats: `docs/vault-format.md`.

mod check;
pub mod copies;
mod create;
pub mod db;
mod error;
pub mod files;
pub mod header;
#[cfg(test)]
pub(crate) mod testing;
mod vault;
#[cfg(test)]
mod vectors;

pub use check::{Finding, check};
pub use create::{NewVault, create};
pub use db::change::Change;
pub use db::view::View;
pub use error::StoreError;
pub use header::Unlock;
pub use vault::{Access, Locked, Open, Vault};
