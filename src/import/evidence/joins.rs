//! Whether a file without a number is of an account, by what both of them show: equal rows in the days that both show
//! whole, or a balance that goes on.
//!
//! Being of the same bank is no evidence. A file shows a day whole when it has earlier and later ones: at its ends it
//! may have been cut.

use std::collections::{BTreeMap, BTreeSet};

use super::direction::{Chain, Link};
use crate::import::{coverage, newest_first};
use crate::model::{BalanceKind, Day, Entry, EntryStatus, Micros, Period, Statement, normalise_description};

/// A row, as far as it is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub day: Day,
    pub amount: Micros,
    pub text: &'a str,
    pub pending: bool,
    pub running: Option<Micros>,
}

/// The rows of one account in one file, and the days that the file covers.
#[derive(Clone, Debug)]
pub(crate) struct Shown<'a> {
    pub covers: Period,
    pub rows: Vec<Seen<'a>>,
}

/// How a file stands to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meeting {
    /// All rows of the days whole in both are equal, and two of them differ from each other.
    Joins,
    /// The days whole in both have many rows in both, and none in common.
    Contradicts,
    /// Nothing can be told.
    Silent,
}

/// Rows in which two files of one account have one in common, if they are of it.
const MANY: usize = 3;
/// Rows of an overlap that are compared.
const LOOKED_AT: usize = 20_000;

impl<'s> Shown<'s> {
    /// Returns what a statement shows; none without rows.
    pub(crate) fn of(statement: &'s Statement<'_>) -> Option<Shown<'s>> {
        Some(Shown::of_days(statement, coverage(statement)?, None))
    }

    /// Returns what a statement that covers some days shows from a day on; all that it shows without one.
    pub(crate) fn of_days(statement: &'s Statement<'_>, covers: Period, since: Option<Day>) -> Shown<'s> {
        let entries = statement.entries.iter().filter(|entry| since.is_none_or(|day| day <= entry.day));
        let seen = |entry: &'s Entry<'_>| Seen {
            day: entry.day,
            amount: entry.amount.micros(),
            text: &entry.description,
            pending: entry.status == EntryStatus::Pending,
            running: entry.running,
        };
        Shown { covers: since.map_or(covers, |day| days_since(covers, day)), rows: entries.map(seen).collect() }
    }

    /// Returns what it shows from a day on.
    pub(crate) fn since(&self, day: Day) -> Shown<'s> {
        let rows = self.rows.iter().filter(|row| day <= row.day).copied();
        Shown { covers: days_since(self.covers, day), rows: rows.collect() }
    }

    /// Returns whether its running balances follow from its amounts. Those of a debt do so, too, where both have the
    /// wrong sign.
    pub(crate) fn adds_up(&self) -> bool {
        let link = |row: &Seen<'_>| Link { day: row.day, amount: row.amount, balance: row.running };
        let chain = Chain::of(&self.rows.iter().filter(|row| !row.pending).map(link).collect::<Vec<Link>>(), None);
        chain.same >= 2 && chain.opposite == 0
    }

    /// Returns the days that it shows whole.
    fn whole(&self) -> Option<Period> {
        Period::new(self.covers.first().plus_days(1), self.covers.last().plus_days(-1))
    }
}

fn days_since(covers: Period, day: Day) -> Period {
    Period::new(day, covers.last()).and_then(|since| covers.overlap(since)).unwrap_or(covers)
}

/// Returns the day from which on a statement is compared with a file, where both cover very many rows of it: the newest ones
/// tell as much as all.
pub(crate) fn cut(statement: &Statement<'_>, both: Period) -> Option<Day> {
    let mut days: Vec<Day> = statement.entries.iter().map(|row| row.day).filter(|day| both.contains(*day)).collect();
    let at = days.len().checked_sub(LOOKED_AT).filter(|at| *at > 0)?;
    Some(*days.select_nth_unstable(at).1)
}

/// Compares two files. Texts count where both are of one layout: two kinds of file write one row in two ways.
pub(crate) fn meet(file: &Shown<'_>, earlier: &Shown<'_>, same_layout: bool) -> Meeting {
    let shared = file.whole().zip(earlier.whole()).and_then(|(a, b)| a.overlap(b));
    let Some(shared) = shared else { return Meeting::Silent };
    let pending: BTreeSet<Day> = file.rows.iter().chain(&earlier.rows).filter(|r| r.pending).map(|r| r.day).collect();
    let keys = |shown: &Shown<'_>| {
        let rows = shown.rows.iter().filter(|r| shared.contains(r.day) && !pending.contains(&r.day));
        let text = |row: &Seen<'_>| if same_layout { normalise_description(row.text) } else { String::new() };
        let mut keys: Vec<(Day, Micros, String)> = rows.map(|r| (r.day, r.amount, text(r))).collect();
        keys.sort_unstable();
        keys
    };
    let (mine, theirs) = (keys(file), keys(earlier));
    if mine == theirs {
        let kinds: BTreeSet<(Micros, &str)> = mine.iter().map(|(_, amount, text)| (*amount, text.as_str())).collect();
        return if kinds.len() >= 2 { Meeting::Joins } else { Meeting::Silent };
    }
    let days_and_amounts: BTreeSet<(Day, Micros)> = theirs.iter().map(|(day, amount, _)| (*day, *amount)).collect();
    let none_in_common = !mine.iter().any(|(day, amount, _)| days_and_amounts.contains(&(*day, *amount)));
    if same_layout && none_in_common && mine.len().min(theirs.len()) >= MANY {
        return Meeting::Contradicts;
    }
    Meeting::Silent
}

