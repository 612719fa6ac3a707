//! Restores a vault from a backup: unpacked and checked, compared with the present one, and put into its place.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::report::{CheckReport, GrantStatus, Lacks, RestoreReport};
use super::{OpError, check, grants, lacks, query};
use crate::model::{Env, Timestamp, VaultId};
use crate::store::archive::{self, ArchiveError, Manifest};
use crate::store::db::audit::ChainEnd;
use crate::store::files::{self, Links};
use crate::store::restore::{self, Destination, Seen};
use crate::store::{Locked, Open, Reader, StoreError, Unlock, Vault};

/// A directory beside the place that a vault is to have, into which its backup is unpacked. Dropped, nothing of it stays.
#[derive(Debug)]
pub(crate) struct Unpacking {
    destination: Destination,
    files: archive::Unpacked,
}

/// A backup that was unpacked beside the place that it is to have. Dropped, nothing of it stays.
#[derive(Debug)]
pub(crate) struct Unpacked {
    destination: Destination,
    files: archive::Unpacked,
    manifest: Manifest,
}

/// Where a restored vault lies.
#[derive(Debug)]
enum Lying {
    /// Beside the place that it is to have.
    Beside(Unpacked),
    /// In the place that it is to have, where it is only read.
    InPlace,
}

/// A restored vault that was unlocked and checked.
#[derive(Debug)]
pub(crate) struct Checked {
    lying: Lying,
    dir: PathBuf,
    vault: Vault<Open>,
    /// The vaults that give way, as they were when this one was compared with the first of them.
    present: Vec<Seen>,
    /// What was found. What is not as it was written is not restored.
    pub check: CheckReport,
    /// What it is.
    pub report: RestoreReport,
}

/// A directory for a copy of a vault that is looked at. Dropped, nothing of it stays.
#[derive(Debug)]
pub(crate) struct Aside(archive::Unpacked);

impl Aside {
    /// Makes the directory in the state directory of this machine.
    ///
    /// # Errors
    /// When nothing can be made there.
    pub(crate) fn begin(state_dir: &Path) -> Result<Aside, OpError> {
        files::private_dir(state_dir, Links::Follow).map_err(StoreError::from)?;
        Ok(Aside(archive::Unpacked::begin(&[state_dir], 0)?))
    }

    /// Returns the directory that is removed in the end.
    pub(crate) fn path(&self) -> &Path {
        self.0.outer()
    }
}

/// How the present vault is found and looked at, with which a backup is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Present<'a> {
    /// The directories that may hold another copy of the vault.
    pub elsewhere: &'a [PathBuf],
    /// What opened the backup.
    pub secret: &'a Unlock,
    /// The state directory of this machine.
    pub state_dir: &'a Path,
}

/// Makes a directory beside the one that is to hold the vault, for a backup of `size` bytes, where that is known.
///
/// # Errors
/// When the directory holds something else than a vault, or there is no room.
pub(crate) fn begin(size: u64, dir: &Path) -> Result<Unpacking, OpError> {
    let destination = Destination::find(dir)?;
    let files = archive::Unpacked::begin(&[destination.parent()?], size)?;
    Ok(Unpacking { destination, files })
}

impl Unpacking {
    /// Returns the directory that is removed in the end.
    pub(crate) fn path(&self) -> &Path {
        self.files.outer()
    }

    /// Reads a backup and unpacks it.
    ///
    /// # Errors
    /// When there is no room, the file is not a whole backup, or it is one of another vault.
    pub(crate) fn fill(self, from: impl Read, file: &str) -> Result<Unpacked, OpError> {
        let Unpacking { destination, files } = self;
        let refused = |fault| ArchiveError::Refused { file: file.to_owned(), fault };
        let contents = archive::extract(from, files.path()).map_err(refused)?;
        destination.refuse_other(&contents.manifest.vault_id)?;
        Ok(Unpacked { destination, files, manifest: contents.manifest })
    }
}

impl Unpacked {
    /// Returns the vault that was unpacked, to be unlocked.
    ///
    /// # Errors
    /// When its header cannot be read.
    pub(crate) fn vault(&self) -> Result<Vault<Locked>, OpError> {
        Ok(Vault::find(self.files.path())?)
    }

    /// Returns the directories of other copies of the vault, where none lies in the place that this one is to have, `dir`.
    pub(crate) fn goes_beside(&self, dir: &Path, elsewhere: &[PathBuf]) -> Vec<PathBuf> {
        if self.destination.has_vault() { Vec::new() } else { other_copies(&self.manifest.vault_id, dir, elsewhere) }
    }

