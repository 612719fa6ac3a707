//! Why a statement has no answer.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

/// Why a statement has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SqlError {
    /// There is nothing to run.
    #[error("there is no statement")]
    Empty,
    /// There is more than one.
    #[error("there is more than one statement")]
    Several,
    /// It does what no statement may.
    #[error("only SELECT is allowed: {0}")]
    Forbidden(String),
    /// It reads what is none of the tables.
    #[error("there is no view {name}: the views are {known}")]
    UnknownTable {
        /// What it names.
        name: String,
        /// The tables, separated by commas.
        known: String,
    },
    /// SQLite does not accept it, or it failed on a value.
    #[error("{message}{}", Where(*.place))]
    Rejected {
        /// What SQLite says.
        message: String,
        /// Line and column, from 1, where it tells them.
        place: Option<(usize, usize)>,
    },
    /// It took too long.
    #[error("the statement was ended after {} s", .0.as_secs())]
    Late(Duration),
    /// It needs too much memory.
    #[error("the statement needs too much memory")]
    Memory,
    /// Its answer is too large.
    #[error("the answer is larger than {0} MiB")]
    TooLarge(usize),
    /// A value is too large.
    #[error("a value is larger than {0} MiB")]
    ValueTooLarge(i32),
    /// It was interrupted.
    #[error("the statement was interrupted")]
    Interrupted,
    /// The source gave no answer, and tells why itself.
    #[error("the vault gave no answer")]
    NoAnswer,
    /// The database in memory could not be made.
    #[error("the statement could not be run: {0}")]
    Library(#[source] rusqlite::Error),
}

/// Where in a statement something stands, in words.
struct Where(Option<(usize, usize)>);

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((line, column)) => write!(f, " (line {line}, column {column})"),
            None => Ok(()),
        }
    }
}
