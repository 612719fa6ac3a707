//! The import of one file.

use std::io;

use data_encoding::HEXLOWER;
use serde_json::json;

use super::accounts;
use super::apply::{Applied, apply};
use super::incoming::Incoming;
use super::join::join_same_account;
use super::options::{ImportOptions, Source};
use super::pace::{Finish, Pace};
use super::stop::Stop;
use crate::crypto::sha256;
use crate::import::{self, ImportError, Parsed, Problem, Remedy, text};
use crate::model::{Env, ImportId, clean_for_display};
use crate::ops::progress::Progress;
use crate::ops::report::{FileReport, ImportStatus, RejectedRowReport};
use crate::ops::{OpError, reseal};
use crate::store::AuditAction;
use crate::store::db::imports::Import;
use crate::store::{Change, Keep, StoreError, Writer};

/// Compression level of the archived file: higher ones take longer and gain little.
const ARCHIVE_LEVEL: i32 = 3;

/// Imports one file. A refusal is a report like any other.
///
/// # Errors
/// When the vault or the disk fails.
pub fn file(
    vault: &mut Writer,
    source: &Source,
    options: &ImportOptions,
    progress: &dyn Progress,
    env: Env<'_>,
) -> Result<FileReport, OpError> {
    let hash = sha256(&source.bytes);
    let mut report = empty_report(&source.name, &hash);
    progress.start(&source.name, source.bytes.len() as u64);
    let _done = Finish(progress);
    match import_file(vault, source, &hash, &mut report, options, progress, env) {
        Ok(outcome) => conclude(&mut report, outcome, options.dry_run),
        Err(Stop::Refused(error)) => report.error = Some(error),
        Err(Stop::Failed(error)) => return Err(error),
    }
    Ok(report)
}

/// Returns the report of a file that could not be read.
pub fn unreadable(name: &str, source: io::Error) -> FileReport {
    let error = ImportError::of(Problem::Unreadable, source, Remedy::MakeReadable);
    FileReport { sha256: None, error: Some(error), ..empty_report(name, &[0; 32]) }
}

/// Returns whether a refused file is no export: it could not be read, and nothing in it pairs a day with an amount.
pub fn is_no_export(report: &FileReport, source: &Source) -> bool {
    let is_unread = report.error.as_ref().is_some_and(|error| {
        matches!(
            error.problem,
            Problem::UnknownFormat | Problem::Empty | Problem::Encoding | Problem::Malformed | Problem::Limit
        )
    });
    is_unread && !import::is_export(&source.bytes)
}

/// What the vault made of a file.
enum Outcome {
    /// The owner keeps it out of imports.
    Ignored,
    /// The vault has it already.
    Known(ImportId),
    /// Its rows were written, statement by statement.
    Written(ImportId, Vec<Applied>),
}

/// Reads a file, reports what it holds, and writes its rows unless the vault knows it.
fn import_file(
    vault: &mut Writer,
    source: &Source,
    hash: &[u8; 32],
    report: &mut FileReport,
    options: &ImportOptions,
    progress: &dyn Progress,
    env: Env<'_>,
) -> Result<Outcome, Stop> {
    if vault.view().ignored()?.iter().any(|file| file.sha256 == *hash) {
        return Ok(Outcome::Ignored);
    }
    // Progress counts bytes: a quarter for reading, a quarter for archiving, the rest for writing rows.
    let size = source.bytes.len() as u64;
    let decoded = text::decode(&source.bytes)?;
    let mut parsed = import::read(&decoded.text, &options.read, &options.profiles)?;
    progress.advance(size / 4);
    describe(report, &parsed);
    if !report.rejected_rows.is_empty() && !options.skip_bad_rows {
        let count = report.rejected_rows.len();
        let message = format!("{count} rows cannot be read, so nothing was imported");
        return Err(ImportError::new(Problem::BadRows, message, Remedy::SkipBadRows).into());
    }
    if !report.rejected_rows.is_empty() && parsed.statements.iter().all(|statement| statement.entries.is_empty()) {
        let message = "none of its rows can be read, so nothing was imported";
        return Err(ImportError::new(Problem::BadRows, message, Remedy::WriteProfile).into());
    }
    if !parsed.questions.is_empty() {
        report.questions.clone_from(&parsed.questions);
        return Err(ImportError::asking(parsed.questions).into());
    }
    join_same_account(&mut parsed);
    let archive = zstd::bulk::compress(&source.bytes, ARCHIVE_LEVEL).map_err(OpError::Archive)?;
    progress.advance(size / 4);
    let rows: u64 = parsed.statements.iter().map(|s| s.entries.len() as u64).sum();
    let pace = Pace { progress, per_row: size / 2 / rows.max(1) };
    vault.attempt(env, |change| {
        let targets = accounts::resolve(change, &parsed, options.account.as_deref())?;
        if let Some(earlier) = imported_before(change, hash, &targets)? {
            return Ok(Keep::RollBack(Outcome::Known(earlier)));
        }
        let import = change.add_import(
            Import {
                // `add_import` assigns it.
                id: ImportId::new(0),
                created: env.now(),
                file: source.name.clone(),
                sha256: *hash,
                kind: parsed.kind,
                format: parsed.format.clone(),
                profile: parsed.profile.clone(),
                layout: parsed.layout.clone(),
                sign: parsed.sign.map(|sign| sign.to_string()),
                rows,
                undone: false,
            },
            archive,
        )?;
        let mut applied = Vec::with_capacity(targets.len());
        for (statement, target) in parsed.statements.iter().zip(&targets) {
            applied.push(apply(change, &Incoming { import: &import, statement, target }, &pace)?);
        }
        let added: u64 = applied.iter().map(|a| a.counts.added).sum();
        change.audit(
            AuditAction::Import,
            import.id,
            json!({ "file": source.name, "sha256": HEXLOWER.encode(hash), "rows": rows, "added": added }),
        );
        // The rows may change what active grants show: their slices are sealed again, and written out on commit.
        reseal::run(change, env)?;
        let outcome = Outcome::Written(import.id, applied);
        Ok(if options.dry_run { Keep::RollBack(outcome) } else { Keep::Commit(outcome) })
    })
}

