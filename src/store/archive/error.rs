//! Why a backup was not made, or is refused.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::store::error::StoreError;
use crate::store::files::FileError;

/// A backup that could not be made, or is none that can be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The vault failed, or a file could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was named as the place of a backup is none.
    #[error("{} {why}", path.display())]
    BadPlace {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// The file that would be replaced is not a backup of this vault.
    #[error("{} exists and is not a backup of this vault, and is left as it is: {why}", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        why: String,
    },
    /// Another program changed a file of the vault while it was copied.
    #[error("{name} was changed by another program while it was copied")]
    Changed {
        /// The file.
        name: &'static str,
    },
    /// What was read back is not what was written.
    #[error("{} does not hold what was just written to it: the disk may be failing", path.display())]
    ReadBack {
        /// The file, which never had the name of a backup.
        path: PathBuf,
    },
    /// The stream could not be written.
    #[error("the backup could not be written to the output")]
    Stream(#[source] io::Error),
    /// A file is no backup, or a damaged one.
    #[error("{file}: {fault}")]
    Refused {
        /// The file, as it was named.
        file: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// There is no room to unpack a backup.
    #[error("there is no room to unpack the backup: it needs {needed} bytes, in {}", tried.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(" or in "))]
    NoRoom {
        /// How many bytes are needed.
        needed: u64,
        /// The directories that were looked at.
        tried: Vec<PathBuf>,
    },
}

impl From<FileError> for ArchiveError {
    fn from(error: FileError) -> Self {
        ArchiveError::Store(error.into())
    }
}

/// What is wrong with an archive. Its text says where.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// Not a tar archive, or none from its first block on.
    #[error("it is not a tar archive")]
    NotTar,
    /// A tar archive with something that this program does not write.
    #[error("it is not a backup of a vault: {0}")]
    Foreign(String),
    /// A newer program wrote it.
    #[error("it was written by a newer version: it has the format {found}, this program knows {known}")]
    Newer {
        /// The format of its manifest or header.
        found: u64,
        /// The newest that is known here.
        known: u64,
    },
    /// It ends early.
    #[error("it is cut off {0}")]
    CutOff(String),
    /// Something follows the end.
    #[error("something follows its end")]
    Padded,
    /// A block or a file is not as it was written.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// It could not be read.
    #[error("it cannot be read: {}", crate::store::files::in_words(.0))]
    Unread(#[source] io::Error),
    /// A file of it could not be written where it was unpacked.
    #[error("it cannot be unpacked: {}", crate::store::files::in_words(.0))]
    Unwritten(#[source] io::Error),
}

impl Fault {
    /// Returns whether it was a backup, and is not as it was written.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Fault::CutOff(_) | Fault::Padded | Fault::Damaged(_))
    }
}
