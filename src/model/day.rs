//! Calendar days as the bank wrote them, periods of days, and the moments of our own records.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use thiserror::Error;

/// A calendar day, 1900-01-01 to 2199-12-31, as days since 1970-01-01. It has no time zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// The text or the numbers are not a day, or not a moment, that can be kept.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a day of the calendar between 1900 and 2199")]
pub struct DayError(pub String);

impl Day {
    /// 1900-01-01, the first day that can be kept.
    pub const FIRST: Day = Day(-25_567);
    /// 2199-12-31, the last day that can be kept.
    pub const LAST: Day = Day(84_005);

    /// Makes a day from its calendar parts.
    ///
    /// # Errors
    ///
    /// When the calendar has no such day (31 November), or the year is not 1900 to 2199.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Day, DayError> {
        NaiveDate::from_ymd_opt(year, month, day)
            .map(Day::from_date)
            .filter(|day| (Day::FIRST..=Day::LAST).contains(day))
            .ok_or_else(|| DayError(format!("{year:04}-{month:02}-{day:02}")))
    }

    fn from_date(date: NaiveDate) -> Day {
        Day(date.to_epoch_days())
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }

    /// Returns whether a text is written as a day is, `YYYY-MM-DD`, whether there is that day or not.
    pub fn has_form(text: &str) -> bool {
        text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
    }

    /// Returns days since 1970-01-01, the form in which a day is stored.
    pub fn epoch_days(self) -> i32 {
        self.0
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// When the day is outside 1900 to 2199.
    pub fn from_epoch_days(days: i32) -> Result<Day, DayError> {
        let kept = (Day::FIRST..=Day::LAST).contains(&Day(days));
        kept.then_some(Day(days)).ok_or_else(|| DayError(format!("day {days} since 1970")))
    }

    /// Returns year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        let date = self.date();
        (date.year(), date.month(), date.day())
    }

    /// Returns the month as one number, `year * 12 + month - 1`.
    pub fn month_index(self) -> i32 {
        let (year, month, _) = self.ymd();
        year * 12 + month.cast_signed() - 1
    }

    /// Returns the first day of a month given as by [`Day::month_index`].
    ///
    /// # Errors
    ///
    /// When the month is outside 1900 to 2199.
    pub fn first_of_month(index: i32) -> Result<Day, DayError> {
        Day::from_ymd(index.div_euclid(12), index.rem_euclid(12).unsigned_abs() + 1, 1)
    }

    /// Returns the last second of the day, in UTC.
    pub fn last_second(self) -> Timestamp {
        Timestamp::from_unix((i64::from(self.0) + 1) * SECONDS_PER_DAY - 1)
    }

    /// Returns how many days later the other day is.
    pub fn days_until(self, other: Day) -> i32 {
        other.0 - self.0
    }

    /// Returns the day `days` later (earlier when negative), [`Day::FIRST`] or [`Day::LAST`] when that is outside.
    pub fn plus_days(self, days: i32) -> Day {
        Day::from_epoch_days(self.0.saturating_add(days)).unwrap_or(if days < 0 { Day::FIRST } else { Day::LAST })
    }
}

impl FromStr for Day {
    type Err = DayError;

    /// Reads `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || DayError(text.to_owned());
        if !Day::has_form(text) {
            return Err(bad());
        }
        let number = |range: std::ops::Range<usize>| {
            text.as_bytes()[range].iter().fold(0, |number, digit| 10 * number + u32::from(digit - b'0'))
        };
        Day::from_ymd(number(0..4).cast_signed(), number(5..7), number(8..10)).map_err(|_| bad())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        // A day of the years 1900 to 2199 has four and two and two digits.
        let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
        let year = year.unsigned_abs();
        let text = [
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ];
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A run of days, first and last included. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Day,
    last: Day,
}

impl Period {
    /// Returns the period of one day.
    pub fn of_day(day: Day) -> Period {
        Period { first: day, last: day }
    }

    /// Makes a period, or nothing when the last day is before the first.
    pub fn new(first: Day, last: Day) -> Option<Period> {
        (first <= last).then_some(Period { first, last })
    }

