//! The files of an account as `reconcile` takes them.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use super::history::{Dice, History, Printed};
use crate::import::reconcile::{
    Around, Decisions, Doubt, File, NEAR, Outcome, Pairs, REACH, Reason, Row, id_that_counts, pair, reconcile,
};
use crate::model::{Day, Micros, Period};

/// A file: its source and its rows, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub source: u32,
    pub rows: Vec<Printed>,
}

/// The living files of an account, in an order that their content gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub sheets: Vec<Sheet>,
    /// By file, the file of the history that it is.
    pub cuts: Vec<usize>,
}

/// Where a row stands: its file and its place.
pub(super) type At = (usize, usize);

/// What came out, with rows named by where they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Derived {
    /// The rows of each transaction.
    pub groups: Vec<Vec<At>>,
    pub doubts: Vec<Listed>,
    /// Rows that count.
    pub counts: Vec<At>,
    /// Rows that transactions are shown by.
    pub leads: Vec<At>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    pub row: At,
    pub other: At,
    pub reason: Reason,
    pub same: bool,
}

pub(super) fn day(number: i32) -> Day {
    "2024-01-01".parse::<Day>().unwrap().plus_days(number)
}

impl Sheet {
    /// Reads rows as they stand in a file. A file of one day tells its order by its balances, or not at all.
    pub(super) fn new(source: u32, mut rows: Vec<Printed>) -> Sheet {
        let (first, last) = (&rows[0], &rows[rows.len() - 1]);
        let newest_first = if first.day == last.day {
            let follows = |a: &Printed, b: &Printed| {
                a.balance.zip(b.balance).is_some_and(|(before, after)| before + b.cents == after)
            };
            let forward = rows.windows(2).filter(|two| follows(&two[0], &two[1])).count();
            rows.windows(2).filter(|two| follows(&two[1], &two[0])).count() > forward
        } else {
            first.day > last.day
        };
        if newest_first {
            rows.reverse();
        }
        Sheet { source, rows }
    }

    /// Returns the first and last day of its posted rows.
    pub(super) fn covers(&self) -> (i32, i32) {
        let days = || self.rows.iter().filter(|row| !row.pending).map(|row| row.day);
        (days().min().unwrap(), days().max().unwrap())
    }

    fn file(&self) -> File {
        let (first, last) = self.covers();
        let reach = self.rows.iter().map(|row| row.day).max().unwrap();
        File { source: self.source, covers: Period::new(day(first), day(last)).unwrap(), reach: day(reach) }
    }

    /// Returns a number that only its content gives, without the oracle's marks.
    pub(super) fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.source.hash(&mut hasher);
        for row in &self.rows {
            Printed { truth: 0, ..row.clone() }.hash(&mut hasher);
        }
        hasher.finish()
    }

    fn row(&self, file: usize, place: usize) -> Row<'_> {
        let row = &self.rows[place];
        let micros = |cents: i64| Micros::new(cents * 10_000);
        Row {
            file: file as u32,
            place: place as u32,
            id: (file * 1000 + place) as u64,
            day: day(row.day),
            amount: micros(row.cents),
            text: &row.text,
            bank_id: id_that_counts(row.id.as_deref()),
            running: row.balance.map(micros),
            pending: row.pending,
            rest: [None; 4],
        }
    }
}

impl Account {
    /// Returns the account whose living files are these of a history.
    pub(super) fn of(history: &History) -> Account {
        let sheet = |cut: usize| Sheet::new(history.cuts[cut].source as u32, history.print(cut));
        let mut all: Vec<(usize, Sheet)> = (0..history.cuts.len()).map(|cut| (cut, sheet(cut))).collect();
        all.sort_by_key(|(cut, sheet)| (sheet.hash(), *cut));
        let (cuts, sheets) = all.into_iter().unzip();
        Account { sheets, cuts }
    }

    pub(super) fn at(&self, at: At) -> &Printed {
        &self.sheets[at.0].rows[at.1]
    }

    pub(super) fn files(&self) -> Vec<File> {
        self.sheets.iter().map(Sheet::file).collect()
    }

    fn places(&self) -> Vec<At> {
        let of = |(file, sheet): (usize, &Sheet)| (0..sheet.rows.len()).map(move |place| (file, place));
        self.sheets.iter().enumerate().flat_map(of).collect()
    }

