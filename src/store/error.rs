//! The errors of the store.

use std::error::Error as StdError;
use std::path::PathBuf;

use thiserror::Error;

use crate::model::{AccountId, AuditSeq, GrantId};
use crate::store::copies::anchor::AnchorError;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;
use crate::store::header::HeaderError;

/// An error of the store. The text says what was read or written; `cli` says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no vault in the directory.
    #[error("there is no vault in {}", .0.display())]
    NoVault(PathBuf),
    /// The directory already holds a vault or other files.
    #[error("{} is not empty, and holds no vault", .0.display())]
    NotEmpty(PathBuf),
    /// Another vault has the place that a restored one is to have.
    #[error("{} holds another vault than the backup", .0.display())]
    OtherVault(PathBuf),
    /// What looks like an interrupted creation is not proven to be one.
    #[error("{} holds a vault that was used, or that was being created with other secrets", .0.display())]
    NotFresh(PathBuf),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The header was refused, or no slot opened.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The header is valid, but does not belong to the database.
    #[error("the vault is not as it was left: header.toml has {0} than vault.db expects")]
    HeaderOf(&'static str),
    /// Another command changed the header since this one read it.
    #[error("another command changed the keys of the vault meanwhile")]
    KeysChanged,
    /// Another command changed the vault whose place a restored one was to take.
    #[error("another command changed the present vault meanwhile: more would be given up than was shown")]
    PresentChanged,
    /// A path that SQLite cannot be given.
    #[error("the path {} is not UTF-8", .0.display())]
    NotText(PathBuf),
    /// What lies in the vault's directory is not all of this program, and would not be in the new one.
    #[error("{0} was not written by this program, and would be lost")]
    Strange(String),
    /// A command is handing out the token of a grant.
    #[error("another command is handing out the token of grant {0}")]
    HandingOut(GrantId),
    /// The outbox could not be brought up to date.
    #[error("the outbox does not agree with vault.db, and could not be repaired")]
    OutboxStale,
    /// What was written anew is not what was read.
    #[error("the new vault is not sound, and was not put in place: {0}")]
    Unsound(String),
    /// The vault was not sound before it was to be brought to the newest version, or would not be after.
    #[error("the vault could not be brought to the newest version, and is as it was: {0}")]
    NotMigrated(String),
    /// Another process holds the lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Another program has locked the database itself.
    #[error("vault.db is in use by another program: try again when that has finished")]
    DatabaseBusy,
    /// The database is not what was written: changed, put back, or cut.
    #[error("the vault is not as it was left: vault.db: {0}")]
    Damaged(#[from] Damage),
    /// This machine's anchor could not be read or written.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The vault is older than its anchor or its head, or another history.
    #[error("{message} ({copy} stands at entry {seen}, the vault at {vault})")]
    Rollback {
        /// What does not fit, in words.
        message: &'static str,
        /// Which copy tells it.
        copy: &'static str,
        /// Where that stands.
        seen: AuditSeq,
        /// Where the vault stands.
        vault: AuditSeq,
    },
    /// Another copy of the vault took its place on this machine.
    #[error("another copy of this vault was restored, adopted or accepted since, as {copy} tells")]
    Replaced {
        /// Which copy of a head tells it.
        copy: &'static str,
    },
    /// A journal lies beside a database that cannot be written.
    #[error("{} was left by an interrupted change, and the directory cannot be written to undo it", .0.display())]
    JournalOnReadOnly(PathBuf),
    /// The vault was made by a newer version of this program.
    #[error("the vault has schema {found}, this program knows {known}")]
    TooNew {
        /// The schema in the vault.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// The vault is of an older version, and was not brought to the newest.
    #[error("the vault has schema {found}, and this program writes schema {known}")]
    Outdated {
        /// The schema in the vault.
        found: usize,
        /// The one that is written here.
        known: usize,
    },
    /// The medium cannot be written.
    #[error("the vault was opened for reading only")]
    ReadOnly,
    /// A change was interrupted, and this way of reading undoes nothing.
    #[error("{} was left by an interrupted change, and nothing is written here to undo it", .0.display())]
    Interrupted(PathBuf),
    /// SQLite or SQLCipher reported an error.
    #[error("the database failed: {0}")]
    Database(#[source] rusqlite::Error),
    /// The disk or the system failed under the database, which says nothing about its content.
    #[error("the disk failed while vault.db was read or written: {0}")]
    Disk(#[source] rusqlite::Error),
    /// The system could not read the database, which says nothing about its content.
    #[error("the disk failed while vault.db was read")]
    DiskUnread,
    /// The disk under the database is full. Nothing of the change was kept.
    #[error("the disk is full: vault.db was not changed")]
    DiskFull,
    /// The change was committed, and the system did not confirm that it lasts.
    #[error("the change was made, but the disk did not confirm it, and a power cut could still undo it: {source}")]
    Unconfirmed {
        /// Whether the disk is full.
        is_full: bool,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The change was committed, and then something outside the database failed.
    #[error("the change was made, but a copy of it outside vault.db could not be written: {0}")]
    NotCopied(#[source] Box<StoreError>),
    /// A restored vault has its place, and then something failed.
    #[error("the vault from the backup has its place, and what comes after that failed: {0}")]
    Restored(#[source] Box<StoreError>),
    /// Plain SQLite silently ignores the key, and would write plaintext.
    #[error("this program was linked against an SQLite that does not encrypt")]
    NotEncrypting,
    /// SQLCipher could not be made ready, before anything of the file was read.
    #[error("the encryption of vault.db could not be made ready; there may be too little memory")]
    NotReady(#[source] Box<dyn StdError + Send + Sync>),
    /// There is too little memory for the database.
    #[error("there is not enough memory to read vault.db")]
    NoMemory,
    /// A limit of the format is reached.
    #[error("the vault is full: it keeps no more {0}")]
    Full(&'static str),
    /// A change had no audit entry.
    #[error("a change without an audit entry was refused")]
    Unaudited,
}

/// What in the database this program cannot have written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Damage {
    /// A database without a header cannot be opened again.
    #[error("header.toml is missing: it is in a backup, or the vault is lost")]
    NoHeader,
    /// The database is not there.
    #[error("the file is missing")]
    NoFile,
    /// SQLite would take pages from such a log, and no command of ours makes one.
    #[error("vault.db-wal lies beside it, which this program never writes")]
    WriteAheadLog,
    /// SQLCipher refused a page.
    #[error("a page could not be decrypted")]
    Page,
    /// A schema that no migration makes.
    #[error("unknown schema version {0}")]
    UnknownSchema(i64),
    /// The digests are not those that the audit log vouches for.
    #[error("the last entry of the audit log does not match the digests")]
    Digests,
    /// The digest of a table that there is not.
    #[error("a digest of an unknown table")]
    UnknownTable,
    /// A table whose digest is another one.
    #[error("the rows of {0} are not those that were written")]
    Rows(&'static str),
    /// A month of an account whose digest is another one.
    #[error("the rows of {account} in the month {month} are not those that were written")]
    Month {
        /// The account.
        account: AccountId,
        /// The month, as `YYYY-MM`.
        month: String,
    },
    /// The log has an entry from the vault's creation on.
    #[error("the audit log is empty")]
    EmptyLog,
    /// The MAC of the last entry is another one.
    #[error("entry {0} of the audit log was changed")]
    LastEntry(u64),
    /// A value that every vault has.
    #[error("{0} is missing")]
    Missing(String),
    /// A value of another type or length.
    #[error("{what} is not {expected}")]
    Type {
        /// The value.
        what: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A text that does not parse.
    #[error("{text:?} was not written by this program")]
    Foreign {
        /// The text.
        text: String,
        /// Why it does not.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A value that could not be read as its type.
    #[error("{0}")]
    Unreadable(#[source] Box<dyn StdError + Send + Sync>),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let is_of_sqlite = error.sqlite_error_code().is_some();
        match StoreError::of_code(error) {
            // SQLCipher refuses a page, and SQLite a statement, also when they get no memory for it.
            StoreError::Damaged(_) if is_of_sqlite && memory_is_short() => StoreError::NoMemory,
            error => error,
        }
    }
}

impl StoreError {
    fn of_code(error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, OutOfMemory,
            SystemIoFailure,
        };
        use rusqlite::ffi::SQLITE_IOERR_NOMEM;
        match error.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => unreadable(error),
            // SQLite also reports this when SQLCipher refuses a page.
            Some(OutOfMemory) => Damage::Page.into(),
            Some(DatabaseBusy | DatabaseLocked) => StoreError::DatabaseBusy,
            Some(DiskFull) => StoreError::DiskFull,
            Some(SystemIoFailure) if extended_code(&error) == Some(SQLITE_IOERR_NOMEM) => StoreError::NoMemory,
            Some(SystemIoFailure | CannotOpen) => StoreError::Disk(error),
            _ => match error {
                // A value of the wrong type or range in a STRICT table was not written by this program: a page of
                // another table was put in its place.
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..)
                // Every statement is fixed and matches the schema: an error means another schema.
                | rusqlite::Error::SqlInputError { .. } => unreadable(error),
                rusqlite::Error::SqliteFailure(failure, _) if failure.extended_code == rusqlite::ffi::SQLITE_ERROR => {
                    unreadable(error)
                }
                error => StoreError::Database(error),
            },
        }
    }

    /// Returns whether a disk or a file system stands behind it, which the next command may find better.
    pub(crate) fn is_of_disk(&self) -> bool {
        matches!(
            self,
            StoreError::File(_)
                | StoreError::Database(_)
                | StoreError::Disk(_)
                | StoreError::DiskFull
                | StoreError::Unconfirmed { .. }
                | StoreError::NotCopied(_)
        )
    }

    /// Returns the error of a change of what goes again, as one of a change that was not made.
    pub(crate) fn of_nothing_made(self) -> StoreError {
        match self {
            StoreError::NotCopied(error) => *error,
            StoreError::Unconfirmed { is_full: true, .. } => StoreError::DiskFull,
            StoreError::Unconfirmed { source, .. } => StoreError::Disk(source),
            error => error,
        }
    }

    /// Returns whether the change stands that it was met in: what failed came after the commit.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self, StoreError::NotCopied(_) | StoreError::Unconfirmed { .. })
    }

    /// Returns the error of a commit. When the directory cannot be synced after the journal was removed, it was made.
    pub(crate) fn of_commit(error: rusqlite::Error) -> StoreError {
        if extended_code(&error) == Some(rusqlite::ffi::SQLITE_IOERR_DIR_FSYNC) {
            return StoreError::Unconfirmed { is_full: false, source: error };
        }
        error.into()
    }

    /// Returns whether the vault holds what none of our commands wrote, or lacks what one wrote. A disk that cannot be
    /// read, too little memory or a held lock says nothing of that.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            StoreError::Damaged(_)
            | StoreError::HeaderOf(_)
            | StoreError::Rollback { .. }
            | StoreError::Replaced { .. }
            | StoreError::Anchor(AnchorError::Content { .. }) => true,
            StoreError::File(error)
            | StoreError::Anchor(AnchorError::File(error))
            | StoreError::Lock(LockError::File(error)) => error.is_foreign(),
            StoreError::NotCopied(error) | StoreError::Restored(error) => error.is_damage(),
            _ => false,
        }
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

/// What must still be had for a failed allocation of SQLite, a page or a cache of them, to mean something else, in bytes.
const MEMORY_LEFT: usize = 16 * 1024 * 1024;

/// Returns whether the system gives no more memory.
fn memory_is_short() -> bool {
    Vec::<u8>::new().try_reserve_exact(MEMORY_LEFT).is_err()
}

/// Returns the error for a stored value that could not be read, with its cause.
pub(crate) fn unreadable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> StoreError {
    StoreError::Damaged(Damage::Unreadable(source.into()))
}
