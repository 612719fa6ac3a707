//! The vault while files are imported: locked for as long as files come without waiting, and no longer.

use crate::cli::error::CliError;
use crate::cli::session::{Session, Writer};
use crate::store::{Open, Vault};

/// An unlocked vault, and the lock on it while it is needed.
pub(super) struct Door<'s> {
    session: &'s Session,
    vault: Vault<Open>,
    writer: Option<Writer>,
    /// Whether what opening the vault reports was told.
    told: bool,
}

impl<'s> Door<'s> {
    /// Asks for the secret, and unlocks the vault.
    pub(super) fn new(session: &'s Session) -> Result<Door<'s>, CliError> {
        let mut door = Door { session, vault: session.vault()?, writer: None, told: false };
        // A vault that cannot be changed is refused before anything is read or asked.
        door.open()?;
        Ok(door)
    }

    /// Returns the vault under the exclusive lock.
    pub(super) fn open(&mut self) -> Result<&mut Writer, CliError> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None if self.told => self.vault.writer(self.session.env)?,
            None => self.session.write(&self.vault)?,
        };
        self.told = true;
        Ok(self.writer.insert(writer))
    }

    /// Gives the lock up: what follows may take long.
    pub(super) fn close(&mut self) {
        self.writer = None;
        self.session.tell_kept();
    }
}