    fn rows<'s>(&'s self, places: &[At]) -> Vec<Row<'s>> {
        places.iter().map(|(file, place)| self.sheets[*file].row(*file, *place)).collect()
    }

    /// Returns the evidence of every two files, each looking at five days around what both cover.
    pub(super) fn pairs(&self) -> Pairs {
        self.pairs_of(&self.places())
    }

    /// Returns it from rows in another order.
    pub(super) fn pairs_of(&self, places: &[At]) -> Pairs {
        let files = self.files();
        let mut pairs = Pairs::default();
        for one in 0..files.len() {
            for other in one + 1..files.len() {
                let Some(both) = files[one].covers.overlap(files[other].covers) else { continue };
                let near = |file: usize| {
                    let of = places.iter().copied().filter(|at| at.0 == file).filter(|at| {
                        let on = day(self.at(*at).day);
                        both.first().plus_days(-5) <= on && on <= both.last().plus_days(5)
                    });
                    self.rows(&of.collect::<Vec<At>>())
                };
                let evidence = pair(&files[one], &near(one), &files[other], &near(other));
                pairs.put(one as u32, other as u32, evidence);
            }
        }
        pairs
    }

    /// Returns what all rows add up to.
    pub(super) fn derive(&self) -> Derived {
        self.derive_of(&self.places(), &self.pairs(), &Decisions::default())
    }

    /// Returns what all rows add up to when the owner said that pairs of them are two transactions.
    pub(super) fn derive_decided(&self, different: &[(At, At)]) -> Derived {
        self.derive_where(|_| true, different, &self.pairs())
    }

    /// Returns what the rows of some days alone add up to.
    pub(super) fn derive_where(&self, is_one: impl Fn(i32) -> bool, different: &[(At, At)], pairs: &Pairs) -> Derived {
        let places: Vec<At> = self.places().into_iter().filter(|at| is_one(self.at(*at).day)).collect();
        self.derive_of(&places, pairs, &told_apart(&places, different))
    }

    /// Returns whether some days stand apart.
    pub(super) fn stand_apart(&self, days: (i32, i32), different: &[(At, At)], pairs: &Pairs) -> bool {
        let files = self.files();
        let within = |at: &At, near: i32| (days.0 - near..=days.1 + near).contains(&self.at(*at).day);
        let (inside, around): (Vec<At>, Vec<At>) =
            self.places().into_iter().filter(|at| within(at, NEAR)).partition(|at| within(at, 0));
        let around = Around::of(&files, &self.rows(&around), pairs, &told_apart(&around, different));
        around.is_some_and(|around| around.leaves_alone(&self.rows(&inside), &told_apart(&inside, different)))
    }

    /// Returns whether a file has an id in some days and on another day.
    pub(super) fn repeats_an_id(&self, days: (i32, i32)) -> bool {
        self.sheets.iter().any(|sheet| {
            let is_inside = |row: &&Printed| (days.0..=days.1).contains(&row.day);
            let (inside, outside): (Vec<&Printed>, Vec<&Printed>) = sheet.rows.iter().partition(is_inside);
            inside.iter().any(|row| row.id.is_some() && outside.iter().any(|other| other.id == row.id))
        })
    }

    /// Returns what it adds up to when only the rows around some days are looked at.
    pub(super) fn derive_around(&self, days: (i32, i32), pairs: &Pairs) -> Derived {
        self.derive_where(|day| (days.0 - REACH..=days.1 + REACH).contains(&day), &[], pairs)
    }

    /// Returns what all rows add up to, given in another order.
    pub(super) fn derive_shuffled(&self, dice: &mut Dice) -> Derived {
        let mut places = self.places();
        dice.shuffle(&mut places);
        self.derive_of(&places, &self.pairs_of(&places), &Decisions::default())
    }

    pub(super) fn derive_of(&self, places: &[At], pairs: &Pairs, decisions: &Decisions) -> Derived {
        let outcome = reconcile(&self.files(), &self.rows(places), pairs, decisions);
        Derived::of(places, &outcome)
    }

    /// Returns it with files of equal content numbered the other way round.
    pub(super) fn renumbered(&self) -> Account {
        let mut order: Vec<usize> = (0..self.sheets.len()).collect();
        order.sort_by_key(|file| (self.sheets[*file].hash(), std::cmp::Reverse(*file)));
        Account {
            sheets: order.iter().map(|file| self.sheets[*file].clone()).collect(),
            cuts: order.iter().map(|file| self.cuts[*file]).collect(),
        }
    }
}

