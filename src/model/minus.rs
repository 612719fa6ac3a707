//! The characters that banks and programs write as a minus, and the words that they write for it behind an amount.

/// Returns whether a character beside digits is a minus: a hyphen, one of the signs of Unicode that look like it, or a dash
/// that word processors make of them.
pub(crate) fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2014}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// Returns what a word behind an amount says, and the bytes that it takes: `DR` and `S` (Soll) say money out, `CR` and `H` (Haben)
/// money in. A letter stands behind a digit or a space.
pub(crate) fn side(text: &str) -> Option<(bool, usize)> {
    match text.as_bytes() {
        // `IDR` is a currency.
        [.., letter, _, b'R' | b'r'] if letter.is_ascii_alphabetic() => None,
        [.., _, a, b'R' | b'r'] if a.eq_ignore_ascii_case(&b'C') => Some((false, 2)),
        [.., _, a, b'R' | b'r'] if a.eq_ignore_ascii_case(&b'D') => Some((true, 2)),
        [.., b'0'..=b'9' | b' ', b'S'] => Some((true, 1)),
        [.., b'0'..=b'9' | b' ', b'H'] => Some((false, 1)),
        _ => None,
    }
}
