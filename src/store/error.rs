//! What can go wrong between the vault's files and the rest of the house.

use std::path::PathBuf;

use thiserror::Error;

use crate::model::AuditSeq;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;
use crate::store::header::HeaderError;

/// An error of the store. What was being read or written is in the text; what to do is decided above.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no vault in the directory.
    #[error("there is no vault in {0}")]
    NoVault(PathBuf),
    /// The directory holds a vault, or something else, already.
    #[error("{0} is not empty: a vault is only made in a new or empty directory")]
    NotEmpty(PathBuf),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The header was refused, or no slot opened.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Another process has the vault.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// What is stored is not what was written: changed, put back, or cut.
    #[error("the vault is not as it was left: {0}")]
    Integrity(String),
    /// The vault is older than its anchor, or another history.
    #[error("{message} (the anchor stands at entry {anchor}, the vault at {vault})")]
    Rollback {
        /// What does not fit, in words.
        message: String,
        /// Where the anchor stands.
        anchor: AuditSeq,
        /// Where the vault stands.
        vault: AuditSeq,
    },
    /// A journal lies beside a database that cannot be written.
    #[error("{0} was left by an interrupted change, and the directory cannot be written to undo it")]
    JournalOnReadOnly(PathBuf),
    /// The vault was made by a newer version of this program.
    #[error("the vault has schema {found}, this program knows {known}")]
    TooNew {
        /// The schema in the vault.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// The vault was opened for reading, or cannot be written.
    #[error("the vault was opened for reading only")]
    ReadOnly,
    /// SQLite or SQLCipher reported an error.
    #[error("the database failed: {0}")]
    Database(rusqlite::Error),
    /// A number is larger than the vault can keep.
    #[error("{0}")]
    Limit(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, NotADatabase, OutOfMemory};
        match error.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => StoreError::Integrity(format!("vault.db: {error}")),
            // SQLite says so as well when SQLCipher refuses a page; whichever it is, the page was not read.
            Some(OutOfMemory) => {
                StoreError::Integrity("vault.db: a page does not open, or there is too little memory to read it".into())
            }
            Some(DatabaseBusy | DatabaseLocked) => {
                StoreError::Lock(LockError::Busy { path: crate::store::vault::DATABASE_FILE.into() })
            }
            _ => match error {
                // A value of the wrong type or range in a STRICT table was not written by this program: a page of
                // another table was put in its place.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..)
                // Every statement is fixed and fits the schema: where it does not, the schema is another.
                | rusqlite::Error::SqlInputError { .. } => StoreError::Integrity(format!("vault.db: {error}")),
                rusqlite::Error::SqliteFailure(failure, _) if failure.extended_code == rusqlite::ffi::SQLITE_ERROR => {
                    StoreError::Integrity(format!("vault.db: {error}"))
                }
                error => StoreError::Database(error),
            },
        }
    }
}

/// Says that a stored value cannot have been written by this program.
pub(super) fn corrupt(what: impl std::fmt::Display) -> StoreError {
    StoreError::Integrity(format!("vault.db: {what}"))
}
