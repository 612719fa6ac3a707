//! How far the balances that a bank reported and the rows prove each other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use crate::model::{AccountId, BalanceKind, Day, ImportId, Micros, Period, TransactionId};
use crate::store::db::balances::StoredBalance;
use crate::store::db::source_rows::StoredSourceRow;
use crate::store::{StoreError, View};

/// The most balances that are looked at, up to the newest: a gap before them is no longer told.
const LOOKED_AT: usize = 24;
/// The most months that are read to find two rows of a file with a running balance.
const RUNNING_MONTHS: i32 = 3;

/// Returns the last day to which the reported balances of an account and its posted rows add up without a gap; `None`
/// when no two of them do. Only balances until the day `until` count, and never what the owner said.
///
/// A balance is proven when it is the reported balance before it plus the rows between the two; the first, when its own
/// file prints a running balance that leads to it with the rows that the account has. The last one before the first gap
/// counts: its day, when its file shows every row of that day, else the day before, because more may have happened on it.
///
/// Costs the months of the balances that are compared, and no row between them: the sums of whole months stand in the
/// digests.
pub(crate) fn proven_up_to(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
    until: Option<Day>,
) -> Result<Option<Day>, StoreError> {
    let mut rows = Rows { view, account, months: HashMap::new() };
    let mut by_day: BTreeMap<Day, Vec<StoredBalance>> = BTreeMap::new();
    let counts = |b: &&StoredBalance| b.account == account && b.kind == BalanceKind::Ledger;
    for balance in balances.iter().filter(counts).filter(|b| until.is_none_or(|until| b.day <= until)) {
        by_day.entry(balance.day).or_default().push(*balance);
    }
    let mut proven = None;
    let mut earlier: Option<Point> = None;
    let newest = by_day.len().saturating_sub(LOOKED_AT);
    for of_day in by_day.into_values().skip(newest) {
        let Some(point) = rows.fullest(&of_day)? else { continue };
        match earlier {
            None if rows.running_leads_to(&point)? => proven = Some(point.proven),
            None => {}
            Some(earlier) if point.follows(earlier.amount, earlier.sum) => proven = Some(point.proven),
            // What is missing here is missing from every later day, too.
            Some(_) => return Ok(proven),
        }
        earlier = Some(point);
    }
    Ok(proven)
}

/// Returns what an account held at the end of a day, where the bank reported it or the balances before and after that
/// day prove it: millionths of the account's currency.
pub(crate) fn proven_on(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
    day: Day,
) -> Result<Option<Micros>, StoreError> {
    let mut rows = Rows { view, account, months: HashMap::new() };
    let counts = |b: &&StoredBalance| b.account == account && b.kind == BalanceKind::Ledger;
    let of_day = |day: Option<Day>| -> Vec<StoredBalance> {
        balances.iter().filter(counts).filter(|b| Some(b.day) == day).copied().collect()
    };
    let days = || balances.iter().filter(counts).map(|b| b.day);
    let Some(earlier) = rows.fullest(&of_day(days().filter(|d| *d <= day).max()))? else { return Ok(None) };
    if earlier.day < day {
        let later = rows.fullest(&of_day(days().filter(|d| *d > day).min()))?;
        if !later.is_some_and(|later| later.follows(earlier.amount, earlier.sum)) {
            return Ok(None);
        }
    }
    let since = rows.sum_before(day.plus_days(1))?.wrapping_sub(earlier.sum);
    Ok(earlier.amount.checked_add(since).map(Micros::new))
}

/// A reported balance among the rows. Sums are in millionths, modulo 2^64.
#[derive(Clone, Copy)]
struct Point {
    day: Day,
    import: ImportId,
    amount: i64,
    /// The sum of the posted rows that the balance includes, from the first of the account on.
    sum: i64,
    /// Rows of its day that its file shows.
    shown: usize,
    /// The last day that is proven when the balance is.
    proven: Day,
}

impl Point {
    /// Returns whether this balance is an earlier one plus the rows between.
    fn follows(&self, amount: i64, sum: i64) -> bool {
        self.amount.wrapping_sub(amount) == self.sum.wrapping_sub(sum)
    }
}

