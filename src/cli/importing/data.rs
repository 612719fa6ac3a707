//! The report as data: JSON and CSV.

use serde::Serialize;

use super::notes::{resealed, suspended};
use super::refusals::Told;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::import::{ImportOption, Problem, Question};
use crate::model::ImportId;
use crate::ops::report::{AccountCounts, FileReport, ImportStatus, ResealedGrant, SuspendedGrant};

/// The report as JSON.
#[derive(Serialize)]
pub(super) struct Shown<'r> {
    imports: Vec<ShownFile<'r>>,
    resealed: Vec<ResealedGrant>,
    suspended: Vec<&'r SuspendedGrant>,
}

#[derive(Serialize)]
struct ShownFile<'r> {
    #[serde(flatten)]
    file: &'r FileReport,
    questions: Vec<ShownQuestion<'r>>,
    error: Option<ShownError<'r>>,
}

#[derive(Serialize)]
struct ShownQuestion<'r> {
    option: ImportOption,
    message: &'r str,
    choices: &'r [String],
}

#[derive(Serialize)]
struct ShownError<'r> {
    kind: Problem,
    message: &'r str,
    hint: String,
    command: Option<&'r str>,
}

impl<'r> Shown<'r> {
    /// Makes the report of files, each with what is told of its refusal.
    pub(super) fn new(imports: &'r [FileReport], told: &'r [Option<Told>]) -> Self {
        let question = |question: &'r Question| ShownQuestion {
            option: question.option,
            message: &question.message,
            choices: &question.choices,
        };
        let error = |told: &'r Told| ShownError {
            kind: told.problem,
            message: &told.message,
            hint: told.hints.join("; "),
            command: told.command.as_deref(),
        };
        let files = imports.iter().zip(told).map(|(file, told)| ShownFile {
            file,
            questions: told.iter().flat_map(|told| told.questions.iter().map(question)).collect(),
            error: told.as_ref().map(error),
        });
        Shown { imports: files.collect(), resealed: resealed(imports), suspended: suspended(imports).collect() }
    }
}

/// One account of a file, or a file without one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    import_id: Option<ImportId>,
    file: &'a str,
    sha256: Option<&'a str>,
    format: Option<&'a str>,
    profile: Option<&'a str>,
    status: ImportStatus,
    #[serde(flatten)]
    account: Option<&'a AccountCounts>,
    rejected_rows: usize,
    error: Option<&'a str>,
}

/// Returns the report as rows: one for each account of a file, and one for a file without accounts.
pub(super) fn sheet(imports: &[FileReport], told: &[Option<Told>]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::text("file", "File"),
        Column::text("sha256", "SHA-256"),
        Column::text("format", "Format"),
        Column::text("profile", "Profile"),
        Column::text("status", "Status"),
        Column::text("accountId", "Account id"),
        Column::text("name", "Account"),
        Column::text("created", "New account"),
        Column::number("added", "Added"),
        Column::number("present", "Present"),
        Column::number("updated", "Updated"),
        Column::number("held", "Held"),
        Column::text("first", "First"),
        Column::text("last", "Last"),
        Column::number("balance", "Balance"),
        Column::text("provenUpTo", "Proven up to"),
        Column::number("rejectedRows", "Bad rows"),
        Column::text("error", "Error"),
    ];
    let rows = imports.iter().zip(told).flat_map(|(file, told)| {
        let row = |account| Row {
            import_id: file.import_id,
            file: &file.file,
            sha256: file.sha256.as_deref(),
            format: file.format.as_deref(),
            profile: file.profile.as_deref(),
            status: file.status,
            account,
            rejected_rows: file.rejected_rows.len(),
            error: told.as_ref().map(|told| told.message.as_str()),
        };
        if file.accounts.is_empty() { vec![row(None)] } else { file.accounts.iter().map(Some).map(row).collect() }
    });
    Sheet::of(columns, rows, "no files")
}
