//! Makes text safe to show: nothing in it controls a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::model::clean_for_display;

/// Cleans text line by line.
pub(crate) fn clean_lines(text: &str) -> String {
    text.split('\n').map(clean_for_display).collect::<Vec<_>>().join("\n")
}

/// Escapes in JSON text what serde leaves raw and a terminal would obey: DEL, C1 controls, and characters that reverse
/// or hide text. The value stays the same: such characters occur only inside strings.
pub(crate) fn terminal_safe(json: &str) -> Cow<'_, str> {
    if harmless(json) {
        return Cow::Borrowed(json);
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        let unsafe_here = !matches!(c, ' '..='~' | '\n' | '\r' | '\t') && !harmless(c.encode_utf8(&mut [0; 4]));
        if unsafe_here {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

fn harmless(text: &str) -> bool {
    matches!(clean_for_display(text), Cow::Borrowed(_))
}
