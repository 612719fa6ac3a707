//! `vault audit`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::ops;
use crate::ops::report::{AuditLine, AuditVerifyReport};

/// Show the log of everything that changed or left, and verify it
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
    /// Accept a vault that is older than the anchor, or another branch of it, as the true one
    Accept,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    match args.action.unwrap_or(Action::Show) {
        Action::Show => session.show(&ops::audit::show(&session.reader()?)?, |all| sheet(all)),
        Action::Verify => verify(session),
        Action::Accept => accept(session),
    }
}

fn verify(session: &Session) -> Result<(), CliError> {
    let report = ops::audit::verify(&session.reader()?)?;
    let shown = session.show(&report, verified);
    session.note(&format!("{} entries; {}", report.entries, report.anchor));
    if report.ok {
        return shown;
    }
    Err(CliError::new(Exit::Integrity, "the audit log is not as it was written").hint("see the findings"))
}

fn accept(session: &Session) -> Result<(), CliError> {
    if !session.global.yes {
        let question = "What the vault has lost since, such as a revocation, is then lost for good. Accept it?";
        match Terminal::open() {
            Some(terminal) if terminal.confirm(question)? => {}
            Some(_) => return Err(CliError::new(Exit::Refused, "you did not accept: nothing was changed")),
            None => {
                return Err(CliError::new(Exit::Refused, "nobody accepted this: there is no terminal to ask on")
                    .hint("--yes accepts it"));
            }
        }
    }
    let report = ops::audit::accept(&session.vault()?, session.env)?;
    session.note("Accepted, and written into the log.");
    session.show(&report, verified)
}

fn sheet(entries: &[AuditLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::number("seq", "No"),
        Column::text("time", "Time"),
        Column::text("action", "Action"),
        Column::text("subject", "Subject"),
        Column::elastic("detail", "Detail"),
    ];
    Sheet::of(columns, entries, "the log is empty")
}

fn verified(report: &AuditVerifyReport) -> Result<Sheet, OutputError> {
    super::check::findings(&report.findings)
}
