//! Which backups are kept, by restic's words and in restic's way. Pure: times in, reasons out.

use serde::Serialize;

use crate::model::{Timestamp, words};

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

words! {
    /// Why a backup is kept.
    pub enum KeepReason: "a reason to keep a backup" {
        /// It is the one that this run made, or found to be the vault as it is.
        Current = "current",
        /// One of the last ones.
        Last = "last",
        /// The newest of an hour.
        Hourly = "hourly",
        /// The newest of a day.
        Daily = "daily",
        /// The newest of a week, which begins on Monday.
        Weekly = "weekly",
        /// The newest of a month.
        Monthly = "monthly",
        /// The newest of a year.
        Yearly = "yearly",
    }
}

/// How many backups are kept of each kind; 0 where the kind keeps none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The newest ones.
    pub last: u32,
    /// The newest of so many hours.
    pub hourly: u32,
    /// The newest of so many days.
    pub daily: u32,
    /// The newest of so many weeks.
    pub weekly: u32,
    /// The newest of so many months.
    pub monthly: u32,
    /// The newest of so many years.
    pub yearly: u32,
}

impl Retention {
    /// Returns whether no kind keeps any.
    pub fn is_empty(&self) -> bool {
        *self == Retention::default()
    }

    /// Returns the reasons to keep each of some backups, the newest first. One without a reason is not kept.
    ///
    /// The newest of each of the last hours, days, weeks, months and years that have a backup is kept; and the oldest one of
    /// all, for each kind whose number is not used up. Days, weeks and years are those of UTC.
    pub fn reasons(&self, newest_first: &[Timestamp]) -> Vec<Vec<KeepReason>> {
        let rule = |left, reason, bucket: Bucket| Rule { left, reason, bucket, last: None };
        let mut rules = [
            rule(self.last, KeepReason::Last, |_, index| index),
            rule(self.hourly, KeepReason::Hourly, |time, _| time.unix() / HOUR),
            rule(self.daily, KeepReason::Daily, |time, _| time.unix() / DAY),
            // 1 January 1970 was a Thursday.
            rule(self.weekly, KeepReason::Weekly, |time, _| (time.unix() / DAY + 3) / 7),
            rule(self.monthly, KeepReason::Monthly, |time, _| i64::from(time.day().month_index())),
            rule(self.yearly, KeepReason::Yearly, |time, _| i64::from(time.day().ymd().0)),
        ];
        let last = newest_first.len().wrapping_sub(1);
        let reasons_of = |(index, time): (usize, &Timestamp)| {
            let met =
                rules.iter_mut().filter_map(|rule| rule.keeps(*time, index, index == last).then_some(rule.reason));
            met.collect()
        };
        newest_first.iter().enumerate().map(reasons_of).collect()
    }
}

/// Returns the number of the hour, day, … of a time; of the last ones, the place in the list.
type Bucket = fn(Timestamp, i64) -> i64;

struct Rule {
    left: u32,
    reason: KeepReason,
    bucket: Bucket,
    last: Option<i64>,
}

impl Rule {
    fn keeps(&mut self, time: Timestamp, index: usize, is_oldest: bool) -> bool {
        let bucket = (self.bucket)(time, i64::try_from(index).unwrap_or(i64::MAX));
        if self.left == 0 || (self.last == Some(bucket) && !is_oldest) {
            return false;
        }
        self.last = Some(bucket);
        self.left -= 1;
        true
    }
}

/// A backup that is kept, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its name.
    pub file: String,
    /// Why.
    pub reasons: Vec<KeepReason>,
}

#[cfg(test)]
#[path = "../../../tests/unit/ops/retention.rs"]
mod tests;
