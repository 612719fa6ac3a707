//! The import of files, one after the other.

use data_encoding::HEXLOWER;
use serde_json::json;

use super::options::{ImportOptions, Source};
use super::pace::{Finish, Pace};
use super::stop::Stop;
use super::{accounts, apply};
use crate::crypto::sha256;
use crate::import::{self, ImportError, Parsed, Problem, Remedy, text};
use crate::model::{Env, ImportId, clean_for_display};
use crate::ops::progress::Progress;
use crate::ops::report::{FileReport, ImportReport, ImportStatus, RejectedRowReport, SkippedReport};
use crate::ops::{OpError, reseal};
use crate::store::db::imports::Import;
use crate::store::{StoreError, Writer};

/// zstd's level: three times faster than reading the file from disk, a tenth of its size.
const ARCHIVE_LEVEL: i32 = 3;

/// Imports files one after the other. A file that is refused does not stop the others.
pub fn run(
    vault: &mut Writer,
    files: impl Iterator<Item = Result<Source, OpError>>,
    options: &ImportOptions,
    progress: &dyn Progress,
    env: Env<'_>,
) -> Result<ImportReport, OpError> {
    let mut report = ImportReport::default();
    for file in files {
        let source = file?;
        report.imports.push(one(vault, &source, options, progress, env)?);
    }
    Ok(report)
}

fn one(
    vault: &mut Writer,
    source: &Source,
    options: &ImportOptions,
    progress: &dyn Progress,
    env: Env<'_>,
) -> Result<FileReport, OpError> {
    let hash = sha256(&source.bytes);
    let mut report = empty_report(&source.name, &hash);
    // A quarter of the way is reading, a quarter archiving, the rest is writing rows.
    let size = source.bytes.len() as u64;
    progress.start(&source.name, size);
    let _done = Finish(progress);
    let decoded = match text::decode(&source.bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Ok(refused(report, error)),
    };
    let mut parsed = match import::read(&decoded.text, &options.read, &options.profiles) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(refused(report, error)),
    };
    report.format = Some(parsed.format.clone());
    report.profile = parsed.profile.clone();
    progress.advance(size / 4);
    describe(&mut report, &parsed);
    if !report.rejected_rows.is_empty() && !options.skip_bad_rows {
        let count = report.rejected_rows.len();
        let message = format!("{count} of its rows cannot be read, so nothing of it was imported");
        return Ok(refused(report, ImportError::new(Problem::BadRows, message, Remedy::SkipBadRows)));
    }
    apply::join_same_account(&mut parsed);
    let archive = zstd::bulk::compress(&source.bytes, ARCHIVE_LEVEL).map_err(OpError::Archive)?;
    let rows: u64 = parsed.statements.iter().map(|s| s.entries.len() as u64).sum();
    progress.advance(size / 4);
    let pace = Pace { progress, per_row: size / 2 / rows.max(1) };
    let outcome = vault.change(env, |change| -> Result<FileReport, Stop> {
        let targets = accounts::resolve(change, &parsed, options.account.as_deref())?;
        if let Some(earlier) = imported_before(change, &hash, &targets)? {
            report.import_id = Some(earlier);
            report.status = ImportStatus::AlreadyImported;
            return Err(Stop::Report(Box::new(std::mem::replace(&mut report, empty_report("", &hash)))));
        }
        let import = change.add_import(
            Import {
                id: ImportId::new(0),
                created: env.now(),
                file: source.name.clone(),
                sha256: hash,
                kind: parsed.kind,
                format: parsed.format.clone(),
                profile: parsed.profile.clone(),
                rows,
                undone: false,
            },
            archive,
        )?;
        let mut added = 0;
        for (statement, target) in parsed.statements.iter().zip(&targets) {
            let applied = apply::statement(change, &import, statement, target, &pace)?;
            added += applied.counts.added;
            report.possible_duplicates += applied.listed;
            report.balance_gaps.extend(applied.gaps);
            report.accounts.push(applied.counts);
        }
        change.audit(
            "import",
            import.id,
            json!({ "file": source.name, "sha256": HEXLOWER.encode(&hash), "rows": rows, "added": added }),
        );
        reseal::run(change, env)?;
        report.import_id = Some(import.id);
        report.status = ImportStatus::Imported;
        let done = std::mem::replace(&mut report, empty_report("", &hash));
        if options.dry_run { Err(Stop::Report(Box::new(dry(done)))) } else { Ok(done) }
    });
    match outcome {
        Ok(report) => Ok(report),
        Err(Stop::Report(report)) => Ok(*report),
        Err(Stop::Refused(refusal)) => {
            report.error = Some(refusal);
            report.accounts.clear();
            report.balance_gaps.clear();
            Ok(report)
        }
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The living import of the very same bytes for the same accounts.
fn imported_before(
    change: &crate::store::Change<'_>,
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
        sha256: HEXLOWER.encode(hash),
        format: None,
        profile: None,
        status: ImportStatus::Rejected,
        accounts: Vec::new(),
        rejected_rows: Vec::new(),
        balance_gaps: Vec::new(),
        skipped: Vec::new(),
        possible_duplicates: 0,
        error: None,
    }
}

/// What the importer could not read, and what it understood and left alone.
fn describe(report: &mut FileReport, parsed: &Parsed<'_>) {
    for statement in &parsed.statements {
        report.rejected_rows.extend(statement.rejected.iter().map(|row| {
            let found =
                if row.found.is_empty() { String::new() } else { format!(" {:?}", clean_for_display(&row.found)) };
            RejectedRowReport { line: row.line, reason: format!("{}{found}: {}", row.field, row.reason) }
        }));
        report.skipped.extend(statement.skipped.iter().map(|s| SkippedReport { what: s.what.clone(), count: s.count }));
    }
}

fn refused(mut report: FileReport, error: ImportError) -> FileReport {
    report.error = Some(error);
    report
}

/// A dry run made accounts and an import that are gone again: their ids say nothing.
fn dry(mut report: FileReport) -> FileReport {
    report.status = ImportStatus::DryRun;
    report.import_id = None;
    report
}
