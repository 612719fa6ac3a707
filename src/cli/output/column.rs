//! Columns of a sheet, and the cells below them.

use std::borrow::Cow;

use serde_json::Value;

use super::value::one_line;

/// Text that is cut keeps at least this many columns of the terminal.
const FEW_LETTERS: u16 = 12;

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// The field's name in CSV, as in JSON.
    pub field: Cow<'static, str>,
    /// The heading in tables; without one the column is not shown there.
    pub title: Option<Cow<'static, str>>,
    /// Whether CSV has the column.
    pub in_csv: bool,
    /// Whether tables have the column only where amounts are shown without the sign of their currency.
    pub only_plain: bool,
    /// Whether its text may be cut to fit the terminal.
    pub elastic: bool,
    /// Text that is cut keeps at least so many columns of the terminal.
    pub least: u16,
    /// Whether it takes the room of the terminal that other columns leave.
    pub fills: bool,
    /// Whether its text goes on in the next line, instead of being cut.
    pub wraps: bool,
    /// How soon it is left out of a table that is wider than the terminal, the highest first; 0 never.
    pub gives_way: u8,
    /// Whether a value that is that of the row above is left out.
    pub once: bool,
    /// Whether its values are numbers, also where JSON has them as text.
    pub is_number: bool,
    /// How people see its values.
    pub shown_as: ShownAs,
}

/// How people see the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownAs {
    /// As they are.
    Itself,
    /// A number with its thousands apart.
    Count,
    /// An amount with its thousands apart and the sign of its currency, which stands in the field `currency`.
    Money,
    /// A moment in UTC without its seconds.
    Moment,
    /// Whether something is so: yes or no.
    Flag,
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
    /// Makes a column of text with any names.
    pub(crate) fn named(field: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Column {
        Column {
            field: field.into(),
            title: Some(title.into()),
            in_csv: true,
            only_plain: false,
            elastic: false,
            least: FEW_LETTERS,
            fills: false,
            wraps: false,
            gives_way: 0,
            once: false,
            is_number: false,
            shown_as: ShownAs::Itself,
        }
    }

    /// Makes a column of text.
    pub(crate) fn text(field: &'static str, title: &'static str) -> Column {
        Column::named(field, title)
    }

    /// Makes a column of text that may be cut to the terminal's width.
    pub(crate) fn elastic(field: &'static str, title: &'static str) -> Column {
        Column { elastic: true, ..Column::text(field, title) }
    }

    /// Makes a column of sentences, which go on in the next line where the terminal is too narrow.
    pub(crate) fn sentences(field: &'static str, title: &'static str) -> Column {
        Column { wraps: true, ..Column::elastic(field, title).fills(24) }
    }

    /// Makes a column of numbers that are shown as they are.
    pub(crate) fn number(field: &'static str, title: &'static str) -> Column {
        Column { is_number: true, ..Column::text(field, title) }
    }

    /// Makes a column of numbers of things.
    pub(crate) fn count(field: &'static str, title: &'static str) -> Column {
        Column { shown_as: ShownAs::Count, ..Column::number(field, title) }
    }

    /// Makes a column of amounts in the currency that the field `currency` names.
    pub(crate) fn money(field: &'static str, title: &'static str) -> Column {
        Column { shown_as: ShownAs::Money, ..Column::number(field, title) }
    }

    /// Makes a column of moments in UTC.
    pub(crate) fn moment(field: &'static str, title: &'static str) -> Column {
        Column { shown_as: ShownAs::Moment, ..Column::text(field, title) }
    }

    /// Makes a column of what is so or not.
    pub(crate) fn flag(field: &'static str, title: &'static str) -> Column {
        Column { shown_as: ShownAs::Flag, ..Column::text(field, title) }
    }

    /// Returns the column, left out of tables.
    pub(crate) fn only_in_csv(self) -> Column {
        Column { title: None, ..self }
    }

    /// Returns the column, left out of CSV.
    pub(crate) fn only_in_table(self) -> Column {
        Column { in_csv: false, ..self }
    }

    /// Returns the column, left out of tables whose amounts have the sign of their currency.
    pub(crate) fn only_plain(self) -> Column {
        Column { only_plain: true, ..self }
    }

    /// Returns the column, left out of tables that are wider than the terminal: those with the highest rank first.
    pub(crate) fn gives_way(self, rank: u8) -> Column {
        Column { gives_way: rank, ..self }
    }

    /// Returns the column, which says what several rows have in common only in the first of them.
    pub(crate) fn once(self) -> Column {
        Column { once: true, ..self }
    }

    /// Returns the column, whose text keeps at least `least` columns of the terminal when it is cut.
    pub(crate) fn least(self, least: u16) -> Column {
        Column { least, ..self }
    }

    /// Returns the column, which takes the room that other columns leave, and at least `least` of it.
    pub(crate) fn fills(self, least: u16) -> Column {
        Column { fills: true, least, ..self }
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