/// Returns a row of a file, where most of the rows that it shows of the days of both files are in the other one with the other
/// sign: one of the two has its signs wrong. A pair of rows of one day and amount that is in both files as it is and with the
/// other sign, too, says nothing. Money that only passes through the account is in and out of it on one day: rows of one
/// direction count where most have the same text.
pub(crate) fn turned<'f>(file: &'f Shown<'_>, earlier: &'f Shown<'_>) -> Option<&'f Seen<'f>> {
    let both = file.covers.overlap(earlier.covers)?;
    // The rows of one day and amount: of each file, those of each direction.
    let mut alike: BTreeMap<(Day, i64), [[Vec<&'f Seen<'f>>; 2]; 2]> = BTreeMap::new();
    for (of, shown) in [file, earlier].into_iter().enumerate() {
        for row in shown.rows.iter().filter(|r| both.contains(r.day) && !r.pending && r.amount != Micros::ZERO) {
            let amount = row.amount.get();
            alike.entry((row.day, amount.saturating_abs())).or_default()[of][usize::from(amount < 0)].push(row);
        }
    }
    let (mut counts, mut found) = ([0, 0], Vec::new());
    for [mine, theirs] in alike.into_values() {
        let paired = |one: usize, other: usize| mine[one].len().min(theirs[other].len());
        let (as_it_is, turned) = (paired(0, 0) + paired(1, 1), paired(0, 1) + paired(1, 0));
        for (count, rows) in counts.iter_mut().zip([&mine, &theirs]) {
            *count += rows.iter().map(Vec::len).sum::<usize>() - as_it_is.min(turned);
        }
        let pairs = mine[0].iter().zip(&theirs[1]).chain(mine[1].iter().zip(&theirs[0]));
        found.extend(pairs.map(|(one, other)| (*one, *other)).take(turned.saturating_sub(as_it_is)));
    }
    let most = counts[0].max(counts[1]) / 2;
    let kinds: BTreeSet<Micros> = found.iter().map(|(row, _)| row.amount).collect();
    let has_both_ways =
        kinds.first().zip(kinds.last()).is_some_and(|(least, most)| *least < Micros::ZERO && Micros::ZERO < *most);
    let is_alike =
        |(row, other): &&(&Seen<'_>, &Seen<'_>)| normalise_description(row.text) == normalise_description(other.text);
    let is_told = has_both_ways || found.iter().filter(is_alike).count() > most;
    (found.len() >= MANY && found.len() > most && kinds.len() >= 2 && is_told).then(|| found[0].0)
}

/// Returns whether two files have two different rows in common, anywhere: too little to decide, enough to ask.
pub(crate) fn resembles(file: &Shown<'_>, earlier: &Shown<'_>, same_layout: bool) -> bool {
    let key = |row: &Seen<'_>| {
        let text = if same_layout { normalise_description(row.text) } else { String::new() };
        (row.day, row.amount, text)
    };
    let theirs: BTreeSet<_> = earlier.rows.iter().map(key).collect();
    let common: BTreeSet<(Micros, String)> =
        file.rows.iter().map(key).filter(|row| theirs.contains(row)).map(|(_, amount, text)| (amount, text)).collect();
    common.len() >= 2
}

/// Returns whether most of the rows that each of two files shows of the days of both are in the other one, too, and two of
/// them differ: of accounts of two banks that is seldom chance.
pub(crate) fn have_most_in_common(file: &Shown<'_>, earlier: &Shown<'_>) -> bool {
    let Some(both) = file.covers.overlap(earlier.covers) else { return false };
    let rows = |shown: &Shown<'_>| {
        let rows = shown.rows.iter().filter(|row| both.contains(row.day)).map(|row| (row.day, row.amount));
        rows.fold(BTreeMap::new(), |mut counts: BTreeMap<(Day, Micros), usize>, row| {
            *counts.entry(row).or_default() += 1;
            counts
        })
    };
    let (mine, theirs) = (rows(file), rows(earlier));
    let common: Vec<(Micros, usize)> =
        mine.iter().filter_map(|(row, count)| Some((row.1, *count.min(theirs.get(row)?)))).collect();
    let kinds: BTreeSet<Micros> = common.iter().map(|(amount, _)| *amount).collect();
    let common: usize = common.iter().map(|(_, count)| count).sum();
    let all = mine.values().sum::<usize>().max(theirs.values().sum());
    kinds.len() >= 2 && common * 2 > all
}

