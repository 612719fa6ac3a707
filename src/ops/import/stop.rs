//! Why the change of an import is let go.

use crate::ops::OpError;
use crate::ops::report::{FileError, FileReport};
use crate::store::StoreError;

/// Why a change is let go.
pub(super) enum Stop {
    /// Nothing is to be changed: the file is known, or this is a dry run.
    Report(Box<FileReport>),
    /// The file cannot go where it should.
    Refused(FileError),
    /// The vault failed.
    Failed(OpError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Failed(error.into())
    }
}

impl From<OpError> for Stop {
    fn from(error: OpError) -> Self {
        Stop::Failed(error)
    }
}

impl Stop {
    pub(super) fn refused(kind: &str, message: impl Into<String>, hint: impl Into<String>) -> Stop {
        Stop::Refused(FileError { kind: kind.to_owned(), message: message.into(), hint: Some(hint.into()) })
    }
}
