//! Dated rows that state the balance after the rows above them, by what these add up to: no money moved with them.
//!
//! `New Balance` is a shop, and `Saldo` may be anything. A row that says a balance or a sum is one where its amount is the
//! opening balance that a line states and the rows between the two, or where it is the running balance, which stood still.
//! The first or last row that is such a sum and says nothing known is rejected: a bank may have words of its own for it.

use super::reject::Reject;
use super::stated::{Stated, StatedKind};
use super::totals::{moved_a_balance, stood_still};
use crate::import::evidence::lines::{self, Line};
use crate::model::{Amount, Entry, Micros, Skipped, Statement};

/// How many other rows have to add up to a row that says nothing known.
const FEWEST: usize = 2;
/// How many, where no line states the balance before them.
const FEWEST_WITHOUT: usize = 3;

/// What a row is.
enum Finding {
    Row,
    /// A balance, and whether it is that after all rows.
    Balance(bool),
    Doubt(&'static str),
}

/// Takes balances out of the rows, and rejects the rows that may be one.
pub(super) fn take_out(statement: &mut Statement<'_>, stated: &mut Vec<Stated>) {
    let opening = opening(stated);
    let entries = &statement.entries;
    let ends = [entries.first(), entries.last()];
    let may_be = ends.iter().flatten().any(|entry| lines::names_a_balance(&entry.description));
    if opening.is_none() && !may_be && !entries.iter().any(says_balance) {
        return;
    }
    let findings = findings(entries, opening);
    for (entry, finding) in std::mem::take(&mut statement.entries).into_iter().zip(findings) {
        match finding {
            Finding::Row => statement.entries.push(entry),
            Finding::Balance(is_last) => {
                let (kind, day, amount) = (StatedKind::Closing, entry.day, entry.amount);
                let is_running = entry.running.is_some();
                stated.extend(is_last.then_some(Stated { kind, day, amount, is_running, is_told: false }));
                count(&mut statement.skipped);
            }
            Finding::Doubt(why) => {
                let reason = format!("a balance or a payment: {why}");
                statement.rejected.push(Reject::new("description", &entry.description, reason).at(entry.line));
            }
        }
    }
}

/// Returns the only balance before the rows that lines state, unless it is zero: then a balance is a sum of rows.
fn opening(stated: &[Stated]) -> Option<Micros> {
    let mut found = stated.iter().filter(|s| matches!(s.kind, StatedKind::Opening | StatedKind::Start));
    let amount = found.next().map(|s| s.amount.micros()).filter(|amount| *amount != Micros::ZERO)?;
    found.all(|other| other.amount.micros() == amount).then_some(amount)
}

/// Finds what each row is.
fn findings(entries: &[Entry<'_>], opening: Option<Micros>) -> Vec<Finding> {
    let others = || entries.iter().filter(|entry| !says_balance(entry));
    let sum = |entries: &mut dyn Iterator<Item = &Entry<'_>>| entries.map(|entry| micros(entry.amount)).sum::<i128>();
    let whole = sum(&mut entries.iter());
    let of_others = sum(&mut others());
    let mut above = 0;
    let mut findings = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let amount = micros(entry.amount);
        let is_named = says_balance(entry);
        let below = of_others - above - if is_named { 0 } else { amount };
        let is = |sum: i128| opening.is_some_and(|opening| i128::from(opening.get()) + sum == amount);
        let is_at_an_end = index == 0 || index + 1 == entries.len();
        let is_rest = |fewest: usize| is_at_an_end && entries.len() > fewest && amount != 0;
        findings.push(if moved_a_balance(entries, index) {
            Finding::Row
        } else if is_named && (is(above) || is(below) || is_own_balance(entries, index)) {
            let (is_first, is_last) = (index == 0, index + 1 == entries.len());
            Finding::Balance(is_first != is_last && ((is_last && is(above)) || (is_first && is(below))))
        } else if is_rest(FEWEST) && is(whole - amount) {
            Finding::Doubt("it is the opening balance and all other rows together")
        } else if is_rest(FEWEST_WITHOUT) && whole - amount == amount && lines::names_a_balance(&entry.description) {
            Finding::Doubt("it is all other rows together")
        } else {
            Finding::Row
        });
        above += if is_named { 0 } else { amount };
    }
    findings
}

/// Returns whether the amount of a row is its running balance, which is that of a row beside it, too.
fn is_own_balance(entries: &[Entry<'_>], index: usize) -> bool {
    let entry = &entries[index];
    entry.running == Some(entry.amount.micros()) && stood_still(entries, index)
}

/// Returns whether a row says that it is a balance or a sum.
fn says_balance(entry: &Entry<'_>) -> bool {
    entry.amount.micros() != Micros::ZERO
        && lines::kind(&entry.description).is_some_and(|line| line.is_balance() || line == Line::Total)
}

fn micros(amount: Amount) -> i128 {
    i128::from(amount.micros().get())
}

fn count(skipped: &mut Vec<Skipped>) {
    const WHAT: &str = "balance line";
    match skipped.iter_mut().find(|s| s.what == WHAT) {
        Some(known) => known.count += 1,
        None => skipped.push(Skipped { what: WHAT.to_owned(), count: 1 }),
    }
}
