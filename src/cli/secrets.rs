//! Reads secrets from a file, a command, a file descriptor or the terminal. Arguments and environment variables only
//! say where a secret is. Everything read is zeroed when dropped.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::args::SecretArgs;
use super::environment;
use super::error::CliError;
use super::exit::Exit;
use super::line::{RawStdin, cannot_read, first_line, take};
use super::passphrase_command;
use super::terminal::Terminal;
use crate::crypto::{Passphrase, SecretBytes};
use crate::ops;
use crate::store::Unlock;
use crate::store::header::recovery::RecoveryCode;

/// Where a passphrase is.
#[derive(Debug)]
pub(crate) enum PassphraseSource {
    /// In the first line of a file.
    File(PathBuf),
    /// In what a command prints.
    Command(String),
    /// Behind an open file descriptor.
    Descriptor(u32),
}

/// Where secrets are, by flags or else by variables.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Where a passphrase is.
    pub passphrase: Option<PassphraseSource>,
    /// A key file.
    pub key_file: Option<PathBuf>,
    /// A file with a recovery code.
    pub recovery_code: Option<PathBuf>,
}

impl Sources {
    /// Takes the flags; variables count only when there is no flag.
    pub(crate) fn find(args: &SecretArgs) -> Result<Sources, CliError> {
        let flags = Sources::of(args, "--passphrase-file, --passphrase-command and --passphrase-fd")?;
        if !flags.is_empty() {
            return Ok(flags);
        }
        let descriptor = match text_variable("FINVAULT_PASSPHRASE_FD")? {
            Some(text) => Some(text.parse().map_err(|_| {
                CliError::new(Exit::Usage, "FINVAULT_PASSPHRASE_FD is not the number of a file descriptor")
            })?),
            None => None,
        };
        let variables = SecretArgs {
            passphrase_file: environment::variable("FINVAULT_PASSPHRASE_FILE").map(PathBuf::from),
            passphrase_command: text_variable("FINVAULT_PASSPHRASE_COMMAND")?,
            passphrase_fd: descriptor,
            key_file: environment::variable("FINVAULT_KEY_FILE").map(PathBuf::from),
            recovery_code_file: None,
        };
        Sources::of(&variables, "FINVAULT_PASSPHRASE_FILE, …_COMMAND and …_FD")
    }

    fn of(args: &SecretArgs, names: &str) -> Result<Sources, CliError> {
        let mut found = Vec::new();
        found.extend(args.passphrase_file.clone().map(PassphraseSource::File));
        found.extend(args.passphrase_command.clone().map(PassphraseSource::Command));
        found.extend(args.passphrase_fd.map(PassphraseSource::Descriptor));
        if found.len() > 1 {
            return Err(CliError::new(Exit::Usage, format!("more than one of {names} is given")).hint("give only one"));
        }
        Ok(Sources {
            passphrase: found.pop(),
            key_file: args.key_file.clone(),
            recovery_code: args.recovery_code_file.clone(),
        })
    }

    fn is_empty(&self) -> bool {
        self.passphrase.is_none() && self.key_file.is_none() && self.recovery_code.is_none()
    }
}

/// Reads the secret that opens an existing vault. Warnings go to `notice`.
pub(crate) fn unlock(args: &SecretArgs, notice: impl Fn(&str)) -> Result<Unlock, CliError> {
    match Sources::find(args)? {
        Sources { passphrase: Some(from), key_file: None, recovery_code: None } => {
            Ok(Unlock::Passphrase(passphrase(&from)?))
        }
        Sources { passphrase: None, key_file: Some(path), recovery_code: None } => {
            let key = read_key_file(&path)?;
            if open_to_others(&path) {
                let path = path.display();
                notice(&format!("other users can read the key file {path}: chmod 600 {path}"));
            }
            Ok(Unlock::KeyFile(key))
        }
        Sources { passphrase: None, key_file: None, recovery_code: Some(path) } => {
            let code = RecoveryCode::parse(&first_line_of(&path, "recovery code")?);
            code.map(Unlock::RecoveryCode).map_err(|error| CliError::of(Exit::Locked, error))
        }
        sources if sources.is_empty() => match Terminal::open() {
            Some(terminal) => Ok(Unlock::Passphrase(Passphrase::new(take(terminal.secret("Passphrase", None)?)))),
            None => Err(CliError::new(
                Exit::Locked,
                "the vault is locked, and there is no terminal to ask for its secret",
            )
            .hint("name the secret: --key-file F, --passphrase-file F, --passphrase-command C or --passphrase-fd N")),
        },
        _ => Err(CliError::new(Exit::Usage, "more than one secret is given")
            .hint("give only the passphrase, the key file or the recovery code")),
    }
}

/// Reads a passphrase from where it is.
pub(crate) fn passphrase(from: &PassphraseSource) -> Result<Passphrase, CliError> {
    let line = match from {
        PassphraseSource::File(path) => first_line_of(path, "passphrase")?,
        PassphraseSource::Command(command) => passphrase_command::run(command, passphrase_command::PATIENCE)?,
        PassphraseSource::Descriptor(number) => read_descriptor(*number)?,
    };
    Ok(Passphrase::new(take(line)))
}

/// Reads the first line of a file that holds a passphrase, a recovery code or a token.
pub(crate) fn first_line_of(path: &Path, what: &str) -> Result<Zeroizing<String>, CliError> {
    let from = path.display().to_string();
    let file = File::open(path).map_err(|source| cannot_read(what, &from, source))?;
    first_line(file, what, &from)
}

/// Reads the first line of standard input, and not one byte more: what follows may be an export file.
pub(crate) fn first_line_of_stdin(what: &str) -> Result<Zeroizing<String>, CliError> {
    first_line(RawStdin, what, "standard input")
}

fn open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o077 != 0)
}

/// Reads a key file.
pub(crate) fn read_key_file(path: &Path) -> Result<SecretBytes, CliError> {
    let key = ops::files::read_key_file(path).map_err(|error| {
        CliError::of(Exit::Locked, error).hint("give the key file that `vault init --key-file` made")
    })?;
    if key.expose().is_empty() {
        return Err(CliError::new(Exit::Locked, format!("the key file {} is empty", path.display()))
            .hint("give the key file that `vault init --key-file` made"));
    }
    Ok(key)
}

fn read_descriptor(number: u32) -> Result<Zeroizing<String>, CliError> {
    match number {
        0 => first_line_of_stdin("passphrase"),
        1 | 2 => {
            Err(CliError::new(Exit::Usage, format!("file descriptor {number} is an output"))
                .hint("give 0, or 3 or above"))
        }
        _ => first_line_of(Path::new(&format!("/dev/fd/{number}")), "passphrase"),
    }
}

fn text_variable(name: &str) -> Result<Option<String>, CliError> {
    let text = environment::variable(name).map(|value| value.into_string()).transpose();
    text.map_err(|_| CliError::new(Exit::Usage, format!("{name} is not UTF-8")))
}
