//! What a statement may do: read the tables, and call functions that only compute.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

use super::error::SqlError;
use super::types::Table;

/// The functions that may be called. None of them reads or writes a file, or keeps anything.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    // Of one row.
    "abs", "ceil", "ceiling", "char", "coalesce", "concat", "concat_ws", "floor", "format", "glob", "hex", "if", "ifnull",
    "iif", "instr", "length", "like", "lower", "ltrim", "max", "min", "mod", "nullif", "octet_length", "printf", "quote",
    "replace", "round", "rtrim", "sign", "substr", "substring", "trim", "typeof", "unicode", "upper",
    // Of days and times.
    "current_date", "current_time", "current_timestamp", "date", "datetime", "julianday", "strftime", "time", "timediff",
    "unixepoch",
    // Of many rows.
    "avg", "count", "group_concat", "string_agg", "sum", "total",
    "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank", "rank",
    "row_number",
    // JSON.
    "->", "->>", "json", "json_array", "json_extract", "json_group_array", "json_group_object", "json_object",
    "json_quote",
];

/// The longest text or row, and the longest statement, in bytes.
pub(super) const MAX_VALUE_BYTES: i32 = 4 << 20;
pub(super) const MAX_SQL_BYTES: i32 = 64 << 10;

/// What a statement does, as SQLite told it while it read the statement.
#[derive(Clone, Debug, Default)]
pub(super) struct Noted(Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    known: Vec<&'static str>,
    refused: Option<Refused>,
}

#[derive(Debug)]
enum Refused {
    Table(String),
    Action(String),
}

impl Noted {
    /// Returns notes for statements over some tables.
    pub(super) fn over(tables: &[Table]) -> Noted {
        let known = tables.iter().map(|table| table.name).collect();
        Noted(Arc::new(Mutex::new(Notes { known, ..Notes::default() })))
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns why it was refused, if it was.
    pub(super) fn refused(&self) -> Option<SqlError> {
        let notes = self.notes();
        Some(match notes.refused.as_ref()? {
            Refused::Table(name) => SqlError::UnknownTable { name: name.clone(), known: notes.known.join(", ") },
            Refused::Action(what) => SqlError::Forbidden(what.clone()),
        })
    }

    /// Decides on one thing that a statement does.
    fn judge(&self, action: &AuthAction<'_>) -> Authorization {
        let mut notes = self.notes();
        let refused = match action {
            AuthAction::Select | AuthAction::Recursive => return Authorization::Allow,
            AuthAction::Read { table_name, .. } if notes.known.contains(table_name) => {
                return Authorization::Allow;
            }
            // What is read without a column of it is counted: it may be a table that the statement itself makes by WITH.
            AuthAction::Read { table_name, column_name: "" } if !is_internal(table_name) => {
                return Authorization::Allow;
            }
            AuthAction::Function { function_name } if is_known(function_name) => return Authorization::Allow,
            AuthAction::Read { table_name, .. } => Refused::Table((*table_name).to_owned()),
            AuthAction::Function { function_name } => {
                Refused::Action(format!("the function {function_name} cannot be called"))
            }
            AuthAction::Attach { .. } | AuthAction::Detach { .. } => {
                Refused::Action("no other database can be opened or closed".to_owned())
            }
            AuthAction::Pragma { pragma_name, .. } => Refused::Action(format!("PRAGMA {pragma_name} is not")),
            AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
                Refused::Action("transactions and savepoints are not".to_owned())
            }
            _ => Refused::Action("the statement would change something".to_owned()),
        };
        notes.refused.get_or_insert(refused);
        Authorization::Deny
    }
}

/// Returns whether a table is one of SQLite's own.
fn is_internal(table: &str) -> bool {
    ["sqlite_", "pragma_"].iter().any(|start| table.get(..7).is_some_and(|name| name.eq_ignore_ascii_case(start)))
}

fn is_known(function: &str) -> bool {
    FUNCTIONS.iter().any(|known| known.eq_ignore_ascii_case(function))
}

/// Sets what holds for every statement of a connection, before any is read.
pub(super) fn harden(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // "x" is a name and nothing else: a misspelt one is an error, and no text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES),
        (Limit::SQLITE_LIMIT_COLUMN, 200),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    Ok(())
}

/// Judges every statement of a connection from here on.
pub(super) fn stand(connection: &mut Connection, noted: &Noted) -> Result<()> {
    let noted = noted.clone();
    connection.authorizer(Some(move |context: AuthContext<'_>| noted.judge(&context.action)))
}
