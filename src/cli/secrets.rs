//! Reads secrets from a file, a command, a file descriptor or the terminal. Arguments and environment variables only
//! say where a secret is. Everything read is zeroed when dropped.

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::args::SecretArgs;
use super::environment;
use super::error::CliError;
use super::exit::Exit;
use super::line::{RawStdin, cannot_read, first_line, take};
use super::secret_command;
use crate::crypto::{Passphrase, SecretBytes};
use crate::ops::{self, OpError};
use crate::store::files::{FileError, given};
use crate::store::header::recovery::RecoveryCode;
use crate::store::{StoreError, Unlock};

/// A file with a secret. What was given as its path is never repeated where it cannot be read, since it may be the secret
/// itself: the file is told by the flag or variable that names it, and its directory.
#[derive(Clone, Debug)]
pub(crate) struct SecretFile {
    path: PathBuf,
    named_by: &'static str,
}

impl SecretFile {
    /// Takes the path and the flag or variable that names it.
    pub(crate) fn new(path: PathBuf, named_by: &'static str) -> SecretFile {
        SecretFile { path, named_by }
    }

    /// Returns the path, for opening the file and for what was opened.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the flag or variable that names it.
    pub(crate) fn named_by(&self) -> &'static str {
        self.named_by
    }

    /// Returns where the file is, in words.
    pub(crate) fn place(&self) -> String {
        // Directories that exist were not made by typing a secret.
        let absolute = std::path::absolute(&self.path).unwrap_or_else(|_| PathBuf::from("/"));
        let directory = absolute.ancestors().skip(1).find(|path| path.is_dir()).unwrap_or(Path::new("/"));
        format!("the file of {} in {}", self.named_by, directory.display())
    }

    /// Reads the first line: a passphrase, a recovery code or a token.
    pub(crate) fn first_line(&self, what: &str) -> Result<Zeroizing<String>, CliError> {
        let place = self.place();
        match given::open(&self.path) {
            Ok(file) => first_line(file, what, &place),
            Err(source) => {
                Err(CliError::caused(Exit::Locked, format!("cannot read the {what} from {place}"), source).hint(
                    format!("{} takes the path of a file that you may read, never the {what} itself", self.named_by),
                ))
            }
        }
    }

    /// Tells when others can read the file, or change it.
    fn tell_mode(&self, what: &str, notice: &dyn Fn(&str)) {
        let Ok(data) = fs::metadata(&self.path) else { return };
        let mode = data.permissions().mode() & 0o7777;
        if !data.is_file() || mode & 0o077 == 0 {
            return;
        }
        let can = if mode & 0o044 == 0 { "change" } else { "read" };
        let path = self.path.display();
        notice(&format!("other users can {can} the {what} {path} (mode {mode:04o}): chmod 600 {path}"));
    }
}

/// Where a passphrase is.
#[derive(Debug)]
pub(crate) enum PassphraseSource {
    /// In the first line of a file.
    File(SecretFile),
    /// In what a command prints.
    Command(String),
    /// Behind an open file descriptor.
    Descriptor(u32),
}

impl PassphraseSource {
    fn place(&self) -> String {
        match self {
            PassphraseSource::File(file) => file.place(),
            PassphraseSource::Command(_) => "a passphrase command".to_owned(),
            PassphraseSource::Descriptor(number) => format!("file descriptor {number}"),
        }
    }
}

/// Where a key is.
#[derive(Debug)]
pub(crate) enum KeySource {
    /// It is a file.
    File(SecretFile),
    /// It is what a command prints.
    Command(String),
}

impl KeySource {
    fn place(&self) -> String {
        match self {
            KeySource::File(file) => file.place(),
            KeySource::Command(_) => "a key command".to_owned(),
        }
    }
}

/// Where secrets are, by flags or else by variables.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// Where a passphrase is.
    pub passphrase: Option<PassphraseSource>,
    /// Where a key is.
    pub key: Option<KeySource>,
    /// A file with a recovery code.
    pub recovery_code: Option<SecretFile>,
}

/// What names the places of secrets.
struct Names {
    passphrase_file: &'static str,
    key_file: &'static str,
    /// All that name a passphrase.
    passphrases: &'static str,
    /// Both that name a key.
    keys: &'static str,
}

