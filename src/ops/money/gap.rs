//! Where reported balances and rows disagree.

use crate::model::{Day, Micros};

/// A stretch between two reported balances that the rows do not explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The day of the earlier balance.
    pub from: Day,
    /// The day of the later balance.
    pub to: Day,
    /// Later balance less earlier balance less the rows between.
    pub amount: Micros,
}

/// How far balances and rows add up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Proof {
    /// The last day that is proven.
    pub up_to: Option<Day>,
    /// What ends it, where that lies between running balances of the first file that reports a balance.
    pub gap: Option<Gap>,
}
