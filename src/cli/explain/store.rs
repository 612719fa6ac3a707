//! Errors of the vault's directory.

use crate::crypto::KdfError;
use crate::store::StoreError;
use crate::store::copies::anchor::AnchorError;
use crate::store::files::lock::LockError;
use crate::store::files::{FileError, says_full};
use crate::store::header::HeaderError;

const WAIT: &str = "wait for the other command, then try again";

/// What helps when nothing more can be written.
pub(crate) const FULL: &str = "the disk is full, or your part of it: free some space, then try again";

pub(crate) const DISK: &str =
    "this says nothing about what the vault holds: see what the system logged about the disk, then try again";

/// What to do about a secret that does not open the vault.
pub(crate) const OTHER_SECRET: &str =
    "give a passphrase, key file or recovery code that opens this vault: `vault status` says which kinds there are";

/// What helps when there is too little memory.
pub(crate) const MEMORY: &str = "end other programs, or raise the limit on memory, then try again";

/// Returns what the person can do.
pub(super) fn hint(error: &StoreError) -> Option<&'static str> {
    Some(match error {
        StoreError::Anchor(AnchorError::NoPlace) => "set XDG_STATE_HOME to an absolute path",
        StoreError::NoVault(_) => "create one with `vault init`, or name its directory with --vault DIR",
        StoreError::NotEmpty(_) => "name a directory that is new or empty",
        StoreError::OtherVault(_) => {
            "restore it to a place of its own with --to DIR, or name another directory with --vault DIR"
        }
        StoreError::NotFresh(_) => {
            "give the secrets that it was being created with, move it away, or name another directory with --vault DIR"
        }
        StoreError::Header(error) => return header_hint(error),
        StoreError::Lock(error) => return lock_hint(error),
        StoreError::DatabaseBusy => WAIT,
        StoreError::HandingOut(_) => WAIT,
        StoreError::Strange(_) => "move it away; `vault check` tells more of what lies in the outbox",
        StoreError::OutboxStale | StoreError::Unsound(_) => "`vault check` lists what is wrong",
        StoreError::NotMigrated(_) => {
            "the version of vault that wrote it can still read it, and its check lists what is wrong"
        }
        StoreError::NotText(_) => "rename the directory",
        StoreError::KeysChanged | StoreError::PresentChanged => "run this command again",
        StoreError::Damaged(_) | StoreError::HeaderOf(_) => {
            "nothing of it was shown or shared; if the vault still opens, `vault check` lists what is wrong"
        }
        StoreError::Anchor(AnchorError::Content { .. }) => {
            "`vault audit accept` makes a new anchor; without a vault that opens, move this one away"
        }
        StoreError::Rollback { .. } => {
            "if you put this state back yourself, accept it with `vault audit accept`; if the vault is in another directory by now, name that one with --vault; otherwise somebody else put it back"
        }
        StoreError::Replaced { .. } => {
            "name the directory of that copy with --vault; to make this one the vault again, accept it with `vault audit accept`; if you \
             did neither, somebody else did"
        }
        StoreError::JournalOnReadOnly(_) => {
            "copy the vault's directory, vault.db and vault.db-journal together, to a writable disk, and use the copy"
        }
        StoreError::TooNew { .. } => "use a newer version of vault",
        StoreError::Outdated { .. } => {
            "any command that may write brings it to that, such as `vault accounts`, and keeps the database as it was; on a medium \
             that cannot be written, copy the vault's directory to a writable disk, and use the copy"
        }
        StoreError::ReadOnly => "copy the vault's directory to a writable disk, and use the copy",
        StoreError::Anchor(AnchorError::File(error)) if error.is_foreign() => {
            "move it away, or let `vault audit accept` make a new anchor"
        }
        StoreError::File(error) | StoreError::Anchor(AnchorError::File(error)) => return file_hint(error),
        StoreError::Interrupted(_) => {
            "`vault accounts` and other commands that show what it holds undo it; a copy that is to stay as it is can be copied \
             again, vault.db and vault.db-journal together"
        }
        StoreError::DiskFull | StoreError::Unconfirmed { is_full: true, .. } => FULL,
        StoreError::Disk(_) | StoreError::DiskUnread | StoreError::Unconfirmed { .. } => DISK,
        StoreError::Restored(error) => return hint(error),
        StoreError::NotCopied(error) => return hint(error).or(Some("the next command writes the copy")),
        StoreError::Database(_) => "check that vault.db may be read and written",
        StoreError::NoMemory | StoreError::NotReady(_) => MEMORY,
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
        FileError::Io { source, .. } if says_full(source) => Some(FULL),
        FileError::Io { .. } => Some("check that it exists, and that you may read and write it"),
        FileError::WrongKind { .. } | FileError::TooLarge { .. } => {
            Some("vault did not create this file: move it away or restore the original")
        }
        FileError::Mounted { .. } => {
            Some("move the vault into a directory on that disk: a vault there can be exchanged")
        }
        FileError::NotOurs { .. } => Some("name a directory of your own"),
        FileError::NotEmpty { .. } => Some("name a directory that is new or empty"),
        FileError::NotADirectory { .. } => Some("name the vault's directory with --vault DIR"),
        FileError::UnfitName { .. } => Some("rename the directory, and name it with --vault DIR"),
        FileError::Exists { .. } => Some("name a path where nothing is yet"),
        FileError::ReadBack { .. } => None,
    }
}

/// Returns what the person can do about `header.toml`.
pub(super) fn header_hint(error: &HeaderError) -> Option<&'static str> {
    match error {
        HeaderError::WrongKey(_) | HeaderError::NoSuchSlot { .. } => Some(OTHER_SECRET),
        HeaderError::Kdf(KdfError::NoMemory(_)) => Some(MEMORY),
        HeaderError::EmptyPassphrase
        | HeaderError::WeakKeyFile { .. }
        | HeaderError::NoSlots
        | HeaderError::NotWrapped
        | HeaderError::Kdf(KdfError::Failed(_)) => None,
        HeaderError::LastSlot => Some("add another way in first: `vault keys add`"),
        HeaderError::NoRoom { .. } => Some("remove one that is no longer needed: `vault keys remove N`"),
        HeaderError::UnknownSlot(_) => Some("`vault keys list` names the key slots"),
        HeaderError::NoMoreIds => None,
        HeaderError::NewerFormat { .. } => Some("use a newer version of vault"),
        HeaderError::TooLarge { .. }
        | HeaderError::Malformed(_)
        | HeaderError::TooManySlots { .. }
        | HeaderError::Cost { .. }
        | HeaderError::Tampered
        | HeaderError::PublicKey
        | HeaderError::Kdf(_) => {
            Some("`vault restore FILE` puts a backup in its place, and keeps this vault next to it")
        }
    }
}
