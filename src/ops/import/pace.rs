//! The progress of one import.

use crate::ops::progress::Progress;

/// Reports written rows as a share of the whole import.
pub(super) struct Pace<'p> {
    pub(super) progress: &'p dyn Progress,
    pub(super) per_row: u64,
}

impl Pace<'_> {
    pub(super) fn written(&self, rows: usize) {
        self.progress.advance(self.per_row.saturating_mul(rows as u64));
    }
}

/// Ends the progress however the import ends.
pub(super) struct Finish<'p>(pub(super) &'p dyn Progress);

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}
