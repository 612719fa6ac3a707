//! Where a new vault is built, and how it comes to its place.
//!
//! It is built in `DIR.finvault-init` beside its directory, and takes the name `DIR` when all of it is there. Where nothing
//! can be made or renamed beside (a mount point, a parent that is not ours), it is built in `DIR/.finvault-init`, and its
//! files are moved up one by one, the header last: a directory without one is no vault.
//!
//! A marker in the site says that it is ours, and which key file was made with it. It goes when the vault was reported; an
//! interrupted creation is recognised by it, removed, and begun again, with its key file. The marker alone proves nothing: what
//! shows any use of a vault is never removed, and one with a header is removed only when the new secrets open it and its log
//! has nothing but its creation.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use rustix::io::Errno;

use crate::store::copies::anchor::{self, Anchor, MAX_ANCHOR};
use crate::store::copies::head::Head;
use crate::store::error::{Damage, StoreError};
use crate::store::files::atomic::ReadBack;
use crate::store::files::lock::{BRIEFLY, LockError, VaultLock};
use crate::store::files::paths::{DATABASE_FILE, HEAD_FILE, HEADER_FILE, JOURNAL_FILE, LOCK_FILE, OUTBOX_DIR};
use crate::store::files::{self, FileError, Links};
use crate::store::header::{MAX_HEADER, SlotKind, UnverifiedHeader};

/// What the site is called: behind the directory's own name, and inside it.
const BESIDE: &str = ".finvault-init";
const INSIDE: &str = ".finvault-init";
/// A writer that finds the marker in a vault sweeps it with other temporary files.
const MARKER: &str = ".finvault-init.tmp";
const MAX_MARKER: u64 = 256;
/// The first line of the marker; the second one is the hash of the key file, where one is made.
const FIRST_LINE: &str = "a vault that is being created";

/// A place for a new vault that was looked at. Nothing was touched yet.
#[derive(Debug)]
pub struct Site {
    /// The directory that becomes the vault, links resolved.
    pub(super) target: PathBuf,
    /// Where it is built.
    pub(super) dir: PathBuf,
    is_inside: bool,
    /// Where the anchor of a vault lies that was used here.
    state_dir: PathBuf,
    /// The hash of the key file that an interrupted creation made here.
    left_key: Option<[u8; 32]>,
}

/// Returns whether nobody has used the vault with this header and this database.
pub(super) type IsFresh<'a> = &'a dyn Fn(&Path, &Path) -> Result<bool, StoreError>;

/// A site under its lock, with nothing in it but the marker.
pub(super) struct Building {
    pub site: Site,
    pub lock: VaultLock,
}

impl Site {
    /// Looks for a place: a directory that is missing or empty, or where a creation was interrupted and nothing was used since.
    ///
    /// # Errors
    /// When the directory holds anything else, belongs to another user, or is no directory.
    pub fn find(dir: &Path, state_dir: &Path) -> Result<Site, StoreError> {
        let target = resolved(dir)?;
        let parent = target.parent().unwrap_or(Path::new("/"));
        let exists = match fs::symlink_metadata(&target) {
            Ok(data) if !data.is_dir() => return Err(kind(&target)),
            Ok(data) if data.uid() != rustix::process::geteuid().as_raw() => {
                return Err(FileError::NotOurs { path: target }.into());
            }
            Ok(data) => Some(data),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(FileError::Io { action: "read", path: target, source }.into()),
        };
        let is_mounted = exists.as_ref().zip(fs::metadata(parent).ok()).is_some_and(|(own, up)| own.dev() != up.dev());
        let can_make = parent.exists().then(|| rustix::fs::access(parent, rustix::fs::Access::WRITE_OK).is_ok());
        let is_inside = exists.is_some() && (is_mounted || can_make == Some(false));
        let dir = if is_inside { target.join(INSIDE) } else { beside(&target) };
        let left_key = marker(&target).or_else(|| marker(&dir)).flatten();
        let site = Site { left_key, target, dir, is_inside, state_dir: state_dir.to_owned() };
        if exists.is_some() {
            site.refuse_occupied()?;
        }
        Ok(site)
    }

