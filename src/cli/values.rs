//! Parsers of values that several commands take.

use std::str::FromStr;

use super::error::CliError;
use super::exit::Exit;
use super::words::SIGNS;
use crate::import::text::encoding_named;
use crate::model::{
    ALPHABET, AccountNumber, Amount, Currency, Day, DayError, DaySpan, GrantId, MoneyError, PeriodError, PeriodText,
    clean_for_display,
};
use crate::ops::OpError;
use crate::ops::query::Bound;
use crate::ops::share::Expires;
use crate::share::terms::{MAX_DAYS, MAX_RETENTION_DAYS, MAX_TEXT};

/// Reads `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|error: DayError| {
        if Day::has_form(text) {
            return error.to_string();
        }
        format!("{text:?} is not a day: write YYYY-MM-DD, such as 2026-03-31")
    })
}

/// Reads a number of days: `30d`, `4w`, or a bare number of days.
fn days(text: &str, most: u32) -> Result<u32, String> {
    let (digits, unit) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    match number.and_then(|n| n.checked_mul(unit)) {
        None if is_days(text) => Err(format!("{text:?} is not between 1 and {most} days")),
        None => Err(format!("{text:?} is not a number of days: write 30d or 4w")),
        Some(n) if n == 0 || n > most => Err(format!("{text:?} is not between 1 and {most} days")),
        Some(n) => Ok(n),
    }
}

/// Reads how long a grant may live: at most a year.
pub(crate) fn grant_days(text: &str) -> Result<u32, String> {
    days(text, MAX_DAYS)
}

/// Reads how long a grant lives, at most a year: days, weeks, `1y`, or the last day of a period.
pub(crate) fn expires(text: &str) -> Result<Expiry, String> {
    if text == "1y" {
        return Ok(Expiry::Days(MAX_DAYS));
    }
    // Four digits are a year, and no days: nobody means a number of days that no grant may have.
    match (days(text, MAX_DAYS), period(text)) {
        (Ok(days), _) => Ok(Expiry::Days(days)),
        (Err(_), Ok(period)) => Ok(Expiry::Until(period)),
        (Err(too_many), Err(_)) if is_days(text) => Err(too_many),
        (Err(_), Err(no_day @ PeriodError::Day(_))) => Err(no_day.to_string()),
        (Err(_), Err(_)) => Err(format!(
            "{text:?} is no time that a grant may last: write 30d, 4w, 1y or its last day, such as 2026-12-31 or 2027q1, at \
             most {MAX_DAYS} days from now"
        )),
    }
}

/// Returns whether a text is a number of days or weeks, however many.
fn is_days(text: &str) -> bool {
    let digits = text.strip_suffix(['d', 'w']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// How long a grant lives, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// So many days.
    Days(u32),
    /// Until the last day of a period, included.
    Until(PeriodText),
}

impl Expiry {
    /// Returns what is meant on the day `today`.
    pub(crate) fn on(&self, today: Day) -> Result<Expires, CliError> {
        match self {
            Expiry::Days(days) => Ok(Expires::Days(*days)),
            Expiry::Until(period) => Ok(Expires::EndOf(last_day(period, "--expires", today)?)),
        }
    }
}

/// Reads a period, such as `2026q1`.
pub(crate) fn period(text: &str) -> Result<PeriodText, PeriodError> {
    text.parse()
}

/// Returns the first day of a period, which an option needs.
fn first_day(period: &PeriodText, option: &str, today: Day) -> Result<Day, CliError> {
    period.on(today).first.ok_or_else(|| CliError::new(Exit::Usage, format!("{option} {period} has no first day")))
}

/// Returns the last day of a period, which an option needs.
pub(crate) fn last_day(period: &PeriodText, option: &str, today: Day) -> Result<Day, CliError> {
    period.on(today).last.ok_or_else(|| CliError::new(Exit::Usage, format!("{option} {period} has no last day")))
}

/// Returns the days that `--period`, or `--since` and `--until`, leave; of several periods those from the first to the last.
pub(crate) fn days_of(
    whole: &[PeriodText],
    since: Option<&PeriodText>,
    until: Option<&PeriodText>,
    today: Day,
) -> Result<DaySpan, CliError> {
    let whole = DaySpan::around(&spans_of(whole, today));
    let first = since.map(|period| first_day(period, "--since", today)).transpose()?.or(whole.first);
    let last = until.map(|period| last_day(period, "--until", today)).transpose()?.or(whole.last);
    if let (Some(since), Some(until)) = (first, last)
        && until < since
    {
        return Err(OpError::EmptyPeriod { since, until }.into());
    }
    Ok(DaySpan { first, last })
}

/// Returns the days of each period.
pub(crate) fn spans_of(periods: &[PeriodText], today: Day) -> Vec<DaySpan> {
    periods.iter().map(|period| period.on(today)).collect()
}

/// Reads how many rows are wanted at most.
pub(crate) fn rows<N: FromStr + PartialEq + From<u8>>(text: &str) -> Result<N, String> {
    let number = text.parse().ok().filter(|number| *number != N::from(0) && !text.starts_with('+'));
    number.ok_or_else(|| format!("{text:?} is not a number of rows: write 1 or more"))
}

/// Reads how often a grant may be opened.
pub(crate) fn uses(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| *number > 0 && !text.starts_with('+'));
    number.ok_or_else(|| format!("{text:?} is not a number of openings: write 1 or more"))
}

