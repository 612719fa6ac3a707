//! Merging two accounts that are one, and undoing that.
//!
//! The rows of the merged account are imported again into the target, and stay under their own account as well, which is
//! not shown; what the target held before is kept under an id that is not shown either. An undo of an import reaches all
//! of them. So undoing a merge only puts back what was kept.

use serde_json::json;

use crate::model::{Env, ImportId};
use crate::ops::import::{apart, import_again};
use crate::ops::query::find_account;
use crate::ops::report::MergeReport;
use crate::ops::{OpError, reseal};
use crate::store::db::accounts::Account;
use crate::store::db::coverages::Coverage;
use crate::store::db::merges::Merge;
use crate::store::{AuditAction, Change, View, Writer};

/// Counts an account with another one, as if its files had been imported into that. Active grants that name only one
/// of the two are suspended.
///
/// # Errors
///
/// When an account is unknown, the two cannot be one, or the vault cannot be written.
pub fn merge(vault: &mut Writer, which: &str, into: &str, env: Env<'_>) -> Result<MergeReport, OpError> {
    let view = vault.view();
    let accounts = view.accounts()?;
    let (account, target) = (find_account(&accounts, which)?, find_account(&accounts, into)?);
    if let Some(why) = tells_apart(&view, account, target)? {
        return Err(OpError::CannotMerge { name: account.name.clone(), into: target.name.clone(), why });
    }
    vault.change(env, |change| {
        let merge = change.add_merge(account.id, target.id, env.now())?;
        change.copy_contents(target.id, merge.kept)?;
        change.put_account(&Account { id: merge.kept, ..target.clone() })?;
        let counts = import_again(change, account.id, target)?;
        adopt(change, account, target)?;
        let names = |id| move |accounts: &[_]| accounts.contains(&id);
        let (has_one, has_other) = (names(account.id), names(target.id));
        let why = json!({ "reason": "one of its accounts was merged with one that is not among them" });
        let suspended = change.suspend_grants_where(&why, |grant| {
            let named = &grant.terms.narrowing.accounts;
            has_one(named) != has_other(named)
        })?;
        let detail = json!({
            "added": counts.added, "into": target.id, "present": counts.present, "updated": counts.updated,
        });
        change.audit(AuditAction::Merge, account.id, detail);
        reseal::run(change, env)?;
        Ok(MergeReport {
            account_id: account.id,
            name: account.name.clone(),
            into_account_id: target.id,
            into_name: target.name.clone(),
            added: counts.added,
            present: counts.present,
            updated: counts.updated,
            suspended,
        })
    })
}

/// Returns what proves that two accounts are not one, if anything does.
fn tells_apart(view: &View<'_>, account: &Account, target: &Account) -> Result<Option<String>, OpError> {
    if account.id == target.id {
        return Ok(Some("they are the same account".to_owned()));
    }
    if account.currency != target.currency {
        return Ok(Some(format!("one is in {}, the other in {}", account.currency, target.currency)));
    }
    if account.kind.is_liability() != target.kind.is_liability() {
        return Ok(Some(format!("one is of type {}, the other of type {}", account.kind, target.kind)));
    }
    let imports = view.imports()?;
    let coverages = view.all_coverages()?;
    let covers = |import: ImportId, of: &Account| coverages.iter().any(|c| c.import == import && c.account == of.id);
    let shows_both = |id| covers(id, account) && covers(id, target);
    if let Some(import) = imports.iter().find(|import| !import.undone && shows_both(import.id)) {
        return Ok(Some(format!("the file of {} shows both", import.id)));
    }
    if let Some(day) = apart(view, account.id, target.id)? {
        return Ok(Some(format!("their files show different rows or balances of the same days, from {day}")));
    }
    let set = view.owner_balances()?;
    let of = |of: &Account| set.iter().filter(|b| b.account == of.id).copied().collect::<Vec<_>>();
    let (ones, others) = (of(account), of(target));
    let differs = ones.iter().find(|one| others.iter().any(|other| one.day == other.day && one.amount != other.amount));
    Ok(differs.map(|one| format!("you set two balances on {}", one.day)))
}

/// Gives the target the numbers, the balances that the owner set, and the traces of undone imports that it lacks. The
/// number that is shown stays.
fn adopt(change: &mut Change<'_>, account: &Account, target: &Account) -> Result<(), OpError> {
    let mut known = target.clone();
    let new = account.numbers.iter().filter(|number| !target.numbers.contains(number)).cloned();
    known.numbers.splice(0..0, new);
    change.put_account(&known)?;
    let set = change.view().owner_balances()?;
    for balance in set.into_iter().filter(|b| b.account == account.id) {
        change.put_owner_balance(&crate::store::db::owner_balances::OwnerBalance { account: target.id, ..balance })?;
    }
    let coverages = change.view().all_coverages()?;
    let has = |id| coverages.iter().any(|c| c.account == target.id && c.statement_id() == id);
    for coverage in coverages.iter().filter(|c| c.account == account.id && !has(c.statement_id())) {
        let segment = change.new_segment()?;
        change.add_coverage(&Coverage { account: target.id, segment, twin: None, ..coverage.clone() })?;
    }
    Ok(())
}

