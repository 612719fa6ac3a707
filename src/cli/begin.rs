//! `vault` without a command: how to begin, or what to do next.

use super::args::Format;
use super::error::CliError;
use super::exit::Exit;
use super::session::Session;
use super::{output, paths};
use crate::ops;

/// Says how to begin where there is no vault, and what to do next where there is one. A line without a command is a
/// usage error: a script that names none by mistake has to notice.
pub(crate) fn run(session: &Session) -> Result<(), CliError> {
    let dir = session.vault_dir()?;
    // What is damaged, or holds something else, is told as it is, and is no place to begin.
    let stands = ops::init::stands(&dir, paths::state_dir().as_deref())?;
    let error = CliError::new(Exit::Usage, "no command was given");
    if session.format() == Format::Json {
        let begin = if stands {
            "`vault status` shows how the vault stands; `vault help` lists the commands"
        } else {
            "begin with `vault init`; `vault help` lists the commands"
        };
        return Err(error.hint(begin));
    }
    let text = if stands {
        format!("Your vault is in {}.\n\n{GO_ON}\n\n`vault help` lists commands and topics.", dir.display())
    } else {
        format!("{BEGIN}\n\nThere is no vault yet in {}.\n`vault help` lists commands and topics.", dir.display())
    };
    output::note_in_words(&text);
    Err(error.said())
}

const GO_ON: &str = "  vault status           how it stands, and what needs attention
  vault import FILE…     import what your bank lets you download
  vault balances         what each account holds
  vault transactions     what came in and went out
  vault share --help     give somebody a narrow slice of it
  vault backup DIR       a copy on another disk";

const BEGIN: &str = "\
vault keeps what your banks let you download, encrypted on this machine, and
shares only what you approve: with one recipient, until one day.

  vault init             create a vault
  vault import FILE…     import CSV, OFX or QFX files that you downloaded
  vault balances         see what you have
  vault share --help     give somebody a narrow slice of it";
