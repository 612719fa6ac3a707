//! `check`: recomputes everything that is otherwise only verified as it is read.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Day, Env, words};
use crate::share::UnverifiedPackage;
use crate::store::db::digest::{Bucket, SOURCE_ROWS};
use crate::store::db::recompute::{self, Found};
use crate::store::db::table::SMALL_TABLES;
use crate::store::db::{audit, connection, schema};
use crate::store::error::StoreError;
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
        /// This machine's anchor.
        Anchor = "anchor",
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
/// every sealed slice and compares the outbox. Returns what it found; an empty list when all is well. Of source rows,
/// [`check_rows`] tells.
///
/// # Errors
/// When there is too little memory to check.
pub fn check(vault: &Reader, env: Env<'_>) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let mut found = |kind, message: String| findings.push(Finding { kind, message });
    // A part that cannot be read is a finding itself: the other parts are still checked.
    match connection::integrity_check(&vault.connection) {
        Ok(messages) => messages.into_iter().for_each(|message| found(FindingKind::DatabasePage, message)),
        Err(error) => found(FindingKind::DatabasePage, of_vault(error)?),
    }
    match schema::differences(&vault.connection) {
        Ok(messages) => messages.into_iter().for_each(|message| found(FindingKind::Schema, message)),
        Err(error) => found(FindingKind::Schema, of_vault(error)?),
    }
    for table in SMALL_TABLES {
        let bucket = Bucket::of_table(table.name);
        match table.visit(&vault.connection, &vault.keys.rows, |_| {}) {
            Ok(sum) if sum == vault.digests.get(bucket) => {}
            Ok(_) => {
                found(FindingKind::RowDigest, format!("the rows of {} are not those that were written", table.name))
            }
            Err(error) => found(FindingKind::RowDigest, of_vault(error)?),
        }
    }
    match audit::read_all(&vault.connection) {
        Ok(records) => audit::walk(&vault.keys.chain, &records)
            .into_iter()
            .for_each(|fault| found(FindingKind::AuditChain, fault.to_string())),
        Err(error) => found(FindingKind::AuditChain, of_vault(error)?),
    }
    // Grants that cannot be read are a finding of their table above.
    for grant in vault.view().grants().unwrap_or_default().into_iter().filter(|grant| !grant.is_over()) {
        let opened = UnverifiedPackage::parse(&grant.sealed).and_then(|p| p.open(&grant.prk)).and_then(|o| o.verify());
        match opened {
            Ok(slice) if slice.signer() == vault.public_key() => {}
            Ok(_) => found(FindingKind::Grant, format!("the slice of grant {} is signed by another key", grant.id)),
            Err(error) => found(FindingKind::Grant, format!("the slice of grant {}: {error}", grant.id)),
        }
    }
    match Outbox::of(vault) {
        Ok(outbox) => outbox.findings(vault.moment(env)).into_iter().for_each(|said| found(FindingKind::Outbox, said)),
        Err(error) => found(FindingKind::Outbox, of_vault(error)?),
    }
    match vault.anchor_state() {
        Ok(state) if state.is_sound() => {}
        Ok(_) => found(FindingKind::Anchor, "this machine has seen a newer or another state of this vault".into()),
        Err(error) => found(FindingKind::Anchor, error.to_string()),
    }
    Ok(findings)
}

/// Returns what an error says of the vault. Too little memory says nothing of it.
fn of_vault(error: StoreError) -> Result<String, StoreError> {
    match error {
        StoreError::NoMemory => Err(error),
        other => Ok(other.to_string()),
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
        Err(error) => return Ok(vec![finding(of_vault(error)?)]),
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