/// Returns the first day of a statement and the balance before its first row, where the file tells it.
pub(crate) fn opening(statement: &Statement<'_>) -> Option<(Day, Micros)> {
    let first_day = statement.entries.iter().map(|entry| entry.day).min()?;
    let reported = statement.balances.iter().filter(|b| b.kind == BalanceKind::Ledger && b.as_of < first_day);
    if let Some(before) = reported.max_by_key(|b| b.as_of) {
        return Some((first_day, before.amount.micros()));
    }
    let mut posted: Vec<&Entry<'_>> = statement.entries.iter().filter(|e| e.status == EntryStatus::Posted).collect();
    if newest_first(&statement.entries) {
        posted.reverse();
    }
    let first = posted.first().filter(|entry| entry.day == first_day)?;
    let balance = first.running?;
    if let Some(second) = posted.get(1)
        && balance.checked_add(second.amount.micros()) != second.running
    {
        // The order of rows is not the one of the balances.
        return None;
    }
    balance.checked_sub(first.amount.micros()).map(|before| (first_day, before))
}

/// Days after which a file no longer goes on where another one ended: months without a row are rare, and a balance is
/// easily met again.
const LONGEST_GAP: i32 = 45;
/// A multiple of this is a balance that two accounts easily have.
const ROUND: i64 = 100_000_000;

/// Returns whether a file that begins on a day with a balance goes on where another one ended with it, on its last day.
/// Zero is no evidence, for empty accounts look alike; nor is a round balance in a file of another layout.
pub(crate) fn follows(last: Day, first: Day, balance: Micros, same_layout: bool) -> bool {
    let is_round = balance.get() % ROUND == 0;
    balance != Micros::ZERO && last <= first && first <= last.plus_days(LONGEST_GAP) && (same_layout || !is_round)
}

