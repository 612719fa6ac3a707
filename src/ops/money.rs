//! Adding up: what an account holds at the end of a day, and where reported balances and rows disagree.

mod debt;
mod proven;

pub(crate) use debt::{is_turned, reported};
pub(crate) use proven::{proven_on, proven_up_to};

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::OpError;
use crate::model::{AccountId, Amount, BalanceKind, Day, ImportId, Micros, MoneyError, Period, TransactionId};
use crate::share::{BalanceSource, SourceBalance};
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;
use crate::store::db::source_rows::StoredSourceRow;
use crate::store::{StoreError, View};

/// Returns the newest balance of a kind until a day: by day, then by import.
fn newest(balances: &[StoredBalance], account: AccountId, kind: BalanceKind, until: Day) -> Option<StoredBalance> {
    let fits = |b: &&StoredBalance| b.account == account && b.kind == kind && b.day <= until;
    balances.iter().filter(fits).max_by_key(|b| (b.day, b.import)).copied()
}

/// Returns the ledger balance that a holding counts from: of the newest day, and of several on that day the one whose
/// file shows most rows of it, then the one of the newest import. An older download that is imported later ends earlier
/// in the day, and its balance is of that moment.
fn base(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
    until: Day,
) -> Result<Option<StoredBalance>, StoreError> {
    let Some(newest) = newest(balances, account, BalanceKind::Ledger, until) else { return Ok(None) };
    let same = |b: &&StoredBalance| (b.account, b.kind, b.day) == (newest.account, newest.kind, newest.day);
    if balances.iter().filter(same).nth(1).is_none() {
        return Ok(Some(newest));
    }
    let mut shown: HashMap<ImportId, u64> = HashMap::new();
    view.visit(account, Period::new(newest.day, newest.day), false, |month| {
        for row in month.iter().filter(|row| row.day() == newest.day && row.is_living() && !row.pending) {
            *shown.entry(row.import).or_default() += 1;
        }
        ControlFlow::Continue(())
    })?;
    let rank = |b: &&StoredBalance| (shown.get(&b.import).copied().unwrap_or_default(), b.import);
    Ok(balances.iter().filter(same).max_by_key(rank).copied())
}

/// What a holding counts from.
#[derive(Clone, Copy)]
struct Base {
    /// The day at whose end it held.
    day: Day,
    amount: Micros,
    /// The import that told it; none told what the owner set.
    import: Option<ImportId>,
}

impl Base {
    fn reported(balance: StoredBalance) -> Base {
        Base { day: balance.day, amount: balance.amount, import: Some(balance.import) }
    }
}

/// Returns the reported balance that a holding until a day counts from.
fn reported_base(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
    on: Option<Day>,
) -> Result<Option<Base>, StoreError> {
    let until = on.unwrap_or(Day::LAST);
    let reported = base(view, balances, account, until)?;
    // Without a day the newest reported balance is there already; a day in the past may need a row's own balance.
    let found = if on.is_some() { running(view, account, reported, until)? } else { reported };
    Ok(found.map(Base::reported))
}

/// Returns what an account holds at the end of a day (by default: as far as the vault knows).
///
/// The newest reported balance until that day, and the posted rows after it until that day. As-of means the end of
/// the day: a row of that day counts only when it was first seen in a later import than the balance. A balance that the
/// owner set counts when the bank reported none of its day or a later one.
pub(crate) fn holding(
    view: &View<'_>,
    balances: &[StoredBalance],
    of: &Account,
    on: Option<Day>,
) -> Result<SourceBalance, OpError> {
    let until = on.unwrap_or(Day::LAST);
    let reported = reported_base(view, balances, of.id, on)?;
    let set = view.owner_balances()?.into_iter().filter(|b| b.account == of.id && b.day <= until);
    let set = set.max_by_key(|b| b.day).map(|b| Base { day: b.day, amount: b.amount, import: None });
    let later = set.filter(|set| reported.is_none_or(|reported| reported.day < set.day));
    let available = newest(balances, of.id, BalanceKind::Available, until);
    let mut holding = SourceBalance {
        current: None,
        as_of: None,
        source: BalanceSource::None,
        available: available.map(|b| Amount::from_micros(b.amount, of.currency)),
        available_as_of: available.map(|b| b.day),
    };
    let Some(base) = later.or(reported) else { return Ok(holding) };
    let (total, last) = count_from(view, of, base, until)?;
    holding.current = Some(total);
    holding.as_of = last.max(Some(base.day));
    holding.source = match (base.import, last) {
        (None, _) => BalanceSource::Owner,
        (Some(_), None) => BalanceSource::Reported,
        (Some(_), Some(_)) => BalanceSource::Derived,
    };
    Ok(holding)
}

/// Returns what an account holds at the end of a day by what the bank reported alone; `None` without such a balance.
pub(crate) fn holding_as_reported(
    view: &View<'_>,
    balances: &[StoredBalance],
    of: &Account,
    on: Day,
) -> Result<Option<Amount>, OpError> {
    let Some(base) = reported_base(view, balances, of.id, Some(on))? else { return Ok(None) };
    Ok(Some(count_from(view, of, base, on)?.0))
}

/// Returns a balance with the posted rows after it until a day, and the day of the last of them.
fn count_from(view: &View<'_>, of: &Account, base: Base, until: Day) -> Result<(Amount, Option<Day>), OpError> {
    let rows = posted_after(view, of.id, base, until)?;
    let total = rows.iter().try_fold(Amount::from_micros(base.amount, of.currency), |sum, (_, amount)| {
        sum.checked_add(Amount::from_micros(*amount, of.currency))
    });
    let total = total.map_err(|source| OpError::BalanceOverflow { account: of.name.clone(), source })?;
    Ok((total, rows.iter().map(|(day, _)| *day).max()))
}

