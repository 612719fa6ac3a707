//! Brings a vault of an older version to the newest. The database as it was stays beside it.
//!
//! Only forward, and only a vault that is sound and that this machine has seen no newer state of. The snapshot is a copy of the
//! database alone, encrypted as it is: it opens with the header of today, and goes when the master key does.

use std::time::Duration;

use rusqlite::TransactionBehavior;

use crate::model::Env;
use crate::store::db::connection;
use crate::store::db::migrations::Opened;
use crate::store::db::schema::{self, Step};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::files::atomic::Unnamed;
use crate::store::files::lock::VaultLock;
use crate::store::files::paths::{DATABASE_FILE, SNAPSHOT_FILE};
use crate::store::reader::{Reader, Rollback};
use crate::store::vault::{Open, Vault};

/// Runs the steps that the vault has not seen; nothing where another command came first.
///
/// # Errors
/// When another process holds the lock for so long, the vault cannot be written or is not sound, or a step fails. The vault is
/// then as it was.
pub(super) fn run(
    vault: &Vault<Open>,
    steps: &'static [Step],
    rollback: Rollback,
    wait: Duration,
    env: Env<'_>,
) -> Result<(), StoreError> {
    let lock = VaultLock::exclusive(&vault.dir, wait)?;
    let mut reader = Reader::older(vault, lock, rollback, steps)?;
    let version = schema::version(&reader.connection, steps)?;
    if version == schema::newest(steps) {
        return Ok(());
    }
    if !reader.writable {
        return Err(StoreError::Outdated { found: version, known: schema::newest(steps) });
    }
    let moment = reader.moment(env);
    // To close the copied file gives up what SQLite has locked of it: nothing, at the end of the transaction.
    reader.connection.execute_batch("COMMIT")?;
    connection::keep_pages(&reader.connection)?;
    let snapshot = Unnamed::begin(&reader.dir.join(SNAPSHOT_FILE))?;
    files::clone_into(&reader.dir.join(DATABASE_FILE), snapshot.file())?;
    let Reader { connection, keys, digests, end, .. } = &mut reader;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let opened = Opened { connection: &transaction, keys, digests, end: *end };
    opened.verify(version, steps)?;
    // An older snapshot is replaced by one of a sound vault only.
    snapshot.replace()?;
    opened.migrate(version, steps, moment)?;
    transaction.commit().map_err(StoreError::of_commit)
}

/// Opens a vault; one of an older version is brought to the newest first, where the medium can be written.
///
/// # Errors
/// As `open`, and as [`run`].
pub(super) fn first<T>(
    vault: &Vault<Open>,
    steps: &'static [Step],
    rollback: Rollback,
    wait: Duration,
    env: Env<'_>,
    open: impl Fn() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    match open() {
        Err(StoreError::Outdated { .. }) if files::can_write(&vault.dir) => {
            run(vault, steps, rollback, wait, env)?;
            open()
        }
        opened => opened,
    }
}

#[cfg(test)]
#[path = "../../tests/unit/store/migrate.rs"]
mod tests;
