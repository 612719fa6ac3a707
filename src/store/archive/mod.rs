//! Backups: header, database and head of a vault in one uncompressed tar, with a manifest at its end.
//!
//! Writing copies encrypted files under the vault's lock, and reads back what it wrote. Reading takes an archive for hostile:
//! it accepts the bytes that this program writes, and refuses everything else with the reason. Nothing here has a key: all
//! that a manifest says is a claim. The form is in `docs/vault-format.md`.

mod copy;
mod error;
mod form;
mod manifest;
mod name;
mod place;
mod read;
mod snapshot;
mod unpacked;
mod write;

pub(crate) use copy::{ReadBack, write_proven};
pub(crate) use error::{ArchiveError, Fault};
pub(crate) use form::is_start;
pub(crate) use manifest::{MAX_MANIFEST, Manifest};
pub(crate) use name::BackupName;
pub(crate) use place::{Found, Place};
pub(crate) use read::{Contents, extract, verify, verify_files};
pub(crate) use snapshot::Snapshot;
pub(crate) use unpacked::Unpacked;
pub(crate) use write::write_streamed;
