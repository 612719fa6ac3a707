//! Which short sequences of bytes (n-grams) the texts of some rows hold, kept as a Bloom filter: it may say yes where the answer
//! is no, never the other way round.
//!
//! A gram is three bytes; four where the first three are digits, since most groups of three digits stand in any hundred rows.
//! To three bytes that end in the first digit of a number, up to two more belong: in `rent 1234` that is `t 123`. Those that end in its
//! second digit are none: a hundred rows have nearly all of them.

use unicode_normalization::char::decompose_canonical;

use crate::model::folded;

/// Bits for every gram.
const BITS_EACH: usize = 6;

/// From so many grams on, nothing is kept: the texts are unlike what a person searches in.
const MOST: usize = 1 << 16;

/// Each stands before a category, in a gram of all of it. No text has these bytes.
const CATEGORY: [u8; 3] = [0xFD, 0xFE, 0xFF];

/// How programs made grams, the first of them first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Of texts in lower case.
    LowerCase,
    /// Of [`folded`] texts, which are in NFC.
    Normalised,
    /// Of folded texts, with the numbers behind letters.
    Numbers,
}

/// The grams of texts, as stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grams<'b> {
    bits: &'b [u8],
    form: Form,
}

impl<'b> Grams<'b> {
    /// Takes what [`GramSet::take`] of some program made.
    pub(crate) fn of(stored: &'b [u8], form: Form) -> Grams<'b> {
        Grams { bits: stored, form }
    }

    /// Returns whether one of the texts may hold a part, which is [`folded`].
    pub(crate) fn may_hold(self, part: &str) -> bool {
        let held = |part: &str| grams(part.as_bytes(), self.form).all(|gram| self.may_have(gram));
        if self.form == Form::LowerCase { part.split(|c| !has_one_form(c)).all(held) } else { held(part) }
    }

    /// Returns whether one of the categories may be this one, which is [`folded`].
    pub(crate) fn may_have_category(self, category: &str) -> bool {
        let is_known = self.form != Form::LowerCase || category.chars().all(has_one_form);
        !is_known || of_category(category).all(|gram| self.may_have(gram))
    }

    fn may_have(self, gram: u32) -> bool {
        let bits = self.bits.len() * 8;
        bits > 0 && places(gram).iter().all(|place| self.bits[place % bits / 8] >> (place % bits % 8) & 1 == 1)
    }
}

/// Collects the grams of texts.
pub(crate) struct GramSet {
    /// One bit for each possible gram.
    seen: Vec<u64>,
    found: Vec<u32>,
}

impl GramSet {
    /// Returns an empty set.
    pub(crate) fn new() -> GramSet {
        GramSet { seen: vec![0; 1 << 18], found: Vec::new() }
    }

    /// Adds the grams of a text, folded.
    pub(crate) fn add(&mut self, text: &str) {
        if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            grams(text.as_bytes(), Form::Numbers).for_each(|gram| self.note(gram));
        } else {
            grams(folded(text).as_bytes(), Form::Numbers).for_each(|gram| self.note(gram));
        }
    }

    /// Adds a category, folded, as a whole.
    pub(crate) fn add_category(&mut self, category: &str) {
        of_category(&folded(category)).for_each(|gram| self.note(gram));
    }

