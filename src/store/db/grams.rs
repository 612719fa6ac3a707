//! Which short sequences of bytes (n-grams) the texts of some rows hold, kept as Bloom filters: one may say yes where the answer is no,
//! never the other way round.
//!
//! A gram is three bytes; four where the first three are digits, since most groups of three digits stand in any hundred rows.
//! To three bytes that end in the first digit of a number, one more belongs, and two more make another gram: in `rent 1234` those
//! are `t 12` and `t 123`. Those that end in its second digit are none: a hundred rows have nearly all of them.
//!
//! The filters of some zones have one length, and their bits lie together by place: whoever looks for a few grams reads the few
//! places of these, and nothing of the others. Behind them may lie the bits of pairs of characters ([`letters`]) and of the outermost
//! rows ([`edges`]), and then the amounts that come next to those.
//!
//! [`letters`]: crate::store::db::letters
//! [`edges`]: crate::store::db::edges

use std::ops::Range;

use crate::model::folded;
use crate::store::db::edges::{self, EDGE_BITS, Edge, End, RowGrams};
use crate::store::db::letters::{Letters, PAIRS};

/// A large odd number, 2^64 divided by the golden ratio.
const MIXER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Bits for every gram.
const BITS_EACH: usize = 6;

/// Of so many grams of each zone there is room for no more: the texts are unlike what a person searches in.
const MOST: usize = 1 << 16;

/// Each stands before a category, in a gram of all of it. No text has these bytes.
const CATEGORY: [u8; 3] = [0xFD, 0xFE, 0xFF];

/// Collects the grams of one zone after the other.
pub(crate) struct GramSet {
    /// One bit for each possible gram; those of the running zone are set.
    seen: Vec<u64>,
    /// The grams of each zone.
    found: Vec<u32>,
    /// Where in `found` those of each zone end that is done.
    ends: Vec<usize>,
    letters: Letters,
    open_edges: [Edge; 2],
    edges: Vec<[Edge; 2]>,
}

impl GramSet {
    /// Returns an empty set.
    pub(crate) fn new() -> GramSet {
        GramSet {
            seen: vec![0; 1 << 18],
            found: Vec::new(),
            ends: Vec::new(),
            letters: Letters::new(),
            open_edges: Edge::none(),
            edges: Vec::new(),
        }
    }

    /// Adds the grams of a text, folded, and its pairs where they may be new.
    pub(crate) fn add(&mut self, text: &str, has_new_pairs: bool) {
        with_folded(text, |text| {
            grams(text, |gram| self.note(gram));
            if has_new_pairs {
                self.letters.add(text);
            }
        });
    }

    /// Adds the edges of the zone, in the order of [`End::BOTH`].
    pub(crate) fn add_edges(&mut self, edges: [Edge; 2]) {
        self.open_edges = edges;
    }

    /// Adds a category, folded, as a whole.
    pub(crate) fn add_category(&mut self, category: &str) {
        of_category(&folded(category)).into_iter().for_each(|gram| self.note(gram));
    }

    fn note(&mut self, gram: u32) {
        let (word, bit) = (&mut self.seen[gram as usize / 64], 1 << (gram % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.found.push(gram);
        }
    }

    /// Ends a zone. Returns how many grams all zones have.
    pub(crate) fn end_zone(&mut self) -> usize {
        let from = self.ends.last().copied().unwrap_or_default();
        self.found[from..].iter().for_each(|gram| self.seen[*gram as usize / 64] = 0);
        self.ends.push(self.found.len());
        self.letters.end_zone();
        self.edges.push(std::mem::replace(&mut self.open_edges, Edge::none()));
        self.found.len()
    }

    /// Returns the filters of the zones that are done, and how long they are; with pairs and edges, if that is wanted. The set is
    /// empty then.
    pub(crate) fn take(&mut self, is_full: bool) -> (Filters, Vec<u8>) {
        let (found, ends) = (std::mem::take(&mut self.found), std::mem::take(&mut self.ends));
        let zones = ends.len();
        let bits = (found.len() * BITS_EACH).div_ceil(zones.max(1)).clamp(1, MOST * BITS_EACH);
        let filters = Filters { zones, bits, is_full };
        let mut bytes = vec![0; filters.bytes_of_bits()];
        let mut set = |run: Range<usize>, zone: usize| {
            let at = run.start + zone;
            bytes[at / 8] |= 1 << (at % 8);
        };
        let mut from = 0;
        for (zone, end) in ends.into_iter().enumerate() {
            found[from..end].iter().flat_map(|gram| filters.runs(*gram)).for_each(|run| set(run, zone));
            from = end;
        }
        let (letters, edges) = (std::mem::replace(&mut self.letters, Letters::new()), std::mem::take(&mut self.edges));
        if !is_full {
            return (filters, bytes);
        }
        letters.each(|zone, pair| set(filters.run_of_pair(pair), zone));
        for (zone, edges) in edges.iter().enumerate() {
            for (end, edge) in End::BOTH.into_iter().zip(edges) {
                edge.grams.places().for_each(|place| set(filters.run_of_edge(end, place), zone));
            }
        }
        bytes.extend(edges.iter().flatten().flat_map(|edge| edge.next.get().to_le_bytes()));
        (filters, bytes)
    }
}

/// The size of some filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Filters {
    /// How many there are, one for each zone.
    pub zones: usize,
    /// How many bits each of them has, from 1.
    pub bits: usize,
    /// Whether the bits of pairs and edges lie behind them, and the amounts of edges.
    pub is_full: bool,
}

