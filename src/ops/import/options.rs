//! What is to be imported, and how.

use crate::import::ReadOptions;
use crate::import::formats::csv::ProfileSet;

/// A file to import.
#[derive(Debug)]
pub struct Source {
    /// As the person named it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// How files are to be imported.
#[derive(Debug)]
pub struct ImportOptions {
    /// The account by name or id; made with that name when it is not there.
    pub account: Option<String>,
    /// What the person said about the files.
    pub read: ReadOptions,
    /// Built-in and own profiles.
    pub profiles: ProfileSet,
    /// Tell what would happen, and change nothing.
    pub dry_run: bool,
    /// Import what can be read of a file with bad rows.
    pub skip_bad_rows: bool,
}