    /// Returns the hash of the key file that an interrupted creation made here: it is taken over.
    pub fn left_key(&self) -> Option<[u8; 32]> {
        self.left_key
    }

    /// Refuses a directory that holds what is not an interrupted creation's.
    fn refuse_occupied(&self) -> Result<(), StoreError> {
        let names = names_in(&self.target)?;
        let has = |name: &str| names.iter().any(|other| other == name);
        // Before the header was moved up, the marker is still in the site.
        let is_marked =
            marker(&self.target).is_some() || (self.is_inside && !has(HEADER_FILE) && marker(&self.dir).is_some());
        let is_unfinished = is_marked && self.is_unused(&self.target);
        if has(DATABASE_FILE) && !has(HEADER_FILE) && !is_unfinished {
            return Err(Damage::NoHeader.into());
        }
        let is_site = |name: &String| self.is_inside && name == INSIDE;
        let is_ours =
            |name: &String| is_site(name) || files::atomic::is_temporary(name) || OURS.contains(&name.as_str());
        // The lock comes before the marker.
        let is_begun = |name: &String| is_site(name) || (has(INSIDE) && name == LOCK_FILE);
        if names.iter().all(is_begun) || (is_unfinished && names.iter().all(is_ours)) {
            return Ok(());
        }
        Err(StoreError::NotEmpty(self.target.clone()))
    }

    /// Returns whether nothing in a directory, or in the state directory, shows that a vault there was ever used.
    fn is_unused(&self, dir: &Path) -> bool {
        let key = marker(&self.target).or_else(|| marker(&self.dir)).flatten();
        is_unused(dir, &self.state_dir, key)
    }

    /// Returns whether a vault that has its place may be begun again with a key file: with the one that was made for it.
    fn fits(&self, key: Option<&[u8; 32]>) -> bool {
        let is_complete = fs::symlink_metadata(self.target.join(HEADER_FILE)).is_ok();
        !is_complete || marker(&self.target).flatten().is_none_or(|hash| key == Some(&hash))
    }

    /// Refuses to clear a vault with a header unless it is proven that nobody has used it: without one, nothing opens it.
    fn prove(&self, is_fresh: IsFresh<'_>) -> Result<(), StoreError> {
        let (target, dir) = (&self.target, &self.dir);
        let mut pairs = vec![(dir, dir)];
        if self.is_inside || marker(target).is_some() {
            pairs.extend([(target, target), (dir, target)]);
        }
        for (of_header, of_database) in pairs {
            let (header, database) = (of_header.join(HEADER_FILE), of_database.join(DATABASE_FILE));
            let is_there = [&header, &database].iter().all(|path| fs::symlink_metadata(path).is_ok());
            if is_there && !is_fresh(&header, &database)? {
                return Err(StoreError::NotFresh(of_database.clone()));
            }
        }
        Ok(())
    }

