//! The slice: the document that a grant lets out.
//!
//! A slice has types of its own, and [`build()`] fills them field by field from what the terms show. There is no
//! "serialise everything, then delete": a field that is not in `Terms::visible_fields` is never copied. The rows
//! that come in are checked against the terms again, whoever selected them. What a field means is in
//! `docs/json.md`, the bytes are in `docs/slice-format.md`.

mod against;
mod build;
mod document;
mod source;

pub use against::departures;
pub use build::{Edition, Extent, build, extent};
pub use document::{ATTESTATION, Issuer, SliceAccount, SliceDocument, SliceGrant, SliceNarrowing, SliceTransaction};
pub use source::{BalanceSource, SliceSource, SourceAccount, SourceBalance, SourceTransaction};

/// The namespace of the signature over a slice.
pub const NAMESPACE: &str = "slice@finvault";

#[cfg(test)]
#[path = "../../tests/unit/share/slice.rs"]
pub(super) mod tests;
