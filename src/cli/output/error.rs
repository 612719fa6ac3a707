//! Why a result could not be written to stdout.

use std::io;

use thiserror::Error;

/// A result that could not be written out.
#[derive(Debug, Error)]
pub(crate) enum OutputError {
    /// Standard output failed. A broken pipe is not reported: the reader closed it.
    #[error("cannot write to standard output")]
    Stdout(#[source] io::Error),
    /// The report has no JSON form.
    #[error("the result cannot be written: {0}")]
    Json(#[source] serde_json::Error),
    /// The report has no CSV form.
    #[error("the result cannot be written: {0}")]
    Csv(String),
}
