//! Which column of a file plays which part, and the conventions by which the columns are read.
//!
//! A layout comes from a profile or from the names of a header (`names`); the rows are read the same way after.

use super::records::{Field, Records};
use super::roles::Roles;
use crate::import::evidence::date::Pattern;
use crate::model::{AccountType, Currency, DecimalMark};

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
