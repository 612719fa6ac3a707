//! Rows that state a balance (`Saldo do dia`, `BALANCE BROUGHT FORWARD`): kept as balances, never as money that moved.

use super::fields::names_a_row;
use super::values;
use crate::import::evidence::direction::Step;
use crate::import::evidence::lines::{self, Line};
use crate::import::evidence::pending::says_pending;
use crate::model::{BalanceKind, Day, Entry, EntryStatus, Micros, ReportedBalance};

/// What a report calls these rows.
pub(super) const WHAT: &str = "row that states a balance";

/// A row that states a balance.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    pub(super) line: Line,
    pub(super) day: Day,
    /// The amount as written.
    pub(super) amount: &'a str,
    /// The currency of its own, where it has one.
    pub(super) currency: &'a str,
}

/// Returns what balance a row states by its words, if it states one. Words that may be a payee's name count only in a
/// row that has neither an id of its own nor a type that moves money.
pub(super) fn kind(description: &str, id: &str, row_type: &str) -> Option<Line> {
    let line = lines::kind(description).filter(|line| line.is_balance() || *line == Line::Available)?;
    let moves = !matches!(values::text(row_type).to_ascii_uppercase().as_str(), "" | "OTHER");
    let has_id = names_a_row(id);
    let may_be_a_name = lines::may_be_a_name(description);
    (!may_be_a_name || !(has_id || moves)).then_some(line)
}

/// Returns the day at whose end a balance held: that of an opening balance is the day before the first row from there.
pub(super) fn as_of(stated: &Stated<'_>, entries: &[Entry<'_>]) -> Day {
    match stated.line {
        Line::Opening | Line::Forward => {
            let first = entries.iter().map(|entry| entry.day).filter(|day| *day >= stated.day).min();
            first.unwrap_or(stated.day).plus_days(-1)
        }
        _ => stated.day,
    }
}

/// Returns whether a type is that of rows that are not booked.
pub(super) fn is_hold(row_type: &str) -> bool {
    row_type.eq_ignore_ascii_case("HOLD")
}

/// Books the rows that are pending by their words, where the balances add up with all of them, and not without.
pub(super) fn book_what_adds_up(entries: &mut [Entry<'_>], balances: &[ReportedBalance]) {
    let is_worded = |entry: &Entry<'_>| {
        entry.status == EntryStatus::Pending && says_pending(&entry.description) && !is_hold(&entry.transaction_type)
    };
    let worded: Vec<usize> = (0..entries.len()).filter(|index| is_worded(&entries[*index])).collect();
    if worded.is_empty() || add_up(balances, entries).adds_up() {
        return;
    }
    worded.iter().for_each(|index| entries[*index].status = EntryStatus::Posted);
    if add_up(balances, entries) != Step::Same {
        worded.iter().for_each(|index| entries[*index].status = EntryStatus::Pending);
    }
}

/// Returns how booked balances follow from each other and the rows between them; still where no two are of different days.
pub(super) fn add_up(balances: &[ReportedBalance], entries: &[Entry<'_>]) -> Step {
    let mut ordered: Vec<&ReportedBalance> = balances.iter().filter(|b| b.kind == BalanceKind::Ledger).collect();
    ordered.sort_by_key(|balance| balance.as_of);
    let between = |from: Day, to: Day| {
        let booked = entries.iter().filter(|entry| entry.status == EntryStatus::Posted);
        let rows = booked.filter(|entry| entry.day > from && entry.day <= to);
        Micros::checked_sum(rows.map(|entry| entry.amount.micros()))
    };
    Step::all(ordered.windows(2).map(|pair| {
        let (from, to) = (pair[0], pair[1]);
        Step::of(from.amount.micros(), between(from.as_of, to.as_of), to.amount.micros())
    }))
}
