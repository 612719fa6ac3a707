//! The outbox: copies of the sealed slices of active grants, where a token opens them without the passphrase.
//!
//! Beside `<grant>.slice` lies `<grant>.opened`, one authenticated line with the number of openings, which the next
//! unlock counts into the audit log. `<grant>.ended` stands in the place of a slice that expired or is used up,
//! `<grant>.revoked` is one whose revocation is under way, and `<grant>.pending` marks a grant whose token is being
//! handed out. Expiry, uses and revocation are enforced here and nowhere else: a copy that left is out of reach.
//! Formats: `docs/vault-format.md`, "The outbox".

mod copy;
mod error;
mod form;
mod opening;
mod pending;
mod record;
mod tombstone;

pub(crate) use copy::{Kept, Wanted, is_withheld, make, remove_counted, sealed_bytes, withhold};
pub(crate) use error::OutboxError;
pub(crate) use form::{has_form, named};
pub(crate) use opening::open;
pub(crate) use pending::{PendingMark, is_pending};
pub(crate) use record::{Openings, Record, read_record, receipt_key, write_record};
pub(crate) use tombstone::{Ending, Tombstone, read_tombstone};
