//! Closing, opening again and removing accounts.

use serde_json::json;

use crate::import::ImportOption;
use crate::model::{AccountId, Env, GrantId, Timestamp};
use crate::ops::query::find_account;
use crate::ops::report::GrantLine;
use crate::ops::{OpError, grants, reseal};
use crate::store::db::accounts::Account;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{AuditAction, View, Writer};

/// Closes an account: lists and new shares leave it out unless it is named, and a file goes to it only when it is named. Returns
/// the grants that show it still: their accounts were pinned when they were approved.
///
/// # Errors
///
/// When the account is unknown or closed already, or the vault cannot be written.
pub fn close(vault: &mut Writer, which: &str, env: Env<'_>) -> Result<Vec<GrantLine>, OpError> {
    let id = set_closed(vault, which, true, env)?;
    let showing: Vec<GrantId> =
        showing(&vault.view(), id, vault.moment(env).now())?.into_iter().map(|g| g.id).collect();
    // The token of a suspended one opens nothing.
    let shows = |grant: &GrantLine| showing.contains(&grant.grant_id) && grant.status != GrantStatus::Suspended;
    Ok(grants::list(vault, env)?.into_iter().filter(shows).collect())
}

/// Opens a closed account again.
///
/// # Errors
///
/// When the account is unknown or not closed, or the vault cannot be written.
pub fn reopen(vault: &mut Writer, which: &str, env: Env<'_>) -> Result<(), OpError> {
    set_closed(vault, which, false, env).map(drop)
}

fn set_closed(vault: &mut Writer, which: &str, closed: bool, env: Env<'_>) -> Result<AccountId, OpError> {
    let accounts = vault.view().accounts()?;
    let account = find_account(&accounts, which)?;
    if account.closed == closed {
        return Err(OpError::ClosedAlready { name: account.name.clone(), closed });
    }
    let changed = Account { closed, ..account.clone() };
    vault.change(env, |change| {
        change.put_account(&changed)?;
        let action = if closed { AuditAction::Close } else { AuditAction::Reopen };
        change.audit(action, changed.id, json!({ "name": changed.name }));
        reseal::run(change, env)
    })?;
    Ok(changed.id)
}

/// Returns the grants that show an account, or could show it again.
fn showing(view: &View<'_>, account: AccountId, now: Timestamp) -> Result<Vec<Grant>, OpError> {
    let shows = |status| matches!(status, GrantStatus::Pending | GrantStatus::Active | GrantStatus::Suspended);
    let pins = |grant: &Grant| grant.terms.narrowing.accounts.contains(&account);
    Ok(view.grants()?.into_iter().filter(|grant| shows(grant.status_at(now)) && pins(grant)).collect())
}

/// Removes an account that holds nothing: no row and no balance, of no import that counts and not of the owner, and
/// that no grant shows or could show again.
///
/// # Errors
///
/// When the account is unknown or not empty, a grant names it, or the vault cannot be written.
pub fn remove(vault: &mut Writer, which: &str, env: Env<'_>) -> Result<AccountId, OpError> {
    let view = vault.view();
    let accounts = view.accounts()?;
    let account = find_account(&accounts, which)?;
    let kept = |what: String| OpError::NotEmpty { name: account.name.clone(), what };
    let imports = view.imports()?;
    let coverages = view.coverages()?;
    let living = |id| imports.iter().any(|import| import.id == id && !import.undone);
    let mine: Vec<_> = coverages.iter().filter(|c| c.account == account.id).collect();
    if let Some(coverage) = mine.iter().find(|c| living(c.import)) {
        return Err(kept(format!("import {}", coverage.import)));
    }
    if let Some(balance) = view.owner_balances()?.iter().find(|b| b.account == account.id) {
        return Err(kept(format!("the balance that you set on {}", balance.day)));
    }
    if let Some(merge) = view.merges()?.iter().find(|merge| merge.target == account.id) {
        return Err(kept(format!("{}, which is merged into it", merge.account)));
    }
    if let Some(grant) = showing(&view, account.id, vault.moment(env).now())?.first() {
        return Err(kept(format!("grant {}, which names it", grant.id)));
    }
    let answers = view.answers()?;
    let standing: Vec<_> = answers
        .iter()
        .filter(|a| a.option == ImportOption::Account.as_str())
        .filter(|a| a.answer == account.id.to_string() || account.has_name(&a.answer))
        .map(|a| a.id)
        .collect();
    vault.change(env, |change| {
        for answer in &standing {
            change.remove_answer(*answer)?;
        }
        change.remove_account(account)?;
        change.audit(AuditAction::Remove, account.id, json!({ "answers": standing.len(), "name": account.name }));
        Ok::<_, OpError>(())
    })?;
    Ok(account.id)
}
