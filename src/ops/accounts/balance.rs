//! Balances that the owner says an account held at the end of a day.

use serde_json::json;

use crate::model::{Amount, Day, Env, Micros};
use crate::ops::query::find_account;
use crate::ops::{OpError, money, reseal};
use crate::store::db::owner_balances::OwnerBalance;
use crate::store::{AuditAction, Reader, Writer};

/// What the vault makes of a balance that the owner is about to set.
#[derive(Clone, Debug)]
pub struct BalanceSet {
    /// The name of the account.
    pub name: String,
    /// The amount in the account's currency.
    pub amount: Amount,
    /// Whether the account is one whose holder owes, and the amount says that the bank does.
    pub is_credit_of_debt: bool,
    /// What the reported balances and the rows come to on that day, where that is another amount.
    pub otherwise: Option<Amount>,
}

/// Reads an amount in the account's currency and compares it with what the vault knows of that day.
///
/// # Errors
///
/// When the account is unknown, the amount is none, the day is not over, or reported balances prove another amount.
pub fn examine_balance(
    vault: &Reader,
    which: &str,
    amount: &str,
    day: Day,
    env: Env<'_>,
) -> Result<BalanceSet, OpError> {
    let view = vault.view();
    let accounts = view.accounts()?;
    let account = find_account(&accounts, which)?;
    let amount = Amount::typed(amount, Some(account.currency)).map_err(OpError::FilterAmount)?;
    // The owner may be some hours ahead of the clock's time zone.
    if day > env.now().day().plus_days(1) {
        return Err(OpError::FutureBalance(day));
    }
    let reported = money::reported(&view)?;
    let proven = money::proven_on(&view, &reported, account.id, day)?
        .map(|micros| Amount::from_micros(micros, account.currency));
    if let Some(proven) = proven.filter(|proven| *proven != amount) {
        return Err(OpError::ProvenOtherwise { name: account.name.clone(), day, proven });
    }
    let derived = money::holding_as_reported(&view, &reported, account, day)?;
    Ok(BalanceSet {
        name: account.name.clone(),
        amount,
        is_credit_of_debt: account.kind.is_liability() && amount.micros() > Micros::ZERO,
        otherwise: derived.filter(|derived| *derived != amount),
    })
}

/// Sets the balance of a day, in place of an earlier one of that day.
///
/// # Errors
///
/// As [`examine_balance`], or when the vault cannot be written.
pub fn set_balance(vault: &mut Writer, which: &str, amount: &str, day: Day, env: Env<'_>) -> Result<(), OpError> {
    let found = examine_balance(vault, which, amount, day, env)?;
    let accounts = vault.view().accounts()?;
    let account = find_account(&accounts, which)?.id;
    vault.change(env, |change| {
        change.put_owner_balance(&OwnerBalance { account, day, amount: found.amount.micros(), created: env.now() })?;
        change.audit(AuditAction::SetBalance, account, json!({ "day": day, "set": true }));
        reseal::run(change, env)
    })
}

/// Takes back the balance that the owner set on a day.
///
/// # Errors
///
/// When the account is unknown, no balance is set on that day, or the vault cannot be written.
pub fn unset_balance(vault: &mut Writer, which: &str, day: Day, env: Env<'_>) -> Result<(), OpError> {
    let accounts = vault.view().accounts()?;
    let account = find_account(&accounts, which)?;
    vault.change(env, |change| {
        if !change.remove_owner_balance(account.id, day)? {
            return Err(OpError::NoOwnerBalance { name: account.name.clone(), day });
        }
        change.audit(AuditAction::SetBalance, account.id, json!({ "day": day, "set": false }));
        reseal::run(change, env)
    })
}
