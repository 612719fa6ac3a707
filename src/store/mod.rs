//! The vault directory, and the only SQL: header, lock, database, digests, audit log, outbox, head and anchor.
//!
//! `vault.db` is the only truth; every other file is a copy that the next unlock rebuilds. A change goes
//! through [`Writer::change`], which writes rows, digests and audit entries in one database transaction and the
//! copies after it. Reading goes through functions that compare what they read with its digest, so that
//! what was put back or changed is an error and never an answer. Formats: `docs/vault-format.md`.

pub(crate) mod archive;
mod check;
pub(crate) mod copies;
mod create;
pub(crate) mod db;
#[cfg(test)]
#[path = "../../tests/unit/store/empty.rs"]
mod empty;
mod error;
pub(crate) mod exchange;
pub(crate) mod files;
pub(crate) mod header;
pub(crate) mod kept;
pub(crate) mod keys;
#[cfg(test)]
#[path = "../../tests/unit/store/made.rs"]
pub(crate) mod made;
mod migrate;
mod notice;
mod open;
mod outbox_seen;
mod outbox_state;
mod outbox_strays;
#[cfg(test)]
#[path = "../../tests/unit/store/outermost.rs"]
mod outermost;
mod reader;
pub(crate) mod rekey;
mod repair;
#[cfg(test)]
#[path = "../../tests/support/request.rs"]
pub(crate) mod request;
pub(crate) mod restore;
#[cfg(test)]
#[path = "../../tests/unit/store/segments.rs"]
mod segments;
mod site;
pub mod sql;
#[cfg(test)]
#[path = "../../tests/support/fixed.rs"]
pub(crate) mod testing;
mod vault;
#[cfg(test)]
#[path = "../../tests/unit/store/vectors.rs"]
mod vectors;
mod writer;
#[cfg(test)]
#[path = "../../tests/unit/store/zones.rs"]
mod zones;

pub use check::{Finding, FindingKind, check, check_quickly, check_rows};
pub use copies::head::Head;
pub(crate) use copies::last;
pub use create::{MakeKeyFile, NewVault, create};
pub use db::audit::AuditAction;
pub use db::change::Change;
pub use db::disk::DiskWatch;
pub use db::view::View;
pub use error::StoreError;
pub use header::recovery::RecoveryCode;
pub use header::{SlotKind, Unlock, UnverifiedHeader};
pub use notice::Notice;
pub use reader::Reader;
pub use site::Site;
pub(crate) use site::is_unfinished;
pub use vault::{Locked, Open, Vault};
pub use writer::{Keep, Writer};