const FLAGS: Names = Names {
    passphrase_file: "--passphrase-file",
    key_file: "--key-file",
    passphrases: "--passphrase-file, --passphrase-command and --passphrase-fd",
    keys: "--key-file and --key-command",
};
const VARIABLES: Names = Names {
    passphrase_file: "FINVAULT_PASSPHRASE_FILE",
    key_file: "FINVAULT_KEY_FILE",
    passphrases: "FINVAULT_PASSPHRASE_FILE, …_COMMAND and …_FD",
    keys: "FINVAULT_KEY_FILE and FINVAULT_KEY_COMMAND",
};

impl Sources {
    /// Takes the flags; variables count only when there is no flag.
    pub(crate) fn find(args: &SecretArgs) -> Result<Sources, CliError> {
        let flags = Sources::of(args, &FLAGS)?;
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
            key_command: text_variable("FINVAULT_KEY_COMMAND")?,
            recovery_code_file: None,
        };
        Sources::of(&variables, &VARIABLES)
    }

    fn of(args: &SecretArgs, names: &Names) -> Result<Sources, CliError> {
        let file = |path: &Option<PathBuf>, name| path.clone().map(|path| SecretFile::new(path, name));
        let mut found = Vec::new();
        found.extend(file(&args.passphrase_file, names.passphrase_file).map(PassphraseSource::File));
        found.extend(args.passphrase_command.clone().map(PassphraseSource::Command));
        found.extend(args.passphrase_fd.map(PassphraseSource::Descriptor));
        let mut keys = Vec::new();
        keys.extend(file(&args.key_file, names.key_file).map(KeySource::File));
        keys.extend(args.key_command.clone().map(KeySource::Command));
        for (count, named) in [(found.len(), names.passphrases), (keys.len(), names.keys)] {
            if count > 1 {
                return Err(
                    CliError::new(Exit::Usage, format!("more than one of {named} is given")).hint("give only one")
                );
            }
        }
        Ok(Sources {
            passphrase: found.pop(),
            key: keys.pop(),
            recovery_code: file(&args.recovery_code_file, "--recovery-code-file"),
        })
    }

    fn is_empty(&self) -> bool {
        self.passphrase.is_none() && self.key.is_none() && self.recovery_code.is_none()
    }
}

/// Reads secrets. Keeps what it read from descriptors, each of which can be read only once.
#[derive(Default)]
pub(crate) struct Secrets {
    descriptors: RefCell<Vec<(u32, Zeroizing<String>)>>,
}

impl Secrets {
    /// Reads the secret that opens an existing vault from where a flag, a variable or the system's credentials say that it
    /// is, if any of them does. Returns it with its place, in words. Warnings go to `notice`.
    pub(crate) fn given(&self, args: &SecretArgs, notice: &dyn Fn(&str)) -> Result<Option<(Unlock, String)>, CliError> {
        match Sources::find(args)? {
            Sources { passphrase: Some(from), key: None, recovery_code: None } => {
                Ok(Some((Unlock::Passphrase(self.passphrase(&from, notice)?), from.place())))
            }
            Sources { passphrase: None, key: Some(from), recovery_code: None } => {
                Ok(Some((Unlock::KeyFile(self.key(&from, notice)?), from.place())))
            }
            Sources { passphrase: None, key: None, recovery_code: Some(file) } => {
                let code = RecoveryCode::parse(&file.first_line("recovery code")?);
                file.tell_mode("recovery code file", notice);
                let code = code.map_err(|error| CliError::of(Exit::Locked, error))?;
                Ok(Some((Unlock::RecoveryCode(code), file.place())))
            }
            sources if sources.is_empty() => match credential() {
                Some(file) => Ok(Some((Unlock::KeyFile(read_key_file(&file)?), file.place()))),
                None => Ok(None),
            },
            _ => Err(CliError::new(Exit::Usage, "more than one secret is given")
                .hint("give only the passphrase, the key or the recovery code")),
        }
    }

    /// Reads a key from where it is. Warnings go to `notice`.
    pub(crate) fn key(&self, from: &KeySource, notice: &dyn Fn(&str)) -> Result<SecretBytes, CliError> {
        match from {
            KeySource::File(file) => {
                let key = read_key_file(file)?;
                file.tell_mode("key file", notice);
                Ok(key)
            }
            KeySource::Command(command) => {
                secret_command::key(command, ops::files::LARGEST_KEY, secret_command::PATIENCE)
            }
        }
    }

