//! A vault from a backup takes its place: where none stands, or beside the present one, which then changes places with it
//! and is kept.
//!
//! What was unpacked is checked before this begins. The vault that is left is locked while its records are carried over and until
//! the other one has the place, so that no opening is counted in the one that is left. Then its sealed slices go.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::crypto::sha256;
use crate::model::{GrantId, VaultId};
use crate::share::package::MAX_PACKAGE_LEN;
use crate::store::archive::{ArchiveError, MAX_MANIFEST, Manifest, Unpacked};
use crate::store::copies::head::{Head, MAX_HEAD};
use crate::store::db::audit::{self, ChainEnd};
use crate::store::error::StoreError;
use crate::store::exchange::{self, Fate, Place};
use crate::store::files::atomic::{ReadBack, write_atomic};
use crate::store::files::lock::{BRIEFLY, VaultLock};
use crate::store::files::paths::{
    DATABASE_FILE, HEAD_FILE, HEADER_FILE, JOURNAL_FILE, MANIFEST_FILE, OUTBOX_DIR, SNAPSHOT_FILE,
};
use crate::store::files::{self, FileError, Links, remains};
use crate::store::header::MAX_HEADER;
use crate::store::kept;
use crate::store::reader::Reader;
use crate::store::vault::{Locked, Open, Vault};

/// How long a restore waits for other commands.
const PATIENTLY: Duration = Duration::from_secs(30);

/// What moves from where it was unpacked to its place: the header last, since a directory without one is no vault.
const MOVED: [&str; 6] = [JOURNAL_FILE, DATABASE_FILE, SNAPSHOT_FILE, HEAD_FILE, OUTBOX_DIR, HEADER_FILE];

/// The endings of the files of a grant that count its openings, or say that it is over.
const CARRIED: [&str; 3] = ["opened", "ended", "revoked"];

/// A vault whose place another one takes, locked as long as this value lives.
#[derive(Debug)]
pub(crate) struct Left {
    dir: PathBuf,
    _lock: VaultLock,
}

impl Left {
    /// Locks the vault in a directory.
    ///
    /// # Errors
    /// When another process holds the lock.
    fn lock(dir: &Path) -> Result<Left, StoreError> {
        Ok(Left { dir: dir.to_owned(), _lock: VaultLock::exclusive(dir, PATIENTLY)? })
    }

    /// Returns the directory in which it was locked.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Carries over what counts openings and tells of ends, so that none is lost. The slices stay: the grants are suspended.
    ///
    /// # Errors
    /// When a record cannot be read or written.
    pub(crate) fn carry_records(&self, to: &Path) -> Result<(), StoreError> {
        let outbox = self.dir.join(OUTBOX_DIR);
        let Ok(entries) = fs::read_dir(&outbox) else { return Ok(()) };
        files::private_dir(&to.join(OUTBOX_DIR), Links::Refuse)?;
        for entry in entries {
            let entry = entry.map_err(failed("read", &outbox))?;
            let name = entry.file_name();
            let text = name.to_string_lossy();
            let is_record = text
                .split_once('.')
                .is_some_and(|(id, ending)| CARRIED.contains(&ending) && id.parse::<GrantId>().is_ok());
            if !is_record || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
                continue;
            }
            if let Some(bytes) = files::read_if_there(&entry.path(), MAX_PACKAGE_LEN as u64)? {
                write_atomic(&to.join(OUTBOX_DIR).join(name), &bytes, ReadBack::No)?;
            }
        }
        Ok(())
    }

    /// Takes the sealed slices away: no token opens anything in this directory any more.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub(crate) fn withdraw(&self) -> Result<(), StoreError> {
        Ok(remains::remove_slices(&self.dir)?)
    }
}

/// A vault as it was when another one was compared with it. No key is needed to see that it was changed since.
#[derive(Debug)]
pub(crate) struct Seen {
    dir: PathBuf,
    mark: Mark,
}

/// What every change of a vault changes: SHA-256 of `header.toml` and of `head`; size and time of the database.
#[derive(Debug, PartialEq, Eq)]
struct Mark {
    small: [Option<[u8; 32]>; 2],
    database: Option<(u64, i64, i64)>,
}

impl Mark {
    fn of(dir: &Path) -> Mark {
        // What cannot be read is as it is.
        let hash = |name, most| files::read_if_there(&dir.join(name), most).ok().flatten().map(|bytes| sha256(&bytes));
        let database = fs::symlink_metadata(dir.join(DATABASE_FILE)).ok();
        Mark {
            small: [hash(HEADER_FILE, MAX_HEADER), hash(HEAD_FILE, MAX_HEAD)],
            database: database.map(|data| (data.len(), data.mtime(), data.mtime_nsec())),
        }
    }
}

