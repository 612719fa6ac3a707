//! Texts as they are compared.

use std::collections::BTreeSet;

use crate::model::{is_lost, normalise_description};

/// Returns whether two texts of one source are the same.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || normalise_description(a) == normalise_description(b)
}

/// Returns whether texts of two sources can be of one row: one is a part of the other, or written in another way, or they share
/// most words. An empty text is like nothing. Both are normalised.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    if a == b || a.contains(b) || b.contains(a) || rewritten(a, b) {
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

/// Returns whether one of two texts of a source is the other one cut or written in another way: a bank may have changed the text
/// of a row. Both are normalised.
pub(super) fn changed(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let rest = long.strip_prefix(short).filter(|_| !short.is_empty());
    let is_cut = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || short.len() >= LEAST);
    is_cut || rewritten(a, b)
}

/// Letters of a text that is cut inside a word.
const LEAST: usize = 6;
/// Runs of lost letters in a text, and of letters in a run.
const RUNS: usize = 6;
const RUN: usize = 4;

/// Returns whether two texts differ in where words end, or in letters that one of them lost.
fn rewritten(a: &str, b: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<Vec<char>>();
    let (a, b) = (letters(a), letters(b));
    a == b || is_without_letters(&a, &b) || is_without_letters(&b, &a)
}

/// Returns whether a text is another one in which some letters were lost, each for one sign or for several.
fn is_without_letters(lossy: &[char], text: &[char]) -> bool {
    let lost = lossy.iter().filter(|c| is_lost(**c)).count();
    let runs = lossy.chunk_by(|a, b| is_lost(*a) == is_lost(*b)).filter(|run| is_lost(run[0])).count();
    lost > 0 && 2 * lost <= lossy.len() && runs <= RUNS && fits(lossy, text)
}

/// Returns whether a text is another one in which each run of lost letters stands for some letters. What was compared so far ends at
/// each of some places of the text.
fn fits(lossy: &[char], text: &[char]) -> bool {
    let is_letter = |c: &char| c.is_alphabetic() || is_lost(*c);
    let mut ends = BTreeSet::from([0]);
    for run in lossy.chunk_by(|a, b| is_lost(*a) == is_lost(*b)) {
        let most = if is_lost(run[0]) { run.len().min(RUN) } else { 0 };
        let behind = |end: usize| -> Vec<usize> {
            let rest = &text[end..];
            match most {
                0 => rest.starts_with(run).then_some(end + run.len()).into_iter().collect(),
                _ => (1..=most).take_while(|n| rest.get(n - 1).is_some_and(is_letter)).map(|n| end + n).collect(),
            }
        };
        ends = ends.into_iter().flat_map(behind).collect();
    }
    ends.contains(&text.len())
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
            ("M?LLER", "MULLER", true),
            ("M??LLER 4", "MULLER 4", true),
            ("M\u{fffd}\u{fffd}LLER", "M?LLER", true),
            ("MC DONALDS", "MCDONALDS", true),
            ("????", "CAFE", false),
            ("K?LLER", "MULLER", false),
        ] {
            assert_eq!((alike(a, b), alike(b, a)), (is, is), "{a} and {b}");
        }
    }
    #[test]
    fn a_text_of_one_source_may_be_cut_or_have_lost_letters() {
        for (a, b, is) in [
            ("GYM", "GYM CITY EAST", true),
            ("PRLV SEPA EDF CLIENTS PART", "PRLV SEPA EDF CLIENTS PARTICULIERS REF 993", true),
            ("CAF?", "CAFE", true),
            ("TEA", "TEAPOT SHOP", false),
            ("POS 4711", "POS 4712", false),
            ("CITY TRAM", "TRAM", false),
            ("", "TRAM", false),
        ] {
            assert_eq!((changed(a, b), changed(b, a)), (is, is), "{a} and {b}");
        }
    }
}
