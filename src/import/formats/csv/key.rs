//! Column names made comparable.

/// Returns a column name in the form in which names are compared: lower case, one space between words.
pub(super) fn key(name: &str) -> String {
    let clean = name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    clean.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