impl Seen {
    /// Looks at the vault in a directory.
    pub(crate) fn of(dir: &Path) -> Seen {
        Seen { dir: dir.to_owned(), mark: Mark::of(dir) }
    }

    /// Returns the directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Locks the vault, whose place another one takes.
    ///
    /// # Errors
    /// When another process holds the lock, or the vault is not as it was seen.
    pub(crate) fn lock(&self) -> Result<Left, StoreError> {
        let left = Left::lock(&self.dir)?;
        if Mark::of(&self.dir) == self.mark { Ok(left) } else { Err(StoreError::PresentChanged) }
    }
}

/// Where a restored vault is to lie. Nothing was touched yet.
#[derive(Debug)]
pub(crate) struct Destination {
    dir: PathBuf,
    present: Option<Place>,
}

impl Destination {
    /// Looks at a directory: it is missing, empty, or holds a vault that can change places with another directory.
    ///
    /// # Errors
    /// When something else lies there, or nothing can be made beside it.
    pub(crate) fn find(dir: &Path) -> Result<Destination, StoreError> {
        exchange::complete(dir)?;
        let names = match fs::read_dir(dir) {
            Ok(entries) => entries.collect::<Result<Vec<_>, _>>().map_err(failed("read", dir))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(dir).is_err() => {
                let dir = std::path::absolute(dir).map_err(failed("read", dir))?;
                return Ok(Destination { dir, present: None });
            }
            Err(source) => return Err(failed("read", dir)(source).into()),
        };
        let is_vault =
            names.iter().any(|entry| [HEADER_FILE, DATABASE_FILE].iter().any(|name| entry.file_name() == *name));
        if !is_vault && !names.is_empty() {
            return Err(StoreError::NotEmpty(dir.to_owned()));
        }
        // An empty directory gives way in the same manner: not where something is mounted.
        let place = Place::find(dir)?;
        let dir = fs::canonicalize(dir).map_err(failed("read", dir))?;
        Ok(Destination { dir, present: is_vault.then_some(place) })
    }

    /// Returns whether a vault lies there.
    pub(crate) fn has_vault(&self) -> bool {
        self.present.is_some()
    }

    /// Returns the directory that holds it, where the new vault is unpacked, so that it can take its place by a rename.
    pub(crate) fn parent(&self) -> Result<&Path, StoreError> {
        let parent = self.dir.parent().unwrap_or(Path::new("/"));
        DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(failed("create", parent))?;
        Ok(parent)
    }

    /// Refuses to put a vault into the place of another one.
    ///
    /// # Errors
    /// When the present vault says that it is another one.
    pub(crate) fn refuse_other(&self, id: &VaultId) -> Result<(), StoreError> {
        if !self.has_vault() {
            return Ok(());
        }
        match Vault::<Locked>::find(&self.dir) {
            Ok(present) if present.claimed_id() != id => Err(StoreError::OtherVault(self.dir.clone())),
            // What cannot be read is what is restored from a backup.
            _ => Ok(()),
        }
    }

    /// Gives what was unpacked its place. A vault that lies there must be locked. Returns where it is kept; its name then has this
    /// stamp.
    ///
    /// # Errors
    /// When a file cannot be moved. The present vault is as it was. With [`StoreError::Restored`], the new one has its place:
    /// [`Vault::find`] and the next writer complete what was interrupted.
    pub(crate) fn put(mut self, unpacked: &Unpacked, id: &VaultId, stamp: &str) -> Result<Option<PathBuf>, StoreError> {
        let from = unpacked.path();
        files::private_dir(&from.join(OUTBOX_DIR), Links::Refuse)?;
        let Some(place) = self.present.take() else {
            files::sync_dir(from)?;
            fs::rename(from, &self.dir).map_err(failed("rename", from))?;
            files::sync_dir(self.dir.parent().unwrap_or(Path::new("/"))).map_err(after)?;
            return Ok(None);
        };
        let beside = place.begin(id.as_str())?;
        let moved = (|| {
            let own = VaultLock::exclusive(beside.dir(), Duration::ZERO)?;
            for name in MOVED {
                let file = from.join(name);
                if fs::symlink_metadata(&file).is_ok() {
                    fs::rename(&file, beside.dir().join(name)).map_err(failed("rename", &file))?;
                }
            }
            files::sync_dir(&beside.dir().join(OUTBOX_DIR))?;
            files::sync_dir(beside.dir())?;
            Ok::<_, StoreError>(own)
        })();
        let own = moved.inspect_err(|_| {
            // The error to report is the first one; the next command removes what stays.
            let _ = beside.settle();
        })?;
        let keep_as = kept::free_name(&self.dir, stamp);
        let exchanged = beside.exchange(&Fate::Keep(keep_as.clone()));
        if !own.is_of(beside.target()) {
            let _ = beside.settle();
            exchanged?;
            return Err(StoreError::OtherVault(self.dir));
        }
        exchanged.and_then(|()| beside.settle()).map_err(after)?;
        Ok(Some(self.dir.with_file_name(keep_as)))
    }
}

