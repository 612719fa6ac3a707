//! What leaves the vault: scopes, narrowing, terms, policy, slices, tokens and sealed packages.
//!
//! A grant's [`Terms`] say what may leave; `policy::decide` says whether a person has to be asked;
//! [`slice::build`] makes the document from nothing but what the terms name; [`package::seal`] closes it under
//! a key that comes from the [`Token`]. Everything here is pure: time, random bytes, keys and rows are passed
//! in, and nothing is read, stored or printed. The bytes are specified in `docs/slice-format.md`.

pub(crate) mod canonical;
mod followed;
mod label;
pub mod mask;
pub(crate) mod names;
pub(crate) mod narrowing;
pub mod package;
pub(crate) mod policy;
pub(crate) mod rule;
pub(crate) mod scope;
pub mod slice;
pub(crate) mod terms;
pub(crate) mod token;

mod text;

#[cfg(test)]
#[path = "../../tests/unit/share/vectors.rs"]
mod vectors;

pub use followed::{Followed, ResealedGrant, SuspendedGrant};
pub use label::{Label, LabelledTerm};
pub use narrowing::{Direction, Field, Narrowing};
pub use package::{Header, Opened, PackageError, UnverifiedPackage, VerifiedSlice};
pub use policy::Decision;
pub use rule::{Allowance, Denial, Effect, Reason, Rule, Ruling};
pub use scope::Scope;
pub use slice::{
    BalanceSource, Edition, Extent, SliceDocument, SliceSource, SourceAccount, SourceBalance, SourceTransaction,
};
pub use terms::{DurationType, ProhibitedUse, Purpose, Recipient, RecipientKind, Terms, TermsError, TermsFields};
pub use token::{Token, TokenError, TokenSecret};
