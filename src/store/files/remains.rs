//! Removing what is left of a vault's directory: only what this program names there.

use std::fs;
use std::io;
use std::path::Path;

use crate::store::files::atomic::is_temporary;
use crate::store::files::paths::{
    DATABASE_FILE, HEAD_FILE, HEADER_FILE, JOURNAL_FILE, LOCK_FILE, MANIFEST_FILE, OUTBOX_DIR, SNAPSHOT_FILE,
};
use crate::store::files::{self, FileError};

/// The endings of the files of a grant.
const ENDINGS: [&str; 5] = [SLICE, ".opened", ".pending", ".ended", ".revoked"];

/// The files of a vault beside its lock, the header first.
const FILES: [&str; 6] = [HEADER_FILE, DATABASE_FILE, JOURNAL_FILE, SNAPSHOT_FILE, HEAD_FILE, MANIFEST_FILE];

/// The ending of a sealed slice.
const SLICE: &str = ".slice";

/// Removes the sealed slices of a vault that is left: its tokens open nothing there any more.
///
/// # Errors
/// When one cannot be removed.
pub(crate) fn remove_slices(dir: &Path) -> Result<(), FileError> {
    let outbox = dir.join(OUTBOX_DIR);
    remove_files(&outbox, |name| name.ends_with(SLICE))?;
    if outbox.is_dir() { files::sync_dir(&outbox) } else { Ok(()) }
}

/// Removes the files of a vault, but for one of this name: the header first, so that nothing unwraps its key.
///
/// # Errors
/// When something of it cannot be removed, or the outbox has a file that this program does not name.
pub(crate) fn clear(dir: &Path, kept: Option<&str>) -> Result<(), FileError> {
    for name in FILES {
        files::remove(&dir.join(name))?;
    }
    let outbox = dir.join(OUTBOX_DIR);
    remove_files(&outbox, is_of_outbox)?;
    remove_empty(&outbox)?;
    remove_files(dir, |name| is_temporary(name) && Some(name) != kept)?;
    files::remove(&dir.join(LOCK_FILE)).map(drop)
}

/// Returns whether a directory has nothing but what [`clear`] removes. One that cannot be read has not.
pub(crate) fn has_only_ours(dir: &Path) -> bool {
    let all = |dir: &Path, is_ours: &dyn Fn(&fs::DirEntry, &str) -> bool| {
        fs::read_dir(dir).is_ok_and(|mut entries| {
            entries.all(|entry| {
                entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(|name| is_ours(&entry, name)))
            })
        })
    };
    let is = |entry: &fs::DirEntry, is: fn(&fs::FileType) -> bool| entry.file_type().is_ok_and(|kind| is(&kind));
    all(dir, &|entry, name| match name {
        OUTBOX_DIR => {
            is(entry, fs::FileType::is_dir)
                && all(&entry.path(), &|entry, name| is(entry, fs::FileType::is_file) && is_of_outbox(name))
        }
        name => is(entry, fs::FileType::is_file) && (FILES.contains(&name) || name == LOCK_FILE || is_temporary(name)),
    })
}

fn is_of_outbox(name: &str) -> bool {
    is_temporary(name) || ENDINGS.iter().any(|ending| name.strip_suffix(ending).is_some_and(|id| !id.contains('.')))
}

/// Removes the regular files of a directory whose name is one of ours. A directory that is missing has none.
fn remove_files(dir: &Path, is_ours: impl Fn(&str) -> bool) -> Result<(), FileError> {
    if !fs::symlink_metadata(dir).is_ok_and(|data| data.is_dir()) {
        return Ok(());
    }
    for entry in fs::read_dir(dir).map_err(FileError::io("read", dir))? {
        let entry = entry.map_err(FileError::io("read", dir))?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_ours(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).map_err(FileError::io("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// Removes an empty directory, if it is there.
///
/// # Errors
/// When it cannot be removed, or is not empty.
pub(crate) fn remove_empty(dir: &Path) -> Result<(), FileError> {
    match fs::remove_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::io("remove", dir)(error)),
        _ => Ok(()),
    }
}
