//! The mark of a grant whose token is being handed out: an empty file, locked for as long as that process lives.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use crate::model::GrantId;
use crate::store::files::paths::{self, OUTBOX_DIR};
use crate::store::files::{self, FileError, Links};

/// A held mark. Dropping it removes it, and lets the next sweep end the grant, if it is still pending.
#[derive(Debug)]
#[must_use = "the grant is ended when this value is dropped"]
pub(crate) struct PendingMark {
    _file: File,
    path: PathBuf,
}

impl Drop for PendingMark {
    fn drop(&mut self) {
        // A killed process leaves it: then it is not held.
        let _ = fs::remove_file(&self.path);
    }
}

impl PendingMark {
    /// Makes and holds the mark of a grant that is not yet stored.
    pub(crate) fn hold(dir: &Path, grant: &GrantId) -> Result<PendingMark, FileError> {
        files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
        let path = paths::pending(dir, grant.as_str());
        let file = files::open_plain(&path, OpenOptions::new().write(true).create(true).mode(0o600))?;
        files::set_private(&file, &path)?;
        if lock(&file, &path)? { Ok(PendingMark { _file: file, path }) } else { Err(FileError::Exists { path }) }
    }
}

/// Returns whether a living process hands out the token of a grant.
///
/// # Errors
/// When the mark cannot be read, or is no regular file.
pub(crate) fn is_pending(dir: &Path, grant: &GrantId) -> Result<bool, FileError> {
    let path = paths::pending(dir, grant.as_str());
    match files::open_plain(&path, OpenOptions::new().read(true)) {
        Ok(file) => lock(&file, &path).map(|free| !free),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns whether the lock was free.
fn lock(file: &File, path: &Path) -> Result<bool, FileError> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(FileError::Io { action: "lock", path: path.to_owned(), source: error.into() }),
    }
}
