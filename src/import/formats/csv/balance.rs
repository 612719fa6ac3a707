//! Balances that a CSV file reports: in lines of their own, above its header, and by its running balance.
//!
//! The running balance after the chronologically last row is the ledger balance of that day. Which row of the newest day
//! is last: the one whose balance no other row of the day starts from; else the direction of the days in the file; else
//! the one in which the balances of the day follow each other; else what the profile says. Without an answer nothing is derived.

use std::collections::BTreeMap;

use super::layout::Layout;
use super::reading::Reading;
use super::stated::{self, Stated, StatedKind};
use super::statements::VOID;
use super::status::{self, Status};
use super::totals;
use crate::import::coverage::follows;
use crate::import::evidence::direction::{Link, Stand, Step, stand};
use crate::import::parsed::Remark;
use crate::model::{
    Amount, BalanceKind, Currency, Day, Entry, EntryStatus, Micros, Period, ReportedBalance, Statement,
};

/// Adds the balances that the lines above the header state to those of the only statement.
pub(super) fn preamble(stated: &mut [Vec<Stated>], layout: &Layout<'_>, reading: &Reading, currency: Currency) {
    if let [only] = stated {
        let mut day = None;
        for (_, fields) in &layout.preamble {
            day = stated::day_of_line(fields, reading).or(day);
            only.extend(stated::of_line(fields, reading, currency, day));
        }
    }
}

