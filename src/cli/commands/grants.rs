//! `vault grants`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Cell, Sheet};
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

fn sheet(lines: &[GrantLine]) -> Sheet {
    let columns = [
        ("grantId", "Grant"),
        ("status", "Status"),
        ("recipient", "Recipient…"),
        ("purpose", "Purpose…"),
        ("scopes", "Scopes…"),
        ("createdTime", ""),
        ("expirationTime", "Ends"),
        ("usedCount", "Used"),
        ("maxUses", ""),
        ("durationType", ""),
        ("version", ""),
        ("sliceHash", ""),
    ];
    Sheet::new(&columns, "nothing was shared").with(lines.iter().map(|line| {
        vec![
            Cell::text(&line.grant_id),
            Cell::text(&line.status),
            Cell::text(&line.recipient),
            Cell::text(&line.purpose),
            Cell::text(line.scopes.join(" ")),
            Cell::text(line.created_time),
            Cell::text(line.expiration_time),
            Cell::number(line.used_count),
            Cell::number_or_empty(line.max_uses),
            Cell::text(&line.duration_type),
            Cell::number(line.version),
            Cell::text(&line.slice_hash),
        ]
    }))
}
