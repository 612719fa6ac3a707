//! Written dates to days: by a profile's patterns, or by one order decided on a whole column.
//!
//! A time after the date is ignored and never moves the day. A year of two digits lies in 1970 to 2069.
//! Dates with dots are day first (no country writes month.day.year); `/`, `-` and spaces say nothing.

use crate::import::DateOrder;
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

    /// Whether one text could be read by both patterns, with two results.
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

/// The three numbers of a date, in written order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    numbers: [u32; 3],
    digits: [usize; 3],
    separator: Option<u8>,
    named_month: bool,
}

impl Parts {
    /// Finds the numbers; what follows a space, a comma or a `T` after them is a time and ignored.
    pub(crate) fn split(text: &str) -> Option<Parts> {
        let bytes = text.trim().as_bytes();
        let has_word = !bytes.first()?.is_ascii_digit() || bytes.iter().take(12).any(u8::is_ascii_alphabetic);
        if has_word && let Some(parts) = Parts::named(text.trim()) {
            return Some(parts);
        }
        let mut parts = Parts { numbers: [0; 3], digits: [0; 3], separator: None, named_month: false };
        let mut at = 0;
        for i in 0..3 {
            while let Some(b) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
                parts.numbers[i] = parts.numbers[i] * 10 + u32::from(b - b'0');
                parts.digits[i] += 1;
                at += 1;
                if parts.digits[i] > 8 {
                    return None;
                }
            }
            if i == 0 && parts.digits[0] == 8 {
                return parts.eight(bytes.get(at..)?);
            }
            if !matches!(parts.digits[i], 1 | 2 | 4) {
                return None;
            }
            if i < 2 {
                let separator = *bytes.get(at)?;
                if !matches!(separator, b'/' | b'-' | b'.' | b' ') || (i == 1 && parts.separator != Some(separator)) {
                    return None;
                }
                parts.separator = Some(separator);
                at += 1;
            }
        }
        let four = parts.digits.map(|d| d == 4);
        let one_year = four == [true, false, false] || four == [false, false, true] || four == [false; 3];
        (one_year && is_time(bytes.get(at..)?)).then_some(parts)
    }

    /// Eight digits in a row: kept as one number until the order is known.
    fn eight(self, rest: &[u8]) -> Option<Parts> {
        is_time(rest).then_some(Parts { digits: [8, 0, 0], ..self })
    }

    /// `23-Jan-15`, `10 Dec 2018`, `Dec 10, 2018`.
    fn named(text: &str) -> Option<Parts> {
        let words: Vec<&str> = text.split(['-', ' ', '/', ',', '.']).filter(|w| !w.is_empty()).take(3).collect();
        let [a, b, c] = words[..] else { return None };
        let (day, month) = match (month_number(a), month_number(b)) {
            (None, Some(month)) => (a, month),
            (Some(month), None) => (b, month),
            _ => return None,
        };
        let number = |w: &str| (w.len() <= 4 && w.bytes().all(|b| b.is_ascii_digit())).then(|| w.parse().ok())?;
        let (d, y): (u32, u32) = (number(day)?, number(c)?);
        let separator = text.bytes().find(|b| matches!(b, b'-' | b' ' | b'/' | b'.'));
        // Kept day first, whatever stood first: the word says which one is the month.
        let (numbers, digits) = ([d, month, y], [day.len(), 2, c.len()]);
        (day.len() <= 2 && matches!(c.len(), 2 | 4)).then_some(Parts { numbers, digits, separator, named_month: true })
    }

    /// The day, read in this order. A year written with four digits in front is a year in any order, and a
    /// month written as a word is a month.
    pub(crate) fn day(self, order: DateOrder) -> Option<Day> {
        let [a, b, c] = self.numbers;
        let (year, month, day, digits) = match (self.digits[0], order) {
            (8, DateOrder::Ymd) => (a / 10_000, a / 100 % 100, a % 100, 4),
            (8, DateOrder::Dmy) => (a % 10_000, a / 10_000 % 100, a / 1_000_000, 4),
            (8, DateOrder::Mdy) => (a % 10_000, a / 1_000_000, a / 10_000 % 100, 4),
            (4, _) => (a, b, c, 4),
            _ if self.named_month => (c, b, a, self.digits[2]),
            (_, DateOrder::Ymd) if self.digits[2] != 4 => (a, b, c, self.digits[0]),
            (_, DateOrder::Ymd) => return None,
            (_, DateOrder::Dmy) => (c, b, a, self.digits[2]),
            (_, DateOrder::Mdy) => (c, a, b, self.digits[2]),
        };
        let year = match digits {
            4 => year,
            2 if year < 70 => 2000 + year,
            2 => 1900 + year,
            _ => return None,
        };
        Day::from_ymd(year.cast_signed(), month, day).ok()
    }
}