    /// Makes the site, or clears what an interrupted creation left of it, and writes the marker with the hash of the key
    /// file that is to be made.
    pub(super) fn begin(self, key: Option<&[u8; 32]>, is_fresh: IsFresh<'_>) -> Result<Building, StoreError> {
        if !self.fits(key) {
            return Err(StoreError::NotEmpty(self.target));
        }
        let mut held = None;
        // A vault that was never reported goes back to where it was built, unless its creation is just ending.
        if !self.is_inside && marker(&self.target).is_some() {
            held = Some(VaultLock::exclusive(&self.target, BRIEFLY)?);
            if marker(&self.target).is_none() || !self.fits(key) {
                return Err(StoreError::NotEmpty(self.target));
            }
            self.refuse_occupied()?;
            self.prove(is_fresh)?;
            fs::rename(&self.target, &self.dir).map_err(failed("rename", &self.target))?;
        }
        if let Some(parent) = self.dir.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(failed("create", parent))?;
        }
        match DirBuilder::new().mode(0o700).create(&self.dir) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&self.dir).is_ok_and(|data| data.is_dir()) {
                    return Err(kind(&self.dir));
                }
                let names = names_in(&self.dir)?;
                let is_ours = |name: &String| files::atomic::is_temporary(name) || OURS.contains(&name.as_str());
                // Without the marker it was interrupted before that, and holds the lock at most.
                let is_empty = names.iter().all(|name| name == LOCK_FILE || files::atomic::is_temporary(name));
                let is_marked = marker(&self.dir).or_else(|| marker(&self.target)).is_some();
                if !(is_empty || (is_marked && names.iter().all(is_ours) && self.is_unused(&self.dir))) {
                    return Err(StoreError::NotEmpty(self.dir));
                }
            }
            Err(source) => return Err(FileError::Io { action: "create", path: self.dir, source }.into()),
        }
        let lock_at = if self.is_inside { &self.target } else { &self.dir };
        let is_proven = held.is_some();
        let lock = match held.map_or_else(|| VaultLock::exclusive(lock_at, BRIEFLY), Ok) {
            // Another process made the vault meanwhile.
            Err(LockError::File(error)) if error.is_not_found() => return Err(StoreError::NotEmpty(self.target)),
            locked => locked?,
        };
        if self.target.exists() {
            self.refuse_occupied()?;
        }
        if !is_proven {
            self.prove(is_fresh)?;
        }
        if self.is_inside {
            clear(&self.target)?;
        }
        clear(&self.dir)?;
        let mut text = format!("{FIRST_LINE}\n");
        text.extend(key.map(|hash| format!("{}\n", HEXLOWER.encode(hash))));
        files::atomic::write_atomic(&self.dir.join(MARKER), text.as_bytes(), ReadBack::No)?;
        Ok(Building { site: self, lock })
    }
}

impl Building {
    /// Gives the finished vault its place. Returns its directory and the lock that holds it there; the marker is still in it.
    pub(super) fn put_in_place(self) -> Result<(PathBuf, VaultLock), StoreError> {
        let Site { target, dir, is_inside, .. } = self.site;
        if is_inside {
            files::private_dir(&target, Links::Refuse)?;
            for name in [MARKER, DATABASE_FILE, OUTBOX_DIR, HEADER_FILE] {
                fs::rename(dir.join(name), target.join(name)).map_err(failed("rename", &dir.join(name)))?;
                files::sync_dir(&target)?;
            }
            fs::remove_dir(&dir).map_err(failed("remove", &dir))?;
        } else {
            fs::rename(&dir, &target).map_err(failed("rename", &dir))?;
            files::sync_dir(target.parent().unwrap_or(Path::new("/")))?;
        }
        Ok((target, self.lock))
    }
}

/// Removes the marker from a new vault: from now on it is one.
pub(super) fn remove_marker(dir: &Path) -> Result<(), StoreError> {
    files::remove(&dir.join(MARKER))?;
    Ok(())
}

/// The size of a new database.
const FRESH_BYTES: u64 = 29 * 4096;

/// What this program names in a vault that is being created.
const OURS: [&str; 6] = [HEADER_FILE, DATABASE_FILE, JOURNAL_FILE, HEAD_FILE, OUTBOX_DIR, LOCK_FILE];

/// Removes what an interrupted creation left, the header first: from then on nothing there is a vault.
fn clear(dir: &Path) -> Result<(), StoreError> {
    for name in [HEADER_FILE, DATABASE_FILE, JOURNAL_FILE, HEAD_FILE] {
        files::remove(&dir.join(name))?;
    }
    let outbox = dir.join(OUTBOX_DIR);
    match fs::remove_dir(&outbox) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", &outbox)(error)),
        _ => Ok(files::atomic::sweep_temporary(dir).map(drop)?),
    }
}

