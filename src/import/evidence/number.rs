//! Whether a text is written as the number of an account: digits, masked ones, an IBAN. A name, a day and a period are
//! none, whatever digits they have.

use super::account;
use crate::model::{Day, is_minus};

/// Digits behind a mask that name an account, at least.
const FEWEST_BEHIND_A_MASK: usize = 3;
/// Digits of a number that has letters in it, at least, and the letters at most.
const FEWEST_BESIDE_LETTERS: usize = 5;
const MOST_LETTERS: usize = 4;

/// Returns whether a text is a number from end to end. A few letters may stand among the digits of a word (`U1234567`,
/// `0123 45678901.23A`); `Savings 2024` is a name, and so is `Visa 1234`.
pub(crate) fn is_number(text: &str) -> bool {
    let text = text.trim();
    if is_rounded(text) {
        return false;
    }
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    match letters(text) {
        0 => digits(text) > 0,
        _ if looks_like_iban(text) || is_masked(text) => true,
        all => {
            let are_numbers = text.split_whitespace().all(|word| letters(word) == 0 || digits(word) > letters(word));
            are_numbers && all <= MOST_LETTERS && digits(text) >= FEWEST_BESIDE_LETTERS
        }
    }
}

/// Returns the last word of a text that is a masked number: `XXXX-0001` of `Checking account XXXX-0001`.
pub(crate) fn masked_word(text: &str) -> Option<&str> {
    let words = text.split_whitespace().map(|word| word.trim_matches(['(', ')', '[', ']', ',', ':', ';']));
    words.rev().find(|word| is_masked(word))
}

/// Returns whether a text is digits and masks, and ends in enough digits.
pub(crate) fn is_masked(text: &str) -> bool {
    // A dot stands between digits of many numbers, and between those of a date.
    let are_dots_masks = text.starts_with('.') || text.contains("..");
    let is_mask = |c: char| matches!(c, 'X' | 'x') || account::is_mask(c) || (c == '.' && are_dots_masks);
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let masks = text.chars().filter(|c| is_mask(*c)).count();
    let is_plain = |c: char| c.is_ascii_digit() || is_mask(c) || matches!(c, ' ' | '-');
    // An X stands between digits of some numbers, too.
    let is_mask_alone = text.starts_with(is_mask);
    digits >= FEWEST_BEHIND_A_MASK && text.chars().all(is_plain) && (masks > 1 || (masks == 1 && is_mask_alone))
}

/// Words that programs and banks write where there is no number.
const NONE: [&str; 11] = ["null", "none", "nil", "nan", "undefined", "n/a", "#n/a", "n.a.", "k.a.", "k. a.", "(null)"];

/// Returns whether a text says that there is nothing to name: `null`, `N/A`, a dash.
pub(crate) fn is_none(text: &str) -> bool {
    let text = text.trim();
    NONE.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.chars().all(|c| c.is_whitespace() || is_minus(c) || matches!(c, '.' | '/' | '_'))
}

/// Returns whether a text is a number that a spreadsheet program rounded, such as `1.23457E+11`: it names nothing.
pub(crate) fn is_rounded(text: &str) -> bool {
    let Some((number, power)) = text.trim().split_once(['E', 'e']) else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut parts = number.split(['.', ',']);
    let is_one = parts.next().is_some_and(|units| units.len() == 1 && is_digits(units));
    is_one
        && parts.next().is_none_or(is_digits)
        && parts.next().is_none()
        && power.strip_prefix('+').is_some_and(is_digits)
}

