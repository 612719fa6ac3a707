//! Files and directories that are private, written whole or not at all, and read within bounds.
//!
//! Nothing here knows what the bytes mean. Callers only ever pass ciphertext, signed text, or a secret that its owner asked for as a
//! file: no plaintext is stored in between.

pub(crate) mod atomic;
pub(crate) mod given;
mod holder;
pub(crate) mod kind;
pub(crate) mod lock;
pub(crate) mod new_dir;
pub(crate) mod paths;
pub(crate) mod remains;
pub(crate) mod staging;
mod turn;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::num::NonZeroU64;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::io::Errno;
use thiserror::Error;

use crate::crypto::SecretBytes;

const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_DIR: u32 = 0o700;

/// A file or directory that could not be read or written as asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// The system refused.
    #[error("cannot {action} {}: {}", path.display(), in_words(source))]
    Io {
        /// What was tried: `read`, `write`, `create`.
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is larger than anything of its kind can be.
    #[error("{} is larger than the limit of {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size that is read, in bytes.
        limit: u64,
    },
    /// The path is not the expected kind of file.
    #[error("{} is {found}, and must be {expected}", path.display())]
    WrongKind {
        /// The path.
        path: PathBuf,
        /// What lies there.
        found: &'static str,
        /// What should.
        expected: &'static str,
    },
    /// What the person named as a directory is none.
    #[error("{} is {found}, and must be a directory", path.display())]
    NotADirectory {
        /// The path.
        path: PathBuf,
        /// What lies there.
        found: &'static str,
    },
    /// A file that must be new already exists.
    #[error("{} already exists and is not overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A directory that must be new or empty holds something.
    #[error("{} is not empty, and is left as it is", path.display())]
    NotEmpty {
        /// The directory.
        path: PathBuf,
    },
    /// The directory belongs to another user.
    #[error("{} belongs to another user: choose a directory of your own", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// A mount point cannot change places with a directory beside it.
    #[error("{} is a mount point, and cannot change places with a new directory beside it", path.display())]
    Mounted {
        /// The directory.
        path: PathBuf,
    },
    /// The name of a directory cannot be written into a marker, or leaves no room for what is added to it.
    #[error("the name of {} has a line end or too many bytes to change places with a new directory beside it", path.display())]
    UnfitName {
        /// The directory.
        path: PathBuf,
    },
    /// The file was written, and reading it back gave other bytes.
    #[error("{} does not hold what was just written to it: the disk may be failing", path.display())]
    ReadBack {
        /// The file.
        path: PathBuf,
    },
}

impl FileError {
    /// Returns whether the path does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, FileError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// Returns whether none of our commands made what lies there.
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self, FileError::WrongKind { .. } | FileError::TooLarge { .. })
    }

    /// Returns whether the system said that a disk or the person's part of it is full.
    pub(crate) fn says_full(&self) -> bool {
        matches!(self, FileError::Io { source, .. } if says_full(source))
    }

    /// Returns whether the medium, or what of it is ours, cannot be written.
    pub(crate) fn says_read_only(&self) -> bool {
        let FileError::Io { source, .. } = self else { return false };
        matches!(Errno::from_io_error(source), Some(Errno::ROFS | Errno::ACCESS | Errno::PERM))
    }

    /// Returns the error for what a person named as a directory: the path, or the part of it that is none.
    pub(crate) fn not_a_directory(path: &Path) -> FileError {
        let there = path.ancestors().find_map(|part| Some((part, fs::symlink_metadata(part).ok()?)));
        let (part, found) = there.map_or((path, "not there"), |(part, data)| (part, kind::of(&data)));
        FileError::NotADirectory { path: part.to_owned(), found }
    }

    /// Returns the same of another path: that of what was to be made, where the file had a temporary name.
    fn at(self, path: &Path) -> FileError {
        match self {
            FileError::Io { action, source, .. } => FileError::Io { action, path: path.to_owned(), source },
            error => error,
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
        let path = path.to_owned();
        move |source| FileError::Io { action, path, source }
    }
}

