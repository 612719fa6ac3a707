//! Accounts and balances, as the vault has them; transactions are listed by `listing`.

mod categories;
mod listing;
mod names;

use serde_json::json;

pub use listing::{Bound, Filter, Sort, transactions};
pub(super) use names::{account_named, find_account, names_of};

use super::money::Books;
use super::report::{AccountLine, BalanceLine};
use super::{OpError, money, reseal};
use crate::model::{AccountId, AccountNumber, AccountType, Day, Env, LONGEST_ACCOUNT_NAME};
use crate::store::AuditAction;
use crate::store::db::accounts::Account;
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
    balances_of(vault, &[], on)
}

/// Returns what each account holds that is named by id, name, or a part of name or number that no other one has.
///
/// # Errors
///
/// When an account is unknown, or as [`balances`].
pub fn balances_of(vault: &Reader, named: &[String], on: Option<Day>) -> Result<Vec<BalanceLine>, OpError> {
    let accounts = names::selected(vault.view().accounts()?, named)?;
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
