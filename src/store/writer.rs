//! Changing a vault: rows, digests, audit entries and sealed slices in one database transaction, then the copies.
//!
//! Copies (outbox files, `head`, the anchor) are written after COMMIT and in that order, so that they are
//! never newer than the database; what a crash leaves undone is repaired when the vault is opened again.

use std::fmt;
use std::ops::Deref;

use rusqlite::TransactionBehavior;
use serde_json::json;

use crate::model::{Env, GrantId};
use crate::store::copies::outbox;
use crate::store::db::audit;
use crate::store::db::audit::AuditAction;
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::error::StoreError;
use crate::store::files::lock::{BRIEFLY, VaultLock};
use crate::store::files::paths::HEAD_FILE;
use crate::store::files::{self, ReadBack};
use crate::store::reader::{Reader, Rollback};
use crate::store::vault::{Open, Vault};

/// The vault under an exclusive lock: no other process reads or writes while this value lives.
pub struct Writer {
    pub(super) reader: Reader,
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

/// What becomes of a change whose closure succeeded.
#[derive(Debug)]
pub enum Keep<T> {
    /// It is committed.
    Commit(T),
    /// It is rolled back: a dry run, or there was nothing to change.
    RollBack(T),
}

/// The outbox copies that a change writes, or removes where there are no bytes.
type OutboxCopies = Vec<(GrantId, Option<Vec<u8>>)>;

impl Writer {
    /// Opens the vault under an exclusive lock.
    pub(super) fn exclusive(vault: &Vault<Open>, rollback: Rollback) -> Result<Writer, StoreError> {
        let lock = VaultLock::exclusive(&vault.dir, BRIEFLY)?;
        Writer::locked(vault, lock, rollback)
    }

    /// Opens the vault under an exclusive lock that is held.
    pub(super) fn locked(vault: &Vault<Open>, lock: VaultLock, rollback: Rollback) -> Result<Writer, StoreError> {
        let reader = Reader::open(vault, lock, rollback)?;
        if !reader.writable {
            return Err(StoreError::ReadOnly);
        }
        reader.connection.execute_batch("COMMIT")?;
        reader.cache.rows.make_room();
        Ok(Writer { reader })
    }

    /// Makes a change, all of it or nothing: an error of the closure rolls it back.
    ///
    /// # Errors
    /// The closure's, and those of the database and of the copies. A change whose copies fail is committed.
    pub fn change<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.attempt(env, |change| make(change).map(Keep::Commit))
    }

    /// Makes a change or rolls it back, as the closure decides.
    ///
    /// # Errors
    /// As [`Writer::change`].
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<Keep<T>, E>,
    ) -> Result<T, E> {
        let (value, copies) = match self.commit(env, make)? {
            Keep::Commit(committed) => committed,
            Keep::RollBack((value, _)) => return Ok(value),
        };
        for (grant, sealed) in copies {
            match sealed {
                Some(bytes) => outbox::put(&self.dir, &grant, &bytes).map_err(StoreError::from)?,
                None => outbox::remove(&self.dir, &grant).map_err(StoreError::from)?,
            }
        }
        self.write_heads()?;
        Ok(value)
    }

    fn commit<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<Keep<T>, E>,
    ) -> Result<Keep<(T, OutboxCopies)>, E> {
        let Reader { connection, keys, digests, end, cache, .. } = &mut self.reader;
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let mut change = Change::new(&transaction, keys, digests.clone(), end, cache);
        let value = match make(&mut change)? {
            Keep::Commit(value) => value,
            // Dropping the transaction rolls it back.
            Keep::RollBack(value) => return Ok(Keep::RollBack((value, Vec::new()))),
        };
        let Change { digests: mut after, entries, outbox, .. } = change;
        if entries.is_empty() {
            return Err(StoreError::Unaudited.into());
        }
        after.store(&transaction)?;
        let root = after.root(&keys.rows);
        let mut last = *end;
        for entry in entries {
            last = audit::append(&transaction, &keys.chain, last, env.now(), entry, root)?;
        }
        transaction.commit().map_err(StoreError::from)?;
        (*digests, *end) = (after, last);
        Ok(Keep::Commit((value, outbox)))
    }

    /// Writes `head` and then the anchor.
    pub(super) fn write_heads(&mut self) -> Result<(), StoreError> {
        files::write_atomic(&self.dir.join(HEAD_FILE), &self.signed_head(), ReadBack::No)?;
        self.write_anchor()
    }

    /// Accepts the vault as it is and starts a new epoch, so that the anchor descends from it.
    ///
    /// Where it is not what this machine has seen, every active grant is suspended: it may have been revoked since.
    pub(super) fn start_epoch(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        let descends = self.anchor_state().is_ok_and(|state| state.is_sound());
        let anchor = self.read_anchor().ok().flatten();
        let anchor_seq = anchor.as_ref().map_or(0, |head| head.seq);
        let epoch = anchor.map_or(0, |head| head.epoch).max(self.epoch) + 1;
        self.reader.epoch = epoch;
        self.change(env, |change| {
            change.set_meta(meta::EPOCH, &epoch.to_le_bytes())?;
            change.audit(AuditAction::Accept, "", json!({ "anchorSeq": anchor_seq, "epoch": epoch }));
            if descends { Ok(()) } else { change.suspend_grants(env.now()) }
        })
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({})", self.dir.display())
    }
}
