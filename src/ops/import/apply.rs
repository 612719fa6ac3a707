//! One statement into one account.

use super::assign::Numbers;
use super::counts::Counts;
use super::incoming::Incoming;
use super::pace::Pace;
use super::rows;
use super::stop::Stop;
use crate::import::{coverage, days, newest_first};
use crate::model::Period;
use crate::ops::OpError;
use crate::ops::derive::{self, Fate, Imported, NewFile, Shape};
use crate::store::Change;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;

/// What became of one statement.
pub(super) struct Applied {
    pub counts: Counts,
    /// First and last day of the rows that are new or changed.
    pub changed: Option<Period>,
    /// Whether the vault had the row already; one for each row of the statement, in order.
    pub known: Vec<bool>,
}

/// Writes the rows and balances of a statement, and derives the transactions of its days.
pub(super) fn apply(change: &mut Change<'_>, incoming: &Incoming<'_>, pace: &Pace<'_>) -> Result<Applied, Stop> {
    let numbers = Numbers::reserve(change, incoming)?;
    let content = derive::content(incoming.statement);
    let imported = write(change, incoming, &numbers, content, pace)?;
    put_balances(change, incoming)?;
    let applied = applied(incoming, &imported);
    add_coverage(change, incoming, &numbers, (content, imported.twin()), &applied.counts)?;
    Ok(applied)
}

/// Writes the rows, and whatever changes with them of what the account has.
fn write(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    numbers: &Numbers,
    content: Option<[u8; 32]>,
    pace: &Pace<'_>,
) -> Result<Imported, Stop> {
    let statement = incoming.statement;
    let (Some(covers), Some(days)) = (coverage(statement), days(statement)) else { return Ok(Imported::default()) };
    let file = NewFile {
        id: incoming.statement_id(),
        sha256: incoming.import.sha256,
        shape: Shape { source: derive::source(incoming.import), covers, reach: days.last(), content },
        numbers: numbers.rows,
        entries: &statement.entries,
    };
    let imported = derive::import(change, incoming.account(), days, &file)?;
    rows::write(change, incoming, numbers, &imported, pace)?;
    Ok(imported)
}

/// Stores the balances that the statement reports.
fn put_balances(change: &mut Change<'_>, incoming: &Incoming<'_>) -> Result<(), OpError> {
    for balance in &incoming.statement.balances {
        change.put_balance(&StoredBalance {
            account: incoming.account(),
            kind: balance.kind,
            day: balance.as_of,
            statement: incoming.statement_id(),
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
    (content, twin): (Option<[u8; 32]>, Option<u64>),
    counts: &Counts,
) -> Result<(), OpError> {
    change.add_coverage(&Coverage {
        account: incoming.account(),
        import: incoming.import.id,
        statement: incoming.target.statement,
        period: coverage(incoming.statement),
        rows: days(incoming.statement),
        newest_first: newest_first(&incoming.statement.entries),
        content,
        first_number: numbers.rows.first,
        segment: numbers.segment,
        added: counts.added,
        present: counts.present,
        updated: counts.updated,
        twin,
    })?;
    Ok(())
}

/// Returns what became of the rows.
fn applied(incoming: &Incoming<'_>, imported: &Imported) -> Applied {
    let mut applied = Applied { counts: Counts::default(), changed: None, known: Vec::new() };
    for (index, entry) in incoming.statement.entries.iter().enumerate() {
        let fate = imported.fate(index);
        applied.counts.count(fate);
        applied.known.push(fate == Fate::Present);
        if fate != Fate::Present {
            let day = Period::of_day(entry.day);
            applied.changed = Some(applied.changed.map_or(day, |days| days.spanning(day)));
        }
    }
    applied
}
