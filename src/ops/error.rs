//! Why a use case could not be done: what happened, what kind of failure it is, and what to do.

use std::fmt;

use crate::crypto::SignError;
use crate::model::MoneyError;
use crate::share::{PackageError, TermsError, canonical::CanonicalError};
use crate::store::StoreError;
use crate::store::copies::outbox::OutboxError;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;
use crate::store::header::HeaderError;

/// The kinds of failure; each has one exit code (`docs/exit-codes.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something else failed: a disk, the system, this program.
    Failure,
    /// What was asked for makes no sense, or names what is not there.
    Usage,
    /// Locked: wrong key, or a token that opens nothing.
    Locked,
    /// Refused by policy, by the person, or because it is over.
    Refused,
    /// An input file is bad.
    BadInput,
    /// The vault is not as it was left.
    Integrity,
    /// Another process has the vault.
    Busy,
}

/// A use case that was not done.
#[derive(Debug)]
pub struct OpError {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
}

impl OpError {
    /// An error without a hint.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> OpError {
        OpError { kind, message: message.into(), hint: None }
    }

    /// What was asked for makes no sense.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> OpError {
        OpError::new(ErrorKind::Usage, message).with_hint(hint)
    }

    /// An input file is bad.
    pub fn bad_input(message: impl Into<String>, hint: Option<String>) -> OpError {
        OpError { kind: ErrorKind::BadInput, message: message.into(), hint }
    }

    /// Adds what to do.
    pub fn with_hint(mut self, hint: impl Into<String>) -> OpError {
        self.hint = Some(hint.into());
        self
    }

    /// The kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do.
    pub fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

impl fmt::Display for OpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OpError {}

impl From<StoreError> for OpError {
    fn from(error: StoreError) -> Self {
        let (kind, hint) = match &error {
            StoreError::NoVault(_) => {
                (ErrorKind::Failure, Some("make one with `vault init`, or name it with --vault DIR"))
            }
            StoreError::NotEmpty(_) => (ErrorKind::Failure, Some("name another directory with --vault DIR")),
            StoreError::Header(header) => of_header(header),
            StoreError::Lock(LockError::Busy { .. }) => {
                (ErrorKind::Busy, Some("wait for the other command, then try again"))
            }
            StoreError::Integrity(_) => (
                ErrorKind::Integrity,
                Some("nothing was let out; where the vault still opens, `vault check` lists what is wrong"),
            ),
            StoreError::Rollback { .. } => (
                ErrorKind::Integrity,
                Some(
                    "if you put this state back yourself, `vault audit accept` accepts it; otherwise somebody else did",
                ),
            ),
            StoreError::JournalOnReadOnly(_) => (
                ErrorKind::Failure,
                Some(
                    "copy the vault directory to where it can be written, vault.db and vault.db-journal together, and use the copy",
                ),
            ),
            StoreError::TooNew { .. } => (ErrorKind::Failure, Some("use a newer version of vault")),
            StoreError::ReadOnly => (ErrorKind::Failure, Some("copy the vault directory to where it can be written")),
            StoreError::File(file) | StoreError::Lock(LockError::File(file)) => (ErrorKind::Failure, of_file(file)),
            StoreError::Database(_) => (
                ErrorKind::Failure,
                Some(
                    "see that vault.db is there and can be read; if it is lost, put back a copy of the vault's directory",
                ),
            ),
            _ => (ErrorKind::Failure, None),
        };
        OpError { kind, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}

fn of_file(error: &FileError) -> Option<&'static str> {
    Some(match error {
        FileError::Io { .. } => "see that it is there, that you may read and write it, and that the disk has room",
        FileError::WrongKind { .. } | FileError::TooLarge { .. } => {
            "nothing of vault's looks like that: move it away, or put back what was there"
        }
        FileError::NotOurs { .. } => "name a directory of your own",
        _ => return None,
    })
}

fn of_header(error: &HeaderError) -> (ErrorKind, Option<&'static str>) {
    match error {
        HeaderError::WrongKey(_) | HeaderError::NoSuchSlot { .. } => {
            (ErrorKind::Locked, Some("give the passphrase, key file or recovery code that this vault was made with"))
        }
        HeaderError::EmptyPassphrase | HeaderError::WeakKeyFile { .. } | HeaderError::NoSlots => {
            (ErrorKind::Usage, None)
        }
        HeaderError::NotWrapped => (ErrorKind::Failure, None),
        _ => (ErrorKind::Integrity, Some("put back the header.toml that was there, from a backup")),
    }
}

impl From<MoneyError> for OpError {
    fn from(error: MoneyError) -> Self {
        OpError::new(ErrorKind::Failure, error.to_string())
    }
}

impl From<TermsError> for OpError {
    fn from(error: TermsError) -> Self {
        OpError::new(ErrorKind::Usage, error.to_string())
    }
}

impl From<CanonicalError> for OpError {
    fn from(error: CanonicalError) -> Self {
        OpError::new(ErrorKind::Failure, error.to_string())
    }
}

impl From<SignError> for OpError {
    fn from(error: SignError) -> Self {
        OpError::new(ErrorKind::Integrity, error.to_string())
    }
}

impl From<PackageError> for OpError {
    fn from(error: PackageError) -> Self {
        let kind = match &error {
            PackageError::WrongToken => ErrorKind::Locked,
            PackageError::NotASlice | PackageError::UnknownVersion | PackageError::CutOff { .. } => ErrorKind::BadInput,
            PackageError::TooLarge => ErrorKind::Usage,
            PackageError::Seal => ErrorKind::Failure,
            _ => ErrorKind::Integrity,
        };
        OpError::new(kind, error.to_string())
    }
}

impl From<OutboxError> for OpError {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Package(error) => error.into(),
            OutboxError::File(error) => StoreError::File(error).into(),
            OutboxError::Lock(error) => StoreError::Lock(error).into(),
            OutboxError::Record => OpError::new(ErrorKind::Refused, error.to_string())
                .with_hint("the owner mends it with any command that unlocks the vault, such as `vault grants`"),
            error => {
                OpError::new(ErrorKind::Refused, error.to_string()).with_hint("ask the owner of the data for a new one")
            }
        }
    }
}
