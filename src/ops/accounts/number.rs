//! The numbers of an account.

use serde_json::json;

use crate::import::evidence::account::{Fit, fit};
use crate::model::{AccountNumber, Env};
use crate::ops::query::find_account;
use crate::ops::{OpError, reseal};
use crate::store::db::accounts::Account;
use crate::store::{AuditAction, Writer};

/// Gives an account a number, in place of its newest one or, with `add`, beside those that it has. It is shown from
/// then on.
///
/// # Errors
///
/// When the account is unknown, another account of the same currency has the number, or the vault cannot be written.
pub fn set_number(
    vault: &mut Writer,
    which: &str,
    number: &AccountNumber,
    add: bool,
    env: Env<'_>,
) -> Result<(), OpError> {
    let accounts = vault.view().accounts()?;
    let account = find_account(&accounts, which)?;
    let has = |other: &&Account| {
        other.id != account.id
            && other.currency == account.currency
            && other.numbers.iter().any(|known| fit(known, number) == Fit::Same)
    };
    if let Some(other) = accounts.iter().find(has) {
        return Err(OpError::NumberOfAnother { number: number.last_four(), name: other.name.clone() });
    }
    let mut changed = account.clone();
    if !add {
        changed.numbers.pop();
    }
    changed.numbers.retain(|known| known != number);
    changed.numbers.push(number.clone());
    vault.change(env, |change| {
        change.put_account(&changed)?;
        let detail = json!({ "added": add, "numberDisplay": number.last_four(), "numbers": changed.numbers.len() });
        change.audit(AuditAction::SetNumber, changed.id, detail);
        reseal::run(change, env)
    })
}
