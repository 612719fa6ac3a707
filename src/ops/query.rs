//! Accounts, balances and transactions, as the vault has them.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::json;

use super::money::Books;
use super::report::{AccountLine, BalanceLine, TransactionLine};
use super::{OpError, money, reseal};
use crate::model::{
    AccountId, AccountNumber, AccountType, Amount, Day, DebitCredit, DecimalMark, EntryStatus, Env,
    LONGEST_ACCOUNT_NAME, Micros, Period,
};
use crate::store::AuditAction;
use crate::store::db::accounts::Account;
use crate::store::db::source_row::SourceRow;
use crate::store::{Reader, Writer};

/// Returns every account.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn accounts(vault: &Reader) -> Result<Vec<AccountLine>, OpError> {
    let accounts = vault.view().accounts()?;
    let reported = money::reported_of(&vault.view(), &accounts)?;
    let mut lines = Vec::new();
    for account in accounts {
        let extent = vault.view().extent(account.id)?;
        lines.push(AccountLine {
            account_id: account.id,
            account_number_display: account.number().map(AccountNumber::last_four),
            name: account.name,
            account_type: account.kind,
            currency: account.currency,
            closed: account.closed,
            transaction_count: extent.transactions,
            first_posted: extent.first,
            last_posted: extent.last,
            proven_up_to: money::proven_up_to(&vault.view(), &reported, account.id, None)?,
        });
    }
    Ok(lines)
}

/// Returns what every account holds, at the end of a day or as far as the vault knows.
///
/// # Errors
///
/// When amounts overflow, or as [`accounts`].
pub fn balances(vault: &Reader, on: Option<Day>) -> Result<Vec<BalanceLine>, OpError> {
    let accounts = vault.view().accounts()?;
    let reported = money::reported_of(&vault.view(), &accounts)?;
    let mut lines = Vec::new();
    for account in accounts {
        // Holding and proof share the months that they read.
        let mut books = Books::new(vault.view(), &reported, account.id);
        let holding = books.holding(&account, on)?;
        lines.push(BalanceLine {
            account_id: account.id,
            name: account.name,
            account_type: account.kind,
            closed: account.closed,
            currency: account.currency,
            current_balance: holding.current,
            available_balance: holding.available,
            balance_as_of: holding.as_of,
            balance_source: holding.source,
            available_balance_as_of: holding.available_as_of,
            proven_up_to: books.proven_up_to(on)?,
        });
    }
    Ok(lines)
}

/// Which transactions are wanted. What is none does not filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Accounts, by id or name.
    pub accounts: Vec<String>,
    /// From this day on.
    pub since: Option<Day>,
    /// Until this day.
    pub until: Option<Day>,
    /// The least amount, signed, as decimal text.
    pub min: Option<String>,
    /// The largest amount, signed, as decimal text.
    pub max: Option<String>,
    /// A part of the description or memo, in any case.
    pub text: Option<String>,
    /// The category, in any case.
    pub category: Option<String>,
    /// Posted or pending.
    pub status: Option<EntryStatus>,
    /// Only the newest ones, at most so many.
    pub limit: Option<u64>,
}

