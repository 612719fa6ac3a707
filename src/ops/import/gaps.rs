//! Gaps: the rows between two reported balances do not sum to their difference. A sum that overflows refuses the file.

use std::collections::BTreeSet;

use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy};
use crate::model::{AccountId, Amount, BalanceKind, Day, ImportId, Period};
use crate::ops::OpError;
use crate::ops::money::{self, Books, Gap};
use crate::ops::report::{BalanceGap, FileReport, GapCause, ImportStatus};
use crate::store::db::accounts::Account;
use crate::store::db::balances::StoredBalance;
use crate::store::db::doubts::StoredDoubt;
use crate::store::{Reader, StoreError, View};

/// Keeps of the gaps that the files of one run report those that there are when all are imported, each in one report: a later file
/// may have the rows that were missing.
///
/// # Errors
/// When the vault cannot be read, or is not as it was written.
pub fn keep_what_is_left(vault: &Reader, reports: &mut [FileReport]) -> Result<(), OpError> {
    let imported = |report: &FileReport| {
        report.import_id.filter(|_| matches!(report.status, ImportStatus::Imported | ImportStatus::DryRun))
    };
    if reports.iter().filter(|report| imported(report).is_some()).count() < 2
        || reports.iter().all(|report| report.balance_gaps.is_empty())
    {
        return Ok(());
    }
    let view = vault.view();
    let (accounts, reported) = (view.accounts()?, money::reported(&view)?);
    let mut told: Vec<BalanceGap> = Vec::new();
    for report in reports.iter_mut() {
        let (Some(import), false) = (imported(report), report.balance_gaps.is_empty()) else { continue };
        let ids: BTreeSet<_> = report.balance_gaps.drain(..).filter_map(|gap| gap.account_id).collect();
        for account in accounts.iter().filter(|account| ids.contains(&account.id)) {
            let mut books = Books::new(vault.view(), &reported, account.id);
            let left = match gaps(&mut books, import, account) {
                Ok(left) => left,
                Err(Stop::Failed(error)) => return Err(error),
                // A file with which the sums are too large was not imported.
                Err(Stop::Refused(_)) => Vec::new(),
            };
            let new: Vec<BalanceGap> = left.into_iter().filter(|gap| !told.contains(gap)).collect();
            told.extend(new.iter().cloned());
            report.balance_gaps.extend(new);
        }
    }
    Ok(())
}

/// Finds gaps from the last ledger balance before this import's first day to the first one after its last day. It sees
/// the rows of the uncommitted import.
pub(super) fn gaps(books: &mut Books<'_>, import: ImportId, account: &Account) -> Result<Vec<BalanceGap>, Stop> {
    let balances: Vec<StoredBalance> = books.reported(BalanceKind::Ledger).collect();
    let coverages = books.view.coverages()?;
    let of_import = coverages.iter().filter(|c| c.account == account.id && c.import == import);
    let own_days = balances.iter().filter(|b| b.statement.import == import).map(|b| b.day);
    let covered = of_import.filter_map(|c| c.period).flat_map(|p| [p.first(), p.last()]);
    let import_days: Vec<Day> = own_days.chain(covered).collect();
    let (Some(from), Some(to)) = (import_days.iter().min(), import_days.iter().max()) else { return Ok(Vec::new()) };
    let before = balances.iter().map(|b| b.day).filter(|day| day < from).max().unwrap_or(*from);
    let after = balances.iter().map(|b| b.day).filter(|day| day > to).min().unwrap_or(*to);
    let Some(period) = Period::new(before, after) else { return Ok(Vec::new()) };
    let mut found = books.gaps(period).map_err(|error| match error {
        OpError::Money(error) => ImportError::of(Problem::Overflow, error, Remedy::CorrectAmounts).into(),
        error => Stop::from(error),
    })?;
    let days = Period::new(*from, *to);
    let is_near = |gap: &Gap| Period::new(gap.from, gap.to).zip(days).is_some_and(|(a, b)| a.overlap(b).is_some());
    found.extend(books.gap_within_a_file()?.filter(is_near));
    let mut shown = Vec::with_capacity(found.len());
    for gap in found {
        let cause = cause(books, account.id, &gap)?;
        shown.push(BalanceGap {
            account_id: Some(account.id),
            from: gap.from,
            to: gap.to,
            amount: Amount::from_micros(gap.amount, account.currency),
            cause: cause.map(|(cause, _)| cause),
            cause_from: cause.map(|(_, days)| days.first()),
            cause_to: cause.map(|(_, days)| days.last()),
        });
    }
    Ok(shown)
}

/// Returns what most likely makes a gap, and on which days.
fn cause(books: &mut Books<'_>, account: AccountId, gap: &Gap) -> Result<Option<(GapCause, Period)>, StoreError> {
    let Some(days) = Period::new(gap.from, gap.to) else { return Ok(None) };
    let amount = gap.amount.get();
    let doubts: Vec<StoredDoubt> = books.view.doubts()?.into_iter().filter(|d| d.account == account).collect();
    let between = books.between(days)?;
    let of = |doubt: &StoredDoubt| {
        let row = between
            .iter()
            .find(|r| r.statement == doubt.row.statement && r.position == i64::from(doubt.row.position.get()))?;
        // Two rows that are taken as one leave the amount out; one that is taken as two brings it in twice.
        let makes = if doubt.same { row.amount.get() } else { row.amount.get().wrapping_neg() };
        (makes == amount).then_some((GapCause::Doubt, Period::of_day(row.day)))
    };
    if let Some(found) = doubts.iter().find_map(of) {
        return Ok(Some(found));
    }
    let extra = books.rows_of(gap)?.into_iter().filter(|row| row.amount.get().wrapping_neg() == amount);
    if let [row] = extra.collect::<Vec<_>>().as_slice() {
        return Ok(Some((GapCause::ExtraRow, Period::of_day(row.day))));
    }
    Ok(uncovered(&books.view, account, days)?.map(|days| (GapCause::NoFile, days)))
}

/// Returns the longest run of days, between the first and the last of a period, of which no living file has rows.
fn uncovered(view: &View<'_>, account: AccountId, days: Period) -> Result<Option<Period>, StoreError> {
    let imports = view.imports()?;
    let living = |import: ImportId| imports.iter().any(|i| i.id == import && !i.undone);
    let coverages = view.coverages()?.into_iter().filter(|c| c.account == account && living(c.import));
    let mut covered: Vec<Period> = coverages.filter_map(|coverage| coverage.period).collect();
    covered.sort_by_key(|period| (period.first(), period.last()));
    let mut longest: Option<Period> = None;
    let mut next = days.first().plus_days(1);
    let end = Period::of_day(days.last());
    for period in covered.into_iter().chain([end]) {
        let run = Period::new(next, period.first().min(days.last()).plus_days(-1));
        let length = |period: Period| period.first().days_until(period.last());
        longest = match (longest, run) {
            (Some(longest), Some(run)) if length(run) <= length(longest) => Some(longest),
            (longest, run) => run.or(longest),
        };
        next = next.max(period.last().plus_days(1));
    }
    Ok(longest)
}
