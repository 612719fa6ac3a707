//! Names of recipients: when two of them may mean one party.
//!
//! Nobody vouches for a name, and one that looks like another is an old trick. What widens (an allowance) takes a name
//! only as it was written; what narrows or warns (a denial, "what they know") takes every name that a person could
//! read as the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters that look like a Latin letter, with that letter.
///
/// A list of our own, of the kind of Unicode's `confusables.txt` (UTS 39) and much smaller: the Cyrillic, Greek, Coptic and
/// Armenian letters, the digits and the signs that look like a letter of ASCII. Marks and full-width, mathematical and other
/// compatibility forms are left to NFKD.
const LOOK_ALIKES: &[(&str, char)] = &[
    ("АΑɑⲀ", 'A'),
    ("аαⲁ", 'a'),
    ("ВΒⲂ", 'B'),
    ("ЬƄ", 'b'),
    ("СⲤ", 'C'),
    ("сᴄⲥ", 'c'),
    ("ԁ", 'd'),
    ("ЕΕЄԐⲈ", 'E'),
    ("еҽєԑⲉ", 'e'),
    ("Ϝ", 'F'),
    ("ϝғ", 'f'),
    ("Ԍ", 'G'),
    ("ɡցԍ", 'g'),
    ("НΗⲎ", 'H'),
    ("һհⲏ", 'h'),
    // The upright strokes are one letter here.
    ("I1|іІιΙıɩɪӏӀǀ∣ꙆꙇⲒⲓլ", 'l'),
    ("ЈͿ", 'J'),
    ("јϳյ", 'j'),
    ("КΚⲔ", 'K'),
    ("ⲕĸ", 'k'),
    ("Լ", 'L'),
    ("МΜϺⲘ", 'M'),
    ("ⲙ", 'm'),
    ("ΝⲚ", 'N'),
    ("ոռпπⲛ", 'n'),
    ("0ОΟՕⲞ", 'O'),
    ("оοσօᴏⲟ", 'o'),
    ("РΡⲢ", 'P'),
    ("рρϸⲣ", 'p'),
    ("Ԛ", 'Q'),
    ("ԛզգϥϙ", 'q'),
    ("гᴦⲅ", 'r'),
    ("ЅՏꙄ", 'S'),
    ("ѕꜱꙅ", 's'),
    ("ТΤⲦ", 'T'),
    ("ⲧϯ", 't'),
    ("Ս", 'U'),
    ("υսᴜ", 'u'),
    ("Ѵ", 'V'),
    ("νѵᴠ", 'v'),
    ("ԜϢⲰ", 'W'),
    ("ԝѡᴡωաɯшϣⲱ", 'w'),
    ("ХΧⲬ", 'X'),
    ("хⲭ", 'x'),
    ("УΥҮⲨ", 'Y'),
    ("уγүⲩ", 'y'),
    ("ΖⲌ", 'Z'),
    ("ᴢⲍ", 'z'),
    ("ЗƷӠ", '3'),
];

/// Letters whose form of compatibility looks otherwise: the lunate sigmas become other sigmas, and a curled pi a plain one.
const BEFORE_FOLDING: &[(&str, char)] = &[("Ϲ", 'C'), ("ϲ", 'c'), ("ϖ", 'w')];

/// Small letters that look like a Latin letter as they are written, and whose capitals look like another one, or like none.
const AS_WRITTEN: &[(&str, char)] = &[("ςϛ", 'c'), ("η", 'n')];

/// Small letters whose capitals look like a Latin capital: a name in capitals has them, too.
const AFTER_FOLDING: &[(&str, char)] = &[
    ("в", 'b'),
    ("н", 'h'),
    ("к", 'k'),
    ("мϻ", 'm'),
    ("т", 't'),
    ("зӡ", '3'),
    ("β", 'b'),
    ("ε", 'e'),
    ("ζ", 'z'),
    ("η", 'h'),
    ("κ", 'k'),
    ("μ", 'm'),
    ("τ", 't'),
    ("χ", 'x'),
];

/// Returns whether two names are the same, character for character: composed and decomposed accents are.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one.trim().nfc().eq(other.trim().nfc())
}

/// Returns whether a person could take two names for one: in any case, with any space and punctuation, and with letters
/// of other alphabets that look alike.
pub(crate) fn look_alike(one: &str, other: &str) -> bool {
    let alike = |skeleton: fn(&str) -> String| skeleton(one) == skeleton(other);
    alike(folded_first) || alike(mapped_first)
}

/// Folds the case, then replaces what looks like a Latin letter: case makes no difference.
fn folded_first(name: &str) -> String {
    let folded: String = fold(&plain(name));
    let mapped: String = folded.chars().map(latin).map(|c| find(AFTER_FOLDING, c).unwrap_or(c)).collect();
    bare(&mapped)
}

