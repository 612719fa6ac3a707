//! Reads written dates as days: by a profile's patterns, or by one order decided on a whole column.
//!
//! A time after the date is ignored and never moves the day. A year of two digits lies in 1970 to 2069.
//! Dates with dots are day first or year first (no country writes month.day.year); `/`, `-` and spaces say nothing.

mod order;
mod parts;
mod pattern;
#[cfg(test)]
#[path = "../../../../tests/unit/import/date.rs"]
mod tests;

pub(crate) use order::{Tally, Verdict};
pub use parts::DateOrder;
pub(crate) use parts::Parts;
pub(crate) use pattern::{Dates, Pattern};
