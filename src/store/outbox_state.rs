//! What lies in the outbox, compared with the grants. Looks and never mends: `repair` mends, and `check` reports.
//!
//! A file is one of ours when its name is, it is a regular file, and, of a slice, when its hash is that of a recorded
//! sealing. Everything else is foreign and stays where it is.

use std::collections::BTreeMap;
use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::crypto::sha256;
use crate::model::{GrantId, Moment, Timestamp};
use crate::share::UnverifiedPackage;
use crate::share::package::MAX_PACKAGE_LEN;
use crate::store::copies::head::{Head, MAX_HEAD};
use crate::store::copies::outbox::{self, Ending, Record, Tombstone};
use crate::store::db::audit::{self, AuditAction};
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::db::sealings::Sealing;
use crate::store::error::StoreError;
use crate::store::files::paths::{self, HEAD_FILE, OUTBOX_DIR};
use crate::store::files::{self, FileError};
use crate::store::outbox_strays::Stray;
use crate::store::reader::Reader;

/// What lies in the place of a grant's slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SliceFile {
    /// Nothing.
    Missing,
    /// The slice as it is sealed now.
    Current,
    /// Another recorded sealing; `is_outgrown` when `head` says that it had been replaced or removed.
    Old { is_outgrown: bool },
    /// Sealed for this grant and signed by this vault, and not recorded: of a state that was given up, or sealed again
    /// by somebody who has the token.
    Unrecorded,
    /// What this vault did not seal.
    Foreign,
}

impl SliceFile {
    /// Returns whether it may be replaced or removed.
    pub(super) fn is_ours(self) -> bool {
        self != SliceFile::Foreign
    }
}

/// How the files of a grant stand.
pub(super) struct Standing {
    pub grant: Grant,
    pub slice: SliceFile,
    pub record: Record,
    pub tombstone: Option<Tombstone>,
    /// Whether a revocation was begun.
    pub is_withheld: bool,
    /// Whether what says so is none of this program's: it lies beside the slice that it would have become, or is neither
    /// empty nor a slice or record of this grant.
    is_mark_foreign: bool,
    /// Whether there is a mark of a token that is being handed out.
    pub is_marked: bool,
    /// Whether a living process holds it.
    pub is_pending: bool,
}

/// Returns what lies where this program put nothing.
fn kind(of: FileType) -> &'static str {
    match of {
        of if of.is_file() => "file",
        of if of.is_dir() => "directory",
        of if of.is_symlink() => "link",
        _ => "special",
    }
}

/// What the log calls a file of ours whose grant the vault does not know.
pub(super) const STRAY: &str = "file of an unknown grant";

/// The outbox.
pub(super) struct Outbox {
    pub standings: Vec<Standing>,
    /// Files of ours that no grant needs: unfinished writes, marks without a grant.
    pub leftovers: Vec<PathBuf>,
    /// What is not ours, by its path from the vault's directory.
    pub foreign: BTreeMap<String, &'static str>,
    /// Of them, those that the audit log does not yet name.
    pub unlogged: Vec<String>,
    /// Why the files of some grants could not be looked at. The others are looked at all the same.
    pub unread: Vec<FileError>,
}

/// The names of what may lie in the outbox of a grant.
const ENDINGS: [&str; 5] = ["slice", "opened", "pending", "ended", "revoked"];

impl Outbox {
    /// Looks at the whole outbox, at the files of each grant for themselves.
    ///
    /// # Errors
    /// When the database or the directory cannot be read.
    pub(super) fn of(vault: &Reader) -> Result<Outbox, StoreError> {
        let mut seen = Looking { vault, sealings: None, foreign: BTreeMap::new() };
        let grants = vault.view().grants()?;
        let (names, leftovers) = seen.names(&grants)?;
        let (mut standings, mut unread) = (Vec::new(), Vec::new());
        for grant in grants {
            match seen.standing(grant, &names) {
                Ok(standing) => standings.push(standing),
                Err(StoreError::File(error)) => unread.push(error),
                Err(error) => return Err(error),
            }
        }
        let foreign = seen.foreign;
        let mut unlogged = Vec::new();
        for (name, kind) in &foreign {
            if !audit::has_entry(&vault.connection, AuditAction::Foreign, name, &[("kind", kind)])? {
                unlogged.push(name.clone());
            }
        }
        Ok(Outbox { standings, leftovers, foreign, unlogged, unread })
    }

