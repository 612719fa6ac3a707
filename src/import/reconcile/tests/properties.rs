//! What holds of every set of living files.
//!
//! FINVAULT_HISTORIES says how many histories of each kind are looked at, and FINVAULT_SEED with which one they begin. A
//! failure draws the smallest history found that shows it.

use super::account::{Account, At, Derived, Listed};
use super::history::{self, Dice, History, without_twins};
use super::holds;
use super::oracle::Oracle;
use crate::import::reconcile::text;
use crate::model::normalise_description;

/// How many histories of each kind there are by default.
pub(super) const FEW: u64 = 300;

pub(super) fn number(name: &str, otherwise: u64) -> u64 {
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
    the_owner_is_heard(&oracle)?;
    near_rows_are_enough(history, &account, &derived, &pairs)?;
    days_may_stand_apart(history, &account, &pairs)
}

/// Two rows that were one transaction are two when the owner says so, and what else changes is listed: where a file shows the
/// day whole with several such rows that neither ids nor balances tell apart, there are as many as before.
fn the_owner_is_heard(oracle: &Oracle<'_>) -> Result<(), String> {
    let Oracle { history, account, derived, .. } = *oracle;
    let mut dice = Dice::new(history.seed);
    let whole = |at: &At| {
        let ((first, last), day) = (account.sheets[at.0].covers(), account.at(*at).day);
        first < day && day < last
    };
    let groups: Vec<&Vec<At>> = derived.groups.iter().filter(|group| group.len() > 1).collect();
    if groups.is_empty() {
        return Ok(());
    }
    let group = dice.pick(&groups);
    let one = dice.below(group.len());
    let (one, other) = (group[one], group[(one + 1 + dice.below(group.len() - 1)) % group.len()]);
    let again = account.derive_decided(&[(one, other)]);
    if again.groups.iter().any(|group| group.contains(&one) && group.contains(&other)) {
        return Err(format!("decided: {one:?} and {other:?} are still one"));
    }
    // Where the files do not prove by how many days a source is off, rows of neighbouring days are each other's.
    if oracle.shift_is_unknown(account.at(one).day) {
        return Ok(());
    }
    let plain = history.sources.iter().all(|source| source.ids == history::Ids::None && !source.balances);
    let like = |at: At, of: At| {
        let (a, b) = (&history.rows[account.at(at).truth], &history.rows[account.at(of).truth]);
        (a.day, a.cents, a.words) == (b.day, b.cents, b.words)
    };
    // Of two sources in words that are not alike, only one pairing that was left was taken, and listed.
    let of_words = |at: At| normalise_description(&account.at(at).text);
    let reads_alike =
        account.sheets[one.0].source == account.sheets[other.0].source || text::alike(&of_words(one), &of_words(other));
    let shows_several = |of: &At| {
        let rows = account.sheets[of.0].rows.iter().enumerate();
        rows.filter(|(place, row)| !row.pending && like((of.0, *place), *of)).count() > 1
    };
    let count = |derived: &Derived, at: At| {
        let posted = |of: &At| !account.at(*of).pending;
        derived.groups.iter().filter(|group| group.iter().any(|of| posted(of) && like(at, *of))).count()
    };
    let listed = |derived: &Derived, at: At, same: bool| {
        let of = |doubt: &&Listed| doubt.same == same && (like(at, doubt.row) || like(at, doubt.other));
        derived.doubts.iter().filter(of).count()
    };
    let near = |at: &At| (account.at(*at).day - account.at(one).day).abs() <= 4;
    let rows =
        account.sheets.iter().enumerate().flat_map(|(file, sheet)| (0..sheet.rows.len()).map(move |at| (file, at)));
    for at in rows.filter(near) {
        let (before, after) = (count(derived, at), count(&again, at));
        let most = match like(at, one) || like(at, other) {
            true if plain && reads_alike && group.iter().any(|of| whole(of) && shows_several(of)) => before,
            true => before + 1,
            false => before,
        };
        let least = before.saturating_sub(listed(&again, at, true) + listed(derived, at, false));
        if after < least || after > most + listed(&again, at, false) {
            return Err(format!(
                "decided: {one:?} and {other:?} are two, and of {at:?} there are {after}, not {before}"
            ));
        }
    }
    Ok(())
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

/// Days that stand apart add up to what their own rows do, and the other days to what theirs do; also where the owner told two
/// of their rows apart, or two others.
fn days_may_stand_apart(
    history: &History,
    account: &Account,
    pairs: &crate::import::reconcile::Pairs,
) -> Result<(), String> {
    let mut dice = Dice::new(history.seed);
    let rows: Vec<At> = account
        .sheets
        .iter()
        .enumerate()
        .flat_map(|(file, sheet)| (0..sheet.rows.len()).map(move |at| (file, at)))
        .collect();
    let from = account.at(dice.pick(&rows)).day;
    let days = (from, from + dice.between(0, 2));
    let inside: Vec<At> = rows.iter().copied().filter(|at| (days.0..=days.1).contains(&account.at(*at).day)).collect();
    let (one, other) = (dice.pick(&inside), dice.pick(&inside));
    // And two that may be one, on any day.
    let any = dice.pick(&rows);
    let like = |at: &&At| {
        at.0 != any.0 && (account.at(**at).day, account.at(**at).cents) == (account.at(any).day, account.at(any).cents)
    };
    let far = rows.iter().find(like).map_or((any, any), |like| (any, *like));
    for different in [&[][..], &[(one, other)][..], &[far][..]] {
        if different.iter().any(|(one, other)| one.0 == other.0) || !account.stand_apart(days, different, pairs) {
            continue;
        }
        let all = account.derive_where(|_| true, different, pairs);
        for is_inside in [true, false] {
            // That a file repeats an id is known by its other rows, which come and go with these.
            if !is_inside && account.repeats_an_id(days) {
                continue;
            }
            let is_one = |day: i32| (days.0..=days.1).contains(&day) == is_inside;
            let together = all.touching(account, is_one).by_content(account);
            let alone = account.derive_where(is_one, different, pairs).by_content(account);
            if together != alone {
                return Err(format!(
                    "apart: {days:?} stand apart with {different:?}, and give {together:?}, alone {alone:?}"
                ));
            }
        }
    }
    Ok(())
}

/// Finds a smaller history that fails in the same way.
fn smaller(mut history: History, mut error: String) -> (History, String) {
    let kind = |error: &str| error.split(':').next().unwrap_or_default().to_owned();
    let tells = history.balances_tell();
    let fair = |less: &History| !tells || less.balances_tell();
    // Many rows at once first.
    let mut many = history.rows.len() / 2;
    while many > 1 {
        let mut from = 0;
        while from < history.rows.len() {
            let rows = (from..history.rows.len()).take(many);
            let less = without_twins(rows.fold(history.clone(), |less, _| less.without_row(from)));
            match check(&less) {
                Err(found) if kind(&found) == kind(&error) && fair(&less) => (history, error) = (less, found),
                _ => from += many,
            }
        }
        many /= 2;
    }
    loop {
        let cuts = (0..history.cuts.len()).map(|cut| history.without_cut(cut));
        let rows = (0..history.rows.len()).map(|row| history.without_row(row));
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
