//! What every importer ends in.

use crate::model::{SourceKind, Statement};

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
