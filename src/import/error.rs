//! Why a file as a whole cannot be imported: where, what was found, what to do.

use std::fmt;

use crate::model::clean_for_display;

/// An error that stops the reading of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// What kind of problem it is.
    pub problem: Problem,
    /// The line of the file, from 1, where there is one.
    pub line: Option<u64>,
    /// The field, column or element at fault, as the file names it.
    pub field: Option<String>,
    /// What was found and why it is wrong, in one sentence without a full stop.
    pub message: String,
    /// What the person can do.
    pub hint: Option<String>,
}

/// The kinds of problem, for scripts (`error.kind` in JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// No known export format.
    UnknownFormat,
    /// Two formats or profiles fit equally well.
    Ambiguous,
    /// The file has no content.
    Empty,
    /// The text cannot be decoded.
    Encoding,
    /// The format is known, and broken here.
    Malformed,
    /// Something has to be said on the command line first: a currency, a date order, a profile.
    NeedsOption,
    /// The file goes beyond a limit (nesting, size of a field).
    Limit,
}

/// A text of a file for a message: short, and without anything that steers a terminal. It is cut before it is
/// cleaned: a cell may have a million characters.
pub(super) fn shown(raw: &str) -> String {
    const LONGEST: usize = 60;
    match raw.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", clean_for_display(&raw[..end])),
        None => clean_for_display(raw).into_owned(),
    }
}

impl ImportError {
    /// An error without a place.
    pub fn new(problem: Problem, message: impl Into<String>) -> Self {
        ImportError { problem, line: None, field: None, message: message.into(), hint: None }
    }

    /// Adds the line, from 1.
    pub fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds the field, column or element.
    pub fn in_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ImportError {}
