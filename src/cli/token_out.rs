//! Hands out the token of a new grant, once.

use std::fs;
use std::path::Path;

use serde::Serialize;
use zeroize::Zeroizing;

use super::args::Format;
use super::error::CliError;
use super::exit::Exit;
use super::output::{self, OutputError};
use super::session::{Session, Writer};
use crate::ops;
use crate::ops::report::ShareReport;
use crate::ops::share::Approved;

/// What `share --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    grant_id: &'a crate::model::GrantId,
    token: &'a str,
    expiration_time: crate::model::Timestamp,
    slice_hash: &'a str,
    out: Option<String>,
}

/// Writes the file, then the token. When either cannot be written, the grant is withdrawn: it could not be used, and
/// a part of it may have reached somebody.
pub(crate) fn hand_over(
    session: &Session,
    vault: &mut Writer,
    approved: &Approved,
    out: Option<&Path>,
) -> Result<(), CliError> {
    let report = &approved.report;
    let mut lost = out.and_then(|path| ops::files::write_new(path, &approved.sealed).err()).map(CliError::from);
    if lost.is_none() && print(session, approved, out).is_err() {
        if let Some(path) = out {
            let _ = fs::remove_file(path);
        }
        lost = Some(CliError::new(Exit::Failure, "cannot write the token to standard output"));
    }
    let Some(error) = lost else {
        tell(session, report, out);
        return Ok(());
    };
    match ops::share::withdraw(vault, &report.grant_id, "its token could not be written out", session.env) {
        Ok(()) => Err(error.hint("the grant was withdrawn: share again")),
        Err(failed) => Err(error.hint(format!(
            "the grant could not be withdrawn ({failed}): end it with `vault revoke {}`",
            report.grant_id
        ))),
    }
}

fn print(session: &Session, approved: &Approved, out: Option<&Path>) -> Result<(), OutputError> {
    let token = approved.token.reveal();
    if session.format() != Format::Json {
        return output::to_stdout(&Zeroizing::new(format!("{}\n", *token)));
    }
    let ShareReport { grant_id, expiration_time, slice_hash } = &approved.report;
    let out = out.map(|path| path.to_string_lossy().into_owned());
    output::json::write(&Shown { grant_id, token: &token, expiration_time: *expiration_time, slice_hash, out })
}

fn tell(session: &Session, report: &ShareReport, out: Option<&Path>) {
    session.note(&format!("Grant {} ends {}. The token is not shown again.", report.grant_id, report.expiration_time));
    match out {
        Some(path) => {
            session.note(&format!("Send {} and the token to the recipient by different channels.", path.display()))
        }
        None => session.note("The token opens the slice in this vault's outbox: vault open --token-file F"),
    }
    session.note(&format!("To end the grant: vault revoke {}", report.grant_id));
}

/// Refuses a place for the sealed slice that is taken, or that is in no directory.
pub(crate) fn check_out(out: &Path) -> Result<(), CliError> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(CliError::new(Exit::Failure, format!("{} already exists, and is not overwritten", out.display()))
            .hint("give --out the name of a new file"));
    }
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if parent.is_dir() {
        return Ok(());
    }
    Err(CliError::new(Exit::Failure, format!("{} is not a directory", parent.display()))
        .hint("create it, or give --out another path"))
}
