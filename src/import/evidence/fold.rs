//! Names and words made comparable.

use unicode_normalization::UnicodeNormalization;

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
    let plain = |c: char| match c {
        '\u{300}'..='\u{36f}' => None,
        'ł' => Some('l'),
        'ø' => Some('o'),
        'đ' => Some('d'),
        other => Some(other),
    };
    lower.replace('ß', "ss").replace('æ', "ae").nfd().filter_map(plain).nfc().collect()
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
}
