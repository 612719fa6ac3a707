//! A report becomes a table, JSON or CSV on stdout; notes and errors go to stderr.
//!
//! Every text that came from a file is made harmless here and nowhere else: cleaned in tables and CSV, escaped
//! in JSON, and never run as a formula by a spreadsheet.

pub(crate) mod csv;
pub(crate) mod document;
pub(crate) mod json;
pub(crate) mod table;

use std::io::{self, Write};

use super::error::{CliError, clean_lines};

/// Rows under named columns: what tables and CSV are made from.
pub(crate) struct Sheet {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has one cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What a person is told instead of an empty table.
    pub when_empty: &'static str,
}

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The field's name in CSV, as in JSON.
    pub field: String,
    /// The heading in tables; without one the column is not shown there.
    pub title: Option<String>,
    /// Whether its text may be cut to fit the terminal.
    pub elastic: bool,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Text, which may come from a file: cleaned, and neutralised in CSV.
    Text(String),
    /// A number: aligned to the right, and never quoted away.
    Number(String),
    /// Nothing.
    Empty,
}

impl Cell {
    /// Text.
    pub(crate) fn text(value: impl ToString) -> Cell {
        Cell::Text(value.to_string())
    }

    /// Text, or nothing.
    pub(crate) fn text_or_empty(value: Option<impl ToString>) -> Cell {
        value.map_or(Cell::Empty, Cell::text)
    }

    /// A number.
    pub(crate) fn number(value: impl ToString) -> Cell {
        Cell::Number(value.to_string())
    }

    /// A number, or nothing.
    pub(crate) fn number_or_empty(value: Option<impl ToString>) -> Cell {
        value.map_or(Cell::Empty, Cell::number)
    }
}

impl Sheet {
    /// A sheet without rows, from `(field, heading)` pairs. An empty heading keeps the column out of tables, and a
    /// heading that ends in `…` lets its text be cut to the terminal's width.
    pub(crate) fn new(columns: &[(&str, &str)], when_empty: &'static str) -> Sheet {
        let column = |(field, title): &(&str, &str)| Column {
            field: (*field).to_owned(),
            title: (!title.is_empty()).then(|| title.trim_end_matches('…').to_owned()),
            elastic: title.ends_with('…'),
        };
        Sheet { columns: columns.iter().map(column).collect(), rows: Vec::new(), when_empty }
    }

    /// Adds the rows.
    pub(crate) fn with(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Sheet {
        self.rows.extend(rows);
        self
    }
}

/// Writes text to stdout, and flushes it: an error that nobody hears of would be a lie.
pub(crate) fn to_stdout(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|source| CliError::stdout(&source))
}

/// Writes lines to stderr. That nobody reads them is no reason to fail.
pub(crate) fn note(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", clean_lines(text));
}