    /// Returns the first day.
    pub fn first(&self) -> Day {
        self.first
    }

    /// Returns the last day, included.
    pub fn last(&self) -> Day {
        self.last
    }

    /// Returns whether a day lies inside.
    pub fn contains(&self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// Returns the shortest period that holds both.
    pub fn spanning(self, other: Period) -> Period {
        Period { first: self.first.min(other.first), last: self.last.max(other.last) }
    }

    /// Returns the days that are in both periods, or nothing when there are none.
    pub fn overlap(&self, other: Period) -> Option<Period> {
        Period::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// Returns the period with so many days more at each end; itself when there are none.
    pub fn widened(&self, days: i32) -> Period {
        let days = days.max(0);
        Period { first: self.first.plus_days(-days), last: self.last.plus_days(days) }
    }
}

/// 2199-12-31T23:59:59Z.
const LAST_SECOND: i64 = 7_258_118_399;
const SECONDS_PER_DAY: i64 = 86_400;

/// A moment in UTC, to the second: when something was approved, when it ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a moment of seconds since 1970-01-01T00:00:00Z; outside 1970 to 2199 it is the nearest moment inside.
    pub fn from_unix(seconds: i64) -> Timestamp {
        Timestamp(seconds.clamp(0, LAST_SECOND))
    }

    /// Returns seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// Returns the moment `days` times 24 hours later.
    pub fn plus_days(self, days: u32) -> Timestamp {
        Timestamp::from_unix(self.0.saturating_add(i64::from(days) * SECONDS_PER_DAY))
    }

    /// Returns the UTC calendar day.
    pub fn day(self) -> Day {
        self.date_time().map(|t| Day::from_date(t.date_naive())).unwrap_or(Day(0))
    }

    /// Returns the moment as names of files have it: `20261122T080000Z`.
    pub fn compact(self) -> String {
        self.to_string().chars().filter(|c| !['-', ':'].contains(c)).collect()
    }

    /// Reads what [`Timestamp::compact`] writes; nothing of any other form.
    pub fn from_compact(text: &str) -> Option<Timestamp> {
        let part = |from: usize, to: usize| text.get(from..to);
        let day = format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let time = format!("{}:{}:{}", part(9, 11)?, part(11, 13)?, part(13, 15)?);
        let found: Timestamp = format!("{day}T{time}Z").parse().ok()?;
        (found.compact() == text).then_some(found)
    }

    fn date_time(self) -> Option<DateTime<Utc>> {
        DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::try_seconds(self.0)?)
    }
}

impl FromStr for Timestamp {
    type Err = DayError;

    /// Reads RFC 3339, such as `2026-11-22T08:00:00Z`. Other time zones are converted, fractions of a second dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = DateTime::parse_from_rfc3339(text).map_err(|_| DayError(text.to_owned()))?;
        Ok(Timestamp::from_unix(parsed.timestamp()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date_time() {
            Some(time) => f.pad(&time.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            None => f.pad("1970-01-01T00:00:00Z"),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_calendar_days_only() {
        assert_eq!("2024-02-29".parse::<Day>().unwrap().to_string(), "2024-02-29");
        for bad in ["2023-02-29", "2024-11-31", "0000-00-00", "2024-1-1", "2024/01/01", "1899-12-31", "é24-01-01"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn reads_the_days_it_stores() {
        let day: Day = "1900-01-01".parse().unwrap();
        assert_eq!(Day::from_epoch_days(day.epoch_days()), Ok(day));
        assert_eq!(day.plus_days(-1), day);
        let last: Day = "2199-12-31".parse().unwrap();
        assert_eq!((day, last), (Day::FIRST, Day::LAST));
        assert_eq!(last.plus_days(i32::MAX), last);
        assert_eq!(Day::first_of_month(last.month_index()).unwrap().to_string(), "2199-12-01");
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        let time: Timestamp = "2026-11-22T10:00:00+02:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-22T08:00:00Z");
        assert_eq!(time.day().last_second().to_string(), "2026-11-22T23:59:59Z");
        assert_eq!(time.plus_days(30).to_string(), "2026-12-22T08:00:00Z");
    }
}
