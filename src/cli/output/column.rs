//! Columns of a sheet, and the cells below them.

use std::borrow::Cow;

use serde_json::Value;

use super::value::one_line;

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The field's name in CSV, as in JSON.
    pub field: Cow<'static, str>,
    /// The heading in tables; without one the column is not shown there.
    pub title: Option<Cow<'static, str>>,
    /// Whether its text may be cut to fit the terminal.
    pub elastic: bool,
    /// How soon it is left out of a table that is wider than the terminal, the highest first; 0 never.
    pub gives_way: u8,
    /// Whether its values are numbers, also where JSON has them as text.
    pub is_number: bool,
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

impl Column {
    /// Makes a column of text.
    pub(crate) fn text(field: &'static str, title: &'static str) -> Column {
        let (field, title) = (Cow::Borrowed(field), Some(Cow::Borrowed(title)));
        Column { field, title, elastic: false, gives_way: 0, is_number: false }
    }

    /// Makes a column of text that may be cut to the terminal's width.
    pub(crate) fn elastic(field: &'static str, title: &'static str) -> Column {
        Column { elastic: true, ..Column::text(field, title) }
    }

    /// Makes a column of numbers.
    pub(crate) fn number(field: &'static str, title: &'static str) -> Column {
        Column { is_number: true, ..Column::text(field, title) }
    }

    /// Returns the column, left out of tables.
    pub(crate) fn only_in_csv(self) -> Column {
        Column { title: None, ..self }
    }

    /// Returns the column, left out of tables that are wider than the terminal: those with the highest rank first.
    pub(crate) fn gives_way(self, rank: u8) -> Column {
        Column { gives_way: rank, ..self }
    }

    /// Returns the cell of a value.
    pub(super) fn cell(&self, value: Value) -> Cell {
        match value {
            Value::Null => Cell::Empty,
            Value::Number(number) => Cell::Number(number.to_string()),
            Value::String(text) if self.is_number => Cell::Number(text),
            Value::String(text) => Cell::Text(text),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                Cell::Text(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
            }
            other => Cell::Text(one_line(&other)),
        }
    }
}
