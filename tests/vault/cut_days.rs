//! Files that were cut within days, several of them within one: what the account held on each day stays true, whatever their
//! order.

use finvault::model::Day;
use finvault::ops;

use crate::history::Dice;
use crate::test_vault::{OfxRow, OfxStatement, TestVault, csv, ofx_of};

/// How many histories are cut.
const HISTORIES: u64 = 150;

/// One for each row: the files of two formats have no words in common but those of one row.
const SHOPS: [&str; 15] = [
    "BAKERY", "CINEMA", "DENTIST", "FLORIST", "GARAGE", "HOTEL", "KIOSK", "LAUNDRY", "MARKET", "OPTICIAN", "PHARMACY",
    "SALON", "THEATRE", "UTILITY", "VINTNER",
];

/// A row: day, cents, text and the balance after it.
type Printed = (String, i64, String, i64);

/// Returns the rows of three days, of few amounts, so that sums of different rows are often alike. No two cancel each other: the
/// order of such a pair, alone in a file, is not told.
fn history(dice: &mut Dice) -> Vec<Printed> {
    let (mut balance, mut rows) = (100_000, Vec::new());
    for day in 10..13 {
        for _ in 0..dice.between(1, 5) {
            let cents = dice.pick(&[-500, -1_200, 1_700, -700, 2_400]);
            balance += cents;
            rows.push((format!("2026-03-{day}"), cents, SHOPS[rows.len()].to_owned(), balance));
        }
    }
    rows
}

/// Cuts rows anywhere, into files that follow each other or have some rows in common.
fn cut(dice: &mut Dice, rows: &[Printed]) -> Vec<Vec<Printed>> {
    let (mut files, mut next) = (Vec::new(), 0);
    while next < rows.len() {
        let end = (next + dice.between(1, 5) as usize).min(rows.len());
        let first = next.saturating_sub(if dice.chance(30) { dice.between(1, 3) as usize } else { 0 });
        files.push(rows[first..end].to_vec());
        next = end;
    }
    files
}

fn printed_csv(rows: &[Printed], newest_first: bool) -> String {
    let rows = rows.iter().map(|(day, cents, text, balance)| (day.as_str(), *cents, text.as_str(), Some(*balance)));
    if newest_first { csv(rows.rev()) } else { csv(rows) }
}

/// Returns an OFX file with the balance after its last row.
fn printed_ofx(rows: &[Printed]) -> String {
    let (day, .., balance) = rows.last().unwrap().clone();
    let rows = rows.iter().map(|(day, cents, text, _)| -> OfxRow { (day.clone(), *cents, text.clone(), text.clone()) });
    let rows: Vec<OfxRow> = rows.collect();
    ofx_of(&[OfxStatement { balance: Some((day, balance)), ..OfxStatement::of(&rows) }])
}

/// Returns the days that are not shown as they were: the day, what is shown, and the truth.
fn wrong(test: &TestVault, rows: &[Printed], first: &str) -> Vec<(String, String, i64)> {
    let vault = test.read();
    let mut wrong = Vec::new();
    for day in (10..13).map(|day| format!("2026-03-{day}")).filter(|day| day.as_str() >= first) {
        let truth = rows.iter().rfind(|row| row.0 == day).unwrap().3;
        let on: Day = day.parse().unwrap();
        let shown = ops::query::balances(&vault, Some(on)).unwrap().remove(0);
        let shown = shown.current_balance.map(|b| b.to_string()).unwrap_or_default();
        if shown != crate::test_vault::money(truth) {
            wrong.push((day, shown, truth));
        }
    }
    wrong
}

/// Plays the histories. Where rows are in doubt, nothing is said: of at most so many in a hundred.
fn play(kind: &str, most: u64, print: impl Fn(&mut Dice, &[Printed]) -> String) {
    let mut in_doubt = 0;
    for seed in 0..HISTORIES {
        let mut dice = Dice::new(seed);
        let rows = history(&mut dice);
        let mut files = cut(&mut dice, &rows);
        dice.shuffle(&mut files);
        let test = TestVault::new();
        let mut vault = test.write();
        for file in &files {
            test.import(&mut vault, &print(&mut dice, file), "Daily");
        }
        if !ops::duplicates::list(&vault).unwrap().is_empty() {
            in_doubt += 1;
            continue;
        }
        drop(vault);
        let first = files.iter().map(|file| file.last().unwrap().0.clone()).min().unwrap();
        assert_eq!(wrong(&test, &rows, &first), [], "{kind} {seed}: {files:#?}");
    }
    assert!(in_doubt * 100 <= HISTORIES * most, "{kind}: {in_doubt}");
}

#[test]
fn csv_files_cut_within_days_keep_the_balance_of_each_day() {
    play("csv", 10, |dice, rows| printed_csv(rows, dice.chance(40)));
}

#[test]
fn ofx_files_cut_within_days_keep_the_balance_of_each_day() {
    play("ofx", 10, |_, rows| printed_ofx(rows));
}

#[test]
fn files_of_two_formats_cut_within_days_keep_the_balance_of_each_day() {
    // Two sources may have other words for one row: of few amounts, many are on the day on which one ends and the other begins.
    play("both", 50, |dice, rows| if dice.chance(50) { printed_csv(rows, dice.chance(40)) } else { printed_ofx(rows) });
}
