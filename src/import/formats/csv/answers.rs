//! Answers to the name of a column: yes and no, in the languages of banks.

const YES: [&str; 16] =
    ["yes", "y", "true", "t", "1", "x", "ja", "j", "oui", "o", "si", "s", "sim", "tak", "ano", "kylla"];
const NO: [&str; 14] = ["no", "n", "false", "f", "0", "nein", "nee", "non", "nao", "nej", "nei", "nie", "ne", "ei"];

/// Returns what a folded word answers: yes or no.
pub(super) fn of(word: &str) -> Option<bool> {
    if YES.contains(&word) { Some(true) } else { NO.contains(&word).then_some(false) }
}

/// Returns what the folded name of a column asks: `posted` for `Is posted`.
pub(super) fn question(heading: &str) -> &str {
    heading.strip_prefix("is ").unwrap_or(heading)
}
