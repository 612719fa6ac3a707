//! Writing and removing what lies in the outbox of a grant.

use std::fs;
use std::path::{Path, PathBuf};

use crate::crypto::MacKey;
use crate::model::GrantId;
use crate::share::package::MAX_PACKAGE_LEN;
use crate::store::copies::outbox::record::{Openings, keep_record};
use crate::store::copies::outbox::tombstone::{Ending, Tombstone, bury, read_tombstone};
use crate::store::files::atomic::ReadBack;
use crate::store::files::paths::{self, OUTBOX_DIR};
use crate::store::files::{self, FileError, Links};

/// What is to lie in the outbox of a grant.
pub(crate) enum Wanted {
    /// The sealed slice, with a record of its openings.
    Slice(Vec<u8>, Kept),
    /// The record alone: the grant may be resumed.
    Record(Kept),
    /// A tombstone.
    Tombstone(Ending),
    /// Nothing.
    Nothing,
}

/// The key of a record of openings, and what it says where it says less.
pub(crate) struct Kept {
    pub key: MacKey,
    pub openings: Openings,
}

/// Refuses an outbox that is a link: what lies behind it is neither read nor removed.
pub(super) fn check_directory(dir: &Path) -> Result<(), FileError> {
    files::refuse_no_directory(&dir.join(OUTBOX_DIR), Links::Refuse)
}

/// Makes the files of a grant what is wanted, but for what [`remove_counted`] removes of one that is over. `is_ours` tells whether its slice is missing or one that this vault
/// sealed: any other stays where it is.
pub(crate) fn make(dir: &Path, grant: &GrantId, wanted: &Wanted, is_ours: bool) -> Result<(), FileError> {
    check_directory(dir)?;
    let slice = paths::slice(dir, grant.as_str());
    let ended = paths::ended(dir, grant.as_str());
    let pending = paths::pending(dir, grant.as_str());
    let remove_slice = || if is_ours { files::remove(&slice).map(drop) } else { Ok(()) };
    let gone = |paths: &[PathBuf]| paths.iter().try_for_each(|path| remove_plain(path));
    match wanted {
        // Whoever meets the mark of a revocation finishes it first.
        Wanted::Slice(..) | Wanted::Record(_) if is_withheld(dir, grant) => Ok(()),
        Wanted::Slice(sealed, kept) => {
            files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
            // The record first: a slice whose record says less would open more often than it may.
            keep_record(dir, grant, &kept.key, kept.openings)?;
            if is_ours && sealed_bytes(dir, grant)?.as_deref() != Some(sealed.as_slice()) {
                // A version that is over does not stay when the new one cannot be written. That needs no space.
                files::atomic::write_atomic(&slice, sealed, ReadBack::No)
                    .inspect_err(|_| drop(files::remove(&slice)))?;
            }
            remove_tombstone(dir, grant)?;
            gone(&[pending])
        }
        Wanted::Record(kept) => {
            remove_slice()?;
            files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
            keep_record(dir, grant, &kept.key, kept.openings)?;
            remove_tombstone(dir, grant)?;
            gone(&[pending])
        }
        Wanted::Tombstone(ending) => {
            if is_ours {
                bury(dir, grant, *ending)?;
            }
            gone(&[pending])
        }
        Wanted::Nothing => {
            remove_slice()?;
            if read_tombstone(dir, grant)? != Some(Tombstone::Foreign) {
                remove_plain(&ended)?;
            }
            gone(&[pending])
        }
    }
}

/// Removes the record of openings of a grant that is over and whose openings are counted, and the mark of its revocation.
pub(crate) fn remove_counted(dir: &Path, grant: &GrantId) -> Result<(), FileError> {
    [paths::opened(dir, grant.as_str()), paths::revoked(dir, grant.as_str())]
        .iter()
        .try_for_each(|path| remove_plain(path))
}

/// Takes a slice out of the reach of its token, before the revocation is stored. That needs no space.
///
/// # Errors
/// When no mark can be made. Where there is no slice, or not one of ours, the mark alone is made; without space for it,
/// the record of openings takes its place, and is read there.
pub(crate) fn withhold(dir: &Path, grant: &GrantId, is_ours: bool) -> Result<(), FileError> {
    check_directory(dir)?;
    let (slice, revoked) = (paths::slice(dir, grant.as_str()), paths::revoked(dir, grant.as_str()));
    if !is_ours || fs::symlink_metadata(&slice).is_err() {
        if fs::symlink_metadata(&revoked).is_ok() {
            return Ok(());
        }
        let opened = paths::opened(dir, grant.as_str());
        return match files::atomic::write_new(&revoked, b"") {
            Err(error) if error.says_full() && is_plain(&opened) => make_mark(dir, opened, &revoked),
            made => made,
        };
    }
    match make_mark(dir, slice, &revoked) {
        // What cannot be renamed, such as an immutable file, opens no more beside the mark.
        Err(error) if error.says_read_only() && fs::symlink_metadata(&revoked).is_err() => {
            files::atomic::write_new(&revoked, b"")
        }
        made => made,
    }
}

/// Gives a file the name of the mark of a revocation.
fn make_mark(dir: &Path, from: PathBuf, revoked: &Path) -> Result<(), FileError> {
    fs::rename(&from, revoked).map_err(|source| FileError::Io { action: "rename", path: from, source })?;
    files::sync_dir(&dir.join(OUTBOX_DIR))
}

/// Returns whether a grant is being revoked: nothing of it is written any more.
pub(crate) fn is_withheld(dir: &Path, grant: &GrantId) -> bool {
    is_plain(&paths::revoked(dir, grant.as_str()))
}

fn remove_tombstone(dir: &Path, grant: &GrantId) -> Result<(), FileError> {
    match read_tombstone(dir, grant)? {
        Some(Tombstone::Word(_) | Tombstone::Unfinished(_)) => {
            files::remove(&paths::ended(dir, grant.as_str())).map(drop)
        }
        Some(Tombstone::Foreign) | None => Ok(()),
    }
}

/// Removes a regular file. What else lies there stays.
fn remove_plain(path: &Path) -> Result<(), FileError> {
    if is_plain(path) { files::remove(path).map(drop) } else { Ok(()) }
}

fn is_plain(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|data| data.is_file())
}

/// Returns the sealed bytes that lie in the outbox, if there are any.
///
/// # Errors
/// When they cannot be read, are more than a slice can have, or what lies there is no regular file.
pub(crate) fn sealed_bytes(dir: &Path, grant: &GrantId) -> Result<Option<Vec<u8>>, FileError> {
    files::read_if_there(&paths::slice(dir, grant.as_str()), MAX_PACKAGE_LEN as u64)
}
