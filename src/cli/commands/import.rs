//! `vault import`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::explain;
use crate::cli::importing::{self, Outcome};
use crate::cli::inputs;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::profiles;
use crate::cli::session::Session;
use crate::cli::values;
use crate::import::{DateOrder, ImportError, Problem, ReadOptions, SignRule};
use crate::model::{Currency, ImportId};
use crate::ops::import::ImportOptions;
use crate::ops::report::{AccountCounts, FileReport, ImportStatus};

/// Import export files of banks
///
/// A directory stands for the files in it; those that hold no rows of an account, such as a picture or a note, are only
/// counted. Each file is imported whole or not at all. The exit code is 5 when a file was refused, even if others were
/// imported.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Export files, directories, patterns such as '*.csv', or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The account that the rows belong to, by name or id
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    account: Option<String>,
    /// Make the account when there is none of that name
    #[arg(long, requires = "account")]
    create: bool,
    /// Send every later file of the same layout, that names no other account, there too
    #[arg(long, requires = "account")]
    always: bool,
    /// The CSV profile to read with
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    profile: Option<String>,
    /// The currency of files that name none, such as USD
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The order of day, month and year, where the file leaves it open: DMY, MDY or YMD
    #[arg(long, value_name = "ORDER")]
    date_order: Option<DateOrder>,
    /// Which way the money of a positive amount went, where the file leaves it open: in, out, or card (out, on a card)
    #[arg(long, value_name = "RULE")]
    sign: Option<SignRule>,
    /// The encoding of the text, where the file leaves it open, such as windows-1250
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Show what would be imported, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Import the good rows of a file that has bad ones
    #[arg(long)]
    skip_bad_rows: bool,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let inputs = inputs::find(&args.files)?;
    let options = ImportOptions {
        account: args.account,
        create: args.create,
        always: args.always,
        encoding: args.encoding,
        read: ReadOptions {
            profile: args.profile,
            currency: args.currency,
            date_order: args.date_order,
            sign: args.sign,
            account: None,
        },
        profiles: profiles::load()?,
        dry_run: args.dry_run,
        skip_bad_rows: args.skip_bad_rows,
    };
    let Outcome { imports, stopped } = importing::run(session, &inputs, &options)?;
    tell(session, &imports);
    if let Some(error) = stopped {
        if !imports.is_empty() {
            session.show(&Shown::new(&imports), |_| sheet(&imports))?;
        }
        return Err(error);
    }
    let shown = session.show(&Shown::new(&imports), |_| sheet(&imports));
    // A reader who went away does not make a rejected file a success.
    judge(&imports)?;
    shown
}

/// Writes notes about what the table does not show.
fn tell(session: &Session, imports: &[FileReport]) {
    if session.format() == Format::Json {
        return;
    }
    for file in imports {
        let name = &file.file;
        if let Some(error) = &file.error {
            session.note(&format!("rejected {name}: {error}"));
            session.note(&format!("hint: {}", explain::import::remedy(&error.remedy)));
        }
        for row in &file.rejected_rows {
            session.note(&format!("{name}: line {}: {}", row.line, row.reason));
        }
        for part in &file.skipped {
            session.note(&format!("{name}: not imported: {} {}", part.count, part.what));
        }
        for gap in &file.balance_gaps {
            let currency = gap.amount.currency();
            session.note(&format!(
                "{name}: the balances of {} and {} differ by {} {currency} more than the rows between them add up to",
                gap.from, gap.to, gap.amount
            ));
        }
        if file.possible_duplicates > 0 {
            session.note(&format!(
                "{name}: {} added rows may be duplicates: `vault duplicates` lists them",
                file.possible_duplicates
            ));
        }
    }
}

/// Refuses a run in which a file was rejected.
fn judge(imports: &[FileReport]) -> Result<(), CliError> {
    let rejected = imports.iter().filter(|file| file.status == ImportStatus::Rejected).count();
    if rejected == 0 {
        return Ok(());
    }
    let all = imports.len();
    let only_rows =
        imports.iter().any(|file| file.error.as_ref().is_some_and(|error| error.problem == Problem::BadRows));
    let rows = if only_rows { "; --skip-bad-rows imports the rows that can be read" } else { "" };
    Err(CliError::new(Exit::BadInput, format!("{rejected} of {all} files were rejected: nothing in them was imported"))
        .hint(format!("the report says why, file by file{rows}")))
}

/// The report as JSON, with hints about rejected files.
#[derive(Serialize)]
struct Shown<'r> {
    imports: Vec<ShownFile<'r>>,
}

#[derive(Serialize)]
struct ShownFile<'r> {
    #[serde(flatten)]
    file: &'r FileReport,
    error: Option<ShownError>,
}

#[derive(Serialize)]
struct ShownError {
    kind: Problem,
    message: String,
    hint: String,
}

impl<'r> Shown<'r> {
    fn new(imports: &'r [FileReport]) -> Self {
        let error = |error: &ImportError| ShownError {
            kind: error.problem,
            message: error.to_string(),
            hint: explain::import::remedy(&error.remedy),
        };
        let file = |file: &'r FileReport| ShownFile { file, error: file.error.as_ref().map(error) };
        Shown { imports: imports.iter().map(file).collect() }
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
}

fn sheet(imports: &[FileReport]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::elastic("file", "File"),
        Column::text("sha256", "SHA-256").only_in_csv(),
        Column::text("format", "Format"),
        Column::text("profile", "Profile"),
        Column::text("status", "Status"),
        Column::text("accountId", "Account id").only_in_csv(),
        Column::elastic("name", "Account"),
        Column::number("added", "Added"),
        Column::number("present", "Present"),
        Column::number("updated", "Updated"),
        Column::number("held", "Held"),
        Column::number("rejectedRows", "Bad rows"),
    ];
    Sheet::of(columns, imports.iter().flat_map(rows), "no files")
}

/// Returns one row for each account of the file, one without an account where there is none.
fn rows(file: &FileReport) -> Vec<Row<'_>> {
    let row = |account| Row {
        import_id: file.import_id,
        file: &file.file,
        sha256: file.sha256.as_deref(),
        format: file.format.as_deref(),
        profile: file.profile.as_deref(),
        status: file.status,
        account,
        rejected_rows: file.rejected_rows.len(),
    };
    if file.accounts.is_empty() { vec![row(None)] } else { file.accounts.iter().map(Some).map(row).collect() }
}
