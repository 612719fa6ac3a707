//! `header.toml` and its key slots: everything that must be known before the database opens. No SQL.
//!
//! Formats: `docs/vault-format.md`, "The header".

pub(crate) mod calibrate;
mod change;
mod error;
mod file;
mod kind;
mod limits;
pub(crate) mod recovery;
mod slots;

pub(crate) use change::NewSlot;
pub(crate) use error::HeaderError;
pub(crate) use file::Header;
pub use file::UnverifiedHeader;
pub use kind::SlotKind;
pub(crate) use limits::{FORMAT, MAX_HEADER, MAX_KEY_FILE, MIN_KEY_FILE};
pub(crate) use slots::Slot;
pub use slots::Unlock;
