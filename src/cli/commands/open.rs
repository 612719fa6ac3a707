//! `vault open`.

use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::safe::terminal_safe;
use crate::cli::paths;
use crate::cli::screen;
use crate::cli::secrets::SecretFile;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::cli::{output, quoted, secrets};
use crate::crypto::Fingerprint;
use crate::model::{GrantId, Timestamp};
use crate::ops;
use crate::ops::open::{OpenedSlice, Opening, Place};
use crate::share::Token;
use crate::share::package::MAX_PACKAGE_LEN;
use crate::share::slice::NAMESPACE;
use crate::store::files::given;

/// Open a shared slice with its token
///
/// From a file it needs no vault. Without a file it opens the slice in this vault's outbox, and no passphrase is
/// needed. The token is read from a file or from standard input, never from the command line.
///
/// Whoever signed the slice wrote all that it says: compare the fingerprint with the one that the owner gave you by another
/// channel, or let --signer compare it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The sealed slice
    slice: Option<PathBuf>,
    /// The file with the token, or - for standard input (the default)
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Refuse a slice that another key signed; it is not counted as opened
    #[arg(long, value_name = "FINGERPRINT")]
    signer: Option<Fingerprint>,
    /// Write the signed bytes, their signature and the key to this new directory, for ssh-keygen -Y verify
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What `open --out --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    out: String,
    grant_id: &'a GrantId,
    expiration_time: Timestamp,
    slice_hash: &'a str,
    signer: String,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.not_as_csv("a slice")?;
    args.out.as_deref().map_or(Ok(()), |out| paths::refuse_dash("the directory", out))?;
    if args.slice.is_none() {
        // Opening from the outbox counts.
        session.not_inspecting()?;
    }
    let token = read_token(args.token_file.as_deref())?;
    let with = Opening { token: &token, signer: args.signer.as_ref() };
    let sealed = args.slice.as_deref().map(read_slice).transpose()?;
    // Where no vault is known, there is none that the place could be in.
    if let (Some(out), Ok(dir)) = (&args.out, session.vault_dir()) {
        paths::refuse_inside("the directory", out, &dir)?;
    }
    // A place that cannot be written is refused before the opening is counted, and nothing is waited for from here on.
    let place = args.out.as_deref().map(Place::begin).transpose()?;
    let opened = match &sealed {
        Some(sealed) => ops::open::from_file(sealed, with, session.env)?,
        None => ops::open::from_outbox(&session.vault_dir()?, with, session.env)?,
    };
    session.note(&format!("signed by {}", opened.signer.fingerprint()));
    session.note(&format!("slice hash {}", opened.slice_hash));
    if let Some((place, out)) = place.zip(args.out) {
        place.fill(&opened)?;
        return written(session, &opened, &out);
    }
    if session.format() == Format::Json {
        let text = std::str::from_utf8(opened.document.expose())
            .map_err(|_| CliError::new(Exit::Integrity, "the slice is not UTF-8"))?;
        return Ok(output::to_stdout(&format!("{}\n", terminal_safe(text)))?);
    }
    Ok(output::page(&quoted::slice(opened.document.expose(), screen::stdout_width())?)?)
}

/// Says what was written where, and how to check it.
fn written(session: &Session, opened: &OpenedSlice, out: &Path) -> Result<(), CliError> {
    let (document, signature, signers) = (ops::open::DOCUMENT_FILE, ops::open::SIGNATURE_FILE, ops::open::SIGNERS_FILE);
    session.note(&format!("{} has {document}, {signature} and {signers}. Check it there with:", out.display()));
    session.note(&format!(
        "  ssh-keygen -Y verify -f {signers} -I {} -n {NAMESPACE} -s {signature} < {document}",
        ops::open::PRINCIPAL
    ));
    if session.format() != Format::Json {
        return Ok(());
    }
    Ok(output::json::write(&Written {
        out: out.to_string_lossy().into_owned(),
        grant_id: &opened.grant_id,
        expiration_time: opened.expires,
        slice_hash: &opened.slice_hash,
        signer: opened.signer.fingerprint(),
    })?)
}

fn read_token(file: Option<&Path>) -> Result<Token, CliError> {
    let text = match file {
        Some(path) if path != Path::new("-") => SecretFile::new(path.to_owned(), "--token-file").first_line("token")?,
        None if io::stdin().is_terminal() => match Terminal::open() {
            Some(terminal) => terminal.secret("Token")?,
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
    let file = given::open(path).map_err(fail)?;
    let mut bytes = Vec::new();
    file.take(MAX_PACKAGE_LEN as u64 + 1).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
