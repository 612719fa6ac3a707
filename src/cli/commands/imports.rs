//! `vault imports`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::output::{Cell, Sheet};
use crate::cli::session::Session;
use crate::model::ImportId;
use crate::ops;
use crate::ops::report::{ImportLine, UndoReport};

/// List, show and undo imports
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them (the default)
    List,
    /// Show one, with its accounts and days
    Show {
        /// The import, such as imp-1
        id: ImportId,
    },
    /// Take back what an import brought; what another import also attests stays
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

fn list(imports: &[ImportLine]) -> Sheet {
    let columns = [
        ("importId", "Import"),
        ("createdTime", "Imported"),
        ("file", "File…"),
        ("sha256", ""),
        ("format", "Format"),
        ("profile", "Profile"),
        ("status", "Status"),
        ("rows", "Rows"),
    ];
    Sheet::new(&columns, "no imports").with(imports.iter().map(line))
}

fn line(import: &ImportLine) -> Vec<Cell> {
    vec![
        Cell::text(import.import_id),
        Cell::text(import.created_time),
        Cell::text(&import.file),
        Cell::text(&import.sha256),
        Cell::text(&import.format),
        Cell::text_or_empty(import.profile.as_ref()),
        Cell::text(&import.status),
        Cell::number(import.rows),
    ]
}

fn show(import: &ImportLine) -> Sheet {
    let columns = [
        ("importId", "Import"),
        ("file", "File…"),
        ("status", "Status"),
        ("accountId", "Id"),
        ("name", "Account…"),
        ("firstPosted", "First"),
        ("lastPosted", "Last"),
        ("added", "Added"),
        ("present", "Present"),
        ("updated", "Updated"),
    ];
    Sheet::new(&columns, "no accounts").with(import.accounts.iter().map(|account| {
        vec![
            Cell::text(import.import_id),
            Cell::text(&import.file),
            Cell::text(&import.status),
            Cell::text(account.account_id),
            Cell::text(&account.name),
            Cell::text_or_empty(account.first_posted),
            Cell::text_or_empty(account.last_posted),
            Cell::number(account.added),
            Cell::number(account.present),
            Cell::number(account.updated),
        ]
    }))
}

fn undo(report: &UndoReport) -> Sheet {
    let columns = [("importId", "Undone"), ("removed", "Removed"), ("kept", "Kept")];
    let row = vec![Cell::text(report.import_id), Cell::number(report.removed), Cell::number(report.kept)];
    Sheet::new(&columns, "").with([row])
}
