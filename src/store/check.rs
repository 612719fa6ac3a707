//! `check`: recomputes everything that is otherwise only verified as it is read.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Day, Env, words};
use crate::share::UnverifiedPackage;
use crate::store::db::connection::{self, Said};
use crate::store::db::digest::{Bucket, SOURCE_ROWS};
use crate::store::db::recompute::{self, Found};
use crate::store::db::table::SMALL_TABLES;
use crate::store::db::{audit, disk, schema};
use crate::store::error::StoreError;
use crate::store::files::paths::{LOCK_FILE, OUTBOX_DIR, SHARED_MEMORY_FILE};
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
        /// The schema.
        Schema = "schema",
        /// The digest of rows.
        RowDigest = "row-digest",
        /// The transactions that the files make.
        Transactions = "transactions",
        /// The chain of the audit log.
        AuditChain = "audit-chain",
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

/// Runs both integrity checks of the database, recomputes the digest of every small table, walks the audit chain, opens
/// every sealed slice, and looks at every file of the vault. Returns what it found; an empty list when all is well. Of
/// source rows, [`check_rows`] tells. Copies that lag behind the database are no finding: the next command mends them.
///
/// # Errors
/// When there is too little memory to check, or another program has locked the database.
pub fn check(vault: &Reader, env: Env<'_>) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Findings { vault, found: Vec::new() };
    // A part that cannot be read is a finding itself: the other parts are still checked.
    findings.files();
    match connection::integrity_check(&vault.connection) {
        Ok(said) => said.into_iter().for_each(|said| match said {
            Said::Damage(message) => findings.add(FindingKind::DatabasePage, message),
            Said::Unread(message) => findings.add(FindingKind::Disk, message),
        }),
        Err(error) => findings.failed(FindingKind::DatabasePage, error)?,
    }
    match schema::differences(&vault.connection) {
        Ok(messages) => messages.into_iter().for_each(|message| findings.add(FindingKind::Schema, message)),
        Err(error) => findings.failed(FindingKind::Schema, error)?,
    }
    for table in SMALL_TABLES {
        let bucket = Bucket::of_table(table.name);
        match table.visit(&vault.connection, &vault.keys.rows, |_| {}) {
            Ok(sum) if sum == vault.digests.get(bucket) => {}
            Ok(_) => findings
                .add(FindingKind::RowDigest, format!("the rows of {} are not those that were written", table.name)),
            Err(error) => findings.failed(FindingKind::RowDigest, error)?,
        }
    }
    match audit::read_all(&vault.connection) {
        Ok(records) => audit::walk(&vault.keys.chain, &records)
            .into_iter()
            .for_each(|fault| findings.add(FindingKind::AuditChain, fault.to_string())),
        Err(error) => findings.failed(FindingKind::AuditChain, error)?,
    }
    // Grants that cannot be read are a finding of their table above.
    for grant in vault.view().grants().unwrap_or_default().into_iter().filter(|grant| !grant.is_over()) {
        let opened = UnverifiedPackage::parse(&grant.sealed).and_then(|p| p.open(&grant.prk)).and_then(|o| o.verify());
        match opened {
            Ok(slice) if slice.signer() == vault.public_key() => {}
            Ok(_) => {
                findings.add(FindingKind::Grant, format!("the slice of grant {} is signed by another key", grant.id))
            }
            Err(error) => findings.add(FindingKind::Grant, format!("the slice of grant {}: {error}", grant.id)),
        }
    }
    match Outbox::of(vault) {
        Ok(outbox) => {
            let said = outbox.findings(vault.moment(env));
            said.into_iter().for_each(|said| findings.add(FindingKind::Outbox, said));
            for error in outbox.unread {
                findings.failed(FindingKind::Outbox, error.into())?;
            }
        }
        Err(error) => findings.failed(FindingKind::Outbox, error)?,
    }
    match vault.head_state() {
        Ok(state) if state.is_sound() => {}
        Ok(_) => findings.add(FindingKind::Head, "head is newer than vault.db, or of another history".into()),
        Err(error) => findings.failed(FindingKind::Head, error)?,
    }
    match vault.anchor_state() {
        Ok(state) if state.is_sound() => {}
        Ok(_) => {
            findings.add(FindingKind::Anchor, "this machine has seen a newer or another state of this vault".into())
        }
        Err(error) => findings.failed(FindingKind::Anchor, error)?,
    }
    Ok(findings.found)
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

    /// Adds what lies in the place of a file of the vault and is none. The kinds of header and database were seen when
    /// they were opened, and that of `head` is seen when it is read.
    fn files(&mut self) {
        let vault = self.vault;
        let outbox = files::refuse_no_directory(&vault.dir.join(OUTBOX_DIR), Links::Refuse);
        let mut seen = vec![outbox, files::refuse_other_kinds(&vault.dir.join(LOCK_FILE))];
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

fn month(index: i32) -> String {
    let day = Day::first_of_month(index).map(|d| d.to_string()).unwrap_or_default();
    day.get(..7).unwrap_or_default().to_owned()
}
