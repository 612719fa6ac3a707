//! The three numbers of a written date, before and after their order is known.

use crate::import::evidence::fold::fold;
use crate::model::{Day, words};

words! {
    /// The order of day, month and year in a written date.
    pub enum DateOrder: "an order of dates" {
        /// Day first: 31/12/2024.
        Dmy = "dmy",
        /// Month first: 12/31/2024.
        Mdy = "mdy",
        /// Year first: 2024-12-31.
        Ymd = "ymd",
    }
}

impl DateOrder {
    /// Returns the order as messages name it.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            DateOrder::Dmy => "day first",
            DateOrder::Mdy => "month first",
            DateOrder::Ymd => "year first",
        }
    }
}

/// The three numbers of a date, in written order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(super) numbers: [u32; 3],
    pub(super) digits: [usize; 3],
    pub(super) separator: Option<u8>,
    pub(super) named_month: bool,
}

impl Parts {
    /// Finds the numbers; what follows a space, a comma or a `T` after them is a time and ignored.
    pub(crate) fn split(text: &str) -> Option<Parts> {
        let bytes = text.trim().as_bytes();
        if let Some(parts) = Parts::behind_weekday(text.trim()).or_else(|| Parts::of_characters(text.trim())) {
            return Some(parts);
        }
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
                // `30. 1. 2026`
                if separator == b'.' && bytes.get(at) == Some(&b' ') {
                    at += 1;
                }
            }
        }
        let four = parts.digits.map(|d| d == 4);
        let one_year = four == [true, false, false] || four == [false, false, true] || four == [false; 3];
        // `2026.01.30.`
        let rest = bytes.get(at..)?;
        let rest =
            if four[0] && parts.separator == Some(b'.') { rest.strip_prefix(b".").unwrap_or(rest) } else { rest };
        (one_year && is_time(rest)).then_some(parts)
    }

    /// Reads `Tue, 3 Mar 2026`. Behind a word that is a month as well (`mar 10/02`), the month has to be a word.
    fn behind_weekday(text: &str) -> Option<Parts> {
        let (word, rest) =
            text.split_at(text.find([' ', ',', '.']).filter(|at| *at >= 2 && !text.as_bytes()[0].is_ascii_digit())?);
        let rest = rest.trim_start_matches([' ', ',', '.']);
        let is_weekday = rest.as_bytes().first().is_some_and(u8::is_ascii_digit) && is_weekday(word);
        let parts = Parts::split(rest).filter(|_| is_weekday)?;
        (parts.named_month || month_number(word).is_none()).then_some(parts)
    }

    /// Reads `2026年3月13日`.
    fn of_characters(text: &str) -> Option<Parts> {
        let rest = text.get(4..).filter(|rest| rest.starts_with('年'))?;
        let ((month, rest), year) = (rest['年'.len_utf8()..].split_once('月')?, &text[..4]);
        let (day, time) = rest.split_once('日')?;
        (month.len() <= 2 && day.len() <= 2 && is_time(time.as_bytes()))
            .then(|| Parts::split(&format!("{year}-{month}-{day}")))?
    }

    /// Keeps eight digits in a row as one number until the order is known.
    fn eight(self, rest: &[u8]) -> Option<Parts> {
        is_time(rest).then_some(Parts { digits: [8, 0, 0], ..self })
    }

    /// Reads `23-Jan-15`, `10 Dec 2018`, `Dec 10, 2018`, `2026. jan. 30.`
    ///
    /// A day and a month in numbers may stand behind a weekday that is called like a month (`mar 10/02`), and an hour
    /// behind a day without a year (`13. mar. 10.15`).
    fn named(text: &str) -> Option<Parts> {
        let (parts, gap, rest) = Parts::first_named(text)?;
        let is_end = gap.is_empty() || gap == "." && rest.is_empty();
        let is_whole = match parts.digits[2] {
            2 => is_end || (is_loose(gap) && (is_hour(rest) || rest.starts_with("as of "))),
            4 => is_end || !matches!(gap, "." | "/") && !has_named(rest.strip_prefix("as of ").map_or(rest, |_| "")),
            _ => false,
        };
        is_whole.then_some(parts)
    }

    /// Reads the date with a named month that a text begins with, and returns what stands behind it: a gap, and the rest.
    fn first_named(text: &str) -> Option<(Parts, &str, &str)> {
        let (a, first_gap, rest) = first_word(text);
        let (b, second_gap, rest) = first_word(rest);
        let (c, gap, rest) = first_word(rest);
        let may_follow = first_gap == second_gap || is_loose(second_gap);
        let (day, month, year) = match (month_number(a), month_number(b)) {
            (None, Some(month)) if a.len() == 4 => (c, month, a),
            (None, Some(month)) => (a, month, c),
            (Some(month), None) if may_follow => (b, month, c),
            _ => return None,
        };
        // `1er août`
        let day = ["er", "st", "nd", "rd", "th"].iter().find_map(|end| day.strip_suffix(end)).unwrap_or(day);
        let number = |w: &str| (w.len() <= 4 && w.bytes().all(|b| b.is_ascii_digit())).then(|| w.parse().ok())?;
        let (d, y): (u32, u32) = (number(day)?, number(year)?);
        let separator = text.bytes().find(|b| matches!(b, b'-' | b' ' | b'/' | b'.'));
        // Kept day first, whatever stood first: the word says which one is the month.
        let (numbers, digits) = ([d, month, y], [day.len(), 2, year.len()]);
        (day.len() <= 2).then_some((Parts { numbers, digits, separator, named_month: true }, gap, rest))
    }

    /// Returns the day, read in this order. A year written with four digits in front is a year in any order, and a
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

