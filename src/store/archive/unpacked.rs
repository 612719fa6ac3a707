//! The files of a backup in a private directory of their own, for as long as they are looked at. They stay encrypted.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags};
use tempfile::TempDir;

use crate::store::archive::error::ArchiveError;
use crate::store::archive::form::{MANIFEST_FILE, PARTS};
use crate::store::files::paths::{LOCK_FILE, OUTBOX_DIR};
use crate::store::files::{self, FileError, Links};

const PREFIX: &str = ".finvault-unpacked-";
/// The files lie one directory further down: the outer one is locked, and commands lock that of a vault.
const INNER: &str = "vault";

/// What is left free beside what is unpacked, in bytes.
const MARGIN: u64 = 1024 * 1024;

/// A private directory, locked as long as this value lives, and then removed.
#[derive(Debug)]
pub(crate) struct Unpacked {
    dir: TempDir,
    inner: PathBuf,
    _lock: File,
}

impl Unpacked {
    /// Makes a directory in the first of these that has room for so many bytes, and removes what killed commands left there.
    ///
    /// # Errors
    /// When none has room, or nothing can be made there.
    pub(crate) fn begin(places: &[&Path], needed: u64) -> Result<Unpacked, ArchiveError> {
        let has_room = |place: &&&Path| {
            sweep(place);
            rustix::fs::access(**place, rustix::fs::Access::WRITE_OK).is_ok()
                && rustix::fs::statvfs(**place)
                    .is_ok_and(|free| free.f_bavail.saturating_mul(free.f_frsize) >= needed.saturating_add(MARGIN))
        };
        let place = places.iter().find(has_room).ok_or_else(|| ArchiveError::NoRoom {
            needed,
            tried: places.iter().map(|place| (*place).to_owned()).collect(),
        })?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).permissions(fs::Permissions::from_mode(0o700));
        let created = |source| FileError::Io { action: "create a directory in", path: (*place).to_owned(), source };
        let dir = builder.tempdir_in(place).map_err(created)?;
        let lock = open(dir.path()).map_err(created)?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| created(error.into()))?;
        files::private_dir(dir.path(), Links::Refuse)?;
        let inner = dir.path().join(INNER);
        files::private_dir(&inner, Links::Refuse)?;
        Ok(Unpacked { dir, inner, _lock: lock })
    }

    /// Returns the directory that is removed in the end.
    pub(crate) fn outer(&self) -> &Path {
        self.dir.path()
    }

    /// Returns the directory for the files.
    pub(crate) fn path(&self) -> &Path {
        &self.inner
    }
}

/// Removes the directories that killed commands left: those that no process holds.
fn sweep(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            // One that cannot be removed now may be removed later.
            let _ = remove(&entry.path());
        }
    }
}

/// Removes a directory and what this program names in it, unless a process holds it.
fn remove(dir: &Path) -> io::Result<()> {
    let held = open(dir)?;
    rustix::fs::flock(&held, FlockOperation::NonBlockingLockExclusive)?;
    let inner = dir.join(INNER);
    for name in PARTS.iter().chain([&MANIFEST_FILE, &LOCK_FILE]) {
        gone(fs::remove_file(inner.join(name)))?;
    }
    gone(fs::remove_dir(inner.join(OUTBOX_DIR)))?;
    gone(fs::remove_dir(&inner))?;
    fs::remove_dir(dir)
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn open(dir: &Path) -> io::Result<File> {
    let flags = files::kind::open_flags(OFlags::DIRECTORY | OFlags::NOFOLLOW);
    OpenOptions::new().read(true).custom_flags(flags).open(PathBuf::from(dir))
}
