//! `vault imports`.

use clap::Subcommand;
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::model::ImportId;
use crate::ops;
use crate::ops::report::{ImportAccountLine, ImportLine, ImportState, UndoReport};

/// List, show and undo imports
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
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::List) {
        Action::List => session.show(&ops::imports::list(&session.reader()?)?, |all| list(all)),
        Action::Show { id } => session.show(&ops::imports::show(&session.reader()?, id)?, show),
        Action::Undo { id } => {
            let report = ops::imports::undo(&mut session.writer()?, id, session.env)?;
            session.show(&report, undo)
        }
    }
}

fn list(imports: &[ImportLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("importId", "Import"),
        Column::text("createdTime", "Imported"),
        Column::elastic("file", "File"),
        Column::text("sha256", "SHA-256").only_in_csv(),
        Column::text("format", "Format"),
        Column::text("profile", "Profile"),
        Column::text("status", "Status"),
        Column::number("rows", "Rows"),
    ];
    Sheet::of(columns, imports, "no imports")
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
        Column::elastic("file", "File"),
        Column::text("status", "Status"),
        Column::text("accountId", "Id"),
        Column::elastic("name", "Account"),
        Column::text("firstPosted", "First"),
        Column::text("lastPosted", "Last"),
        Column::number("added", "Added"),
        Column::number("present", "Present"),
        Column::number("updated", "Updated"),
    ];
    let ImportLine { import_id, file, status, accounts, .. } = import;
    let rows = accounts.iter().map(|account| Row { import_id: *import_id, file, status: *status, account });
    Sheet::of(columns, rows, "no accounts")
}

fn undo(report: &UndoReport) -> Result<Sheet, OutputError> {
    let columns =
        [Column::text("importId", "Undone"), Column::number("removed", "Removed"), Column::number("kept", "Kept")];
    Sheet::of(columns, [report], "")
}
