//! The date patterns of profiles, and how the dates of one file are read.

use super::parts::{DateOrder, Parts};
use crate::model::Day;

/// A date pattern of a profile, such as `MM/DD/YYYY`, `D.M.YY`, `YYYYMMDD` or `DD-MON-YYYY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) order: DateOrder,
    /// The character between the parts; none for eight digits in a row.
    separator: Option<u8>,
    short_year: bool,
    named_month: bool,
}

impl Pattern {
    /// Reads the notation.
    pub(crate) fn parse(text: &str) -> Option<Pattern> {
        let upper = text.trim().to_ascii_uppercase();
        let separator = upper.bytes().find(|b| !b.is_ascii_alphabetic());
        let parts: Vec<&str> = match (separator, upper.as_str()) {
            (Some(s), _) if b"/-. ".contains(&s) => upper.split(char::from(s)).collect(),
            (None, "YYYYMMDD") => vec!["YYYY", "MM", "DD"],
            (None, "DDMMYYYY") => vec!["DD", "MM", "YYYY"],
            (None, "MMDDYYYY") => vec!["MM", "DD", "YYYY"],
            _ => return None,
        };
        let kind = |part: &str| match part {
            "D" | "DD" => Some('D'),
            "M" | "MM" | "MON" => Some('M'),
            "YY" | "YYYY" => Some('Y'),
            _ => None,
        };
        let order = match parts.iter().map(|p| kind(p)).collect::<Option<String>>()?.as_str() {
            "DMY" => DateOrder::Dmy,
            "MDY" => DateOrder::Mdy,
            "YMD" => DateOrder::Ymd,
            _ => return None,
        };
        Some(Pattern { order, separator, short_year: parts.contains(&"YY"), named_month: parts.contains(&"MON") })
    }

    /// Returns whether both patterns can read one text with different results.
    pub(crate) fn clashes(self, other: Pattern) -> bool {
        self.order != other.order && Pattern { order: other.order, ..self } == other
    }

    /// Reads a date, strictly by the pattern.
    pub(crate) fn read(self, text: &str) -> Option<Day> {
        let parts = Parts::split(text)?;
        let sound = parts.separator == self.separator && parts.named_month == self.named_month;
        let year_digits =
            if self.order == DateOrder::Ymd && !parts.named_month { parts.digits[0] } else { parts.digits[2] };
        let wanted = if self.short_year { 2 } else { 4 };
        let digits = self.separator.is_none() || year_digits == wanted;
        (sound && digits).then(|| parts.day(self.order))?
    }
}

/// How the dates of a file are read.
#[derive(Clone, Debug)]
pub(crate) enum Dates {
    /// A profile's patterns, no two of which can read the same text, and the order of day and month that they show. A
    /// spreadsheet that saved the file again may have written the dates with other digits in the same order.
    Patterns(Vec<Pattern>, Option<DateOrder>),
    /// One order for the whole column.
    Order(DateOrder),
}

impl Dates {
    /// Reads one cell.
    pub(crate) fn read(&self, text: &str) -> Option<Day> {
        match self {
            Dates::Patterns(patterns, order) => {
                patterns.iter().find_map(|p| p.read(text)).or_else(|| rewritten(text, (*order)?))
            }
            Dates::Order(order) => Parts::split(text)?.day(*order),
        }
    }
}

/// Reads a date that a spreadsheet rewrote: year first, day first with dots, else in the order of the profile.
fn rewritten(text: &str, order: DateOrder) -> Option<Day> {
    let parts = Parts::split(text)?;
    match (parts.digits[0], parts.separator) {
        (4, Some(b'-' | b'/')) => parts.day(DateOrder::Ymd),
        (1 | 2, Some(b'.')) => parts.day(DateOrder::Dmy),
        (1 | 2, Some(b'/' | b'-')) => parts.day(order),
        _ => None,
    }
}
