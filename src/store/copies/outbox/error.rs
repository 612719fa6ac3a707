//! Why a token did not open a slice of the outbox.

use thiserror::Error;

use crate::crypto::Fingerprint;
use crate::model::Timestamp;
use crate::share::package::PackageError;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;
use crate::store::header::HeaderError;

/// Why a token did not open a slice.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// No slice of that grant lies here: revoked, suspended, or never shared from this vault.
    #[error("the outbox has no slice for this token: the grant was revoked or suspended, or belongs to another vault")]
    NotThere,
    /// The grant has expired, at a moment that only its slice knows.
    #[error("the grant {}", .0.map_or("has expired".to_owned(), |end| format!("ended at {end}")))]
    Expired(Option<Timestamp>),
    /// The grant was opened as often as it may be, a number that only its slice knows.
    #[error("the grant {}", .0.map_or("is used up".to_owned(), |uses| format!("is used up: it was opened {uses} times, as often as it allows")))]
    UsedUp(Option<u32>),
    /// The record of openings is missing or damaged, and this grant has a limit.
    #[error("the record of openings of this grant is missing or damaged, so it cannot be known whether it is used up")]
    Record,
    /// There is a database and no header, so it is not known whose slices may lie here.
    #[error("header.toml is missing: it is in a backup, or the vault is lost")]
    NoHeader,
    /// The vault's header cannot be read, so it is not known whose slices may lie here.
    #[error("the header of the vault cannot be read")]
    Header(#[from] HeaderError),
    /// Somebody who knows the token put a slice here that this vault did not sign.
    #[error("the slice in the outbox is signed by {found}, and not by this vault ({own})")]
    Planted {
        /// The key that signed.
        found: Fingerprint,
        /// The vault's, by its header.
        own: Fingerprint,
    },
    /// The package is damaged, or sealed for another token.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process holds the lock.
    #[error(transparent)]
    Lock(#[from] LockError),
}
