//! `vault audit`.

use clap::Subcommand;
use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::explain::audit::sentence;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::words::count;
use crate::ops;
use crate::ops::report::{AuditLine, AuditVerifyReport};

/// Show and verify the log of all that changed or left
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show the log (the default)
    Show,
    /// Recompute the chain, and compare it with the anchor
    Verify,
    /// Accept a vault that is older than its anchor, or has forked from it
    Accept {
        /// Accept what this machine's clock says instead: grants end by it from then on
        #[arg(long)]
        clock: bool,
    },
}

impl Args {
    /// Returns whether this accepts what the vault or the clock has become.
    pub(crate) fn accepts(&self) -> bool {
        matches!(self.action, Some(Action::Accept { .. }))
    }
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::Show) {
        Action::Show => session.show(&session.reading(ops::audit::show)?, |all| sheet(all)),
        Action::Verify => verify(session),
        Action::Accept { clock: false } => accept(session),
        Action::Accept { clock: true } => accept_clock(session),
    }
}

fn verify(session: &Session) -> Result<(), CliError> {
    let report = session.reading(ops::audit::verify)?;
    let shown = session.show(&report, verified);
    let entries = usize::try_from(report.entries).unwrap_or(usize::MAX);
    session.note(&format!("{}; {}", count(entries, "entry", "entries"), report.anchor));
    if report.ok {
        return shown;
    }
    Err(CliError::new(Exit::Integrity, "the audit log is not as it was written")
        .hint("the findings are on standard output"))
}

fn accept(session: &Session) -> Result<(), CliError> {
    session.not_inspecting()?;
    session.confirm("What this vault has lost, such as a revocation, is then lost for good. Accept it?")?;
    let report = ops::audit::accept(&session.vault_to_accept()?, session.env)?;
    session.note("The vault is accepted, and the log says so.");
    session.show(&report, verified)
}

fn accept_clock(session: &Session) -> Result<(), CliError> {
    session.not_inspecting()?;
    let now = session.env.now();
    session
        .confirm(&format!("This machine's clock says {now}. Grants that are over by then end for good. Accept it?"))?;
    let report = ops::audit::accept_clock(&session.vault_to_accept()?, session.env)?;
    session.note("The clock is accepted, and the log says so.");
    session.show(&report, verified)
}

/// An entry with its sentence, which only people see.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    entry: &'a AuditLine,
    sentence: String,
}

fn sheet(entries: &[AuditLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::number("seq", "No"),
        Column::moment("time", "Time (UTC)"),
        Column::text("action", "Action").only_in_csv(),
        Column::text("subject", "Subject").only_in_csv(),
        Column::text("detail", "Detail").only_in_csv(),
        Column::sentences("sentence", "What happened").only_in_table(),
    ];
    let rows = entries.iter().map(|entry| Row { entry, sentence: sentence(entry) });
    let summary = count(entries.len(), "entry", "entries");
    Ok(Sheet::of(columns, rows, "the log is empty")?.with_summary(summary))
}

fn verified(report: &AuditVerifyReport) -> Result<Sheet, OutputError> {
    super::check::findings(&report.findings)
}
