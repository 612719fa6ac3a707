//! Adding up: what an account holds at the end of a day, and where reported balances and rows disagree.

mod books;
mod cut;
mod debt;
mod gap;
mod late;
mod of_day;
mod proven;

pub(crate) use books::Books;
pub(crate) use debt::{is_turned, reported, reported_of};
pub(crate) use gap::Gap;
pub(crate) use proven::{proven_on, proven_up_to};

use std::collections::{BTreeSet, HashMap};

use super::OpError;
use crate::model::{AccountId, Amount, BalanceKind, Day, Micros, MoneyError, Period};
use crate::share::{BalanceSource, SourceBalance};
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;
use crate::store::{StoreError, View};
use books::ends_of_days;
use of_day::{BalanceOfDay, MOVED_DAYS, PostedRow};

/// What a holding counts from.
struct Base {
    /// The day at whose end it held.
    day: Day,
    amount: Micros,
    /// What the bank reported; nothing when the owner set it.
    reported: Option<BalanceOfDay>,
}

impl Base {
    fn reported(of_day: BalanceOfDay) -> Base {
        Base { day: of_day.balance.day, amount: of_day.balance.amount, reported: Some(of_day) }
    }

    /// Returns whether a transaction is part of the amount. What the owner set includes its whole day.
    fn includes(&self, lead: &PostedRow) -> bool {
        self.reported.as_ref().map_or(lead.day <= self.day, |of_day| of_day.includes(lead))
    }
}

/// Returns what an account holds at the end of a day, as [`Books::holding`].
pub(crate) fn holding(
    view: &View<'_>,
    balances: &[StoredBalance],
    of: &Account,
    on: Option<Day>,
) -> Result<SourceBalance, OpError> {
    Books::new(*view, balances, of.id).holding(of, on)
}

/// Returns what an account holds at the end of a day by what the bank reported alone; `None` without such a balance.
pub(crate) fn holding_as_reported(
    view: &View<'_>,
    balances: &[StoredBalance],
    of: &Account,
    on: Day,
) -> Result<Option<Amount>, OpError> {
    let mut books = Books::new(*view, balances, of.id);
    let Some(base) = books.base(Some(on))? else { return Ok(None) };
    Ok(Some(books.count_from(of, &base, on)?.0))
}

