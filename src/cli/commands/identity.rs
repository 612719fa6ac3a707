//! `vault identity`.

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::session::Session;
use crate::ops;

/// Show the key that signs your slices, and its fingerprint
///
/// Tell the fingerprint to recipients by another way than the slice.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(session: &Session, _args: Args) -> Result<(), CliError> {
    session.not_as_csv("an identity")?;
    let identity = session.reading(ops::identity::show)?;
    match session.format() {
        Format::Json => output::json::write(&identity)?,
        _ => output::to_stdout(&format!("{}\n{}\n", identity.public_key, identity.fingerprint))?,
    }
    Ok(())
}
