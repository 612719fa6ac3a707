//! The outbox: copies of the sealed slices of active grants, where a token opens them without the passphrase.
//!
//! Beside `<grant>.slice` lies `<grant>.opened`, one authenticated line with the number of openings, which the next
//! unlock counts into the audit log. Expiry, uses and revocation are enforced here and nowhere else: a copy that left
//! is out of reach. Formats: `docs/vault-format.md`, "The outbox".

mod copy;
mod error;
mod opening;
mod record;

pub(crate) use copy::{put, remove, sealed};
pub(crate) use error::OutboxError;
pub(crate) use opening::open;
pub(crate) use record::{Openings, read_opened, receipt_key, write_opened};
