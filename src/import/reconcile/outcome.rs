//! What the files and decisions add up to.

use crate::model::words;

/// Transactions, and what is in doubt. Rows are named by their indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// By row: its transaction, the smallest id of the rows that are it.
    pub transaction: Vec<u64>,
    /// By row: whether its transaction is shown as this row has it.
    pub leads: Vec<bool>,
    /// By row: whether it counts. A pending row does not once a later file rules its day, or a posted row is it.
    pub counts: Vec<bool>,
    /// Pairs of which two true histories fit the files.
    pub doubts: Vec<Doubt>,
}

/// Two rows that may be one transaction or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// A row.
    pub row: u32,
    /// Another one.
    pub other: u32,
    /// Why the files cannot tell.
    pub reason: Reason,
    /// Whether they are taken as one.
    pub assumed_same: bool,
}

words! {
    /// Why two rows are in doubt.
    pub enum Reason: "a reason" {
        /// Two files meet in one day, and how far they overlap in it is not known.
        SharedDay = "shared-day",
        /// One file shows the day whole and has such an amount in other words.
        OtherText = "other-text",
        /// The bank's ids differ, and one file should show the other's row.
        OtherId = "other-id",
        /// Under the bank's id and in its words one file has another amount.
        OtherAmount = "other-amount",
        /// Another source has it, and more than one pairing fits, or the words or days differ.
        OtherSource = "other-source",
        /// The bank's id and the amount are the same on a near day, and neither file shows the other's day.
        Moved = "moved",
        /// A pending row, and a posted one of a later day in a file that does not show the pending row's day.
        PostedLater = "posted-later",
        /// One of the files does not show its days whole.
        PartialFile = "partial-file",
    }
}
