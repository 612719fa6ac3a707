//! Migrations: append-only SQL files, driven by `user_version`.

use std::collections::BTreeSet;

use crate::store::error::{Damage, StoreError};
use rusqlite::Connection;

/// Every migration, oldest first. The schema's version is how many of them a database has seen.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_main_line.sql")];

/// The schema that this program writes.
pub(crate) const CURRENT: usize = MIGRATIONS.len();

/// Returns the version that a database has.
pub(crate) fn version(connection: &Connection) -> Result<usize, StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match usize::try_from(found) {
        Ok(version) if (1..=CURRENT).contains(&version) => Ok(version),
        Ok(1..) => Err(StoreError::TooNew { found, known: CURRENT as i64 }),
        // No migration sets such a number: the first page is not the one that was written.
        _ => Err(Damage::UnknownSchema(found).into()),
    }
}

/// Returns what differs from the schema of the migrations: tables, indexes, triggers and views, one line each.
pub(crate) fn differences(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let fresh = Connection::open_in_memory()?;
    create(&fresh)?;
    let (expected, found) = (objects(&fresh)?, objects(connection)?);
    let missing = expected
        .difference(&found)
        .map(|(kind, name, _)| format!("the {kind} {name} is not as the migrations create it"));
    let strange = found.iter().filter(|(_, name, _)| !expected.iter().any(|(_, known, _)| known == name));
    let strange = strange.map(|(kind, name, _)| format!("there is a {kind} {name}, which this program did not make"));
    Ok(missing.chain(strange).collect())
}

/// Returns kind, name and definition of everything in the schema.
fn objects(connection: &Connection) -> Result<BTreeSet<(String, String, String)>, StoreError> {
    let mut statement = connection.prepare("SELECT type, name, coalesce(sql, '') FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Creates the tables of a new database.
pub(crate) fn create(connection: &Connection) -> Result<(), StoreError> {
    for migration in MIGRATIONS {
        connection.execute_batch(migration)?;
    }
    connection.pragma_update(None, "user_version", CURRENT as i64)?;
    Ok(())
}
