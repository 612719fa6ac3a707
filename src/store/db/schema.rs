//! The schema, and what makes a database of an older version one of the newest: append-only SQL, driven by `user_version`.

use std::collections::BTreeSet;

use crate::store::db::connection;
use crate::store::error::{Damage, StoreError};
use rusqlite::Connection;

/// The tables of the first version.
const FIRST: &str = include_str!("migrations/0001_main_line.sql");

/// What makes a database of one version one of the next.
#[derive(Debug)]
pub(crate) struct Step {
    /// Changes tables and rows. A new database has it from the beginning, when all tables are empty.
    pub sql: &'static str,
    /// The tables whose rows it changes, also those that it makes or removes: of every other one, the rows stay as they are.
    /// `meta`, `digests` and `audit` keep their columns in every version.
    pub tables: &'static [&'static str],
}

/// Adds the zones, empty: what was imported before has none, and is read by whole months.
pub(crate) const ADD_ZONES: Step = Step { sql: include_str!("migrations/0002_zones.sql"), tables: &["zones"] };

/// Makes packs of zones, none at first: what was imported before is read by whole months.
pub(crate) const PACK_ZONES: Step =
    Step { sql: include_str!("migrations/0003_zone_packs.sql"), tables: &["zones", "zone_packs"] };

/// Lets a coverage name the file that has its rows: what was imported before names none, and its rows are as they are stored.
pub(crate) const NAME_TWINS: Step = Step { sql: include_str!("migrations/0004_twins.sql"), tables: &["coverages"] };

/// Every step, oldest first. The version of a schema is one more than the number of steps that a database has seen.
pub(crate) const STEPS: &[Step] = &[ADD_ZONES, PACK_ZONES, NAME_TWINS];

/// The schema that this program writes.
pub(crate) const CURRENT: usize = newest(STEPS);

/// Returns the version that steps lead to.
pub(crate) const fn newest(steps: &[Step]) -> usize {
    1 + steps.len()
}

/// Returns the version that a database has, which some steps may have to follow.
pub(crate) fn version(connection: &Connection, steps: &[Step]) -> Result<usize, StoreError> {
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match usize::try_from(found) {
        Ok(version) if (1..=newest(steps)).contains(&version) => Ok(version),
        Ok(1..) => Err(StoreError::TooNew { found, known: newest(steps) as i64 }),
        // No step sets such a number: the first page is not the one that was written.
        _ => Err(Damage::UnknownSchema(found).into()),
    }
}

/// Returns what differs from the schema of some steps: tables, indexes, triggers and views, one line each.
pub(crate) fn differences(connection: &Connection, steps: &[Step]) -> Result<Vec<String>, StoreError> {
    let fresh = connection::in_memory()?;
    build(&fresh, steps)?;
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
    build(connection, STEPS)
}

fn build(connection: &Connection, steps: &[Step]) -> Result<(), StoreError> {
    connection.execute_batch(FIRST)?;
    steps.iter().try_for_each(|step| connection.execute_batch(step.sql))?;
    Ok(connection.pragma_update(None, "user_version", newest(steps) as i64)?)
}
