//! The statements of one account within one file.

use super::accounts::Target;
use crate::import::Parsed;
use crate::import::evidence::account::{Fit, fit, same_kind};
use crate::model::{AccountHint, Period, Statement};

/// Joins the statements of a file that it shows to be of one account: within one file, rows are only ever counted.
pub(super) fn join_same_account(parsed: &mut Parsed<'_>) {
    let mut joined: Vec<Statement<'_>> = Vec::new();
    for statement in parsed.statements.drain(..) {
        let same = |other: &&mut Statement<'_>| {
            other.currency == statement.currency && is_same(&other.account, &statement.account)
        };
        match joined.iter_mut().find(same) {
            Some(first) => append(first, statement),
            None => joined.push(statement),
        }
    }
    parsed.statements = joined;
}

/// Joins the statements whose accounts turned out to be one.
pub(super) fn join_same_target(parsed: &mut Parsed<'_>, targets: Vec<Target>) -> Vec<Target> {
    let mut joined: Vec<Statement<'_>> = Vec::new();
    let mut kept: Vec<Target> = Vec::new();
    for (statement, target) in parsed.statements.drain(..).zip(targets) {
        match kept.iter_mut().position(|other| other.account.id == target.account.id) {
            Some(index) => {
                // The later one knows what the file told of the account in all statements.
                kept[index].account = target.account;
                append(&mut joined[index], statement);
            }
            None => {
                joined.push(statement);
                kept.push(target);
            }
        }
    }
    parsed.statements = joined;
    kept
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

fn append<'a>(first: &mut Statement<'a>, statement: Statement<'a>) {
    first.declared = first
        .declared
        .zip(statement.declared)
        .and_then(|(a, b)| Period::new(a.first().min(b.first()), a.last().max(b.last())));
    first.entries.extend(statement.entries);
    first.balances.extend(statement.balances);
    first.rejected.extend(statement.rejected);
    first.skipped.extend(statement.skipped);
}
