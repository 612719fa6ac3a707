//! Which column of a file plays which part, and the conventions by which the columns are read.
//!
//! A layout comes from a profile or from the names of a header (`names`); the rows are read the same way after.

use super::names;
use super::records::{Field, Records};
use crate::import::ImportError;
use crate::import::evidence::date::Pattern;
use crate::model::{AccountType, Currency, DecimalMark};

/// Delimiters that are tried when a profile does not fix one, in order of preference.
pub(super) const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many records at the start of a file are searched for its header.
const SAMPLE: usize = 60;

/// More bytes than any header has.
const LONGEST_HEADER: usize = 16 * 1024;

/// The columns, by position, of everything that a row can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles {
    /// The first that is filled counts; falling back to a later one makes a row pending.
    pub(super) day: Vec<usize>,
    pub(super) amount: Option<usize>,
    pub(super) debit: Option<usize>,
    pub(super) credit: Option<usize>,
    /// Tells the direction of an unsigned amount.
    pub(super) indicator: Option<usize>,
    pub(super) fee: Option<usize>,
    /// The first that is filled counts.
    pub(super) description: Vec<usize>,
    /// All that are filled, joined.
    pub(super) memo: Vec<usize>,
    pub(super) bank_id: Option<usize>,
    pub(super) check_number: Option<usize>,
    pub(super) category: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) balance: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) account: Option<usize>,
    pub(super) account_name: Option<usize>,
}

impl Roles {
    /// The columns that hold the money of a row.
    pub(super) fn money(&self) -> impl Iterator<Item = usize> + '_ {
        let pair = if self.amount.is_some() { [None, None] } else { [self.debit, self.credit] };
        self.amount.into_iter().chain(pair.into_iter().flatten())
    }
}

/// The sign that a debit or credit column is printed with when nothing is unusual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Printed {
    /// Without a minus; a row with one is rejected.
    #[default]
    Positive,
    /// With a minus; a row without one is rejected.
    Negative,
    /// Either, and the sign means nothing: the column alone says the direction.
    Any,
}

/// What a fee column means for the amount beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fee {
    /// A cost is printed without a sign and is taken off the amount.
    #[default]
    Positive,
    /// A cost is printed with a minus and is added to the amount.
    Negative,
    /// The amount has the fee in it.
    Included,
    /// Not known: a row with a fee is rejected.
    #[serde(skip)]
    Unknown,
}

/// What a profile knows and a header does not say.
#[derive(Clone, Debug, Default)]
pub(super) struct Conventions {
    pub(super) dates: Vec<Pattern>,
    pub(super) decimal: Option<DecimalMark>,
    pub(super) outflow_positive: bool,
    pub(super) owed_positive: bool,
    pub(super) debit: Printed,
    pub(super) credit: Printed,
    pub(super) fee: Fee,
    pub(super) debit_words: Vec<String>,
    pub(super) credit_words: Vec<String>,
    pub(super) pending_words: Vec<String>,
    pub(super) ignored_words: Vec<String>,
    pub(super) pending_when_empty: Option<usize>,
    pub(super) newest_first: Option<bool>,
    pub(super) ragged: bool,
}

/// A file's columns and conventions, and the place of its first row.
#[derive(Clone, Debug)]
pub(super) struct Layout<'a> {
    /// The profile's name; `generic` without one.
    pub(super) profile: String,
    pub(super) institution: Option<String>,
    pub(super) kind: Option<AccountType>,
    /// The currency by profile or header; a currency column comes first.
    pub(super) currency: Option<Currency>,
    pub(super) header: Vec<String>,
    pub(super) roles: Roles,
    pub(super) conventions: Conventions,
    /// Whether signs, direction words and the account column are still to be learnt from the whole file.
    pub(super) learn: bool,
    pub(super) preamble: Vec<(u64, Vec<Field<'a>>)>,
    pub(super) rows: Records<'a>,
}

impl Layout<'_> {
    /// The line on which the header ends; the first line without a header.
    pub(super) fn header_line(&self) -> u64 {
        self.rows.line().saturating_sub(1).max(1)
    }

    /// The name of a column in messages.
    pub(super) fn name(&self, column: usize) -> &str {
        self.header.get(column).map_or("column", String::as_str)
    }
}

/// One record of the sample, and the place after it.
#[derive(Clone, Debug)]
pub(super) struct Sampled<'a> {
    pub(super) line: u64,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) after: Records<'a>,
    /// The cells as column names, without blank ones at the end; none when the record is too long for a header.
    pub(super) keys: Vec<String>,
}

/// The first records of a file, split by one delimiter.
#[derive(Clone, Debug)]
pub(super) struct Sample<'a> {
    pub(super) start: Records<'a>,
    pub(super) records: Vec<Sampled<'a>>,
    /// What ended the sample early.
    pub(super) error: Option<ImportError>,
}

impl<'a> Sample<'a> {
    /// Reads the first records. An error ends the sample: it is reported if no header stands before it.
    pub(super) fn take(text: &'a str, delimiter: u8) -> Sample<'a> {
        let start = Records::new(text, delimiter);
        let mut records = Vec::new();
        let mut at = start.clone();
        let mut fields = Vec::new();
        let mut error = None;
        while records.len() < SAMPLE {
            let line = match at.next(&mut fields) {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(e) => {
                    error = Some(e);
                    break;
                }
            };
            let length: usize = fields.iter().map(|f| f.length()).sum();
            let filled = fields.iter().rposition(|f| !f.is_blank()).map_or(0, |i| i + 1);
            let filled = if length > LONGEST_HEADER { 0 } else { filled };
            let keys = fields[..filled].iter().map(|f| names::key(&f.text())).collect();
            records.push(Sampled { line, fields: fields.clone(), after: at.clone(), keys });
        }
        Sample { start, records, error }
    }

    /// The records before one of them, as a preamble.
    pub(super) fn before(&self, index: usize) -> Vec<(u64, Vec<Field<'a>>)> {
        self.records[..index].iter().map(|r| (r.line, r.fields.clone())).collect()
    }

    /// The cells of a record as they are written, without blank ones at its end.
    pub(super) fn header(&self, index: usize) -> Vec<String> {
        let record = &self.records[index];
        record.fields[..record.keys.len()].iter().map(|f| f.text().into_owned()).collect()
    }
}
