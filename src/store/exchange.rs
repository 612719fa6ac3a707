//! A complete new directory beside that of a vault changes places with it.
//!
//! ```text
//! DIR                 the vault                    ─┐ exchanged in one step, or by two renames,    the new vault
//! DIR.finvault-new    the new one, with a marker   ─┘ which any next command completes             the old one, with a marker
//! ```
//!
//! A marker says that a directory beside is ours, whose vault it is, and what becomes of it: only such a directory is ever
//! removed or renamed. Whoever exchanges holds the lock of both. What an interruption leaves beside is put right by the next
//! command that may write.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;

use crate::store::files::atomic::{ReadBack, is_temporary, write_atomic};
use crate::store::files::lock::{LockError, VaultLock};
use crate::store::files::paths::LOCK_FILE;
use crate::store::files::{self, FileError, remains};

/// What the directory beside is called, behind the name of the vault's.
const BESIDE: &str = ".finvault-new";
/// What the vault's is called between two renames.
const AWAY: &str = ".finvault-old";
/// A writer that finds the marker in a vault sweeps it with other temporary files.
const MARKER: &str = ".finvault-exchange.tmp";
const MAX_MARKER: u64 = 1024;
/// The first line of the marker; the second is the vault's id, the third what becomes of the directory.
const FIRST_LINE: &str = "a directory that changes places with a vault's";
const REMOVE: &str = "remove";
const KEEP: &str = "keep as ";

/// How long a command waits for another one between two renames, in steps.
const STEP: Duration = Duration::from_millis(25);
const STEPS: u32 = 80;

/// What becomes of a directory that lies beside after an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is removed, its header first.
    Remove,
    /// It gets this name, in the same directory, and its sealed slices go: the database makes them again.
    Keep(String),
}

/// A place beside a vault's directory that was looked at. Nothing was touched yet.
#[derive(Debug)]
pub(crate) struct Place {
    /// The vault's directory, links resolved.
    target: PathBuf,
}

/// A new directory beside that of a vault. Dropped before it is exchanged, it stays, and the next command removes it.
#[derive(Debug)]
pub(crate) struct Beside {
    target: PathBuf,
    dir: PathBuf,
    vault: String,
}

impl Place {
    /// Looks whether a directory can change places with one beside it.
    ///
    /// # Errors
    /// When it is a mount point, or nothing can be made or renamed in the directory that holds it.
    pub(crate) fn find(dir: &Path) -> Result<Place, FileError> {
        let target = fs::canonicalize(dir).map_err(failed("read", dir))?;
        let own = fs::metadata(&target).map_err(failed("read", &target))?;
        refuse_unfit_name(&target)?;
        let parent = target.parent().unwrap_or(Path::new("/"));
        let holder = fs::metadata(parent).map_err(failed("read", parent))?;
        if own.dev() != holder.dev() || is_mount_root(&target) {
            return Err(FileError::Mounted { path: target });
        }
        rustix::fs::access(parent, rustix::fs::Access::WRITE_OK)
            .map_err(|error| failed("write", parent)(error.into()))?;
        Ok(Place { target })
    }

    /// Makes the new directory, with its marker. The vault must be locked.
    ///
    /// # Errors
    /// When something lies there that is not ours, or the directory cannot be made.
    pub(crate) fn begin(self, vault: &str) -> Result<Beside, FileError> {
        tidy(&self.target, vault)?;
        let dir = named(&self.target, BESIDE);
        DirBuilder::new().mode(0o700).create(&dir).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => FileError::Exists { path: dir.clone() },
            _ => failed("create", &dir)(source),
        })?;
        mark(&dir, vault, &Fate::Remove)?;
        files::sync_dir(parent_of(&dir))?;
        Ok(Beside { target: self.target, dir, vault: vault.to_owned() })
    }
}

