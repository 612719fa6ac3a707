//! Restores a vault from a backup: unpacked and checked, compared with the present one, and put into its place.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::report::{CheckReport, GrantStatus, ImportState, Lacks, RestoreReport};
use super::{OpError, check, grants, imports, query};
use crate::model::{Env, Timestamp};
use crate::store::archive::{self, ArchiveError, Manifest};
use crate::store::restore::{self, Destination};
use crate::store::{Locked, Open, Reader, Vault};

/// A backup that was unpacked beside the place that it is to have. Dropped, nothing of it stays.
#[derive(Debug)]
pub(crate) struct Unpacked {
    destination: Destination,
    dir: PathBuf,
    files: archive::Unpacked,
    manifest: Manifest,
}

/// What was unpacked, unlocked and checked.
#[derive(Debug)]
pub(crate) struct Checked {
    unpacked: Unpacked,
    vault: Vault<Open>,
    /// What was found. What is not as it was written is not restored.
    pub check: CheckReport,
    /// What it is.
    pub report: RestoreReport,
}

/// Reads a backup of `size` bytes, where that is known, and unpacks it beside a directory.
///
/// # Errors
/// When the directory holds something else than a vault, there is no room, or the file is not a whole backup.
pub(crate) fn unpack(from: impl Read, file: &str, size: u64, dir: &Path) -> Result<Unpacked, OpError> {
    let destination = Destination::find(dir)?;
    let files = archive::Unpacked::begin(&[destination.parent()?], size)?;
    let contents =
        archive::extract(from, files.path()).map_err(|fault| ArchiveError::Refused { file: file.to_owned(), fault })?;
    destination.refuse_other(&contents.manifest.vault_id)?;
    Ok(Unpacked { destination, dir: dir.to_owned(), files, manifest: contents.manifest })
}

impl Unpacked {
    /// Returns the vault that was unpacked, to be unlocked.
    ///
    /// # Errors
    /// When its header cannot be read.
    pub(crate) fn vault(&self) -> Result<Vault<Locked>, OpError> {
        Ok(Vault::find(self.files.path())?)
    }

    /// Checks all of the vault, and compares it with the present one.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub(crate) fn check(self, vault: Vault<Open>, env: Env<'_>) -> Result<Checked, OpError> {
        vault.settle()?;
        vault.bring_to_newest(env)?;
        let reader = vault.look(env)?;
        let check = check::run(&reader, env)?;
        let lacks = if self.destination.has_vault() { Some(lacks(&self.dir, &vault, &reader, env)) } else { None };
        let report = RestoreReport { lacks, ..described(&self.dir, &reader, self.manifest.created_time)? };
        drop(reader);
        Ok(Checked { unpacked: self, vault, check, report })
    }
}

impl Checked {
    /// Gives the vault its place, and makes it the vault of this machine.
    ///
    /// # Errors
    /// When it could not take its place: the present vault is as it was. When it could not be adopted, it has its place, and
    /// `audit accept` does the rest.
    pub(crate) fn put(self, state_dir: &Path, env: Env<'_>) -> Result<RestoreReport, OpError> {
        let Checked { unpacked, vault, mut report, .. } = self;
        let stamp: String = env.now().to_string().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let kept = unpacked.destination.put(&unpacked.files, vault.id(), &stamp)?;
        report.kept = kept.map(|dir| dir.display().to_string());
        adopt(&vault.moved(&unpacked.dir, state_dir), report, env)
    }

    /// Gives the vault a place of its own, where it is only read until it is adopted.
    ///
    /// # Errors
    /// When it could not take its place.
    pub(crate) fn put_apart(self) -> Result<RestoreReport, OpError> {
        restore::set_apart(self.unpacked.files.path())?;
        self.unpacked.destination.put(&self.unpacked.files, self.vault.id(), "")?;
        Ok(self.report)
    }
}

/// Makes a vault that was restored to a place of its own the vault of this machine.
///
/// # Errors
/// When it is not one, or cannot be written.
pub(crate) fn adopt_apart(vault: &Vault<Open>, env: Env<'_>) -> Result<RestoreReport, OpError> {
    let reader = vault.look(env)?;
    let report = described(vault.dir(), &reader, env.now())?;
    drop(reader);
    adopt(vault, report, env)
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

/// Starts a new epoch, in which every grant that lived is suspended, and makes the anchor one of this vault.
fn adopt(vault: &Vault<Open>, report: RestoreReport, env: Env<'_>) -> Result<RestoreReport, OpError> {
    let writer = vault.accept_restored(report.created_time, env)?;
    restore::end_apart(vault.dir())?;
    let suspended = grants::list(&writer, env)?.into_iter().filter(|grant| grant.status == GrantStatus::Suspended);
    Ok(RestoreReport { adopted: true, suspended: suspended.count() as u64, ..report })
}

/// Returns what the present vault has and the other one lacks.
fn lacks(dir: &Path, restored: &Vault<Open>, reader: &Reader, env: Env<'_>) -> Lacks {
    let present = Vault::<Locked>::find(dir).ok().and_then(|present| restored.unlock_alike(&present).ok());
    let Some(present) = present.and_then(|vault| vault.look(env).ok()) else { return Lacks::default() };
    compared(&present, reader, env).unwrap_or_default()
}

fn compared(present: &Reader, restored: &Reader, env: Env<'_>) -> Result<Lacks, OpError> {
    let living = |vault: &Reader| -> Result<Vec<(String, String)>, OpError> {
        let active = imports::list(vault)?.into_iter().filter(|import| import.status == ImportState::Active);
        Ok(active.map(|import| (import.sha256, import.file)).collect())
    };
    let known: BTreeSet<String> = living(restored)?.into_iter().map(|(sha256, _)| sha256).collect();
    let accounts: BTreeSet<_> = query::accounts(restored)?.into_iter().map(|account| account.account_id).collect();
    let granted: BTreeSet<_> = grants::list(restored, env)?.into_iter().map(|grant| grant.grant_id).collect();
    Ok(Lacks {
        known: true,
        audit_entries: present.audit_seq().saturating_sub(restored.audit_seq()),
        imports: living(present)?.into_iter().filter(|(sha256, _)| !known.contains(sha256)).map(|(_, f)| f).collect(),
        accounts: query::accounts(present)?
            .into_iter()
            .map(|account| account.account_id)
            .filter(|id| !accounts.contains(id))
            .collect(),
        grants: grants::list(present, env)?.iter().filter(|grant| !granted.contains(&grant.grant_id)).count() as u64,
    })
}
