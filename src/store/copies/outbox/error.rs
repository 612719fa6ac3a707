//! Why a token did not open a slice of the outbox.

use thiserror::Error;

use crate::model::Timestamp;
use crate::share::package::PackageError;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;

/// Why a token did not open a slice.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// No slice of that grant lies here: revoked, ended, used up, or never shared from this vault.
    #[error(
        "the outbox has no slice for this token: the grant was revoked, has ended, is used up, or belongs to another vault"
    )]
    NotThere,
    /// The grant has ended.
    #[error("the grant ended at {0}")]
    Expired(Timestamp),
    /// The grant was opened as often as it may be.
    #[error("the grant was opened {0} times, as often as it allows")]
    UsedUp(u32),
    /// The record of openings is damaged, and this grant has a limit.
    #[error("the record of openings of this grant is damaged, so it cannot be known whether it is used up")]
    Record,
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
