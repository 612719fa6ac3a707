//! Bytes of an export file to statements, and which rows of a statement are new. Pure: no paths, no database.
//!
//! Three steps that know nothing of each other: [`text::decode`] makes text, [`read`] finds the format and
//! parses, [`dedupe::decide`] compares one statement with what the vault already knows of the account.
//! Every importer ends in [`Statement`]. Detection reads content, never a file's name.

pub mod dedupe;
mod detect;
mod error;
mod evidence;
pub mod formats;
pub mod text;

pub use detect::read;
use error::shown;
pub use error::{ImportError, Problem};

use crate::model::{Currency, SourceKind, Statement};

/// What the person said about a file on the command line.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// `--profile`: the CSV profile to use, by name. Anything else than CSV is then an error.
    pub profile: Option<String>,
    /// `--currency`: for files that name none. A file that names another one is an error.
    pub currency: Option<Currency>,
    /// `--date-order`: for CSV columns that can be read in two ways.
    pub date_order: Option<DateOrder>,
}

/// The order of day, month and year in a written date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day first: 31/12/2024.
    Dmy,
    /// Month first: 12/31/2024.
    Mdy,
    /// Year first: 2024-12-31.
    Ymd,
}

/// A file that was understood.
#[derive(Clone, Debug)]
pub struct Parsed<'a> {
    /// The format, which is also the kind of source of its rows.
    pub kind: SourceKind,
    /// The format in words for reports: `OFX 1.0.2`, `OFX 2.1.1`, `CSV`.
    pub format: String,
    /// The CSV profile that fitted, `generic` included.
    pub profile: Option<String>,
    /// One statement for each account and period in the file, at least one.
    pub statements: Vec<Statement<'a>>,
}
