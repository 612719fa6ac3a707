//! Text to stdout and stderr.

use std::io::{self, Write};

use super::error::OutputError;
use super::safe::clean_lines;

/// Writes text to stdout and flushes it.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn to_stdout(text: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(OutputError::Stdout)
}

/// Writes lines to stderr. That nobody reads them is no reason to fail.
pub(crate) fn note(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", clean_lines(text));
}