/// Returns whether the log of a vault goes on from where that of another copy ends.
///
/// # Errors
/// When the log cannot be read.
pub(crate) fn continues(vault: &Reader, other: ChainEnd) -> Result<bool, StoreError> {
    Ok(audit::mac_at(&vault.connection, other.seq)? == Some(other.mac))
}

/// Copies a vault of an older version beside a backup, encrypted as it is, to be brought to the newest there: it stays as it is.
///
/// # Errors
/// When a writer holds the lock, there is no room, or a file cannot be copied.
pub(crate) fn copy_aside(vault: &Vault<Open>, beside: &Unpacked) -> Result<PathBuf, ArchiveError> {
    let dir = vault.dir();
    let _lock = VaultLock::shared(dir, BRIEFLY).map_err(StoreError::from)?;
    let size = |name| fs::symlink_metadata(dir.join(name)).map_or(0, |data| data.len());
    let size: u64 = [JOURNAL_FILE, DATABASE_FILE].map(size).iter().sum();
    // The steps keep the database as it was.
    let copy = beside.aside(size.saturating_mul(2))?;
    // The journal first: a reader may undo the interrupted change meanwhile.
    for name in [HEADER_FILE, JOURNAL_FILE, DATABASE_FILE] {
        match files::copy(&dir.join(name), &copy.join(name)) {
            Err(error) if error.is_not_found() && name == JOURNAL_FILE => {}
            copied => copied?,
        }
    }
    Ok(copy)
}

/// Returns how far the history of a vault goes, as its `head` claims: epoch and newest entry. Only for telling which of two copies is
/// the later one.
pub(crate) fn claimed_end(dir: &Path) -> (u64, u64) {
    let bytes = files::read_if_there(&dir.join(HEAD_FILE), MAX_HEAD).ok().flatten();
    bytes.and_then(|bytes| Head::unverified(&bytes).ok()).map_or((0, 0), |head| (head.epoch, head.seq))
}

/// Marks a vault as one that is only read until its owner adopts it: by the manifest of its backup, as one has that was unpacked
/// by hand.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn set_apart(dir: &Path, manifest: &Manifest) -> Result<(), StoreError> {
    Ok(write_atomic(&dir.join(MANIFEST_FILE), &manifest.to_bytes(), ReadBack::No)?)
}

/// Returns whether a vault is only read until its owner adopts it.
pub(crate) fn is_apart(dir: &Path) -> bool {
    fs::symlink_metadata(dir.join(MANIFEST_FILE)).is_ok()
}

/// Returns the manifest of the backup that a directory was unpacked from.
///
/// # Errors
/// When there is none, or it is not one that this program writes.
pub(crate) fn manifest_of(dir: &Path) -> Result<Manifest, ArchiveError> {
    let path = dir.join(MANIFEST_FILE);
    let bytes = files::read(&path, MAX_MANIFEST)?;
    Manifest::parse(&bytes).map_err(|fault| ArchiveError::Refused { file: path.display().to_string(), fault })
}

/// Removes the mark: the vault was adopted.
///
/// # Errors
/// When it cannot be removed.
pub(crate) fn end_apart(dir: &Path) -> Result<(), StoreError> {
    Ok(files::remove(&dir.join(MANIFEST_FILE)).map(drop)?)
}

/// Removes the directory in which a restore kept a vault. Returns whether it was removed: one that has anything else stays whole.
///
/// # Errors
/// When another command uses the directory, or something of it cannot be removed.
pub(crate) fn remove_kept(dir: &Path, vault: &VaultId) -> Result<bool, StoreError> {
    let is_copy = Vault::as_it_lies(dir).is_ok_and(|kept| kept.claimed_id() == vault);
    Ok(exchange::discard(dir, vault.as_str(), is_copy)?)
}

/// Returns the error of what failed when the vault had its place.
fn after(error: FileError) -> StoreError {
    StoreError::Restored(Box::new(error.into()))
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Io { action, path: path.clone(), source }
}

#[cfg(test)]
#[path = "../../tests/unit/store/restore.rs"]
mod tests;
