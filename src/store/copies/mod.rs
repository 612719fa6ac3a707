//! Copies of what `vault.db` holds, outside it: sealed slices in the outbox, the head, and the anchor.
//!
//! A copy may lag behind the database and never leads. Formats: `docs/vault-format.md`.

pub(crate) mod anchor;
pub(crate) mod head;
pub(crate) mod outbox;
