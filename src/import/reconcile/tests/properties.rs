//! What holds of every set of living files.
//!
//! FINVAULT_HISTORIES says how many histories of each kind are looked at, and FINVAULT_SEED with which one they begin. A
//! failure draws the smallest history found that shows it.

use super::account::{Account, Derived};
use super::history::{self, Dice, History, without_twins};
use super::holds;
use super::oracle::Oracle;

/// Histories of each kind where nobody says how many.
const FEW: u64 = 300;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Checks one set of living files.
fn check(history: &History) -> Result<(), String> {
    if history.cuts.is_empty() {
        return Ok(());
    }
    let account = Account::of(history);
    let pairs = account.pairs();
    let derived = account.derive();
    let oracle = Oracle { history, account: &account, pairs: &pairs, derived: &derived };
    oracle.shifts()?;
    oracle.counts()?;
    oracle.rows()?;
    oracle.doubts()?;
    holds::check(history, &account, &derived)?;
    any_order(history, &account, &derived)?;
    near_rows_are_enough(history, &account, &derived, &pairs)
}

/// The same files give the same whatever the order of their rows, and of files that read the same.
fn any_order(history: &History, account: &Account, derived: &Derived) -> Result<(), String> {
    let mut dice = Dice::new(history.seed);
    let turned = account.renumbered();
    let again = turned.derive_shuffled(&mut dice);
    if derived.by_content(account) != again.by_content(&turned) {
        return Err(format!("order: {derived:?} and {again:?}"));
    }
    Ok(())
}

/// The rows around some days are enough to know what those days add up to.
fn near_rows_are_enough(
    history: &History,
    account: &Account,
    derived: &Derived,
    pairs: &crate::import::reconcile::Pairs,
) -> Result<(), String> {
    let mut dice = Dice::new(history.seed);
    let days: Vec<i32> = account.sheets.iter().flat_map(|sheet| sheet.rows.iter().map(|row| row.day)).collect();
    let from = dice.pick(&days);
    let window = (from, from + dice.between(0, 6));
    let all = derived.only(account, window).by_content(account);
    let some = account.derive_around(window, pairs).only(account, window).by_content(account);
    if all != some {
        return Err(format!("reach: of days {window:?} all rows give {all:?}, and those near give {some:?}"));
    }
    Ok(())
}

/// Finds a smaller history that fails in the same way.
fn smaller(mut history: History, mut error: String) -> (History, String) {
    let kind = |error: &str| error.split(':').next().unwrap_or_default().to_owned();
    loop {
        let cuts = (0..history.cuts.len()).map(|cut| history.without_cut(cut));
        let rows = (0..history.rows.len()).map(|row| history.without_row(row));
        let tells = history.balances_tell();
        let fair = |less: &History| !tells || less.balances_tell();
        let found = cuts.chain(rows).map(without_twins).filter(fair).find_map(|less| {
            let found = check(&less).err()?;
            (kind(&found) == kind(&error)).then_some((less, found))
        });
        match found {
            Some((less, found)) => (history, error) = (less, found),
            None => return (history, error),
        }
    }
}

/// Checks histories, and of each some sets of its files.
fn all(make: impl Fn(u64) -> History, sets: usize) {
    let (first, count) = (number("FINVAULT_SEED", 1), number("FINVAULT_HISTORIES", FEW));
    let mut failed: Vec<String> = Vec::new();
    for seed in first..first + count {
        let whole = without_twins(make(seed));
        let mut dice = Dice::new(seed);
        for set in 0..sets {
            let mut history = whole.clone();
            if set > 0 {
                history.cuts.retain(|_| dice.chance(60));
            }
            if let Err(error) = check(&history) {
                let (history, error) = smaller(history, error);
                let account = Account::of(&history);
                let (order, derived) = (&account.cuts, account.derive());
                failed.push(format!("{history}in the order of their content: {order:?}\n{derived:?}\n{error}"));
                break;
            }
        }
        if failed.len() >= 3 {
            break;
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn csv_files_give_the_history_back() {
    all(|seed| history::small(seed, &['C']), 4);
}

#[test]
fn ofx_files_give_the_history_back() {
    all(|seed| history::small(seed, &['O']), 4);
}

#[test]
fn files_of_both_kinds_give_the_history_back() {
    all(|seed| history::small(seed, &['C', 'O']), 4);
}

#[test]
fn months_of_an_account_come_back() {
    all(|seed| history::lifelike(seed, &[]), 3);
}

#[test]
fn holds_come_and_go() {
    all(|seed| history::lifelike(seed, &["holds"]), 3);
}

#[test]
fn holds_of_two_sources_come_and_go() {
    all(|seed| history::lifelike(seed, &["holds", "second source"]), 3);
}
