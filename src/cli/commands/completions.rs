//! `vault completions`.

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::completion::script::{Shell, program};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::session::Session;

/// Print the script that completes commands in a shell
///
/// The script asks this program, by its name in PATH, what fits. Names of accounts, grants, imports, rules and CSV profiles
/// are completed only while `vault unlock` holds: of accounts also in another case, and by a part where none begins so. It
/// asks no question and writes nothing. They are those of the vault that --vault names, or FINVAULT_DIR; bash hides what is
/// assigned in front of the command, so export the variable there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The script belongs in a file of your shell's:
  bash  vault completions bash > ~/.local/share/bash-completion/completions/vault
  zsh   vault completions zsh > ~/.zfunc/_vault
        and in ~/.zshrc, before compinit: fpath=(~/.zfunc $fpath)
  fish  vault completions fish > ~/.config/fish/completions/vault.fish
bash needs the package bash-completion for that; without it, source the file in ~/.bashrc. The .deb has all three.")]
pub(crate) struct Args {
    /// The shell: bash, zsh or fish
    shell: Shell,
}

/// What `completions --json` prints.
#[derive(Serialize)]
struct Script {
    shell: &'static str,
    script: String,
}

pub(crate) fn run(session: &Session, args: &Args) -> Result<(), CliError> {
    session.not_as_csv("a script")?;
    let script = args.shell.script(&program(std::env::args_os().next().as_deref()));
    if session.format() == Format::Json {
        return Ok(output::json::write(&Script { shell: args.shell.name(), script })?);
    }
    Ok(output::to_stdout(&script)?)
}