    /// Returns whether a command that may write has something to do.
    pub(super) fn is_stale(&self, moment: Moment) -> bool {
        let stale = |standing: &Standing| standing.is_over(moment).is_some() || !standing.fits();
        let is_calm = self.leftovers.is_empty() && self.unlogged.is_empty() && self.unread.is_empty();
        !is_calm || self.standings.iter().any(stale)
    }

    /// Returns what none of our commands wrote, in words.
    pub(super) fn findings(&self, moment: Moment) -> Vec<String> {
        let mut found: Vec<String> = self
            .foreign
            .iter()
            .map(|(name, kind)| match *kind {
                STRAY => format!("{name} belongs to a grant that this vault does not know: revoke it, or move it away"),
                kind => format!("{name} ({kind}) was not written by this program: move it away"),
            })
            .collect();
        for standing in &self.standings {
            let id = &standing.grant.id;
            match standing.slice {
                SliceFile::Old { is_outgrown: true } => {
                    found.push(format!("an old version of the slice of grant {id} was put back into the outbox"));
                }
                SliceFile::Unrecorded => {
                    found.push(format!("the slice of grant {id} in the outbox is not one that this vault remembers"));
                }
                _ => {}
            }
            if standing.record == Record::Damaged {
                found.push(format!("the record of openings of grant {id} is not one that was written with its token"));
            }
            if standing.is_mark_foreign && !standing.grant.is_over() {
                found.push(format!(
                    "a mark that grant {id} is revoked was put into the outbox: the next command revokes it"
                ));
            }
            if standing.tombstone.is_some() && standing.buried(moment).is_none() && standing.lives() {
                found.push(format!("a tombstone of grant {id} lies in the outbox, and it has not ended"));
            }
        }
        found
    }
}

impl Standing {
    /// Returns the openings that the log does not have yet.
    pub(super) fn uncounted(&self) -> u32 {
        let used = self.grant.used;
        self.record.known().map_or(0, |openings| openings.total(used).saturating_sub(used))
    }

    fn lives(&self) -> bool {
        matches!(self.grant.status, GrantStatus::Active | GrantStatus::Pending)
    }

    /// Returns where the grant has come to that the database does not have yet: revoked, expired, used up.
    pub(super) fn is_over(&self, moment: Moment) -> Option<GrantStatus> {
        match self.grant.status {
            GrantStatus::Pending if !self.is_pending => Some(GrantStatus::Revoked),
            GrantStatus::Active | GrantStatus::Suspended | GrantStatus::Pending if self.is_withheld => {
                Some(GrantStatus::Revoked)
            }
            GrantStatus::Active | GrantStatus::Suspended => self.buried(moment),
            _ => None,
        }
    }

    /// Returns how the grant ended, by its uses, by a plausible clock, or by what its outbox has seen.
    fn buried(&self, moment: Moment) -> Option<GrantStatus> {
        let openings = self.record.known();
        let used = self.grant.used.saturating_add(self.uncounted());
        let seen = openings.map_or(0, |openings| openings.last_unix);
        let is_past = |time: Timestamp| self.grant.terms.expiration_time <= time;
        if self.grant.is_used_up(used) {
            return Some(GrantStatus::UsedUp);
        }
        // The record is there before the slice is. Without one, the word of the tombstone is all that is known.
        if let (Some(Tombstone::Word(ending) | Tombstone::Unfinished(Ok(ending))), None) = (self.tombstone, openings) {
            return Some(ending.into());
        }
        let is_expired = is_past(Timestamp::from_unix(seen)) || moment.is_plausible() && is_past(moment.now());
        is_expired.then_some(GrantStatus::Expired)
    }

    /// Returns whether the files are as the database wants them.
    pub(super) fn fits(&self) -> bool {
        let no_slice = !self.slice.is_ours() || self.slice == SliceFile::Missing;
        let word = |ending| {
            matches!(self.tombstone, Some(Tombstone::Foreign)) || self.tombstone == Some(Tombstone::Word(ending))
        };
        let no_tombstone = matches!(self.tombstone, None | Some(Tombstone::Foreign));
        let nothing_else = !self.is_withheld && !self.is_marked;
        let no_record = matches!(self.record, Record::Missing | Record::Foreign);
        let counted = match self.record {
            Record::Known(openings) => openings.count == self.grant.used && !openings.is_since_loss(),
            Record::Foreign => true,
            Record::Missing | Record::Damaged => false,
        };
        match self.grant.status {
            GrantStatus::Pending => true,
            GrantStatus::Active => {
                let slice = matches!(self.slice, SliceFile::Current | SliceFile::Foreign);
                slice && counted && no_tombstone && nothing_else
            }
            GrantStatus::Suspended => no_slice && counted && no_tombstone && nothing_else,
            GrantStatus::Expired => no_slice && word(Ending::Expired) && no_record && nothing_else,
            GrantStatus::UsedUp => no_slice && word(Ending::UsedUp) && no_record && nothing_else,
            GrantStatus::Revoked => no_slice && no_tombstone && no_record && nothing_else,
        }
    }
}

