//! `vault imports`.

mod extract;

use std::path::PathBuf;

use clap::Subcommand;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::inputs;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::words::count;
use crate::crypto::sha256;
use crate::model::{AnswerId, ImportId, clean_for_display};
use crate::ops;
use crate::ops::report::{AnswerLine, IgnoredLine, ImportAccountLine, ImportLine, ImportState, UndoReport};

/// List, show, undo, extract and forget imports
///
/// Also lists the answers that are remembered, and files to leave alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List imports (the default)
    List,
    /// Show one import, with its accounts and days
    Show {
        /// The import, such as imp-1
        id: ImportId,
    },
    /// Undo an import; transactions that another import also shows stay
    Undo {
        /// The import, such as imp-1
        id: ImportId,
    },
    /// Write out the archived file of an import, exactly as the bank gave it
    ///
    /// It is compared with its SHA-256 first. Nothing that exists is overwritten. Without --out it goes to standard output,
    /// where that is no terminal. The file of an import that was undone is there until it is forgotten.
    Extract(extract::Args),
    /// Erase an import and its archived file for good
    ///
    /// The log keeps its name and SHA-256. Backups, and vaults that a restore kept, keep all of it, and what is shared with
    /// --once keeps the rows that it shows: `vault revoke` ends that.
    Forget {
        /// The import, such as imp-1
        id: ImportId,
    },
    /// Keep files out of imports, by their content; without a file, list those that are kept out
    Ignore {
        /// A file, or the SHA-256 of one
        #[arg(value_name = "FILE|SHA256")]
        files: Vec<PathBuf>,
        /// Let them be imported again
        #[arg(long, requires = "files")]
        undo: bool,
    },
    /// List what you answered about layouts of files, and is not asked again
    Answers {
        #[command(subcommand)]
        action: Option<AnswersAction>,
    },
}

#[derive(Debug, Subcommand)]
enum AnswersAction {
    /// List answers (the default)
    List,
    /// Forget an answer: later files of the layout are read without it
    Remove {
        /// The answer's number
        #[arg(value_name = "N")]
        id: AnswerId,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::List) {
        Action::List => session.show(&session.reading(ops::imports::list)?, |all| list(all)),
        Action::Show { id } => session.show(&session.reading(|vault| ops::imports::show(vault, id))?, show),
        Action::Undo { id } => {
            let report = session.changing(|vault| ops::imports::undo(vault, id, session.env))?;
            session.show(&report, |report| taken_back(report, "Undone"))
        }
        Action::Extract(args) => extract::run(session, &args),
        Action::Forget { id } => {
            let vault = session.vault()?;
            let import = session.reading_of(&vault, |vault| ops::imports::show(vault, id))?;
            let (rows, file) = (count(import.rows, "row", "rows"), clean_for_display(&import.file));
            session.confirm(&format!("Erase {id} ({file}, {rows}) and its archived file for good?"))?;
            let report = session.changing_of(&vault, |vault| ops::imports::forget(vault, id, session.env))?;
            session.show(&report, |report| taken_back(report, "Forgotten"))
        }
        Action::Ignore { files, undo } => {
            let files = hashes(session, &files)?;
            let lines = if files.is_empty() {
                session.reading(ops::imports::ignored)?
            } else {
                let change = if undo { ops::imports::unignore } else { ops::imports::ignore };
                session.changing(|vault| {
                    change(vault, &files, session.env)?;
                    ops::imports::ignored(vault)
                })?
            };
            session.show(&lines, |all| ignored(all))
        }
        Action::Answers { action } => {
            let lines = match action.unwrap_or(AnswersAction::List) {
                AnswersAction::List => session.reading(ops::imports::answers)?,
                AnswersAction::Remove { id } => session.changing(|vault| {
                    ops::imports::remove_answer(vault, id, session.env)?;
                    ops::imports::answers(vault)
                })?,
            };
            session.show(&lines, |all| answers(all))
        }
    }
}

fn list(imports: &[ImportLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::moment("createdTime", "Imported (UTC)").gives_way(1),
        Column::elastic("file", "File").fills(20),
        Column::text("sha256", "SHA-256").only_in_csv(),
        Column::text("format", "Format").gives_way(3),
        Column::text("profile", "Profile").gives_way(2),
        Column::text("status", "Status"),
        Column::count("rows", "Rows"),
    ];
    let rows: u64 =
        imports.iter().filter(|import| import.status == ImportState::Active).map(|import| import.rows).sum();
    let undone = imports.iter().filter(|import| import.status == ImportState::Undone).count();
    let mut summary = format!("{}, {}", count(imports.len(), "import", "imports"), count(rows, "row", "rows"));
    if undone > 0 {
        summary.push_str(&format!("; {undone} undone, whose rows do not count"));
    }
    Ok(Sheet::of(columns, imports, "no imports")?.with_summary(summary))
}

/// One account of an import.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    import_id: ImportId,
    file: &'a str,
    status: ImportState,
    #[serde(flatten)]
    account: &'a ImportAccountLine,
}

fn show(import: &ImportLine) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::elastic("file", "File").gives_way(5),
        Column::text("status", "Status").gives_way(4),
        Column::text("accountId", "Id").gives_way(3),
        Column::elastic("name", "Account").fills(16),
        Column::text("firstPosted", "First").gives_way(1),
        Column::text("lastPosted", "Last").gives_way(1),
        Column::count("added", "Added"),
        Column::count("present", "Present"),
        Column::count("updated", "Updated").gives_way(2),
    ];
    let ImportLine { import_id, file, status, accounts, .. } = import;
    let rows = accounts.iter().map(|account| Row { import_id: *import_id, file, status: *status, account });
    Sheet::of(columns, rows, "no accounts")
}

fn taken_back(report: &UndoReport, title: &'static str) -> Result<Sheet, OutputError> {
    let columns = [Column::text("importId", title), Column::count("removed", "Removed"), Column::count("kept", "Kept")];
    Sheet::of(columns, [report], "")
}

/// Returns the hash of each file with its name. What is no file and reads as a hash is one.
fn hashes(session: &Session, files: &[PathBuf]) -> Result<Vec<([u8; 32], String)>, CliError> {
    let mut found = Vec::new();
    for file in files {
        let hash = file.to_str().and_then(|text| HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok());
        match hash.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
            Some(hash) if !file.exists() => found.push((hash, String::new())),
            _ => {
                let inside = inputs::find(std::slice::from_ref(file))?;
                inside.passed_over().iter().for_each(|said| session.note(said));
                for input in inside.inputs {
                    let unread =
                        |error| CliError::caused(Exit::BadInput, format!("cannot read {}", input.name()), error);
                    let source = input.read().map_err(unread)?;
                    found.push((sha256(&source.bytes), source.name));
                }
            }
        }
    }
    Ok(found)
}

fn ignored(files: &[IgnoredLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::elastic("file", "File"),
        Column::text("sha256", "SHA-256").gives_way(2),
        Column::moment("createdTime", "Since (UTC)").gives_way(1),
    ];
    Sheet::of(columns, files, "no file is kept out of imports")
}

fn answers(answers: &[AnswerLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("answerId", "N"),
        Column::elastic("layout", "Layout"),
        Column::text("option", "Asked"),
        Column::text("answer", "Answer"),
        Column::moment("createdTime", "Since (UTC)").gives_way(1),
    ];
    Sheet::of(columns, answers, "no answer is remembered")
}
