//! Which characters stand side by side in the texts of some rows, told exactly: for parts that are too short for grams.
//!
//! A byte is of one of 40 classes: a letter and the space are of their own, all digits of one, and others share a few. Each two
//! neighbours are a pair of classes, as are the last byte of a text and its end.

const CLASSES: usize = 40;

/// How many pairs there are.
pub(crate) const PAIRS: usize = CLASSES * CLASSES;

/// The pairs of one zone: one bit for each.
type Seen = [u64; PAIRS / 64];

/// Collects the pairs of one zone after the other.
pub(crate) struct Letters {
    open: Seen,
    done: Vec<Seen>,
}

impl Letters {
    /// Returns an empty set.
    pub(crate) fn new() -> Letters {
        Letters { open: [0; PAIRS / 64], done: Vec::new() }
    }

    /// Adds the pairs of a text, which is folded.
    pub(crate) fn add(&mut self, text: &[u8]) {
        let mut classes = text.iter().map(|byte| class(*byte));
        let Some(mut before) = classes.next() else { return };
        for class in classes.chain([END]) {
            let pair = before * CLASSES + class;
            self.open[pair / 64] |= 1 << (pair % 64);
            before = class;
        }
    }

    /// Ends a zone.
    pub(crate) fn end_zone(&mut self) {
        self.done.push(std::mem::replace(&mut self.open, [0; PAIRS / 64]));
    }

    /// Passes on the pairs of each zone that is done, by its index.
    pub(crate) fn each(&self, mut each: impl FnMut(usize, usize)) {
        for (zone, seen) in self.done.iter().enumerate() {
            let has = |pair: &usize| seen[pair / 64] >> (pair % 64) & 1 == 1;
            (0..PAIRS).filter(has).for_each(|pair| each(zone, pair));
        }
    }
}

/// The class of the end of a text.
const END: usize = 0;

/// Returns the class of a byte.
fn class(byte: u8) -> usize {
    let class = match byte {
        b'a'..=b'z' => 1 + byte - b'a',
        b'0'..=b'9' => 27,
        b' ' => 28,
        0..0x80 => 29 + byte % 3,
        0x80.. => 32 + byte % 8,
    };
    class.into()
}

/// Returns the pairs of a part of a text, which is folded: of each step, a text that has the part has one of them.
pub(crate) fn of_part(part: &str) -> Vec<Vec<usize>> {
    match part.as_bytes() {
        [one] => vec![(0..CLASSES).map(|next| class(*one) * CLASSES + next).collect()],
        bytes => bytes.windows(2).map(|two| vec![class(two[0]) * CLASSES + class(two[1])]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns whether one of some texts may have a part.
    fn may_hold(texts: &[&str], part: &str) -> bool {
        let mut letters = Letters::new();
        texts.iter().for_each(|text| letters.add(text.as_bytes()));
        letters.end_zone();
        let mut found = Vec::new();
        letters.each(|_, pair| found.push(pair));
        of_part(part).iter().all(|step| step.iter().any(|pair| found.contains(pair)))
    }

    #[test]
    fn holds_every_part_of_its_texts() {
        for text in ["café zürich 0815", "σίσυφος", "x", "a1-b2/c3", "\u{1f469}\u{200d}\u{1f33e} farm"] {
            let form: Vec<char> = text.chars().collect();
            for from in 0..form.len() {
                for to in from + 1..=form.len() {
                    let part: String = form[from..to].iter().collect();
                    assert!(may_hold(&[text], &part), "{part:?} in {text}");
                }
            }
        }
    }

    #[test]
    fn holds_no_letters_that_stand_nowhere_side_by_side() {
        let texts = ["grocery store 17", "coffee bar"];
        for part in ["qx", "q", "z ", "yb", "9a", "eg", "ö"] {
            assert!(!may_hold(&texts, part), "{part:?}");
        }
        // The end of one text and the beginning of another are no neighbours, and every text holds nothing at all.
        assert!(!may_hold(&["ab", "cd"], "bc"));
        assert!(may_hold(&texts, ""));
    }

    #[test]
    fn keeps_zones_apart() {
        let mut letters = Letters::new();
        for text in ["ab", "", "b"] {
            letters.add(text.as_bytes());
            letters.end_zone();
        }
        let mut found = Vec::new();
        letters.each(|zone, pair| found.push((zone, pair)));
        let pair = |a: u8, b: usize| class(a) * CLASSES + b;
        assert_eq!(found, [(0, pair(b'a', class(b'b'))), (0, pair(b'b', END)), (2, pair(b'b', END))]);
    }
}