/// Replaces what looks like a Latin letter as it is written, then folds the case: a capital counts as its own picture.
fn mapped_first(name: &str) -> String {
    bare(&plain(name).chars().map(|c| find(AS_WRITTEN, c).unwrap_or_else(|| latin(c))).collect::<String>())
}

/// Takes a name apart: forms of compatibility become plain letters, and a mark stands behind its letter.
fn plain(name: &str) -> String {
    name.chars().map(|c| find(BEFORE_FOLDING, c).unwrap_or(c)).nfkd().collect()
}

fn latin(c: char) -> char {
    find(LOOK_ALIKES, c).unwrap_or(c)
}

fn find(table: &[(&str, char)], c: char) -> Option<char> {
    table.iter().find(|(alike, _)| alike.contains(c)).map(|(_, latin)| *latin)
}

/// Folds the case: through capitals, so that `ß` is `ss` and the two small sigmas are one.
fn fold(text: &str) -> String {
    text.to_uppercase().chars().flat_map(char::to_lowercase).collect()
}

/// Drops white space, punctuation and what is invisible, and takes letters and pairs that look alike for one. A name of
/// signs alone keeps them.
fn bare(text: &str) -> String {
    let folded: String = fold(text).nfkc().collect();
    let kept: String = folded.chars().filter(|c| c.is_alphanumeric() || is_combining_mark(*c)).collect();
    let kept = if kept.is_empty() { folded.split_whitespace().collect() } else { kept };
    kept.replace('i', "l").replace("rn", "m").replace("vv", "w").nfd().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowed_name_is_taken_as_it_is_written() {
        assert!(same_name(" Acme ", "Acme"));
        assert!(same_name("Caf\u{e9}", "Cafe\u{301}"));
        for other in ["acme", "Acme.", "A cme", "\u{410}cme", "Acme\u{301}"] {
            assert!(!same_name("Acme", other), "{other}");
        }
    }

    #[test]
    fn names_that_look_alike_are_one() {
        for (one, other) in [
            ("Acme Lending", "ACME  lending"),
            ("Acme Lending", "Acme-Lending, Inc".trim_end_matches(", Inc")),
            ("Acme Lending", "acmelending."),
            // Cyrillic A, c, e; Greek Alpha and Epsilon.
            ("Acme", "\u{410}\u{441}m\u{435}"),
            ("ACME", "\u{391}CM\u{395}"),
            ("acme", "\u{391}CM\u{395}"),
            // Digits and strokes: O and 0, l, I and 1.
            ("Mortgage One", "M0rtgage 0ne"),
            ("Ally Lender", "A11y Iender"),
            // Full width, mathematical bold, ligature.
            ("Acme", "\u{ff21}\u{ff43}\u{ff4d}\u{ff45}"),
            ("Acme", "\u{1d400}\u{1d41c}\u{1d426}\u{1d41e}"),
            ("Office", "O\u{fb03}ce"),
            ("Acme", "Acrne"),
            ("Stra\u{df}e", "STRASSE"),
            ("\u{39d}\u{399}\u{39a}\u{397}", "\u{3bd}\u{3b9}\u{3ba}\u{3b7}"),
            // Lunate sigmas, digamma, sho, omega; Komi sje, iota, reversed dze, pe, a letter with its mark; ayb; Coptic.
            ("Credit", "\u{3f9}redit"),
            ("Acme", "A\u{3f2}me"),
            ("ACME", "a\u{3f2}me"),
            ("fund", "\u{3dd}und"),
            ("pay", "\u{3f8}ay"),
            ("WWF", "\u{3c9}\u{3a9}F"),
            ("wages", "\u{561}ages"),
            ("gas", "\u{50d}as"),
            ("iris", "\u{a647}ris"),
            ("iris", "iri\u{a645}"),
            ("nina", "\u{43f}i\u{43f}a"),
            ("nina", "\u{3b7}i\u{578}a"),
            ("Zo\u{eb}", "Zo\u{451}"),
            ("\u{cf}la", "\u{407}la"),
            ("Acme", "\u{2c80}\u{2ca5}\u{2c99}\u{2c89}"),
            ("TOKEN", "\u{2ca6}\u{2c9e}\u{2c94}\u{2c88}\u{2c9a}"),
            ("Ac\u{ad}me", "Acme"),
            ("Acme\u{200b}", "Acme"),
        ] {
            assert!(look_alike(one, other) && look_alike(other, one), "{one:?} {other:?}");
        }
    }

    #[test]
    fn other_names_are_others() {
        for (one, other) in [
            ("Acme", "Acne"),
            ("Acme", "Acme Lending"),
            ("Bank 1", "Bank 2"),
            ("Caf\u{e9}", "Cafe"),
            ("+", "-"),
            ("\u{6771}\u{4eac}", "\u{5927}\u{962a}"),
        ] {
            assert!(!look_alike(one, other), "{one:?} {other:?}");
        }
    }
}
