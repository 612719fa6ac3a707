//! `check`: recomputes everything that is otherwise only verified as it is read.

use std::collections::BTreeSet;

use serde::Serialize;
use thiserror::Error;

use crate::crypto::sha256_hex;
use crate::model::{Day, Env, words};
use crate::share::slice::departures;
use crate::share::{Edition, PackageError, SliceDocument, UnverifiedPackage};
use crate::store::db::connection::{self, Said, Sizes};
use crate::store::db::digest::{Bucket, SOURCE_ROWS};
use crate::store::db::grants::Grant;
use crate::store::db::recompute::{self, Found};
use crate::store::db::schema::{self, STEPS};
use crate::store::db::table::{ARCHIVES, SMALL_TABLES, ZONE_PACKS};
use crate::store::db::{audit, disk};
use crate::store::error::{Damage, StoreError};
use crate::store::files::paths::{LOCK_FILE, OUTBOX_DIR, SHARED_MEMORY_FILE, SNAPSHOT_FILE};
use crate::store::files::{self, Links};
use crate::store::outbox_state::Outbox;
use crate::store::reader::Reader;

words! {
    /// What a finding is about.
    pub enum FindingKind: "a kind of finding" {
        /// The vault could not be unlocked.
        Unlock = "unlock",
        /// A page of the database.
        DatabasePage = "database-page",
        /// The size of the database's file.
        Size = "size",
        /// The schema.
        Schema = "schema",
        /// The digest of rows.
        RowDigest = "row-digest",
        /// The transactions that the files make.
        Transactions = "transactions",
        /// The chain of the audit log.
        AuditChain = "audit-chain",
        /// The archived file of an import.
        Archive = "archive",
        /// The sealed slice of a grant.
        Grant = "grant",
        /// The outbox.
        Outbox = "outbox",
        /// The copy of the head.
        Head = "head",
        /// This machine's anchor.
        Anchor = "anchor",
        /// A file of another kind in the place of one of the vault's.
        File = "file",
        /// An interrupted change that could not be looked behind.
        Journal = "journal",
        /// A part that could not be read, which says nothing about it.
        Disk = "disk",
    }
}

/// One finding of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its kind, for scripts, such as `row-digest` or `outbox`.
    pub kind: FindingKind,
    /// What and where.
    pub message: String,
}

/// Runs both integrity checks of the database, recomputes the digest of every small table, unpacks every archived file, walks
/// the audit chain, compares every sealed slice with its grant, and looks at every file of the vault. Returns what it found; an empty list when all is well. Of
/// source rows, [`check_rows`] tells. Copies that lag behind the database are no finding: the next command mends them.
///
/// # Errors
/// When there is too little memory to check, or another program has locked the database.
pub fn check(vault: &Reader, env: Env<'_>) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Findings { vault, found: Vec::new() };
    // A part that cannot be read is a finding itself: the other parts are still checked.
    findings.files();
    findings.size()?;
    findings.pages()?;
    findings.schema()?;
    findings.tables()?;
    findings.zones()?;
    findings.archived()?;
    findings.chain()?;
    findings.slices();
    findings.outbox(env)?;
    findings.copies()?;
    Ok(findings.found)
}

/// Looks at what takes no time, however many rows there are: as [`check`] does, but for the pages of the database, the archived
/// files and the sealed slices. The root over the digests of all rows was compared with the last audit entry when the vault
/// was opened; that the rows are those of the digests is not looked at.
///
/// # Errors
/// As [`check`].
pub fn check_quickly(vault: &Reader, env: Env<'_>) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Findings { vault, found: Vec::new() };
    findings.files();
    findings.size()?;
    findings.schema()?;
    findings.tables()?;
    findings.chain()?;
    findings.outbox(env)?;
    findings.copies()?;
    Ok(findings.found)
}

/// Why a sealed slice is not that of its grant.
#[derive(Debug, Error)]
enum SliceFault {
    #[error(transparent)]
    Package(#[from] PackageError),
    #[error("it is signed by another key")]
    OtherKey,
    #[error("it is another one than the grant names")]
    OtherHash,
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("it is not what was approved: {0}")]
    Departs(String),
}

/// What was found so far.
struct Findings<'v> {
    vault: &'v Reader,
    found: Vec<Finding>,
}

