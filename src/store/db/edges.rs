//! The rows of a zone with its least and its largest amount: which grams their texts hold, and which amount comes next. Whoever
//! looks for outermost amounts beside a text skips zones whose outermost row has another text.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use crate::model::Micros;

/// An end of the amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Least,
    Largest,
}

impl End {
    /// Both, in the order in which they are stored.
    pub(crate) const BOTH: [End; 2] = [End::Least, End::Largest];

    /// Returns a number that is the less, the nearer the amount is to this end.
    pub(crate) fn rank(self, amount: Micros) -> i64 {
        match self {
            End::Least => amount.get(),
            // Turns the order round, without overflow.
            End::Largest => !amount.get(),
        }
    }

    /// Returns whether what compares so with another one is nearer to this end.
    pub(crate) fn is_sooner(self, order: Ordering) -> bool {
        match self {
            End::Least => order.is_lt(),
            End::Largest => order.is_gt(),
        }
    }

    /// Returns the amount with a rank.
    pub(crate) fn amount(self, rank: i64) -> Micros {
        match self {
            End::Least => Micros::new(rank),
            End::Largest => Micros::new(!rank),
        }
    }

    /// Returns the outermost of some amounts.
    pub(crate) fn of(self, amounts: &RangeInclusive<Micros>) -> Micros {
        match self {
            End::Least => *amounts.start(),
            End::Largest => *amounts.end(),
        }
    }
}

/// Bits for the grams of one row.
pub(crate) const EDGE_BITS: usize = 256;

/// The grams of one row: one bit for each, by its number modulo the bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowGrams([u64; EDGE_BITS / 64]);

impl RowGrams {
    /// Adds a gram.
    pub(crate) fn note(&mut self, gram: u32) {
        let place = place(gram);
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// Returns the places of the bits that are set.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        (0..EDGE_BITS).filter(|place| self.0[place / 64] >> (place % 64) & 1 == 1)
    }
}

/// Returns the place of the bit of a gram.
pub(crate) fn place(gram: u32) -> usize {
    gram as usize % EDGE_BITS
}

/// One end of a zone, as it is stored: the grams of the first row with the outermost amount, and the outermost amount of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub grams: RowGrams,
    pub next: Micros,
}

impl Edge {
    /// Returns the edges of a zone without rows: no other amount is beyond them.
    pub(crate) fn none() -> [Edge; 2] {
        End::BOTH.map(|end| Edge { grams: RowGrams::default(), next: end.amount(i64::MAX) })
    }
}

/// The outermost rows of a zone that is being made.
pub(crate) struct Outer<R>([Found<R>; 2]);

/// Of one end, the outermost row so far, and the rank of the next one; the highest without another row.
#[derive(Clone, Copy)]
struct Found<R> {
    first: Option<(i64, R)>,
    next: i64,
}

impl<R: Copy> Outer<R> {
    /// Begins without rows.
    pub(crate) fn new() -> Outer<R> {
        Outer([Found { first: None, next: i64::MAX }; 2])
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, amount: Micros, row: R) {
        for (end, found) in End::BOTH.into_iter().zip(&mut self.0) {
            let rank = end.rank(amount);
            match found.first {
                Some((first, _)) if first <= rank => found.next = found.next.min(rank),
                before => {
                    *found = Found { first: Some((rank, row)), next: before.map_or(i64::MAX, |(first, _)| first) };
                }
            }
        }
    }

    /// Returns the edges, with what `grams` gives of the outermost rows. No row is left.
    pub(crate) fn take(&mut self, grams: impl Fn(R) -> RowGrams) -> [Edge; 2] {
        let Outer(found) = std::mem::replace(self, Outer::new());
        let [least, largest] = found.map(|found| (found.first.map(|(_, row)| grams(row)), found.next));
        [(End::Least, least), (End::Largest, largest)]
            .map(|(end, (grams, next))| Edge { grams: grams.unwrap_or_default(), next: end.amount(next) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(gram: u32) -> RowGrams {
        let mut grams = RowGrams::default();
        grams.note(gram);
        grams
    }

    /// Returns the places of the grams and the next amount of both ends of a zone with these amounts. The gram of a row is its
    /// index.
    fn edges(amounts: &[i64]) -> [(Vec<usize>, i64); 2] {
        let mut outer = Outer::new();
        (0..).zip(amounts).for_each(|(gram, amount)| outer.add(Micros::new(*amount), gram));
        let edges = outer.take(grams);
        assert_eq!(outer.take(grams), Edge::none());
        edges.map(|edge| (edge.grams.places().collect(), edge.next.get()))
    }

    #[test]
    fn keeps_the_outermost_rows_and_the_amounts_that_come_next() {
        assert_eq!(edges(&[3, -5, 9, -4, 8]), [(vec![1], -4), (vec![2], 8)]);
        assert_eq!(edges(&[1, 2, 3]), [(vec![0], 2), (vec![2], 2)]);
        assert_eq!(edges(&[3, 2, 1]), [(vec![2], 2), (vec![0], 2)]);
        // Of equal ones the first is kept, and the others have the next amount.
        assert_eq!(edges(&[7, 7, 7]), [(vec![0], 7), (vec![0], 7)]);
        assert_eq!(edges(&[7]), [(vec![0], i64::MAX), (vec![0], i64::MIN)]);
        assert_eq!(edges(&[i64::MAX, i64::MIN]), [(vec![1], i64::MAX), (vec![0], i64::MIN)]);
        assert_eq!(edges(&[]), [(vec![], i64::MAX), (vec![], i64::MIN)]);
    }

    #[test]
    fn ranks_amounts_from_either_end() {
        for end in End::BOTH {
            for amount in [i64::MIN, -1, 0, 1, i64::MAX].map(Micros::new) {
                assert_eq!(end.amount(end.rank(amount)), amount);
            }
        }
        let [low, high] = [-2, 5].map(Micros::new);
        assert!(End::Least.rank(low) < End::Least.rank(high));
        assert!(End::Largest.rank(high) < End::Largest.rank(low));
        assert_eq!(End::BOTH.map(|end| end.of(&(low..=high))), [low, high]);
    }
}
