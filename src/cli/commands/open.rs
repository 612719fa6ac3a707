//! `vault open`.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::safe::terminal_safe;
use crate::cli::output::table::Layout;
use crate::cli::screen;
use crate::cli::secrets::SecretFile;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::cli::{consent, output, secrets};
use crate::ops;
use crate::share::Token;
use crate::share::package::MAX_PACKAGE_LEN;

/// Open a shared slice with its token
///
/// From a file it needs no vault. Without a file it opens the slice in this vault's outbox, and no passphrase is
/// needed. The token is read from a file or from standard input, never from the command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The sealed slice
    slice: Option<PathBuf>,
    /// The file with the token, or - for standard input (the default)
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.not_as_csv("a slice")?;
    let token = read_token(args.token_file.as_deref())?;
    let opened = match &args.slice {
        Some(path) => ops::open::from_file(&read_slice(path)?, &token, session.env)?,
        None => ops::open::from_outbox(&session.vault_dir()?, &token, session.env)?,
    };
    session.note(&format!("signed by {}", opened.signer_fingerprint));
    if session.format() == Format::Json {
        let text = std::str::from_utf8(opened.document.expose())
            .map_err(|_| CliError::new(Exit::Integrity, "the slice is not UTF-8"))?;
        return Ok(output::to_stdout(&format!("{}\n", terminal_safe(text)))?);
    }
    let layout = Layout { width: screen::stdout_width(), colour: screen::stdout_takes_colour(), wrap: true };
    Ok(output::to_stdout(&consent::content(opened.document.expose(), layout, usize::MAX)?)?)
}

fn read_token(file: Option<&Path>) -> Result<Token, CliError> {
    let text = match file {
        Some(path) if path != Path::new("-") => SecretFile::new(path.to_owned(), "--token-file").first_line("token")?,
        None if io::stdin().is_terminal() => match Terminal::open() {
            Some(terminal) => terminal.secret("Token", None)?,
            None => secrets::first_line_of_stdin("token")?,
        },
        _ => secrets::first_line_of_stdin("token")?,
    };
    // The text is never shown: it may be a token with one wrong character.
    Token::parse(&text).map_err(|error| {
        CliError::of(Exit::Locked, error).hint("copy the whole token, from vlt_ to its last character")
    })
}

fn read_slice(path: &Path) -> Result<Vec<u8>, CliError> {
    let fail = |source: io::Error| CliError::caused(Exit::BadInput, format!("cannot read {}", path.display()), source);
    let file = File::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    file.take(MAX_PACKAGE_LEN as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
