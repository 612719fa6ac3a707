//! Whose turn it is to lock: readers that come after a waiting writer wait for it, so that readers in a loop cannot keep
//! it out for ever.
//!
//! The turn is an `flock` on the vault directory itself, which needs no file. A writer keeps it while it waits for the lock;
//! a reader only has to find it free, but for a backup, which waits like a writer. Where a directory cannot be locked, nobody has to wait for a turn.

use std::fs::File;
use std::path::Path;

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use super::holder;

/// Returns the ids of the other processes that have the turn; none where the system does not tell.
pub(super) fn holders(dir: &Path) -> Vec<u32> {
    let found = File::open(dir).map(|directory| holder::holders(&directory)).unwrap_or_default();
    found.into_iter().filter(|process| *process != std::process::id()).collect()
}

/// A turn, until it is dropped.
#[must_use = "the turn ends when this value is dropped"]
pub(super) struct Turn {
    directory: Option<File>,
}

impl Drop for Turn {
    /// Ends the turn also where a process that another thread is starting has a copy of the descriptor.
    fn drop(&mut self) {
        if let Some(directory) = &self.directory {
            let _ = rustix::fs::flock(directory, FlockOperation::Unlock);
        }
    }
}

/// Takes the turn, alone or together with others. Returns `None` while it is another's.
pub(super) fn take(dir: &Path, how: FlockOperation) -> Option<Turn> {
    let directory = File::open(dir).ok();
    match directory.as_ref().map(|directory| rustix::fs::flock(directory, how)) {
        Some(Err(Errno::WOULDBLOCK)) => None,
        Some(Ok(())) => Some(Turn { directory }),
        Some(Err(_)) | None => Some(Turn { directory: None }),
    }
}