/// What may follow a date: nothing, a time, or `as of` and the day a broker reckons with.
fn is_time(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b' ', b'a', b's', b' ', b'o', b'f', b' ', ..] => true,
        [b' ' | b'T' | b',' | b'-', time @ ..] => {
            let time = time.trim_ascii();
            time.first().is_some_and(u8::is_ascii_digit)
                && time.iter().all(|b| b.is_ascii_alphanumeric() || b" :.+-/".contains(b))
        }
        _ => false,
    }
}

/// English months, long or short, and the German, Dutch, French and Spanish short forms that differ.
fn month_number(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "jan|janv|ene",
        "feb|fév|fev",
        "mar|mär|mrt|maa",
        "apr|avr|abr",
        "may|mai|mei",
        "jun|juin",
        "jul|juil",
        "aug|août|ago",
        "sep|set",
        "oct|okt",
        "nov",
        "dec|dez|déc|dic",
    ];
    if word.chars().count() < 3 || word.chars().any(|c| !c.is_alphabetic()) {
        return None;
    }
    let lower = word.to_lowercase();
    let hit = |prefix: &str| (1..).zip(MONTHS).find(|(_, names)| names.split('|').any(|n| n == prefix)).map(|(n, _)| n);
    let prefix = |n: usize| lower.chars().take(n).collect::<String>();
    hit(&prefix(4)).or_else(|| hit(&prefix(3)))
}

/// How the dates of a file are read.
#[derive(Clone, Debug)]
pub(crate) enum Dates {
    /// A profile's patterns. No two of them can read the same text, so their order does not matter.
    Patterns(Vec<Pattern>),
    /// One order for the whole column.
    Order(DateOrder),
}

impl Dates {
    /// Reads one cell.
    pub(crate) fn read(&self, text: &str) -> Option<Day> {
        match self {
            Dates::Patterns(patterns) => patterns.iter().find_map(|p| p.read(text)),
            Dates::Order(order) => Parts::split(text)?.day(*order),
        }
    }
}

/// What a whole column of dates says about its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// For each order, the cells that cannot be read in it, and the line of the first.
    misfits: [(u64, u64); 3],
    /// Cells with a date.
    cells: u64,
    /// The first cell that two orders read differently.
    doubtful: Option<(u64, String)>,
}

const ORDERS: [DateOrder; 3] = [DateOrder::Mdy, DateOrder::Dmy, DateOrder::Ymd];

/// What a tally decided.
pub(crate) enum Verdict {
    /// The order, or any order when no date is in doubt.
    Order(DateOrder),
    /// More than one order reads every cell: the line, the cell, and its readings.
    Doubt(u64, String, Vec<(DateOrder, Day)>),
    /// No order reads every cell: the lines that rule out month first and day first.
    Contradiction(u64, u64),
}

impl Tally {
    /// Counts one cell. Cells that are no date in any order are the business of the row.
    pub(crate) fn add(&mut self, line: u64, text: &str) {
        let Some(parts) = Parts::split(text) else { return };
        let readings = ORDERS.map(|order| parts.day(order));
        if readings.iter().all(Option::is_none) {
            return;
        }
        self.cells += 1;
        if parts.named_month {
            return;
        }
        // Only the day-first reading of dates with dots is in use anywhere.
        let dotted = parts.separator == Some(b'.') && parts.digits[0] <= 2;
        for (i, reading) in readings.iter().enumerate() {
            if reading.is_none() || (dotted && ORDERS[i] != DateOrder::Dmy) {
                let (count, first) = self.misfits[i];
                self.misfits[i] = (count + 1, if count == 0 { line } else { first });
            }
        }
        let mut days = readings.iter().flatten();
        let first = days.next();
        if self.doubtful.is_none() && !dotted && days.any(|d| Some(d) != first) {
            self.doubtful = Some((line, text.trim().to_owned()));
        }
    }

    /// How many cells hold a date.
    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    /// Decides on the whole column.
    pub(crate) fn verdict(&self) -> Verdict {
        let fitting: Vec<DateOrder> =
            ORDERS.into_iter().zip(self.misfits).filter(|(_, (count, _))| *count == 0).map(|(o, _)| o).collect();
        match (fitting.as_slice(), &self.doubtful) {
            ([], _) => Verdict::Contradiction(self.misfits[0].1, self.misfits[1].1),
            ([one], _) => Verdict::Order(*one),
            ([first, ..], None) => Verdict::Order(*first),
            (several, Some((line, text))) => {
                let parts = Parts::split(text);
                let day = |order: DateOrder| Some((order, parts?.day(order)?));
                Verdict::Doubt(*line, text.clone(), several.iter().filter_map(|o| day(*o)).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests;
