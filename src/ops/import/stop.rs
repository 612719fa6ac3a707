//! Why the change of an import is let go.

use crate::import::ImportError;
use crate::ops::OpError;
use crate::ops::report::FileReport;
use crate::store::StoreError;

/// Why a change is let go.
pub(super) enum Stop {
    /// Nothing is to be changed: the file is known, or this is a dry run.
    Report(Box<FileReport>),
    /// The file cannot go where it should.
    Refused(ImportError),
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

impl From<ImportError> for Stop {
    fn from(error: ImportError) -> Self {
        Stop::Refused(error)
    }
}