/// Returns what the system said, without the number that Rust appends.
pub(crate) fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" (os error ").map(|(words, _)| words.to_owned()).unwrap_or(text)
}

/// Returns the error of the system in one that names the temporary file, too, which nobody named and which is not there.
fn of_system(error: io::Error) -> io::Error {
    let text = error.to_string();
    let number = text.split_once(" (os error ").and_then(|(_, rest)| rest.split_once(')')?.0.parse().ok());
    number.map_or(error, io::Error::from_raw_os_error)
}

/// Whether the last component of a directory's path may be a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// It may: for the vault directory, which its owner named.
    Follow,
    /// It must not: for what lies inside a vault that came from elsewhere, and could point anywhere.
    Refuse,
}

/// Overwrites the beginning of a file where it lies, in one call: for a line that fits in a sector, when there is no space
/// for another file.
pub(crate) fn overwrite(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let file = open_plain(path, OpenOptions::new().write(true))?;
    file.write_all_at(bytes, 0).and_then(|()| file.sync_all()).map_err(FileError::io("write", path))
}

/// Removes a file durably. Returns whether it existed. A symbolic link is removed, not followed.
pub(crate) fn remove(path: &Path) -> Result<bool, FileError> {
    match fs::remove_file(path) {
        Ok(()) => sync_dir(parent_of(path)).map(|()| true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(FileError::io("remove", path)(e)),
    }
}

/// Returns the path of a file with the links to its directory resolved. The file itself need not exist, and is not followed.
///
/// # Errors
/// When the directory cannot be found.
pub(crate) fn in_real_directory(path: &Path) -> Result<PathBuf, FileError> {
    let parent = parent_of(path);
    let real = parent.canonicalize().map_err(FileError::io("read", parent))?;
    Ok(path.file_name().map_or_else(|| real.clone(), |name| real.join(name)))
}

/// Returns whether a file or directory can be written.
pub(crate) fn can_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

/// Returns how many bytes can still be written in a directory, where the system tells.
pub(crate) fn room(dir: &Path) -> Option<u64> {
    rustix::fs::statvfs(dir).ok().map(|data| data.f_bavail.saturating_mul(data.f_frsize))
}

/// Makes the system forget what it has in memory of some bytes of a file, without a number of all from there on, so that they are
/// read from the disk. What is not on the disk yet it keeps, and sometimes more.
pub(crate) fn forget(file: &File, from: u64, bytes: Option<NonZeroU64>) {
    let _ = rustix::fs::fadvise(file, from, bytes, rustix::fs::Advice::DontNeed);
}

/// Makes the system begin to read some bytes of a file from the disk.
pub(crate) fn fetch(file: &File, from: u64, bytes: Option<NonZeroU64>) {
    let _ = rustix::fs::fadvise(file, from, bytes, rustix::fs::Advice::WillNeed);
}

/// Copies a regular file to a new one, mode 0600. They share their bytes where the file system can.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    let mut source = open_plain(from, OpenOptions::new().read(true))?;
    let mut target = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE_FILE)
        .open(to)
        .map_err(FileError::io("create", to))?;
    set_private(&target, to)?;
    if !reflink(&source, &target) {
        io::copy(&mut source, &mut target).map_err(FileError::io("copy", from))?;
    }
    Ok(())
}

