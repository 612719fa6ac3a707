//! Whether money went in or out, as a whole file shows it: printed signs, words beside amounts, balances.
//!
//! Nothing here decides a single row. `signs` looks at columns, `words` knows what banks write, `chain` follows running
//! balances, `decide` weighs them, and `fee` finds what a fee column means.

mod chain;
mod decide;
mod fee;
mod signs;
#[cfg(test)]
#[path = "../../../../tests/unit/import/direction.rs"]
mod tests;
pub(crate) mod words;

pub(crate) use chain::{Chain, Link, Stand, Step, stand};
pub(crate) use decide::{Against, Debt, Doubt, Evidence, Ground, Rule, Verdict, decide};
pub(crate) use fee::{Charged, Fee, FeeTally};
pub(crate) use signs::{Mark, Printed, Signs};

/// Which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Out of the account.
    Out,
    /// Into the account.
    In,
}
