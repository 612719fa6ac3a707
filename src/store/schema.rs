//! Migrations: append-only SQL files, driven by `user_version`.

use rusqlite::Connection;

use super::StoreError;

/// Every migration, oldest first. The schema's version is how many of them a database has seen.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_main_line.sql")];

/// The schema that this program writes.
pub(super) const CURRENT: usize = MIGRATIONS.len();

/// The version that a database has.
pub(super) fn version(connection: &Connection) -> Result<usize, StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    usize::try_from(found)
        .ok()
        .filter(|v| (1..=CURRENT).contains(v))
        .ok_or(StoreError::TooNew { found, known: CURRENT as i64 })
}

/// Makes the tables of a new database.
pub(super) fn create(connection: &Connection) -> Result<(), StoreError> {
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "user_version", CURRENT as i64)?;
    Ok(())
}