impl Reader {
    /// Returns whether a grant is being revoked, which the database may not have yet.
    pub(crate) fn is_withheld(&self, id: &GrantId) -> bool {
        outbox::is_withheld(&self.dir, id)
    }

    /// Returns whether anything lies in the place of a grant's slice. What cannot be looked at may be one.
    pub(crate) fn has_slice(&self, id: &GrantId) -> bool {
        let found = paths::slice(&self.dir, id.as_str()).symlink_metadata();
        !found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
    }
}

/// Looks at the file in the place of a grant's slice.
///
/// # Errors
/// When the database or the file cannot be read.
pub(super) fn slice_file(vault: &Reader, grant: &Grant) -> Result<SliceFile, StoreError> {
    Looking { vault, sealings: None, foreign: BTreeMap::new() }.slice(grant)
}

struct Looking<'v> {
    vault: &'v Reader,
    /// Read when a slice is not the current one.
    sealings: Option<(Vec<Sealing>, u64)>,
    foreign: BTreeMap<String, &'static str>,
}

impl Looking<'_> {
    /// Returns the names of ours, and what is left over. What is not ours is kept as foreign.
    fn names(&mut self, grants: &[Grant]) -> Result<(Vec<String>, Vec<PathBuf>), StoreError> {
        let dir = self.vault.dir.join(OUTBOX_DIR);
        let (mut names, mut leftovers) = (Vec::new(), Vec::new());
        match dir.symlink_metadata() {
            Ok(data) if data.is_dir() => {}
            Ok(data) => {
                self.foreign.insert(OUTBOX_DIR.to_owned(), kind(data.file_type()));
                return Ok((names, leftovers));
            }
            Err(_) => return Ok((names, leftovers)),
        }
        let failed = |source| FileError::Io { action: "read", path: dir.clone(), source };
        for entry in fs::read_dir(&dir).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            let of = name.split_once('.').filter(|(_, ending)| ENDINGS.contains(ending));
            let id = of.and_then(|(id, _)| id.parse::<GrantId>().ok().filter(|parsed| parsed.as_str() == id));
            let is_known = id.as_ref().is_some_and(|id| grants.iter().any(|grant| grant.id == *id));
            let stray = id.as_ref().filter(|_| kind.is_file() && !is_known).and_then(|id| {
                let (_, ending) = name.split_once('.')?;
                Stray::of(self.vault, id, ending)
            });
            match (kind.is_file(), id, stray) {
                (true, Some(_), _) if is_known => names.push(name),
                (true, Some(id), _) if name.ends_with(".pending") => {
                    if !outbox::is_pending(&self.vault.dir, &id)? {
                        leftovers.push(entry.path());
                    }
                }
                (_, _, Some(stray)) if stray.is_given_up(&self.vault.connection)? => leftovers.push(stray.path),
                (_, _, Some(_)) => drop(self.foreign.insert(format!("{OUTBOX_DIR}/{name}"), STRAY)),
                (true, None, _) if files::atomic::is_temporary(&name) => leftovers.push(entry.path()),
                _ => drop(self.foreign.insert(format!("{OUTBOX_DIR}/{name}"), self::kind(kind))),
            }
        }
        Ok((names, leftovers))
    }

    fn standing(&mut self, grant: Grant, names: &[String]) -> Result<Standing, StoreError> {
        let dir = &self.vault.dir;
        let lies = |ending: &str| names.iter().any(|name| name.strip_suffix(ending) == Some(grant.id.as_str()));
        let is_foreign = |ending: &str| self.foreign.contains_key(&format!("{OUTBOX_DIR}/{}{ending}", grant.id));
        let is_withheld = lies(".revoked");
        let record = if lies(".opened") || is_withheld && !is_foreign(".opened") {
            outbox::read_record(dir, &grant.id, &outbox::receipt_key(&grant.prk))?
        } else if is_foreign(".opened") {
            Record::Foreign
        } else {
            Record::Missing
        };
        let tombstone =
            if lies(".ended") || is_foreign(".ended") { outbox::read_tombstone(dir, &grant.id)? } else { None };
        let is_marked = lies(".pending");
        let is_pending = is_marked && outbox::is_pending(dir, &grant.id)?;
        let (slice_lies, slice_is_foreign) = (lies(".slice"), is_foreign(".slice"));
        let slice = match (slice_lies, slice_is_foreign) {
            (true, _) => self.slice(&grant)?,
            (false, true) => SliceFile::Foreign,
            (false, false) => SliceFile::Missing,
        };
        if slice == SliceFile::Foreign {
            self.foreign.entry(format!("{OUTBOX_DIR}/{}.slice", grant.id)).or_insert("file");
        }
        if tombstone == Some(Tombstone::Foreign) {
            self.foreign.entry(format!("{OUTBOX_DIR}/{}.ended", grant.id)).or_insert("file");
        }
        let is_mark_foreign = is_withheld && {
            let is_beside = slice.is_ours() && slice != SliceFile::Missing;
            let is_record = !lies(".opened") && record.known().is_some();
            is_beside || !is_record && self.mark(&grant)? == SliceFile::Foreign
        };
        Ok(Standing { grant, slice, record, tombstone, is_withheld, is_mark_foreign, is_marked, is_pending })
    }

    /// Looks at the mark of a revocation: the slice that was renamed, or an empty file.
    fn mark(&mut self, grant: &Grant) -> Result<SliceFile, StoreError> {
        match files::read_if_there(&paths::revoked(&self.vault.dir, grant.id.as_str()), MAX_PACKAGE_LEN as u64) {
            Ok(Some(bytes)) if bytes.is_empty() => Ok(SliceFile::Missing),
            read => self.classified(grant, read),
        }
    }

    fn slice(&mut self, grant: &Grant) -> Result<SliceFile, StoreError> {
        let read = outbox::sealed_bytes(&self.vault.dir, &grant.id);
        self.classified(grant, read)
    }

    fn classified(&mut self, grant: &Grant, read: Result<Option<Vec<u8>>, FileError>) -> Result<SliceFile, StoreError> {
        let bytes = match read {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(SliceFile::Missing),
            Err(FileError::TooLarge { .. } | FileError::WrongKind { .. }) => return Ok(SliceFile::Foreign),
            Err(error) => return Err(error.into()),
        };
        let is_current = !grant.is_over() && bytes == grant.sealed;
        if is_current && grant.status == GrantStatus::Active {
            return Ok(SliceFile::Current);
        }
        let (sealings, head) = match self.sealings.take() {
            Some(read) => read,
            None => (self.vault.view().sealings()?, self.head_seq()),
        };
        let hash = sha256(&bytes);
        let of_grant = || sealings.iter().filter(|sealing| sealing.grant == grant.id);
        let found = if is_current || of_grant().any(|sealing| sealing.hash == hash) {
            // Copies are written before `head`: where that is newer, the newest version had been written, or removed.
            let newest = of_grant().map(|sealing| sealing.seq).max().unwrap_or(0);
            let written = if grant.status == GrantStatus::Active { newest } else { self.vault.end.seq };
            SliceFile::Old { is_outgrown: head >= written }
        } else if self.is_sealed_here(&bytes, grant) {
            SliceFile::Unrecorded
        } else {
            SliceFile::Foreign
        };
        self.sealings = Some((sealings, head));
        Ok(found)
    }

    fn is_sealed_here(&self, bytes: &[u8], grant: &Grant) -> bool {
        let opened = UnverifiedPackage::parse(bytes).and_then(|p| p.open(&grant.prk)).and_then(|o| o.verify());
        opened.is_ok_and(|slice| slice.header().grant_id == grant.id && slice.signer() == self.vault.public_key())
    }

    /// Returns where `head` stands; 0 where there is none that is ours.
    fn head_seq(&self) -> u64 {
        let bytes = files::read_if_there(&self.vault.dir.join(HEAD_FILE), MAX_HEAD).ok().flatten();
        let key = self.vault.public_key();
        let verify = |bytes: &[u8], signature: &[u8]| {
            <&[u8; 64]>::try_from(signature).is_ok_and(|signature| key.verify(bytes, signature).is_ok())
        };
        let head = bytes.and_then(|bytes| Head::parse(&bytes, self.vault.id(), &verify).ok());
        head.map_or(0, |head| head.seq)
    }
}
