//! Reported balances and posted rows of one account: each month is read and verified once, by whatever needs it first.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::gap::Proof;
use super::of_day::{BalanceOfDay, MOVED_DAYS, PostedRow};
use crate::model::{AccountId, BalanceKind, Day, ImportId, Micros, Period, StatementId};
use crate::store::db::balances::StoredBalance;
use crate::store::db::coverages::Coverage;
use crate::store::db::segment::SegmentId;
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;
use crate::store::db::zones::Search;
use crate::store::{StoreError, View};

/// The rows around so many days are kept: neighbouring balances are compared with each other.
const NEAR_KEPT: usize = 4;
/// So many days more are read at either end: what is asked next is often the day before or after.
const MORE_DAYS: i32 = 1;

/// The balances of an account, and those of its months that were read.
pub(crate) struct Books<'v> {
    pub(crate) view: View<'v>,
    pub(super) account: AccountId,
    balances: &'v [StoredBalance],
    months: HashMap<i32, Vec<PostedRow>>,
    /// The rows around the days that were looked at last, the last one at the end.
    near: Vec<(Day, Rc<[PostedRow]>)>,
    /// The rows that were read last for those, with their days.
    read: Option<(Period, Vec<PostedRow>)>,
    /// The sums before days that were asked for.
    before: HashMap<Day, i64>,
    /// How far balances and rows add up, once it was asked for; by the day until which balances count.
    pub(super) proofs: HashMap<Option<Day>, Proof>,
    /// From which day on running balances lead to the reported balance of a day, once it was asked for.
    pub(super) proven_from: HashMap<Day, Option<Day>>,
    /// What the account's statements cover, once it was asked for.
    statements: Option<Rc<Statements>>,
}

/// What statements cover.
pub(super) type Statements = HashMap<StatementId, Coverage>;

