//! Text in columns of a terminal: cut and broken between what is seen as one character.

use console::measure_text_width;
use unicode_segmentation::UnicodeSegmentation;

/// Returns the columns that text takes.
pub(super) fn width(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) { text.len() } else { measure_text_width(text) }
}

/// Returns text in at most so many columns: cut, it ends in `…`.
pub(super) fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let Some(room) = room.checked_sub(1) else { return String::new() };
    format!("{}…", head(text, room).trim_end())
}

/// Returns as much of the beginning as fits.
fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.grapheme_indices(true) {
        used += width(character);
        if used > room {
            return &text[..at];
        }
    }
    text
}

/// Returns as many code points as fit, at least one.
fn letters(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += width(letter.encode_utf8(&mut [0; 4]));
        if used > room && at > 0 {
            return &text[..at];
        }
    }
    text
}

/// Breaks text between words into lines of at most so many columns; what is longer than a line is broken anywhere.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let room = room.max(2);
    let mut lines = vec![String::new()];
    for mut word in text.split(' ').filter(|word| !word.is_empty()) {
        // A line may have text that takes no column.
        if lines.last().is_some_and(|line| !line.is_empty() && width(line) + 1 + width(word) > room) {
            lines.push(String::new());
        }
        while width(word) > room {
            // What is seen as one character and wider than a line is broken, too.
            let part = Some(head(word, room)).filter(|part| !part.is_empty()).unwrap_or_else(|| letters(word, room));
            if let Some(line) = lines.last_mut() {
                line.push_str(part);
            }
            lines.push(String::new());
            word = &word[part.len()..];
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::clean_for_display;

    #[test]
    fn cuts_between_what_is_seen_as_one_character() {
        assert_eq!([cut("abcdef", 4), cut("ab cdef", 4), cut("abcd", 4), cut("ab", 0)], ["abc…", "ab…", "abcd", ""]);
        assert_eq!([cut("取引明細", 5), cut("取引明細", 4)], ["取引…", "取…"]);
        let coder = "👩\u{200d}💻";
        assert_eq!(cut(&format!("ab{coder}{coder}"), 5), format!("ab{coder}…"));
        assert_eq!(cut(&format!("ab{coder}{coder}"), 4), "ab…");
        assert_eq!(cut("Cafe\u{301}s and more", 5), "Cafe\u{301}…");
    }

    #[test]
    fn breaks_lines_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("取引明細", 5), ["取引", "明細"]);
        // One character to the eye, of a letter and signs that each take a column.
        let wide = format!("क{}", "ा".repeat(9));
        assert_eq!(wrap(&wide, 4).concat(), wide);
        assert!(width(&wide) > 4 && wrap(&wide, 4).iter().all(|line| width(line) <= 4));
        // The first word takes no column, the space behind it does.
        assert_eq!(wrap("\u{301} abcd", 4), ["\u{301}", "abcd"]);
    }

    proptest! {
        #[test]
        fn any_text_fits(text in any::<String>(), room in 2usize..40) {
            let text = clean_for_display(&text).into_owned();
            prop_assert!(width(&cut(&text, room)) <= room);
            let lines = wrap(&text, room);
            prop_assert!(lines.iter().all(|line| width(line) <= room), "{lines:?}");
            let shown: String = lines.concat();
            prop_assert_eq!(shown.replace(' ', ""), text.replace(' ', ""));
        }
    }
}