    fn note(&mut self, gram: u32) {
        let (word, bit) = (&mut self.seen[gram as usize / 64], 1 << (gram % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.found.push(gram);
        }
    }

    /// Returns the set as it is stored, and empties it. `None` where there are too many to keep.
    pub(crate) fn take(&mut self) -> Option<Vec<u8>> {
        let found = std::mem::take(&mut self.found);
        found.iter().for_each(|gram| self.seen[*gram as usize / 64] = 0);
        if found.len() > MOST {
            return None;
        }
        let mut bytes = vec![0; (found.len() * BITS_EACH).div_ceil(8)];
        let bits = bytes.len() * 8;
        for place in found.iter().flat_map(|gram| places(*gram)) {
            bytes[place % bits / 8] |= 1 << (place % bits % 8);
        }
        Some(bytes)
    }
}

/// Returns the grams of a text, each as a number below 2^24.
fn grams(text: &[u8], form: Form) -> impl Iterator<Item = u32> {
    text.windows(3).enumerate().filter_map(move |(at, three)| {
        let digits = three.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        match digits {
            0 => Some(number(three)),
            3 => text.get(at..at + 4).map(number),
            _ if form != Form::Numbers => Some(number(three)),
            // More digits may follow where the text ends, which is part of another one.
            1 => {
                let behind = text.get(at + 3..)?;
                let more = behind.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
                (more == 2 || more < behind.len()).then(|| number(&text[at..at + 3 + more]))
            }
            _ => None,
        }
    })
}

/// Returns whether a character of a text in lower case is what it was before the text was brought into NFC, together with those
/// like it beside it. Of others that is not known.
fn has_one_form(c: char) -> bool {
    // These come of other characters, too.
    let is_replacement = matches!(c, ';' | '`');
    let is_letter = matches!(c, 'ß'..='ɏ' | 'а'..='џ' | 'ぁ'..='ゖ' | 'ァ'..='ヺ');
    let mut is_itself = true;
    decompose_canonical(c, |part| is_itself &= part == c);
    (c.is_ascii() || is_letter) && !is_replacement && is_itself
}

fn of_category(category: &str) -> impl Iterator<Item = u32> {
    CATEGORY.iter().map(move |byte| number(&[&[*byte], category.as_bytes()].concat()))
}

fn number(bytes: &[u8]) -> u32 {
    let mixed =
        bytes.iter().fold(0_u64, |hash, byte| (hash + u64::from(*byte) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed >> 40) as u32
}

/// Returns the two places of a gram, each below 2^24: to be taken modulo the number of bits.
fn places(gram: u32) -> [usize; 2] {
    [gram, gram.wrapping_mul(0x9E37_79B1) >> 8].map(|place| place as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(texts: &[&str]) -> Vec<u8> {
        let mut set = GramSet::new();
        texts.iter().for_each(|text| set.add(text));
        set.take().unwrap()
    }

    #[test]
    fn holds_every_part_of_its_texts() {
        let texts = [
            "CAFÉ Zürich 08154711",
            "CAFE\u{301} Zu\u{308}rich",
            "ΣΊΣΥΦΟΣ",
            "Kelvin \u{212a}elvin",
            "İstanbul",
            "x",
            "",
            "123",
            "12345",
            "rent 1234 a1 b22, c333d4444e",
        ];
        let stored = stored(&texts);
        for text in texts {
            let form: Vec<char> = folded(text).chars().collect();
            for from in 0..=form.len() {
                for to in from..=form.len() {
                    let part: String = form[from..to].iter().collect();
                    assert!(Grams::of(&stored, Form::Numbers).may_hold(&part), "{part}");
                }
            }
        }
    }

    #[test]
    fn holds_every_part_of_texts_that_were_not_normalised() {
        let texts = [
            "CAFE\u{301} ZURI\u{308}CH 4711",
            "Café zürich",
            "a\u{37e}bcd\u{1fef}efg",
            "\u{212a}elvin \u{212b}ngstrom",
        ];
        let others = ["Чай и кофе\u{308}", "И\u{306}од", "カ\u{3099}ス ガス", "\u{f900}\u{8eca}"];
        for text in texts.into_iter().chain(others) {
            let mut set = GramSet::new();
            grams(text.to_lowercase().as_bytes(), Form::LowerCase).for_each(|gram| set.note(gram));
            of_category(&text.to_lowercase()).for_each(|gram| set.note(gram));
            let stored = set.take().unwrap();
            let grams = Grams::of(&stored, Form::LowerCase);
            let form: Vec<char> = folded(text).chars().collect();
            for from in 0..=form.len() {
                for to in from..=form.len() {
                    let part: String = form[from..to].iter().collect();
                    assert!(grams.may_hold(&part), "{part}");
                }
            }
            assert!(grams.may_have_category(&folded(text)));
            assert!(!grams.may_hold("a tram"));
            assert!(!grams.may_hold("трамвай"));
        }
    }

    #[test]
    fn holds_every_part_of_texts_without_the_numbers_behind_letters() {
        let text = "rent 1234 a1 b22, c333d4444e";
        let mut set = GramSet::new();
        grams(text.as_bytes(), Form::Normalised).for_each(|gram| set.note(gram));
        let stored = set.take().unwrap();
        for from in 0..=text.len() {
            for to in from..=text.len() {
                assert!(Grams::of(&stored, Form::Normalised).may_hold(&text[from..to]), "{}", &text[from..to]);
            }
        }
    }

    #[test]
    fn seldom_holds_what_no_text_has() {
        let texts: Vec<String> = (0..128).map(|n| format!("Grocery {}", 100_000 + n * 6_997)).collect();
        let stored = stored(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let held = |part: &dyn Fn(u32) -> String| {
            (0..1_000).filter(|n| Grams::of(&stored, Form::Numbers).may_hold(&part(*n))).count()
        };
        let found = [held(&|n| format!("rent-{n:03}")), held(&|n| format!("grocery 9{n:03}47"))];
        assert!(found.iter().all(|held| *held < 20), "{found:?}");
        // Each word and each number stands in some text, but not together.
        let text = |n: usize, words: [&str; 2]| format!("{} {}", words[n % 2], 1_000 + n * 67);
        let texts: Vec<String> = (0..128).map(|n| text(n, ["rent", "food"])).collect();
        let stored = self::stored(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let others = (0..128).map(|n| text(n, ["food", "rent"]));
        let held = others.filter(|part| Grams::of(&stored, Form::Numbers).may_hold(part)).count();
        assert!(held < 20, "{held}");
    }

    #[test]
    fn tells_categories_as_a_whole() {
        let mut set = GramSet::new();
        set.add_category("Food");
        set.add("Food and drink");
        let stored = set.take().unwrap();
        assert!(Grams::of(&stored, Form::Numbers).may_have_category("food"));
        assert!(!Grams::of(&stored, Form::Numbers).may_have_category("food and drink"));
    }

    #[test]
    fn is_empty_again_after_it_was_taken() {
        let mut set = GramSet::new();
        set.add("groceries");
        set.take().unwrap();
        assert_eq!(set.take(), Some(Vec::new()));
        let none = Grams::of(&[], Form::Numbers);
        assert!(!none.may_hold("gro"));
        // Two letters are no gram, and neither are three digits.
        assert!(none.may_hold("gr") && none.may_hold("123"));
    }

    #[test]
    fn keeps_none_of_too_many() {
        let mut set = GramSet::new();
        set.found = (0..70_000).collect();
        assert_eq!(set.take(), None);
        assert!(set.seen.iter().all(|word| *word == 0));
    }
}
