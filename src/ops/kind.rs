//! The kinds of failure of a use case; each has one exit code (`docs/exit-codes.md`).

use super::OpError;
use crate::crypto::KdfError;
use crate::share::PackageError;
use crate::store::StoreError;
use crate::store::archive::{ArchiveError, Fault};
use crate::store::copies::anchor::AnchorError;
use crate::store::copies::outbox::OutboxError;
use crate::store::files::FileError;
use crate::store::files::lock::LockError;
use crate::store::header::HeaderError;
use crate::store::sql::SqlError;

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something else failed: a disk, the system, this program.
    Failure,
    /// The request makes no sense, or names something unknown.
    Usage,
    /// Locked: wrong key, or a token that opens nothing.
    Locked,
    /// Refused by policy, by the person, or because it is over.
    Refused,
    /// An input file is bad.
    BadInput,
    /// The vault was damaged, changed or put back.
    Integrity,
    /// Another process has the vault.
    Busy,
}

impl OpError {
    /// Returns the kind.
    pub fn kind(&self) -> ErrorKind {
        match self {
            OpError::Store(error) => store(error),
            OpError::Sql(error) => sql(error),
            OpError::Backup(error) => backup(error),
            OpError::Outbox(error) => outbox(error),
            OpError::Package(error) => package(error),
            OpError::Terms(_)
            | OpError::NoKeySlot
            | OpError::UnknownAccount { .. }
            | OpError::SeveralAccountsLike { .. }
            | OpError::NoAccountIn(_)
            | OpError::IdleNarrowing(_)
            | OpError::NoGrantLike { .. }
            | OpError::SeveralGrantsLike { .. }
            | OpError::UnknownTarget { .. }
            | OpError::SeveralAccounts { .. }
            | OpError::AccountNameTaken(_)
            | OpError::BadAccountName(_)
            | OpError::EmptyPeriod { .. }
            | OpError::FilterAmount(_)
            | OpError::UnknownImport(_)
            | OpError::UndoneAlready(_)
            | OpError::NumberOfAnother { .. }
            | OpError::ClosedAlready { .. }
            | OpError::NotEmpty { .. }
            | OpError::CannotMerge { .. }
            | OpError::NotCounted(_)
            | OpError::NotMerged(_)
            | OpError::CannotUnmerge { .. }
            | OpError::NameGivenAway { .. }
            | OpError::FutureBalance(_)
            | OpError::ProvenOtherwise { .. }
            | OpError::NoOwnerBalance { .. }
            | OpError::UnknownAnswer(_)
            | OpError::UnknownDecision(_)
            | OpError::UnknownPair(_)
            | OpError::UnknownTransaction(_)
            | OpError::CannotDecide(_)
            | OpError::DecidedOtherwise(_)
            | OpError::NotIgnored(_)
            | OpError::NothingToShare
            | OpError::UnknownCategory { .. }
            | OpError::UnknownRule(_)
            | OpError::NoSlotOfKind(_)
            | OpError::WhichSlot { .. }
            | OpError::UnknownGrant { .. }
            | OpError::NotSuspended { .. }
            | OpError::RevokedAlready(_) => ErrorKind::Usage,
            OpError::Policy { .. }
            | OpError::UnknownDraft
            | OpError::DataChanged
            | OpError::ApprovedAlready
            | OpError::GrantOver(_)
            | OpError::NotPending { .. }
            | OpError::ImplausibleClock { .. }
            | OpError::GrantEnded(_) => ErrorKind::Refused,
            OpError::Sign(_)
            | OpError::PairWithoutAccount
            | OpError::SliceUnreadable(_)
            | OpError::SealedSliceDamaged(..)
            | OpError::BrokenLog(_) => ErrorKind::Integrity,
            OpError::Money(_) | OpError::Canonical(_) | OpError::Archive(_) | OpError::BalanceOverflow { .. } => {
                ErrorKind::Failure
            }
        }
    }
}

