//! Errors of the vault's directory.

use crate::crypto::KdfError;
use crate::store::StoreError;
use crate::store::copies::anchor::AnchorError;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;
use crate::store::header::HeaderError;

const WAIT: &str = "wait for the other command, then try again";

const MEMORY: &str = "end other programs, or raise the limit on memory, then try again";

/// Returns what the person can do.
pub(super) fn hint(error: &StoreError) -> Option<&'static str> {
    Some(match error {
        StoreError::Anchor(AnchorError::NoPlace) => "set XDG_STATE_HOME to an absolute path",
        StoreError::NoVault(_) => "create one with `vault init`, or name its directory with --vault DIR",
        StoreError::NotEmpty(_) => "name another directory with --vault DIR",
        StoreError::Header(error) => return header_hint(error),
        StoreError::Lock(error) => return lock_hint(error),
        StoreError::DatabaseBusy => WAIT,
        StoreError::Damaged(_) | StoreError::HeaderOf(_) => {
            "nothing of it was shown or shared; if the vault still opens, `vault check` lists what is wrong"
        }
        StoreError::Anchor(AnchorError::Content { .. }) => "`vault audit accept` makes a new anchor",
        StoreError::Rollback { .. } => {
            "if you restored this state yourself, accept it with `vault audit accept`; otherwise somebody else restored it"
        }
        StoreError::JournalOnReadOnly(_) => {
            "copy the vault's directory, vault.db and vault.db-journal together, to a writable disk, and use the copy"
        }
        StoreError::TooNew { .. } => "use a newer version of vault",
        StoreError::ReadOnly => "copy the vault's directory to a writable disk, and use the copy",
        StoreError::File(error) | StoreError::Anchor(AnchorError::File(error)) => return file_hint(error),
        StoreError::Database(_) => {
            "check that vault.db exists and can be read; if it is lost, restore a copy of the vault's directory"
        }
        StoreError::NoMemory => MEMORY,
        StoreError::NotEncrypting | StoreError::Full(_) | StoreError::Unaudited => return None,
    })
}

/// Returns what the person can do about a lock.
pub(super) fn lock_hint(error: &LockError) -> Option<&'static str> {
    match error {
        LockError::Busy { .. } => Some(WAIT),
        LockError::File(error) => file_hint(error),
    }
}

/// Returns what the person can do about a file.
pub(super) fn file_hint(error: &FileError) -> Option<&'static str> {
    match error {
        FileError::Io { .. } => {
            Some("check that it exists, that you may read and write it, and that the disk has space")
        }
        FileError::WrongKind { .. } | FileError::TooLarge { .. } => {
            Some("vault did not create this file: move it away or restore the original")
        }
        FileError::NotOurs { .. } => Some("name a directory of your own"),
        FileError::NotEmpty { .. } => Some("name a directory that is new or empty"),
        FileError::Exists { .. } | FileError::ReadBack { .. } => None,
    }
}

/// Returns what the person can do about `header.toml`.
pub(super) fn header_hint(error: &HeaderError) -> Option<&'static str> {
    match error {
        HeaderError::WrongKey(_) | HeaderError::NoSuchSlot { .. } => {
            Some("give the passphrase, key file or recovery code that this vault was made with")
        }
        HeaderError::Kdf(KdfError::NoMemory(_)) => Some(MEMORY),
        HeaderError::EmptyPassphrase
        | HeaderError::WeakKeyFile { .. }
        | HeaderError::NoSlots
        | HeaderError::NotWrapped
        | HeaderError::Kdf(KdfError::Failed(_)) => None,
        HeaderError::NewerFormat { .. } => Some("use a newer version of vault"),
        HeaderError::TooLarge { .. }
        | HeaderError::Malformed(_)
        | HeaderError::TooManySlots { .. }
        | HeaderError::Cost { .. }
        | HeaderError::Tampered
        | HeaderError::PublicKey
        | HeaderError::Kdf(_) => Some("restore header.toml from a backup"),
    }
}
