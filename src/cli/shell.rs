//! Words as a person types them in a shell.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::model::clean_for_display;

/// Returns a word for a shell: as it is when harmless, else in quotes; with escapes where it cannot be shown.
pub(crate) fn quoted(word: &OsStr) -> String {
    let harmless = |b: &u8| b.is_ascii_alphanumeric() || b"._@:/-,=+%".contains(b);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.as_bytes().iter().all(harmless) => text.to_owned(),
        Some(text) if clean_for_display(text) == text => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let escaped = word.as_bytes().iter().map(|b| match b {
                b'\'' | b'\\' => format!("\\{}", char::from(*b)),
                b' '..=b'~' => char::from(*b).to_string(),
                other => format!("\\{other:03o}"),
            });
            format!("$'{}'", escaped.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_names_that_cannot_be_shown() {
        let word = |bytes: &[u8]| quoted(OsStr::from_bytes(bytes));
        assert_eq!(word(b"caf\xe9's.csv"), r"$'caf\351\'s.csv'");
        assert_eq!(word(b"a\x1b[2J\n"), r"$'a\033[2J\012'");
        assert_eq!(word("Übung.csv".as_bytes()), "'Übung.csv'");
        assert_eq!(word(b""), "''");
    }
}
