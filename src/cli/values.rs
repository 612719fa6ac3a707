//! Parsers of values that several commands take.

use crate::import::text::encoding_named;
use crate::model::{AccountNumber, Amount, Currency, Day, DecimalMark, clean_for_display};
use crate::share::terms::{MAX_DAYS, MAX_RETENTION_DAYS, MAX_TEXT};

/// Reads `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| format!("{text:?} is not a day: write YYYY-MM-DD, such as 2026-03-31"))
}

/// Reads a number of days: `30d`, `4w`, or a bare number of days.
fn days(text: &str, most: u32) -> Result<u32, String> {
    let (digits, unit) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten();
    match number.and_then(|n| n.checked_mul(unit)) {
        None => Err(format!("{text:?} is not a number of days: write 30d or 4w")),
        Some(n) if n == 0 || n > most => Err(format!("{text:?} is not between 1 and {most} days")),
        Some(n) => Ok(n),
    }
}

/// Reads how long a grant lives: at most a year.
pub(crate) fn grant_days(text: &str) -> Result<u32, String> {
    days(text, MAX_DAYS)
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

/// Reads decimal text with a dot, such as `-12.34`, and keeps it as text: its currency is the account's.
pub(crate) fn decimal(text: &str) -> Result<String, String> {
    let read = Amount::parse(text, DecimalMark::Dot, Currency::USD);
    read.map(|a| a.to_string())
        .map_err(|_| format!("{text:?} is not an amount: write digits and a dot, such as -12.34"))
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
        assert_eq!(grant_days("30d"), Ok(30));
        assert_eq!(grant_days("2w"), Ok(14));
        assert_eq!(grant_days("365"), Ok(365));
        assert_eq!((window_days("0").is_err(), window_days("3650")), (true, Ok(3650)));
        for bad in ["", "d", "w", "0d", "366d", "12h", "-1d", "+1d", "99999999999d", "9999999999w", "1 d"] {
            assert!(grant_days(bad).is_err(), "{bad:?}");
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
    fn reads_amounts_as_decimal_text() {
        assert_eq!(decimal("-12.3"), Ok("-12.30".to_owned()));
        for bad in ["12,3x", "2024-01-15", "555-1234", "(5.00", "--5"] {
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
