//! `vault sql`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use data_encoding::HEXLOWER;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Number;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{Cell, Column, OutputError, Sheet};
use crate::cli::session::Session;
use crate::cli::values;
use crate::model::clean_for_display;
use crate::ops;
use crate::ops::sql::{Answer, Value};

const VIEWS: &str = "\
Views and columns:
  accounts      account_id account type currency number closed transactions
                first_day last_day proven_up_to
  balances      account_id account type currency closed balance balance_micros
                balance_day source available available_micros available_day
                proven_up_to
  transactions  transaction_id account_id account day amount amount_micros
                currency direction description memo category type status
                import_id
  imports       import_id created file sha256 format profile status rows
  grants        grant_id status recipient purpose scopes created expires used
                max_uses duration_type version slice_hash

Amounts are text to read, and INTEGER millionths in the column that ends in _micros. One SELECT, \
of SQLite: nothing is written, no other file is opened. Conditions on account_id, account and day leave the other months \
unread. Everything that an answer rests on is verified before it is shown. `vault help sql` describes each column.";

/// Answer a SELECT statement over what the vault holds
#[derive(Debug, clap::Args)]
#[command(after_long_help = VIEWS)]
pub(crate) struct Args {
    /// The statement
    #[arg(value_name = "SELECT")]
    statement: String,
    /// End the statement after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = values::statement_seconds, allow_negative_numbers = true)]
    timeout: u64,
}

pub(crate) fn run(session: &Session, args: Args) -> Result<(), CliError> {
    let time = Duration::from_secs(args.timeout);
    let answer = session.reading(|vault| ops::sql::select(vault, &args.statement, time, session.env))?;
    if session.format() == Format::Json {
        names_are_single(&answer.columns)?;
    }
    session.show(&Objects(&answer), |_| Ok::<_, OutputError>(sheet(&answer)))
}

/// Refuses names that one JSON object cannot have.
fn names_are_single(names: &[String]) -> Result<(), CliError> {
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        Some(name) => Err(CliError::new(Exit::Usage, format!("two columns have the name {name}"))
            .hint("give each a name of its own with AS")),
        None => Ok(()),
    }
}

/// The rows as JSON objects, their fields in the order of the columns.
struct Objects<'a>(&'a Answer);

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for row in &self.0.rows {
            rows.serialize_element(&Object { names: &self.0.columns, row })?;
        }
        rows.end()
    }
}

struct Object<'a> {
    names: &'a [String],
    row: &'a [Value],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(self.names.len()))?;
        for (name, value) in self.names.iter().zip(self.row) {
            match value {
                Value::Null => fields.serialize_entry(name, &())?,
                Value::Integer(number) => fields.serialize_entry(name, number)?,
                Value::Real(number) => match Number::from_f64(*number) {
                    Some(number) => fields.serialize_entry(name, &number)?,
                    None => fields.serialize_entry(name, &number.to_string())?,
                },
                Value::Text(text) => fields.serialize_entry(name, text)?,
                Value::Blob(bytes) => fields.serialize_entry(name, &HEXLOWER.encode(bytes))?,
            }
        }
        fields.end()
    }
}

fn sheet(answer: &Answer) -> Sheet {
    let is_number = |i: usize| answer.rows.iter().filter_map(|row| row.get(i)).all(shows_a_number);
    let numbers: Vec<bool> = (0..answer.columns.len()).map(is_number).collect();
    let column = |(name, is_number): (&String, &bool)| {
        let name: Cow<'static, str> = Cow::Owned(clean_for_display(name).into_owned());
        let plain = if *is_number { Column::number("", "") } else { Column::elastic("", "") };
        Column { field: name.clone(), title: Some(name), ..plain }
    };
    let columns = answer.columns.iter().zip(&numbers).map(column).collect();
    let rows =
        answer.rows.iter().map(|row| row.iter().zip(&numbers).map(|(value, number)| cell(value, *number)).collect());
    Sheet { columns, rows: rows.collect(), totals: Vec::new(), summary: None, when_empty: "no rows" }
}

/// Returns whether a value is a number or an amount as text, or nothing.
fn shows_a_number(value: &Value) -> bool {
    match value {
        Value::Null | Value::Integer(_) | Value::Real(_) => true,
        Value::Text(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
            [whole, decimals].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        }
        Value::Blob(_) => false,
    }
}

fn cell(value: &Value, is_number: bool) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Integer(number) => Cell::Number(number.to_string()),
        Value::Real(number) => Cell::Number(Number::from_f64(*number).map_or(number.to_string(), |n| n.to_string())),
        Value::Text(text) if is_number => Cell::Number(text.clone()),
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Blob(bytes) => Cell::Text(HEXLOWER.encode(bytes)),
    }
}
