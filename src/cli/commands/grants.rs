//! `vault grants`.

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
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
    /// List grants (the default)
    List,
    /// Show one grant
    Show {
        /// The grant
        id: GrantId,
    },
    /// Resume a suspended grant, with the data as they are now
    ///
    /// `vault audit accept` suspends every grant, because the vault that it accepts may have lost a revocation.
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
    session.confirm("The token of this grant will open its slice again. Resume the grant?")?;
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
    Sheet::of(columns, grants, "no grants: nothing was shared")
}
