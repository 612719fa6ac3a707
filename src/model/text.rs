//! Text from banks: made safe to show, and made comparable.

use std::borrow::Cow;

/// Replaces every character that could steer a terminal or hide text.
///
/// C0 and C1 controls, DEL, line separators, and the characters that reverse or hide text
/// (bidirectional controls, zero-width characters) become U+FFFD; tabs and line ends become a space.
pub fn clean_for_display(text: &str) -> Cow<'_, str> {
    // Most text is plain: whole words of it are looked at together.
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) || text.chars().all(|c| !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let replace = |c| match c {
        '\t' | '\n' | '\r' => ' ',
        c if is_unsafe(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    Cow::Owned(text.chars().map(replace).collect())
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Returns the form in which descriptions are compared: upper case, one space between words, nothing around,
/// without a `PENDING` prefix. Stored text stays raw, so that a better rule needs no migration.
pub fn normalise_description(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_uppercase));
    }
    match out.strip_prefix("PENDING ").or_else(|| out.strip_prefix("PENDING: ")) {
        Some(rest) => rest.to_owned(),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_what_could_steer_a_terminal() {
        assert_eq!(clean_for_display("a\u{1b}[31mb\u{9b}c\u{7f}"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}");
        assert_eq!(clean_for_display("two\nlines\tand tab"), "two lines and tab");
        assert_eq!(clean_for_display("gpj.\u{202e}exe"), "gpj.\u{fffd}exe");
        assert!(matches!(clean_for_display("Café Zoë"), Cow::Borrowed(_)));
    }

    #[test]
    fn ignores_spacing_and_case_of_descriptions() {
        assert_eq!(normalise_description("  Coffee   Shop\t#12 "), "COFFEE SHOP #12");
        assert_eq!(normalise_description("PENDING - x"), "- X");
    }
}