    /// Checks all of the vault, which is to have this directory, and compares it with the latest copy of it, there or elsewhere.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub(crate) fn check(
        self,
        dir: &Path,
        vault: Vault<Open>,
        with: Present<'_>,
        env: Env<'_>,
    ) -> Result<Checked, OpError> {
        let mut present = other_copies(&self.manifest.vault_id, dir, with.elsewhere);
        if self.destination.has_vault() {
            present.insert(0, dir.to_owned());
            present.sort_by_key(|dir| std::cmp::Reverse(restore::claimed_end(dir)));
        }
        let present: Vec<Seen> = present.iter().map(|dir| Seen::of(dir)).collect();
        let created = self.manifest.created_time;
        let (check, report) = checked(&vault, dir, (present.first(), &self.files, with), created, env)?;
        Ok(Checked { lying: Lying::Beside(self), dir: dir.to_owned(), vault, present, check, report })
    }
}

/// Checks all of a vault that was restored to a place of its own, and is to be the vault of this machine, and compares it with the
/// latest copy of it elsewhere.
///
/// # Errors
/// When it cannot be read at all, or is not of the backup that its directory names.
pub(crate) fn check_apart(
    vault: Vault<Open>,
    aside: &Aside,
    with: Present<'_>,
    env: Env<'_>,
) -> Result<Checked, OpError> {
    let manifest = restore::manifest_of(vault.dir())?;
    let dir = vault.dir().to_owned();
    let present: Vec<Seen> = other_copies(vault.id(), &dir, with.elsewhere).iter().map(|dir| Seen::of(dir)).collect();
    let (check, report) = checked(&vault, &dir, (present.first(), &aside.0, with), manifest.created_time, env)?;
    Ok(Checked { lying: Lying::InPlace, dir, vault, present, check, report })
}