/// Returns whether all numbers of a text are days, months and years: a date, a period, a year.
pub(crate) fn is_day_or_period(text: &str) -> bool {
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let number = |run: &str| run.parse::<u32>().unwrap_or_default();
    let is_year = |run: &str| run.len() == 4 && (1900..2100).contains(&number(run));
    let is_day = |run: &str| {
        let (year, month, day) = (number(run) / 10_000, number(run) / 100 % 100, number(run) % 100);
        let year = i32::try_from(year).unwrap_or_default();
        run.len() == 8 && (1900..2100).contains(&year) && Day::from_ymd(year, month, day).is_ok()
    };
    let tells = |run: &str| is_year(run) || is_day(run);
    // `31.03.26`, and a period of two of them.
    let is_short = matches!(runs.len(), 3 | 6) && runs.iter().all(|run| (1..=31).contains(&number(run)));
    let has_joints = text.contains(['.', '/', '-']);
    runs.iter().all(|run| run.len() <= 2 || tells(run))
        && (runs.iter().any(|run| tells(run)) || (is_short && has_joints))
}

/// Returns whether a text has the shape of an IBAN, sound or not: a country, check digits, and more digits than letters.
fn looks_like_iban(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let digits = plain.iter().filter(|b| b.is_ascii_digit()).count();
    (13..=34).contains(&plain.len())
        && plain[..2].iter().all(u8::is_ascii_uppercase)
        && plain[2..4].iter().all(u8::is_ascii_digit)
        && plain.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || *b == b'*')
        && digits * 2 >= plain.len()
}

/// Returns whether a text is an IBAN with sound check digits.
pub(crate) fn is_iban(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let bytes = plain.as_bytes();
    let shaped = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    if !shaped {
        return false;
    }
    let moved = bytes[4..].iter().chain(&bytes[..4]);
    let rest = moved.fold(0u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_an_iban_by_its_check_digits() {
        assert!(is_iban("DE89 3704 0044 0532 0130 00"));
        assert!(is_iban("GB82WEST12345698765432"));
        assert!(!is_iban("DE89370400440532013001"));
        assert!(!is_iban("INVOICE12345678901"));
    }

    #[test]
    fn a_text_with_letters_is_a_name() {
        for text in [
            "12345678",
            "12-34-56 12345678",
            "1234567890/0800",
            "1234XXXXXXXX7890",
            "XXXX-4321",
            "...123",
            "NL77 RABO 0311 4674 15",
            "GB82WEST12345698765432",
            "U1234567",
            "1234-56789-X",
            "0123 45678901.23A",
        ] {
            assert!(is_number(text), "{text}");
        }
        for text in ["Savings 2024", "Main", "Visa 1234", "Car2024", "12345678 EUR", "31 March 2026", "--", ""] {
            assert!(!is_number(text), "{text}");
        }
        assert_eq!(masked_word("Checking (...1234)"), Some("...1234"));
        assert_eq!(masked_word("Savings 2024"), None);
    }

    #[test]
    fn a_word_for_none_names_nothing() {
        for text in ["null", "NULL", "N/A", "n.a.", "-", "--", "—", "", " ", "k.A.", "None"] {
            assert!(is_none(text), "{text}");
        }
        for text in ["Main", "12345678", "Nil's savings", "****", "INTERN", "口座", "\u{1f3e0}"] {
            assert!(!is_none(text), "{text}");
        }
    }

    #[test]
    fn a_number_that_a_spreadsheet_rounded_is_none() {
        for text in ["1.23457E+11", "1,23457E+11", "1E+11", " 4.11e+15 "] {
            assert!(is_rounded(text) && !is_number(text), "{text}");
        }
        for text in ["12345678", "1234E5678", "E+11", "1.2.3E+4", "12.3E+4", "1.23E-4", "1.23E+", "DE89"] {
            assert!(!is_rounded(text), "{text}");
        }
    }

    #[test]
    fn a_day_and_a_period_are_no_numbers_of_accounts() {
        for text in [
            "31.03.2026",
            "01.01.2026 - 31.03.2026",
            "2026-01-01-2026-03-31",
            "2026",
            "03/2026",
            "20260331",
            "31.03.26",
            "01/01/26 - 31/03/26",
            "2026-03-31 12:30",
        ] {
            assert!(is_day_or_period(text), "{text}");
        }
        for text in ["12345678", "1234 5678 2024 1999", "0056", "99.12.2345", "12 34 56", "20261345", ""] {
            assert!(!is_day_or_period(text), "{text}");
        }
    }
}
