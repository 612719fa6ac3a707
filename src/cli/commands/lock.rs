//! `vault lock`.

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::keyring;
use crate::cli::output;
use crate::cli::session::Session;
use crate::store::{Locked, Vault};

/// Close what `vault unlock` keeps open in this session
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// What `lock --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Closed<'a> {
    vault_id: &'a str,
    was_unlocked: bool,
}

pub(crate) fn run(session: &Session, _args: Args) -> Result<(), CliError> {
    session.not_as_csv("what was locked")?;
    let vault = Vault::<Locked>::find(&session.vault_dir()?)?;
    let id = vault.claimed_id();
    let was_unlocked = keyring::drop_kept(id).map_err(|error| CliError::of(Exit::Failure, error))?;
    if session.format() == Format::Json {
        return Ok(output::json::write(&Closed { vault_id: id.as_str(), was_unlocked })?);
    }
    session.note(if was_unlocked { "The vault is locked." } else { "The vault was not unlocked in this session." });
    Ok(())
}
