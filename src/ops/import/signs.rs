//! What the files of an account tell of a statement that prints no sign: whether its amounts are money in, as printed, or
//! money out where the types of its rows say so.

use std::collections::HashSet;

use super::choice::Choice;
use super::choose::Chosen;
use super::same::sum;
use super::stop::Stop;
use crate::import::{ImportOption, Parsed, Question, SignRule, Style, ToldSign, Unsigned, days, may_be_owed};
use crate::model::{BalanceKind, Day, ImportId, Micros, SourceKind, Statement};
use crate::ops::money;
use crate::store::View;
use crate::store::db::accounts::Account;
use crate::store::db::coverages::Coverage;
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
    let mut readings = Vec::new();
    for how in Unsigned::ALL {
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
            None => earlier(view, account, &parsed.layout)?,
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
    let is_told = |before: &Micros| !may_be_owed(account.kind.is_liability(), [*before, after_amount].into_iter());
    let Some(before) = before.filter(is_told) else { return Ok(None) };
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

/// Returns whether the newest file of the layout into the account that tells it prints a minus where money went out. One whose
/// signs nothing turned, and that has money out, does; one without any money out does not tell, whatever was said of it.
fn earlier(view: &View<'_>, account: &Account, layout: &str) -> Result<Option<ToldSign>, Stop> {
    Ok(newest_that_tells(view, account, layout)?.map(|(told, _)| told))
}

/// Returns the newest file of the layout into the account that tells whether it prints a minus, and what it tells.
fn newest_that_tells(view: &View<'_>, account: &Account, layout: &str) -> Result<Option<(ToldSign, Import)>, Stop> {
    for (import, coverage) in files_of(view, account, layout)? {
        if style_of(&import).sign.is_some_and(|rule| rule != SignRule::In) {
            return Ok(Some((ToldSign::Plain, import)));
        }
        let Some(period) = coverage.rows else { continue };
        let blocks = view.blocks_of_days(account.id, None, period)?;
        let mut rows = blocks.iter().flat_map(|block| block.rows());
        if rows.any(|row| row.import == import.id && row.amount < Micros::ZERO) {
            return Ok(Some((ToldSign::Signed, import)));
        }
    }
    Ok(None)
}

/// Returns the question about an OFX file that prints a minus where money went out, where the newest file of the account prints
/// none: of that one, the types of its rows or a person told the signs.
pub(super) fn other_print(view: &View<'_>, parsed: &Parsed<'_>, chosen: &Chosen) -> Result<Option<Question>, Stop> {
    if parsed.kind != SourceKind::Ofx || parsed.style.sign.is_some() {
        return Ok(None);
    }
    for (place, (statement, choice)) in parsed.statements.iter().zip(&chosen.choices).enumerate() {
        let Choice::Existing(account) = choice else { continue };
        if parsed.typed.contains(&place) || statement.entries.iter().all(|entry| !entry.amount.is_negative()) {
            continue;
        }
        if let Some((ToldSign::Plain, import)) = newest_that_tells(view, account, &parsed.layout)? {
            let message = format!(
                "this file prints a minus where money went out, and {} of the account does not: one of the two may have been read with \
                 the wrong signs",
                import.id
            );
            return Ok(Some(Question::of(ImportOption::Sign, message, vec![SignRule::In.to_string()])));
        }
    }
    Ok(None)
}

/// Returns what the files of the layout into the account tell of how they are printed, the newest first.
pub(super) fn earlier_style(view: &View<'_>, account: &Account, layout: &str) -> Result<Style, Stop> {
    Ok(files_of(view, account, layout)?.iter().fold(Style::default(), |style, (import, _)| style.or(style_of(import))))
}

/// Returns the living files of a layout into an account, the newest first, with what each covers.
fn files_of(view: &View<'_>, account: &Account, layout: &str) -> Result<Vec<(Import, Coverage)>, Stop> {
    let mut coverages = view.coverages()?;
    coverages.retain(|coverage| coverage.account == account.id);
    let of_layout = |import: &Import| !import.undone && import.layout == layout;
    let files = view.imports()?.into_iter().rev().filter(of_layout).flat_map(|import| {
        let own = coverages.iter().filter(|coverage| coverage.import == import.id);
        own.map(|coverage| (import.clone(), coverage.clone())).collect::<Vec<_>>()
    });
    Ok(files.collect())
}

fn style_of(import: &Import) -> Style {
    import.sign.as_deref().map(Style::of_words).unwrap_or_default()
}