impl Filters {
    /// Returns where the bits lie that all are set in the filter of a zone with a gram: in each run, one bit for each zone.
    pub(crate) fn runs(self, gram: u32) -> impl Iterator<Item = Range<usize>> {
        let places = [gram, gram.wrapping_mul(0x9E37_79B1) >> 8];
        places.into_iter().filter_map(move |place| Some(self.run((place as usize).checked_rem(self.bits)?)))
    }

    /// Returns where the bits lie that tell which zones have a pair of characters.
    pub(crate) fn run_of_pair(self, pair: usize) -> Range<usize> {
        self.run(self.bits + pair)
    }

    /// Returns where the bits lie that tell in which zones the outermost row at an end may have a gram.
    pub(crate) fn run_of_edge_gram(self, end: End, gram: u32) -> Range<usize> {
        self.run_of_edge(end, edges::place(gram))
    }

    fn run_of_edge(self, end: End, place: usize) -> Range<usize> {
        self.run(self.bits + PAIRS + end as usize * EDGE_BITS + place)
    }

    fn run(self, place: usize) -> Range<usize> {
        let from = place * self.zones;
        from..from + self.zones
    }

    fn bytes_of_bits(self) -> usize {
        let others = if self.is_full { PAIRS + End::BOTH.len() * EDGE_BITS } else { 0 };
        (self.zones * (self.bits + others)).div_ceil(8)
    }

    /// Returns which bytes are the amount of a zone that comes next to the outermost one at an end, little-endian.
    pub(crate) fn bytes_of_next(self, zone: usize, end: End) -> Range<usize> {
        let from = self.bytes_of_bits() + (zone * End::BOTH.len() + end as usize) * size_of::<i64>();
        from..from + size_of::<i64>()
    }

    /// Returns how many bytes they have in all.
    pub(crate) fn bytes(self) -> usize {
        let amounts = if self.is_full { self.zones * End::BOTH.len() } else { 0 };
        self.bytes_of_bits() + amounts * size_of::<i64>()
    }
}

/// Returns the grams of one row: of its texts, and of its category.
pub(crate) fn of_row<'t>(texts: impl Iterator<Item = &'t str>, category: Option<&str>) -> RowGrams {
    let mut row = RowGrams::default();
    texts.for_each(|text| with_folded(text, |text| grams(text, |gram| row.note(gram))));
    let of_category = category.into_iter().flat_map(|category| of_category(&folded(category)));
    of_category.for_each(|gram| row.note(gram));
    row
}

/// Returns the grams of a part of a text, which is [`folded`].
pub(crate) fn of_part(part: &str) -> Vec<u32> {
    let mut found = Vec::new();
    grams(part.as_bytes(), |gram| found.push(gram));
    found
}

/// Returns the grams with digits of a part of a text, which is [`folded`].
pub(crate) fn of_digits(part: &str) -> Vec<u32> {
    let mut found = Vec::new();
    grams_with(part.as_bytes(), |gram| found.extend(gram.iter().any(u8::is_ascii_digit).then(|| number(gram))));
    found
}

/// Returns the grams of a category, which is [`folded`].
pub(crate) fn of_category(category: &str) -> [u32; 3] {
    CATEGORY.map(|byte| number(&[&[byte], category.as_bytes()].concat()))
}

/// Passes on the bytes of a text, folded.
fn with_folded(text: &str, each: impl FnOnce(&[u8])) {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        each(text.as_bytes());
    } else {
        each(folded(text).as_bytes());
    }
}

/// Passes on the grams of a text, each as a number below 2^24.
fn grams(text: &[u8], mut each: impl FnMut(u32)) {
    grams_with(text, |gram| each(number(gram)));
}

/// Passes on the bytes of each gram of a text.
fn grams_with(text: &[u8], mut each: impl FnMut(&[u8])) {
    for (at, three) in text.windows(3).enumerate() {
        match three.iter().rev().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => each(three),
            // More digits may follow where the text ends, which is part of another one.
            1 => {
                let behind = &text[at + 3..];
                let more = behind.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
                if !behind.is_empty() {
                    each(&text[at..at + 3 + more.min(1)]);
                }
                if more == 2 {
                    each(&text[at..at + 5]);
                }
            }
            3 => text.get(at..at + 4).into_iter().for_each(&mut each),
            _ => {}
        }
    }
}

