//! Accounts by what a person calls them.

use crate::model::{AccountId, folded};
use crate::ops::OpError;
use crate::store::db::accounts::Account;

/// Returns the account with a name, else with an id, else with the name in any case.
pub(in crate::ops) fn account_named<'a>(accounts: &'a [Account], which: &str) -> Option<&'a Account> {
    let by_id = which.starts_with("acc-").then(|| which.parse::<AccountId>().ok()).flatten();
    accounts
        .iter()
        .find(|a| a.name == which)
        .or_else(|| accounts.iter().find(|a| Some(a.id) == by_id))
        .or_else(|| accounts.iter().find(|a| a.has_name(which)))
}

/// Returns the account that [`account_named`] finds.
pub(in crate::ops) fn find_account<'a>(accounts: &'a [Account], which: &str) -> Result<&'a Account, OpError> {
    account_named(accounts, which)
        .ok_or_else(|| OpError::UnknownAccount { name: which.to_owned(), known: names_of(accounts) })
}

/// Returns the account that [`account_named`] finds, else the only one whose name or number has that part: for what is only
/// read.
fn find_account_like<'a>(accounts: &'a [Account], which: &str) -> Result<&'a Account, OpError> {
    if let Some(account) = account_named(accounts, which) {
        return Ok(account);
    }
    let part = folded(which.trim());
    let digits: String = part.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let is_number = digits.len() >= SHORTEST_NUMBER && digits.bytes().all(|b| b.is_ascii_digit());
    let fits = |account: &&Account| {
        let has_number = || account.numbers.iter().any(|number| number.has_digits(&digits));
        !part.is_empty() && (folded(&account.name).contains(&part) || (is_number && has_number()))
    };
    let like: Vec<&Account> = accounts.iter().filter(fits).collect();
    match like.as_slice() {
        [account] => Ok(account),
        [] => Err(OpError::UnknownAccount { name: which.to_owned(), known: names_of(accounts) }),
        several => {
            let names = several.iter().map(|account| account.name.clone()).collect();
            Err(OpError::SeveralAccountsLike { part: which.to_owned(), names })
        }
    }
}

/// A part of a number has at least so many digits.
const SHORTEST_NUMBER: usize = 2;

/// Returns the names of accounts, in the order of the accounts.
pub(in crate::ops) fn names_of(accounts: &[Account]) -> Vec<String> {
    accounts.iter().map(|account| account.name.clone()).collect()
}

/// Returns the accounts that [`find_account_like`] finds, each once; all of them where none is named.
pub(super) fn selected(accounts: Vec<Account>, named: &[String]) -> Result<Vec<Account>, OpError> {
    if named.is_empty() {
        return Ok(accounts);
    }
    let mut selected: Vec<Account> = Vec::new();
    for which in named {
        let account = find_account_like(&accounts, which)?;
        if !selected.contains(account) {
            selected.push(account.clone());
        }
    }
    Ok(selected)
}