impl Findings<'_> {
    fn add(&mut self, kind: FindingKind, message: String) {
        self.found.push(Finding { kind, message });
    }

    /// Adds an error that a part was checked with.
    fn failed(&mut self, kind: FindingKind, error: StoreError) -> Result<(), StoreError> {
        self.found.push(self.vault.finding(kind, error)?);
        Ok(())
    }

    /// Compares the size of the database's file with what its first page says.
    fn size(&mut self) -> Result<(), StoreError> {
        match connection::sizes(&self.vault.connection) {
            Ok(Some(Sizes { file, expected })) if file != expected => {
                self.add(FindingKind::Size, format!("vault.db has {file} bytes, and its first page says {expected}"));
            }
            Ok(_) => {}
            Err(error) => self.failed(FindingKind::Size, error)?,
        }
        Ok(())
    }

    fn pages(&mut self) -> Result<(), StoreError> {
        match connection::integrity_check(&self.vault.connection) {
            Ok(said) => said.into_iter().for_each(|said| match said {
                Said::Damage(message) => self.add(FindingKind::DatabasePage, message),
                Said::Unread(message) => self.add(FindingKind::Disk, message),
            }),
            Err(error) => self.failed(FindingKind::DatabasePage, error)?,
        }
        Ok(())
    }

    fn schema(&mut self) -> Result<(), StoreError> {
        match schema::differences(&self.vault.connection, STEPS) {
            Ok(messages) => messages.into_iter().for_each(|message| self.add(FindingKind::Schema, message)),
            Err(error) => self.failed(FindingKind::Schema, error)?,
        }
        Ok(())
    }

    /// Recomputes the digests of the small tables but that of archived files.
    fn tables(&mut self) -> Result<(), StoreError> {
        for table in SMALL_TABLES.iter().filter(|table| table.name != ARCHIVES.name) {
            let bucket = Bucket::of_table(table.name);
            match table.visit(&self.vault.connection, &self.vault.keys.rows, |_| {}) {
                Ok(sum) if sum == self.vault.digests.get(bucket) => {}
                Ok(_) => self.add(FindingKind::RowDigest, Damage::Rows(table.name).to_string()),
                Err(error) => self.failed(FindingKind::RowDigest, error)?,
            }
        }
        Ok(())
    }

    /// Compares the zones of source rows with the digests.
    fn zones(&mut self) -> Result<(), StoreError> {
        match faults_of_zones(self.vault) {
            Ok(faults) => faults.into_iter().for_each(|fault| self.add(FindingKind::RowDigest, fault)),
            // That of the packs is a finding of their table.
            Err(StoreError::Damaged(Damage::Rows(table))) if table == ZONE_PACKS.name => {}
            Err(StoreError::Damaged(rows @ Damage::Rows(_))) => self.add(FindingKind::RowDigest, rows.to_string()),
            Err(error) => self.failed(FindingKind::RowDigest, error)?,
        }
        Ok(())
    }

    /// Unpacks the archived files, and compares them with what their imports remember. Imports that cannot be read are a
    /// finding of their table.
    fn archived(&mut self) -> Result<(), StoreError> {
        let view = self.vault.view();
        match view.archived() {
            Ok(archived) if !view.has_archived(&archived) => {
                self.add(FindingKind::RowDigest, Damage::Rows(ARCHIVES.name).to_string());
            }
            Ok(archived) => archived.faults.into_iter().for_each(|fault| self.add(FindingKind::Archive, fault)),
            Err(error) => self.failed(FindingKind::RowDigest, error)?,
        }
        Ok(())
    }

    fn chain(&mut self) -> Result<(), StoreError> {
        match audit::read_all(&self.vault.connection) {
            Ok(records) => audit::walk(&self.vault.keys.chain, &records)
                .into_iter()
                .for_each(|fault| self.add(FindingKind::AuditChain, fault.to_string())),
            Err(error) => self.failed(FindingKind::AuditChain, error)?,
        }
        Ok(())
    }

    /// Opens the sealed slice of every grant that is not over, and compares it with the grant. Grants that cannot be read are
    /// a finding of their table.
    fn slices(&mut self) {
        for grant in self.vault.view().grants().unwrap_or_default().into_iter().filter(|grant| !grant.is_over()) {
            if let Err(fault) = self.slice(&grant) {
                self.add(FindingKind::Grant, format!("the slice of grant {}: {fault}", grant.id));
            }
        }
    }

    fn slice(&self, grant: &Grant) -> Result<(), SliceFault> {
        let slice = UnverifiedPackage::parse(&grant.sealed)?.open(&grant.prk)?.verify()?;
        let issuer = self.vault.public_key();
        if slice.signer() != issuer {
            return Err(SliceFault::OtherKey);
        }
        let bytes = slice.document_bytes();
        if sha256_hex(bytes) != grant.slice_hash {
            return Err(SliceFault::OtherHash);
        }
        let document = SliceDocument::from_json(bytes)?;
        // Of what is said of a sealing, the day and the witness are not compared.
        let edition = Edition {
            version: grant.version,
            witness: Default::default(),
            issuer,
            data_as_of: document.grant.data_as_of,
        };
        let view = self.vault.view();
        match departures(&document, &grant.terms, &edition, grant.extent.rows, view.pseudonym_key()) {
            found if found.is_empty() => Ok(()),
            found => Err(SliceFault::Departs(found.join(", "))),
        }
    }

    fn outbox(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        match Outbox::of(self.vault) {
            Ok(outbox) => {
                let said = outbox.findings(self.vault.moment(env));
                said.into_iter().for_each(|said| self.add(FindingKind::Outbox, said));
                for error in outbox.unread {
                    self.failed(FindingKind::Outbox, error.into())?;
                }
            }
            Err(error) => self.failed(FindingKind::Outbox, error)?,
        }
        Ok(())
    }

    /// Compares the vault with the copies of its head: `head`, and this machine's anchor.
    fn copies(&mut self) -> Result<(), StoreError> {
        match self.vault.head_state() {
            Ok(state) if state.is_sound() => {}
            Ok(_) => self.add(FindingKind::Head, "head is newer than vault.db, or of another history".into()),
            Err(error) => self.failed(FindingKind::Head, error)?,
        }
        match self.vault.anchor_state() {
            Ok(state) if state.is_sound() => {}
            Ok(_) => {
                self.add(FindingKind::Anchor, "this machine has seen a newer or another state of this vault".into())
            }
            Err(error) => self.failed(FindingKind::Anchor, error)?,
        }
        Ok(())
    }

    /// Adds what lies in the place of a file of the vault and is none. The kinds of header and database were seen when
    /// they were opened, and that of `head` is seen when it is read.
    fn files(&mut self) {
        let vault = self.vault;
        let outbox = files::refuse_no_directory(&vault.dir.join(OUTBOX_DIR), Links::Refuse);
        let mut seen = vec![outbox];
        seen.extend([LOCK_FILE, SNAPSHOT_FILE].map(|name| files::refuse_other_kinds(&vault.dir.join(name))));
        match files::atomic::temporary_in(&vault.dir) {
            Ok(paths) => seen.extend(paths.iter().map(|path| files::refuse_other_kinds(path))),
            Err(error) => seen.push(Err(error)),
        }
        for error in seen.into_iter().filter_map(Result::err) {
            self.add(if error.is_foreign() { FindingKind::File } else { FindingKind::Disk }, error.to_string());
        }
        if vault.dir.join(SHARED_MEMORY_FILE).symlink_metadata().is_ok() {
            self.add(FindingKind::File, format!("{SHARED_MEMORY_FILE} was not written by this program: move it away"));
        }
    }
}