impl Parts {
    /// Returns the day, if no order reads it otherwise.
    pub(crate) fn certain(self) -> Option<Day> {
        (self.named_month || self.digits[0] == 4).then(|| self.day(DateOrder::Ymd))?
    }

    /// Returns how many digits were written.
    pub(crate) fn length(self) -> usize {
        self.digits.iter().sum()
    }

    /// Returns whether an order finds a month and the 29th, 30th or 31st in a date that there is not.
    pub(super) fn may_be_a_misprint(self, order: DateOrder) -> bool {
        let [a, b, c] = self.numbers;
        let (month, day) = match order {
            _ if self.digits[0] == 8 => return false,
            _ if self.digits[0] == 4 => (b, c),
            DateOrder::Dmy => (b, a),
            DateOrder::Mdy => (a, b),
            DateOrder::Ymd if self.digits[2] == 4 => return false,
            DateOrder::Ymd => (b, c),
        };
        (1..=12).contains(&month) && (29..=31).contains(&day)
    }
}

/// Returns whether the text may follow a date: nothing, a time, or `as of` and a broker's own day.
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

/// Returns whether a word is a day of the week, whole or shortened.
fn is_weekday(word: &str) -> bool {
    const WEEKDAYS: &str = "\
        mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|\
        mo|di|mi|do|fr|sa|so|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|\
        lun|mar|mer|jeu|ven|sam|dim|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\
        mie|jue|vie|sab|dom|lunes|martes|miercoles|jueves|viernes|sabado|domingo|\
        gio|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|\
        ma|wo|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|seg|ter|qua|qui|sex";
    let folded = fold(word);
    WEEKDAYS.split('|').any(|known| known == folded)
}

/// Returns the first word of a date, what divides it from the next, and the rest.
fn first_word(text: &str) -> (&str, &str, &str) {
    let is_gap = |c: char| "- /,.".contains(c);
    let (word, rest) = text.split_at(text.find(is_gap).unwrap_or(text.len()));
    let (gap, rest) = rest.split_at(rest.find(|c| !is_gap(c)).unwrap_or(rest.len()));
    (word, gap, rest)
}

/// Returns whether nothing divides two words but spaces and commas.
fn is_loose(gap: &str) -> bool {
    gap.bytes().all(|b| matches!(b, b' ' | b','))
}

/// Returns whether a date with a named month stands anywhere in the text.
fn has_named(mut text: &str) -> bool {
    while !text.is_empty() {
        if Parts::first_named(text).is_some_and(|(parts, ..)| matches!(parts.digits[2], 2 | 4)) {
            return true;
        }
        text = first_word(text).2;
    }
    false
}

/// Returns whether the text begins with an hour and its minutes.
fn is_hour(text: &str) -> bool {
    let minutes = text.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(text.len() - minutes.len(), 1 | 2) && minutes.starts_with([':', '.'])
}

/// Returns the number of a month by its name or the beginning of it, in one of the languages. Names that are one month in
/// Polish or Czech and another in Croatian (`listopad`, `srpna`, `lip`) are none.
fn month_number(word: &str) -> Option<u32> {
    #[rustfmt::skip]
    const MONTHS: [&str; 12] = [
        "jan|ene|gen|ian|sty|led|tam",
        "feb|fev|lut|uno|hel",
        "mar|mrt|maa|bre",
        "apr|avr|abr|kwi|dub|huh",
        "may|mai|mei|mag|maj|kve|tou",
        "jun|juin|giu|iun|cze|cerven|cervna|kes",
        "jul|juil|lug|iul|lipi|lipc|cervenec|cervence|hei",
        "aug|aou|ago|sie|elo",
        "sep|set|sze|wrz|zar|syy",
        "oct|okt|ott|out|paz|rij|lok",
        "nov|marr",
        "dec|dez|dic|des|gru|pro|jou",
    ];
    if word.chars().count() < 3 || word.chars().any(|c| !c.is_alphabetic()) {
        return None;
    }
    let folded = fold(word);
    let hit = |name: &str| (1..).zip(MONTHS).find(|(_, names)| names.split('|').any(|n| n == name)).map(|(n, _)| n);
    let prefix = |n: usize| folded.chars().take(n).collect::<String>();
    hit(&folded).or_else(|| hit(&prefix(4))).or_else(|| hit(&prefix(3)))
}
