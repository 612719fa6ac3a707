//! How far the balances that a bank reported and the rows prove each other.

use std::collections::{BTreeMap, HashMap};

use super::books::Books;
use super::of_day::BalanceOfDay;
use crate::model::{AccountId, BalanceKind, Day, Micros, Period, StatementId, TransactionId};
use crate::ops::order::Order;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;
use crate::store::{StoreError, View};

/// The most balances that are looked at, up to the newest: a gap before them is no longer told.
const LOOKED_AT: usize = 24;
/// The most months that are read to find two rows of a file with a running balance.
const RUNNING_MONTHS: i32 = 3;
/// So many days of a month are read first for the first row of a file in it.
const FIRST_DAYS: i32 = 3;

/// Returns the last day to which an account is proven, as [`Books::proven_up_to`].
pub(crate) fn proven_up_to(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
    until: Option<Day>,
) -> Result<Option<Day>, StoreError> {
    Books::new(*view, balances, account).proven_up_to(until)
}

/// Returns what an account held at the end of a day, where the bank reported it or the balances before and after that
/// day prove it: millionths of the account's currency.
pub(crate) fn proven_on(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
    day: Day,
) -> Result<Option<Micros>, StoreError> {
    Books::new(*view, balances, account).proven_on(day, &mut HashMap::new())
}

/// A reported balance among the rows. Sums are in millionths, modulo 2^64.
#[derive(Clone, Copy)]
pub(super) struct Point {
    day: Day,
    statement: StatementId,
    amount: i64,
    /// The sum of the posted rows that the balance includes, from the first of the account on.
    sum: i64,
    /// The last day that is proven when the balance is.
    proven: Day,
    /// Whether another balance of the day contradicts it.
    is_contradicted: bool,
}

impl Point {
    /// Returns whether this balance is an earlier one plus the rows between.
    fn follows(&self, amount: i64, sum: i64) -> bool {
        self.amount.wrapping_sub(amount) == self.sum.wrapping_sub(sum)
    }
}

