//! Periods as people write them: `2026q1`, `2026-03`, `2026-01..2026-03`, `lastmonth`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::{Day, DayError, near};

/// A period as it was written. What it means may depend on the day on which it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodText(String);

/// The text is not a period.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PeriodError {
    /// It has none of the forms of a period.
    #[error(
        "{0:?} is not a period: write 2026, 2026q1, 2026-03, 2026-03-05, 2026-01..2026-03, 2026.., yesterday, \
         thismonth, lastquarter or lastyear"
    )]
    Form(String),
    /// It is written as a day, or from one day to another, and there is no such day.
    #[error(transparent)]
    Day(DayError),
}

/// The periods that are words.
const WORDS: [&str; 8] =
    ["today", "yesterday", "thismonth", "lastmonth", "thisquarter", "lastquarter", "thisyear", "lastyear"];

impl PeriodError {
    /// Returns the words that were meant, the likeliest first.
    pub fn near(&self) -> Vec<&'static str> {
        match self {
            PeriodError::Form(text) => near(text, WORDS),
            PeriodError::Day(_) => Vec::new(),
        }
    }
}

/// The first and the last day of a period, both included. One that is missing leaves that end open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaySpan {
    /// The first day.
    pub first: Option<Day>,
    /// The last day.
    pub last: Option<Day>,
}

impl DaySpan {
    /// Returns whether a day lies within.
    pub fn has(&self, day: Day) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }

    /// Returns the days from the first to the last of several spans; every day where there is none.
    pub fn around(spans: &[DaySpan]) -> DaySpan {
        // A span without a first day begins before all others.
        let firsts: Option<Vec<Day>> = spans.iter().map(|span| span.first).collect();
        let lasts: Option<Vec<Day>> = spans.iter().map(|span| span.last).collect();
        DaySpan { first: firsts.into_iter().flatten().min(), last: lasts.into_iter().flatten().max() }
    }
}

impl PeriodText {
    /// Returns the days that are meant on the day `today`.
    pub fn on(&self, today: Day) -> DaySpan {
        span(&self.0, today).unwrap_or_default()
    }
}

impl FromStr for PeriodText {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let written = text.trim().to_ascii_lowercase();
        // Every text that means days on one day means some on any other.
        if span(&written, Day::FIRST.plus_days(1000)).is_some() {
            return Ok(PeriodText(written));
        }
        let no_day = written.split("..").filter(|end| Day::has_form(end)).find_map(|end| end.parse::<Day>().err());
        Err(no_day.map_or_else(|| PeriodError::Form(text.to_owned()), PeriodError::Day))
    }
}

impl fmt::Display for PeriodText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn span(text: &str, today: Day) -> Option<DaySpan> {
    let Some((from, to)) = text.split_once("..") else {
        return single(text, today).map(|(first, last)| DaySpan { first: Some(first), last: Some(last) });
    };
    let end = |text: &str| if text.is_empty() { Some(None) } else { single(text, today).map(Some) };
    let (from, to) = (end(from)?, end(to)?);
    let found = DaySpan { first: from.map(|(first, _)| first), last: to.map(|(_, last)| last) };
    (found != DaySpan::default()).then_some(found)
}

