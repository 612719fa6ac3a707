//! Gaps: the rows between two reported balances do not sum to their difference. A sum that overflows refuses the file.

use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy};
use crate::model::{Amount, BalanceKind, Day, ImportId, Period};
use crate::ops::OpError;
use crate::ops::money::Books;
use crate::ops::report::BalanceGap;
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;

/// Finds gaps from the last ledger balance before this import's first day to the first one after its last day. It sees
/// the rows of the uncommitted import.
pub(super) fn gaps(books: &mut Books<'_>, import: ImportId, account: &Account) -> Result<Vec<BalanceGap>, Stop> {
    let balances: Vec<StoredBalance> = books.reported(BalanceKind::Ledger).collect();
    let coverage = books.view.coverages()?.into_iter().find(|c| c.account == account.id && c.import == import);
    let own_days = balances.iter().filter(|b| b.import == import).map(|b| b.day);
    let covered = coverage.and_then(|c| c.period).into_iter().flat_map(|p| [p.first(), p.last()]);
    let import_days: Vec<Day> = own_days.chain(covered).collect();
    let (Some(from), Some(to)) = (import_days.iter().min(), import_days.iter().max()) else { return Ok(Vec::new()) };
    let before = balances.iter().map(|b| b.day).filter(|day| day < from).max().unwrap_or(*from);
    let after = balances.iter().map(|b| b.day).filter(|day| day > to).min().unwrap_or(*to);
    let Some(period) = Period::new(before, after) else { return Ok(Vec::new()) };
    let found = books.gaps(period).map_err(|error| match error {
        OpError::Money(error) => ImportError::of(Problem::Overflow, error, Remedy::CorrectAmounts).into(),
        error => Stop::from(error),
    })?;
    let shown = found.into_iter().map(|gap| BalanceGap {
        account_id: Some(account.id),
        from: gap.from,
        to: gap.to,
        amount: Amount::from_micros(gap.amount, account.currency),
    });
    Ok(shown.collect())
}
