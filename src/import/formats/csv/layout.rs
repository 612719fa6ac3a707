//! The role of each column of a file, and the conventions by which the columns are read.
//!
//! A layout comes from a profile or from the names of a header (`names`); the rows are read the same way after.

use super::column::Column;
use super::records::{Field, Records};
use super::roles::{Role, Roles};
use crate::import::evidence::date::{Parts, Pattern};
use crate::import::evidence::direction::{Fee, Printed};
use crate::import::evidence::fold::key;
use crate::model::{AccountType, Currency, DecimalMark};

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
    /// The column that names the account that paid, and the names of this one.
    pub(super) paid_from: Option<Column>,
    pub(super) own_words: Vec<String>,
    pub(super) pending_when_empty: Option<Column>,
    /// Columns without a role, in which some rows may say that they moved no money.
    pub(super) in_doubt: Vec<Column>,
    pub(super) newest_first: Option<bool>,
    pub(super) ragged: bool,
}

/// A file's columns and conventions, and where its rows start.
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
    /// Returns the line on which the header ends; the first line without a header.
    pub(super) fn header_line(&self) -> u64 {
        self.rows.line().saturating_sub(1).max(1)
    }

    /// Returns the layout as answers are remembered by it: the profile's name, or the names of the columns.
    pub(super) fn fingerprint(&self) -> String {
        if self.learn {
            let keys: Vec<String> = self.header.iter().map(|name| key(name)).collect();
            return format!("csv {}", keys.join("|").trim_end_matches('|'));
        }
        format!("csv {}", self.profile)
    }

    /// Returns whether a row has something like a day.
    pub(super) fn has_day(&self, fields: &[Field<'_>]) -> bool {
        self.roles.all(Role::Day).iter().any(|day| Parts::split(&day.of(fields).text()).is_some())
    }

    /// Returns the name of a column in messages.
    pub(super) fn name(&self, column: Column) -> &str {
        self.header.get(column.index()).map_or("column", String::as_str)
    }
}