/// Returns the last day of a statement and the balance after its last row, where the file tells it.
pub(crate) fn closing(statement: &Statement<'_>) -> Option<(Day, Micros)> {
    let last_day = statement.entries.iter().map(|entry| entry.day).max()?;
    let reported = statement.balances.iter().filter(|b| b.kind == BalanceKind::Ledger && b.as_of >= last_day);
    if let Some(after) = reported.min_by_key(|b| b.as_of) {
        return Some((last_day, after.amount.micros()));
    }
    let mut posted = statement.entries.iter().filter(|e| e.status == EntryStatus::Posted);
    let last = if newest_first(&statement.entries) { posted.next() } else { posted.next_back() };
    let last = last.filter(|entry| entry.day == last_day)?;
    last.running.map(|balance| (last_day, balance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// Returns a file of March that covers the days, with a row for each `(day, amount, text)`.
    fn shown<'a>(first: u8, last: u8, rows: &[(u8, i64, &'a str)]) -> Shown<'a> {
        let march = |d: u8| day(&format!("2026-03-{d:02}"));
        let row = |(d, amount, text): &(u8, i64, &'a str)| Seen {
            day: march(*d),
            amount: Micros::new(*amount),
            text,
            pending: false,
            running: None,
        };
        Shown { covers: Period::new(march(first), march(last)).unwrap(), rows: rows.iter().map(row).collect() }
    }

    const TRAM: (u8, i64, &str) = (5, -250, "TRAM");
    const RENT: (u8, i64, &str) = (6, -90_000, "RENT");

    #[test]
    fn most_rows_with_the_opposite_sign_are_turned() {
        let rows = [(4, -2_000, "SHOES"), (5, -3_150, "NOODLES"), (9, 10_000, "PAYMENT"), (12, -700, "KIOSK")];
        let other = rows.map(|(d, amount, text)| (d, -amount, text));
        let turned_by =
            |other: &[(u8, i64, &str)]| turned(&shown(1, 20, other), &shown(1, 20, &rows)).map(|row| row.day);
        assert_eq!(turned_by(&other), Some(day("2026-03-04")));
        assert_eq!(turned_by(&other[..3]), Some(day("2026-03-04")), "three of four");
        assert_eq!(turned_by(&other[..2]), None, "two may be chance");
        assert_eq!(
            turned_by(&[&other[..], &[(12, -700, "KIOSK")]].concat()),
            Some(day("2026-03-04")),
            "a pair says nothing"
        );
        assert_eq!(
            turned_by(&[&other[..3], &rows[3..]].concat()),
            Some(day("2026-03-04")),
            "three of four, one as it is"
        );
        assert_eq!(turned_by(&[&other[..2], &rows[2..]].concat()), None, "as many are as they are");
        assert_eq!(turned_by(&[&other[..], &rows[..]].concat()), None, "all are in and out");
        assert_eq!(turned_by(&[&other[..], &[(13, -1, "A"); 4]].concat()), None, "no more than half");
        let out = [(4, -500, "TOP UP"), (5, -700, "TOP UP"), (6, -900, "TOP UP")];
        let through = |text| out.map(|(d, amount, _)| (d, -amount, text));
        assert_eq!(
            turned(&shown(1, 9, &through("FROM BANK")), &shown(1, 9, &out)).map(|row| row.day),
            None,
            "passes through"
        );
        assert!(turned(&shown(1, 9, &through("Top up")), &shown(1, 9, &out)).is_some(), "the same words");
        let back_and_forth = [(4, -500, "OUT"), (5, -500, "OUT"), (6, -500, "OUT")];
        let of_other = back_and_forth.map(|(d, amount, text)| (d, -amount, text));
        assert_eq!(
            turned(&shown(1, 9, &of_other), &shown(1, 9, &back_and_forth)).map(|row| row.day),
            None,
            "one amount"
        );
        assert_eq!(turned(&shown(21, 29, &[]), &shown(1, 20, &rows)).map(|row| row.day), None, "other days");
    }

    #[test]
    fn equal_rows_in_days_whole_in_both_join() {
        // 1 2 3 4 5 6 7 8         the earlier file
        //       4 5 6 7 8 9 10    the file: whole in both are 5, 6 and 7
        let earlier = shown(1, 8, &[(2, 1, "A"), TRAM, RENT, (8, 7, "CUT")]);
        let file = shown(4, 10, &[(4, 3, "CUT TOO"), TRAM, RENT, (9, 2, "B")]);
        assert_eq!(meet(&file, &earlier, true), Meeting::Joins);
        let other_words = shown(4, 10, &[(5, -250, "CITY TRAM"), RENT]);
        assert_eq!(meet(&other_words, &earlier, true), Meeting::Silent);
        assert_eq!(meet(&other_words, &earlier, false), Meeting::Joins, "another kind of file");
    }

    #[test]
    fn two_equal_rows_or_one_more_are_no_proof() {
        let twice = [TRAM, (6, -250, "TRAM")];
        assert_eq!(meet(&shown(4, 10, &twice), &shown(1, 8, &twice), true), Meeting::Silent);
        let more = [TRAM, RENT, (6, -1, "FEE")];
        assert_eq!(meet(&shown(4, 10, &more), &shown(1, 8, &[TRAM, RENT]), true), Meeting::Silent);
        assert_eq!(meet(&shown(6, 10, &[RENT]), &shown(1, 6, &[TRAM, RENT]), true), Meeting::Silent, "only the ends");
    }

    #[test]
    fn two_common_rows_at_the_ends_resemble() {
        assert!(resembles(&shown(5, 10, &[TRAM, RENT]), &shown(5, 6, &[TRAM, RENT]), true));
        assert!(!resembles(&shown(5, 10, &[TRAM, (6, -250, "TRAM")]), &shown(5, 6, &[TRAM, (6, -250, "TRAM")]), true));
    }

    #[test]
    fn most_rows_of_the_days_of_both_are_in_common_or_not() {
        let earlier = shown(1, 8, &[(2, 1, "A"), TRAM, RENT, (7, 9, "FEE")]);
        assert!(have_most_in_common(&shown(5, 10, &[TRAM, RENT, (7, 8, "OTHER"), (9, 2, "B")]), &earlier));
        assert!(!have_most_in_common(&shown(5, 10, &[TRAM, (7, 8, "OTHER")]), &earlier), "one is chance");
        let many = [TRAM, RENT, (5, 1, "B"), (6, 2, "C"), (7, 3, "D")];
        assert!(!have_most_in_common(&shown(5, 10, &many), &earlier), "most are in one only");
        assert!(!have_most_in_common(&shown(9, 10, &[TRAM, RENT]), &earlier), "no day is in both");
    }

    #[test]
    fn many_rows_and_none_in_common_contradict() {
        let file = [(5, 1, "A"), (6, 2, "B"), (7, 3, "C")];
        let other = [(5, 4, "A"), (6, 5, "B"), (7, 6, "C")];
        assert_eq!(meet(&shown(4, 10, &file), &shown(1, 9, &other), true), Meeting::Contradicts);
        assert_eq!(meet(&shown(4, 10, &file), &shown(1, 9, &other), false), Meeting::Silent, "banks move days");
        assert_eq!(meet(&shown(4, 10, &file[..2]), &shown(1, 9, &other), true), Meeting::Silent);
    }
}
