//! Copies of what `vault.db` holds, outside it: sealed slices in the outbox, the head, and the anchor; and a note of the last
//! backup and check.
//!
//! A copy may be older than the database, never newer. Formats: `docs/vault-format.md`.

pub(crate) mod anchor;
pub(crate) mod head;
pub(crate) mod last;
pub(crate) mod outbox;
