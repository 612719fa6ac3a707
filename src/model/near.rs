//! Words that a misspelt one may stand for.

use strsim::jaro_winkler;

use super::folded;

/// As many words are offered at most.
const MOST: usize = 3;
/// How like a word is at least, to be offered.
const LIKE: f64 = 0.8;
/// How like a part of a word is at least: `checking` in `Everyday Checking`.
const PART_LIKE: f64 = 0.88;
/// A part of a word that was written has at least so many characters.
const SHORTEST_PART: usize = 3;

/// Returns those of the known words that `given` may stand for, the likeliest first: at most three.
pub fn near<'k>(given: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<&'k str> {
    let given = folded(given.trim());
    let mut found: Vec<(f64, &str)> = Vec::new();
    for word in known {
        if let Some(likeness) = likeness(&given, word).filter(|_| found.iter().all(|(_, other)| *other != word)) {
            found.push((likeness, word));
        }
    }
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.into_iter().map(|(_, word)| word).take(MOST).collect()
}

/// Returns how like a word is, if it is like enough to be meant.
fn likeness(given: &str, word: &str) -> Option<f64> {
    Some(closeness(given, word)).filter(|closeness| !given.is_empty() && *closeness >= LIKE)
}

/// Returns how like a word is, between 0 and 1: the whole, or a part of it that is very like.
fn closeness(given: &str, word: &str) -> f64 {
    let lower = folded(word);
    let whole = jaro_winkler(&lower, given);
    if given.chars().count() < SHORTEST_PART {
        return whole;
    }
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= SHORTEST_PART);
    let parts = parts.map(|part| jaro_winkler(part, given)).filter(|closeness| *closeness >= PART_LIKE);
    // What holds all that was written is as like as a part may be.
    let within = lower.contains(given).then_some(PART_LIKE);
    parts.chain(within).fold(whole, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let commands = ["init", "import", "imports", "balances", "transactions", "share", "status", "backup"];
        for (given, meant) in [
            ("balnces", &["balances"][..]),
            ("BALANCE", &["balances"]),
            ("improt", &["import", "imports"]),
            ("transaction", &["transactions"]),
            ("stauts", &["status"]),
            ("back", &["backup"]),
            ("frobnicate", &[]),
            ("", &[]),
            ("x", &[]),
        ] {
            assert_eq!(near(given, commands), meant, "{given:?}");
        }
    }

    #[test]
    fn finds_parts_of_names() {
        let accounts = ["Everyday Checking", "Kennebec Card", "Savings"];
        assert_eq!(near("cheking", accounts), ["Everyday Checking"]);
        assert_eq!(near("kenebec", accounts), ["Kennebec Card"]);
        assert_eq!(near("balance", ["currentBalance", "status", "availableBalance"]).len(), 2);
        assert_eq!(near("detail", ["transactions", "transactions.detail"]), ["transactions.detail"]);
    }

    #[test]
    fn offers_few_and_each_once() {
        let rows: Vec<String> = (0..9).map(|number| format!("account {number}")).collect();
        assert_eq!(near("acount", rows.iter().map(String::as_str)).len(), MOST);
        assert_eq!(near("saving", ["savings", "savings"]), ["savings"]);
    }
}