/// Returns first and last day of a period without dots.
fn single(text: &str, today: Day) -> Option<(Day, Day)> {
    let (year, month, _) = today.ymd();
    let months = |first: i32, count: i32| {
        let last = Day::first_of_month(first + count).map_or(Day::LAST, |next| next.plus_days(-1));
        Some((Day::first_of_month(first).ok()?, last))
    };
    let this_month = today.month_index();
    let this_quarter = year * 12 + (month.cast_signed() - 1) / 3 * 3;
    match text {
        "today" => return Some((today, today)),
        "yesterday" => return Some((today.plus_days(-1), today.plus_days(-1))),
        "thismonth" => return months(this_month, 1),
        "lastmonth" => return months(this_month - 1, 1),
        "thisquarter" => return months(this_quarter, 3),
        "lastquarter" => return months(this_quarter - 3, 3),
        "thisyear" => return months(year * 12, 12),
        "lastyear" => return months((year - 1) * 12, 12),
        _ => {}
    }
    if let Ok(day) = text.parse::<Day>() {
        return Some((day, day));
    }
    let number = |text: &str, digits: usize| {
        let sound = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        sound.then(|| text.parse::<i32>().ok()).flatten()
    };
    if let Some(year) = number(text, 4) {
        return months(year * 12, 12);
    }
    let (year, rest) = (number(text.get(..4)?, 4)?, text.get(4..)?);
    if let Some(quarter) = rest.strip_prefix('q').or_else(|| rest.strip_prefix("-q")) {
        let quarter = number(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
        return months(year * 12 + (quarter - 1) * 3, 3);
    }
    let month = number(rest.strip_prefix('-')?, 2).filter(|month| (1..=12).contains(month))?;
    months(year * 12 + month - 1, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(text: &str) -> String {
        let today = "2026-05-31".parse().unwrap();
        let DaySpan { first, last } = text.parse::<PeriodText>().unwrap().on(today);
        let told = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        format!("{} {}", told(first), told(last))
    }

    #[test]
    fn a_day_that_does_not_exist_is_told_as_one() {
        for (text, no_day) in [
            ("2026-02-31", "2026-02-31"),
            (" 2026-13-01", "2026-13-01"),
            ("1899-12-31", "1899-12-31"),
            ("2026-02-01..2026-02-29", "2026-02-29"),
            ("2026-02-30..", "2026-02-30"),
        ] {
            assert_eq!(text.parse::<PeriodText>(), Err(PeriodError::Day(DayError(no_day.to_owned()))), "{text}");
        }
        for text in ["2026-2-31", "2026-13", "2026-02-28..x"] {
            assert_eq!(text.parse::<PeriodText>(), Err(PeriodError::Form(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn means_whole_days_with_both_ends() {
        for (text, days) in [
            ("2026", "2026-01-01 2026-12-31"),
            ("2026q1", "2026-01-01 2026-03-31"),
            ("2026Q4", "2026-10-01 2026-12-31"),
            ("2024-02", "2024-02-01 2024-02-29"),
            ("2026-03-05", "2026-03-05 2026-03-05"),
            ("2026-01..2026-03", "2026-01-01 2026-03-31"),
            ("2025q4..2026-02-03", "2025-10-01 2026-02-03"),
            ("2026..", "2026-01-01 "),
            ("..2026-03", " 2026-03-31"),
            ("lastyear..today", "2025-01-01 2026-05-31"),
            ("today", "2026-05-31 2026-05-31"),
            ("yesterday", "2026-05-30 2026-05-30"),
            ("thismonth", "2026-05-01 2026-05-31"),
            ("lastmonth", "2026-04-01 2026-04-30"),
            ("thisquarter", "2026-04-01 2026-06-30"),
            ("lastquarter", "2026-01-01 2026-03-31"),
            ("thisyear", "2026-01-01 2026-12-31"),
            (" LastYear ", "2025-01-01 2025-12-31"),
            ("2199", "2199-01-01 2199-12-31"),
        ] {
            assert_eq!(meant(text), days, "{text}");
        }
        let in_january = "2026-01-15".parse().unwrap();
        assert_eq!("lastmonth".parse::<PeriodText>().unwrap().on(in_january).first, "2025-12-01".parse().ok());
    }

    #[test]
    fn misspelt_words_have_near_ones() {
        let near = |text: &str| text.parse::<PeriodText>().unwrap_err().near();
        assert_eq!(near("lastmnth")[0], "lastmonth");
        assert_eq!(near("last-year")[0], "lastyear");
        assert!(near("2026-13").is_empty());
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for bad in [
            "",
            "..",
            "26",
            "2026q5",
            "2026q0",
            "2026-13",
            "2026-00",
            "2026-3",
            "2026-02-30",
            "1899",
            "2200",
            "march",
            "2026-",
            "2026...",
            "2026..march",
            "+2026",
            "２０２６",
            "é026",
            "nextmonth",
        ] {
            assert!(bad.parse::<PeriodText>().is_err(), "{bad:?}");
        }
    }
}
