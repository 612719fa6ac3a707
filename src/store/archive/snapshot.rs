//! The files of a vault, opened under its lock, so that together they are one moment of it.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::crypto::Sha256;
use crate::model::VaultId;
use crate::store::archive::error::ArchiveError;
use crate::store::archive::form::{PARTS, PIECE};
use crate::store::archive::manifest::Manifest;
use crate::store::copies::anchor::AnchorError;
use crate::store::copies::head::{Head, HeadError, MAX_HEAD};
use crate::store::error::{Damage, StoreError};
use crate::store::exchange;
use crate::store::files::lock::{PATIENTLY, VaultLock};
use crate::store::files::paths::{DATABASE_FILE, HEAD_FILE, HEADER_FILE, JOURNAL_FILE, WAL_FILE};
use crate::store::files::{self, FileError};
use crate::store::header::{MAX_HEADER, UnverifiedHeader};

/// A vault that stays as it is while this value lives, without its key.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// The vault, as the header claims.
    pub vault_id: VaultId,
    pub(super) generation: u64,
    audit_seq: Option<u64>,
    pub(super) parts: Vec<Open>,
    dir: PathBuf,
    /// `None` when the parts are copies of their own.
    lock: Option<VaultLock>,
}

/// One opened file.
#[derive(Debug)]
pub(super) struct Open {
    pub name: &'static str,
    pub file: File,
    pub size: u64,
}

impl Snapshot {
    /// Locks a vault and opens its files. No link is followed, and nothing but a regular file is opened.
    ///
    /// # Errors
    /// When there is no vault, a writer holds the lock, or one of its files is missing or none that this program writes.
    pub(crate) fn take(dir: &Path) -> Result<Snapshot, StoreError> {
        exchange::complete(dir)?;
        files::refuse_named(dir)?;
        refuse_no_vault(dir)?;
        let mut lock = VaultLock::shared_in_turn(dir, PATIENTLY)?;
        if is_journal_hot(dir)? {
            // A reader could undo the interrupted change while it is copied.
            drop(lock);
            lock = VaultLock::exclusive_to_read(dir, PATIENTLY)?;
        }
        if dir.join(WAL_FILE).symlink_metadata().is_ok() {
            return Err(Damage::WriteAheadLog.into());
        }
        let header = files::read_if_there(&dir.join(HEADER_FILE), MAX_HEADER)?.ok_or(Damage::NoHeader)?;
        let header = UnverifiedHeader::parse(&header)?;
        let (vault_id, generation) = header.claimed_origin();
        let audit_seq = audit_seq(&dir.join(HEAD_FILE), vault_id)?;
        let mut parts = Vec::new();
        for name in PARTS {
            if name == JOURNAL_FILE && !is_journal_hot(dir)? {
                continue;
            }
            match open(dir, name) {
                Err(error) if error.is_not_found() && name == DATABASE_FILE => return Err(Damage::NoFile.into()),
                Err(error) if error.is_not_found() && name == HEAD_FILE => {}
                opened => parts.push(opened?),
            }
        }
        Ok(Snapshot { vault_id: vault_id.clone(), generation, audit_seq, parts, dir: dir.to_owned(), lock: Some(lock) })
    }

    /// Returns the number of the last audit entry, as `head` tells it.
    pub(crate) fn audit_seq(&self) -> Option<u64> {
        self.audit_seq
    }

    /// Returns whether an interrupted change lies in it.
    fn has_journal(&self) -> bool {
        self.parts.iter().any(|part| part.name == JOURNAL_FILE)
    }

    /// Returns the path of a file of the vault, for what is said about it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Lets the vault be changed again: its files are not read any more.
    pub(super) fn release(&mut self) {
        self.lock = None;
    }

