//! Writing files whole or not at all, and sweeping what unfinished writes left.
//!
//! Every write goes to a temporary file in the same directory, which then replaces the old one; a crash leaves
//! the old file or the new one, and at most a temporary file for [`sweep_temporary`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::FlockOperation;
use rustix::io::Errno;
use tempfile::NamedTempFile;

use crate::store::files::{
    FileError, PRIVATE_FILE, kind_of, of_system, open_plain, parent_of, read, remove, says_full, set_private, sync_dir,
};

pub(super) const TEMPORARY_PREFIX: &str = ".finvault-";
pub(super) const TEMPORARY_SUFFIX: &str = ".tmp";
/// How much of a file tells what it is.
const START_BYTES: usize = 64;

/// Whether a written file is read again and compared. For the few files whose loss is the loss of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadBack {
    /// Compare.
    Yes,
    /// Trust the system.
    No,
}

/// Writes a file whole or not at all: temporary file with mode 0600, fsync, rename, fsync of the directory.
///
/// A file or symbolic link of that name is replaced, not followed.
pub(crate) fn write_atomic(path: &Path, bytes: &[u8], check: ReadBack) -> Result<(), FileError> {
    let temporary = temporary_with(path, bytes)?;
    temporary.persist(path).map_err(|e| match Errno::from_io_error(&e.error) {
        Some(Errno::ISDIR) => kind_of(path, "a regular file"),
        _ => FileError::io("write", path)(e.error),
    })?;
    sync_dir(parent_of(path))?;
    if check == ReadBack::Yes && read(path, bytes.len() as u64)? != bytes {
        return Err(FileError::ReadBack { path: path.to_owned() });
    }
    Ok(())
}

/// Writes a file like [`write_atomic`], and refuses one that exists.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    Unnamed::write(path, bytes)?.persist()?;
    sync_dir(parent_of(path))
}

/// A new file that is whole and lies under a temporary name. Dropped, it is removed.
#[derive(Debug)]
#[must_use = "the file is removed when this value is dropped"]
pub(crate) struct Unnamed {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl Unnamed {
    /// Writes a file that is to have this path.
    pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<Unnamed, FileError> {
        Ok(Unnamed { temporary: temporary_with(path, bytes)?, path: path.to_owned() })
    }

    /// Begins an empty file that is to have this path. Its bytes are to be synced before it takes its name.
    pub(crate) fn begin(path: &Path) -> Result<Unnamed, FileError> {
        let temporary = temporary_beside(path).map_err(FileError::io("write", path))?;
        set_private(temporary.as_file(), path)?;
        Ok(Unnamed { temporary, path: path.to_owned() })
    }

    /// Returns the file.
    pub(crate) fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// Gives the file its name, and replaces what has it.
    pub(crate) fn replace(self) -> Result<(), FileError> {
        let Unnamed { temporary, path } = self;
        temporary.persist(&path).map_err(|e| FileError::io("write", &path)(e.error))?;
        sync_dir(parent_of(&path))
    }

    /// Gives the file its name, and refuses one that exists. When the name cannot be made to last, no file is left.
    pub(crate) fn take_name(self) -> Result<(), FileError> {
        let path = self.persist()?;
        sync_dir(parent_of(&path)).inspect_err(|_| {
            // The error to report is that of the sync.
            let _ = remove(&path);
        })
    }

    fn persist(self) -> Result<PathBuf, FileError> {
        let Unnamed { temporary, path } = self;
        match temporary.persist_noclobber(&path) {
            Ok(_) => Ok(path),
            Err(e) if e.error.kind() == io::ErrorKind::AlreadyExists => Err(FileError::Exists { path }),
            Err(e) => Err(FileError::io("write", &path)(e.error)),
        }
    }
}

/// Removes the temporary files of unfinished writes: those that no process holds.
pub(crate) fn sweep_temporary(dir: &Path) -> Result<usize, FileError> {
    let mut removed = 0;
    for path in temporary_in(dir)? {
        // What is no regular file is not ours, and one that is gone was finished.
        let Ok(file) = open_plain(&path, OpenOptions::new().read(true)) else { continue };
        if is_held(&file) {
            continue;
        }
        removed += usize::from(remove(&path)?);
    }
    Ok(removed)
}

/// Returns what lies in a directory under the name of an unfinished write, whatever it is.
pub(crate) fn temporary_in(dir: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = fs::read_dir(dir).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let paths = entries.map_err(FileError::io("read", dir))?.into_iter().map(|entry| entry.path());
    Ok(paths.filter(|path| is_temporary(&path.file_name().unwrap_or_default().to_string_lossy())).collect())
}

/// Removes the unfinished writes in a directory of the person's: files that no process holds, private, with our names, and a
/// content of ours. What cannot be read or removed stays.
pub(crate) fn sweep_given(dir: &Path, is_ours: impl Fn(&[u8]) -> bool) {
    for path in temporary_in(dir).unwrap_or_default() {
        let Ok(file) = open_plain(&path, OpenOptions::new().read(true)) else { continue };
        let is_private = file.metadata().is_ok_and(|data| {
            data.uid() == rustix::process::geteuid().as_raw() && data.mode() & 0o7777 == PRIVATE_FILE
        });
        let mut start = [0; START_BYTES];
        let read = file.read_at(&mut start, 0);
        if is_private && read.is_ok_and(|length| is_ours(&start[..length])) && !is_held(&file) {
            let _ = remove(&path);
        }
    }
}

/// Returns whether a name is that of an unfinished write.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX)
}

/// Takes the lock that says that a temporary file is being written. Returns whether another process has it.
fn is_held(file: &File) -> bool {
    rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK)
}

fn temporary_with(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, FileError> {
    let mut temporary = temporary_beside(path).map_err(FileError::io("write", path))?;
    set_private(temporary.as_file(), path)?;
    temporary.write_all(bytes).map_err(FileError::io("write", path))?;
    temporary.as_file().sync_all().map_err(FileError::io("write", path))?;
    Ok(temporary)
}

/// Makes a temporary file and locks it, so that no sweep removes it.
fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX).permissions(fs::Permissions::from_mode(PRIVATE_FILE));
    loop {
        let temporary = builder.tempfile_in(parent_of(path)).map_err(of_system)?;
        // A sweep may have come before the lock.
        if !is_held(temporary.as_file()) && temporary.as_file().metadata()?.nlink() > 0 {
            return Ok(temporary);
        }
    }
}

/// Returns whether nothing more can be written in a directory.
pub(crate) fn is_full(dir: &Path) -> bool {
    const TRIAL: usize = 64 * 1024;
    let trial = temporary_beside(&dir.join(TEMPORARY_PREFIX)).and_then(|temporary| {
        // As SQLite writes.
        temporary.as_file().write_all_at(&[0; TRIAL], 0)?;
        temporary.as_file().sync_all()
    });
    trial.is_err_and(|error| says_full(&error))
}
