//! Dated rows that say only `Total`, and whose amount is the sum of the other rows: no money moved with them.
//!
//! `TOTAL` is a chain of petrol stations, too. Only the sum of all other rows, at the end or the start of them, proves a
//! total. A sum of some of the rows may be chance: such a row is rejected. Everything else is a payee.

use super::statements::Reject;
use crate::import::evidence::lines::{self, Line};
use crate::model::{Amount, Entry, Micros, Skipped, Statement};

/// What a report calls these rows.
pub(super) const WHAT: &str = "total or balance line";

/// How many rows a sum needs: that of one is its copy.
const FEWEST: u64 = 2;

/// What a row that says only `Total` is.
enum Finding {
    Total,
    /// A total or a payee, and why nothing tells.
    Doubt(&'static str),
    Payee,
}

/// The sum of some rows.
#[derive(Clone, Copy, Default)]
struct Sum {
    amount: i128,
    rows: u64,
}

impl Sum {
    fn of<'e>(entries: impl Iterator<Item = &'e Entry<'e>>) -> Sum {
        let mut sum = Sum::default();
        entries.for_each(|entry| sum.add(entry));
        sum
    }

    /// Adds a row that moved money.
    fn add(&mut self, entry: &Entry<'_>) {
        if entry.amount.micros() != Micros::ZERO {
            self.amount += micros(entry.amount);
            self.rows += 1;
        }
    }

    /// Returns whether an amount is this sum, with or without the sign.
    fn is(self, amount: Amount) -> bool {
        self.rows >= FEWEST && self.amount.abs() == micros(amount).abs()
    }
}

/// Takes the totals out of the rows and counts them as skipped, and rejects the rows that may be totals.
pub(super) fn take_out(statement: &mut Statement<'_>) {
    let entries = &statement.entries;
    if !entries.iter().any(says_total) {
        return;
    }
    let whole = Sum::of(entries.iter());
    // The rows that say something else: all of them, those above, and those above down from the last that says total.
    let others = Sum::of(entries.iter().filter(|e| !says_total(e)));
    let (mut above, mut others_above, mut section) = (Sum::default(), Sum::default(), Sum::default());
    let mut findings = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let is_named = says_total(entry);
        let is_outermost = index == 0 || index + 1 == entries.len();
        let rest = Sum { amount: whole.amount - micros(entry.amount), rows: whole.rows - 1 };
        findings.push(match is_outermost {
            _ if !is_named || moved_a_balance(entries, index) => Finding::Payee,
            true if rest.is(entry.amount) || others.is(entry.amount) => Finding::Total,
            true if !statement.rejected.is_empty() => Finding::Doubt("rows that cannot be read may be in it"),
            _ if [above, others_above, section].iter().any(|sum| sum.is(entry.amount)) => {
                Finding::Doubt("it is the sum of rows above")
            }
            _ => Finding::Payee,
        });
        above.add(entry);
        if is_named {
            section = Sum::default();
        } else {
            others_above.add(entry);
            section.add(entry);
        }
    }
    for (entry, finding) in std::mem::take(&mut statement.entries).into_iter().zip(findings) {
        match finding {
            Finding::Payee => statement.entries.push(entry),
            Finding::Total => count(&mut statement.skipped),
            Finding::Doubt(why) => {
                let reason = format!("a total or a payee of that name: {why}");
                statement.rejected.push(Reject::new("description", &entry.description, reason).at(entry.line));
            }
        }
    }
}

fn says_total(entry: &Entry<'_>) -> bool {
    entry.amount.micros() != Micros::ZERO && lines::kind(&entry.description) == Some(Line::Total)
}

/// Returns whether a row has a balance other than the rows beside it: then it moved money.
fn moved_a_balance(entries: &[Entry<'_>], index: usize) -> bool {
    let beside = [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
    let balance = entries[index].running_balance;
    balance.is_some() && !beside.filter_map(|i| entries.get(i)).any(|e| e.running_balance == balance)
}

fn micros(amount: Amount) -> i128 {
    i128::from(amount.micros().get())
}

fn count(skipped: &mut Vec<Skipped>) {
    match skipped.iter_mut().find(|s| s.what == WHAT) {
        Some(known) => known.count += 1,
        None => skipped.push(Skipped { what: WHAT.to_owned(), count: 1 }),
    }
}
