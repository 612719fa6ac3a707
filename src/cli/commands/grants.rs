//! `vault grants`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::GrantId;
use crate::ops;
use crate::ops::report::GrantLine;

/// List what was shared, with whom, why and until when
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them (the default)
    List,
    /// Show one
    Show {
        /// The grant
        id: GrantId,
    },
    /// Let a suspended grant out again, with the data as they are now
    ///
    /// Grants are suspended when a vault that is older than this machine has seen is accepted: what was revoked since
    /// must not come back by itself.
    Resume {
        /// The grant
        id: GrantId,
    },
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let open = || session.reader();
    match args.action.unwrap_or(Action::List) {
        Action::List => session.show(&ops::grants::list(&open()?, session.env)?, |all| sheet(all)),
        Action::Show { id } => {
            session.show(&ops::grants::show(&open()?, &id, session.env)?, |one| sheet(std::slice::from_ref(one)))
        }
        Action::Resume { id } => resume(session, &id),
    }
}

fn resume(session: &Session, id: &GrantId) -> Result<(), CliError> {
    if !session.global.yes {
        let terminal = Terminal::open().ok_or_else(|| {
            CliError::new(Exit::Refused, "nobody confirmed this: there is no terminal to ask on")
                .hint("--yes confirms it")
        })?;
        if !terminal.confirm("Its token opens the slice again. Resume it?")? {
            return Err(CliError::new(Exit::Refused, "you did not confirm: nothing was changed"));
        }
    }
    let line = ops::grants::resume(&mut session.writer()?, id, session.env)?;
    session.show(&line, |one| sheet(std::slice::from_ref(one)))
}

fn sheet(grants: &[GrantLine]) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("grantId", "Grant"),
        Column::text("status", "Status"),
        Column::elastic("recipient", "Recipient"),
        Column::elastic("purpose", "Purpose"),
        Column::elastic("scopes", "Scopes"),
        Column::text("createdTime", "Approved").only_in_csv(),
        Column::text("expirationTime", "Ends"),
        Column::number("usedCount", "Used"),
        Column::number("maxUses", "Most uses").only_in_csv(),
        Column::text("durationType", "Duration").only_in_csv(),
        Column::number("version", "Version").only_in_csv(),
        Column::text("sliceHash", "Slice").only_in_csv(),
    ];
    Sheet::of(columns, grants, "nothing was shared")
}
