//! One statement in a database of its own.

use std::sync::mpsc::{Sender, sync_channel};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Statement, params_from_iter};

use super::error::SqlError;
use super::guard::{self, Noted};
use super::place::told;
use super::types::{Answer, Ask, Limits, Row, Table, Value};
use super::{decimal, large, totals};

/// Makes the database: in memory, with the tables, which are empty.
pub(super) fn open(tables: &[Table], asks: Sender<Ask>) -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    // Sorted rows would lie in a file otherwise.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    guard::harden(&connection)?;
    totals::define(&connection)?;
    connection.create_collation("decimal", decimal::compare)?;
    for table in tables {
        if table.is_large {
            large::define(&connection, table, asks.clone())?;
        } else {
            connection.execute_batch(&table.declaration())?;
        }
    }
    Ok(connection)
}

/// Runs a statement. The small tables that it names are filled first.
pub(super) fn answer(
    connection: &mut Connection,
    sql: &str,
    tables: &[Table],
    asks: &Sender<Ask>,
    limits: Limits,
) -> Result<Answer, SqlError> {
    // A table that a statement reads stands in its text. SQLite does not tell of each: not of one that only USING names.
    let text = sql.to_ascii_lowercase();
    for table in tables.iter().filter(|table| !table.is_large && text.contains(table.name)) {
        fill(connection, table, asks)?;
    }
    let noted = Noted::over(tables);
    guard::stand(connection, &noted).map_err(SqlError::Library)?;
    let mut statement = prepare(connection, sql, &noted)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut answer = Answer { columns, rows: Vec::new() };
    let mut size = 0;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| told(error, sql, &noted))? {
        let values = (0..answer.columns.len()).map(|i| row.get_ref(i).map(owned));
        let values: Row = values.collect::<Result<_, _>>().map_err(|error| told(error, sql, &noted))?;
        size += values.iter().map(size_of_value).sum::<usize>();
        if size > limits.answer {
            return Err(SqlError::TooLarge(limits.answer >> 20));
        }
        answer.rows.push(values);
    }
    Ok(answer)
}

/// Reads a statement as SQLite does, and lets only those through that select.
fn prepare<'c>(connection: &'c Connection, sql: &str, noted: &Noted) -> Result<Statement<'c>, SqlError> {
    let statement = connection.prepare(sql).map_err(|error| match error {
        // The library has it for a text without a statement, such as a comment.
        Error::Empty => SqlError::Empty,
        error => told(error, sql, noted),
    })?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(SqlError::Forbidden("the statement would change something".to_owned()));
    }
    if statement.parameter_count() > 0 {
        return Err(SqlError::Rejected { message: "a parameter has no value here".to_owned(), place: None });
    }
    Ok(statement)
}

fn fill(connection: &mut Connection, table: &Table, asks: &Sender<Ask>) -> Result<(), SqlError> {
    let (to, given) = sync_channel(1);
    asks.send(Ask::Table(table.name, to)).map_err(|_| SqlError::NoAnswer)?;
    let rows = given.recv().map_err(|_| SqlError::NoAnswer)?;
    let places = vec!["?"; table.columns.len()].join(", ");
    let mut insert = |rows: Vec<Row>| {
        let change = connection.transaction()?;
        let mut statement = change.prepare(&format!("INSERT INTO {} VALUES ({places})", table.name))?;
        for row in rows {
            statement.execute(params_from_iter(row))?;
        }
        drop(statement);
        change.commit()
    };
    insert(rows).map_err(|error| told(error, "", &Noted::default()))
}

/// Returns a value of its own. Text that is not UTF-8, which only a statement itself can make, has U+FFFD for what is not.
fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(bytes) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

fn size_of_value(value: &Value) -> usize {
    let more = match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Null | Value::Integer(_) | Value::Real(_) => 0,
    };
    size_of::<Value>() + more
}