/// Adds the reported balances, and the period where the lines above the header declare one.
pub(super) fn add(statements: &mut [Statement<'_>], stated: &[Vec<Stated>], unbroken: &[bool], layout: &Layout<'_>) {
    for ((statement, stated), unbroken) in statements.iter_mut().zip(stated).zip(unbroken) {
        let of_day = |s: &Stated| {
            let as_of = day_of(s, &statement.entries)?;
            let kind = if s.kind == StatedKind::Available { BalanceKind::Available } else { BalanceKind::Ledger };
            Some(ReportedBalance { kind, amount: s.amount, as_of })
        };
        let found: Vec<ReportedBalance> = proven(stated, &statement.entries).filter_map(of_day).collect();
        for balance in found {
            put(statement, balance);
        }
        if !layout.preamble.is_empty() {
            statement.declared = declared(stated, &statement.entries);
        }
        if let Some(found) = latest(&statement.entries, layout.conventions.newest_first) {
            put(statement, found);
        }
        if !unbroken {
            for found in around_breaks(&statement.entries) {
                put(statement, found);
            }
        }
    }
}

/// Gives each row the balance after it, where the balances of the file stand before their rows, and leaves them out where nothing
/// proves what they are. Those of one statement that stand before its rows are no proof for another one, but a doubt. Returns what
/// has to be said of it, and what the file proves. `was_before` is whether the balances of earlier files stand before their rows.
pub(super) fn place(
    statements: &mut [Statement<'_>],
    is_debt_told: bool,
    was_before: bool,
) -> (Vec<Remark>, Option<bool>) {
    let printed: Vec<Posted> = statements.iter().map(|statement| Posted::of(&statement.entries)).collect();
    let stands: Vec<Stand> = printed.iter().map(|printed| stand(&printed.links, is_debt_told, was_before)).collect();
    let has_before = stands.iter().any(|stand| matches!(stand, Stand::Before(_)));
    let has_after = stands.iter().any(|stand| matches!(stand, Stand::After { is_proven: true }));
    // What earlier files told proves nothing again.
    let is_before = (has_before != has_after && !(has_before && was_before)).then_some(has_before);
    let mut remarks = Vec::new();
    for ((statement, printed), stand) in statements.iter_mut().zip(printed).zip(stands) {
        let entries = &mut statement.entries;
        let (order, remark) = match stand {
            _ if entries.iter().all(|entry| entry.running.is_none()) => continue,
            Stand::After { is_proven } if is_proven || !has_before => continue,
            Stand::Before(order) => (order, Remark::BalancesBefore),
            Stand::After { .. } | Stand::Open => (Vec::new(), Remark::BalancesLeftOut),
        };
        entries.iter_mut().for_each(|entry| entry.running = None);
        for pair in order.windows(2) {
            entries[printed.rows[pair[0]]].running = printed.links[pair[1]].balance;
        }
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    (remarks, is_before)
}

/// The balances of posted rows as they are printed.
struct Posted {
    /// The indices of the rows.
    rows: Vec<usize>,
    links: Vec<Link>,
}

impl Posted {
    fn of(entries: &[Entry<'_>]) -> Posted {
        let rows: Vec<usize> = (0..entries.len()).filter(|at| entries[*at].status == EntryStatus::Posted).collect();
        let link = |entry: &Entry<'_>| Link { day: entry.day, amount: entry.amount.micros(), balance: entry.running };
        let links = rows.iter().map(|at| link(&entries[*at])).collect();
        Posted { rows, links }
    }
}

/// Decides on the rows with a balance that call themselves pending: one whose balance is that of a row beside it, whatever its
/// amount, moved nothing yet, such as an authorisation, or nothing at all where its type says that it was declined. Every other row
/// with a balance is booked, whatever its words say.
pub(super) fn settle(statement: &mut Statement<'_>) {
    let (entries, mut void) = (&mut statement.entries, Vec::new());
    let running: Vec<Option<Micros>> = entries.iter().map(|entry| entry.running).collect();
    for (index, entry) in entries.iter_mut().enumerate().filter(|(_, entry)| entry.status == EntryStatus::Pending) {
        let Some(balance) = entry.running else { continue };
        let beside = [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
        let beside: Vec<Micros> = beside.filter_map(|index| running.get(index).copied().flatten()).collect();
        let amount = entry.amount.micros();
        let moved = |from: Micros, to: Micros| from.checked_add(amount) == Some(to);
        let is_moved = beside.iter().any(|other| moved(*other, balance) || moved(balance, *other));
        if beside.contains(&balance) && !is_moved {
            entry.running = None;
            if status::of_type(&entry.transaction_type) == Some(Status::Void) {
                void.push(entry.line);
            }
        } else {
            entry.status = EntryStatus::Posted;
        }
    }
    if !void.is_empty() {
        entries.retain(|entry| !void.contains(&entry.line));
        totals::count(&mut statement.skipped, VOID, void.len() as u64);
    }
}

/// The most breaks of a running balance that are kept: a column that is no running balance breaks at every row.
const MOST_BREAKS: usize = 20;

/// Returns the balances of the days before and after each place where the running balance does not follow from the rows,
/// so that what is missing there shows as a gap.
fn around_breaks(entries: &[Entry<'_>]) -> Vec<ReportedBalance> {
    if entries.iter().all(|e| e.running.is_none()) {
        return Vec::new();
    }
    let mut days: BTreeMap<Day, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries.iter().filter(|e| e.status == EntryStatus::Posted) {
        days.entry(entry.day).or_default().push(entry);
    }
    let mut found = Vec::new();
    let mut before: Option<(Day, Amount)> = None;
    let mut moved = Some(Micros::ZERO);
    for (day, block) in &days {
        let sum = Micros::checked_sum(block.iter().map(|e| e.amount.micros()));
        moved = moved.zip(sum).and_then(|(moved, sum)| moved.checked_add(sum));
        let closing = match block.as_slice() {
            [only] => only.running_balance(),
            several => last_of(several),
        };
        let Some(closing) = closing else { continue };
        if let Some((earlier, balance)) = before
            && moved.is_some()
            && !Step::of(balance.micros(), moved, closing.micros()).adds_up()
        {
            let ledger = |amount, as_of| ReportedBalance { kind: BalanceKind::Ledger, amount, as_of };
            found.extend([ledger(balance, earlier), ledger(closing, *day)]);
            if found.len() > 2 * MOST_BREAKS {
                return Vec::new();
            }
        }
        (before, moved) = (Some((*day, closing)), Some(Micros::ZERO));
    }
    found
}

/// Leaves out balances without a day that the rows do not prove to be those before the first and after the last: one may
/// be of the day of the download.
fn proven<'s>(stated: &'s [Stated], entries: &[Entry<'_>]) -> impl Iterator<Item = &'s Stated> {
    let of = |kind| stated.iter().find(|s: &&Stated| s.kind == kind).map(|s| s.amount.micros());
    let posted = entries.iter().filter(|e| e.status == EntryStatus::Posted);
    let sum = Micros::checked_sum(posted.map(|e| e.amount.micros()));
    let opening = of(StatedKind::Start).or(of(StatedKind::Opening));
    let closing = of(StatedKind::End).or(of(StatedKind::Closing));
    let holds = opening.zip(closing).is_some_and(|(opening, closing)| Step::of(opening, sum, closing).adds_up());
    stated.iter().filter(move |s| holds || !matches!(s.kind, StatedKind::Start | StatedKind::End))
}

/// Adds a balance unless one of its day is known.
fn put(statement: &mut Statement<'_>, balance: ReportedBalance) {
    if !statement.balances.iter().any(|b| b.kind == balance.kind && b.as_of == balance.as_of) {
        statement.balances.push(balance);
    }
}

/// Returns the day at whose end a stated balance held: an opening balance is that of the morning.
fn day_of(stated: &Stated, entries: &[Entry<'_>]) -> Option<Day> {
    match stated.kind {
        StatedKind::Opening => Some(stated.day.plus_days(-1)),
        StatedKind::Closing | StatedKind::Available => Some(stated.day),
        StatedKind::Start => Some(entries.iter().map(|e| e.day).min()?.plus_days(-1)),
        StatedKind::End => entries.iter().map(|e| e.day).max(),
    }
}

/// Returns the period between an opening and a closing balance, if all rows lie in it.
fn declared(stated: &[Stated], entries: &[Entry<'_>]) -> Option<Period> {
    let of = |kind| stated.iter().find(|s: &&Stated| s.kind == kind).map(|s| s.day);
    let period = Period::new(of(StatedKind::Opening)?, of(StatedKind::Closing)?)?;
    entries.iter().all(|e| period.contains(e.day)).then_some(period)
}

/// Returns the ledger balance at the end of the newest day whose last row has one.
fn latest(entries: &[Entry<'_>], newest_first: Option<bool>) -> Option<ReportedBalance> {
    let mut days: BTreeMap<Day, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in entries.iter().filter(|e| e.status == EntryStatus::Posted) {
        days.entry(entry.day).or_default().push(entry);
    }
    let printed = days.iter().rev().filter(|(_, block)| block.iter().any(|e| e.running.is_some()));
    for (day, block) in printed {
        let amount = match block.as_slice() {
            [only] => only.running_balance(),
            _ => last_of(block).or_else(|| {
                let newest_at_top = direction(entries).or_else(|| chain(block)).or(newest_first)?;
                let last = if newest_at_top { block.first() } else { block.last() };
                last.and_then(|e| e.running_balance())
            }),
        };
        if amount.is_some() || block.iter().all(|e| e.running.is_some()) {
            return Some(ReportedBalance { kind: BalanceKind::Ledger, amount: amount?, as_of: *day });
        }
    }
    None
}

/// Returns the one balance of a day that no row of the day starts from.
fn last_of(block: &[&Entry<'_>]) -> Option<Amount> {
    let mut left: BTreeMap<Micros, i64> = BTreeMap::new();
    for entry in block {
        let after = entry.running?;
        let before = after.checked_sub(entry.amount.micros())?;
        *left.entry(after).or_default() += 1;
        *left.entry(before).or_default() -= 1;
    }
    let mut ends = left.iter().filter(|(_, count)| **count > 0);
    match (ends.next(), ends.next()) {
        (Some((end, 1)), None) => block.iter().filter_map(|e| e.running_balance()).find(|b| b.micros() == *end),
        _ => None,
    }
}

/// Returns whether the balances of a day follow each other from its last row to its first (newest first) or from its first to its
/// last; `None` where they do both ways, or neither.
fn chain(block: &[&Entry<'_>]) -> Option<bool> {
    let forward = block.windows(2).all(|pair| follows(pair[0], pair[1]));
    let backward = block.windows(2).all(|pair| follows(pair[1], pair[0]));
    (forward != backward).then_some(backward)
}

/// Returns whether days only fall (newest first) or only rise; `None` for one day or a mixture.
fn direction(entries: &[Entry<'_>]) -> Option<bool> {
    let (mut rises, mut falls) = (false, false);
    for pair in entries.windows(2) {
        rises |= pair[1].day > pair[0].day;
        falls |= pair[1].day < pair[0].day;
    }
    (rises != falls).then_some(falls)
}
