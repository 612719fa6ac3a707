//! What a statement runs over, and what it answers.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use super::error::SqlError;

pub use rusqlite::types::Value;

/// The values of one row, one for each column.
pub type Row = Vec<Value>;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Integer,
    /// A decimal number as text, which is compared and ordered as a number.
    Amount,
}

impl Kind {
    /// Returns the type in the declaration of a table.
    pub(super) fn declared(self) -> &'static str {
        match self {
            Kind::Text => "TEXT",
            Kind::Integer => "INTEGER",
            Kind::Amount => "TEXT COLLATE decimal",
        }
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether conditions on it leave parts of a large table unread.
    pub narrows: bool,
}

/// A table that statements read.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns. Of a small table, the first one is the key.
    pub columns: Vec<Column>,
    /// Whether it is read by parts.
    pub is_large: bool,
}

impl Table {
    /// Returns the statement that declares it.
    pub(super) fn declaration(&self) -> String {
        let key = |i| if i == 0 && !self.is_large { " PRIMARY KEY" } else { "" };
        let column = |(i, column): (usize, &Column)| format!("{} {}{}", column.name, column.kind.declared(), key(i));
        let columns: Vec<String> = self.columns.iter().enumerate().map(column).collect();
        format!("CREATE TABLE {} ({})", self.name, columns.join(", "))
    }
}

/// How a column has to compare with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// The same.
    Equal,
    /// The same or after it.
    AtLeast,
    /// The same or before it.
    AtMost,
}

/// A condition that every row of the answer meets, in the order of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The column.
    pub column: &'static str,
    /// How it compares.
    pub op: Op,
    /// With what.
    pub text: String,
}

/// A part of the large table: a month of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The account's number.
    pub account: i64,
    /// The month, counted as by `Day::month_index`.
    pub month: i32,
}

/// Where the rows of the tables come from, verified.
pub trait Source {
    /// Why a table cannot be read, or a statement not be answered.
    type Error: From<SqlError>;

    /// Returns all rows of a small table.
    ///
    /// # Errors
    /// When they cannot be read, or are not as they were written.
    fn table(&mut self, name: &str) -> Result<Vec<Row>, Self::Error>;

    /// Returns the parts of the large table that have all rows within some bounds, and maybe others.
    ///
    /// # Errors
    /// As [`Source::table`].
    fn parts(&mut self, bounds: &[Bound]) -> Result<Vec<Part>, Self::Error>;

    /// Returns the rows of a part. `used` has a bit for each column that is looked at; the values of others do not matter.
    ///
    /// # Errors
    /// As [`Source::table`].
    fn part(&mut self, part: Part, used: u64) -> Result<Vec<Row>, Self::Error>;
}

/// What a statement asks for while it runs, and where it waits for it.
#[derive(Debug)]
pub(super) enum Ask {
    /// All rows of a small table.
    Table(&'static str, SyncSender<Vec<Row>>),
    /// The parts of the large one.
    Parts(Vec<Bound>, SyncSender<Vec<Part>>),
    /// The rows of one, with the columns that are used.
    Part(Part, u64, SyncSender<Vec<Row>>),
}

impl Ask {
    /// Returns what was asked for, while who asked is told that nothing comes.
    pub(super) fn without_asker(self) -> Ask {
        match self {
            Ask::Table(name, _) => Ask::Table(name, sync_channel(1).0),
            Ask::Parts(bounds, _) => Ask::Parts(bounds, sync_channel(1).0),
            Ask::Part(part, used, _) => Ask::Part(part, used, sync_channel(1).0),
        }
    }
}

/// What a statement may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it runs.
    pub time: Duration,
    /// The bytes that SQLite holds for it, those of the vault among them.
    pub memory: u32,
    /// The bytes of the answer.
    pub answer: usize,
}

/// The rows that a statement selects.
#[derive(Debug)]
pub struct Answer {
    /// The names of the columns, as the statement gives them.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}
