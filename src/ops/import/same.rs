//! The statements of one file that are of one account.

use crate::import::days;
use crate::import::evidence::account::{Fit, fit, same_kind};
use crate::import::evidence::joins::{closing, opening};
use crate::model::{AccountHint, Day, EntryStatus, Micros, Statement};

/// Returns for each statement of a file the first one that the file shows to be of the same account, by their indices.
pub(super) fn first_of_account(statements: &[Statement<'_>]) -> Vec<usize> {
    first(statements, |one, other| one.currency == other.currency && is_same(&one.account, &other.account))
}

/// Returns for each statement the first one in its currency: what the person names is one account for each currency.
pub(super) fn first_of_currency(statements: &[Statement<'_>]) -> Vec<usize> {
    first(statements, |one, other| one.currency == other.currency)
}

fn first(statements: &[Statement<'_>], are_one: impl Fn(&Statement<'_>, &Statement<'_>) -> bool) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::with_capacity(statements.len());
    for (index, statement) in statements.iter().enumerate() {
        let is_first = |at: &usize| found[*at] == *at && are_one(&statements[*at], statement);
        let first = (0..index).find(is_first).unwrap_or(index);
        found.push(first);
    }
    found
}

fn is_same(a: &AccountHint, b: &AccountHint) -> bool {
    let same_number = match (&a.number, &b.number) {
        (Some(a), Some(b)) => fit(a, b) == Fit::Same,
        (None, None) => true,
        _ => false,
    };
    same_number
        && same_kind(a.kind, b.kind)
        && a.kind.is_some() == b.kind.is_some()
        && (&a.name, &a.bank_id, &a.branch) == (&b.name, &b.bank_id, &b.branch)
}

/// Returns the first day of statements of one account and the balance before their first row, where the one that begins
/// first tells it.
pub(super) fn opening_of(statements: &[&Statement<'_>]) -> Option<(Day, Micros)> {
    let with_rows = statements.iter().filter_map(|statement| Some((days(statement)?.first(), statement)));
    opening(with_rows.min_by_key(|(first, _)| *first)?.1)
}

/// Returns the last day of statements of one account and the balance after their last row, where the one that ends last
/// tells it.
pub(super) fn closing_of(statements: &[&Statement<'_>]) -> Option<(Day, Micros)> {
    let with_rows = statements.iter().filter_map(|statement| Some((days(statement)?.last(), statement)));
    closing(with_rows.max_by_key(|(last, _)| *last)?.1)
}

/// Returns what the booked rows after a day add up to, until another day.
pub(super) fn sum(statement: &Statement<'_>, since: Day, until: Day) -> Option<Micros> {
    let booked = statement.entries.iter().filter(|entry| entry.status == EntryStatus::Posted);
    let between = booked.filter(|entry| entry.day > since && entry.day <= until);
    Micros::checked_sum(between.map(|entry| entry.amount.micros()))
}