/// Undoes the merge of an account: both are again as they were, apart from imports that were undone since.
///
/// # Errors
///
/// When the account is not merged, something rests on the merge, or the vault cannot be written.
pub fn unmerge(vault: &mut Writer, which: &str, env: Env<'_>) -> Result<(), OpError> {
    let view = vault.view();
    let merges = view.merges()?;
    let all = view.all_accounts()?;
    let merged: Vec<Account> = all.iter().filter(|a| merges.iter().any(|m| m.account == a.id)).cloned().collect();
    let account = find_account(&merged, which).map_err(|_| OpError::NotMerged(which.to_owned()))?;
    let merge = merges.iter().find(|merge| merge.account == account.id);
    let merge = merge.ok_or_else(|| OpError::NotMerged(which.to_owned()))?;
    if let Some(why) = rests_on(&view, &all, &merges, merge)? {
        return Err(OpError::CannotUnmerge { name: account.name.clone(), why });
    }
    if let Some(other) = view.accounts()?.into_iter().find(|other| other.has_name(&account.name)) {
        return Err(OpError::NameGivenAway { name: other.name, id: other.id });
    }
    let find = |id| all.iter().find(|account| account.id == id);
    let (Some(target), Some(kept)) = (find(merge.target), find(merge.kept)) else {
        return Err(OpError::NotMerged(which.to_owned()));
    };
    vault.change(env, |change| {
        put_back(change, merge, account, target, kept)?;
        change.audit(AuditAction::Unmerge, account.id, json!({ "from": target.id }));
        reseal::run(change, env)?;
        Ok(())
    })
}

/// Returns what has to be undone before a merge, if anything has.
fn rests_on(view: &View<'_>, all: &[Account], merges: &[Merge], merge: &Merge) -> Result<Option<String>, OpError> {
    let name = |id| all.iter().find(|a| a.id == id).map_or_else(String::new, |a| a.name.clone());
    if let Some(outer) = merges.iter().find(|other| other.account == merge.target) {
        return Ok(Some(format!("{:?} is merged into {:?} since", name(merge.target), name(outer.target))));
    }
    if let Some(later) = merges.iter().find(|other| other.target == merge.target && other.kept > merge.kept) {
        return Ok(Some(format!("{:?} was merged into the same account since", name(later.account))));
    }
    let imports = view.imports()?;
    let coverages = view.all_coverages()?;
    let covers = |import, of| coverages.iter().any(|c| c.import == import && c.account == of);
    let since = imports.iter().find(|import| {
        let before = covers(import.id, merge.account) || covers(import.id, merge.kept);
        !import.undone && covers(import.id, merge.target) && !before
    });
    if let Some(import) = since {
        return Ok(Some(format!("{} was imported into {:?} since", import.id, name(merge.target))));
    }
    Ok(None)
}

/// Puts back what the target held before the merge, with what the owner told of it since.
fn put_back(
    change: &mut Change<'_>,
    merge: &Merge,
    account: &Account,
    target: &Account,
    kept: &Account,
) -> Result<(), OpError> {
    let set = change.view().owner_balances()?;
    let has = |of, day| set.iter().any(|b| b.account == of && b.day == day);
    let own = set.iter().filter(|b| b.account == target.id && (has(kept.id, b.day) || !has(account.id, b.day)));
    let coverages = change.view().all_coverages()?;
    let covers = |id, of| coverages.iter().any(|c| c.statement_id() == id && c.account == of);
    let later = |c: &&Coverage| {
        c.account == target.id && !covers(c.statement_id(), kept.id) && !covers(c.statement_id(), account.id)
    };

    change.clear_contents(target.id)?;
    change.copy_contents(kept.id, target.id)?;
    change.clear_contents(kept.id)?;
    for day in set.iter().filter(|b| b.account == kept.id).map(|b| b.day) {
        change.remove_owner_balance(target.id, day)?;
    }
    for balance in own {
        change.put_owner_balance(balance)?;
    }
    for coverage in coverages.iter().filter(later) {
        change.add_coverage(coverage)?;
    }

    let mut restored = target.clone();
    restored.numbers.retain(|number| kept.numbers.contains(number) || !account.numbers.contains(number));
    change.put_account(&restored)?;
    change.remove_account(kept)?;
    change.remove_merge(merge)?;
    Ok(())
}
