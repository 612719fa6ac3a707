//! One statement into one account.

use super::assign::{Assigned, Numbers, assign};
use super::gaps::gaps;
use super::incoming::Incoming;
use super::pace::Pace;
use super::plan::{decide, stored_rows};
use super::revise::{Stored, list_undecided, revise};
use super::rows;
use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy, dedupe};
use crate::model::Day;
use crate::ops::report::{AccountCounts, BalanceGap};
use crate::ops::{OpError, money};
use crate::share::{BalanceSource, SourceBalance};
use crate::store::Change;
use crate::store::db::balances::StoredBalance;
use crate::store::db::imports::Coverage;

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

/// Compares a statement with the account's source rows, and writes its rows and balances.
pub(super) fn apply(change: &mut Change<'_>, incoming: &Incoming<'_>, pace: &Pace<'_>) -> Result<Applied, Stop> {
    let known = stored_rows(change, incoming)?;
    let plan = decide(change, incoming, &known)?;
    let mut numbers = Numbers::reserve(change, incoming)?;
    let mut assigned = assign(change, incoming, &known, &plan, &mut numbers)?;
    rows::write(change, incoming, &numbers, &assigned.rows, pace)?;

    let stored = Stored::new(&known);
    revise(change, incoming, &stored, &plan, &mut assigned)?;
    choose_leads(change, incoming, &assigned)?;
    let listed = list_undecided(change, incoming, &stored, &plan)?;
    put_balances(change, incoming)?;
    add_coverage(change, incoming, &numbers, &assigned)?;

    let holding = holding(change, incoming)?;
    let gaps = gaps(change, incoming.import.id, &incoming.target.account)?;
    let mut counts = counts(incoming, &assigned);
    (counts.balance, counts.balance_source) = (holding.current, holding.source);
    let view = change.view();
    counts.proven_up_to =
        money::proven_up_to(&view, &money::reported(&view)?, incoming.account(), None).map_err(OpError::from)?;
    let known = known_rows(incoming, &plan);
    (counts.first, counts.last) = days(incoming, &known);
    let turned = money::is_turned(&view, incoming.import.id, incoming.account())?;
    Ok(Applied { counts, gaps, listed, known, turned })
}

/// Chooses the row that each touched transaction is shown by.
fn choose_leads(change: &mut Change<'_>, incoming: &Incoming<'_>, assigned: &Assigned) -> Result<(), OpError> {
    match dedupe::window(incoming.statement) {
        Some(window) if !assigned.touched.is_empty() => {
            Ok(change.choose_leads(incoming.account(), window, |txn| assigned.touched.contains(&txn))?)
        }
        _ => Ok(()),
    }
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
    assigned: &Assigned,
) -> Result<(), OpError> {
    change.add_coverage(&Coverage {
        account: incoming.account(),
        import: incoming.import.id,
        period: dedupe::coverage(incoming.statement),
        newest_first: dedupe::newest_first(&incoming.statement.entries),
        first_number: numbers.first,
        added: assigned.added,
        present: assigned.present,
        updated: assigned.updated,
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

fn known_rows(incoming: &Incoming<'_>, plan: &dedupe::Plan) -> Vec<bool> {
    let is_present = |index| matches!(plan.decisions.get(index), Some(dedupe::Decision::Present(_)));
    (0..incoming.statement.entries.len()).map(is_present).collect()
}

/// Returns the first and the last day of the rows that are new or changed.
fn days(incoming: &Incoming<'_>, known: &[bool]) -> (Option<Day>, Option<Day>) {
    let changed = || incoming.statement.entries.iter().zip(known).filter(|(_, known)| !**known).map(|(row, _)| row.day);
    (changed().min(), changed().max())
}

fn counts(incoming: &Incoming<'_>, assigned: &Assigned) -> AccountCounts {
    AccountCounts {
        account_id: Some(incoming.account()),
        name: incoming.target.account.name.clone(),
        created: incoming.target.new,
        first: None,
        last: None,
        balance: None,
        balance_source: BalanceSource::None,
        proven_up_to: None,
        added: assigned.added,
        present: assigned.present,
        updated: assigned.updated,
        held: 0,
    }
}
