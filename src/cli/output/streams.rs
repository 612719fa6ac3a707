//! Text to stdout and stderr.

use std::io::{self, Write};

use super::error::OutputError;
use super::safe::clean_lines;

/// Writes text to stdout and flushes it.
pub(crate) fn to_stdout(text: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(OutputError::Stdout)
}

/// Writes lines to stderr. A failure is ignored: there is no other place to report it.
pub(crate) fn note(text: &str) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "{}", clean_lines(text));
}
