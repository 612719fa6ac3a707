//! The vault while files are imported: locked for as long as files come without waiting, and no longer. A dry run tries
//! its files one after the other, and once more after the lock was given up.

use std::io;

use crate::cli::error::CliError;
use crate::cli::inputs::Input;
use crate::cli::session::{Session, Writer};
use crate::ops;
use crate::ops::import::{ImportOptions, Source};
use crate::ops::progress::Quiet;
use crate::store::{Open, Vault};

/// An unlocked vault, and the lock on it while it is needed.
pub(super) struct Door<'s> {
    session: &'s Session,
    vault: Vault<Open>,
    writer: Option<Writer>,
    /// Whether what opening the vault reports was told.
    told: bool,
    /// The files of a dry run that came so far.
    tried: Option<Vec<Tried<'s>>>,
}

/// A file of a dry run, and how it was read.
pub(super) struct Tried<'s> {
    pub input: &'s Input,
    /// What can be read only once.
    pub source: Option<Source>,
    pub options: ImportOptions,
}

impl Tried<'_> {
    fn read(&self) -> io::Result<Source> {
        self.source.clone().map_or_else(|| self.input.read(), Ok)
    }
}

impl<'s> Door<'s> {
    /// Asks for the secret, and unlocks the vault.
    pub(super) fn new(session: &'s Session, is_dry_run: bool) -> Result<Door<'s>, CliError> {
        let tried = is_dry_run.then(Vec::new);
        let mut door = Door { session, vault: session.vault()?, writer: None, told: false, tried };
        // A vault that cannot be changed is refused before anything is read or asked.
        door.open()?;
        Ok(door)
    }

    /// Returns the vault under the exclusive lock.
    pub(super) fn open(&mut self) -> Result<&mut Writer, CliError> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.unlocked()?,
        };
        Ok(self.writer.insert(writer))
    }

    /// Locks the vault, and tries what a dry run tried before: that went with the lock.
    fn unlocked(&mut self) -> Result<Writer, CliError> {
        let mut writer =
            if self.told { self.vault.writer(self.session.env)? } else { self.session.write(&self.vault)? };
        self.told = true;
        if let Some(tried) = &self.tried {
            writer.begin_trial()?;
            for file in tried {
                let Ok(source) = file.read() else { continue };
                ops::import::file(&mut writer, &source, &file.options, &Quiet, self.session.env)?;
            }
        }
        Ok(writer)
    }

    /// Keeps a file of a dry run: it is tried again when the vault is locked again.
    pub(super) fn keep(&mut self, file: Tried<'s>) {
        if let Some(tried) = &mut self.tried {
            tried.push(file);
        }
    }

    /// Gives the lock up: what follows may take long.
    pub(super) fn close(&mut self) {
        self.writer = None;
        self.session.tell_kept();
    }
}
