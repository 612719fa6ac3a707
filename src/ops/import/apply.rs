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
use crate::ops::OpError;
use crate::ops::derive::{self, Fate, Imported, NewFile, NewRow};
use crate::ops::money::{self, Books};
use crate::ops::report::{AccountCounts, BalanceGap};
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
    let imported = write(change, incoming, &numbers, pace)?;
    put_balances(change, incoming)?;

    let known: Vec<bool> =
        (0..incoming.statement.entries.len()).map(|row| imported.fate(row) == Fate::Present).collect();
    let mut counts = counts(incoming, &imported);
    add_coverage(change, incoming, &numbers, &counts)?;
    let view = change.view();
    let reported = money::reported(&view)?;
    // What is added up shares the months that are read for it.
    let mut books = Books::new(view, &reported, incoming.account());
    let holding = holding(&mut books, incoming)?;
    let gaps = gaps(&mut books, incoming.import.id, &incoming.target.account)?;
    (counts.balance, counts.balance_source) = (holding.current, holding.source);
    counts.proven_up_to = books.proven_up_to(None)?;
    (counts.first, counts.last) = changed_days(incoming, &known);
    let turned = money::is_turned(&view, &reported, incoming.import.id, incoming.account())?;
    Ok(Applied { counts, gaps, listed: imported.doubts, known, turned })
}

/// Writes the rows, and whatever changes with them of what the account has.
fn write(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    numbers: &Numbers,
    pace: &Pace<'_>,
) -> Result<Imported, Stop> {
    let statement = incoming.statement;
    let (Some(covers), Some(days)) = (coverage(statement), days(statement)) else { return Ok(Imported::default()) };
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
    let imported = derive::import(change, incoming.account(), days, &file)?;
    rows::write(change, incoming, numbers, &imported.states, pace)?;
    Ok(imported)
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
fn holding(books: &mut Books<'_>, incoming: &Incoming<'_>) -> Result<SourceBalance, Stop> {
    match books.holding(&incoming.target.account, None) {
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

fn counts(incoming: &Incoming<'_>, imported: &Imported) -> AccountCounts {
    let rows = 0..incoming.statement.entries.len();
    let count = |fate: Fate| rows.clone().filter(|row| imported.fate(*row) == fate).count() as u64;
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