fn checked(
    vault: &Vault<Open>,
    dir: &Path,
    (present, beside, with): (Option<&Seen>, &archive::Unpacked, Present<'_>),
    created_time: Timestamp,
    env: Env<'_>,
) -> Result<(CheckReport, RestoreReport), OpError> {
    let end = vault.settle()?;
    vault.bring_to_newest(env)?;
    let reader = vault.look(env)?;
    let check = check::run(&reader, env)?;
    let lacks = present.map(|present| lacks((present.dir(), beside), (vault, &reader, end), with, env));
    Ok((check, RestoreReport { lacks, ..described(dir, &reader, created_time)? }))
}

impl Checked {
    /// Returns whether a vault lies in the place that it is to have.
    pub(crate) fn replaces(&self) -> bool {
        matches!(&self.lying, Lying::Beside(unpacked) if unpacked.destination.has_vault())
    }

    /// Returns the directories of other copies of this vault, which a token or a command may still open.
    pub(crate) fn leaves(&self) -> Vec<&Path> {
        self.present.iter().map(Seen::dir).filter(|dir| *dir != self.dir).collect()
    }

    /// Makes the vault the one of this machine, and gives it its place. The vault that lies there, and every other copy elsewhere,
    /// are left: their records are carried over, and their sealed slices go.
    ///
    /// The new epoch begins, and every grant is suspended, before the vault has its place: whatever is interrupted, no grant that
    /// ended lives again. Before it leaves the directory that it was unpacked into, when nothing is waited for any more, `ready` is
    /// called.
    ///
    /// # Errors
    /// When it could not take its place: what was there is as it was. [`StoreError::Restored`] when it has its place, and something
    /// after that failed: adopting it again does the rest or, where it is not apart, `audit accept`.
    pub(crate) fn put(self, state_dir: &Path, env: Env<'_>, ready: impl FnOnce()) -> Result<RestoreReport, OpError> {
        let Checked { lying, dir, vault, present, mut report, .. } = self;
        let left = present.iter().map(Seen::lock).collect::<Result<Vec<_>, _>>()?;
        let copy = vault.dir().to_owned();
        // Where two have a record of one grant, that of the latest copy counts.
        left.iter().rev().try_for_each(|left| left.carry_records(&copy))?;
        let vault = vault.moved(&copy, state_dir);
        // What was changed is a copy that goes.
        let ways_in = json!(report.lacks.as_ref().map(|lacks| &lacks.ways_in));
        let writer = vault.begin_restored(report.created_time, ways_in, env).map_err(StoreError::of_nothing_made)?;
        let suspended = grants::list(&writer, env)?.into_iter().filter(|grant| grant.status == GrantStatus::Suspended);
        report.suspended = suspended.count() as u64;
        drop(writer);
        let elsewhere: Vec<&restore::Left> = left.iter().filter(|left| left.dir() != dir).collect();
        match &lying {
            // Where the place cannot be taken, the next command of another copy writes its slices again.
            Lying::Beside(unpacked) if unpacked.destination.has_vault() => {
                elsewhere.iter().try_for_each(|left| left.withdraw())?;
            }
            // Until the other one lets nothing out any more, this one is only read, and can be adopted again.
            Lying::Beside(unpacked) if !elsewhere.is_empty() => restore::set_apart(&copy, &unpacked.manifest)?,
            _ => {}
        }
        ready();
        match lying {
            Lying::Beside(Unpacked { destination, files, .. }) => {
                let kept = destination.put(&files, vault.id(), &env.now().compact())?;
                report.kept = kept.map(|dir| dir.display().to_string());
            }
            Lying::InPlace => {}
        }
        let withdrawn = elsewhere.into_iter().try_for_each(restore::Left::withdraw);
        withdrawn
            .and_then(|()| vault.moved(&dir, state_dir).anchor_restored(env))
            .and_then(|()| restore::end_apart(&dir))
            .map_err(|error| StoreError::Restored(Box::new(error)))?;
        Ok(RestoreReport { adopted: true, ..report })
    }

    /// Gives the vault a place of its own, where it is only read until it is adopted. `ready` is called as by [`Checked::put`].
    ///
    /// # Errors
    /// When it could not take its place. [`StoreError::Restored`] when the disk did not confirm that.
    pub(crate) fn put_apart(self, ready: impl FnOnce()) -> Result<RestoreReport, OpError> {
        if let Lying::Beside(Unpacked { destination, files, manifest }) = self.lying {
            restore::set_apart(files.path(), &manifest)?;
            ready();
            destination.put(&files, self.vault.id(), "")?;
        }
        Ok(self.report)
    }
}

/// Returns the directories that hold another copy of a vault, which lies in a directory or is to lie there: the latest first, by what
/// each claims. One that is only read is none.
fn other_copies(vault: &VaultId, own: &Path, elsewhere: &[PathBuf]) -> Vec<PathBuf> {
    let is_same = |one: &Path, other: &Path| {
        one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
    };
    let is_copy = |dir: &Path| Vault::<Locked>::find(dir).is_ok_and(|found| found.claimed_id() == vault);
    let mut copies: Vec<PathBuf> = Vec::new();
    for dir in elsewhere {
        let is_known = is_same(dir, own) || copies.iter().any(|known| is_same(known, dir));
        if !is_known && !restore::is_apart(dir) && is_copy(dir) {
            copies.push(dir.clone());
        }
    }
    copies.sort_by_key(|dir| std::cmp::Reverse(restore::claimed_end(dir)));
    copies
}

/// Tells what a vault holds that is to have a directory.
fn described(dir: &Path, vault: &Reader, created_time: Timestamp) -> Result<RestoreReport, OpError> {
    let accounts = query::accounts(vault)?;
    Ok(RestoreReport {
        vault_id: vault.id().clone(),
        vault: dir.display().to_string(),
        created_time,
        audit_seq: vault.audit_seq(),
        accounts: accounts.len() as u64,
        transactions: accounts.iter().map(|account| account.transaction_count).sum(),
        last_posted: accounts.iter().filter_map(|account| account.last_posted).max(),
        lacks: None,
        adopted: false,
        kept: None,
        suspended: 0,
    })
}

/// Returns what the present vault has and the other one lacks, or why that is not known.
fn lacks(
    (dir, beside): (&Path, &archive::Unpacked),
    (restored, reader, end): (&Vault<Open>, &Reader, ChainEnd),
    with: Present<'_>,
    env: Env<'_>,
) -> Lacks {
    let opened = |dir: &Path| restored.unlock_copy(&Vault::find(dir)?, with.secret, with.state_dir);
    let compared = || {
        let present = opened(dir)?;
        match present.look(env) {
            Err(StoreError::Outdated { .. }) => {}
            looked => {
                let present = looked?;
                return lacks::compared((&present, present.end), (reader, end), env);
            }
        }
        // One of an older version is compared in a copy, and stays as it is.
        let copy = opened(&restore::copy_aside(&present, beside)?)?;
        let present_end = copy.settle()?;
        copy.bring_to_newest(env)?;
        lacks::compared((&copy.look(env)?, present_end), (reader, end), env)
    };
    compared().unwrap_or_else(|error| Lacks { unread: Some(error), ..Lacks::default() })
}