impl Books<'_> {
    /// Returns what [`proven_on`] does. `points` are those of the days that were looked at before.
    pub(super) fn proven_on(
        &mut self,
        day: Day,
        points: &mut HashMap<Day, Option<Point>>,
    ) -> Result<Option<Micros>, StoreError> {
        let days = || self.reported(BalanceKind::Ledger).map(|b| b.day);
        let (before, after) = (days().filter(|d| *d <= day).max(), days().filter(|d| *d > day).min());
        let mut point = |day: Option<Day>| -> Result<Option<Point>, StoreError> {
            let Some(day) = day else { return Ok(None) };
            if let Some(known) = points.get(&day) {
                return Ok(*known);
            }
            let found = self.point_of(Some(day))?;
            points.insert(day, found);
            Ok(found)
        };
        let Some(earlier) = point(before)? else { return Ok(None) };
        if earlier.day < day && !point(after)?.is_some_and(|later| later.follows(earlier.amount, earlier.sum)) {
            return Ok(None);
        }
        let since = self.sum_before(day.plus_days(1))?.wrapping_sub(earlier.sum);
        Ok(earlier.amount.checked_add(since).map(Micros::new))
    }

    /// Returns the last posted transaction of each of some days, the earliest first, with what the account held after it, where that is proven.
    pub(crate) fn proven_ends(&mut self, days: &[Day]) -> Result<Vec<(TransactionId, Micros)>, StoreError> {
        let (mut ends, mut points) = (Vec::new(), HashMap::new());
        if self.reported(BalanceKind::Ledger).next().is_none() {
            return Ok(ends);
        }
        let mut rows = Vec::new();
        for day in days {
            rows.extend(self.of_days(Period::of_day(*day))?.into_iter().filter(|row| row.lead));
        }
        Order::of(&self.view, self.account)?.arrange(&self.view, &mut rows, |row| (row.day, row.txn))?;
        for last in rows.chunk_by(|a, b| a.day == b.day).filter_map(|of_day| of_day.last()) {
            ends.extend(self.proven_on(last.day, &mut points)?.map(|held| (last.txn, held)));
        }
        Ok(ends)
    }

    /// Returns the last day to which the reported balances of the account and its posted rows add up without a gap; `None`
    /// when no two of them do. Only balances until the day `until` count, and never what the owner said.
    ///
    /// A balance is proven when it is the reported balance before it plus the rows between the two; the first, when its
    /// own file prints a running balance that leads to it with the rows that the account has. The last one before the
    /// first gap counts: its day, when its file shows every row of that day, else the day before, because more may have
    /// happened on it.
    ///
    /// Costs the months of the balances that are compared, and no row between them: the sums of whole months stand in
    /// the digests.
    pub(crate) fn proven_up_to(&mut self, until: Option<Day>) -> Result<Option<Day>, StoreError> {
        let mut by_day: BTreeMap<Day, Vec<StoredBalance>> = BTreeMap::new();
        for balance in self.reported(BalanceKind::Ledger).filter(|b| until.is_none_or(|until| b.day <= until)) {
            by_day.entry(balance.day).or_default().push(balance);
        }
        let mut proven = None;
        let mut earlier: Option<Point> = None;
        let newest = by_day.len().saturating_sub(LOOKED_AT);
        for of_day in by_day.into_values().skip(newest) {
            let Some(point) = self.point(&of_day)? else { continue };
            if point.is_contradicted {
                // A row between two balances of this day is missing.
                return Ok(proven);
            }
            match earlier {
                None if self.one_leads_to(&of_day, &point)? => proven = Some(point.proven),
                None => {}
                Some(earlier) if point.follows(earlier.amount, earlier.sum) => proven = Some(point.proven),
                // What is missing here is missing from every later day, too.
                Some(_) => return Ok(proven),
            }
            earlier = Some(point);
        }
        Ok(proven)
    }

    fn point_of(&mut self, day: Option<Day>) -> Result<Option<Point>, StoreError> {
        let of_day: Vec<StoredBalance> = self.reported(BalanceKind::Ledger).filter(|b| Some(b.day) == day).collect();
        self.point(&of_day)
    }

    /// Returns the balance that counts of those of a day.
    fn point(&mut self, of_day: &[StoredBalance]) -> Result<Option<Point>, StoreError> {
        let Some(chosen) = self.choose(of_day)? else { return Ok(None) };
        let (sum, is_contradicted) = (self.sum_included(&chosen)?, chosen.is_contradicted());
        let BalanceOfDay { balance: StoredBalance { day, statement, amount, .. }, .. } = chosen;
        let proven = if chosen.is_whole(&self.near(day)?) { day } else { day.plus_days(-1) };
        Ok(Some(Point { day, statement, amount: amount.get(), sum, proven, is_contradicted }))
    }

    /// Returns whether one of the files that report a balance of a day leads to it, and that balance to the point, whichever of them
    /// was imported last.
    fn one_leads_to(&mut self, of_day: &[StoredBalance], point: &Point) -> Result<bool, StoreError> {
        for balance in of_day {
            let is_same = balance.amount.get() == point.amount;
            let of_balance = if is_same { Some(*point) } else { self.point(std::slice::from_ref(balance))? };
            let agrees = of_balance.filter(|other| point.follows(other.amount, other.sum));
            if let Some(other) = agrees
                && self.running_leads_to(&Point { statement: balance.statement, ..other })?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns whether the running balance of the point's file, before the first of at least two rows, leads to the
    /// point with the rows that the account has.
    fn running_leads_to(&mut self, point: &Point) -> Result<bool, StoreError> {
        let of_point = |file: &Coverage| file.account == self.account && file.statement_id() == point.statement;
        let Some(file) = self.view.all_coverages()?.into_iter().find(of_point) else { return Ok(false) };
        let mut printed = Vec::new();
        for back in 0..RUNNING_MONTHS {
            let (mut is_shown, before) = (false, printed.len());
            for days in beginning_and_rest(&file, point.day, back) {
                let rows = self.of_file(file.segment, days)?;
                is_shown |= !rows.is_empty();
                printed.extend(rows.into_iter().filter_map(|row| {
                    Some((row.day, file.in_time(row.position), row.running?.get().wrapping_sub(row.amount.get())))
                }));
                if printed.len() > 1 {
                    break;
                }
            }
            // A file that prints no running balance on the rows of its last month prints none at all.
            if is_shown && printed.len() == before {
                return Ok(false);
            }
            if printed.len() > 1 {
                break;
            }
        }
        let Some((day, _, opening)) = printed.iter().min().copied().filter(|_| printed.len() > 1) else {
            return Ok(false);
        };
        let mut before = self.sum_before(day)?;
        if day == point.day {
            let Point { day, statement, amount, .. } = *point;
            let (account, kind, amount) = (self.account, BalanceKind::Ledger, Micros::new(amount));
            let near = self.near(day)?;
            let of_day = BalanceOfDay::new(StoredBalance { account, kind, day, statement, amount }, &near);
            before = before.wrapping_add(self.cut(of_day, &near)?.sum_of_before(&near));
        }
        Ok(point.follows(opening, before))
    }
}

/// Returns the first days of a file in a month, and the rest of them up to a day: the month is that of the day, or so many before.
/// What counts is the first row of the month, and the first days mostly have it.
fn beginning_and_rest(file: &Coverage, until: Day, months_back: i32) -> impl Iterator<Item = Period> {
    let month = until.month_index() - months_back;
    let of_month = Day::first_of_month(month).ok().zip(Day::first_of_month(month + 1).ok());
    let days = of_month
        .and_then(|(first, next)| Period::new(first, next.plus_days(-1).min(until)))
        .zip(file.rows)
        .and_then(|(month, rows)| month.overlap(rows));
    let begins = days.map(|days| days.first().plus_days(FIRST_DAYS - 1).min(days.last()));
    let beginning = days.zip(begins).and_then(|(days, last)| Period::new(days.first(), last));
    let rest = days.zip(begins).and_then(|(days, last)| Period::new(last.plus_days(1), days.last()));
    beginning.into_iter().chain(rest)
}
