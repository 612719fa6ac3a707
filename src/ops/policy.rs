//! The owner's policy: its rules, and what becomes of grants when they change.

use std::collections::BTreeSet;

use serde_json::json;

use super::OpError;
use super::query::find_account;
use super::report::{PolicyAnswer, PolicyReport, PolicyTest, RuleLine};
use super::share::{self, ShareRequest};
use crate::model::{AccountId, Env, GrantId, RuleId};
use crate::share::rule::{DEFAULT_DAYS, DEFAULT_WINDOW};
use crate::share::{Allowance, Decision, Denial, Rule, Ruling, Scope};
use crate::store::db::grants::Grant;
use crate::store::{AuditAction, Change, Reader, View, Writer};

/// What is to be allowed without a person.
#[derive(Clone, Debug, Default)]
pub struct AllowRequest {
    /// To whom.
    pub recipient: String,
    /// What kinds of data.
    pub scopes: Vec<Scope>,
    /// Of which accounts, by id or name; empty is every account that there is now and that is not closed.
    pub accounts: Vec<String>,
    /// The longest life of a grant, in days; 30 where nothing is said.
    pub maximum_days: Option<u32>,
    /// How many days before the approval the rows may begin; 90 where nothing is said.
    pub window_days: Option<u32>,
    /// The most rows.
    pub maximum_rows: Option<u32>,
    /// Only one use of frozen bytes.
    pub once: bool,
}

/// What is to be denied, to a person too. Every part that is named has to be met.
#[derive(Clone, Debug, Default)]
pub struct DenyRequest {
    /// To whom; nothing for everybody.
    pub recipient: Option<String>,
    /// What kinds of data; empty for all.
    pub scopes: Vec<Scope>,
    /// Of which accounts, by id or name; empty for all.
    pub accounts: Vec<String>,
}

/// Returns the rules, oldest first.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn show(vault: &Reader) -> Result<Vec<RuleLine>, OpError> {
    let view = vault.view();
    let names = names(&view)?;
    Ok(view.policy()?.iter().map(|rule| RuleLine::of(rule, &names)).collect())
}

/// Adds a rule that lets grants leave without a person.
///
/// # Errors
///
/// When an account is unknown, there is none, or the vault cannot be read or written.
pub fn allow(vault: &mut Writer, wanted: &AllowRequest, env: Env<'_>) -> Result<PolicyReport, OpError> {
    let view = vault.view();
    let accounts = if wanted.accounts.is_empty() {
        view.accounts()?.iter().filter(|account| !account.closed).map(|account| account.id).collect()
    } else {
        ids(&view, &wanted.accounts)?
    };
    if accounts.is_empty() {
        return Err(OpError::NothingToShare);
    }
    let allowance = Allowance {
        recipient: wanted.recipient.trim().to_owned(),
        scopes: wanted.scopes.iter().copied().collect(),
        accounts,
        maximum_days: wanted.maximum_days.unwrap_or(DEFAULT_DAYS),
        window_days: wanted.window_days.unwrap_or(DEFAULT_WINDOW),
        maximum_rows: wanted.maximum_rows,
        once: wanted.once,
    };
    vault.change(env, |change| {
        let rule = change.add_rule(Ruling::Allow(allowance), env.now())?;
        report(change, "allow", &rule, Vec::new())
    })
}

/// Adds a rule that denies, and suspends at once the active grants that it meets.
///
/// # Errors
///
/// When an account is unknown, or the vault cannot be read or written.
pub fn deny(vault: &mut Writer, wanted: &DenyRequest, env: Env<'_>) -> Result<PolicyReport, OpError> {
    let denial = Denial {
        recipient: wanted.recipient.as_ref().map(|name| name.trim().to_owned()),
        scopes: wanted.scopes.iter().copied().collect(),
        accounts: ids(&vault.view(), &wanted.accounts)?,
    };
    vault.change(env, |change| {
        let rule = change.add_rule(Ruling::Deny(denial.clone()), env.now())?;
        let why = json!({ "reason": "a rule of the policy denies it", "rule": rule.id });
        let suspended = change.suspend_grants_where(&why, |grant| denial.meets(&grant.terms))?;
        report(change, "deny", &rule, suspended)
    })
}

/// Removes a rule, and suspends the active grants that it let out. What it denied stays suspended until it is resumed.
///
/// # Errors
///
/// When there is no such rule, or the vault cannot be read or written.
pub fn remove(vault: &mut Writer, id: RuleId, env: Env<'_>) -> Result<PolicyReport, OpError> {
    vault.change(env, |change| {
        let found = change.view().policy()?.into_iter().find(|rule| rule.id == id);
        let rule = found.ok_or(OpError::UnknownRule(id))?;
        change.remove_rule(id)?;
        let why = json!({ "reason": "the rule that let it out was removed", "rule": id });
        let suspended = change.suspend_grants_where(&why, |grant: &Grant| grant.rule == Some(id))?;
        report(change, "remove", &rule, suspended)
    })
}

/// Says what would become of a share without a person. Nothing is shared, kept or logged.
///
/// # Errors
///
/// When the request names something unknown, nothing is left to share, or the vault cannot be read.
pub fn test(vault: &Reader, request: &ShareRequest, env: Env<'_>) -> Result<PolicyTest, OpError> {
    let draft = share::prepare(vault, request, env)?;
    let (decision, extent) = share::judge(&vault.view(), draft.terms(), env.now())?;
    let told = |reasons: Vec<_>| reasons.iter().map(ToString::to_string).collect();
    let (answer, rule, reasons) = match decision {
        Decision::Allow(rule) => (PolicyAnswer::Allow, Some(rule), Vec::new()),
        Decision::Ask { reasons, .. } => (PolicyAnswer::Ask, None, told(reasons)),
        Decision::Deny(reasons) => (PolicyAnswer::Deny, None, told(reasons)),
    };
    Ok(PolicyTest { answer, rule, reasons, rows: extent.rows, first_day: extent.first, last_day: extent.last })
}

fn ids(view: &View<'_>, names: &[String]) -> Result<BTreeSet<AccountId>, OpError> {
    let all = view.accounts()?;
    names.iter().map(|name| find_account(&all, name).map(|account| account.id)).collect()
}

/// Returns the names of accounts.
fn names(view: &View<'_>) -> Result<impl Fn(AccountId) -> Option<String> + use<>, OpError> {
    let all = view.accounts()?;
    Ok(move |id| all.iter().find(|account| account.id == id).map(|account| account.name.clone()))
}

fn report(change: &mut Change<'_>, what: &str, rule: &Rule, suspended: Vec<GrantId>) -> Result<PolicyReport, OpError> {
    let line = RuleLine::of(rule, names(&change.view())?);
    let mut detail = json!(line);
    detail["change"] = what.into();
    change.audit(AuditAction::Policy, rule.id, detail);
    Ok(PolicyReport { rule: line, suspended })
}
