//! What has to be true of pending rows.

use std::collections::BTreeMap;

use super::account::{Account, At, Derived};
use super::history::{History, Printed};
use crate::model::normalise_description;

/// Checks that no pending row counts which the furthest-reaching file of its source does not show, that no posted row is
/// pending, and that no hold is lost that all those files show and that is no posted row.
pub(super) fn check(history: &History, account: &Account, derived: &Derived) -> Result<(), String> {
    posted_stays_posted(account, derived)?;
    let mut seen: Vec<(u32, Kind)> = Vec::new();
    for (file, row) in rows(account).filter(|(_, row)| row.pending) {
        let key = (account.sheets[file].source, kind(row));
        if !seen.contains(&key) {
            ruled(history, account, derived, &key)?;
            seen.push(key);
        }
    }
    Ok(())
}

type Kind = (i32, i64, String);

fn kind(row: &Printed) -> Kind {
    (row.day, row.cents, normalise_description(&row.text))
}

fn rows(account: &Account) -> impl Iterator<Item = (usize, &Printed)> {
    account.sheets.iter().enumerate().flat_map(|(file, sheet)| sheet.rows.iter().map(move |row| (file, row)))
}

fn posted_stays_posted(account: &Account, derived: &Derived) -> Result<(), String> {
    for group in &derived.groups {
        let pending = |at: &&At| account.at(**at).pending;
        let counting = group.iter().filter(pending).find(|at| derived.counts.contains(at));
        let posted = group.iter().any(|at| !account.at(*at).pending);
        if let Some(at) = counting.filter(|_| posted) {
            return Err(format!("pending: {at:?} counts, though it is posted"));
        }
        let leads = group.iter().filter(|at| derived.leads.contains(at)).collect::<Vec<_>>();
        if leads.len() != usize::from(posted || counting.is_some()) {
            return Err(format!("pending: {group:?} is shown by {leads:?}"));
        }
    }
    let uncounted = |(file, sheet): (usize, &super::account::Sheet)| {
        (0..sheet.rows.len())
            .map(|place| (file, place))
            .find(|at| !account.at(*at).pending && !derived.counts.contains(at))
    };
    match account.sheets.iter().enumerate().find_map(uncounted) {
        Some(at) => Err(format!("pending: {at:?} is posted and does not count")),
        None => Ok(()),
    }
}

/// Checks the equal pending rows of one source.
fn ruled(history: &History, account: &Account, derived: &Derived, key: &(u32, Kind)) -> Result<(), String> {
    let (source, of) = key;
    let sheets = || account.sheets.iter().filter(|sheet| sheet.source == *source);
    let reach = |sheet: &super::account::Sheet| sheet.rows.iter().map(|row| row.day).max();
    // A file tells of the days that it covers, and of those on which it shows something pending.
    let tells = |sheet: &&super::account::Sheet| {
        (sheet.covers().0 <= of.0 && Some(of.0) <= reach(sheet))
            || sheet.rows.iter().any(|row| row.pending && row.day == of.0)
    };
    let covering = || sheets().filter(tells);
    let furthest = covering().filter_map(reach).max();
    let shown = |sheet: &super::account::Sheet| sheet.rows.iter().filter(|row| row.pending && kind(row) == *of).count();
    let all_show = covering().filter(|sheet| reach(sheet) == furthest).map(shown).min().unwrap_or(0);
    let is_one = |at: &At| {
        let row = account.at(*at);
        row.pending && account.sheets[at.0].source == *source && kind(row) == *of
    };
    let groups: Vec<&Vec<At>> = derived.groups.iter().filter(|group| group.iter().any(is_one)).collect();
    let counts = |group: &&&Vec<At>| group.iter().any(|at| is_one(at) && derived.counts.contains(at));
    let counted = groups.iter().filter(counts).count();
    if counted > all_show {
        return Err(format!("pending: of {of:?} {counted} count, and the furthest files show {all_show}"));
    }
    // Each other one that they show is a posted row, or one of another source.
    let mut truths: BTreeMap<usize, bool> = BTreeMap::new();
    for (_, row) in rows(account).filter(|(file, row)| account.sheets[*file].source == *source && kind(row) == *of) {
        *truths.entry(row.truth).or_default() |= !row.pending;
    }
    let posted = groups.iter().filter(|group| group.iter().any(|at| !account.at(*at).pending)).count();
    if counted + posted < all_show {
        return Err(format!("pending: of {of:?} all files show {all_show}, {counted} count and {posted} are posted"));
    }
    // A hold that posts with its day, amount and words is that posted row.
    let posts = truths.values().filter(|posted| **posted).count();
    let holds = truths.len();
    if counted + posts > holds.max(all_show) {
        let rows = history.rows.len();
        return Err(format!("pending: of {of:?} {counted} count, and {posts} of {holds} are posted, of {rows} rows"));
    }
    Ok(())
}
