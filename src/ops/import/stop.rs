//! Why a file is not imported.

use crate::import::ImportError;
use crate::ops::OpError;
use crate::store::StoreError;

/// Why a file is not imported.
pub(super) enum Stop {
    /// The file cannot be read, or contradicts the account.
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
