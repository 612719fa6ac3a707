//! Hints for misspelt words.

use clap::Command;

use crate::model::near;

/// Returns the hint that names the words that were meant, if any is near.
pub(crate) fn hint<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    asked(&near(given, known))
}

/// Returns the commands below one that were meant, or other words, which are known beside them.
pub(crate) fn commands<'t>(given: &str, tree: &'t Command, others: impl IntoIterator<Item = &'t str>) -> Vec<&'t str> {
    let shown = || tree.get_subcommands().filter(|command| !command.is_hide_set());
    let mut found: Vec<&str> = Vec::new();
    for word in near(given, shown().flat_map(Command::get_name_and_visible_aliases).chain(others)) {
        // A short name stands for the command.
        let name = tree.find_subcommand(word).map_or(word, Command::get_name);
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// Returns the hint that names these words.
pub(crate) fn asked<S: AsRef<str>>(words: &[S]) -> Option<String> {
    let (last, first) = words.split_last()?;
    let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
    let or = if first.is_empty() { "" } else { " or " };
    Some(format!("did you mean {}{or}{}?", first.join(", "), last.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_what_is_near() {
        assert_eq!(hint("balnces", ["balances", "init"]).unwrap(), "did you mean balances?");
        assert_eq!(hint("imp", ["import", "imports", "init"]).unwrap(), "did you mean import or imports?");
        assert_eq!(hint("frobnicate", ["balances"]), None);
        assert_eq!(asked(&["a", "b", "c"]).unwrap(), "did you mean a, b or c?");
    }
}
