//! `vault revoke`.

use serde::Serialize;

use crate::cli::error::CliError;
use crate::cli::output::{Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::values;
use crate::model::GrantId;
use crate::ops;
use crate::ops::report::{GrantStatus, RevokeReport};
use crate::ops::revoke::Revocation;

/// End a grant, and show what that stops and what it cannot
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The grant, by its id or how that begins
    #[arg(value_parser = values::grant)]
    id: String,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let Revocation { report, outstanding, still_opens, is_known } = session.changing(|vault| {
        let id = ops::grants::named(vault, &args.id)?;
        ops::revoke::run(vault, &id, session.env)
    })?;
    session.show(&report, sheet)?;
    let Some(error) = outstanding else { return Ok(()) };
    let hint = match (report.logged, is_known) {
        _ if still_opens => "the grant is revoked, and the next command that can write takes its slice away",
        (true, _) => "the grant is revoked; the next command writes the copies of the log's end",
        (false, true) => {
            "its slice is gone from the outbox; the next command that can write revokes the grant in the log"
        }
        (false, false) => "its slice is gone from the outbox; revoke it again, so that the log has it",
    };
    Err(CliError::from(error).hint(hint))
}

/// One thing that a revocation stops or cannot stop.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    grant_id: &'a GrantId,
    status: GrantStatus,
    kind: &'static str,
    what: &'a str,
}

fn sheet(report: &RevokeReport) -> Result<Sheet, OutputError> {
    let columns = [
        Column::text("grantId", "Grant").once(),
        Column::text("status", "Status").once(),
        Column::text("kind", "").once(),
        Column::sentences("what", "What stops, and what remains"),
    ];
    let row = |kind, what| Row { grant_id: &report.grant_id, status: report.status, kind, what };
    let stops = report.stops.iter().map(|what| row("stops", what));
    Sheet::of(columns, stops.chain(report.remains.iter().map(|what| row("remains", what))), "revoked")
}
