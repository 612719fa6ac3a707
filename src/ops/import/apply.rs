//! One statement into one account.

use std::collections::HashSet;

use super::assign::Numbers;
use super::gaps::gaps;
use super::incoming::Incoming;
use super::pace::Pace;
use super::rows;
use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy, coverage, days, newest_first};
use crate::model::Day;
use crate::ops::derive::{self, Derived, Fate, NewFile, NewRow, Scene};
use crate::ops::report::{AccountCounts, BalanceGap};
use crate::ops::{OpError, money};
use crate::share::{BalanceSource, SourceBalance};
use crate::store::Change;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;

/// What became of one statement.
pub(super) struct Applied {
    pub counts: AccountCounts,
    pub gaps: Vec<BalanceGap>,
    pub listed: u64,
    /// Whether the vault had the row already; one for each row of the statement, in order.
    pub known: Vec<bool>,
    /// Whether balances of the file are printed as what is owed, and were turned.
    pub turned: bool,
}

/// Writes the rows and balances of a statement, and derives the transactions of its days.
pub(super) fn apply(change: &mut Change<'_>, incoming: &Incoming<'_>, pace: &Pace<'_>) -> Result<Applied, Stop> {
    let numbers = Numbers::reserve(change, incoming)?;
    let derived = write(change, incoming, &numbers, pace)?;
    put_balances(change, incoming)?;

    let known: Vec<bool> =
        (0..incoming.statement.entries.len()).map(|row| derived.fate(row) == Fate::Present).collect();
    let mut counts = counts(incoming, &derived);
    add_coverage(change, incoming, &numbers, &counts)?;
    let holding = holding(change, incoming)?;
    let gaps = gaps(change, incoming.import.id, &incoming.target.account)?;
    (counts.balance, counts.balance_source) = (holding.current, holding.source);
    let view = change.view();
    counts.proven_up_to =
        money::proven_up_to(&view, &money::reported(&view)?, incoming.account(), None).map_err(OpError::from)?;
    (counts.first, counts.last) = changed_days(incoming, &known);
    let turned = money::is_turned(&view, incoming.import.id, incoming.account())?;
    Ok(Applied { counts, gaps, listed: derived.doubts_of(incoming.import.id), known, turned })
}

/// Writes the rows, and whatever changes with them of what the account has.
fn write(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    numbers: &Numbers,
    pace: &Pace<'_>,
) -> Result<Derived, Stop> {
    let statement = incoming.statement;
    let (Some(covers), Some(days)) = (coverage(statement), days(statement)) else { return Ok(Derived::default()) };
    let scene = match incoming.target.new {
        true => Scene::empty(incoming.account(), days),
        false => Scene::read(&change.view(), incoming.account(), days)?,
    };
    let row = |(index, entry)| NewRow { number: numbers.of(index), entry };
    let file = NewFile {
        import: incoming.import.id,
        sha256: incoming.import.sha256,
        statement: statement_of(change, incoming, numbers)?,
        source: derive::source(incoming.import),
        covers,
        reach: days.last(),
        rows: statement.entries.iter().enumerate().map(row).collect(),
    };
    let derived = derive::derive(&scene, Some(&file));
    rows::write(change, incoming, numbers, &derived.new, pace)?;
    derive::store(change, &scene, &derived)?;
    Ok(derived)
}

/// Returns which of the statements of its file this one is: those before it have smaller numbers.
fn statement_of(change: &Change<'_>, incoming: &Incoming<'_>, numbers: &Numbers) -> Result<u32, OpError> {
    let coverages = change.view().all_coverages()?;
    let of_import = coverages.iter().filter(|coverage| coverage.import == incoming.import.id);
    let before: HashSet<u64> =
        of_import.map(|coverage| coverage.first_number).filter(|first| *first < numbers.first).collect();
    Ok(before.len() as u32)
}

/// Stores the balances that the statement reports.
fn put_balances(change: &mut Change<'_>, incoming: &Incoming<'_>) -> Result<(), OpError> {
    for balance in &incoming.statement.balances {
        change.put_balance(&StoredBalance {
            account: incoming.account(),
            kind: balance.kind,
            day: balance.as_of,
            import: incoming.import.id,
            amount: balance.amount.micros(),
        })?;
    }
    Ok(())
}

/// Stores which days the statement covers, and what it brought.
fn add_coverage(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    numbers: &Numbers,
    counts: &AccountCounts,
) -> Result<(), OpError> {
    change.add_coverage(&Coverage {
        account: incoming.account(),
        import: incoming.import.id,
        period: coverage(incoming.statement),
        rows: days(incoming.statement),
        newest_first: newest_first(&incoming.statement.entries),
        first_number: numbers.first,
        segment: numbers.segment,
        added: counts.added,
        present: counts.present,
        updated: counts.updated,
    })?;
    Ok(())
}

/// Returns what the account holds now. Amounts that no balance can hold are refused before they are stored.
fn holding(change: &Change<'_>, incoming: &Incoming<'_>) -> Result<SourceBalance, Stop> {
    let view = change.view();
    match money::holding(&view, &money::reported(&view)?, &incoming.target.account, None) {
        Ok(holding) => Ok(holding),
        Err(error @ OpError::BalanceOverflow { .. }) => {
            Err(ImportError::of(Problem::Overflow, error, Remedy::CorrectAmounts).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the first and the last day of the rows that are new or changed.
fn changed_days(incoming: &Incoming<'_>, known: &[bool]) -> (Option<Day>, Option<Day>) {
    let changed = || incoming.statement.entries.iter().zip(known).filter(|(_, known)| !**known).map(|(row, _)| row.day);
    (changed().min(), changed().max())
}

fn counts(incoming: &Incoming<'_>, derived: &Derived) -> AccountCounts {
    let rows = 0..incoming.statement.entries.len();
    let count = |fate: Fate| rows.clone().filter(|row| derived.fate(*row) == fate).count() as u64;
    AccountCounts {
        account_id: Some(incoming.account()),
        name: incoming.target.account.name.clone(),
        created: incoming.target.new,
        first: None,
        last: None,
        balance: None,
        balance_source: BalanceSource::None,
        proven_up_to: None,
        added: count(Fate::Added),
        present: count(Fate::Present),
        updated: count(Fate::Updated),
        held: count(Fate::Held),
    }
}
