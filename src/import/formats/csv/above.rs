//! Rows above the header, its own or those of another table: they are not dropped with the lines that only say what the file is.

use super::column::Column;
use super::layout::Layout;
use super::names;
use super::records::Field;
use super::roles::{Role, Roles};
use crate::import::error::{Damage, ImportError, Problem, Remedy};
use crate::import::evidence::date::Parts;
use crate::import::evidence::lines;
use crate::model::{Amount, Currency, DecimalMark};

/// A line of names above the header, and what they are known to be.
struct Head {
    width: usize,
    roles: Roles,
    /// The first row below it, and how many there are.
    rows: Option<(u64, u64)>,
    /// Whether a row has a text below the name of one.
    has_text: bool,
}

/// Refuses a file above whose header rows of its own table stand, or the rows of another one: a day, an amount and a text, below
/// a line of as many names. One row is enough where it has a text, and an amount below the name of one: a summary has none. A
/// table that names a balance and no amount states one.
pub(super) fn refuse(layout: &Layout<'_>) -> Result<(), ImportError> {
    let mut heads: Vec<Head> = Vec::new();
    for (line, fields) in &layout.preamble {
        let cells: Vec<String> = fields.iter().map(|field| field.text().into_owned()).collect();
        let filled = || cells.iter().map(String::as_str).filter(|cell| !cell.is_empty());
        if filled().count() > 2 && filled().all(is_name) {
            heads.push(Head { width: cells.len(), roles: names::roles(&cells, &[]), rows: None, has_text: false });
        } else if let Some(head) = heads.last_mut().filter(|head| head.is_above(&cells)) {
            let (first, count) = head.rows.unwrap_or((*line, 0));
            head.rows = Some((first, count + 1));
            let text = head.roles.first(Role::Description).and_then(|column| cells.get(column.index()));
            head.has_text |= text.is_some_and(|text| is_text(text));
        } else if is_row(layout, fields) {
            let message = "a row of the table stands above its header";
            let error = ImportError::new(Problem::Malformed, message, Remedy::DownloadAgain(Damage::Sorted));
            return Err(error.at_line(*line));
        }
    }
    match heads.iter().find_map(Head::first_row) {
        Some(line) => {
            let message = "a row with a day and an amount stands above the header, in a table that is not read";
            Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitSections).at_line(line))
        }
        None => Ok(()),
    }
}

/// Returns whether a line above the header is a row of its table: a day, an amount and a text in the columns of these.
fn is_row(layout: &Layout<'_>, fields: &[Field<'_>]) -> bool {
    let text = layout.roles.first(Role::Description).map(|column| column.of(fields).text()).unwrap_or_default();
    let has_amount = layout.roles.money().any(|column| is_number(&column.of(fields).text()));
    layout.has_day(fields) && has_amount && !text.is_empty() && lines::kind(&text).is_none()
}

impl Head {
    /// Returns whether a line is a row of its table.
    fn is_above(&self, cells: &[String]) -> bool {
        let money: Vec<Column> = self.roles.money().collect();
        let is_amount = |(index, cell): (usize, &String)| {
            is_number(cell) && (cell.contains(['.', ',', '-']) || money.contains(&Column::new(index)))
        };
        let has = |is: fn(&str) -> bool| cells.iter().any(|cell| is(cell));
        cells.len() == self.width
            && has(is_day)
            && has(is_text)
            && cells.iter().enumerate().any(is_amount)
            && !has(|cell| lines::kind(cell).is_some())
    }

    /// Returns the first row of its table, if it is one.
    fn first_row(&self) -> Option<u64> {
        let has = |role| self.roles.first(role).is_some();
        let fewest = match self.roles.money().next() {
            Some(_) if self.has_text => 1,
            None if has(Role::Balance) || has(Role::DayBalance) || has(Role::Opening) => return None,
            _ => 2,
        };
        self.rows.filter(|(_, count)| *count >= fewest).map(|(first, _)| first)
    }
}

/// Returns whether a cell may be the name of a column.
fn is_name(cell: &str) -> bool {
    !is_day(cell) && !is_number(cell)
}

fn is_text(cell: &str) -> bool {
    !cell.is_empty() && !is_day(cell) && !is_number(cell)
}

fn is_day(cell: &str) -> bool {
    Parts::split(cell).is_some()
}

fn is_number(cell: &str) -> bool {
    !is_day(cell) && DecimalMark::ALL.iter().any(|mark| Amount::parse(cell, *mark, Currency::NONE).is_ok())
}
