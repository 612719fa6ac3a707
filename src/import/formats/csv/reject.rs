//! Why a row is rejected: the column, what stands there, and what is wrong with it.

use crate::import::error::shown;
use crate::model::RejectedRow;

/// Why a row is rejected, before its line is added.
pub(super) struct Reject {
    pub(super) field: String,
    pub(super) found: String,
    pub(super) reason: String,
    needs_profile: bool,
}

impl Reject {
    pub(super) fn new(field: &str, found: &str, reason: impl Into<String>) -> Reject {
        Reject { field: shown(field), found: shown(found), reason: reason.into(), needs_profile: false }
    }

    /// Rejects a row that a profile would read.
    pub(super) fn without_profile(field: &str, found: &str, open: &str) -> Reject {
        Reject { needs_profile: true, ..Reject::new(field, found, format!("{open}: a profile has to say")) }
    }

    /// Adds the line of the file, from 1.
    pub(super) fn at(self, line: u64) -> RejectedRow {
        RejectedRow {
            line,
            field: self.field,
            found: self.found,
            reason: self.reason,
            needs_profile: self.needs_profile,
        }
    }
}
