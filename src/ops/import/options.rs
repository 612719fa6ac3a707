//! What is to be imported, and how.

use crate::import::formats::csv::ProfileSet;
use crate::import::{DateOrder, ReadOptions};
use crate::model::Currency;

/// The bytes of the largest file to import: far more than any bank offers, and it has to fit into memory.
pub const LARGEST_FILE: u64 = 1 << 30;

/// A file to import.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the person named it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// How files are to be imported.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The account by name or id.
    pub account: Option<String>,
    /// Whether to make the account when there is none of that name.
    pub create: bool,
    /// Whether the account takes the number in the file, beside those it has: a replaced card.
    pub add_number: bool,
    /// Whether what was said holds for every file of the layout.
    pub always: bool,
    /// The encoding of files that do not prove it, by its WHATWG name, or `ibm850`.
    pub encoding: Option<String>,
    /// How to read the files.
    pub read: ReadOptions,
    /// What the person has set for files that leave it open.
    pub settings: Settings,
    /// Built-in and own profiles.
    pub profiles: ProfileSet,
    /// Whether only to report what would happen.
    pub dry_run: bool,
    /// Whether to import the other rows of a file with bad ones.
    pub skip_bad_rows: bool,
}

/// What holds where a file, its account and earlier answers leave it open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// The currency of a file that names none.
    pub currency: Option<Currency>,
    /// The order of day, month and year.
    pub date_order: Option<DateOrder>,
}
