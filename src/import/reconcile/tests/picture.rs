//! Days drawn as pictures: a column for each day, a line for each file, and in a cell the rows that the file shows of the
//! day, oldest first.
//!
//! ```text
//!         | 20    | 26        | 30
//! A:ofx   | baker | tram      |
//! B:csv   |       | tram cafe | shop
//! ```
//!
//! A file has a letter and a source. A row is a word: its text (`_` is a blank), then `@` and its amount where it is not
//! the one that its first letter gives (an amount is out of the account; `+` is into it), `#` and the bank's id, `=` and
//! the balance after it, and `?` where it is pending.

use std::collections::BTreeMap;

use super::account::{Account, At, Derived, Sheet};
use super::history::Printed;
use crate::import::reconcile::{Decisions, Pair};

pub(super) struct Picture {
    letters: Vec<char>,
    account: Account,
}

impl Picture {
    pub(super) fn read(text: &str) -> Picture {
        let mut lines = text.lines().filter(|line| line.contains('|'));
        let cells = |line: &str| line.split('|').skip(1).map(|cell| cell.trim().to_owned()).collect::<Vec<String>>();
        let days: Vec<i32> = cells(lines.next().unwrap()).iter().map(|day| day.parse().unwrap()).collect();
        let (mut letters, mut sources, mut sheets) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines {
            let (letter, source) = line.split('|').next().unwrap().trim().split_once(':').unwrap();
            letters.push(letter.chars().next().unwrap());
            if !sources.contains(&source.to_owned()) {
                sources.push(source.to_owned());
            }
            let source = sources.iter().position(|known| known == source).unwrap() as u32;
            let of_days = cells(line).into_iter().zip(&days);
            let rows =
                of_days.flat_map(|(cell, day)| cell.split_whitespace().map(|word| row(*day, word)).collect::<Vec<_>>());
            sheets.push(Sheet { source, rows: rows.collect() });
        }
        let cuts = (0..sheets.len()).collect();
        Picture { letters, account: Account { sheets, cuts } }
    }

    /// Returns it with the files in another order: turned by so many, and the other way round.
    fn turned(&self, by: usize, back: bool) -> Picture {
        let count = self.letters.len();
        let mut order: Vec<usize> = (0..count).map(|at| (at + by) % count).collect();
        if back {
            order.reverse();
        }
        let sheets = order.iter().map(|file| self.account.sheets[*file].clone()).collect();
        let letters = order.iter().map(|file| self.letters[*file]).collect();
        Picture { letters, account: Account { sheets, cuts: order } }
    }

    /// Returns where a row stands: `A20.0` is the first row of the day 20 in file A.
    pub(super) fn at(&self, name: &str) -> At {
        let file = self.letters.iter().position(|letter| name.starts_with(*letter)).unwrap();
        let (day, place) = name[1..].split_once('.').unwrap();
        let (day, place): (i32, usize) = (day.parse().unwrap(), place.parse().unwrap());
        let rows = self.account.sheets[file].rows.iter().enumerate();
        (file, rows.filter(|(_, row)| row.day == day).nth(place).unwrap().0)
    }

    /// Says what it adds up to. `same` and `different` are pairs that the owner decided.
    pub(super) fn says(&self, same: &[(&str, &str)], different: &[(&str, &str)]) -> (String, String) {
        let places: Vec<At> = (self.account.sheets.iter().enumerate())
            .flat_map(|(file, sheet)| (0..sheet.rows.len()).map(move |place| (file, place)))
            .collect();
        let number = |name: &str| places.iter().position(|at| *at == self.at(name)).unwrap() as u32;
        let pairs = |names: &[(&str, &str)]| names.iter().map(|(a, b)| (number(a), number(b))).collect::<Vec<_>>();
        let decisions = Decisions { same: pairs(same), different: pairs(different).into_iter().collect() };
        let derived = self.account.derive_of(&places, &self.account.pairs(), &decisions);
        (self.transactions(&derived), self.doubts(&derived))
    }