fn told_apart(places: &[At], different: &[(At, At)]) -> Decisions {
    let number = |at: &At| Some(places.iter().position(|known| known == at)? as u32);
    let different = different.iter().filter_map(|(a, b)| Some((number(a)?, number(b)?)));
    Decisions { different: different.collect(), ..Decisions::default() }
}

impl Derived {
    fn of(places: &[At], outcome: &Outcome) -> Derived {
        let mut groups: std::collections::BTreeMap<u64, Vec<At>> = std::collections::BTreeMap::new();
        for (at, transaction) in places.iter().zip(&outcome.transaction) {
            groups.entry(*transaction).or_default().push(*at);
        }
        let these = |flags: &[bool]| {
            let set = places.iter().zip(flags).filter(|(_, is)| **is).map(|(at, _)| *at);
            let mut set: Vec<At> = set.collect();
            set.sort_unstable();
            set
        };
        let doubt = |doubt: &Doubt| {
            let (row, other) = (places[doubt.row as usize], places[doubt.other as usize]);
            Listed { row, other, reason: doubt.reason, same: doubt.assumed_same }
        };
        let mut derived = Derived {
            groups: groups.into_values().collect(),
            doubts: outcome.doubts.iter().map(doubt).collect(),
            counts: these(&outcome.counts),
            leads: these(&outcome.leads),
        };
        derived.groups.iter_mut().for_each(|group| group.sort_unstable());
        derived.groups.sort_unstable();
        derived.doubts.sort_unstable();
        derived
    }

    /// Returns what it says of some days, and of nothing else.
    pub(super) fn only(&self, account: &Account, days: (i32, i32)) -> Derived {
        let within = |at: &At| (days.0..=days.1).contains(&account.at(*at).day);
        let of = |set: &[At]| set.iter().copied().filter(within).collect::<Vec<At>>();
        let mut groups: Vec<Vec<At>> = self.groups.iter().map(|group| of(group)).filter(|g| !g.is_empty()).collect();
        groups.sort_unstable();
        let doubts = self.doubts.iter().copied().filter(|doubt| within(&doubt.row) || within(&doubt.other));
        Derived { groups, doubts: doubts.collect(), counts: of(&self.counts), leads: of(&self.leads) }
    }

    /// Returns the transactions and doubts that have a row of some days, and what these rows are.
    pub(super) fn touching(&self, account: &Account, is_one: impl Fn(i32) -> bool) -> Derived {
        let within = |at: &At| is_one(account.at(*at).day);
        let of = |set: &[At]| set.iter().copied().filter(within).collect::<Vec<At>>();
        let doubts = self.doubts.iter().copied().filter(|doubt| within(&doubt.row) || within(&doubt.other));
        let groups = self.groups.iter().filter(|group| group.iter().any(within)).cloned();
        Derived { groups: groups.collect(), doubts: doubts.collect(), counts: of(&self.counts), leads: of(&self.leads) }
    }

    /// Returns it with files named by their content, so that two numberings can be compared.
    pub(super) fn by_content(&self, account: &Account) -> impl PartialEq + std::fmt::Debug + use<> {
        let hashes: Vec<u64> = account.sheets.iter().map(Sheet::hash).collect();
        let name = |at: &At| (hashes[at.0], at.1);
        let names = |set: &[At]| {
            let mut set: Vec<(u64, usize)> = set.iter().map(name).collect();
            set.sort_unstable();
            set
        };
        let mut groups: Vec<Vec<(u64, usize)>> = self.groups.iter().map(|group| names(group)).collect();
        groups.sort_unstable();
        let mut doubts: Vec<_> =
            (self.doubts.iter()).map(|doubt| (names(&[doubt.row, doubt.other]), doubt.reason, doubt.same)).collect();
        doubts.sort_unstable();
        (groups, doubts, names(&self.counts), names(&self.leads))
    }
}