impl Reader {
    /// Makes a finding of an error that a part of the vault was read with: a disk that cannot be read is one of its own.
    ///
    /// # Errors
    /// The error itself, where it says nothing of the vault or its disk: too little memory, a locked database.
    pub(crate) fn finding(&self, kind: FindingKind, error: StoreError) -> Result<Finding, StoreError> {
        match disk::told(&self.connection, error) {
            error @ (StoreError::NoMemory | StoreError::DatabaseBusy) => Err(error),
            error if error.is_damage() => Ok(Finding { kind, message: error.to_string() }),
            error => Ok(Finding { kind: FindingKind::Disk, message: error.to_string() }),
        }
    }
}

/// Recomputes the digest of every source row. Returns what it found; an empty list when all is well.
///
/// # Errors
/// When there is too little memory to check.
pub fn check_rows(vault: &Reader) -> Result<Vec<Finding>, StoreError> {
    let finding = |message: String| Finding { kind: FindingKind::RowDigest, message };
    let Found { mut sums, strange } = match recompute::recompute(&vault.connection, &vault.keys) {
        Ok(found) => found,
        Err(error) => return Ok(vec![vault.finding(FindingKind::RowDigest, error)?]),
    };
    let mut changed = BTreeSet::new();
    for (bucket, expected) in vault.digests.iter().filter(|(bucket, _)| bucket.table == SOURCE_ROWS) {
        if sums.remove(&bucket) != Some(expected) {
            changed.insert((bucket.account, bucket.month));
        }
    }
    let added: BTreeSet<(i64, i32)> = sums.keys().map(|bucket| (bucket.account, bucket.month)).collect();
    let told = |of: BTreeSet<(i64, i32)>, what: &'static str| {
        of.into_iter().map(move |(account, of)| finding(format!("rows of acc-{account} in {} were {what}", month(of))))
    };
    let mut findings: Vec<Finding> = told(changed, "changed").chain(told(added, "added")).collect();
    if strange > 0 {
        findings.push(finding(format!("{strange} rows of no import were added")));
    }
    Ok(findings)
}

/// Returns where zones do not make up the rows. A filter does not use them there.
fn faults_of_zones(vault: &Reader) -> Result<Vec<String>, StoreError> {
    let view = vault.view();
    let mut months = BTreeSet::new();
    for (bucket, expected) in vault.digests.iter().filter(|(bucket, _)| bucket.table == SOURCE_ROWS) {
        if !view.has_its_zones(bucket, expected)? {
            months.insert((bucket.account, bucket.month));
        }
    }
    let told = |(account, of)| format!("the zones of acc-{account} in {} were changed", month(of));
    let mut faults: Vec<String> = months.into_iter().map(told).collect();
    if faults.is_empty() && !view.zones_have_sums()? {
        faults.push("zones were removed or added".to_owned());
    }
    if !view.has_its_blocks()? {
        faults.push("blocks of zones were added".to_owned());
    }
    Ok(faults)
}

fn month(index: i32) -> String {
    let day = Day::first_of_month(index).map(|d| d.to_string()).unwrap_or_default();
    day.get(..7).unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "../../tests/unit/store/check.rs"]
mod tests;
