//! Which format a file is in.

use super::{ImportError, Parsed, Problem, ReadOptions};

/// Finds the format of a decoded file and reads it.
pub fn read<'a>(_text: &'a str, _options: &ReadOptions) -> Result<Parsed<'a>, ImportError> {
    Err(ImportError::new(Problem::UnknownFormat, "no known export format"))
}
