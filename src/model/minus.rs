//! The characters that banks and programs write as a minus.

/// Returns whether a character beside digits is a minus: a hyphen, one of the signs of Unicode that look like it, or a dash
/// that word processors make of them.
pub(crate) fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2014}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}
