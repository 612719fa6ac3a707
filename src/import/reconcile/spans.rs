//! Fixed spans of days. Where each row takes the first other one that is free, what one row takes decides what the next can
//! have, and so on without an end. So rows all of whose choices lie in one span go first, and those beside a border afterwards:
//! a choice is felt in its own span and the two around it, and no further.

use crate::model::Day;

/// The days of a span: longer than four times what a row is looked for in, so that two borders have no choice in common.
const SPAN: i32 = 14;

/// Returns whether two days lie in one span.
pub(super) fn are_in_one(one: Day, other: Day) -> bool {
    let span = |day: Day| day.epoch_days().div_euclid(SPAN);
    span(one) == span(other)
}

/// Serves rows in two turns. In the first one, those that `serve` returns false for have a choice in another span, and wait
/// for the second.
pub(super) fn in_turns(rows: impl IntoIterator<Item = u32>, mut serve: impl FnMut(u32, bool) -> bool) {
    let waiting: Vec<u32> = rows.into_iter().filter(|row| !serve(*row, true)).collect();
    waiting.into_iter().for_each(|row| {
        serve(row, false);
    });
}