    /// Copies the files to places without a name in the vault's directory and lets the vault be changed again. Where
    /// nothing can be written there, the vault stays locked.
    ///
    /// # Errors
    /// When a file cannot be read, or the disk is full.
    pub(crate) fn detach(mut self) -> Result<Snapshot, ArchiveError> {
        for index in 0..self.parts.len() {
            let path = self.path(self.parts[index].name);
            let part = &mut self.parts[index];
            let mut copy = match tempfile::tempfile_in(&self.dir) {
                Ok(copy) => copy,
                Err(error) if files::says_full(&error) => {
                    return Err(FileError::Io { action: "write in", path: self.dir, source: error }.into());
                }
                Err(_) => {
                    self.parts.iter_mut().try_for_each(|part| part.file.rewind()).map_err(failed("read", &path))?;
                    return Ok(self);
                }
            };
            // Where the file system shares the blocks of files, this takes no time and no space.
            if rustix::fs::ioctl_ficlone(&copy, &part.file).is_err() {
                let copied = io::copy(&mut part.file, &mut copy).map_err(failed("copy", &path))?;
                if copied != part.size {
                    return Err(ArchiveError::Changed { name: part.name });
                }
            }
            copy.rewind().map_err(failed("copy", &path))?;
            part.file = copy;
        }
        self.release();
        Ok(self)
    }

    /// Returns whether it is byte for byte what a manifest tells of header and database, and no change was interrupted.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(crate) fn is_same_as(&mut self, manifest: &Manifest) -> Result<bool, ArchiveError> {
        let claims = (&manifest.vault_id, manifest.generation, manifest.audit_seq);
        let is_like = claims == (&self.vault_id, self.generation, self.audit_seq)
            && !self.has_journal()
            && manifest.part(JOURNAL_FILE).is_none()
            && self.parts.len() == manifest.files.len()
            && self.parts.iter().all(|part| manifest.part(part.name).is_some_and(|other| other.size == part.size));
        if !is_like {
            return Ok(false);
        }
        for index in 0..self.parts.len() {
            let path = self.path(self.parts[index].name);
            let Open { name, file, .. } = &mut self.parts[index];
            let hash = hash_of(file).map_err(failed("read", &path))?;
            if manifest.part(name).is_none_or(|part| part.sha256 != hash) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Refuses a directory without a vault before a lock file is made in it.
fn refuse_no_vault(dir: &Path) -> Result<(), StoreError> {
    let is_there = |name: &str| dir.join(name).symlink_metadata().is_ok();
    match (is_there(HEADER_FILE), is_there(DATABASE_FILE)) {
        (true, _) => Ok(()),
        (false, true) => Err(Damage::NoHeader.into()),
        (false, false) => Err(StoreError::NoVault(dir.to_owned())),
    }
}

/// Returns whether an interrupted change lies there. A journal whose first byte is zero was not begun, and undoes nothing.
fn is_journal_hot(dir: &Path) -> Result<bool, FileError> {
    let first = files::first_bytes::<1>(&dir.join(JOURNAL_FILE))?;
    Ok(first.is_some_and(|bytes| bytes != [0]))
}

fn audit_seq(path: &Path, vault: &VaultId) -> Result<Option<u64>, StoreError> {
    let Some(bytes) = files::read_if_there(path, MAX_HEAD).map_err(AnchorError::File)? else { return Ok(None) };
    let head = Head::unverified(&bytes).and_then(|head| match head.vault_id == *vault {
        true => Ok(head.seq),
        false => Err(HeadError::OtherVault(head.vault_id)),
    });
    Ok(head.map(Some).map_err(|source| AnchorError::Content { path: path.to_owned(), source })?)
}

fn open(dir: &Path, name: &'static str) -> Result<Open, FileError> {
    let path = dir.join(name);
    let file = files::open_plain(&path, OpenOptions::new().read(true))?;
    let size = file.metadata().map_err(failed_file("read", &path))?.len();
    Ok(Open { name, file, size })
}

/// Hashes a file from its start, and goes back there.
fn hash_of(file: &mut File) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::default();
    let mut buffer = vec![0; PIECE];
    loop {
        match io::Read::read(file, &mut buffer)? {
            0 => break,
            read => hash.add(&buffer[..read]),
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(hash.finish())
}

fn failed_file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError::Io { action, path, source }
}

pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ArchiveError {
    let failed = failed_file(action, path);
    move |source| failed(source).into()
}
