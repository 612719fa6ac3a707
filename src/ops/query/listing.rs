//! Transactions: which are wanted, in which order, and what the account held after each.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::{categories, names};
use crate::model::{
    AccountId, Amount, Currency, Day, DaySpan, DebitCredit, EntryStatus, Micros, Period, TransactionId, folded, words,
};
use crate::ops::money::Books;
use crate::ops::order::Order;
use crate::ops::report::TransactionLine;
use crate::ops::{OpError, money};
use crate::store::Reader;
use crate::store::db::accounts::Account;
use crate::store::db::edges::End;
use crate::store::db::rank::By;
use crate::store::db::shapes::Field;
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;
use crate::store::db::zones::Search;

/// Which transactions are wanted. What is none does not filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Accounts, by id, name, or a part of name or number that no other one has; one of them.
    pub accounts: Vec<String>,
    /// From this day on.
    pub since: Option<Day>,
    /// Until this day.
    pub until: Option<Day>,
    /// Spans of days within those; in one of them.
    pub spans: Vec<DaySpan>,
    /// The least amount, signed.
    pub min: Option<Bound>,
    /// The largest amount, signed.
    pub max: Option<Bound>,
    /// Parts of what is written about the transaction, in any case; each of them.
    pub search: Vec<String>,
    /// The category, in any case; one of them.
    pub categories: Vec<String>,
    /// Only what has no category.
    pub uncategorised: bool,
    /// Posted or pending.
    pub status: Option<EntryStatus>,
    /// At most so many: the newest, or the first in the order of `sort`.
    pub limit: Option<u64>,
    /// The order.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub reverse: bool,
}

/// A limit of amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The limit.
    pub amount: Micros,
    /// The only currency that is meant; none for any.
    pub currency: Option<Currency>,
}

words! {
    /// What transactions are put in order by.
    #[derive(Default)]
    pub enum Sort: "an order" {
        /// Oldest first.
        #[default]
        Day = "day",
        /// Most money out first, by currency.
        Amount = "amount",
        /// By description.
        Description = "description",
        /// By category; what has none comes last.
        Category = "category",
        /// By the account's name.
        Account = "account",
    }
}

/// With a limit, at most so many times as many rows are kept as are wanted.
const KEPT: usize = 4;

/// With a limit up to this, and in an order other than that of days, rows are read in that order.
const FIRST: usize = 1_000;

/// Returns transactions in the order of the filter.
///
/// # Errors
///
/// When an account is unknown, the days or amounts of the filter make no sense, or as [`super::accounts`].
pub fn transactions(vault: &Reader, filter: &Filter) -> Result<Vec<TransactionLine>, OpError> {
    match outermost(vault, filter)? {
        Some(lines) => Ok(lines),
        None => list(vault, filter),
    }
}

/// Returns the first transactions in an order, where few zones are enough. `None` where the filter wants others.
fn outermost(vault: &Reader, filter: &Filter) -> Result<Option<Vec<TransactionLine>>, OpError> {
    let limit = filter.limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| (1..=FIRST).contains(limit));
    let Some(limit) = limit else { return Ok(None) };
    let wanted = wanted(vault, filter)?;
    let Some(by) = by(filter, &wanted) else { return Ok(None) };
    let test = Test::new(filter);
    let ids: Vec<AccountId> = wanted.iter().map(|account| account.id).collect();
    let mut rows = vault.view().outermost(&ids, days(filter), &test.wanted(), (by, limit))?;
    let names: Vec<Arc<str>> = wanted.iter().map(|account| account.name.as_str().into()).collect();
    let is_alone = wanted.len() == 1;
    let keep = |account: usize, row: &SourceRow<&str>| {
        let shown = row.lead && test.admits(row);
        shown.then(|| line(&wanted[account], &names[account], row, is_alone))
    };
    let mut first = BTreeMap::new();
    loop {
        // Only what goes before the last of them changes anything.
        let before = first.last_key_value().map(|(place, _)| place).filter(|_| first.len() == limit);
        let Some(more) = rows.next(before, keep)? else { break };
        first.extend(more);
        while first.len() > limit {
            first.pop_last();
        }
    }
    finish(vault, filter, &wanted, first.into_values().collect()).map(Some)
}

/// Returns what rows of accounts are read in order of; `None` for days and accounts, and for amounts of several currencies.
fn by(filter: &Filter, accounts: &[Account]) -> Option<By> {
    let end = if filter.reverse { End::Largest } else { End::Least };
    match filter.sort {
        Sort::Day | Sort::Account => None,
        Sort::Amount => {
            let is_one = accounts.iter().all(|account| account.currency == accounts[0].currency);
            is_one.then_some(By::Amount(end))
        }
        Sort::Description => Some(By::Text(Field::Description, end)),
        Sort::Category => Some(By::Text(Field::Category, end)),
    }
}