fn number(bytes: &[u8]) -> u32 {
    let mixed = bytes.iter().fold(0_u64, |hash, byte| (hash + u64::from(*byte) + 1).wrapping_mul(MIXER));
    (mixed >> 40) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The filter of one zone.
    struct Filter(Filters, Vec<u8>);

    impl Filter {
        fn of(set: &mut GramSet) -> Filter {
            set.end_zone();
            let (filters, bits) = set.take(true);
            Filter(filters, bits)
        }

        fn of_texts<T: AsRef<str>>(texts: &[T]) -> Filter {
            let mut set = GramSet::new();
            texts.iter().for_each(|text| set.add(text.as_ref(), true));
            Filter::of(&mut set)
        }

        fn has(&self, grams: impl IntoIterator<Item = u32>) -> bool {
            let has = |at: usize| self.1[at / 8] >> (at % 8) & 1 == 1;
            grams.into_iter().flat_map(|gram| self.0.runs(gram)).all(|run| has(run.start))
        }

        fn may_hold(&self, part: &str) -> bool {
            self.has(of_part(part))
        }
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
        let filter = Filter::of_texts(&texts);
        for text in texts {
            let form: Vec<char> = folded(text).chars().collect();
            for from in 0..=form.len() {
                for to in from..=form.len() {
                    let part: String = form[from..to].iter().collect();
                    assert!(filter.may_hold(&part), "{part}");
                }
            }
        }
    }

    #[test]
    fn seldom_holds_what_no_text_has() {
        let texts: Vec<String> = (0..128).map(|n| format!("Grocery {}", 100_000 + n * 6_997)).collect();
        let filter = Filter::of_texts(&texts);
        let held = |part: &dyn Fn(u32) -> String| (0..1_000).filter(|n| filter.may_hold(&part(*n))).count();
        let found = [held(&|n| format!("rent-{n:03}")), held(&|n| format!("grocery 9{n:03}47"))];
        assert!(found.iter().all(|held| *held < 20), "{found:?}");
        // Each word and each number stands in some text, but not together.
        let text = |n: usize, words: [&str; 2]| format!("{} {}", words[n % 2], 1_000 + n * 67);
        let texts: Vec<String> = (0..128).map(|n| text(n, ["rent", "food"])).collect();
        let filter = Filter::of_texts(&texts);
        let held = (0..128).map(|n| text(n, ["food", "rent"])).filter(|part| filter.may_hold(part)).count();
        assert!(held < 20, "{held}");
        // Of the numbers behind a word, those with another beginning.
        let texts: Vec<String> = (0..13).map(|n| format!("rent {}", 1_000 + n * 677)).collect();
        let filter = Filter::of_texts(&texts);
        let held = (10..100).filter(|n| filter.may_hold(&format!("rent {n}"))).count();
        assert!((12..25).contains(&held), "{held}");
    }

    #[test]
    fn tells_categories_as_a_whole() {
        let mut set = GramSet::new();
        set.add_category("Food");
        set.add("Food and drink", true);
        let filter = Filter::of(&mut set);
        assert!(filter.has(of_category("food")));
        assert!(!filter.has(of_category("food and drink")));
    }

    #[test]
    fn is_empty_again_after_it_was_taken() {
        let mut set = GramSet::new();
        set.add("groceries", true);
        Filter::of(&mut set);
        let none = Filter::of(&mut set);
        let next = [i64::MAX, i64::MIN].map(i64::to_le_bytes).concat();
        assert_eq!((none.0, &none.1), (Filters { zones: 1, bits: 1, is_full: true }, &[vec![0; 265], next].concat()));
        assert!(!none.may_hold("gro"));
        // Two letters are no gram, and neither are three digits.
        assert!(none.may_hold("gr") && none.may_hold("123"));
    }

    #[test]
    fn keeps_zones_apart() {
        let mut set = GramSet::new();
        for text in ["groceries", "rent 12", "", "groceries"] {
            set.add(text, true);
            set.end_zone();
        }
        let (filters, bits) = set.take(true);
        assert_eq!(filters.zones, 4);
        let held = |part: &str| {
            let mut held = [true; 4];
            for run in of_part(part).into_iter().flat_map(|gram| filters.runs(gram)) {
                run.zip(&mut held).for_each(|(at, held)| *held &= bits[at / 8] >> (at % 8) & 1 == 1);
            }
            held
        };
        assert_eq!(held("groceries"), [true, false, false, true]);
        assert_eq!(held("rent 12"), [false, true, false, false]);
    }

    #[test]
    fn keeps_no_more_bits_than_there_is_room_for() {
        let mut set = GramSet::new();
        (0..70_000).for_each(|gram| set.note(gram));
        assert_eq!(set.end_zone(), 70_000);
        let filter = Filter::of(&mut set);
        assert_eq!(filter.0, Filters { zones: 2, bits: 35_000 * 6, is_full: true });
        (0..140_000).for_each(|gram| set.note(gram));
        let filter = Filter::of(&mut set);
        assert_eq!(filter.0.bits, MOST * BITS_EACH);
        assert!(filter.has(0..140_000));
        assert!(set.seen.iter().all(|word| *word == 0));
    }
}
