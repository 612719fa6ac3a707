//! What is reconciled: the living files of an account, their rows, and what the owner decided.

use std::collections::{HashMap, HashSet};

use crate::model::{Day, Micros, Period, words};

/// Days around a row whose rows can change what becomes of it.
pub const REACH: i32 = 20;

/// One statement of one living file. Files stand in an order that their content gives, never the order of imports.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Format and profile: two files of one source print the same row in the same words.
    pub source: u32,
    /// First to last day of its posted rows; declared dates only shrink it.
    pub covers: Period,
    /// Its last day with a row, pending ones among them.
    pub reach: Day,
}

/// One row of one file.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Index of its file.
    pub file: u32,
    /// Its place in the file, oldest first.
    pub place: u32,
    /// The id that it got when it was first stored.
    pub id: u64,
    /// The day as this file wrote it.
    pub day: Day,
    /// Signed: negative is out of the account.
    pub amount: Micros,
    /// The raw description.
    pub text: &'a str,
    /// The bank's id, as it counts.
    pub bank_id: Option<&'a str>,
    /// The balance after the row.
    pub running: Option<Micros>,
    /// Pending, not posted.
    pub pending: bool,
    /// What else of it is shown: category, memo, type of transaction and check number.
    pub rest: [Option<&'a str>; 4],
}

impl<'a> Row<'a> {
    /// Returns the memo; an empty text where there is none.
    pub(super) fn memo(&self) -> &'a str {
        self.rest[1].unwrap_or_default()
    }
}

/// Returns a bank's id as it counts: zeros alone are what is printed where there is none.
pub fn id_that_counts(printed: Option<&str>) -> Option<&str> {
    printed.filter(|id| id.bytes().any(|byte| byte != b'0'))
}

words! {
    /// What the bank's ids are worth between two files.
    #[derive(Default)]
    pub enum Ids: "what ids are worth" {
        /// The files do not tell.
        #[default]
        Unknown = "unknown",
        /// The same rows have the same ids.
        Kept = "kept",
        /// The same rows have other ids, or other rows the same: they prove nothing.
        Changed = "changed",
    }
}

/// Evidence that is wider than a row: how two files stand to each other in the days that both cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// The bank's ids; of two files of one source.
    pub ids: Ids,
    /// Days from the first file to the second for the same row; of two sources.
    pub shift: i8,
    /// The words changed for the whole overlap, and in the same way; of one source.
    pub reworded: bool,
    /// One of the two shows only a part of its days, such as what is new since the last download; of one source.
    pub partial: bool,
}

impl Pair {
    /// Returns the evidence as the other file sees it.
    pub fn turned(self) -> Pair {
        Pair { shift: -self.shift, ..self }
    }
}

/// The evidence of all pairs of files; what is not there tells nothing.
#[derive(Clone, Debug, Default)]
pub struct Pairs(HashMap<(u32, u32), Pair>);

impl Pairs {
    /// Stores the evidence of two files, in the order of its `shift`.
    pub fn put(&mut self, one: u32, other: u32, pair: Pair) {
        if pair != Pair::default() {
            self.0.insert((one, other), pair);
            self.0.insert((other, one), pair.turned());
        }
    }

    pub(super) fn of(&self, one: u32, other: u32) -> Pair {
        self.0.get(&(one, other)).copied().unwrap_or_default()
    }

    pub(super) fn has_shift(&self) -> bool {
        self.0.values().any(|pair| pair.shift != 0)
    }

    pub(super) fn has_partial(&self) -> bool {
        self.0.values().any(|pair| pair.partial)
    }
}

/// What the owner said of pairs of rows, by their indices.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// Pairs that are one transaction.
    pub same: Vec<(u32, u32)>,
    /// Pairs that are two.
    pub different: HashSet<(u32, u32)>,
}

impl Decisions {
    pub(super) fn are_different(&self, a: u32, b: u32) -> bool {
        !self.different.is_empty() && (self.different.contains(&(a, b)) || self.different.contains(&(b, a)))
    }

    /// Returns the rows that the owner called one with a row, through others too; itself among them.
    pub(super) fn one_with(&self, row: u32) -> Vec<u32> {
        let mut found = vec![row];
        let mut at = 0;
        while let Some(row) = found.get(at).copied() {
            let next =
                self.same.iter().filter(|(a, b)| *a == row || *b == row).map(|(a, b)| if *a == row { *b } else { *a });
            let new: Vec<u32> = next.filter(|other| !found.contains(other)).collect();
            found.extend(new);
            at += 1;
        }
        found
    }

    pub(super) fn is_decided(&self, a: u32, b: u32) -> bool {
        self.are_different(a, b) || self.same.contains(&(a, b)) || self.same.contains(&(b, a))
    }
}

/// The part of a day that a file shows. The order is that in which views are folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// All of it: the day lies inside the file's coverage.
    Whole,
    /// Its beginning: it is the file's last day.
    Head,
    /// Its end: it is the file's first day.
    Tail,
    /// Some of it: the file has no other day.
    Loose,
}

impl Part {
    pub(super) fn of(covers: Period, day: Day) -> Part {
        match (covers.first() < day, day < covers.last()) {
            (true, true) => Part::Whole,
            (true, false) => Part::Head,
            (false, true) => Part::Tail,
            (false, false) => Part::Loose,
        }
    }

    /// Returns whether one of two views of a day is a part of the other.
    pub(super) fn nests(self, other: Part) -> bool {
        self == Part::Whole || other == Part::Whole || (self == other && self != Part::Loose)
    }
}
