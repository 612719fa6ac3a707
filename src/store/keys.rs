//! Changing the header of a vault that lives: what the database expects, then the file, then what it expects from then on.
//!
//! ```text
//! change    next_header_sha256 = SHA-256 of the next header        header G opens
//! file      header.toml = the next header                         either opens, by its hash
//! change    header_sha256, header_generation = the next header's   header G + 1 opens
//! ```
//!
//! A kill or a failure leaves a vault that opens with exactly one header, the one that lies there. The next command that
//! may write finishes the change, or drops it where the file was not written.

use serde_json::{Value, json};

use crate::crypto::{MasterKey, sha256};
use crate::model::Env;
use crate::store::db::audit::AuditAction;
use crate::store::db::meta::{self, Expected};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::files::atomic::{ReadBack, write_atomic};
use crate::store::files::paths::HEADER_FILE;
use crate::store::header::{Header, MAX_HEADER, UnverifiedHeader};
use crate::store::vault::{Open, Vault};
use crate::store::writer::Writer;

/// A change of the keys, and what the log says of it.
#[derive(Debug)]
pub(crate) struct KeyChange<'a> {
    /// The header as it is to be.
    pub next: &'a Header,
    /// The id of the slot that it is about, or nothing.
    pub subject: String,
    /// What changes.
    pub detail: Value,
}

impl Writer {
    /// Gives the vault another header. `vault` is the vault as the command unlocked it.
    ///
    /// # Errors
    /// When another command changed the header meanwhile, or it cannot be stored. Where the error is
    /// [`StoreError::NotCopied`], the new header is the vault's; else the old one is.
    pub(crate) fn put_header(
        &mut self,
        vault: &Vault<Open>,
        change: KeyChange<'_>,
        env: Env<'_>,
    ) -> Result<(), StoreError> {
        self.settle_header(env)?;
        if self.reader.header != *vault.header() {
            return Err(StoreError::KeysChanged);
        }
        let bytes = change.next.to_bytes(&vault.state.master);
        self.announce_header(sha256(&bytes), change.subject, change.detail, env)?;
        let path = self.dir.join(HEADER_FILE);
        let written = write_atomic(&path, &bytes, ReadBack::Yes);
        // What lies there decides, whatever the disk said.
        self.look_at_header(&vault.state.master)?;
        let is_new = self.reader.expected.next == Some(self.reader.header_digest);
        let settled = self.settle_header(env);
        match (is_new, written, settled) {
            (true, _, Ok(())) => Ok(()),
            (true, _, Err(error @ StoreError::NotCopied(_))) => Err(error),
            (true, _, Err(error)) => Err(StoreError::NotCopied(Box::new(error))),
            (false, Err(error), _) => Err(error.into()),
            (false, Ok(()), _) => Err(files::FileError::ReadBack { path }.into()),
        }
    }

    /// Stores which header is to come, with the entry in the log.
    pub(super) fn announce_header(
        &mut self,
        digest: [u8; 32],
        subject: String,
        detail: Value,
        env: Env<'_>,
    ) -> Result<(), StoreError> {
        let announced = self.change(env, |change| {
            change.set_meta(meta::NEXT_HEADER, &digest)?;
            change.audit(AuditAction::Keys, subject, detail);
            Ok(())
        });
        // Nothing but the mark was made, and the next command takes it back.
        announced.map_err(StoreError::of_nothing_made)?;
        self.reader.expected.next = Some(digest);
        Ok(())
    }

    /// Finishes a change of the header that was interrupted after the file was written, and drops one that was before.
    ///
    /// # Errors
    /// When the header or the database cannot be written. The vault opens all the same.
    pub(super) fn settle_header(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        let Expected { generation, next: Some(next) } = self.reader.expected else { return Ok(()) };
        let is_new = self.reader.header_digest == next;
        if is_new {
            // The database may rely on it only when it lasts: it may never have been synced.
            let path = self.dir.join(HEADER_FILE);
            let bytes = files::read(&path, MAX_HEADER)?;
            if sha256(&bytes) != next {
                return Err(StoreError::KeysChanged);
            }
            write_atomic(&path, &bytes, ReadBack::Yes)?;
        }
        let before = self.reader.expected;
        let after = if is_new { self.reader.header.generation() } else { generation };
        // `head` is written with it.
        self.reader.expected = Expected { generation: after, next: None };
        let concluded = self.change::<_, StoreError>(env, |change| {
            if is_new {
                change.set_meta(meta::GENERATION, &after.to_le_bytes())?;
                change.set_meta(meta::HEADER, &next)?;
            }
            change.remove_meta(meta::NEXT_HEADER)?;
            change.audit(AuditAction::Keys, "", json!({ "generation": after, "done": is_new }));
            Ok(())
        });
        concluded.inspect_err(|error| {
            if !error.is_made() {
                self.reader.expected = before;
            }
        })
    }

    /// Reads the header's file again.
    fn look_at_header(&mut self, master: &MasterKey) -> Result<(), StoreError> {
        let header = UnverifiedHeader::parse(&files::read(&self.dir.join(HEADER_FILE), MAX_HEADER)?)?;
        (self.reader.header, self.reader.header_digest) = (header.verify(master)?, *header.digest());
        Ok(())
    }
}
