//! Masks what looks like an account or card number inside text that a bank wrote.

use crate::model::{Day, clean_for_display};

/// The shortest run of digits that is masked.
const SHORTEST_RUN: usize = 8;
/// The digits that stay, so that the owner still recognises the number.
const KEPT: usize = 4;

/// Returns text for a slice: without control characters, and with long numbers masked.
///
/// A run of eight or more digits, also with single spaces, dashes or unprintable characters between them, becomes
/// `••••` and its last four digits. A calendar day such as `2026-11-22` is left alone. A number that is cut
/// by letters or by two spaces is not recognised: masking catches most numbers, not all.
pub fn mask(text: &str) -> String {
    let text = clean_for_display(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(start) = rest.find(char::is_numeric) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(run_length(from));
        out.push_str(before);
        if let Some((day, after)) = leading_day(from) {
            out.push_str(day);
            rest = after;
            continue;
        }
        let digits: Vec<char> = run.chars().filter(|c| c.is_numeric()).collect();
        if digits.len() < SHORTEST_RUN {
            out.push_str(run);
        } else {
            out.push_str("••••");
            out.extend(&digits[digits.len() - KEPT..]);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Returns a calendar day at the start that no further number is joined to by a dash.
fn leading_day(text: &str) -> Option<(&str, &str)> {
    let (day, after) = text.split_at_checked(10)?;
    let joined = after.starts_with(|c: char| c.is_numeric() || (is_separator(c) && !c.is_whitespace()));
    (day.parse::<Day>().is_ok() && !joined).then_some((day, after))
}

/// Returns the length in bytes of the run of digits at the start, single separators inside it included.
fn run_length(text: &str) -> usize {
    let mut end = 0;
    let mut separated = false;
    for (index, c) in text.char_indices() {
        if c.is_numeric() {
            end = index + c.len_utf8();
            separated = false;
        } else if is_separator(c) && !separated {
            separated = true;
        } else {
            break;
        }
    }
    end
}

fn is_separator(c: char) -> bool {
    // U+FFFD is what an invisible character became.
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_the_last_four_digits_of_long_numbers() {
        for (text, expected) in [
            ("TRANSFER TO 12345678", "TRANSFER TO ••••5678"),
            ("card 4111 1111 1111 1111 used", "card ••••1111 used"),
            ("4111-1111-1111-1111", "••••1111"),
            ("ACH1234567890X", "ACH••••7890X"),
            ("IBAN DE89370400440532013000", "IBAN DE••••3000"),
            ("1234\u{200b}5678", "••••5678"),
            ("١٢٣٤٥٦٧٨", "••••٥٦٧٨"),
            ("CHECK 1234567", "CHECK 1234567"),
            ("1234  5678", "1234  5678"),
            ("on 2026-11-22 at 12/31/2026", "on 2026-11-22 at 12/31/2026"),
            ("2026-11-22 14:05 shop", "2026-11-22 14:05 shop"),
            ("2026-11-22-1234", "••••1234"),
            ("9999-99-99", "••••9999"),
            ("12 eggs", "12 eggs"),
            ("", ""),
        ] {
            assert_eq!(mask(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn leaves_no_run_of_eight_digits(text in "[0-9 a-zé\u{200b}-]{0,40}") {
            let masked = mask(&text);
            let longest = masked.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            prop_assert!(longest.unwrap_or(0) < SHORTEST_RUN, "{masked}");
            prop_assert_eq!(mask(&masked), masked.clone(), "masking twice changes nothing");
        }
    }
}