impl Beside {
    /// Returns the new directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Puts the new directory in the vault's place, and says what becomes of the old one, which then lies beside. Both must be
    /// locked, and all that is in the new one synced.
    ///
    /// # Errors
    /// When they could not change places, or that may not last. The lock of either tells whether they did.
    pub(crate) fn exchange(&self, fate: &Fate) -> Result<(), FileError> {
        mark(&self.target, &self.vault, fate)?;
        files::sync_dir(&self.dir)?;
        match exchange(&self.dir, &self.target) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.rename_twice(),
            Err(error) => Err(failed("exchange", &self.target)(error.into())),
            Ok(()) => files::sync_dir(parent_of(&self.target)),
        }
    }

    /// Returns the directory that the vault has.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    fn rename_twice(&self) -> Result<(), FileError> {
        let away = named(&self.target, AWAY);
        rename_to_nothing(&self.target, &away)?;
        if let Err(error) = rename_to_nothing(&self.dir, &self.target) {
            // Where this fails, too, the next command completes it.
            let _ = rename_to_nothing(&away, &self.target);
            return Err(error);
        }
        files::sync_dir(parent_of(&self.target))?;
        rename_to_nothing(&away, &self.dir)?;
        files::sync_dir(parent_of(&self.target))
    }

    /// Removes the new directory, which was not exchanged, or the old one after that.
    ///
    /// # Errors
    /// When something in it cannot be removed, or is not ours.
    pub(crate) fn settle(&self) -> Result<(), FileError> {
        settle(&self.dir, &self.vault)?;
        files::remove(&self.target.join(MARKER)).map(drop)
    }
}

/// Refuses a name that cannot stand in a marker, or that becomes too long with what is added to it.
///
/// # Errors
/// When it has a line end, or more bytes than leave room for `.before-<time>-<number>`.
pub(crate) fn refuse_unfit_name(dir: &Path) -> Result<(), FileError> {
    const MOST_BYTES: usize = 255 - 32;
    let name = dir.file_name().unwrap_or_default().as_encoded_bytes();
    let is_unfit = name.len() > MOST_BYTES || name.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
    if is_unfit { Err(FileError::UnfitName { path: dir.to_owned() }) } else { Ok(()) }
}

/// Completes an exchange that was interrupted between two renames: the directory is missing, and the new and the old one lie
/// beside it.
///
/// # Errors
/// When they cannot be renamed.
pub(crate) fn complete(dir: &Path) -> Result<(), FileError> {
    let dir = &linked(dir);
    for _ in 0..STEPS {
        if fs::symlink_metadata(dir).is_ok() {
            return Ok(());
        }
        let (new, away) = (named(dir, BESIDE), named(dir, AWAY));
        let Some((vault, _)) = marker(&away) else { return Ok(()) };
        let back = match marker(&new) {
            Some((other, _)) if other == vault => &new,
            _ => &away,
        };
        match VaultLock::exclusive(back, Duration::ZERO) {
            Ok(_lock) => {
                // Another command may have come first.
                if fs::symlink_metadata(dir).is_err() {
                    rename_to_nothing(back, dir)?;
                    files::sync_dir(parent_of(dir))?;
                }
                return Ok(());
            }
            // Whoever exchanges them is about to.
            Err(LockError::Busy { .. }) => thread::sleep(STEP),
            Err(LockError::File(error)) if error.is_not_found() => thread::sleep(STEP),
            Err(LockError::File(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Returns where a link leads that leads to nothing, and any other path as it is.
fn linked(dir: &Path) -> PathBuf {
    const MOST_LINKS: usize = 8;
    let mut path = dir.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(to) = fs::read_link(&path) else { break };
        path = parent_of(&path).join(to);
    }
    path
}

/// Returns whether something of an exchange lies beside a vault's directory.
pub(crate) fn has_leftovers(dir: &Path) -> bool {
    let Ok(target) = fs::canonicalize(dir) else { return false };
    let beside = named(&target, BESIDE);
    is_begun(&beside) || [target.clone(), beside, named(&target, AWAY)].iter().any(|path| marker(path).is_some())
}

/// Returns whether a directory holds nothing but what making one begins with, or removing one ends with.
fn is_begun(dir: &Path) -> bool {
    if !fs::symlink_metadata(dir).is_ok_and(|data| data.is_dir()) {
        return false;
    }
    let is_ours = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| {
            let name = entry.file_name();
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            is_file && (name == LOCK_FILE || is_temporary(&name.to_string_lossy()))
        })
    };
    fs::read_dir(dir).is_ok_and(|mut entries| entries.all(is_ours))
}

/// Puts right what an interrupted exchange left beside a vault, which must be locked. What is not marked as of this vault stays.
/// The marker in the vault itself goes when nothing beside needs it, or with the next sweep.
///
/// # Errors
/// When something cannot be removed or renamed.
pub(crate) fn tidy(dir: &Path, vault: &str) -> Result<(), FileError> {
    let target = fs::canonicalize(dir).map_err(failed("read", dir))?;
    for name in [BESIDE, AWAY] {
        let path = named(&target, name);
        let is_begun = name == BESIDE && is_begun(&path);
        if !is_begun && marker(&path).is_none_or(|(of, _)| of != vault) {
            continue;
        }
        // A living command holds it: it is being made.
        match VaultLock::exclusive(&path, Duration::ZERO) {
            Err(LockError::Busy { .. }) => continue,
            Err(LockError::File(error)) => return Err(error),
            Ok(_lock) if is_begun => remove(&path)?,
            Ok(_lock) => settle(&path, vault)?,
        }
    }
    files::remove(&target.join(MARKER)).map(drop)
}

/// Removes a directory beside that has nothing but a copy of a vault, or what an interrupted removal left of one. Returns whether it
/// was removed: anything else stays whole.
///
/// # Errors
/// When another command uses the directory, or something of it cannot be removed.
pub(crate) fn discard(dir: &Path, vault: &str, is_copy: bool) -> Result<bool, LockError> {
    if is_empty(dir) {
        return remains::remove_empty(dir).map(|()| true).map_err(LockError::from);
    }
    let is_left = || marker(dir).is_some_and(|(of, fate)| of == vault && fate == Fate::Remove);
    if is_mount_root(dir) || !remains::has_only_ours(dir) || !(is_copy || is_left()) {
        return Ok(false);
    }
    let _lock = VaultLock::exclusive(dir, Duration::ZERO)?;
    mark(dir, vault, &Fate::Remove)?;
    remove(dir)?;
    Ok(true)
}

fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none())
}