/// Returns whether a directory holds a vault whose creation was not reported, and which was not used since.
pub(crate) fn is_unfinished(dir: &Path, state_dir: &Path) -> bool {
    resolved(dir).is_ok_and(|dir| marker(&dir).is_some_and(|key| is_unused(&dir, state_dir, key)))
}

/// Returns whether a directory holds the marker, which any command that may write removes.
pub(super) fn has_marker(dir: &Path) -> bool {
    marker(dir).is_some()
}

/// Returns whether all that lies in a directory, and the anchor of its vault, may be what a creation leaves that was interrupted.
/// `key` is the hash of the key file that the marker names. What cannot be read may be anything.
fn is_unused(dir: &Path, state_dir: &Path, key: Option<[u8; 32]>) -> bool {
    let read = |path: &Path, limit: u64| files::read_if_there(path, limit).ok();
    let Some(header) = read(&dir.join(HEADER_FILE), MAX_HEADER) else { return false };
    let Ok(header) = header.map(|bytes| UnverifiedHeader::parse(&bytes)).transpose() else { return false };
    let first_head = |path: &Path| {
        let head = read(path, MAX_ANCHOR)?.map(|bytes| Anchor::unverified_head(&bytes)).transpose().ok()?;
        head.as_ref().is_none_or(Head::is_first).then_some(head)
    };
    let Some(head) = first_head(&dir.join(HEAD_FILE)) else { return false };
    let is_empty = match fs::read_dir(dir.join(OUTBOX_DIR)) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    let claimed = header.as_ref().map(UnverifiedHeader::claimed_origin);
    // A header is written when the database is, with no journal left, and after the key file.
    let is_as_made = header.as_ref().zip(claimed).is_none_or(|(header, (_, generation))| {
        let has_journal = fs::symlink_metadata(dir.join(JOURNAL_FILE)).is_ok();
        let has_key = header.claimed_kinds().contains(&SlotKind::KeyFile);
        generation == 1 && has_key == key.is_some() && !has_journal
    });
    let id = claimed.map(|(id, _)| id).or(head.as_ref().map(|head| &head.vault_id));
    let is_small = fs::symlink_metadata(dir.join(DATABASE_FILE)).map_or(true, |data| data.len() <= FRESH_BYTES);
    is_empty
        && is_small
        && is_as_made
        && head.as_ref().zip(id).is_none_or(|(head, id)| head.vault_id == *id)
        && id.is_none_or(|id| first_head(&anchor::path(state_dir, id)).is_some())
}

/// Reads the marker in a directory: the hash of a key file, where it names one.
fn marker(dir: &Path) -> Option<Option<[u8; 32]>> {
    let bytes = files::read_if_there(&dir.join(MARKER), MAX_MARKER).ok()??;
    let mut lines = std::str::from_utf8(&bytes).ok()?.lines();
    (lines.next() == Some(FIRST_LINE)).then(|| {
        let hash = HEXLOWER.decode(lines.next()?.as_bytes()).ok()?;
        hash.as_slice().try_into().ok()
    })
}

fn beside(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(BESIDE);
    target.with_file_name(name)
}

/// Returns the directory with its links resolved. Of one that is missing, the parent that there is.
fn resolved(dir: &Path) -> Result<PathBuf, StoreError> {
    match fs::canonicalize(dir) {
        Ok(dir) => return Ok(dir),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) if Errno::from_io_error(&source) == Some(Errno::NOTDIR) => return Err(kind(dir)),
        Err(source) => return Err(FileError::Io { action: "read", path: dir.to_owned(), source }.into()),
    }
    // A link to nowhere is no place.
    if fs::symlink_metadata(dir).is_ok() {
        return Err(kind(dir));
    }
    let whole = std::path::absolute(dir).map_err(failed("read", dir))?;
    match (whole.parent(), whole.file_name()) {
        (Some(parent), Some(name)) => Ok(resolved(parent)?.join(name)),
        _ => Err(kind(dir)),
    }
}