impl Books<'_> {
    /// Returns what the account holds at the end of a day (by default: as far as the vault knows).
    ///
    /// The newest reported balance until that day, and the posted rows until that day that it does not include. A balance
    /// that the owner set counts when the bank reported none of its day or a later one until that day, and files do not prove
    /// what was held on its day. Before all of them it is the first reported one less the posted rows after that day.
    pub(crate) fn holding(&mut self, of: &Account, on: Option<Day>) -> Result<SourceBalance, OpError> {
        let until = on.unwrap_or(Day::LAST);
        let reported = self.base(on)?;
        let later = self.set_by_owner(reported.as_ref().map(|reported| reported.day), until)?;
        let available = self.newest(BalanceKind::Available, until)?.map(|of_day| of_day.balance);
        let mut holding = SourceBalance {
            current: None,
            as_of: None,
            source: BalanceSource::None,
            available: available.map(|b| Amount::from_micros(b.amount, of.currency)),
            available_as_of: available.map(|b| b.day),
        };
        let Some(base) = later.or(reported) else {
            if let Some((day, amount)) = on.map(|on| self.before_reported(on)).transpose()?.flatten() {
                holding.current = Some(Amount::from_micros(amount, of.currency));
                (holding.as_of, holding.source) = (Some(day), BalanceSource::Derived);
            }
            return Ok(holding);
        };
        let (total, last) = self.count_from(of, &base, until)?;
        holding.current = Some(total);
        holding.as_of = last.max(Some(base.day));
        holding.source = match (base.reported, last) {
            (None, _) => BalanceSource::Owner,
            (Some(_), None) => BalanceSource::Reported,
            (Some(_), Some(_)) => BalanceSource::Derived,
        };
        Ok(holding)
    }

    /// Returns the newest balance that the owner set on a day after `after`, until a day. One of a day whose balance files prove does
    /// not count: the files may have come after it.
    fn set_by_owner(&mut self, after: Option<Day>, until: Day) -> Result<Option<Base>, StoreError> {
        let set = self.view.owner_balances()?.into_iter().filter(|set| set.account == self.account);
        let counts = |day: Day| day <= until && after.is_none_or(|after| after < day);
        let mut set: Vec<_> = set.filter(|set| counts(set.day)).collect();
        set.sort_by_key(|set| set.day);
        for set in set.into_iter().rev() {
            if self.proven_on(set.day, &mut HashMap::new())?.is_none() {
                return Ok(Some(Base { day: set.day, amount: set.amount, reported: None }));
            }
        }
        Ok(None)
    }

    /// Returns what was held at the end of a day before the first reported balance: that less the rows between, where files show all
    /// days between.
    fn before_reported(&mut self, on: Day) -> Result<Option<(Day, Micros)>, StoreError> {
        let Some(day) = self.reported(BalanceKind::Ledger).map(|balance| balance.day).min() else { return Ok(None) };
        // The file that reports it, and those that go on up to it without a hole.
        let mut first = day;
        for balance in self.reported(BalanceKind::Ledger).filter(|balance| balance.day == day) {
            first = self.shows(balance.statement)?.map_or(first, |shows| first.min(shows.first()));
        }
        let covered: Vec<Period> = self.statements()?.values().filter_map(|coverage| coverage.period).collect();
        while let Some(days) = covered.iter().find(|days| days.first() < first && first <= days.last().plus_days(1)) {
            first = days.first();
        }
        if on < first {
            return Ok(None);
        }
        let Some(reported) = self.newest(BalanceKind::Ledger, day)? else { return Ok(None) };
        let between = self.sum_included(&reported)?.wrapping_sub(self.sum_before(on.plus_days(1))?);
        Ok(reported.balance.amount.get().checked_sub(between).map(|amount| (on, Micros::new(amount))))
    }

    /// Returns the reported balance that a holding until a day counts from.
    fn base(&mut self, on: Option<Day>) -> Result<Option<Base>, StoreError> {
        let until = on.unwrap_or(Day::LAST);
        let reported = self.newest(BalanceKind::Ledger, until)?;
        // Without a day the newest reported balance is there already; a day in the past may need a row's own balance.
        let running = if on.is_some() { self.running(reported.as_ref().map(|r| r.balance.day), until)? } else { None };
        Ok(running.or(reported).map(Base::reported))
    }

    /// Returns the balance that counts of those printed on rows of the last day until a day, if that day is later than
    /// `after`.
    fn running(&mut self, after: Option<Day>, until: Day) -> Result<Option<BalanceOfDay>, StoreError> {
        let statements = self.statements()?;
        let later = |row: &PostedRow| row.day <= until && after.is_none_or(|after| after < row.day);
        for month in self.view.months(self.account, after.unwrap_or(Day::FIRST), until).into_iter().rev() {
            let ends = ends_of_days(self.month(month)?, &statements);
            let ends: Vec<_> = ends.into_iter().filter(|(last, _)| later(last)).collect();
            let Some(day) = ends.iter().map(|(last, _)| last.day).max() else { continue };
            let (account, kind) = (self.account, BalanceKind::Ledger);
            let of_day = ends.into_iter().filter(|(last, _)| last.day == day);
            let of_day: Vec<StoredBalance> = of_day
                .map(|(last, amount)| StoredBalance { account, kind, day, statement: last.statement, amount })
                .collect();
            return self.choose(&of_day);
        }
        Ok(None)
    }

    /// Returns a balance with the posted rows until a day that it does not include, and the day of the last of them.
    fn count_from(&mut self, of: &Account, base: &Base, until: Day) -> Result<(Amount, Option<Day>), OpError> {
        let mut total = Amount::from_micros(base.amount, of.currency);
        let mut last = None;
        let mut count = |rows: &mut dyn Iterator<Item = &PostedRow>| {
            for row in rows.filter(|row| row.lead && row.day <= until && !base.includes(row)) {
                total = total
                    .checked_add(Amount::from_micros(row.amount, of.currency))
                    .map_err(|source| OpError::BalanceOverflow { account: of.name.clone(), source })?;
                last = last.max(Some(row.day));
            }
            Ok::<_, OpError>(())
        };
        // Those around the day were read to choose the balance.
        count(&mut self.near(base.day)?.iter())?;
        let end = base.day.plus_days(MOVED_DAYS);
        for month in self.view.months(self.account, end, until) {
            count(&mut self.month_since(month, end)?.iter().filter(|row| end < row.day))?;
        }
        Ok((total, last))
    }
}