/// Adds to the report of a file what became of it. A dry run is rolled back, so its import has no id to report.
fn conclude(report: &mut FileReport, outcome: Outcome, dry_run: bool) {
    let (import, applied, status) = match outcome {
        Outcome::Ignored => (None, Vec::new(), ImportStatus::Ignored),
        Outcome::Known(earlier) => (Some(earlier), Vec::new(), ImportStatus::AlreadyImported),
        Outcome::Written(_, applied) if dry_run => (None, applied, ImportStatus::DryRun),
        Outcome::Written(import, applied) => (Some(import), applied, ImportStatus::Imported),
    };
    report.import_id = import;
    report.status = status;
    for statement in applied {
        report.possible_duplicates += statement.listed;
        report.balance_gaps.extend(statement.gaps);
        report.accounts.push(statement.counts);
    }
}

/// Finds an import, not undone, of the same bytes that covers every target account.
fn imported_before(
    change: &Change<'_>,
    hash: &[u8; 32],
    targets: &[accounts::Target],
) -> Result<Option<ImportId>, StoreError> {
    let same: Vec<Import> =
        change.view().imports()?.into_iter().filter(|import| !import.undone && import.sha256 == *hash).collect();
    if same.is_empty() {
        return Ok(None);
    }
    let coverages = change.view().coverages()?;
    let covers = |import: &&Import| {
        targets.iter().all(|t| coverages.iter().any(|c| c.import == import.id && c.account == t.account.id))
    };
    Ok(same.iter().find(covers).map(|import| import.id))
}

fn empty_report(name: &str, hash: &[u8; 32]) -> FileReport {
    FileReport {
        import_id: None,
        file: name.to_owned(),
        sha256: Some(HEXLOWER.encode(hash)),
        format: None,
        profile: None,
        status: ImportStatus::Rejected,
        accounts: Vec::new(),
        rejected_rows: Vec::new(),
        balance_gaps: Vec::new(),
        skipped: Vec::new(),
        remarks: Vec::new(),
        questions: Vec::new(),
        rows: Vec::new(),
        possible_duplicates: 0,
        error: None,
    }
}

/// Adds to the report what the importer could not read, and what it understood but left out.
fn describe(report: &mut FileReport, parsed: &Parsed<'_>) {
    report.format = Some(parsed.format.clone());
    report.profile = parsed.profile.clone();
    report.remarks.clone_from(&parsed.remarks);
    for statement in &parsed.statements {
        report.rejected_rows.extend(statement.rejected.iter().map(|row| {
            let found =
                if row.found.is_empty() { String::new() } else { format!(" {:?}", clean_for_display(&row.found)) };
            RejectedRowReport { line: row.line, reason: format!("{}{found}: {}", row.field, row.reason) }
        }));
        report.skipped.extend(statement.skipped.iter().cloned());
    }
}
