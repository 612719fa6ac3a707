//! The import of one file.

use std::io;

use data_encoding::HEXLOWER;

use super::one::{Outcome, import_file};
use super::options::{ImportOptions, Source};
use super::pace::Finish;
use super::stop::Stop;
use crate::crypto::sha256;
use crate::import::{self, ImportError, ImportOption, Problem, Question, Remedy};
use crate::model::Env;
use crate::ops::OpError;
use crate::ops::progress::Progress;
use crate::ops::report::{FileReport, ImportStatus};
use crate::store::Writer;

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
        Ok(outcome) => conclude(&mut report, outcome, options.dry_run, vault.is_on_trial()),
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
    let unread = [Problem::UnknownFormat, Problem::Empty, Problem::Encoding, Problem::Malformed, Problem::Limit];
    let is_unread = report.error.as_ref().is_some_and(|error| {
        let of_encoding = |questions: &[Question]| questions.iter().all(|q| q.option == ImportOption::Encoding);
        let is_undecoded = matches!(&error.remedy, Remedy::Answer(questions) if of_encoding(questions));
        unread.contains(&error.problem) || is_undecoded
    });
    is_unread && !import::is_export(&source.bytes)
}

/// Adds to the report of a file what became of it. A dry run that is rolled back has no import to report; one in a vault on
/// trial has it until the trial ends.
fn conclude(report: &mut FileReport, outcome: Outcome, dry_run: bool, on_trial: bool) {
    let (import, totals, status) = match outcome {
        Outcome::Ignored => (None, Vec::new(), ImportStatus::Ignored),
        Outcome::Known(earlier) => (Some(earlier), Vec::new(), ImportStatus::AlreadyImported),
        Outcome::Written(import, totals) if dry_run => (on_trial.then_some(import), totals, ImportStatus::DryRun),
        Outcome::Written(import, totals) => (Some(import), totals, ImportStatus::Imported),
    };
    report.import_id = import;
    report.status = status;
    for total in totals {
        report.possible_duplicates += total.listed;
        report.balance_gaps.extend(total.gaps);
        report.accounts.push(total.counts);
    }
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
        resealed: Vec::new(),
        suspended: Vec::new(),
        error: None,
    }
}