    /// Reads a passphrase from where it is. Warnings go to `notice`.
    pub(crate) fn passphrase(&self, from: &PassphraseSource, notice: &dyn Fn(&str)) -> Result<Passphrase, CliError> {
        let line = match from {
            PassphraseSource::File(file) => {
                let line = file.first_line("passphrase")?;
                file.tell_mode("passphrase file", notice);
                line
            }
            PassphraseSource::Command(command) => secret_command::run(command, secret_command::PATIENCE)?,
            PassphraseSource::Descriptor(number) => self.behind(*number)?,
        };
        Ok(Passphrase::new(take(line)))
    }

    /// Returns the first line behind a descriptor, also when it was read before.
    fn behind(&self, number: u32) -> Result<Zeroizing<String>, CliError> {
        let mut read = self.descriptors.borrow_mut();
        if let Some((_, line)) = read.iter().find(|(known, _)| *known == number) {
            return Ok(line.clone());
        }
        let line = read_descriptor(number)?;
        read.push((number, line.clone()));
        Ok(line)
    }
}

/// Reads the first line of standard input, and not one byte more: what follows may be an export file.
pub(crate) fn first_line_of_stdin(what: &str) -> Result<Zeroizing<String>, CliError> {
    first_line(RawStdin, what, "standard input")
}

/// The variable with the directory where systemd puts the credentials of a unit.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Returns the key file among the credentials of a systemd unit, where there is one.
fn credential() -> Option<SecretFile> {
    let path = PathBuf::from(environment::variable(CREDENTIALS)?).join("finvault.key");
    (path.is_absolute() && path.symlink_metadata().is_ok()).then(|| SecretFile::new(path, CREDENTIALS))
}

pub(crate) fn read_key_file(file: &SecretFile) -> Result<SecretBytes, CliError> {
    const HINT: &str = "give the key file that `vault init --key-file` made";
    let key = ops::files::read_key_file(file.path()).map_err(|error| {
        let place = file.place();
        match error {
            // The path is told by its flag.
            OpError::Store(StoreError::File(FileError::Io { source, .. })) => {
                CliError::caused(Exit::Locked, format!("cannot read the key from {place}"), source).hint(HINT)
            }
            OpError::Store(StoreError::File(FileError::TooLarge { limit, .. })) => {
                CliError::new(Exit::Locked, format!("{place} is larger than any key file, {limit} bytes")).hint(HINT)
            }
            error => CliError::of(Exit::Locked, error).hint(HINT),
        }
    })?;
    if key.expose().is_empty() {
        return Err(CliError::new(Exit::Locked, format!("{} is empty", file.place())).hint(HINT));
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
        _ => {
            let place = format!("file descriptor {number}");
            let file = given::open(Path::new(&format!("/dev/fd/{number}")));
            first_line(file.map_err(|source| cannot_read("passphrase", &place, source))?, "passphrase", &place)
        }
    }
}

fn text_variable(name: &str) -> Result<Option<String>, CliError> {
    let text = environment::variable(name).map(|value| value.into_string()).transpose();
    text.map_err(|_| CliError::new(Exit::Usage, format!("{name} is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_file_by_its_flag_and_directory() {
        let dir = tempfile::tempdir().unwrap();
        for typed in ["correct horse", "correct/horse", "horse/../horse/x"] {
            let file = SecretFile::new(dir.path().join(typed), "--passphrase-file");
            assert_eq!(file.place(), format!("the file of --passphrase-file in {}", dir.path().display()));
            let error = file.first_line("passphrase").unwrap_err();
            assert!(!format!("{} {error:?}", error.message()).contains("horse"), "{error:?}");
            assert_eq!(error.exit(), Exit::Locked);
        }
        assert!(!SecretFile::new(PathBuf::from("horse"), "--passphrase-file").place().contains("horse"));
        assert!(SecretFile::new(PathBuf::new(), "--passphrase-file").place().ends_with(" in /"));
    }

    #[test]
    fn keeps_what_a_descriptor_gave() {
        use std::io::Write as _;
        use std::os::fd::AsRawFd as _;
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(b"one\ntwo\n").unwrap();
        drop(writer);
        let number = u32::try_from(reader.as_raw_fd()).unwrap();
        let secrets = Secrets::default();
        for _ in 0..3 {
            assert_eq!(*secrets.behind(number).unwrap(), "one");
        }
        assert_eq!(Secrets::default().behind(2).unwrap_err().exit(), Exit::Usage);
    }
}
