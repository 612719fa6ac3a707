//! The transactions of an account: one pure function of its living files and the owner's decisions.
//!
//! The order of imports and files that were undone play no part. Of each day, every file shows a view: *whole* when the
//! day lies inside its coverage, else the day's *head* (its last day), *tail* (its first) or a *loose* part (its only
//! day). The views of a day are folded one after the other, whole ones first and larger ones first, into places
//! (`day`). A row of a view is the row of an existing place when
//!
//! 1. a bank id that both files keep, or the running balance, says so (in other words: only where neither file has a row
//!    in the other's words, and then it is listed);
//! 2. one view is a part of the other, or both are cut and show the same rows, two of them different: then the same
//!    place among equal rows is the same row;
//! 3. else the overlap is an interval: one end of it is taken, and that many pairs are in doubt.
//!
//! Then come, each a pass of its own over what is left: a day moved under one id (`moved`), other sources of the
//! account (`sources`), and pending rows (`pending`). Evidence that is wider than a row belongs to a pair of files
//! ([`pair()`]). What is more than [`REACH`] days away from a row plays no part: a pass in which rows take what others leave
//! goes by fixed spans of days (`spans`). So a change of one file touches its own days and a few more; often its own days
//! alone (`apart`).

mod apart;
mod balance;
mod day;
mod doubts;
mod exchange;
mod input;
mod moved;
mod outcome;
mod pair;
mod pending;
mod proof;
mod sources;
mod spans;
mod state;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub use apart::{Around, NEAR};
pub use input::{Decisions, File, Ids, Pair, Pairs, REACH, Row, id_that_counts};
pub use outcome::{Doubt, Outcome, Reason};
pub use pair::{MARGIN, pair};
use state::State;

/// Rows that the owner calls one lie at most so many days apart, all of one transaction together: as far as a change of a day
/// can be felt is [`REACH`], through a row that is felt through others.
pub const DECIDED_DAYS: i32 = 10;

/// Returns what the files and decisions add up to. `rows` come in any order.
pub fn reconcile(files: &[File], rows: &[Row<'_>], pairs: &Pairs, decisions: &Decisions) -> Outcome {
    let mut state = State::new(files, rows, pairs, decisions);
    day::fold_all(&mut state);
    moved::join(&mut state);
    sources::join(&mut state);
    state.join_as_decided();
    pending::join(&mut state);
    doubts::list(&mut state);
    state.outcome()
}
