//! Who lets a grant out: a person on a terminal, or a rule of the policy. Refusals are kept in the log.

use serde::Serialize;
use serde_json::{Value, json};

use super::OpError;
use super::report::Approver;
use crate::model::{Env, RuleId, words};
use crate::share::rule::Asked;
use crate::share::slice::Extent;
use crate::share::{Decision, Reason, Terms, policy};
use crate::store::{AuditAction, Reader, Writer};

words! {
    /// What an approval rests on.
    pub enum Approval: "an approval" {
        /// A person answered yes on the page, on a terminal. The policy can still deny it.
        Person = "person",
        /// Nobody was asked: a rule of the policy has to cover it whole.
        Policy = "policy",
    }
}

/// What is to be let out.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Act {
    /// A new grant.
    Share,
    /// A suspended grant.
    Resume,
}

/// Returns the rule that lets a grant out, or nothing where a person does. A refusal is logged.
pub(super) fn let_out(
    vault: &mut Writer,
    act: Act,
    asked: &Asked<'_>,
    how: Approval,
    env: Env<'_>,
) -> Result<Option<RuleId>, OpError> {
    refuse_implausible(vault, env)?;
    let decision = policy::decide(asked, &vault.view().policy()?, env.now());
    let (denied, reasons, needed) = match (decision, how) {
        (Decision::Allow(rule), Approval::Policy) => return Ok(Some(rule)),
        (Decision::Allow(_) | Decision::Ask { .. }, Approval::Person) => return Ok(None),
        (Decision::Ask { reasons, needed }, Approval::Policy) => (false, reasons, Some(Box::new(needed))),
        (Decision::Deny(reasons), _) => (true, reasons, None),
    };
    log_refusal(vault, act, asked.terms, how, &reasons, env)?;
    Err(OpError::Policy { denied, reasons, needed })
}

/// Refuses to let anything out by a clock that is not plausible: how long a grant lives, and how far its data reach back,
/// are measured by it.
pub(super) fn refuse_implausible(vault: &Reader, env: Env<'_>) -> Result<(), OpError> {
    let moment = vault.moment(env);
    if moment.is_plausible() {
        return Ok(());
    }
    Err(OpError::ImplausibleClock { clock: env.now(), seen: vault.clock_seen() })
}

/// Logs that something was not let out; `how` is what had been asked for.
pub(super) fn log_refusal(
    vault: &mut Writer,
    act: Act,
    terms: &Terms,
    how: Approval,
    reasons: &[Reason],
    env: Env<'_>,
) -> Result<(), OpError> {
    let subject = match act {
        // A grant that was never made has no id that anybody could look up.
        Act::Share => String::new(),
        Act::Resume => terms.grant_id.to_string(),
    };
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    let refused_by = if reasons.is_empty() { Approval::Person } else { Approval::Policy };
    let detail = json!({
        "accounts": terms.narrowing.accounts,
        "approval": how,
        "expirationTime": terms.expiration_time,
        "reasons": reasons,
        "recipient": terms.recipient.name,
        "refusedBy": refused_by,
        "scopes": terms.scopes,
        "what": act,
    });
    vault.change(env, |change| {
        change.audit(AuditAction::Refuse, subject, detail);
        Ok(())
    })
}

/// Returns what the log keeps of an approval.
pub(super) fn detail(terms: &Terms, extent: &Extent, rule: Option<RuleId>, slice_hash: &str) -> Value {
    json!({
        "accounts": terms.narrowing.accounts,
        "approvedBy": approver(rule),
        "durationType": terms.duration_type,
        "expirationTime": terms.expiration_time,
        "fields": terms.visible_fields(),
        "firstDay": extent.first,
        "lastDay": extent.last,
        "recipient": terms.recipient.name,
        "rows": extent.rows,
        "rule": rule,
        "scopes": terms.scopes,
        "since": terms.narrowing.since,
        "sliceHash": slice_hash,
        "until": terms.narrowing.until,
    })
}

/// Returns who approved a grant that a rule let out, or no rule.
pub(super) fn approver(rule: Option<RuleId>) -> Approver {
    if rule.is_some() { Approver::Rule } else { Approver::Person }
}
