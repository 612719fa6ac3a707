//! The statements of one account within one file.

use crate::import::Parsed;
use crate::model::{Period, Statement};

/// Joins the statements of one account in a file: within one file, rows are only ever counted.
pub(super) fn join_same_account(parsed: &mut Parsed<'_>) {
    let mut joined: Vec<Statement<'_>> = Vec::new();
    for statement in parsed.statements.drain(..) {
        let same = |other: &&mut Statement<'_>| {
            other.currency == statement.currency
                && other.account.kind == statement.account.kind
                && other.account.number == statement.account.number
                && other.account.bank_id == statement.account.bank_id
        };
        match joined.iter_mut().find(same) {
            Some(first) => {
                first.declared = first
                    .declared
                    .zip(statement.declared)
                    .and_then(|(a, b)| Period::new(a.first().min(b.first()), a.last().max(b.last())));
                first.entries.extend(statement.entries);
                first.balances.extend(statement.balances);
                first.rejected.extend(statement.rejected);
                first.skipped.extend(statement.skipped);
            }
            None => joined.push(statement),
        }
    }
    parsed.statements = joined;
}