/// Reads how long a statement may take: up to an hour.
pub(crate) fn statement_seconds(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|seconds| (1..=3600).contains(seconds) && !text.starts_with('+'));
    number.ok_or_else(|| format!("{text:?} is not a number of seconds: write 1 to 3600"))
}

/// Reads an amount as a person writes it: `1000`, `-$12.50`, `50 EUR`. With a currency it means no other one.
pub(crate) fn bound(text: &str) -> Result<Bound, String> {
    let bad = || format!("{text:?} is not an amount: write it such as -12.50, $1,000 or \"50 EUR\"");
    let words = text.trim_start_matches(['-', '+']).trim();
    let named = SIGNS.iter().filter(|(_, sign)| words.starts_with(sign) || words.ends_with(sign));
    let named = named.max_by_key(|(_, sign)| sign.len()).and_then(|(code, _)| code.parse::<Currency>().ok());
    let letters: String = words.chars().filter(char::is_ascii_alphabetic).collect();
    let currency = named.or_else(|| letters.parse().ok());
    let amount = Amount::typed(text, currency).map_err(|error| unread(error, bad))?;
    // A sign of no currency that is known here would be read as any.
    if currency.is_none() && words.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '\'' | ' ')) {
        return Err(bad());
    }
    Ok(Bound { amount: amount.micros(), currency })
}

/// Returns why an amount is not read: what it could be, or what is none.
fn unread(error: MoneyError, bad: impl Fn() -> String) -> String {
    match error {
        MoneyError::TwoReadings { .. } => error.to_string(),
        _ => bad(),
    }
}

/// Reads how far back the data of a grant may reach: at most a century.
pub(crate) fn window_days(text: &str) -> Result<u32, String> {
    days(text, 36_525)
}

/// Reads how long the recipient may keep the data: at most ten years.
pub(crate) fn retention_days(text: &str) -> Result<u32, String> {
    days(text, MAX_RETENTION_DAYS)
}

/// The longest time that a vault may stay unlocked, in seconds.
const LONGEST_UNLOCK: u32 = 24 * 60 * 60;

/// Reads a time such as `90s`, `15m` or `2h`, in seconds: at most a day.
pub(crate) fn seconds(text: &str) -> Result<u32, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b's') => (&text[..text.len() - 1], 1),
        Some(b'm') => (&text[..text.len() - 1], 60),
        Some(b'h') => (&text[..text.len() - 1], 3600),
        _ => return Err(format!("{text:?} is not a time: write 90s, 15m or 2h")),
    };
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    match number.and_then(|n| n.checked_mul(unit)) {
        None => Err(format!("{text:?} is not a time: write 90s, 15m or 2h")),
        Some(n) if n == 0 || n > LONGEST_UNLOCK => Err(format!("{text:?} is not between 1s and 24h")),
        Some(n) => Ok(n),
    }
}