/// Does what the marker in a directory says.
fn settle(dir: &Path, vault: &str) -> Result<(), FileError> {
    match marker(dir) {
        Some((of, Fate::Remove)) if of == vault => remove(dir),
        Some((of, Fate::Keep(name))) if of == vault => {
            remains::remove_slices(dir)?;
            rename_to_nothing(dir, &dir.with_file_name(&name))?;
            files::sync_dir(parent_of(dir))?;
            files::remove(&dir.with_file_name(name).join(MARKER)).map(drop)
        }
        _ => Ok(()),
    }
}

/// Removes the directory of a vault: the marker last, so that an interruption is seen.
fn remove(dir: &Path) -> Result<(), FileError> {
    remains::clear(dir, Some(MARKER))?;
    files::remove(&dir.join(MARKER))?;
    remains::remove_empty(dir)?;
    files::sync_dir(parent_of(dir))
}

fn mark(dir: &Path, vault: &str, fate: &Fate) -> Result<(), FileError> {
    let fate = match fate {
        Fate::Remove => REMOVE.to_owned(),
        Fate::Keep(name) => format!("{KEEP}{name}"),
    };
    write_atomic(&dir.join(MARKER), format!("{FIRST_LINE}\n{vault}\n{fate}\n").as_bytes(), ReadBack::No)
}

/// Reads the marker in a directory: whose vault it is, and what becomes of it.
fn marker(dir: &Path) -> Option<(String, Fate)> {
    if !fs::symlink_metadata(dir).ok()?.is_dir() {
        return None;
    }
    let bytes = files::read_if_there(&dir.join(MARKER), MAX_MARKER).ok()??;
    let mut lines = std::str::from_utf8(&bytes).ok()?.lines();
    let (first, vault, fate) = (lines.next()?, lines.next()?, lines.next()?);
    let fate = match fate.strip_prefix(KEEP) {
        // A name leads nowhere else.
        Some(name) if Path::new(name).file_name() == Some(name.as_ref()) => Fate::Keep(name.to_owned()),
        None if fate == REMOVE => Fate::Remove,
        _ => return None,
    };
    (first == FIRST_LINE && lines.next().is_none()).then(|| (vault.to_owned(), fate))
}

fn named(dir: &Path, ending: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    dir.with_file_name(name)
}

fn parent_of(dir: &Path) -> &Path {
    dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a directory a name that nothing has: the other directory could be an empty one, which `rename` replaces.
fn rename_to_nothing(from: &Path, to: &Path) -> Result<(), FileError> {
    if fs::symlink_metadata(to).is_ok() {
        return Err(FileError::Exists { path: to.to_owned() });
    }
    fs::rename(from, to).map_err(failed("rename", from))
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> Result<(), Errno> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

/// Returns whether a directory is the root of a mount, also of one of the file system that holds it.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_mount_root(dir: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, dir, AtFlags::empty(), StatxFlags::empty())
        .is_ok_and(|data| data.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_mount_root(_: &Path) -> bool {
    false
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Io { action, path, source }
}

#[cfg(test)]
#[path = "../../tests/unit/store/exchange.rs"]
mod tests;
