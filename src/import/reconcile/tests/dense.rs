//! Files in which equal rows stand on every day: where one is another one's, the next one cannot be, and so on. What is far
//! away must not matter all the same.

use super::account::{Account, At, Derived, Sheet};
use super::history::{Dice, Printed};
use super::properties::{FEW, number};
use crate::import::reconcile::REACH;

/// The days of a history.
const DAYS: i32 = 150;
/// Of so many stretches of it a history is asked.
const WINDOWS: usize = 8;

/// Makes the files of two or three sources that date rows a little apart, call them in like or in other words, and hold
/// some of them, or all.
fn files(dice: &mut Dice) -> Account {
    let mut truth: Vec<(i32, i64)> = Vec::new();
    for day in 0..DAYS {
        let of_day = dice.between(0, 3);
        truth.extend((0..of_day).map(|_| (day, dice.pick(&[-280, -280, -350]))));
    }
    let sources = dice.between(2, 3);
    let sheets = (0..sources + dice.between(0, 2)).map(|at| {
        let (pending, missing, off) = (dice.pick(&[0, 0, 20, 95]), dice.pick(&[0, 3, 20]), dice.pick(&[0, 20, 50]));
        let word = dice.pick(&["tram", "tram ticket", "coffee"]);
        let mut rows: Vec<Printed> = Vec::new();
        for (day, cents) in &truth {
            if dice.chance(missing) {
                continue;
            }
            let day = day + if dice.chance(off) { dice.between(-1, 2) } else { 0 };
            let text = if dice.chance(10) { "gum" } else { word };
            let pending = dice.chance(pending);
            rows.push(Printed {
                truth: 0,
                day,
                cents: *cents,
                text: text.to_owned(),
                id: None,
                balance: None,
                pending,
            });
        }
        for day in [-1, DAYS + 1] {
            let text = "rent".to_owned();
            rows.push(Printed { truth: 0, day, cents: -90_000, text, id: None, balance: None, pending: false });
        }
        rows.sort_by_key(|row| row.day);
        Sheet::new((at % sources) as u32, rows)
    });
    let sheets: Vec<Sheet> = sheets.collect();
    Account { cuts: (0..sheets.len()).collect(), sheets }
}

#[test]
fn what_is_far_away_plays_no_part() {
    let (first, count) = (number("FINVAULT_SEED", 1), number("FINVAULT_HISTORIES", FEW / 4));
    for seed in first..first + count {
        let mut dice = Dice::new(seed);
        let account = files(&mut dice);
        let pairs = account.pairs();
        let rows: Vec<At> = (0..account.sheets.len())
            .flat_map(|file| (0..account.sheets[file].rows.len()).map(move |at| (file, at)))
            .collect();
        let (one, other) = (dice.pick(&rows), dice.pick(&rows));
        let different = if one.0 == other.0 { vec![] } else { vec![(one, other)] };
        let all = account.derive_where(|_| true, &different, &pairs);
        for _ in 0..WINDOWS {
            let from = dice.between(0, DAYS);
            let days = (from, from + dice.between(0, 6));
            let is_near = |day: i32| (days.0 - REACH..=days.1 + REACH).contains(&day);
            let of = |derived: &Derived| derived.only(&account, days).by_content(&account);
            let (all, some) = (of(&all), of(&account.derive_where(is_near, &different, &pairs)));
            assert!(all == some, "seed {seed}: of days {days:?} all rows give {all:?}, and those near give {some:?}");
        }
    }
}