/// Returns the days that are wanted; `None` for all.
fn days(filter: &Filter) -> Option<Period> {
    Period::new(filter.since.unwrap_or(Day::FIRST), filter.until.unwrap_or(Day::LAST))
}

fn list(vault: &Reader, filter: &Filter) -> Result<Vec<TransactionLine>, OpError> {
    let mut wanted = wanted(vault, filter)?;
    if filter.sort == Sort::Account {
        let order = |a: &Account, b: &Account| folded(&a.name).cmp(&folded(&b.name));
        wanted.sort_by(|a, b| if filter.reverse { order(b, a) } else { order(a, b) });
    }
    let (period, limit) = (days(filter), limit_of(filter));
    let newest = filter.sort == Sort::Day && filter.limit.is_some();
    let is_alone = wanted.len() == 1;
    let test = Test::new(filter);
    let search = Search::of(test.wanted(), period);
    let mut lines = Vec::new();
    for account in &wanted {
        if filter.sort == Sort::Account && lines.len() >= limit {
            break;
        }
        let name: Arc<str> = account.name.as_str().into();
        let keep = |row: &SourceRow<&str>| {
            let shown = row.lead && test.admits(row);
            shown.then(|| line(account, &name, row, is_alone))
        };
        let (mut found, first) = (0, lines.len());
        // Without a limit months come in the order in which they are shown.
        vault.view().visit_wanted((account.id, period), &search, newest, keep, |month| {
            found += month.len();
            lines.extend(month);
            if !newest && lines.len() / KEPT > limit {
                put_in_order(&mut lines, filter);
                lines.truncate(limit);
            }
            let is_enough = match filter.sort {
                Sort::Day => newest && found >= limit,
                // They come in that order.
                Sort::Account => lines.len() >= limit,
                Sort::Amount | Sort::Description | Sort::Category => false,
            };
            if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if filter.sort == Sort::Day {
            arrange(vault, account, &mut lines[first..], limit)?;
        }
    }
    finish(vault, filter, &wanted, lines)
}

/// Returns how many transactions are wanted at most.
fn limit_of(filter: &Filter) -> usize {
    filter.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Returns the lines that are wanted, of those that were found in the accounts, in order, with balances.
fn finish(
    vault: &Reader,
    filter: &Filter,
    wanted: &[Account],
    mut lines: Vec<TransactionLine>,
) -> Result<Vec<TransactionLine>, OpError> {
    let limit = limit_of(filter);
    let others = Wanted { categories: Vec::new(), ..Test::new(filter).wanted() };
    let is_all = others.is_all() && filter.since.is_none() && filter.until.is_none() && filter.spans.is_empty();
    categories::refuse_unknown(vault, wanted, &filter.categories, (&lines, is_all && limit > 0))?;
    if filter.sort == Sort::Day && filter.limit.is_some() {
        // Rows of one day stay as they are.
        lines.sort_by_key(|line| line.posted_timestamp);
        lines.drain(..lines.len().saturating_sub(limit));
    }
    put_in_order(&mut lines, filter);
    lines.truncate(limit);
    if let [account] = wanted {
        add_balances(vault, account, &mut lines)?;
    }
    Ok(lines)
}

/// Puts lines of an account in the order of the bank, as far as they are among the newest that are wanted.
fn arrange(vault: &Reader, account: &Account, lines: &mut [TransactionLine], limit: usize) -> Result<(), OpError> {
    lines.sort_by_key(|line| line.posted_timestamp);
    let Some(oldest) = lines.get(lines.len().saturating_sub(limit)).map(|line| line.posted_timestamp) else {
        return Ok(());
    };
    let newest = lines.partition_point(|line| line.posted_timestamp < oldest);
    let order = Order::of(&vault.view(), account.id)?;
    Ok(order.arrange(&vault.view(), &mut lines[newest..], |line| (line.posted_timestamp, line.transaction_id))?)
}

/// Returns the accounts that are wanted.
fn wanted(vault: &Reader, filter: &Filter) -> Result<Vec<Account>, OpError> {
    let mut wanted = names::selected(vault.view().accounts()?, &filter.accounts)?;
    // Balances are shown in the order in which accounts were named; rows of one day, or of one amount, by account.
    wanted.sort_by_key(|account| account.id);
    if let (Some(since), Some(until)) = (filter.since, filter.until)
        && until < since
    {
        return Err(OpError::EmptyPeriod { since, until });
    }
    for currency in [filter.min, filter.max].into_iter().flatten().filter_map(|bound| bound.currency) {
        wanted.retain(|account| account.currency == currency);
        if wanted.is_empty() {
            return Err(OpError::NoAccountIn(currency));
        }
    }
    Ok(wanted)
}

/// Puts lines in order; equal ones stay as they are.
fn put_in_order(lines: &mut [TransactionLine], filter: &Filter) {
    let by_text = |a: &str, b: &str| folded(a).cmp(&folded(b));
    let order = |a: &TransactionLine, b: &TransactionLine| match filter.sort {
        Sort::Day => a.posted_timestamp.cmp(&b.posted_timestamp),
        Sort::Amount => (a.currency, a.amount.micros()).cmp(&(b.currency, b.amount.micros())),
        Sort::Description => by_text(&a.description, &b.description),
        Sort::Account => by_text(&a.account_name, &b.account_name),
        Sort::Category => match (&a.category, &b.category) {
            (Some(a), Some(b)) => by_text(a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
    };
    match (filter.sort, filter.reverse) {
        // Also the rows of one day turn round.
        (Sort::Day, true) => {
            lines.sort_by(order);
            lines.reverse();
        }
        (_, true) => lines.sort_by(|a, b| order(a, b).reverse()),
        (_, false) => lines.sort_by(order),
    }
}

/// Adds what the account held at the end of a day to the last row of the day, where reported balances prove it.
fn add_balances(vault: &Reader, account: &Account, lines: &mut [TransactionLine]) -> Result<(), OpError> {
    let view = vault.view();
    let reported = money::reported_of(&view, std::slice::from_ref(account))?;
    let mut books = Books::new(view, &reported, account.id);
    let open = lines.iter().filter(|line| line.running_balance.is_none());
    let mut days: Vec<Day> = open.map(|line| line.posted_timestamp).collect();
    days.sort_unstable();
    days.dedup();
    let ends: HashMap<TransactionId, Micros> = books.proven_ends(&days)?.into_iter().collect();
    for line in lines.iter_mut().filter(|line| line.running_balance.is_none()) {
        let held = ends.get(&line.transaction_id).filter(|_| line.status == EntryStatus::Posted);
        line.running_balance = held.map(|held| Amount::from_micros(*held, account.currency));
    }
    Ok(())
}

/// A filter, its texts in the form in which they are compared.
struct Test<'f> {
    filter: &'f Filter,
    search: Vec<String>,
    categories: Vec<String>,
}

impl<'f> Test<'f> {
    fn new(filter: &'f Filter) -> Test<'f> {
        let form = |texts: &[String]| texts.iter().map(|text| folded(text)).collect();
        Test { filter, search: form(&filter.search), categories: form(&filter.categories) }
    }

    /// Returns what a row has to have at least.
    fn wanted(&self) -> Wanted {
        let Filter { min, max, status, uncategorised, .. } = self.filter;
        Wanted {
            least: min.map(|min| min.amount),
            most: max.map(|max| max.amount),
            parts: self.search.clone(),
            categories: self.categories.clone(),
            pending: status.map(|status| status == EntryStatus::Pending),
            uncategorised: *uncategorised,
        }
    }

    fn admits(&self, row: &SourceRow<&str>) -> bool {
        let Filter { since, until, spans, min, max, status, uncategorised, .. } = self.filter;
        let day = row.day();
        since.is_none_or(|since| since <= day)
            && until.is_none_or(|until| day <= until)
            && (spans.is_empty() || spans.iter().any(|span| span.has(day)))
            && min.is_none_or(|min| min.amount <= row.amount)
            && max.is_none_or(|max| row.amount <= max.amount)
            && status.is_none_or(|status| (status == EntryStatus::Pending) == row.pending)
            && (!uncategorised || row.category.is_none_or(str::is_empty))
            && (self.categories.is_empty() || row.category.is_some_and(|category| self.is_wanted(category)))
            && self.search.iter().all(|part| row.texts().any(|text| holds(text, part)))
    }

    fn is_wanted(&self, category: &str) -> bool {
        let category = folded(category);
        self.categories.contains(&category)
    }
}

/// Returns whether a text has a part, which is [`folded`].
fn holds(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return folded(text).contains(part);
    }
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

fn line(account: &Account, name: &Arc<str>, row: &SourceRow<&str>, is_alone: bool) -> TransactionLine {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let printed = row.running.filter(|_| is_alone && !row.pending);
    TransactionLine {
        transaction_id: row.txn,
        account_id: account.id,
        account_name: Arc::clone(name),
        posted_timestamp: row.day(),
        amount: Amount::from_micros(row.amount, account.currency),
        running_balance: printed.map(|printed| Amount::from_micros(printed, account.currency)),
        debit_credit_memo: DebitCredit::of(row.amount),
        description: row.description.to_owned(),
        memo: owned(row.memo),
        category: owned(row.category),
        transaction_type: owned(row.transaction_type),
        status: if row.pending { EntryStatus::Pending } else { EntryStatus::Posted },
        import_id: row.import,
        currency: account.currency,
    }
}