fn store(error: &StoreError) -> ErrorKind {
    match error {
        StoreError::Header(error) => header(error),
        StoreError::Lock(error) => lock(error),
        StoreError::DatabaseBusy | StoreError::KeysChanged | StoreError::PresentChanged | StoreError::HandingOut(_) => {
            ErrorKind::Busy
        }
        StoreError::Damaged(_)
        | StoreError::HeaderOf(_)
        | StoreError::Rollback { .. }
        | StoreError::Replaced { .. }
        | StoreError::Anchor(AnchorError::Content { .. }) => ErrorKind::Integrity,
        StoreError::File(error) | StoreError::Anchor(AnchorError::File(error)) => file(error),
        StoreError::NotCopied(error) | StoreError::Restored(error) => store(error),
        StoreError::NoVault(_)
        | StoreError::NotEmpty(_)
        | StoreError::NotFresh(_)
        | StoreError::OtherVault(_)
        | StoreError::Anchor(AnchorError::NoPlace)
        | StoreError::JournalOnReadOnly(_)
        | StoreError::TooNew { .. }
        | StoreError::Outdated { .. }
        | StoreError::ReadOnly
        | StoreError::Interrupted(_)
        | StoreError::Database(_)
        | StoreError::Disk(_)
        | StoreError::DiskUnread
        | StoreError::DiskFull
        | StoreError::Unconfirmed { .. }
        | StoreError::NotEncrypting
        | StoreError::NotReady(_)
        | StoreError::Full(_)
        | StoreError::NoMemory
        | StoreError::NotText(_)
        | StoreError::Strange(_)
        | StoreError::OutboxStale
        | StoreError::Unsound(_)
        | StoreError::NotMigrated(_)
        | StoreError::Unaudited => ErrorKind::Failure,
    }
}

fn sql(error: &SqlError) -> ErrorKind {
    match error {
        SqlError::Empty
        | SqlError::Several
        | SqlError::Forbidden(_)
        | SqlError::UnknownTable { .. }
        | SqlError::Rejected { .. } => ErrorKind::Usage,
        SqlError::Late(_)
        | SqlError::Memory
        | SqlError::TooLarge(_)
        | SqlError::ValueTooLarge(_)
        | SqlError::Interrupted
        | SqlError::NoAnswer
        | SqlError::Library(_) => ErrorKind::Failure,
    }
}

fn backup(error: &ArchiveError) -> ErrorKind {
    match error {
        ArchiveError::Store(error) => store(error),
        ArchiveError::BadPlace { .. } => ErrorKind::Usage,
        ArchiveError::Refused { fault: Fault::Unread(_) | Fault::Unwritten(_), .. }
        | ArchiveError::Occupied { .. }
        | ArchiveError::Changed { .. }
        | ArchiveError::ReadBack { .. }
        | ArchiveError::Stream(_)
        | ArchiveError::NoRoom { .. } => ErrorKind::Failure,
        ArchiveError::Refused { fault, .. } if fault.is_damage() => ErrorKind::Integrity,
        ArchiveError::Refused { .. } => ErrorKind::BadInput,
    }
}

fn lock(error: &LockError) -> ErrorKind {
    match error {
        LockError::Busy { .. } => ErrorKind::Busy,
        LockError::File(error) => file(error),
    }
}

fn file(error: &FileError) -> ErrorKind {
    if error.is_foreign() { ErrorKind::Integrity } else { ErrorKind::Failure }
}

fn header(error: &HeaderError) -> ErrorKind {
    match error {
        HeaderError::WrongKey(_) | HeaderError::NoSuchSlot { .. } => ErrorKind::Locked,
        HeaderError::EmptyPassphrase
        | HeaderError::WeakKeyFile { .. }
        | HeaderError::NoSlots
        | HeaderError::UnknownSlot(_) => ErrorKind::Usage,
        HeaderError::LastSlot => ErrorKind::Refused,
        HeaderError::NoRoom { .. }
        | HeaderError::NoMoreIds
        | HeaderError::NotWrapped
        | HeaderError::Kdf(KdfError::NoMemory(_) | KdfError::Failed(_)) => ErrorKind::Failure,
        HeaderError::TooLarge { .. }
        | HeaderError::Malformed(_)
        | HeaderError::NewerFormat { .. }
        | HeaderError::TooManySlots { .. }
        | HeaderError::Cost { .. }
        | HeaderError::Tampered
        | HeaderError::PublicKey
        | HeaderError::Kdf(_) => ErrorKind::Integrity,
    }
}

fn outbox(error: &OutboxError) -> ErrorKind {
    match error {
        OutboxError::Package(error) => package(error),
        OutboxError::Header(error) => header(error),
        OutboxError::Planted { .. } | OutboxError::NoHeader => ErrorKind::Integrity,
        OutboxError::File(error) => file(error),
        OutboxError::Lock(error) => lock(error),
        OutboxError::Record | OutboxError::NotThere | OutboxError::Expired(_) | OutboxError::UsedUp(_) => {
            ErrorKind::Refused
        }
    }
}

fn package(error: &PackageError) -> ErrorKind {
    match error {
        PackageError::WrongToken => ErrorKind::Locked,
        PackageError::NotASlice | PackageError::UnknownVersion | PackageError::CutOff { .. } => ErrorKind::BadInput,
        PackageError::TooLarge => ErrorKind::Usage,
        PackageError::Seal => ErrorKind::Failure,
        PackageError::Header(_)
        | PackageError::Damaged
        | PackageError::Malformed(_)
        | PackageError::Signature(_)
        | PackageError::OtherSigner { .. }
        | PackageError::Contradiction(_) => ErrorKind::Integrity,
    }
}
