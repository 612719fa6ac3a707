//! What the files of an account tell of a statement that prints no sign: whether its amounts are money in, as printed, or
//! money out where the types of its rows say so.

use std::collections::HashSet;

use super::choice::Choice;
use super::choose::Chosen;
use super::same::sum;
use super::stop::Stop;
use crate::import::{Parsed, SignRule, ToldSign, Unsigned, days};
use crate::model::{BalanceKind, Day, ImportId, Micros, SourceKind, Statement};
use crate::ops::money;
use crate::store::View;
use crate::store::db::accounts::Account;
use crate::store::db::imports::Import;

/// Returns what the vault tells of each statement of a file that prints no sign; empty where there is none. `read` reads the
/// file by what it is given.
pub(super) fn told<'t>(
    view: &View<'_>,
    parsed: &Parsed<'_>,
    chosen: &Chosen,
    mut read: impl FnMut(Vec<Option<ToldSign>>) -> Result<Parsed<'t>, Stop>,
) -> Result<Vec<Option<ToldSign>>, Stop> {
    let of_account = parsed.unsigned.iter().filter_map(|place| match chosen.choices.get(*place) {
        Some(Choice::Existing(account)) => Some((*place, account)),
        _ => None,
    });
    let of_account: Vec<(usize, &Account)> = of_account.collect();
    if of_account.is_empty() {
        return Ok(Vec::new());
    }
    let ways = [Unsigned::Printed, Unsigned::Typed, Unsigned::TypedOrOut];
    let mut readings = Vec::new();
    for how in ways {
        readings.push((how, read(vec![Some(ToldSign::Proven(how)); parsed.statements.len()])?));
    }
    let mut told = vec![None; parsed.statements.len()];
    for (place, account) in of_account {
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        for (how, parsed) in &readings {
            let amounts = |statement: &Statement<'_>| statement.entries.iter().map(|e| e.amount).collect::<Vec<_>>();
            let statement = &parsed.statements[place];
            if candidates.iter().all(|(_, other)| amounts(other) != amounts(statement)) {
                candidates.push((*how, statement));
            }
        }
        let proven = match by_ids(view, account, &candidates)? {
            Some(how) => Some(how),
            None => by_balances(view, account, &candidates)?,
        };
        told[place] = match proven {
            Some(how) => Some(ToldSign::Proven(how)),
            None => earlier(view, account, &parsed.layout)?.map(ToldSign::Earlier),
        };
    }
    Ok(told)
}

/// A statement as it is read in one way; the first is as printed.
type Candidate<'s> = (Unsigned, &'s Statement<'s>);

/// Rows that the account has by the same id, day and amount tell the sign, where all of them tell one.
fn by_ids(view: &View<'_>, account: &Account, candidates: &[Candidate<'_>]) -> Result<Option<Unsigned>, Stop> {
    let Some(period) = candidates.first().and_then(|(_, statement)| days(statement)) else { return Ok(None) };
    let undone: HashSet<ImportId> =
        view.imports()?.iter().filter(|import| import.undone).map(|import| import.id).collect();
    let shown: Vec<HashSet<(&str, Day, Micros)>> =
        candidates.iter().map(|(_, statement)| rows_with_ids(statement)).collect();
    let mut fitting: Vec<bool> = vec![true; candidates.len()];
    for block in view.blocks_of_days(account.id, None, period)? {
        for row in block.rows().filter(|row| !undone.contains(&row.import)) {
            let Some(id) = row.bank_id() else { continue };
            let has = |rows: &HashSet<(&str, Day, Micros)>| rows.contains(&(id, row.day(), row.amount));
            if shown.iter().any(has) {
                fitting.iter_mut().zip(&shown).for_each(|(fits, rows)| *fits &= has(rows));
            }
        }
    }
    Ok(only(candidates, &fitting))
}

fn rows_with_ids<'s>(statement: &'s Statement<'_>) -> HashSet<(&'s str, Day, Micros)> {
    statement.entries.iter().map(|entry| (&*entry.bank_id, entry.day, entry.amount.micros())).collect()
}

/// A balance that the account had and the balance of the statement tell what moved between them.
fn by_balances(view: &View<'_>, account: &Account, candidates: &[Candidate<'_>]) -> Result<Option<Unsigned>, Stop> {
    let Some((_, printed)) = candidates.first() else { return Ok(None) };
    let ledgers = printed.balances.iter().filter(|balance| balance.kind == BalanceKind::Ledger);
    let (Some(after), Some(period)) = (ledgers.max_by_key(|balance| balance.as_of), days(printed)) else {
        return Ok(None);
    };
    let stored = money::reported(view)?;
    let earlier = stored.iter().filter(|b| b.account == account.id && b.kind == BalanceKind::Ledger);
    let Some(last) = earlier.filter(|balance| balance.day < after.as_of).max_by_key(|balance| balance.day) else {
        return Ok(None);
    };
    let day_before = period.first().plus_days(-1);
    let (since, before) = if last.day > day_before {
        (last.day, Some(last.amount))
    } else {
        let held = money::holding_as_reported(view, &stored, account, day_before)?;
        (day_before, held.map(|amount| amount.micros()))
    };
    let after_amount = after.amount.micros();
    // Debt that grows looks like money that does.
    let may_be_owed = |amount: Micros| account.kind.is_liability() && amount > Micros::ZERO;
    let Some(before) = before.filter(|before| !may_be_owed(*before) && !may_be_owed(after_amount)) else {
        return Ok(None);
    };
    let moved = after_amount.checked_sub(before);
    let is_sum = |(_, statement): &Candidate<'_>| moved.is_some() && moved == sum(statement, since, after.as_of);
    Ok(only(candidates, &candidates.iter().map(is_sum).collect::<Vec<bool>>()))
}

/// Returns the only way that fits, of several.
fn only(candidates: &[Candidate<'_>], fitting: &[bool]) -> Option<Unsigned> {
    let mut fits = candidates.iter().zip(fitting).filter(|(_, fits)| **fits);
    let ((how, _), _) = fits.next()?;
    fits.next().is_none().then_some(*how)
}

/// Returns the rule of the newest file of the layout into the account that tells one: a file whose signs nothing turned, and that
/// has money out, prints a minus there.
fn earlier(view: &View<'_>, account: &Account, layout: &str) -> Result<Option<SignRule>, Stop> {
    let (imports, coverages) = (view.imports()?, view.coverages()?);
    let of_layout = |import: &&Import| import.kind == SourceKind::Ofx && !import.undone && import.layout == layout;
    for import in imports.iter().rev().filter(of_layout) {
        for coverage in coverages.iter().filter(|c| c.account == account.id && c.import == import.id) {
            if let Some(rule) = import.sign.as_deref().and_then(|sign| sign.parse().ok()) {
                return Ok(Some(rule));
            }
            let Some(period) = coverage.rows else { continue };
            let blocks = view.blocks_of_days(account.id, None, period)?;
            let mut rows = blocks.iter().flat_map(|block| block.rows());
            if rows.any(|row| row.import == import.id && row.amount < Micros::ZERO) {
                return Ok(Some(SignRule::In));
            }
        }
    }
    Ok(None)
}
