//! `vault revoke`.

use crate::cli::error::CliError;
use crate::cli::output::{Cell, Sheet};
use crate::cli::session::Session;
use crate::model::GrantId;
use crate::ops;
use crate::ops::report::RevokeReport;

/// End a grant, and say what that stops and what it cannot
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The grant
    id: GrantId,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let report = ops::revoke::run(&mut session.writer()?, &args.id, session.env)?;
    session.show(&report, sheet)
}

fn sheet(report: &RevokeReport) -> Sheet {
    let line = |kind: &str, text: &String| {
        vec![Cell::text(&report.grant_id), Cell::text(&report.status), Cell::text(kind), Cell::text(text)]
    };
    let columns = [("grantId", "Grant"), ("status", "Status"), ("kind", ""), ("what", "What stops, and what remains")];
    let rows = report.stops.iter().map(|text| line("stops", text));
    let mut sheet =
        Sheet::new(&columns, "revoked").with(rows.chain(report.remains.iter().map(|text| line("remains", text))));
    if let Some(column) = sheet.columns.get_mut(2) {
        column.title = Some(String::new());
    }
    sheet
}
