//! Text of others on a page of ours: folded so that it takes a place, and cannot draw, imitate or move one.

use console::measure_text_width;
use unicode_normalization::UnicodeNormalization;

use crate::model::characters::{CLOSING, DRAWING, OPENING, SPACES, UNSEEN};
use crate::model::clean_for_display;

/// Of the same sign, one after the other, at most so many stay.
const LONGEST_RUN: usize = 3;
/// Of the signs that stand for the masked part of a number, so many stay.
const LONGEST_MASK: usize = 4;

/// Folds text of others into words of one line: composed, one space between words, nothing that is invisible, joins or
/// draws, no square brackets (those are ours), no long runs of one sign.
pub(crate) fn folded(text: &str) -> String {
    let plain: String = text.nfc().map(plain).collect();
    let mut out = String::with_capacity(plain.len());
    let mut run = 0;
    for c in clean_for_display(&plain).chars() {
        let is_repeated = out.ends_with(c);
        run = if is_repeated { run + 1 } else { 1 };
        let most = match c {
            ' ' => 1,
            '•' | '*' => LONGEST_MASK,
            _ => LONGEST_RUN,
        };
        if c.is_alphanumeric() || run <= most {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

fn plain(c: char) -> char {
    match c {
        c if SPACES.has(c) => ' ',
        c if UNSEEN.has(c) || DRAWING.has(c) => char::REPLACEMENT_CHARACTER,
        c if OPENING.has(c) => '(',
        c if CLOSING.has(c) => ')',
        c => c,
    }
}

/// Returns the columns that text takes: each character for itself, since terminals differ in what they join.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(c: char) -> usize {
    measure_text_width(c.encode_utf8(&mut [0; 4]))
}

/// Returns text in at most so many columns: cut, it ends in `…`.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += columns_of(c);
        if used > room {
            break;
        }
        out.push(c);
    }
    // A cut is seen even where it is all that fits.
    if width == 0 { String::new() } else { format!("{}…", out.trim_end()) }
}

/// Breaks text into at most `most` lines of at most `width` columns, between words where it can; what does not fit is cut.
pub(crate) fn lines(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() < most {
        if lines.len() + 1 == most {
            lines.push(cut(rest, width));
            break;
        }
        let end = line_end(rest, width);
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines
}

/// Returns how many bytes of text go into a line: up to a space, or as much as fits of a word that is too long.
pub(crate) fn line_end(text: &str, width: usize) -> usize {
    let (mut used, mut last_space) = (0, None);
    for (at, c) in text.char_indices() {
        if c == ' ' {
            last_space = Some(at);
        }
        used += columns_of(c);
        if used > width {
            // The last character may be wider than the line: then it goes alone.
            return last_space.unwrap_or(at).max(text.chars().next().map_or(0, char::len_utf8));
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_each_class_of_attack() {
        for (attack, text, shown) in [
            ("escape codes", "Acme\u{1b}[2J\u{9b}1mLoans", "Acme\u{fffd}(2J\u{fffd}1mLoans"),
            ("lines", "Acme\r\nShare this? [y/N] y\u{2028}x\u{b}x", "Acme Share this? (y/N) y x x"),
            ("padding", "Loan          until     today", "Loan until today"),
            ("wide spaces", "Loan\u{3000}\u{a0}\u{2003}\u{1680} x", "Loan x"),
            ("fillers", "Loan\u{3164}\u{ffa0}\u{115f}\u{1160}\u{2800}x", "Loan\u{fffd}\u{fffd}\u{fffd}x"),
            ("bidirectional", "\u{202e}emcA\u{2066}", "\u{fffd}emcA\u{fffd}"),
            ("joiners", "👩\u{200d}💻 ☕\u{fe0f} A\u{200b}", "👩\u{fffd}💻 ☕\u{fffd} A\u{fffd}"),
            ("tags", "A\u{e0041}\u{e0042}", "A\u{fffd}\u{fffd}"),
            ("stacked marks", "A\u{30d}\u{30d}\u{30d}\u{30d}\u{30d}\u{30d}b", "A\u{30d}\u{30d}\u{30d}b"),
            ("a mark alone", "\u{338}A", "\u{fffd}A"),
            ("boxes", "┌──────────────┐│x│█▀▀", "\u{fffd}\u{fffd}\u{fffd}x\u{fffd}\u{fffd}\u{fffd}"),
            ("rules", "--------------- ======= ____ ....... 11111", "--- === ___ ... 11111"),
            ("masks", "ACH ••••3000 ****1234 ********", "ACH ••••3000 ****1234 ****"),
            ("keys", "[a] all rows ［y/N］【t】⟦d⟧", "(a) all rows (y/N)(t)(d)"),
            ("private use", "\u{e0b0}\u{f8f0}", "\u{fffd}\u{fffd}"),
            ("decomposed", "Cafe\u{301}", "Café"),
        ] {
            assert_eq!(folded(text), shown, "{attack}");
        }
    }

    #[test]
    fn breaks_between_words_and_cuts_what_is_too_long() {
        assert_eq!(lines("one two three", 7, 9), ["one two", "three"]);
        assert_eq!(lines("one two three", 7, 1), ["one tw…"]);
        assert_eq!(lines("abcdefghij k", 4, 9), ["abcd", "efgh", "ij k"]);
        assert_eq!(lines("取引明細", 3, 9), ["取", "引", "明", "細"]);
        assert_eq!(lines("取", 1, 3), ["取"]);
        assert_eq!(lines("", 5, 3), [""; 0]);
        assert_eq!((cut("abcdef", 4), cut("取引明細", 4), cut("ab", 0)), ("abc…".into(), "取…".into(), String::new()));
    }

    proptest! {
        #[test]
        fn any_text_is_harmless_and_fits(text in any::<String>(), width in 2usize..60, most in 1usize..5) {
            let folded = folded(&text);
            let lines = lines(&folded, width, most);
            prop_assert!(lines.len() <= most);
            for line in &lines {
                prop_assert!(columns(line) <= width, "{line:?}");
                prop_assert!(!line.chars().any(|c| c.is_control() || UNSEEN.has(c) || matches!(c, '[' | ']')), "{line:?}");
                prop_assert!(!line.contains("  ") && line.trim() == line, "{line:?}");
            }
            prop_assert_eq!(super::folded(&folded), folded);
        }
    }
}
