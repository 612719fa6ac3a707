//! Why a row is rejected: the column, what stands there, and what is wrong with it.

use crate::import::error::shown;
use crate::model::RejectedRow;

/// Why a row is rejected, before its line is added.
pub(super) struct Reject {
    pub(super) field: String,
    pub(super) found: String,
    pub(super) reason: String,
}

impl Reject {
    pub(super) fn new(field: &str, found: &str, reason: impl Into<String>) -> Reject {
        Reject { field: shown(field), found: shown(found), reason: reason.into() }
    }

    /// Adds the line of the file, from 1.
    pub(super) fn at(self, line: u64) -> RejectedRow {
        RejectedRow { line, field: self.field, found: self.found, reason: self.reason }
    }
}