/// Makes a file that was opened for writing hold the bytes of a regular one, and forces them to the disk. They share them
/// where the file system can.
pub(crate) fn clone_into(from: &Path, to: &File) -> Result<(), FileError> {
    let source = open_plain(from, OpenOptions::new().read(true))?;
    if !reflink(&source, to) {
        io::copy(&mut &source, &mut &*to).map_err(FileError::io("copy", from))?;
    }
    to.sync_all().map_err(FileError::io("copy", from))
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn reflink(from: &File, to: &File) -> bool {
    rustix::fs::ioctl_ficlone(to, from).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn reflink(_: &File, _: &File) -> bool {
    false
}

/// Reads a regular file of at most `limit` bytes. Refuses symbolic links and everything else that is not a regular file.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = open_plain(path, OpenOptions::new().read(true))?;
    let size = file.metadata().map_err(FileError::io("read", path))?.len();
    if size > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    // The size is a hint only: the file may grow while it is read, and the ceiling still holds.
    read_at_most(&file, path, limit, size)
}

/// Reads a file like [`read`], and returns `None` if it does not exist.
pub(crate) fn read_if_there(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    match read(path, limit) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.is_not_found() => Ok(None),
        Err(e) => Err(e),
    }
}

/// Returns the first bytes of a regular file, as many as are asked for, or `None` if it is missing or shorter.
pub(crate) fn first_bytes<const N: usize>(path: &Path) -> Result<Option<[u8; N]>, FileError> {
    let mut bytes = [0; N];
    let file = match open_plain(path, OpenOptions::new().read(true)) {
        Err(e) if e.is_not_found() => return Ok(None),
        opened => opened?,
    };
    match (&file).read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(FileError::io("read", path)(e)),
    }
}

/// Reads a secret from a path that the person gave: links, pipes and `/dev/fd/N` are accepted.
pub(crate) fn read_secret(path: &Path, limit: u64) -> Result<SecretBytes, FileError> {
    let file = given::open(path).map_err(FileError::io("read", path))?;
    // All memory is taken at once, so that no grown and abandoned buffer keeps a part of the secret.
    read_at_most(file, path, limit, limit).map(SecretBytes::new)
}

/// Makes a directory private to its owner, mode 0700, creating it and its parents when they are missing.
pub(crate) fn private_dir(path: &Path, links: Links) -> Result<(), FileError> {
    match fs::DirBuilder::new().recursive(true).mode(PRIVATE_DIR).create(path) {
        Ok(()) => {}
        // The cause is reported below.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(FileError::io("create", path)(e)),
    }
    let mut flags = OFlags::DIRECTORY;
    if links == Links::Refuse {
        flags |= OFlags::NOFOLLOW;
    }
    let dir = OpenOptions::new().read(true).custom_flags(kind::open_flags(flags)).open(path).map_err(|e| {
        match Errno::from_io_error(&e) {
            Some(Errno::NOTDIR | Errno::LOOP) => kind_of(path, "a directory"),
            _ => FileError::io("open", path)(e),
        }
    })?;
    let meta = dir.metadata().map_err(FileError::io("read", path))?;
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(FileError::NotOurs { path: path.to_owned() });
    }
    if meta.mode() & 0o7777 != PRIVATE_DIR {
        set_mode(&dir, path, PRIVATE_DIR)?;
    }
    Ok(())
}

/// Makes an existing regular file private, mode 0600: for a database that another program created.
pub(crate) fn private_file(path: &Path) -> Result<(), FileError> {
    // A file that is private is not opened: closing it would end the locks that SQLite has on it.
    if fs::symlink_metadata(path).is_ok_and(|data| data.is_file() && data.mode() & 0o7777 == PRIVATE_FILE) {
        return Ok(());
    }
    let file = open_plain(path, OpenOptions::new().read(true))?;
    set_mode(&file, path, PRIVATE_FILE)
}

/// Makes creations, renames and removals in a directory last.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), FileError> {
    let handle = File::open(dir).map_err(FileError::io("open", dir))?;
    match handle.sync_all() {
        // Some file systems have no such thing for directories, and say so with EINVAL.
        Err(e) if Errno::from_io_error(&e) == Some(Errno::INVAL) => Ok(()),
        other => other.map_err(FileError::io("sync", dir)),
    }
}

