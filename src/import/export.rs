//! Whether a file is an export at all: whether anything in it pairs a day with an amount.
//!
//! A picture, a note or a web page in a folder is no export, and is only counted. A file that may hold
//! rows and cannot be read has to be named. In doubt a file is an export.

use super::detect;
use super::error::Problem;
use super::evidence::date::Parts;
use super::text;

/// How far apart day and amount of one row may stand in markup, in lines.
const LINES_OF_A_ROW: usize = 8;

/// Returns whether the file may hold rows of an account.
pub fn is_export(bytes: &[u8]) -> bool {
    // Workbooks and archives: what is inside is not looked at.
    if matches!(bytes, [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] | [0x1f, 0x8b, ..]) {
        return true;
    }
    match text::decode(bytes, None) {
        Ok(decoded) => has_rows(&decoded.text),
        Err(error) if matches!(error.problem, Problem::UnknownFormat | Problem::Empty) => false,
        Err(_) => has_rows(&String::from_utf8_lossy(bytes)),
    }
}

fn has_rows(text: &str) -> bool {
    if detect::is_bank_format(text) {
        return true;
    }
    if text.trim_start().starts_with(['<', '{', '[']) {
        return pairs_in_markup(text);
    }
    text.split(['\n', '\r']).any(|line| pairs_in_cells(line) || pairs_in_words(line))
}

/// Returns whether one cell of the line is a day, and another one a number.
fn pairs_in_cells(line: &str) -> bool {
    let split = |c: char| matches!(c, ',' | ';' | '\t' | '|');
    let cells = || line.split(split).flat_map(|cell| cell.split("  ")).map(|cell| cell.trim_matches(['"', '\'', ' ']));
    cells().any(is_day) && cells().any(|cell| is_number(cell) && !is_day(cell))
}

/// Returns whether one word of the line is a day, and another one an amount with cents.
fn pairs_in_words(line: &str) -> bool {
    line.split_whitespace().any(is_day) && line.split_whitespace().any(has_cents)
}

/// Returns whether a day stands in the markup within a few lines of an amount with decimals.
fn pairs_in_markup(text: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '{' | '}' | '[' | ']' | ':');
    let (mut day, mut amount): (Option<usize>, Option<usize>) = (None, None);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.contains("version")) {
        for word in line.split(ends).map(|word| word.trim_matches(',')).filter(|word| !word.is_empty()) {
            day = if is_day(word.split('T').next().unwrap_or_default()) { Some(number) } else { day };
            amount = if has_cents(word) { Some(number) } else { amount };
        }
        if day.zip(amount).is_some_and(|(day, amount)| day.abs_diff(amount) < LINES_OF_A_ROW) {
            return true;
        }
    }
    false
}

fn is_day(cell: &str) -> bool {
    let eight_digits = cell.len() == 8 && cell.bytes().all(|b| b.is_ascii_digit());
    (!eight_digits || cell.starts_with("19") || cell.starts_with("20")) && Parts::split(cell).is_some()
}

/// Returns whether a cell is a number, with a sign, a currency or grouping.
fn is_number(cell: &str) -> bool {
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    let other = cell.chars().filter(|c| !c.is_alphanumeric());
    let sound = |c: char| {
        matches!(c, '.' | ',' | '-' | '+' | '(' | ')' | '\'' | '$' | '€' | '£' | '¥' | '−') || c.is_whitespace()
    };
    cell.chars().any(|c| c.is_ascii_digit())
        && letters <= 3
        && other.clone().count() <= 8
        && other.into_iter().all(sound)
}

/// Returns whether a word ends in a decimal mark and two digits, as amounts do.
fn has_cents(word: &str) -> bool {
    let digits = word.trim_end_matches([')', '-', '.', ',', ';', '"', '€', '$', '£']).as_bytes();
    match digits {
        [start @ .., b'.' | b',', tens, ones] => {
            tens.is_ascii_digit()
                && ones.is_ascii_digit()
                && start.last().is_some_and(u8::is_ascii_digit)
                && is_number(word)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pairs_no_day_with_an_amount_is_no_export() {
        for text in [
            "",
            "\n \n",
            "Dear customer,\nyour statement of 5 March 2026 is ready.\n",
            "eggs, 12\nmilk, 2.50\n",
            "Name,Born\nAda,1815-12-10\n",
            "version 1.2.3 costs nothing\n",
            "<!DOCTYPE html><html><body>Log in until 2026-03-05</body></html>",
            "<?xml version=\"1.0\"?><rss><day>2026-03-05</day></rss>",
            "{\"date\": \"2026-03-05\", \"name\": \"x\"}",
        ] {
            assert!(!is_export(text.as_bytes()), "{text:?}");
        }
        for bytes in [
            &b"%PDF-1.7 2026-03-05 1.00"[..],
            b"\x89PNG\r\n",
            b"SQLite format 3\0",
            b"\0\x01\x02\x03\x04\x05\x06\x07\x01\x01",
            // Notes in an encoding that nothing proves.
            b"M\xf6bel f\xfcr Caf\xe9 \xa7",
            b"caf\xe9 na\xefve \xb9\xe6\xb3",
            b"\x92\xf0\x81 q",
        ] {
            assert!(!is_export(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn what_may_hold_rows_is_an_export() {
        for text in [
            "when;what;how much\n5.3.2026;Coffee;-2,50\n",
            "a|b\n2026-03-05|3\n",
            "05 Mar 2026   GROCERY        12.50\n",
            "2026-03-05 GROCERY 12.50 CR\n",
            "20260305,\"1,200\"\n",
            "!Type:Bank\nD1/2'24\nT5.00\n^\n",
            "OFXHEADER:100\n\n<OFX>",
            "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">",
            "<table>\n<td>05.03.2026</td>\n<td>Rent</td>\n<td>-650,00</td>\n</table>",
            "{\"date\": \"2026-03-05T10:00:00Z\",\n \"amount\": -12.50}",
            "2026-03-05,caf\u{e9},\"unclosed,1.00\n",
        ] {
            assert!(is_export(text.as_bytes()), "{text:?}");
        }
        for bytes in [&b"PK\x03\x04[Content_Types].xml"[..], b"\x1f\x8b\x08", b"2026-03-05;caf\xe9;1,00\n"] {
            assert!(is_export(bytes), "{bytes:?}");
        }
    }
}