/// The living posted rows of the months of an account that were read.
struct Rows<'v> {
    view: &'v View<'v>,
    account: AccountId,
    months: HashMap<i32, Vec<StoredSourceRow>>,
}

impl Rows<'_> {
    fn month(&mut self, month: i32) -> Result<&[StoredSourceRow], StoreError> {
        if !self.months.contains_key(&month) {
            let mut found = Vec::new();
            if let Ok(day) = Day::first_of_month(month) {
                self.view.visit(self.account, Period::new(day, day), false, |rows| {
                    found.extend(rows.into_iter().filter(|row| row.is_living() && !row.pending));
                    ControlFlow::Continue(())
                })?;
            }
            self.months.insert(month, found);
        }
        Ok(self.months.get(&month).map_or(&[], Vec::as_slice))
    }

    /// Returns the sum of the posted rows before a day.
    fn sum_before(&mut self, day: Day) -> Result<i64, StoreError> {
        let before = self.view.posted_before(self.account, day.month_index());
        let rows = self.month(day.month_index())?;
        let of_month = rows.iter().filter(|row| row.lead && row.day() < day);
        Ok(of_month.fold(before, |sum, row| sum.wrapping_add(row.amount.get())))
    }

    /// Returns the balance of a day whose file shows most rows of it; of several, that of the newest import.
    fn fullest(&mut self, of_day: &[StoredBalance]) -> Result<Option<Point>, StoreError> {
        let points = of_day.iter().map(|balance| self.point(balance)).collect::<Result<Vec<_>, _>>()?;
        Ok(points.into_iter().max_by_key(|point| (point.shown, point.import)))
    }

    /// A balance includes the rows of its day that its file shows, and all of them when its file shows none.
    fn point(&mut self, balance: &StoredBalance) -> Result<Point, StoreError> {
        let before = self.sum_before(balance.day)?;
        let of_day: Vec<&StoredSourceRow> =
            self.month(balance.day.month_index())?.iter().filter(|row| row.day() == balance.day).collect();
        let shown: HashSet<TransactionId> =
            of_day.iter().filter(|row| row.import == balance.import).map(|row| row.txn).collect();
        let leads = || of_day.iter().filter(|row| row.lead);
        let included = leads().filter(|row| shown.is_empty() || shown.contains(&row.txn));
        let sum = included.fold(before, |sum, row| sum.wrapping_add(row.amount.get()));
        let whole = !shown.is_empty() && leads().all(|row| shown.contains(&row.txn));
        let proven = if whole { balance.day } else { balance.day.plus_days(-1) };
        let (day, import, amount) = (balance.day, balance.import, balance.amount.get());
        Ok(Point { day, import, amount, sum, shown: shown.len(), proven })
    }

    /// Returns whether the running balance of the point's file, before the first of at least two rows, leads to the
    /// point with the rows that the account has.
    fn running_leads_to(&mut self, point: &Point) -> Result<bool, StoreError> {
        let newest_first = self.view.coverages()?.into_iter().any(|coverage| {
            coverage.account == self.account && coverage.import == point.import && coverage.newest_first
        });
        let mut printed = Vec::new();
        for back in 0..RUNNING_MONTHS {
            let rows = self.month(point.day.month_index() - back)?;
            let of_file = rows.iter().filter(|row| row.import == point.import && row.day() <= point.day);
            // A file that prints no running balance on the rows of its last month prints none at all.
            if of_file.clone().next().is_some() && of_file.clone().all(|row| row.running.is_none()) {
                return Ok(false);
            }
            printed.extend(of_file.filter_map(|row| {
                let position = i64::from(row.position.get());
                let in_time = if newest_first { -position } else { position };
                Some((row.day(), in_time, row.running?.get().wrapping_sub(row.amount.get())))
            }));
            if printed.len() > 1 {
                break;
            }
        }
        let Some((day, _, opening)) = printed.iter().min().copied().filter(|_| printed.len() > 1) else {
            return Ok(false);
        };
        let before = self.sum_before(day)?;
        Ok(point.follows(opening, before))
    }
}
