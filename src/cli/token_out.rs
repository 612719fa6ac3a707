//! Hands out the token of a new grant, once.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Serialize;
use zeroize::Zeroizing;

use super::args::Format;
use super::error::CliError;
use super::exit::Exit;
use super::output::{self, OutputError};
use super::session::Session;
use crate::model::{GrantId, Timestamp};
use crate::ops;
use crate::ops::OpError;
use crate::ops::files::Unnamed;
use crate::ops::report::ShareReport;
use crate::ops::share::{Approved, PendingGrant};
use crate::store::{Open, Vault};

/// What `share --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    grant_id: &'a GrantId,
    token: &'a str,
    expiration_time: Timestamp,
    slice_hash: &'a str,
    out: Option<String>,
}

/// Writes the file under a temporary name and the token to stdout, while nothing is locked and the grant is not alive;
/// then makes the grant active and gives the file its name. When one of these fails, the grant is withdrawn: it could
/// not be used, and a part of it may have reached somebody.
pub(crate) fn hand_over(
    session: &Session,
    vault: &Vault<Open>,
    pending: &PendingGrant,
    out: Option<&Path>,
) -> Result<(), CliError> {
    let id = &pending.approved.report.grant_id;
    let printed = write_out(session, &pending.approved, out);
    let mut writer = session.write_patiently(vault).map_err(|error| unreached(&printed, error, id))?;
    let handed = printed.and_then(|file| {
        ops::share::activate(&mut writer, pending, session.env)?;
        Ok(file.map_or(Ok(()), Unnamed::take_name)?)
    });
    session.keep_followed(&mut writer);
    let Err(error) = handed else {
        // Nothing is locked while the person is told.
        drop(writer);
        session.tell_kept();
        tell(session, &pending.approved.report, out);
        return Ok(());
    };
    match ops::share::withdraw(&mut writer, id, "its token or slice could not be written out", session.env) {
        // It was ended by somebody else, or when it could not be made active.
        Ok(()) | Err(OpError::RevokedAlready(_)) => Err(error.hint("the grant was withdrawn: share again")),
        Err(failed) => Err(error.hint(format!(
            "the grant could not be withdrawn ({failed}): see `vault grants`, and end it with `vault revoke {id}`"
        ))),
    }
}

/// Returns the error of a vault that could not be opened again.
fn unreached(printed: &Result<Option<Unnamed>, CliError>, error: CliError, id: &GrantId) -> CliError {
    let what = if printed.is_ok() { "the token that was printed opens nothing" } else { "the token was not printed" };
    error.hint(format!("{what}: the next command ends the grant {id}; share again"))
}

fn write_out(session: &Session, approved: &Approved, out: Option<&Path>) -> Result<Option<Unnamed>, CliError> {
    let file = out.map(|path| Unnamed::write_slice(path, &approved.sealed)).transpose()?;
    let lost = "cannot write the token to standard output";
    // A broken pipe is no success here.
    print(session, approved, out).map_err(|error| CliError::caused(Exit::Failure, lost, cause(error)))?;
    Ok(file)
}

fn cause(error: OutputError) -> Box<dyn Error + Send + Sync> {
    match error {
        OutputError::Stdout(error) => error.into(),
        other => other.into(),
    }
}

fn print(session: &Session, approved: &Approved, out: Option<&Path>) -> Result<(), OutputError> {
    let token = approved.token.reveal();
    if session.format() != Format::Json {
        output::to_stdout(&Zeroizing::new(format!("{}\n", *token)))?;
        return output::sync_stdout();
    }
    let ShareReport { grant_id, expiration_time, slice_hash } = &approved.report;
    let out = out.map(|path| path.to_string_lossy().into_owned());
    output::json::write(&Shown { grant_id, token: &token, expiration_time: *expiration_time, slice_hash, out })?;
    output::sync_stdout()
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
    // `x/`, `x/.` and `x/..` name a directory, whatever is there.
    let last = out.as_os_str().as_encoded_bytes().rsplit(|byte| *byte == b'/').next();
    if matches!(last, Some(b"" | b"." | b"..")) {
        return Err(CliError::new(Exit::Failure, format!("{} is the name of a directory", out.display()))
            .hint("give --out the name of a new file"));
    }
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if parent.is_dir() {
        return Ok(());
    }
    Err(CliError::new(Exit::Failure, format!("{} is not a directory", parent.display()))
        .hint("create it, or give --out another path"))
}
