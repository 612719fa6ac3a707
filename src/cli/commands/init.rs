//! `vault init`.

use std::path::Path;

use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::first_vault;
use crate::cli::new_passphrase::{asked, given};
use crate::cli::output;
use crate::cli::paths;
use crate::cli::screen;
use crate::cli::secrets::{KeySource, Sources};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::ops::init::{KeyFile, NewKeys};
use crate::ops::report::InitReport;
use crate::ops::{self, OpError};
use crate::store::StoreError;
use crate::store::files::FileError;

/// Create a vault
///
/// --key-file F creates the key file F and refuses to overwrite one; --key-command C takes what C prints as the key;
/// --passphrase-file F, --passphrase-command C and --passphrase-fd N give the new passphrase. Passphrase and key together
/// make two key slots. With neither, the passphrase is asked for on the terminal, twice, and a recovery sheet is offered.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also make a recovery code, and print it once on stdout
    #[arg(long)]
    recovery_code: bool,
    /// Accept a passphrase that is easy to guess
    #[arg(long)]
    allow_weak_passphrase: bool,
}

/// What `init --json` prints.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    #[serde(flatten)]
    report: &'a InitReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_code: Option<&'a str>,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    session.not_as_csv("a new vault")?;
    let dir = session.vault_dir()?;
    let state = paths::needed_state_dir()?;
    if ops::init::is_vault(&dir, &state) {
        return Err(CliError::new(Exit::Failure, format!("{} already holds a vault", dir.display()))
            .hint("use it, or name another directory with --vault DIR"));
    }
    if args.recovery_code && screen::stdout_goes_nowhere() {
        return Err(CliError::new(Exit::Failure, "standard output is discarded: the recovery code would be lost")
            .hint("run `vault init` on a terminal, or write the code to a file with > FILE"));
    }
    let sources = Sources::find(&session.global.secret)?;
    if sources.recovery_code.is_some() {
        return Err(CliError::new(Exit::Usage, "a new vault makes its recovery code itself")
            .hint("use --recovery-code instead of --recovery-code-file"));
    }
    ops::init::look(&dir, &state)?;
    session.tell_state();
    let asks = sources.passphrase.is_none() && sources.key.is_none();
    let terminal = if asks { Some(Terminal::open().ok_or_else(no_secret)?) } else { None };
    let mut sheet = None;
    let passphrase = match (&terminal, &sources.passphrase) {
        (Some(terminal), _) => {
            first_vault::introduce(session, terminal, &dir)?;
            let passphrase = asked(terminal, args.allow_weak_passphrase)?;
            if !args.recovery_code {
                sheet = first_vault::offer_sheet(session, terminal, &dir)?;
            }
            Some(passphrase)
        }
        (None, Some(from)) => Some(given(session, from, args.allow_weak_passphrase)?),
        (None, None) => None,
    };
    let (key_file, known) = match &sources.key {
        Some(KeySource::File(file)) => (Some(file.path()), None),
        Some(from) => (None, Some(session.secrets.key(from, &|text| session.notice(text))?)),
        None => (None, None),
    };
    if let Some(path) = key_file {
        paths::refuse_dash("the key file", path)?;
        paths::refuse_inside("the key file", path, &dir)?;
    }
    let key = key_file.map(KeyFile::New).or(known.as_ref().map(KeyFile::Known));
    let has_code = args.recovery_code || sheet.is_some();
    let keys = NewKeys { passphrase, key_file: key, recovery_code: has_code };
    let made = ops::init::run(&dir, &state, keys, session.env);
    let (report, code) = made.map_err(|error| occupied(error, sources.key.as_ref()))?;
    tell(session, &dir, &report, key_file);
    if let (Some(terminal), Some(place), Some(code)) = (&terminal, &sheet, &code) {
        first_vault::write_sheet(session, terminal, place, &report, &dir, code)?;
    }
    let printed = code.as_ref().filter(|_| args.recovery_code);
    print(session, &report, printed.map(|code| code.as_str()))?;
    first_vault::what_next(session, has_code);
    Ok(())
}

/// Says, where the key file exists, that a new one is made, and what names this one.
fn occupied(error: OpError, key: Option<&KeySource>) -> CliError {
    let (OpError::Store(StoreError::File(FileError::Exists { path })), Some(KeySource::File(file))) = (&error, key)
    else {
        return error.into();
    };
    let is_key = path == file.path();
    let named_by = format!("`vault init` makes the key file, and {} names this one", file.named_by());
    CliError::from(error).hint_if(is_key.then_some(named_by))
}

fn no_secret() -> CliError {
    CliError::new(Exit::Usage, "no secret is given for the new vault, and there is no terminal to ask for one")
        .hint("make a key file with --key-file F, or give a passphrase with --passphrase-file F")
}

fn tell(session: &Session, dir: &Path, report: &InitReport, key_file: Option<&Path>) {
    session.note(&format!("Created a vault in {}.", dir.display()));
    let slots: Vec<&str> = report.slots.iter().map(|slot| slot.as_str()).collect();
    session.note(&format!("Key slots: {}.", slots.join(", ")));
    if let Some(path) = key_file {
        session.note(&format!("The key file is {}. Keep a copy of it away from the vault.", path.display()));
    }
}

fn print(session: &Session, report: &InitReport, code: Option<&str>) -> Result<(), CliError> {
    let written = match (session.format(), code) {
        (Format::Json, recovery_code) => output::json::write(&Shown { report, recovery_code }),
        (_, Some(code)) => {
            session.note("Write down this recovery code and keep it away from the computer. It is not shown again:");
            output::to_stdout(&format!("{code}\n"))
        }
        (_, None) => {
            let key = format!("public key  {}", report.public_key);
            // Where a terminal would break it, `vault identity` has it.
            let fits = screen::stdout_width().is_none_or(|width| key.len() <= usize::from(width));
            let key = if fits { format!("{key}\n") } else { String::new() };
            output::to_stdout(&format!("vault id    {}\n{key}", report.vault_id))
        }
    };
    match written {
        Err(_) if code.is_some() => {
            Err(CliError::new(Exit::Failure, "the recovery code could not be written to standard output, and is lost")
                .hint("remove the new vault's directory, and run `vault init` again"))
        }
        other => Ok(other?),
    }
}
