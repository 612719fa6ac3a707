//! How far the balances that a bank reported and the rows prove each other.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use super::books::{Books, ends_of_days};
use super::gap::{Gap, Proof};
use super::of_day::{BalanceOfDay, PostedRow};
use crate::model::{AccountId, BalanceKind, Day, Micros, Period, StatementId, TransactionId};
use crate::ops::order::Order;
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;
use crate::store::{StoreError, View};

/// The most months that are read to find the first row of a file with a running balance.
const RUNNING_MONTHS: i32 = 3;
/// From so many days with a balance on, the rows of their month are read together.
const MANY_DAYS: usize = 3;
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

/// Returns what an account held at the end of a day, where the bank reported it, or the balances before and after that
/// day prove it, or the running balances of a file with that day: millionths of the account's currency.
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

/// The reported balances of a day, as they are compared with those of the next one.
struct Link {
    /// What [`Books::rest_of_day`] returns; `None` where a file may show a part of the day only.
    rest: Option<i64>,
    of_day: Vec<StoredBalance>,
}

/// What a file says that the account held before its first row.
struct Opening {
    /// The day of the first row.
    day: Day,
    amount: i64,
    /// The same by other rows of that day, whose order nothing tells.
    others: Vec<i64>,
    /// The sum of the posted rows before it: without the rows of its day that the file does not show, and with them.
    sums: [i64; 2],
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
        let earlier = point(before)?;
        let later = if before == Some(day) { None } else { point(after)? };
        let is_followed = |earlier: &Point| {
            earlier.day == day || later.is_some_and(|later| later.follows(earlier.amount, earlier.sum))
        };
        let from = match (earlier.filter(is_followed), later) {
            (Some(earlier), _) => earlier,
            (None, Some(later)) => match self.proven_from(&later)? {
                // A balance on one of these days that does not lead to the later one contradicts it.
                Some(from) if from <= day && earlier.is_none_or(|earlier| earlier.day < from) => later,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let since = self.sum_before(day.plus_days(1))?.wrapping_sub(from.sum);
        Ok(from.amount.checked_add(since).map(Micros::new))
    }

    /// Returns the first day of the files whose running balances lead to a point that one of them reports.
    fn proven_from(&mut self, point: &Point) -> Result<Option<Day>, StoreError> {
        if let Some(known) = self.proven_from.get(&point.day) {
            return Ok(*known);
        }
        let of_day: Vec<StoredBalance> =
            self.reported(BalanceKind::Ledger).filter(|balance| balance.day == point.day).collect();
        let mut first = None;
        if !point.is_contradicted {
            for balance in &of_day {
                let found = self.leads_from(balance, point)?;
                first = first.into_iter().chain(found).min();
            }
        }
        self.proven_from.insert(point.day, first);
        Ok(first)
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
    pub(crate) fn proven_up_to(&mut self, until: Option<Day>) -> Result<Option<Day>, StoreError> {
        Ok(self.proof(until)?.up_to)
    }

    /// Returns how far the reported balances of the account and its posted rows add up.
    ///
    /// A balance is proven when it is the reported balance before it plus the rows between the two; the first, when its
    /// own file prints a running balance that leads to it with the rows that the account has. The last one before the
    /// first gap counts: its day, when its file shows every row of that day, else the day before, because more may have
    /// happened on it.
    ///
    /// Costs little for each balance that agrees with the one before it, and no row between them: the sums of whole months
    /// stand in the digests.
    pub(super) fn proof(&mut self, until: Option<Day>) -> Result<Proof, StoreError> {
        if let Some(known) = self.proofs.get(&until) {
            return Ok(*known);
        }
        let proof = self.added_up(until)?;
        self.proofs.insert(until, proof);
        Ok(proof)
    }

    fn added_up(&mut self, until: Option<Day>) -> Result<Proof, StoreError> {
        let mut by_day: BTreeMap<Day, Vec<StoredBalance>> = BTreeMap::new();
        for balance in self.reported(BalanceKind::Ledger).filter(|b| until.is_none_or(|until| b.day <= until)) {
            by_day.entry(balance.day).or_default().push(balance);
        }
        let mut months: HashMap<i32, usize> = HashMap::new();
        by_day.keys().for_each(|day| *months.entry(day.month_index()).or_default() += 1);
        let mut days = by_day.into_values();
        let Some(first) = days.next() else { return Ok(Proof::default()) };
        let Some(point) = self.point(&first)? else { return Ok(Proof::default()) };
        // A row between two balances of this day is missing.
        if point.is_contradicted {
            return Ok(Proof::default());
        }
        let mut is_proven = self.one_leads_to(&first, &point)?;
        if !is_proven && let Some(broken) = self.gap_within(&point)? {
            return Ok(broken);
        }
        let mut last = self.link(first, &months)?;
        let mut moves = None;
        for of_day in days {
            let next = self.link(of_day, &months)?;
            let mut agree = next.rest.is_some() && next.rest == last.rest;
            if agree {
                let moves = match &moves {
                    Some(known) => known,
                    None => moves.insert(self.presumed_moves()?),
                };
                let spans = |of_day: &[StoredBalance]| {
                    of_day.first().is_some_and(|one| moves.iter().any(|(from, to)| *from <= one.day && one.day < *to))
                };
                agree = !spans(&last.of_day) && !spans(&next.of_day);
            }
            if !agree {
                let (before, after) = (self.point(&last.of_day)?, self.point(&next.of_day)?);
                let Some((before, after)) = before.zip(after) else { continue };
                // What is missing here is missing from every later day, too.
                if after.is_contradicted || !after.follows(before.amount, before.sum) {
                    break;
                }
            }
            (is_proven, last) = (true, next);
        }
        let up_to = if is_proven { self.point(&last.of_day)?.map(|point| point.proven) } else { None };
        Ok(Proof { up_to, gap: None })
    }

    fn link(&mut self, of_day: Vec<StoredBalance>, months: &HashMap<i32, usize>) -> Result<Link, StoreError> {
        let rest = if self.may_be_cut(&of_day)? { None } else { self.rest_of_day(&of_day, months)? };
        Ok(Link { rest, of_day })
    }

    /// Returns the days between which rows moved that are presumably one.
    fn presumed_moves(&self) -> Result<Vec<(Day, Day)>, StoreError> {
        let doubts = self.view.doubts()?.into_iter().filter(|doubt| doubt.account == self.account && doubt.same);
        let days = doubts.map(|doubt| (doubt.row.day.min(doubt.other.day), doubt.row.day.max(doubt.other.day)));
        Ok(days.filter(|(from, to)| from < to).collect())
    }

    /// Returns whether a file that reports a balance of a day begins or ends on it, and another one shows the day: then the first
    /// may lack rows of it.
    fn may_be_cut(&mut self, of_day: &[StoredBalance]) -> Result<bool, StoreError> {
        let statements = self.statements()?;
        Ok(of_day.iter().any(|balance| {
            let rows = statements.get(&balance.statement).and_then(|coverage| coverage.period);
            let has_cut = rows.is_some_and(|rows| [rows.first(), rows.last()].contains(&balance.day));
            let others = || statements.iter().filter(|(statement, _)| **statement != balance.statement);
            has_cut && others().any(|(_, other)| other.period.is_some_and(|rows| rows.contains(balance.day)))
        }))
    }

    /// Returns the balance of a day, where all say the same, less all rows until its end: the same of every balance where no row is missing, and
    /// no file ends within its last day. The rows of a month with many such days are read once.
    fn rest_of_day(
        &mut self,
        of_day: &[StoredBalance],
        months: &HashMap<i32, usize>,
    ) -> Result<Option<i64>, StoreError> {
        let Some(only) = of_day.first().filter(|one| of_day.iter().all(|other| other.amount == one.amount)) else {
            return Ok(None);
        };
        let month = only.day.month_index();
        let until = if months.get(&month).is_some_and(|days| *days >= MANY_DAYS) {
            let before = self.view.posted_before_month(self.account, month);
            let rows = self.month(month)?.iter().filter(|row| row.lead && row.day <= only.day);
            rows.fold(before, |sum, row| sum.wrapping_add(row.amount.get()))
        } else {
            self.sum_before(only.day.plus_days(1))?
        };
        Ok(Some(only.amount.get().wrapping_sub(until)))
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
            if self.leads_from(balance, point)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the first day of the file that reports a balance, where it leads to that, and this to the point.
    fn leads_from(&mut self, balance: &StoredBalance, point: &Point) -> Result<Option<Day>, StoreError> {
        let is_same = balance.amount.get() == point.amount;
        let of_balance = if is_same { Some(*point) } else { self.point(std::slice::from_ref(balance))? };
        match of_balance.filter(|other| point.follows(other.amount, other.sum)) {
            Some(other) => self.running_leads_from(&Point { statement: balance.statement, ..other }),
            None => Ok(None),
        }
    }

    /// Returns the first day of the point's file, where the running balance before the first of at least two rows leads to the
    /// point with the rows that the account has.
    fn running_leads_from(&mut self, point: &Point) -> Result<Option<Day>, StoreError> {
        let Some(opening) = self.opening(point)? else { return Ok(None) };
        let amounts = || opening.others.iter().copied().chain([opening.amount]);
        let leads = opening.sums.iter().any(|sum| amounts().any(|amount| point.follows(amount, *sum)));
        Ok(leads.then_some(opening.day))
    }

    /// Returns what the account held before the first of at least two rows of the point's file, where that prints it.
    fn opening(&mut self, point: &Point) -> Result<Option<Opening>, StoreError> {
        let Some(file) = self.statements()?.get(&point.statement).cloned() else { return Ok(None) };
        let Some(shows) = file.period.filter(|shows| shows.first() <= point.day) else { return Ok(None) };
        let (day, mut rows) = (shows.first(), Vec::new());
        for ahead in 0..RUNNING_MONTHS {
            for days in beginning_and_rest(&file, day.month_index() + ahead) {
                rows.extend(self.of_file(file.segment, days)?);
                if rows.iter().any(|row: &PostedRow| row.running.is_some()) {
                    break;
                }
            }
            if rows.iter().any(|row| row.running.is_some()) {
                break;
            }
        }
        rows.sort_by_key(|row| (row.day, file.in_time(row.position)));
        let of_first_day = rows.iter().filter(|row| row.day == day);
        if (day == shows.last() || day == point.day) && of_first_day.clone().count() < 2 {
            return Ok(None);
        }
        let of_first_day: Vec<&PostedRow> = of_first_day.collect();
        // Rows of one day that cancel each other lead from any balance to the same.
        let all = of_first_day.iter().fold(0, |sum: i64, row| sum.wrapping_add(row.amount.get()));
        if day == shows.last() && all == 0 {
            return Ok(None);
        }
        let is_ordered = of_first_day.windows(2).all(|pair| pair[1].follows(pair[0]));
        let others =
            if is_ordered { Vec::new() } else { of_first_day.iter().filter_map(|row| before_row(row)).collect() };
        let Some(at) = rows.iter().position(|row| row.running.is_some()) else { return Ok(None) };
        // One running balance alone proves nothing.
        let first = rows[at].day;
        if first == point.day && rows.iter().filter(|row| row.day == first && row.running.is_some()).count() < 2 {
            return Ok(None);
        }
        let sum = rows[..at].iter().fold(0, |sum: i64, row| sum.wrapping_add(row.amount.get()));
        let Some(amount) = before_row(&rows[at]).map(|before| before.wrapping_sub(sum)) else { return Ok(None) };

        let balance = |day: Day| StoredBalance {
            account: self.account,
            kind: BalanceKind::Ledger,
            day,
            statement: point.statement,
            amount: Micros::new(amount),
        };
        let (of_day, eve) = (balance(day), balance(day.plus_days(-1)));
        let before = BalanceOfDay::new(eve, &self.near(eve.day)?);
        let before = self.sum_included(&before)?;
        let near = self.near(day)?;
        let eve = BalanceOfDay::new(eve, &near);
        let unshown = if day == point.day {
            let of_day = BalanceOfDay::new(StoredBalance { amount: Micros::new(point.amount), ..of_day }, &near);
            self.cut(of_day, &near)?.sum_of_before(&near)
        } else {
            let unshown = near.iter().filter(|row| row.lead && row.day == day && !eve.shows(row.txn));
            unshown.fold(0, |sum: i64, row| sum.wrapping_add(row.amount.get()))
        };
        Ok(Some(Opening { day, amount, others, sums: [before, before.wrapping_add(unshown)] }))
    }

    /// Returns where the rows no longer lead from one running balance of the point's file to the next, and how far they
    /// do; nothing where its running balances do not tell.
    fn gap_within(&mut self, point: &Point) -> Result<Option<Proof>, StoreError> {
        let Some(Opening { day, amount, sums: [_, sum], .. }) = self.opening(point)? else { return Ok(None) };
        let statements = self.statements()?;
        let Some(file) = statements.get(&point.statement) else { return Ok(None) };
        let (first, end) = (day.month_index(), point.day.month_index());
        let broken = self.month_that_does_not_lead_on(file, first..=end, amount.wrapping_sub(sum))?;
        let from = (broken - 1).max(first);
        let mut rows_before = usize::from(from > first);
        let (mut last, mut up_to): (Option<Point>, Option<Day>) = (None, None);
        for month in from..=(broken + 1).min(end) {
            let mut rows = Vec::new();
            for days in beginning_and_rest(file, month) {
                rows.extend(self.of_file(file.segment, days)?);
            }
            rows.sort_by_key(|row| file.in_time(row.position));
            if !rows.is_sorted_by_key(|row| row.day) {
                return Ok(None);
            }
            for (end, amount_of_end) in ends_of_days(&rows, &statements) {
                let (account, kind) = (self.account, BalanceKind::Ledger);
                let balance =
                    StoredBalance { account, kind, day: end.day, statement: end.statement, amount: amount_of_end };
                let Some(here) = self.point(&[balance])? else { continue };
                let until = rows_before + rows.iter().filter(|row| row.day <= end.day).count();
                if here.follows(amount, sum) {
                    up_to = if until > 1 { Some(here.proven) } else { None };
                    last = Some(here);
                    continue;
                }
                // Where already the first day does not follow, its rows may be in another order.
                let Some(last) = last else { return Ok(None) };
                let missing = here.amount.wrapping_sub(here.sum).wrapping_sub(last.amount.wrapping_sub(last.sum));
                let gap = Gap { from: last.day, to: here.day, amount: Micros::new(missing) };
                return Ok(Some(Proof { up_to, gap: Some(gap) }));
            }
            rows_before += rows.len();
        }
        Ok(None)
    }

    /// Returns the first of the months whose rows do not lead to what a file prints before its first row of a later one; the last
    /// one when all do. `rest` is what a balance is, less the rows that it includes, where no row is missing.
    fn month_that_does_not_lead_on(
        &mut self,
        file: &Coverage,
        months: RangeInclusive<i32>,
        rest: i64,
    ) -> Result<i32, StoreError> {
        let mut found = *months.start();
        for month in months.clone().skip(1) {
            let mut rows = Vec::new();
            for days in beginning_and_rest(file, month) {
                rows.extend(self.of_file(file.segment, days)?);
                if !rows.is_empty() {
                    break;
                }
            }
            let first = rows.iter().min_by_key(|row| (row.day, file.in_time(row.position)));
            let Some((day, before)) = first.and_then(|row| Some((row.day, before_row(row)?))) else { continue };
            if before.wrapping_sub(self.sum_before(day)?) != rest {
                return Ok(found);
            }
            found = month;
        }
        Ok(*months.end())
    }
}

/// Returns what an account held before a row, where that prints a balance.
fn before_row(row: &PostedRow) -> Option<i64> {
    Some(row.running?.get().wrapping_sub(row.amount.get()))
}

/// Returns the first days of a file in a month, and the rest of them.
fn beginning_and_rest(file: &Coverage, month: i32) -> impl Iterator<Item = Period> {
    let of_month = Day::first_of_month(month).ok().zip(Day::first_of_month(month + 1).ok());
    let days = of_month
        .and_then(|(first, next)| Period::new(first, next.plus_days(-1)))
        .zip(file.rows)
        .and_then(|(month, rows)| month.overlap(rows));
    let begins = days.map(|days| days.first().plus_days(FIRST_DAYS - 1).min(days.last()));
    let beginning = days.zip(begins).and_then(|(days, last)| Period::new(days.first(), last));
    let rest = days.zip(begins).and_then(|(days, last)| Period::new(last.plus_days(1), days.last()));
    beginning.into_iter().chain(rest)
}