/// Refuses anything but a regular file. One that is missing is fine.
pub(crate) fn refuse_other_kinds(path: &Path) -> Result<(), FileError> {
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_file() => Ok(()),
        Ok(data) => Err(wrong_kind(path, &data, "a regular file")),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => Err(kind_of(parent_of(path), "a directory")),
        Err(e) => Err(FileError::io("read", path)(e)),
    }
}

/// Refuses anything but a directory. One that is missing is fine.
pub(crate) fn refuse_no_directory(path: &Path, links: Links) -> Result<(), FileError> {
    let data = if links == Links::Follow { fs::metadata(path) } else { fs::symlink_metadata(path) };
    match data {
        Ok(data) if data.is_dir() => Ok(()),
        Ok(data) => Err(wrong_kind(path, &data, "a directory")),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(FileError::io("read", path)(e)),
    }
}

/// Refuses anything but a directory where a person named one, or a link to one. One that is missing is fine.
pub(crate) fn refuse_named(path: &Path) -> Result<(), FileError> {
    refuse_no_directory(path, Links::Follow).map_err(|error| match error {
        FileError::WrongKind { path, .. } => FileError::not_a_directory(&path),
        error => error,
    })
}

/// Opens a regular file without following a link. Nothing else is opened, not even to look at it.
pub(crate) fn open_plain(path: &Path, options: &mut OpenOptions) -> Result<File, FileError> {
    refuse_other_kinds(path)?;
    let opened = options.custom_flags(kind::open_flags(OFlags::NOFOLLOW | OFlags::NONBLOCK)).open(path);
    let file = opened.map_err(|e| match Errno::from_io_error(&e) {
        Some(Errno::LOOP | Errno::NXIO | Errno::ISDIR) => kind_of(path, "a regular file"),
        _ => FileError::io("open", path)(e),
    })?;
    let data = file.metadata().map_err(FileError::io("read", path))?;
    if !data.is_file() {
        return Err(wrong_kind(path, &data, "a regular file"));
    }
    Ok(file)
}

/// Sets the mode whatever the umask. A file system that has no modes is no place for a vault.
pub(crate) fn set_private(file: &File, path: &Path) -> Result<(), FileError> {
    set_mode(file, path, PRIVATE_FILE)
}

fn set_mode(file: &File, path: &Path, mode: u32) -> Result<(), FileError> {
    file.set_permissions(fs::Permissions::from_mode(mode)).map_err(FileError::io("make private", path))
}

/// Gives a directory that lies in the place of a file another name: its own with a number behind it.
pub(crate) fn move_directory_aside(path: &Path) -> Result<(), FileError> {
    if !fs::symlink_metadata(path).is_ok_and(|data| data.is_dir()) {
        return Ok(());
    }
    let aside = |number: u32| PathBuf::from(format!("{}.{number}", path.display()));
    let free = (1..).map(aside).find(|path| fs::symlink_metadata(path).is_err()).unwrap_or_default();
    fs::rename(path, free).map_err(FileError::io("move aside", path))
}

/// Returns whether the system said that a disk or the person's part of it is full.
pub(crate) fn says_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn read_at_most(file: impl Read, path: &Path, limit: u64, expected: u64) -> Result<Vec<u8>, FileError> {
    let capacity = usize::try_from(expected).unwrap_or(0).saturating_add(1);
    let mut bytes = Vec::with_capacity(capacity);
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(FileError::io("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

fn wrong_kind(path: &Path, data: &fs::Metadata, expected: &'static str) -> FileError {
    FileError::WrongKind { path: path.to_owned(), found: kind::of(data), expected }
}

/// Returns the error for a path that could not be opened as what it must be.
fn kind_of(path: &Path, expected: &'static str) -> FileError {
    match fs::symlink_metadata(path) {
        Ok(data) => wrong_kind(path, &data, expected),
        Err(e) => FileError::io("read", path)(e),
    }
}

/// Returns the directory of a path: the current one for a bare name.
pub(crate) fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
#[path = "../../../tests/unit/store/files.rs"]
mod tests;
