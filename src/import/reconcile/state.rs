//! The working tables of one reconciliation: rows by day, the places that they fill, and what was found in doubt.

use std::collections::{HashMap, HashSet};

use super::input::{Decisions, File, Pair, Pairs, REACH, Row};
use super::outcome::{Doubt, Outcome, Reason};

/// No place.
pub(super) const NONE: u32 = u32::MAX;

/// A place: the rows that are one transaction.
pub(super) type Place = Vec<u32>;

/// Everything that the passes share. Rows, files and places are numbers here.
pub(super) struct State<'s, 'a> {
    pub files: &'s [File],
    pub rows: &'s [Row<'a>],
    pub pairs: &'s Pairs,
    pub decisions: &'s Decisions,
    /// Posted rows by day, file, and place in the file.
    pub posted: Vec<u32>,
    /// Pending rows in the same order.
    pub pending: Vec<u32>,
    /// Each with its rows, at least one; empty where it was joined to another one.
    pub places: Vec<Place>,
    /// By row.
    pub place_of: Vec<u32>,
    /// By row: whether it counts.
    pub counts: Vec<bool>,
    pub doubts: Vec<Doubt>,
    /// Whether there is more than one source.
    pub several_sources: bool,
    /// Rows that the owner told apart from others within reach: a decision about rows further away changes nothing here.
    told_apart: HashSet<u32>,
}