/// Returns transactions, oldest first; with a limit, the newest of them.
///
/// # Errors
///
/// When an account is unknown, the days or amounts of the filter make no sense, or as [`accounts`].
pub fn transactions(vault: &Reader, filter: &Filter) -> Result<Vec<TransactionLine>, OpError> {
    let all = vault.view().accounts()?;
    let wanted = if filter.accounts.is_empty() {
        all
    } else {
        filter.accounts.iter().map(|which| find_account(&all, which).cloned()).collect::<Result<_, _>>()?
    };
    if let (Some(since), Some(until)) = (filter.since, filter.until)
        && until < since
    {
        return Err(OpError::EmptyPeriod { since, until });
    }
    let period = Period::new(filter.since.unwrap_or(Day::FIRST), filter.until.unwrap_or(Day::LAST));
    let limit = filter.limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let mut lines = Vec::new();
    for account in &wanted {
        let test = Test::new(filter, account)?;
        let name: Arc<str> = account.name.as_str().into();
        let keep = |row: &SourceRow<&str>| {
            let shown = row.lead && test.admits(row);
            shown.then(|| line(account, &name, row))
        };
        let mut found = 0;
        // Without a limit months come in the order in which they are shown.
        vault.view().visit_kept(account.id, period, filter.limit.is_some(), keep, |month| {
            found += month.len();
            lines.extend(month);
            if found >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
    }
    // Rows of one day stand in the order of their file, oldest first.
    lines.sort_by_key(|line| line.posted_timestamp);
    lines.drain(..lines.len().saturating_sub(limit));
    Ok(lines)
}

/// A filter with its amounts in the currency of one account.
struct Test<'f> {
    filter: &'f Filter,
    min: Option<Micros>,
    max: Option<Micros>,
    text: Option<String>,
}

impl<'f> Test<'f> {
    fn new(filter: &'f Filter, account: &Account) -> Result<Test<'f>, OpError> {
        let amount = |text: &Option<String>| -> Result<Option<Micros>, OpError> {
            let Some(text) = text else { return Ok(None) };
            let amount = Amount::parse(text, DecimalMark::Dot, account.currency).map_err(OpError::FilterAmount)?;
            Ok(Some(amount.micros()))
        };
        Ok(Test {
            filter,
            min: amount(&filter.min)?,
            max: amount(&filter.max)?,
            text: filter.text.as_ref().map(|t| t.to_lowercase()),
        })
    }

    fn admits(&self, row: &SourceRow<&str>) -> bool {
        let holds = |text: &str, part: &str| text.to_lowercase().contains(part);
        let day = row.day();
        self.filter.since.is_none_or(|since| since <= day)
            && self.filter.until.is_none_or(|until| day <= until)
            && self.min.is_none_or(|min| min <= row.amount)
            && self.max.is_none_or(|max| row.amount <= max)
            && self.filter.status.is_none_or(|status| (status == EntryStatus::Pending) == row.pending)
            && self
                .text
                .as_ref()
                .is_none_or(|part| holds(row.description, part) || row.memo.is_some_and(|memo| holds(memo, part)))
            && self.filter.category.as_ref().is_none_or(|wanted| {
                row.category.is_some_and(|category| category.to_lowercase() == wanted.to_lowercase())
            })
    }
}

fn line(account: &Account, name: &Arc<str>, row: &SourceRow<&str>) -> TransactionLine {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    TransactionLine {
        transaction_id: row.txn,
        account_id: account.id,
        account_name: Arc::clone(name),
        posted_timestamp: row.day(),
        amount: Amount::from_micros(row.amount, account.currency),
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

/// Returns the account with a name, else with an id, else with the name in any case.
pub(super) fn account_named<'a>(accounts: &'a [Account], which: &str) -> Option<&'a Account> {
    let by_id = which.starts_with("acc-").then(|| which.parse::<AccountId>().ok()).flatten();
    accounts
        .iter()
        .find(|a| a.name == which)
        .or_else(|| accounts.iter().find(|a| Some(a.id) == by_id))
        .or_else(|| accounts.iter().find(|a| a.has_name(which)))
}

/// Returns the account that [`account_named`] finds.
pub(super) fn find_account<'a>(accounts: &'a [Account], which: &str) -> Result<&'a Account, OpError> {
    account_named(accounts, which)
        .ok_or_else(|| OpError::UnknownAccount { name: which.to_owned(), known: names_like(accounts, which) })
}

/// Returns the names of all accounts, those that are most like a name first.
pub(super) fn names_like(accounts: &[Account], name: &str) -> Vec<String> {
    let likeness = |other: &String| strsim::jaro_winkler(&other.to_lowercase(), &name.to_lowercase());
    let mut names: Vec<String> = accounts.iter().map(|account| account.name.clone()).collect();
    names.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    names
}

/// Renames an account.
///
/// # Errors
///
/// When the account is unknown, the name is taken or cannot be used, or the vault cannot be written.
pub fn rename(vault: &mut Writer, which: &str, new_name: &str, env: Env<'_>) -> Result<(), OpError> {
    let accounts = vault.view().accounts()?;
    let account = find_account(&accounts, which)?;
    let name = checked_name(new_name)?;
    if accounts.iter().any(|a| a.id != account.id && a.has_name(&name)) {
        return Err(OpError::AccountNameTaken(name));
    }
    let renamed = Account { name, ..account.clone() };
    vault.change(env, |change| {
        change.put_account(&renamed)?;
        change.audit(AuditAction::Rename, renamed.id, json!({ "from": account.name, "to": renamed.name }));
        reseal::run(change, env)?;
        Ok(())
    })
}

/// Sets the type of an account.
///
/// # Errors
///
/// When the account is unknown, or the vault cannot be written.
pub fn set_type(vault: &mut Writer, which: &str, kind: AccountType, env: Env<'_>) -> Result<(), OpError> {
    let accounts = vault.view().accounts()?;
    let changed = Account { kind, ..find_account(&accounts, which)?.clone() };
    vault.change(env, |change| {
        change.put_account(&changed)?;
        change.audit(AuditAction::SetType, changed.id, json!({ "type": kind.as_str() }));
        reseal::run(change, env)?;
        Ok(())
    })
}

/// Returns the name without spaces around it, if it can be shown and is not an account id.
pub fn checked_name(name: &str) -> Result<String, OpError> {
    let name = name.trim();
    let sound = !name.is_empty()
        && name.chars().count() <= LONGEST_ACCOUNT_NAME
        && crate::model::clean_for_display(name) == name;
    if !sound || name.parse::<AccountId>().is_ok() {
        return Err(OpError::BadAccountName(name.to_owned()));
    }
    Ok(name.to_owned())
}
