//! `vault unlock`.

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::keyring;
use crate::cli::output;
use crate::cli::session::Session;
use crate::cli::values;

/// Keep the vault open for this session, for a while
///
/// The kernel's session keyring holds the key until the time is over, `vault lock`, or you log out of a session that has a
/// keyring of its own. Nothing is written to a disk, and no program waits in the background. `share`, `policy`, `keys`, `grants resume`, `audit accept`, `restore` and
/// `unlock` ask for the secret all the same.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long: 90s, 15m, 2h; at most 24h
    #[arg(long = "for", value_name = "TIME", default_value = "15m", value_parser = values::seconds)]
    seconds: u32,
}

/// What `unlock --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unlocked<'a> {
    vault_id: &'a str,
    seconds: u32,
    keyring: &'static str,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.not_as_csv("what was unlocked")?;
    session.not_inspecting()?;
    let vault = session.vault()?;
    // A vault that does not open is not worth a key.
    session.reading_of(&vault, |_| Ok::<_, CliError>(()))?;
    let reach = keyring::keep(vault.id(), vault.master(), args.seconds).map_err(|error| {
        CliError::of(Exit::Failure, error)
            .hint("nothing was kept; every command takes its secret by itself, such as --key-file F")
    })?;
    if session.format() == Format::Json {
        let keyring = if reach == keyring::Reach::Session { "session" } else { "user" };
        return Ok(output::json::write(&Unlocked { vault_id: vault.id().as_str(), seconds: args.seconds, keyring })?);
    }
    session.note(&format!("The vault is open for {}; `vault lock` closes it.", values::in_time(args.seconds)));
    session.note(&format!("Its key is in {}.", reach.in_words()));
    Ok(())
}
