//! Whether a backup holds what its manifest tells, and with a key, whether what it holds is a sound vault.

use std::fs::OpenOptions;
use std::io::Read;
use std::path::Path;

use super::report::VerifyReport;
use crate::model::Env;
use crate::ops::OpError;
use crate::ops::check;
use crate::ops::report::CheckReport;
use crate::store::archive::{self, ArchiveError, Fault};
use crate::store::files::{self, Links, private_dir};
use crate::store::{Locked, Unlock, Vault};

/// Reads all of a backup and compares it with its manifest. Needs no key, and therefore proves only that it is whole: whoever
/// can change the file can change the manifest.
///
/// # Errors
/// When it is not a backup, or not as it was written.
pub fn verify(from: impl Read, file: &str) -> Result<VerifyReport, OpError> {
    let contents = archive::verify(from).map_err(|fault| refused(file, fault))?;
    Ok(VerifyReport::new(file.to_owned(), contents))
}

/// Makes the system forget what it has in memory of a backup in a file, so that it is read from the disk.
pub fn forget(path: &Path) {
    // A pipe has no disk, and what cannot be opened is told where it is read.
    if let Ok(file) = files::open_plain(path, OpenOptions::new().read(true)) {
        // Only what is on the disk can be forgotten.
        let _ = file.sync_data();
        files::forget(&file, 0, None);
    }
}

fn refused(file: &str, fault: Fault) -> ArchiveError {
    ArchiveError::Refused { file: file.to_owned(), fault }
}

/// The files of a backup, still encrypted, in a private directory that is removed with this value.
#[derive(Debug)]
pub struct Unpacked(archive::Unpacked);

impl Unpacked {
    /// Makes the directory for a backup of `size` bytes: in the state directory or, where that has no room, beside the file.
    /// The size of a pipe is not known before it is read, and 0 here.
    ///
    /// # Errors
    /// When there is no room.
    pub fn begin(path: Option<&Path>, size: u64, state_dir: Option<&Path>) -> Result<Unpacked, OpError> {
        let parent = path.and_then(|path| path.canonicalize().ok()).and_then(|path| path.parent().map(Path::to_owned));
        // Where it cannot be made, the other place is taken.
        let state_dir = state_dir.filter(|dir| private_dir(dir, Links::Follow).is_ok());
        let places: Vec<&Path> = state_dir.into_iter().chain(parent.as_deref()).collect();
        Ok(Unpacked(archive::Unpacked::begin(&places, size)?))
    }

    /// Returns the directory that is removed in the end.
    pub fn path(&self) -> &Path {
        self.0.outer()
    }

    /// Reads all of a backup as [`verify`] does, and keeps its files.
    ///
    /// # Errors
    /// As [`verify`], or when there is no room.
    pub fn fill(&self, from: impl Read, file: &str) -> Result<VerifyReport, OpError> {
        let contents = archive::extract(from, self.0.path()).map_err(|fault| refused(file, fault))?;
        Ok(VerifyReport::new(file.to_owned(), contents))
    }

    /// Opens what it holds and checks all of it. The anchor of this machine is neither compared nor written.
    ///
    /// # Errors
    /// When the key does not open it, or the check itself fails.
    pub fn check(&self, unlock: &Unlock, env: Env<'_>) -> Result<CheckReport, OpError> {
        let vault = Vault::<Locked>::find(self.0.path())?.unlock_without_anchor(unlock)?;
        // A backup may hold an interrupted change, as the vault did when it was made.
        vault.settle()?;
        vault.bring_to_newest(env)?;
        check::run(&vault.look(env)?, env)
    }
}