/// Returns the gap that ends what is proven of an account, if a later balance shows one, or a running balance does.
pub(crate) fn gap_after(
    view: &View<'_>,
    balances: &[StoredBalance],
    account: AccountId,
) -> Result<Option<Gap>, OpError> {
    let mut books = Books::new(*view, balances, account);
    let proof = books.proof(None)?;
    let Some(proven) = proof.up_to.filter(|_| proof.gap.is_none()) else { return Ok(proof.gap) };
    let days: BTreeSet<Day> = books.reported(BalanceKind::Ledger).map(|balance| balance.day).collect();
    // A balance may prove only the day before its own: the gap is behind one of the next two.
    let last = days.iter().rfind(|day| **day <= proven).or(days.first()).copied();
    let next = last.and_then(|last| days.into_iter().filter(|day| last < *day).take(2).last());
    let Some(between) = last.zip(next).and_then(|(last, next)| Period::new(last, next)) else { return Ok(None) };
    Ok(books.gaps(between)?.first().copied())
}

impl Books<'_> {
    /// Returns the gap between running balances of one file that ends what is proven.
    pub(crate) fn gap_within_a_file(&mut self) -> Result<Option<Gap>, StoreError> {
        Ok(self.proof(None)?.gap)
    }

    /// Compares neighbouring ledger balances of a period's days with the posted rows between them: those that the later
    /// balance includes, and the earlier one does not.
    pub(crate) fn gaps(&mut self, period: Period) -> Result<Vec<Gap>, OpError> {
        let inside = self.reported(BalanceKind::Ledger).filter(|b| period.contains(b.day));
        let days: BTreeSet<Day> = inside.map(|b| b.day).collect();
        let mut gaps = Vec::new();
        let mut earlier: Option<(BalanceOfDay, i64)> = None;
        for day in days {
            let Some(later) = self.newest(BalanceKind::Ledger, day)? else { continue };
            // Less what it includes, every balance is the same where no row is missing: then none between is read.
            let rest = later.balance.amount.get().wrapping_sub(self.sum_included(&later)?);
            if let Some((earlier, _)) = earlier.filter(|(_, before)| *before != rest) {
                let between = self.sum_between(&earlier, &later)?;
                let (before, after) = (earlier.balance.amount.get(), later.balance.amount.get());
                let gap = i128::from(after) - i128::from(before) - between;
                if gap != 0 {
                    let too_large = |_| OpError::Money(MoneyError::Overflow("the gap between two balances".into()));
                    let amount = i64::try_from(gap).map(Micros::new).map_err(too_large)?;
                    gaps.push(Gap { from: earlier.balance.day, to: day, amount });
                }
            }
            earlier = Some((later, rest));
        }
        Ok(gaps)
    }

    /// Returns the posted rows by which the balances of the two ends of a gap differ.
    pub(crate) fn rows_of(&mut self, gap: &Gap) -> Result<Vec<PostedRow>, StoreError> {
        let (earlier, later) = (self.newest(BalanceKind::Ledger, gap.from)?, self.newest(BalanceKind::Ledger, gap.to)?);
        let days = Period::new(gap.from.plus_days(-MOVED_DAYS), gap.to.plus_days(MOVED_DAYS));
        let Some(((earlier, later), days)) = earlier.zip(later).zip(days) else { return Ok(Vec::new()) };
        let mut rows = self.between(days)?;
        rows.retain(|row| row.lead && later.includes(row) && !earlier.includes(row));
        Ok(rows)
    }

    /// Returns the sum of the posted rows by which two balances differ, in millionths.
    fn sum_between(&mut self, earlier: &BalanceOfDay, later: &BalanceOfDay) -> Result<i128, StoreError> {
        let first = earlier.balance.day.plus_days(-MOVED_DAYS);
        let last = later.balance.day.plus_days(MOVED_DAYS);
        let mut sum = 0;
        for month in self.view.months(self.account, first, last) {
            for row in self.month(month)?.iter().filter(|row| row.lead) {
                let side = i128::from(later.includes(row)) - i128::from(earlier.includes(row));
                sum += side * i128::from(row.amount.get());
            }
        }
        Ok(sum)
    }
}
