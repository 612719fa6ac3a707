//! Errors of backups.

use super::store;
use crate::store::StoreError;
use crate::store::archive::{ArchiveError, Fault};
use crate::store::files::{FileError, says_full};

/// Returns what the person can do.
pub(super) fn hint(error: &ArchiveError) -> Option<&'static str> {
    Some(match error {
        // The place was free a moment ago, and the name of a backup is made from the time.
        ArchiveError::Store(StoreError::File(FileError::Exists { .. })) => {
            "another program took this name meanwhile: try again a second later"
        }
        ArchiveError::Store(error) => return store::hint(error),
        ArchiveError::BadPlace { .. } => {
            "name a directory that there is, a file in one, or - for standard output; nothing was written"
        }
        ArchiveError::Occupied { .. } => "name another file, or a directory, in which each backup gets its own name",
        ArchiveError::Changed { .. } => "end the other program, then try again; nothing was kept of this backup",
        ArchiveError::ReadBack { .. } => {
            "see what the system logged about the disk, and use another one; the backups that were there are as they were"
        }
        ArchiveError::Stream(error) if says_full(error) => store::FULL,
        ArchiveError::Stream(_) => "whatever reads the backup ended too early: what it kept is cut off and of no use",
        ArchiveError::NoRoom { .. } => {
            "free some space there; `vault backup verify` without a key needs none, and compares the backup with its manifest"
        }
        ArchiveError::Refused { fault, .. } => match fault {
            Fault::Newer { .. } => "use a newer version of vault",
            Fault::Unread(_) => store::DISK,
            Fault::Unwritten(error) if says_full(error) => store::FULL,
            Fault::Unwritten(_) => return None,
            Fault::CutOff(_) | Fault::Padded | Fault::Damaged(_) => {
                "nothing of it was used: take another backup, and `vault backup list DIR` shows which there are"
            }
            Fault::Empty | Fault::NotTar | Fault::Foreign(_) => {
                "nothing of it was used: name a file that `vault backup` made"
            }
        },
    })
}
