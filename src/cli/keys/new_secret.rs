//! The secret of a new key slot: a passphrase that is asked for or read, a key file that is made, a recovery code.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::new_passphrase::{asked, given};
use crate::cli::paths;
use crate::cli::screen;
use crate::cli::secrets::{PassphraseSource, SecretFile};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::crypto::SecretBytes;
use crate::ops;
use crate::ops::OpError;
use crate::store::header::recovery::RecoveryCode;
use crate::store::{SlotKind, Unlock};

/// What a new key slot is made of.
#[derive(Debug, clap::Args)]
pub(crate) struct NewSecretArgs {
    /// What opens the slot: passphrase, key-file or recovery-code
    #[arg(value_name = "KIND")]
    pub kind: SlotKind,
    /// Read the new passphrase from the first line of FILE
    #[arg(long, value_name = "FILE", conflicts_with = "new_passphrase_command")]
    new_passphrase_file: Option<PathBuf>,
    /// Read the new passphrase from the output of COMMAND, run by sh
    #[arg(long, value_name = "COMMAND")]
    new_passphrase_command: Option<String>,
    /// Make the key file FILE, and refuse to overwrite one
    #[arg(long, value_name = "FILE")]
    new_key_file: Option<PathBuf>,
    /// Accept a passphrase that is easy to guess
    #[arg(long)]
    allow_weak_passphrase: bool,
}

/// A secret that no slot has yet.
#[derive(Debug)]
pub(crate) struct NewSecret {
    pub unlock: Unlock,
    /// The recovery code as it is shown, once.
    pub code: Option<Zeroizing<String>>,
    file: Option<(PathBuf, SecretBytes)>,
}

impl NewSecretArgs {
    /// Refuses what does not belong to the kind, before anything is asked.
    pub(crate) fn check(&self, session: &Session) -> Result<(), CliError> {
        let passphrases = self.new_passphrase_file.is_some() || self.new_passphrase_command.is_some();
        let strange = match self.kind {
            SlotKind::Passphrase => self.new_key_file.is_some().then_some("--new-key-file"),
            _ if passphrases => Some("--new-passphrase-file or --new-passphrase-command"),
            _ if self.allow_weak_passphrase => Some("--allow-weak-passphrase"),
            SlotKind::RecoveryCode => self.new_key_file.is_some().then_some("--new-key-file"),
            SlotKind::KeyFile => None,
        };
        if let Some(strange) = strange {
            return Err(CliError::new(Exit::Usage, format!("{strange} is not for a {}", self.kind))
                .hint("leave it out, or name another kind of key slot"));
        }
        match self.kind {
            SlotKind::Passphrase if !passphrases && Terminal::open().is_none() => {
                Err(CliError::new(Exit::Usage, "no new passphrase is given, and there is no terminal to ask for one")
                    .hint("give --new-passphrase-file F or --new-passphrase-command C"))
            }
            SlotKind::KeyFile => match &self.new_key_file {
                Some(path) => paths::refuse_dash("the key file", path)
                    .and_then(|()| refuse_existing(path))
                    .and_then(|()| paths::refuse_inside("the key file", path, &session.vault_dir()?)),
                None => Err(CliError::new(Exit::Usage, "no path is given for the new key file")
                    .hint("name a file that does not exist with --new-key-file F")),
            },
            SlotKind::RecoveryCode => refuse_lost_code(),
            SlotKind::Passphrase => Ok(()),
        }
    }

    /// Asks for the secret, reads it or draws it. Nothing is written.
    pub(crate) fn secret(&self, session: &Session) -> Result<NewSecret, CliError> {
        let passphrase = |passphrase| NewSecret { unlock: Unlock::Passphrase(passphrase), code: None, file: None };
        match (self.kind, &self.new_passphrase_file, &self.new_passphrase_command, &self.new_key_file) {
            (SlotKind::Passphrase, Some(file), ..) => {
                let source = PassphraseSource::File(SecretFile::new(file.clone(), "--new-passphrase-file"));
                given(session, &source, self.allow_weak_passphrase).map(passphrase)
            }
            (SlotKind::Passphrase, None, Some(command), _) => {
                let source = PassphraseSource::Command(command.clone());
                given(session, &source, self.allow_weak_passphrase).map(passphrase)
            }
            (SlotKind::KeyFile, _, _, Some(path)) => {
                let key = ops::files::new_key(session.env);
                let unlock = Unlock::KeyFile(SecretBytes::new(key.expose().to_vec()));
                Ok(NewSecret { unlock, code: None, file: Some((path.clone(), key)) })
            }
            (SlotKind::RecoveryCode, ..) => Ok(NewSecret::recovery_code(session)),
            _ => match Terminal::open() {
                Some(terminal) => asked(&terminal, self.allow_weak_passphrase).map(passphrase),
                None => Err(CliError::new(Exit::Usage, "there is no terminal to ask for the new passphrase")),
            },
        }
    }
}

impl NewSecret {
    /// Draws a recovery code.
    pub(crate) fn recovery_code(session: &Session) -> NewSecret {
        let code = RecoveryCode::generate(&session.env);
        NewSecret { code: Some(code.grouped()), unlock: Unlock::RecoveryCode(code), file: None }
    }

    /// Writes the key file, where one is to be made.
    pub(crate) fn write_file(&self) -> Result<(), CliError> {
        self.file.as_ref().map_or(Ok(()), |(path, key)| Ok(ops::files::write_new(path, key.expose())?))
    }

    /// Removes the key file that was made: it opens nothing.
    pub(crate) fn remove_file(&self) -> Result<(), OpError> {
        self.file.as_ref().map_or(Ok(()), |(path, _)| ops::files::remove(path))
    }

    /// Returns the key file that is made.
    pub(crate) fn key_file(&self) -> Option<&Path> {
        self.file.as_ref().map(|(path, _)| path.as_path())
    }
}

/// Refuses a standard output that leads nowhere: a recovery code would be lost.
pub(crate) fn refuse_lost_code() -> Result<(), CliError> {
    if !screen::stdout_goes_nowhere() {
        return Ok(());
    }
    Err(CliError::new(Exit::Failure, "standard output is discarded: the recovery code would be lost")
        .hint("run this on a terminal, or write the code to a file with > FILE"))
}

fn refuse_existing(path: &Path) -> Result<(), CliError> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(CliError::new(Exit::Failure, format!("{} already exists and is not overwritten", path.display()))
        .hint("name a new file with --new-key-file F: the key is drawn at random, and never one that lies there"))
}
