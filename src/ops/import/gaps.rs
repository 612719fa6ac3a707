//! Gaps: the rows between two reported balances do not sum to their difference. A sum that overflows refuses the file.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy};
use crate::model::{Amount, BalanceKind, Day, ImportId, Period};
use crate::ops::money;
use crate::ops::report::BalanceGap;
use crate::store::Change;
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;

/// Finds gaps from the last ledger balance before this import's first day to the first one after its last day. It sees
/// the rows of the uncommitted import.
pub(super) fn gaps(change: &Change<'_>, import: ImportId, account: &Account) -> Result<Vec<BalanceGap>, Stop> {
    let view = change.view();
    let balances: Vec<StoredBalance> = money::reported(&view)?
        .into_iter()
        .filter(|b| b.account == account.id && b.kind == BalanceKind::Ledger)
        .collect();
    let coverage = view.coverages()?.into_iter().find(|c| c.account == account.id && c.import == import);
    let own_days = balances.iter().filter(|b| b.import == import).map(|b| b.day);
    let covered = coverage.and_then(|c| c.period).into_iter().flat_map(|p| [p.first(), p.last()]);
    let import_days: Vec<Day> = own_days.chain(covered).collect();
    let (Some(from), Some(to)) = (import_days.iter().min(), import_days.iter().max()) else { return Ok(Vec::new()) };
    let before = balances.iter().map(|b| b.day).filter(|day| day < from).max().unwrap_or(*from);
    let after = balances.iter().map(|b| b.day).filter(|day| day > to).min().unwrap_or(*to);
    let window: Vec<StoredBalance> = balances.into_iter().filter(|b| before <= b.day && b.day <= after).collect();
    // The balances of one day have nothing to be compared with.
    if window.iter().map(|b| b.day).collect::<HashSet<_>>().len() < 2 {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    // Of several source rows of one transaction, the one that leads counts.
    view.visit(account.id, Period::new(before, after), false, |month| {
        let posted = month.iter().filter(|row| row.lead && row.is_living() && !row.pending);
        rows.extend(posted.map(|row| (row.day(), row.amount)));
        ControlFlow::Continue(())
    })?;
    let found =
        money::gaps(&window, &rows).map_err(|e| ImportError::of(Problem::Overflow, e, Remedy::CorrectAmounts))?;
    let shown = found.into_iter().map(|gap| BalanceGap {
        account_id: Some(account.id),
        from: gap.from,
        to: gap.to,
        amount: Amount::from_micros(gap.amount, account.currency),
    });
    Ok(shown.collect())
}
