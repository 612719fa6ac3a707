//! What became of rows.

use crate::ops::derive::Fate;

/// How many rows became what.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub added: u64,
    pub present: u64,
    pub updated: u64,
    pub held: u64,
}

impl Counts {
    /// Counts a row.
    pub(super) fn count(&mut self, fate: Fate) {
        *match fate {
            Fate::Added => &mut self.added,
            Fate::Present => &mut self.present,
            Fate::Updated => &mut self.updated,
            Fate::Held => &mut self.held,
        } += 1;
    }

    /// Adds other rows.
    pub(super) fn add(&mut self, other: Counts) {
        self.added += other.added;
        self.present += other.present;
        self.updated += other.updated;
        self.held += other.held;
    }
}
