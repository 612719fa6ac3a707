//! Makes a change of the key slots, and tells what it did.

use std::error::Error;

use serde::Serialize;
use zeroize::Zeroizing;

use super::new_secret::NewSecret;
use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{self, OutputError};
use crate::cli::session::Session;
use crate::ops;
use crate::ops::keys::Planned;
use crate::ops::report::{KeysReport, OldCopy, OldCopyKind, SlotName};
use crate::store::{Open, Vault};

/// What a change of the keys prints with `--json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    #[serde(flatten)]
    report: &'a KeysReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<&'a str>,
}

/// Prints a recovery code before it opens anything: one that could not be printed never will.
pub(crate) fn print_code(session: &Session, report: &KeysReport, code: &str) -> Result<(), CliError> {
    let printed = if session.format() == Format::Json {
        output::json::write(&Shown { report, recovery_code: Some(code) })
    } else {
        session.note("Write down this recovery code and keep it away from the computer. It is not shown again:");
        output::to_stdout(&Zeroizing::new(format!("{code}\n")))
    };
    // A broken pipe is no success here.
    printed.and_then(|()| output::sync_stdout()).map_err(|error| {
        CliError::caused(Exit::Failure, "cannot write the recovery code to standard output", cause(error))
            .hint("the keys of the vault are as they were")
    })
}

fn cause(error: OutputError) -> Box<dyn Error + Send + Sync> {
    match error {
        OutputError::Stdout(error) => error.into(),
        other => other.into(),
    }
}

/// Makes a change whose secret, if it has a new one, is written out already. `undo` takes back what was written, when the
/// change does not stand.
pub(crate) fn make(
    session: &Session,
    vault: &Vault<Open>,
    planned: &Planned,
    undo: impl FnOnce(CliError) -> CliError,
) -> Result<(), CliError> {
    let made = session.changing_of(vault, |writer| {
        let made = ops::keys::make(writer, vault, planned, session.env);
        Ok::<_, CliError>(made.map_err(|error| (ops::keys::is_made(&error), CliError::from(error))))
    });
    match made {
        Ok(Ok(())) => Ok(()),
        // Its secret opens the vault.
        Ok(Err((true, error))) => Err(error),
        Ok(Err((false, error))) | Err(error) => Err(undo(error)),
    }
}

/// Returns the error of a change that does not stand, once what was written of its secret is taken back.
pub(crate) fn unlisted(secret: &NewSecret) -> impl FnOnce(CliError) -> CliError + '_ {
    move |error| match (secret.remove_file(), secret.key_file(), &secret.code) {
        (Err(_), Some(path), _) => error.hint(format!("the key file {} opens nothing: remove it", path.display())),
        (_, _, Some(_)) => error.hint("the recovery code that was printed opens nothing"),
        _ => error,
    }
}

/// Tells what was changed. A report that was printed with its recovery code is not printed again.
pub(crate) fn tell(session: &Session, report: &KeysReport, secret: Option<&NewSecret>) -> Result<(), CliError> {
    if session.format() == Format::Json && secret.is_none_or(|secret| secret.code.is_none()) {
        output::json::write(&Shown { report, recovery_code: None })?;
    }
    if let Some(made) = &report.made {
        session.note(&format!("Key slot {} opens the vault: {}.", made.slot_id, made.kind.in_words()));
        session.note("Backups from before do not open with it: make one now (`vault backup DEST`).");
    }
    if let Some(path) = secret.and_then(NewSecret::key_file) {
        session.note(&format!("The key file is {}. Keep a copy of it away from the vault.", path.display()));
    }
    if !report.ended.is_empty() {
        session.note(&format!("Ended: {}.", named(&report.ended)));
    }
    tell_copies(session, &report.old_copies);
    if let [only] = report.left.as_slice() {
        session.note(&format!(
            "Only one way in remains, {}: whoever loses it loses the vault. `vault keys add` makes another one.",
            named(std::slice::from_ref(only))
        ));
    }
    Ok(())
}

/// Names what opens as it did.
fn tell_copies(session: &Session, copies: &[OldCopy]) {
    for copy in copies {
        let path = &copy.path;
        session.note(&match copy.kind {
            OldCopyKind::KeptVault => format!(
                "The vault from before a restore in {path} opens with the secrets of its day: remove it when you miss nothing."
            ),
            OldCopyKind::Backups => format!("Backups from before in {path} open with the secrets of their day."),
        });
    }
}

/// Returns key slots in words: `key slot 2 (key file)`.
pub(crate) fn named(slots: &[SlotName]) -> String {
    slots.iter().map(SlotName::to_string).collect::<Vec<_>>().join(", ")
}
