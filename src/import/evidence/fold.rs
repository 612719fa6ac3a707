//! Names and words made comparable.

use unicode_normalization::UnicodeNormalization;

use crate::model::bare;

/// Returns a column name in the form in which names are compared: lower case, one space between words.
pub(crate) fn key(name: &str) -> String {
    let clean = name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    clean.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Returns a text in lower case and without accents, one space between words: the form in which names and words of
/// columns are known.
pub(crate) fn fold(text: &str) -> String {
    let lower = key(text);
    if lower.is_ascii() {
        return lower;
    }
    lower.replace('ß', "ss").replace('æ', "ae").nfd().filter_map(bare).nfc().collect()
}

/// Returns one letter in lower case and without its accent.
pub(crate) fn letter(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let lower = c.to_lowercase().next().unwrap_or(c);
    [lower].into_iter().nfd().filter_map(bare).nfc().next().unwrap_or(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_accents_but_not_other_scripts() {
        assert_eq!(fold("Zahlungsempfänger"), "zahlungsempfanger");
        assert_eq!(fold("CZĘŚĆ Łódź"), "czesc lodz");
        assert_eq!(fold("ご利用日"), "ご利用日");
    }

    #[test]
    fn folds_single_letters_alike() {
        let letters = |text: &str| text.chars().map(letter).collect::<String>();
        for text in ["CZĘŚĆ Łódź", "ÁÉÍÓÖŐÚÜŰ", "Āșț Ďáblík", "ご利用日 잔액", "Sørensen"] {
            assert_eq!(letters(text), fold(text));
        }
        assert_eq!(letters("Straße"), "straße", "one letter stays one");
    }
}