impl<'s, 'a> State<'s, 'a> {
    pub(super) fn new(
        files: &'s [File],
        rows: &'s [Row<'a>],
        pairs: &'s Pairs,
        decisions: &'s Decisions,
    ) -> State<'s, 'a> {
        let (mut posted, mut pending): (Vec<u32>, Vec<u32>) = (Vec::with_capacity(rows.len()), Vec::new());
        for (index, row) in (0..).zip(rows) {
            if row.pending { pending.push(index) } else { posted.push(index) }
        }
        let key = |index: &u32| {
            let row = &rows[*index as usize];
            (row.day, row.file, row.place)
        };
        if !posted.is_sorted_by_key(key) {
            posted.sort_unstable_by_key(key);
        }
        pending.sort_unstable_by_key(key);
        let day = |row: u32| rows[row as usize].day;
        let is_near = |(a, b): &&(u32, u32)| day(*a).days_until(day(*b)).abs() <= REACH;
        State {
            files,
            rows,
            pairs,
            decisions,
            posted,
            pending,
            places: Vec::new(),
            place_of: vec![NONE; rows.len()],
            counts: vec![true; rows.len()],
            doubts: Vec::new(),
            several_sources: files.iter().any(|file| file.source != files[0].source),
            told_apart: decisions.different.iter().filter(is_near).flat_map(|(a, b)| [*a, *b]).collect(),
        }
    }

    /// Returns whether the owner told one of these rows apart from another one.
    pub(super) fn tells_apart<'r>(&self, rows: impl IntoIterator<Item = &'r u32>) -> bool {
        !self.told_apart.is_empty() && rows.into_iter().any(|row| self.told_apart.contains(row))
    }

    pub(super) fn row(&self, row: u32) -> &'s Row<'a> {
        &self.rows[row as usize]
    }

    pub(super) fn file(&self, row: u32) -> &'s File {
        &self.files[self.row(row).file as usize]
    }

    pub(super) fn source(&self, row: u32) -> u32 {
        self.file(row).source
    }

    /// Returns how the files of two rows stand to each other.
    pub(super) fn pair(&self, one: u32, other: u32) -> Pair {
        self.pairs.of(self.row(one).file, self.row(other).file)
    }

    /// Puts a row into a new place.
    pub(super) fn open(&mut self, row: u32) -> u32 {
        let place = self.places.len() as u32;
        self.places.push(vec![row]);
        self.place_of[row as usize] = place;
        place
    }

    pub(super) fn put(&mut self, row: u32, place: u32) {
        self.places[place as usize].push(row);
        self.place_of[row as usize] = place;
    }

    pub(super) fn members(&self, place: u32) -> &[u32] {
        &self.places[place as usize]
    }

    /// Makes one place of two.
    pub(super) fn join(&mut self, into: u32, place: u32) {
        if into == place {
            return;
        }
        let moved = std::mem::take(&mut self.places[place as usize]);
        for row in &moved {
            self.place_of[*row as usize] = into;
        }
        self.places[into as usize].extend(moved);
    }

    /// Returns whether two places can be one: no file shows both, and the owner did not say that they are two.
    pub(super) fn can_join(&self, one: u32, other: u32) -> bool {
        one != other
            && self.members(one).iter().all(|a| {
                self.members(other)
                    .iter()
                    .all(|b| self.row(*a).file != self.row(*b).file && !self.decisions.are_different(*a, *b))
            })
    }

    /// Joins what the owner said to be one.
    pub(super) fn join_as_decided(&mut self) {
        for (a, b) in &self.decisions.same {
            let (a, b) = (self.place_of[*a as usize], self.place_of[*b as usize]);
            if a != NONE && b != NONE && self.can_join(a, b) {
                self.join(a.min(b), a.max(b));
            }
        }
    }

    pub(super) fn doubt(&mut self, row: u32, other: u32, reason: Reason, assumed_same: bool) {
        if !self.decisions.is_decided(row, other) {
            self.doubts.push(Doubt { row, other, reason, assumed_same });
        }
    }

    pub(super) fn has_source(&self, place: u32, source: u32) -> bool {
        self.members(place).iter().any(|row| self.source(*row) == source)
    }

    /// Numbers the transactions, and chooses the row that each is shown by.
    pub(super) fn outcome(mut self) -> Outcome {
        let mut transaction = vec![0; self.rows.len()];
        let mut leads = vec![false; self.rows.len()];
        for rows in &self.places {
            let counting = || rows.iter().copied().filter(|row| self.counts[*row as usize]);
            let id = rows.iter().map(|row| self.rows[*row as usize].id).min();
            for row in rows {
                transaction[*row as usize] = id.unwrap_or_default();
            }
            let several = rows.iter().any(|row| self.source(*row) != self.source(rows[0]));
            let better = |a: &u32, b: &u32| self.rank(*a, several).cmp(&self.rank(*b, several));
            if let Some(lead) = counting().max_by(better) {
                leads[lead as usize] = true;
            }
        }
        // A pair that a later pass settled is no longer in doubt.
        let mut doubts = std::mem::take(&mut self.doubts);
        doubts.retain(|doubt| {
            let together = self.place_of[doubt.row as usize] == self.place_of[doubt.other as usize];
            together == doubt.assumed_same && !self.follows(doubt)
        });
        let pair = |doubt: &Doubt| (doubt.row.min(doubt.other), doubt.row.max(doubt.other));
        doubts.sort_unstable_by_key(|doubt| (pair(doubt), doubt.reason, *doubt));
        doubts.dedup_by_key(|doubt| pair(doubt));
        doubts.sort_unstable();
        Outcome { transaction, leads, counts: self.counts, doubts }
    }

    /// Returns whether what the owner said of other rows settles a pair: one of the two is a row that the other cannot be, or
    /// must be.
    fn follows(&self, doubt: &Doubt) -> bool {
        let (ones, others) = (self.decisions.one_with(doubt.row), self.decisions.one_with(doubt.other));
        ones.iter().any(|a| {
            others.iter().any(|b| self.row(*a).file == self.row(*b).file || self.decisions.are_different(*a, *b))
        })
    }

    /// Returns how well a row shows its transaction: posted before pending, among several sources more words before
    /// fewer, then the file that reaches furthest, then what is shown of it: the one that has a category. Of rows that are shown
    /// alike, the one that was there first.
    fn rank(&self, row: u32, several: bool) -> impl Ord + use<'_, 's, 'a> {
        let file = self.file(row);
        let of = self.row(row);
        let words = if several { of.text.len() } else { 0 };
        (!of.pending, words, file.reach, file.covers.first(), of.text, of.rest, std::cmp::Reverse(of.id))
    }
}

/// Groups items by a key, in the order in which keys first come.
pub(super) fn grouped<T: Copy, K: std::hash::Hash + Eq + Copy>(items: &[T], key: impl Fn(T) -> K) -> Vec<(K, Vec<T>)> {
    let mut index: HashMap<K, usize> = HashMap::new();
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for item in items {
        let key = key(*item);
        let at = *index.entry(key).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(*item);
    }
    groups
}
