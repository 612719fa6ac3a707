//! Texts as they are compared.

use crate::model::normalise_description;

/// Returns whether two texts of one source are the same.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || normalise_description(a) == normalise_description(b)
}

/// Returns whether texts of two sources can be of one row: one is a part of the other, or they share most words. An
/// empty text is like nothing. Both are normalised.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a == b || a.contains(b) || b.contains(a) {
        return true;
    }
    let words = |text: &'_ str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        parts.filter(|word| !word.chars().all(|c| c.is_numeric())).map(str::to_owned).collect()
    };
    let (mut ones, mut others) = (words(a), words(b));
    if ones.len() > others.len() {
        std::mem::swap(&mut ones, &mut others);
    }
    // A source that cuts its texts ends in the middle of a word.
    let has = |word: &String| others.iter().any(|other| other.starts_with(word.as_str()) || word.starts_with(other));
    let common = ones.iter().filter(|word| has(word)).count();
    common > 0 && common * 2 > ones.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_are_parts_of_each_other_or_share_most_words() {
        for (a, b, is) in [
            ("CAFE BERLIN", "CAFE BERLIN KARTE 4711", true),
            ("SQ *BLUE BOTTLE COFFEE", "BLUE BOTTLE COFFEE OAKLAND", true),
            ("WHOLEFDS MKT", "DOORDASH", false),
            ("", "CAFE", false),
            ("POS 4711", "POS 4712", true),
            ("PURCHASE AMAZON MKTPL", "PURCHASE WALGREENS 11", false),
        ] {
            assert_eq!((alike(a, b), alike(b, a)), (is, is), "{a} and {b}");
        }
    }
}