/// Returns a time for a person: `2 hours`, `15 minutes`.
pub(crate) fn in_time(seconds: u32) -> String {
    let (number, unit) = match seconds {
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// Reads an amount without a currency, such as `-12.34`, and keeps it as text: its currency is the account's.
pub(crate) fn decimal(text: &str) -> Result<String, String> {
    let bad = || format!("{text:?} is not an amount: write digits and a dot, such as -12.34");
    if text.chars().any(|c| c.is_alphabetic()) || SIGNS.iter().any(|(_, sign)| text.contains(sign)) {
        return Err(bad());
    }
    // A comma has one meaning or two, which the currency tells.
    Amount::typed(text, Some(Currency::USD)).map_err(|error| unread(error, bad))?;
    Ok(text.trim().to_owned())
}

/// The most characters of an account number: an IBAN has at most 34.
const LONGEST_NUMBER: usize = 64;

/// Reads an account number, with the blanks and dashes that people write in it.
pub(crate) fn account_number(text: &str) -> Result<AccountNumber, String> {
    let text = text.trim();
    let sound = text.chars().count() <= LONGEST_NUMBER && text.bytes().filter(u8::is_ascii_digit).count() >= 2;
    let number = AccountNumber::new(text).filter(|_| sound && clean_for_display(text) == text);
    number.ok_or_else(|| format!("{text:?} is not an account number"))
}

/// Reads text that names something: not blank, of a sane length, without characters that control a terminal.
pub(crate) fn name(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    if text.chars().count() > MAX_TEXT {
        return Err(format!("it is longer than {MAX_TEXT} characters"));
    }
    if clean_for_display(text) != text {
        return Err("it holds control or invisible characters".to_owned());
    }
    Ok(text.to_owned())
}

/// The id of a grant has at least so many characters, where it is written in part.
const SHORTEST_GRANT: usize = 3;

/// Reads the id of a grant, or how it begins.
pub(crate) fn grant(text: &str) -> Result<String, String> {
    let is_part = (SHORTEST_GRANT..GrantId::LENGTH).contains(&text.len());
    let sound = text.bytes().all(|b| ALPHABET.contains(&b)) && (is_part || text.len() == GrantId::LENGTH);
    sound.then(|| text.to_owned()).ok_or_else(|| {
        format!(
            "{text:?} is not a grant id: 16 characters of 2-9 and a-z without i and l, or the first of them, at least 3"
        )
    })
}

/// Reads the name of an encoding.
pub(crate) fn encoding(text: &str) -> Result<String, String> {
    let known =
        encoding_named(text).ok_or_else(|| format!("{text:?} is no encoding that is known: try windows-1252"))?;
    Ok(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations_in_whole_days() {
        assert_eq!(expires("30d"), Ok(Expiry::Days(30)));
        assert_eq!(expires("2w"), Ok(Expiry::Days(14)));
        assert_eq!(expires("365"), Ok(Expiry::Days(365)));
        assert_eq!(expires("1y"), Ok(Expiry::Days(365)));
        assert_eq!(expires("2026-12-31"), Ok(Expiry::Until("2026-12-31".parse().unwrap())));
        assert_eq!(expires("2027q1"), Ok(Expiry::Until("2027q1".parse().unwrap())));
        assert_eq!(expires("400d"), Err("\"400d\" is not between 1 and 365 days".to_owned()));
        assert!(expires("2y").unwrap_err().ends_with("at most 365 days from now"));
        assert_eq!((window_days("0").is_err(), window_days("3650")), (true, Ok(3650)));
        for bad in ["", "d", "w", "0d", "366d", "12h", "-1d", "+1d", "99999999999d", "9999999999w", "1 d"] {
            assert!(expires(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn reads_times_of_a_day_at_most() {
        assert_eq!([seconds("90s"), seconds("15m"), seconds("24h")], [Ok(90), Ok(900), Ok(86_400)]);
        for bad in ["", "s", "0m", "25h", "15", "1d", "-1m", "+1m", "1.5h", "99999999999m", "1 m", "é"] {
            assert!(seconds(bad).is_err(), "{bad:?}");
        }
        assert_eq!([in_time(90), in_time(60), in_time(7200)], ["90 seconds", "1 minute", "2 hours"]);
    }

    #[test]
    fn refuses_names_that_control_a_terminal() {
        assert_eq!(name("  Acme Lending "), Ok("Acme Lending".to_owned()));
        for bad in ["", "  ", "a\u{1b}[2Jb", "a\u{202e}b", "two\nlines"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn reads_amounts_to_filter_by_with_their_currency() {
        for (text, micros, currency) in [
            ("-12.3", -12_300_000, None),
            ("1000", 1_000_000_000, None),
            ("1.5", 1_500_000, None),
            ("0.500", 500_000, None),
            ("1234.567", 1_234_567_000, None),
            ("1,000.00", 1_000_000_000, None),
            ("1,000,000", 1_000_000_000_000, None),
            ("1.2340 KWD", 1_234_000, Some("KWD")),
            ("$1,000", 1_000_000_000, Some("USD")),
            ("-$4.25", -4_250_000, Some("USD")),
            ("CA$5", 5_000_000, Some("CAD")),
            ("50 EUR", 50_000_000, Some("EUR")),
            ("-CHF 0.05", -50_000, Some("CHF")),
            ("€5", 5_000_000, Some("EUR")),
        ] {
            let read = bound(text).unwrap();
            let currency = currency.map(|code| code.parse().unwrap());
            assert_eq!((read.amount.get(), read.currency), (micros, currency), "{text}");
        }
        for bad in ["", "x", "12,3x", "2024-01-15", "555-1234", "(5.00", "--5", "$", "₽5", "5 pounds"] {
            assert!(bound(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn refuses_amounts_that_others_read_otherwise() {
        for (text, thousands, fraction) in [
            ("1.000", "1000", "1.00"),
            ("-1.000", "-1000", "-1.00"),
            ("1,000", "1000", "1.00"),
            ("12.500 EUR", "\"12500 EUR\"", "\"12.50 EUR\""),
            ("$1.234", "\"1234 USD\"", "\"1.2340 USD\""),
            ("1.000 KWD", "\"1000 KWD\"", "\"1.00 KWD\""),
            ("1,000 KWD", "\"1000 KWD\"", "\"1.00 KWD\""),
            ("-KWD 1.234", "\"-1234 KWD\"", "\"-1.2340 KWD\""),
            ("0,500", "500", "0.50"),
        ] {
            let told = bound(text).unwrap_err();
            let wanted =
                format!("{text:?} is {thousands} to some and {fraction} to others: write {thousands} or {fraction}");
            assert_eq!(told, wanted);
            // What the message says to write is read.
            let read = [thousands, fraction].map(|word| bound(word.trim_matches('"')).unwrap());
            let is_named = text.chars().any(|c| c == '$' || c.is_ascii_alphabetic());
            assert_eq!(read.map(|bound| bound.currency.is_some()), [is_named; 2], "{text}");
        }
        for bad in ["1.000,00", "1,5", "1.000.000"] {
            assert!(bound(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn reads_amounts_as_decimal_text() {
        assert_eq!(decimal("-12.3"), Ok("-12.3".to_owned()));
        assert_eq!(decimal("1,000"), Ok("1,000".to_owned()));
        for bad in ["1.000", "5 EUR", "$5", "€5", "12,3x", "2024-01-15", "555-1234", "(5.00", "--5"] {
            assert!(decimal(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn encodings_are_named_as_reports_name_them() {
        assert_eq!(encoding("CP1250"), Ok("windows-1250".to_owned()));
        assert_eq!(encoding("ibm850"), Ok("IBM850".to_owned()));
        assert!(encoding("klingon").is_err());
    }
}
