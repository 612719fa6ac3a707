//! The files of a backup in a private directory of their own, for as long as they are looked at. They stay encrypted.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags};
use tempfile::TempDir;

use crate::store::archive::error::ArchiveError;
use crate::store::files::{self, FileError, Links, remains};

const PREFIX: &str = ".finvault-unpacked-";
/// The files lie one directory further down: the outer one is locked, and commands lock that of a vault.
const INNER: &str = "vault";
/// Beside them lies the copy of another vault, with which they are compared.
const ASIDE: &str = "aside";

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
        let mut writable = Vec::new();
        let mut refused = None;
        for place in places {
            sweep(place);
            match rustix::fs::access(*place, rustix::fs::Access::WRITE_OK) {
                Ok(()) => writable.push(*place),
                Err(error) => refused = Some(FileError::io("write in", place)(error.into())),
            }
        }
        let has_room = |place: &&&Path| files::room(place).is_some_and(|free| free >= needed.saturating_add(MARGIN));
        let place = match (writable.iter().find(has_room), refused) {
            (Some(place), _) => place,
            (None, Some(error)) if writable.is_empty() => return Err(error.into()),
            (None, _) => {
                return Err(ArchiveError::NoRoom {
                    needed,
                    tried: writable.iter().map(|&dir| dir.to_owned()).collect(),
                });
            }
        };
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

    /// Makes a second directory, beside that for the files, with room for so many bytes.
    ///
    /// # Errors
    /// When there is no room, or it cannot be made.
    pub(crate) fn aside(&self, needed: u64) -> Result<PathBuf, ArchiveError> {
        if files::room(self.outer()).is_none_or(|free| free < needed.saturating_add(MARGIN)) {
            return Err(ArchiveError::NoRoom { needed, tried: vec![self.outer().to_owned()] });
        }
        let aside = self.outer().join(ASIDE);
        files::private_dir(&aside, Links::Refuse)?;
        Ok(aside)
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
fn remove(dir: &Path) -> Result<(), FileError> {
    let held = open(dir).map_err(FileError::io("open", dir))?;
    rustix::fs::flock(&held, FlockOperation::NonBlockingLockExclusive)
        .map_err(|error| FileError::io("lock", dir)(error.into()))?;
    for inner in [ASIDE, INNER].map(|name| dir.join(name)) {
        remains::clear(&inner, None)?;
        remains::remove_empty(&inner)?;
    }
    remains::remove_empty(dir)
}

fn open(dir: &Path) -> io::Result<File> {
    let flags = files::kind::open_flags(OFlags::DIRECTORY | OFlags::NOFOLLOW);
    OpenOptions::new().read(true).custom_flags(flags).open(PathBuf::from(dir))
}