    /// Returns whether a day stands apart.
    pub(super) fn stands_apart(&self, day: i32) -> bool {
        self.account.stand_apart((day, day), &[], &self.account.pairs())
    }

    /// Returns what two files tell of each other.
    pub(super) fn pair(&self, one: u32, other: u32) -> Pair {
        self.account.pairs().of(one, other)
    }

    fn name(&self, at: At) -> String {
        let row = self.account.at(at);
        format!("{} {}", row.day, row.text.replace(' ', "_"))
    }

    fn transactions(&self, derived: &Derived) -> String {
        let mut said: BTreeMap<(i32, String), Vec<String>> = BTreeMap::new();
        for group in &derived.groups {
            let Some(lead) = group.iter().copied().find(|at| derived.leads.contains(at)) else { continue };
            let mut files: Vec<char> = group.iter().map(|at| self.letters[at.0]).collect();
            files.sort_unstable();
            let mark = if self.account.at(lead).pending { "?" } else { "" };
            let text = format!("{}{mark} {}", self.name(lead), String::from_iter(files));
            said.entry((self.account.at(lead).day, text.clone())).or_default().push(text);
        }
        said.into_values().flatten().collect::<Vec<String>>().join(", ")
    }

    fn doubts(&self, derived: &Derived) -> String {
        let mut said: Vec<(i32, String)> = (derived.doubts.iter())
            .map(|doubt| {
                let mut rows = [(self.letters[doubt.row.0], doubt.row), (self.letters[doubt.other.0], doubt.other)];
                rows.sort_unstable();
                let [(a, one), (b, other)] = rows;
                let taken = if doubt.same { "=" } else { "/" };
                let day = self.account.at(one).day;
                (day, format!("{} {a}{taken}{b} {} {}", self.name(one), self.name(other), doubt.reason))
            })
            .collect();
        said.sort_unstable();
        said.into_iter().map(|(_, said)| said).collect::<Vec<String>>().join(", ")
    }
}

fn row(day: i32, word: &str) -> Printed {
    let pending = word.ends_with('?');
    let (word, balance) = match word.trim_end_matches('?').split_once('=') {
        Some((word, balance)) => (word, Some(100 * balance.parse::<i64>().unwrap())),
        None => (word.trim_end_matches('?'), None),
    };
    let (word, id) = word.split_once('#').map_or((word, None), |(word, id)| (word, Some(id.to_owned())));
    let (word, cents) = match word.split_once('@') {
        Some((word, amount)) => {
            let cents: i64 = amount.trim_start_matches('+').parse().unwrap();
            (word, if amount.starts_with('+') { 100 * cents } else { -100 * cents })
        }
        None => (word, -1000 - 100 * i64::from(word.bytes().next().unwrap())),
    };
    Printed { truth: 0, day, cents, text: word.replace('_', " "), id, balance, pending }
}

/// Checks what a picture adds up to.
pub(super) fn shows(picture: &str, transactions: &str, doubts: &str) {
    decided(picture, (&[], &[]), transactions, doubts);
}

type Named<'n> = &'n [(&'n str, &'n str)];

/// The same with what the owner said: pairs that are one transaction, and pairs that are two. In other orders of the
/// files there are the same transactions, and as many doubts: of equal rows, another one may be named.
pub(super) fn decided(picture: &str, (same, different): (Named<'_>, Named<'_>), transactions: &str, doubts: &str) {
    let read = Picture::read(picture);
    let (said, listed) = read.says(same, different);
    assert_eq!((said.as_str(), listed.as_str()), (transactions, doubts), "{picture}");
    for (by, back) in (0..read.letters.len()).flat_map(|by| [(by, false), (by, true)]) {
        let turned = read.turned(by, back);
        let (said, listed) = turned.says(same, different);
        let order = String::from_iter(&turned.letters);
        assert_eq!(said, transactions, "in the order {order}:\n{picture}");
        assert_eq!(listed.matches(',').count(), doubts.matches(',').count(), "in the order {order}:\n{picture}");
    }
}
