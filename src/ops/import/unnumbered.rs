//! The statements of one file that name no account, or only the end of its number: whether they are of one.

use super::same::{first_of_account, sum};
use crate::import::evidence::account::is_masked;
use crate::import::evidence::joins::{Meeting, Shown, meet};
use crate::import::{ImportError, Problem, Remedy};
use crate::model::{BalanceKind, Micros, ReportedBalance, Statement};

/// Refuses a file of which two such statements would be of one account and cannot be: the balances of a day differ, or many rows
/// of the same days, and none is common to both.
pub(super) fn refuse_several(statements: &[Statement<'_>]) -> Result<(), ImportError> {
    let first = first_of_account(statements);
    for (index, later) in statements.iter().enumerate().filter(|(_, statement)| is_open(statement)) {
        let same = (0..index).filter(|at| first[*at] == first[index]).map(|at| &statements[at]);
        for earlier in same {
            let what = match other_balance(earlier, later) {
                Some((one, other)) => {
                    format!("at the end of {} one holds {}, and another one {}", one.as_of, one.amount, other.amount)
                }
                None if meeting(earlier, later) == Meeting::Contradicts => {
                    "two show the same days, and have no row in common".to_owned()
                }
                None => continue,
            };
            let message =
                format!("the file has statements of several accounts, and no numbers that tell them apart: {what}");
            return Err(ImportError::new(Problem::Ambiguous, message, Remedy::SplitStatements));
        }
    }
    Ok(())
}

/// Returns whether statements that name no account are of one: each joins an earlier one, or its balance goes on from it.
pub(super) fn are_of_one(statements: &[&Statement<'_>]) -> bool {
    let joins = |one: &Statement<'_>, other: &Statement<'_>| {
        meeting(one, other) == Meeting::Joins || goes_on(one, other) || goes_on(other, one)
    };
    (1..statements.len()).all(|at| statements[..at].iter().any(|earlier| joins(earlier, statements[at])))
}

fn is_open(statement: &Statement<'_>) -> bool {
    let account = &statement.account;
    account.name.is_none() && account.number.as_ref().is_none_or(is_masked)
}

fn meeting(one: &Statement<'_>, other: &Statement<'_>) -> Meeting {
    let shown = Shown::of(one).zip(Shown::of(other));
    shown.map_or(Meeting::Silent, |(one, other)| meet(&one, &other, true))
}

fn ledgers<'s>(statement: &'s Statement<'_>) -> impl Iterator<Item = &'s ReportedBalance> {
    statement.balances.iter().filter(|balance| balance.kind == BalanceKind::Ledger)
}

/// Returns balances of one day of two statements, where all of that day differ.
fn other_balance<'s>(
    one: &'s Statement<'_>,
    other: &'s Statement<'_>,
) -> Option<(&'s ReportedBalance, &'s ReportedBalance)> {
    ledgers(one).find_map(|balance| {
        let same_day = || ledgers(other).filter(|found| found.as_of == balance.as_of);
        let first = same_day().next()?;
        let own = || ledgers(one).filter(|found| found.as_of == balance.as_of);
        let differ = own().all(|own| same_day().all(|found| found.amount != own.amount));
        differ.then_some((balance, first))
    })
}

/// Returns whether the balance of the later statement is that of the earlier one, not zero, and the rows between.
fn goes_on(earlier: &Statement<'_>, later: &Statement<'_>) -> bool {
    let last = |statement| ledgers(statement).max_by_key(|balance| balance.as_of);
    let Some((before, after)) = last(earlier).zip(last(later)) else { return false };
    let (held, holds) = (before.amount.micros(), after.amount.micros());
    let moved = holds.checked_sub(held);
    before.as_of < after.as_of
        && held != Micros::ZERO
        && moved.is_some_and(|moved| moved != Micros::ZERO)
        && moved == sum(later, before.as_of, after.as_of)
}
