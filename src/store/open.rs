//! Opens a reader or a writer of a vault, and repairs the copies outside the database that a crash left behind.

use std::time::Duration;

use crate::model::{Env, Timestamp};
use crate::store::db::audit::ChainEnd;
use crate::store::db::schema::STEPS;
use crate::store::error::StoreError;
use crate::store::files::lock::{BRIEFLY, VaultLock};
use crate::store::migrate;
use crate::store::notice::Notice;
use crate::store::reader::{Reader, Rollback};
use crate::store::repair;
use crate::store::vault::{Open, Vault};
use crate::store::writer::{Epoch, Writer};

/// How long a command waits for another one when giving up would lose something.
const PATIENTLY: Duration = Duration::from_secs(30);

impl Vault<Open> {
    /// Opens the vault for reading. A reader repairs the copies only if no other process holds the lock.
    ///
    /// # Errors
    /// When a writer holds the lock, the database cannot be read, or the vault is not what this machine has seen.
    pub fn reader(&self, env: Env<'_>) -> Result<Reader, StoreError> {
        let mut reader = self.newest(BRIEFLY, Rollback::Refuse, env, || Reader::shared(self, STEPS))?;
        reader.judge_clock(env);
        if !reader.writable {
            return Ok(reader);
        }
        match repair::is_needed(&reader, env) {
            Ok(false) => return Ok(reader),
            Ok(true) => {}
            Err(error) if error.is_of_disk() => {
                reader.notices.push(Notice::NotRepaired(error));
                return Ok(reader);
            }
            Err(error) => return Err(error),
        }
        let mut notices = std::mem::take(&mut reader.notices);
        drop(reader);
        // If another process holds the lock, the next command repairs.
        if let Ok(lock) = VaultLock::exclusive(&self.dir, Duration::ZERO) {
            let mut writer = Writer::locked(self, lock, Rollback::Refuse)?;
            writer.repair(env)?;
            notices.append(&mut writer.reader.notices);
        }
        let mut reader = Reader::shared(self, STEPS)?;
        notices.append(&mut reader.notices);
        reader.notices = notices;
        Ok(reader)
    }

    /// Opens the vault for changing.
    ///
    /// # Errors
    /// When another process holds the lock, the medium cannot be written, the database cannot be read, or the vault
    /// is not what this machine has seen.
    pub fn writer(&self, env: Env<'_>) -> Result<Writer, StoreError> {
        self.writer_within(BRIEFLY, env)
    }

    /// Opens the vault for changing, and waits longer for another process: for what is lost otherwise.
    ///
    /// # Errors
    /// As [`Vault::writer`].
    pub fn writer_patiently(&self, env: Env<'_>) -> Result<Writer, StoreError> {
        self.writer_within(PATIENTLY, env)
    }

    /// Brings a vault of an older version to the newest, where it is a copy that nobody else has: neither the anchor nor `head`
    /// is compared.
    ///
    /// # Errors
    /// When another process holds the lock, the vault cannot be written, or is not as it was written.
    pub(crate) fn bring_to_newest(&self, env: Env<'_>) -> Result<(), StoreError> {
        migrate::run(self, STEPS, Rollback::Accept, BRIEFLY, env)
    }

    fn exclusive(&self, wait: Duration, rollback: Rollback, env: Env<'_>) -> Result<Writer, StoreError> {
        self.newest(wait, rollback, env, || Writer::exclusive(self, wait, rollback))
    }

    /// Opens the vault, once it is of the newest version.
    fn newest<T>(
        &self,
        wait: Duration,
        rollback: Rollback,
        env: Env<'_>,
        open: impl Fn() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        migrate::first(self, STEPS, rollback, wait, env, open)
    }

    fn writer_within(&self, wait: Duration, env: Env<'_>) -> Result<Writer, StoreError> {
        let mut writer = self.exclusive(wait, Rollback::Refuse, env)?;
        writer.reader.judge_clock(env);
        writer.repair(env)?;
        Ok(writer)
    }

    /// Accepts what the clock says as the newest time seen, and opens the vault for changing.
    ///
    /// # Errors
    /// As [`Vault::writer`].
    pub fn accept_clock(&self, env: Env<'_>) -> Result<Writer, StoreError> {
        let mut writer = self.exclusive(BRIEFLY, Rollback::Refuse, env)?;
        writer.accept_clock(env)?;
        writer.repair(env)?;
        Ok(writer)
    }

    /// Opens the vault for reading and writes nothing at all: no lock file is made, nothing is repaired, an interrupted
    /// change is not undone, and the anchor is neither compared nor written.
    ///
    /// # Errors
    /// When a writer holds the lock, a change was interrupted, or the database cannot be read.
    pub fn look(&self, env: Env<'_>) -> Result<Reader, StoreError> {
        let mut reader = Reader::looking(self, STEPS)?;
        reader.judge_clock(env);
        Ok(reader)
    }

    /// Opens the vault to be looked at, as [`Vault::look`] does, where nobody may be kept waiting. Without a place for an
    /// anchor, a vault with an interrupted change is not read.
    ///
    /// # Errors
    /// When another process changes the vault, or as [`Vault::look`].
    pub(crate) fn glance(&self) -> Result<Reader, StoreError> {
        Reader::glancing(self)
    }

    /// Undoes an interrupted change that lies in a copy of a vault, so that it can be looked at. Nothing else is mended. Returns where
    /// its log ends, also of an older version.
    ///
    /// # Errors
    /// When another process holds the lock, or the database cannot be read or written.
    pub(crate) fn settle(&self) -> Result<ChainEnd, StoreError> {
        Reader::settling(self).map(|reader| reader.end)
    }

    /// Begins a new epoch in a vault that was restored and that nobody else uses, and suspends every grant that lives. The anchor
    /// is read for that, and not written. The log records what became of the ways in; null where no vault gives way.
    ///
    /// # Errors
    /// When another process holds the lock, or the vault cannot be read or written.
    pub(crate) fn begin_restored(
        &self,
        backup: Timestamp,
        ways_in: serde_json::Value,
        env: Env<'_>,
    ) -> Result<Writer, StoreError> {
        let mut writer = Writer::apart(self, VaultLock::exclusive(&self.dir, BRIEFLY)?)?;
        writer.start_epoch(Epoch::Restored { backup, ways_in }, env)?;
        Ok(writer)
    }

    /// Makes a vault that was restored, and in which a new epoch began, the one that this machine has seen.
    ///
    /// # Errors
    /// When another process holds the lock, or the anchor cannot be written.
    pub(crate) fn anchor_restored(&self, env: Env<'_>) -> Result<(), StoreError> {
        self.exclusive(PATIENTLY, Rollback::Accept, env)?.write_heads()
    }

    /// Accepts a vault that is older than its anchor, or another history, and opens it for changing. Every grant
    /// is suspended where the vault does not descend from the anchor.
    ///
    /// # Errors
    /// As [`Vault::writer`], but for the anchor.
    pub fn accept_rollback(&self, env: Env<'_>) -> Result<Writer, StoreError> {
        // Repairing updates the anchor, which must not happen before the acceptance is in the log.
        let mut writer = self.exclusive(BRIEFLY, Rollback::Accept, env)?;
        writer.start_epoch(Epoch::Accepted, env)?;
        Ok(writer)
    }
}