fn names_in(dir: &Path) -> Result<Vec<String>, StoreError> {
    let entries = fs::read_dir(dir).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let entries = entries.map_err(failed("read", dir))?;
    Ok(entries.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

fn kind(path: &Path) -> StoreError {
    FileError::not_a_directory(path).into()
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| FileError::Io { action, path, source }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Argon2Params, SecretBytes};
    use crate::model::VaultId;
    use crate::store::header::{Header, Unlock};
    use crate::store::testing::Fixed;

    fn inside(target: &Path) -> Site {
        let state_dir = target.join("no-state");
        Site { target: target.to_owned(), dir: target.join(INSIDE), is_inside: true, left_key: None, state_dir }
    }

    /// The header of a vault that a key file opens.
    fn header() -> Vec<u8> {
        let fixed = Fixed::new(1);
        let env = fixed.env();
        let id = VaultId::from_random(env.random());
        let keys = [Unlock::KeyFile(SecretBytes::new((0..32).collect()))];
        let (header, master) = Header::create(&env, &id, "ssh-ed25519 AAAA", &keys, Argon2Params::FLOOR).unwrap();
        header.to_bytes(&master)
    }

    /// Builds what looks like a vault, and puts it in its place up to a file.
    fn build(site: Site) -> Building {
        let building = site.begin(Some(&[7; 32]), &|_, _| Ok(true)).unwrap();
        fs::write(building.site.dir.join(DATABASE_FILE), "rows").unwrap();
        fs::write(building.site.dir.join(HEADER_FILE), header()).unwrap();
        fs::create_dir(building.site.dir.join(OUTBOX_DIR)).unwrap();
        building
    }

    #[test]
    fn moves_a_vault_up_where_nothing_can_be_renamed_beside() {
        let dir = tempfile::tempdir().unwrap();
        let (target, lock) = build(inside(dir.path())).put_in_place().unwrap();
        assert!(is_unfinished(&target, &target.join("no-state")) && marker(&target) == Some(Some([7; 32])));
        remove_marker(&target).unwrap();
        drop(lock);
        let mut names = names_in(&target).unwrap();
        names.sort();
        assert_eq!(names, [HEADER_FILE, LOCK_FILE, OUTBOX_DIR, DATABASE_FILE]);
        assert!(matches!(inside(dir.path()).refuse_occupied(), Err(StoreError::NotEmpty(_))));
    }

    #[test]
    fn begins_again_whatever_was_moved_up_already() {
        for moved in 0..4 {
            let dir = tempfile::tempdir().unwrap();
            let building = build(inside(dir.path()));
            for name in [MARKER, DATABASE_FILE, OUTBOX_DIR, HEADER_FILE].iter().take(moved) {
                fs::rename(building.site.dir.join(name), dir.path().join(name)).unwrap();
            }
            drop(building);
            let site = inside(dir.path());
            site.refuse_occupied().unwrap();
            let again = build(site);
            assert!(again.put_in_place().is_ok(), "{moved}");
        }
    }

    #[test]
    fn takes_no_vault_for_an_interrupted_one() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("v");
        fs::create_dir(&target).unwrap();
        for name in OURS {
            fs::write(target.join(name), name).unwrap();
        }
        // A site with its marker beside, or inside, makes no vault of the directory one that is being created.
        for site in [beside(&target), target.join(INSIDE)] {
            fs::create_dir(&site).unwrap();
            fs::write(site.join(MARKER), format!("{FIRST_LINE}\n")).unwrap();
            assert!(matches!(Site::find(&target, dir.path()), Err(StoreError::NotEmpty(_))));
            assert!(matches!(inside(&target).refuse_occupied(), Err(StoreError::NotEmpty(_))));
        }
        fs::remove_file(target.join(HEADER_FILE)).unwrap();
        fs::remove_dir_all(target.join(INSIDE)).unwrap();
        assert!(matches!(Site::find(&target, dir.path()), Err(StoreError::Damaged(Damage::NoHeader))));
    }
}