/// Returns the running balance of the last row until a day, if that row is later than the reported balance.
fn running(
    view: &View<'_>,
    account: AccountId,
    reported: Option<StoredBalance>,
    until: Day,
) -> Result<Option<StoredBalance>, StoreError> {
    let coverages = view.coverages()?;
    let newest_first = |import| coverages.iter().any(|c| c.account == account && c.import == import && c.newest_first);
    let mut found = reported;
    view.visit(account, Period::new(reported.map_or(Day::FIRST, |b| b.day), until), true, |month| {
        let later = |day: Day| day <= until && reported.is_none_or(|b| b.day < day);
        let rows = || month.iter().filter(|row| row.is_living() && !row.pending && later(row.day()));
        let mut shown: HashMap<(Day, ImportId), u64> = HashMap::new();
        rows().for_each(|row| *shown.entry((row.day(), row.import)).or_default() += 1);
        // Of one file, the last row of the day in time; of several files, as in `base`.
        let in_time = |row: &StoredSourceRow| {
            let position = i64::from(row.position.get());
            let whole = shown.get(&(row.day(), row.import)).copied().unwrap_or_default();
            (row.day(), whole, row.import, if newest_first(row.import) { -position } else { position })
        };
        let last = rows().filter_map(|row| row.running.map(|amount| (in_time(row), amount))).max();
        let Some(((day, _, import, _), amount)) = last else { return ControlFlow::Continue(()) };
        found = Some(StoredBalance { account, kind: BalanceKind::Ledger, day, import, amount });
        ControlFlow::Break(())
    })?;
    Ok(found)
}

/// Returns the posted transactions after a balance, until a day.
fn posted_after(view: &View<'_>, account: AccountId, base: Base, until: Day) -> Result<Vec<(Day, Micros)>, StoreError> {
    let mut rows = Vec::new();
    let mut that_day: HashMap<TransactionId, (ImportId, Option<Micros>)> = HashMap::new();
    view.visit(account, Period::new(base.day, until), false, |month| {
        for row in month.iter().filter(|row| row.is_living() && !row.pending) {
            if row.lead && row.day() > base.day && row.day() <= until {
                rows.push((row.day(), row.amount));
            } else if row.day() == base.day {
                let seen = that_day.entry(row.txn).or_insert((row.import, None));
                seen.0 = seen.0.min(row.import);
                if row.lead {
                    seen.1 = Some(row.amount);
                }
            }
        }
        ControlFlow::Continue(())
    })?;
    let later = that_day.values().filter(|(first, _)| base.import.is_some_and(|import| *first > import));
    rows.extend(later.filter_map(|(_, amount)| amount.map(|amount| (base.day, amount))));
    Ok(rows)
}

/// A stretch between two reported balances that the rows do not explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The day of the earlier balance.
    pub from: Day,
    /// The day of the later balance.
    pub to: Day,
    /// Later balance less earlier balance less the rows between.
    pub amount: Micros,
}

/// Compares neighbouring ledger balances with the posted rows between them.
///
/// `balances` are those of one account. Rows are day and amount of living, leading, posted source rows.
pub(crate) fn gaps(balances: &[StoredBalance], rows: &[(Day, Micros)]) -> Result<Vec<Gap>, MoneyError> {
    let mut ledger: Vec<StoredBalance> = balances.iter().filter(|b| b.kind == BalanceKind::Ledger).copied().collect();
    // Of one day the newest import counts.
    ledger.sort_by_key(|b| (b.day, b.import));
    ledger.dedup_by(|later, kept| {
        let same = later.day == kept.day;
        if same {
            *kept = *later;
        }
        same
    });
    let mut gaps = Vec::new();
    for pair in ledger.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let between = rows.iter().filter(|(day, _)| from.day < *day && *day <= to.day);
        let sum: i128 = between.map(|(_, amount)| i128::from(amount.get())).sum();
        let gap = i128::from(to.amount.get()) - i128::from(from.amount.get()) - sum;
        if gap != 0 {
            let amount = i64::try_from(gap).map_err(|_| MoneyError::Overflow("the gap between two balances".into()))?;
            gaps.push(Gap { from: from.day, to: to.day, amount: Micros::new(amount) });
        }
    }
    Ok(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(day: &str, import: i64, amount: i64) -> StoredBalance {
        StoredBalance {
            account: AccountId::new(1),
            kind: BalanceKind::Ledger,
            day: day.parse().unwrap(),
            import: ImportId::new(import),
            amount: Micros::new(amount),
        }
    }

    #[test]
    fn finds_a_gap_where_rows_and_balances_differ() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let balances = [balance("2026-01-31", 1, 100), balance("2026-02-28", 1, 70), balance("2026-03-31", 2, 70)];
        let rows = [("2026-01-31", 9), ("2026-02-01", -10), ("2026-02-28", -20)]
            .map(|(on, amount)| (day(on), Micros::new(amount)));
        assert_eq!(gaps(&balances, &rows).unwrap(), []);
        let missing = gaps(&balances, &rows[..2]).unwrap();
        assert_eq!(missing, [Gap { from: day("2026-01-31"), to: day("2026-02-28"), amount: Micros::new(-20) }]);
    }

    #[test]
    fn takes_the_balance_of_the_newest_import_of_a_day() {
        let balances = [balance("2026-01-31", 1, 100), balance("2026-01-31", 2, 90), balance("2026-02-28", 1, 90)];
        assert_eq!(gaps(&balances, &[]).unwrap(), []);
    }
}
