//! Texts of rows that say that the bank has not booked them.

use std::borrow::Cow;

/// Words that stand at one end of a text. Others, such as `hold`, are parts of names.
pub(crate) const AT_ENDS: [&str; 6] = ["pending", "vorgemerkt", "en attente", "pendiente", "in behandeling", "varaus"];

/// Returns whether a text begins or ends with a word for pending rows, apart from the rest: `PENDING - CAFE`,
/// `(Pending) CAFE`, `CAFE [pending]`. A name such as `PENDINGTON` or `PENDING DELIVERIES LTD` is none.
pub(crate) fn says_pending(text: &str) -> bool {
    // Nearly no text has one of the words at an end, and none is copied to find that out.
    let plain = text.trim_matches(|c: char| c.is_whitespace() || "()[]*".contains(c)).as_bytes();
    let is_at_an_end = AT_ENDS.iter().any(|word| {
        let length = word.len();
        plain.len() >= length
            && (plain[..length].eq_ignore_ascii_case(word.as_bytes())
                || plain[plain.len() - length..].eq_ignore_ascii_case(word.as_bytes()))
    });
    if !is_at_an_end || text.len() > 400 {
        return false;
    }
    let lower: Cow<'_, str> =
        if text.bytes().any(|b| b.is_ascii_uppercase()) { text.to_lowercase().into() } else { text.into() };
    let lower = lower.trim();
    AT_ENDS.iter().any(|word| at_start(lower, word) || at_end(lower, word))
}

fn at_start(text: &str, word: &str) -> bool {
    let bracketed = ["(", "[", "*"].iter().any(|open| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_prefix(word))
            .is_some_and(|rest| rest.starts_with([')', ']', '*']))
    });
    let apart = text.strip_prefix(word).is_some_and(|rest| {
        let after = rest.trim_start();
        after.is_empty() || after.starts_with(['-', ':', '–', '*', '|', '/'])
    });
    bracketed || apart
}

fn at_end(text: &str, word: &str) -> bool {
    let bracketed = [("(", ")"), ("[", "]"), ("*", "*")].iter().any(|(open, close)| {
        text.strip_suffix(close).and_then(|rest| rest.strip_suffix(word)).is_some_and(|rest| rest.ends_with(open))
    });
    let apart = text.strip_suffix(word).is_some_and(|rest| rest.trim_end().ends_with(['-', ':', '–', '|', '/']));
    bracketed || apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_only_apart_from_a_name() {
        for text in ["PENDING - CAFE", "(Pending) CAFE", "CAFE [pending]", "Cafe - Pending", "pending: cafe", "PENDING"]
        {
            assert!(says_pending(text), "{text}");
        }
        for text in ["PENDINGTON", "PENDING DELIVERIES LTD", "SPENDING - X", "suspending", "no pending fees"] {
            assert!(!says_pending(text), "{text}");
        }
    }
}