impl<'v> Books<'v> {
    /// Opens the books of an account. `balances` are those of [`super::reported`].
    pub(crate) fn new(view: View<'v>, balances: &'v [StoredBalance], account: AccountId) -> Books<'v> {
        Books {
            view,
            account,
            balances,
            months: HashMap::new(),
            near: Vec::new(),
            read: None,
            before: HashMap::new(),
            proofs: HashMap::new(),
            proven_from: HashMap::new(),
            statements: None,
        }
    }

    /// Returns the reported balances of a kind.
    pub(crate) fn reported(&self, kind: BalanceKind) -> impl Iterator<Item = StoredBalance> + 'v {
        let account = self.account;
        self.balances.iter().filter(move |b| b.account == account && b.kind == kind).copied()
    }

    /// Returns what the account's living statements cover.
    pub(super) fn statements(&mut self) -> Result<Rc<Statements>, StoreError> {
        if let Some(known) = &self.statements {
            return Ok(Rc::clone(known));
        }
        let undone: HashSet<ImportId> =
            self.view.imports()?.into_iter().filter(|import| import.undone).map(|import| import.id).collect();
        let is_own = |coverage: &Coverage| coverage.account == self.account && !undone.contains(&coverage.import);
        let coverages = self.view.all_coverages()?.into_iter().filter(is_own);
        let statements: Statements = coverages.map(|coverage| (coverage.statement_id(), coverage)).collect();
        Ok(Rc::clone(self.statements.insert(Rc::new(statements))))
    }

    /// Returns the days that a statement covers.
    pub(super) fn shows(&mut self, statement: StatementId) -> Result<Option<Period>, StoreError> {
        Ok(self.statements()?.get(&statement).and_then(|coverage| coverage.period))
    }

    /// Returns the posted rows of a month, in day order.
    pub(super) fn month(&mut self, month: i32) -> Result<&[PostedRow], StoreError> {
        if !self.months.contains_key(&month) {
            let mut found = Vec::new();
            if let Ok(day) = Day::first_of_month(month) {
                let keep = |row: &SourceRow<&str>| PostedRow::of(row);
                self.view.visit_kept(self.account, Period::new(day, day), false, keep, |rows| {
                    found = rows;
                    ControlFlow::Continue(())
                })?;
            }
            self.months.insert(month, found);
        }
        Ok(self.months.get(&month).map_or(&[], Vec::as_slice))
    }

    /// Returns the posted rows of a month, without all or some of those before a day.
    pub(super) fn month_since(&mut self, month: i32, first: Day) -> Result<Cow<'_, [PostedRow]>, StoreError> {
        let last = Day::first_of_month(month + 1).map(|next| next.plus_days(-1)).unwrap_or(Day::LAST);
        let of_month = |first: Day| first.month_index() == month;
        match Period::new(first, last).filter(|days| of_month(days.first()) && !self.months.contains_key(&month)) {
            Some(days) => Ok(Cow::Owned(self.of_days(days)?)),
            None => Ok(Cow::Borrowed(self.month(month)?)),
        }
    }

    /// Returns the posted rows of a period.
    pub(crate) fn between(&mut self, days: Period) -> Result<Vec<PostedRow>, StoreError> {
        let mut found = Vec::new();
        for month in self.view.months(self.account, days.first(), days.last()) {
            found.extend(self.month(month)?.iter().filter(|row| days.contains(row.day)));
        }
        Ok(found)
    }

    /// Returns the rows of a day and of the days to which a bank may have moved them.
    pub(super) fn near(&mut self, day: Day) -> Result<Rc<[PostedRow]>, StoreError> {
        if let Some((_, rows)) = self.near.iter().find(|(of, _)| *of == day) {
            return Ok(Rc::clone(rows));
        }
        let rows: Rc<[PostedRow]> = match around(day) {
            Some(days) if self.are_read(days) => self.between(days)?.into(),
            Some(days) => self.read(days)?,
            None => Rc::default(),
        };
        if self.near.len() == NEAR_KEPT {
            self.near.remove(0);
        }
        self.near.push((day, Rc::clone(&rows)));
        Ok(rows)
    }

    /// Returns the rows of some days, which are read with a few more where they are not among those that were read last.
    fn read(&mut self, days: Period) -> Result<Rc<[PostedRow]>, StoreError> {
        let rows = match self.read.take().filter(|(read, _)| read.overlap(days) == Some(days)) {
            Some(known) => known,
            None => {
                let more = days.widened(MORE_DAYS);
                (more, self.of_days(more)?)
            }
        };
        let (_, rows) = self.read.insert(rows);
        Ok(rows.iter().filter(|row| days.contains(row.day)).copied().collect())
    }

    /// Returns whether the months of some days have been read.
    fn are_read(&self, days: Period) -> bool {
        let months = self.view.months(self.account, days.first(), days.last());
        months.into_iter().all(|month| self.months.contains_key(&month))
    }

    /// Returns the rows of some days. Their months are not read whole for them.
    pub(super) fn of_days(&self, days: Period) -> Result<Vec<PostedRow>, StoreError> {
        let search = Search::of(Wanted::default(), Some(days));
        let keep = |row: &SourceRow<&str>| PostedRow::of(row).filter(|row| days.contains(row.day));
        let mut found = Vec::new();
        self.view.visit_wanted((self.account, Some(days)), &search, false, keep, |rows| {
            found.extend(rows);
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// Returns the posted rows of one file in some days.
    pub(super) fn of_file(&self, file: SegmentId, days: Period) -> Result<Vec<PostedRow>, StoreError> {
        let found = self.view.blocks_of_days(self.account, Some(file), days)?;
        let rows = found.iter().flat_map(|block| block.rows()).filter(|row| days.contains(row.day()));
        Ok(rows.filter_map(|row| PostedRow::of(&row)).collect())
    }

    /// Returns the balance of a day that counts among some of that day.
    pub(super) fn choose(&mut self, of_day: &[StoredBalance]) -> Result<Option<BalanceOfDay>, StoreError> {
        let Some(chosen) = self.choose_as_shown(of_day)? else { return Ok(None) };
        let near = self.near(chosen.balance.day)?;
        Ok(Some(self.as_the_next_proves(chosen, &near)?))
    }

    /// Does as [`Books::choose`], by what the statement of the balance shows alone.
    pub(super) fn choose_as_shown(&mut self, of_day: &[StoredBalance]) -> Result<Option<BalanceOfDay>, StoreError> {
        let Some(first) = of_day.first() else { return Ok(None) };
        let near = self.near(first.day)?;
        let Some(chosen) = BalanceOfDay::choose(of_day.iter().copied(), &near) else { return Ok(None) };
        if chosen.is_whole(&near) {
            return Ok(Some(chosen));
        }
        let chosen = self.cut(chosen, &near)?;
        if !chosen.is_whole(&near) {
            // One that includes all of the day says more than one whose statement shows more rows of it.
            let mut others: Vec<&StoredBalance> = of_day.iter().filter(|balance| **balance != chosen.balance).collect();
            others.sort_by_key(|balance| balance.amount);
            for balance in others {
                let other = self.cut(BalanceOfDay::new(*balance, &near), &near)?;
                if other.is_whole(&near) {
                    return Ok(Some(other));
                }
            }
        }
        Ok(Some(chosen))
    }

    /// Returns the reported balance of a kind that counts, of the newest day until a day.
    pub(super) fn newest(&mut self, kind: BalanceKind, until: Day) -> Result<Option<BalanceOfDay>, StoreError> {
        let day = self.reported(kind).map(|b| b.day).filter(|day| *day <= until).max();
        let of_day: Vec<StoredBalance> = self.reported(kind).filter(|b| Some(b.day) == day).collect();
        self.choose(&of_day)
    }

    /// Returns the sum of the posted rows before a day, in millionths modulo 2^64. Whole months before it are summed in
    /// the digests, and no row of them is read.
    pub(super) fn sum_before(&mut self, day: Day) -> Result<i64, StoreError> {
        if let Some(known) = self.before.get(&day) {
            return Ok(*known);
        }
        let sum = self.view.posted_before(self.account, day)?;
        self.before.insert(day, sum);
        Ok(sum)
    }

    /// Returns the sum of the posted rows that a balance includes, in millionths modulo 2^64.
    pub(super) fn sum_included(&mut self, of_day: &BalanceOfDay) -> Result<i64, StoreError> {
        let day = of_day.balance.day;
        let near = self.near(day)?;
        if let Some(days) = around(day).filter(|_| of_day.leads_are_among(&near)) {
            let before = self.sum_before(days.first())?;
            return Ok(before.wrapping_add(of_day.sum_of_included(&near)));
        }
        let (first, last) = (day.plus_days(-MOVED_DAYS).month_index(), day.plus_days(MOVED_DAYS).month_index());
        let mut sum = self.view.posted_before_month(self.account, first);
        for month in first..=last {
            sum = sum.wrapping_add(of_day.sum_of_included(self.month(month)?));
        }
        Ok(sum)
    }
}

/// Returns a day with the days to which a bank may have moved its rows.
fn around(day: Day) -> Option<Period> {
    Period::new(day.plus_days(-MOVED_DAYS), day.plus_days(MOVED_DAYS))
}

/// Returns the last row of each day of each statement that prints balances, with its balance, where the order of the rows of
/// the day is known: the days of the statement's rows are in order, or its balances follow each other.
pub(super) fn ends_of_days(rows: &[PostedRow], statements: &Statements) -> Vec<(PostedRow, Micros)> {
    let mut printed: BTreeMap<StatementId, Vec<&PostedRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.running.is_some()) {
        printed.entry(row.statement).or_default();
    }
    for row in rows {
        if let Some(of_statement) = printed.get_mut(&row.statement) {
            of_statement.push(row);
        }
    }
    let mut ends = Vec::new();
    for (statement, mut rows) in printed {
        let Some(coverage) = statements.get(&statement) else { continue };
        rows.sort_unstable_by_key(|row| coverage.in_time(row.position));
        let days_in_order = rows.is_sorted_by_key(|row| row.day);
        rows.sort_by_key(|row| row.day);
        for of_day in rows.chunk_by(|a, b| a.day == b.day) {
            let in_order = days_in_order || of_day.windows(2).all(|pair| pair[1].follows(pair[0]));
            let last = of_day.last().filter(|_| in_order);
            ends.extend(last.and_then(|row| row.running.map(|balance| (**row, balance))));
        }
    }
    ends
}
