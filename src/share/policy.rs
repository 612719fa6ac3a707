//! The owner's standing policy: what may leave without a person, and what may not leave at all.
//!
//! [`decide`] is pure and looks at nothing but terms, policy and time. Its three answers: the policy allows it
//! unattended; a person has to decide; or the owner has ruled it out, for people at the prompt too, until the
//! policy is changed. Every reason knows the change that would take it away.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::terms::MAX_DAYS;
use super::{Scope, Terms, names};
use crate::model::Timestamp;

/// The standing policy. The default allows nothing without a person, and denies nothing to one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// The longest grant without a person, in days.
    pub maximum_days: u32,
    /// Scopes that may leave without a person, with what they contain.
    pub allowed_scopes: BTreeSet<Scope>,
    /// Recipients that may receive without a person.
    pub allowed_recipients: BTreeSet<String>,
    /// Scopes that no recipient receives.
    pub denied_scopes: BTreeSet<Scope>,
    /// Recipients that receive nothing.
    pub denied_recipients: BTreeSet<String>,
}

/// What is to change in a policy; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyChange {
    /// The longest grant without a person, in days; at most 365.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_days: Option<u32>,
    /// Scopes that may leave without a person from now on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_scopes: Vec<Scope>,
    /// Scopes that no recipient receives from now on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny_scopes: Vec<Scope>,
    /// Scopes that are neither allowed nor denied from now on: a person decides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forget_scopes: Vec<Scope>,
    /// Recipients that may receive without a person from now on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allow_recipients: Vec<String>,
    /// Recipients that receive nothing from now on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deny_recipients: Vec<String>,
    /// Recipients that are neither allowed nor denied from now on: a person decides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forget_recipients: Vec<String>,
}

/// Why a grant needs a person, or is denied.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The grant has ended.
    #[error("it ended at {0}")]
    Ended(Timestamp),
    /// The recipient receives nothing.
    #[error("the policy denies everything to {0}")]
    RecipientDenied(String),
    /// Nobody receives the scope.
    #[error("the policy denies the scope {0} to everybody")]
    ScopeDenied(Scope),
    /// It lasts longer than a grant without a person may.
    #[error("it lasts {days} days; without a person the policy allows {allowed_days}")]
    TooLong {
        /// How long it lasts; a day that has begun counts whole.
        days: u32,
        /// How long it may last.
        allowed_days: u32,
    },
    /// The recipient is not on the list.
    #[error("{0} may not receive anything without a person")]
    RecipientNotAllowed(String),
    /// The scope is not on the list.
    #[error("the scope {0} may not leave without a person")]
    ScopeNotAllowed(Scope),
}

impl Reason {
    /// Returns the change of the policy that would take the reason away, where one could.
    pub fn change(&self) -> Option<PolicyChange> {
        let none = PolicyChange::default();
        match self.clone() {
            Reason::Ended(_) => None,
            Reason::RecipientDenied(name) => Some(PolicyChange { forget_recipients: vec![name], ..none }),
            Reason::ScopeDenied(scope) => Some(PolicyChange { forget_scopes: vec![scope], ..none }),
            Reason::TooLong { days, .. } => Some(PolicyChange { maximum_days: Some(days), ..none }),
            Reason::RecipientNotAllowed(name) => Some(PolicyChange { allow_recipients: vec![name], ..none }),
            Reason::ScopeNotAllowed(scope) => Some(PolicyChange { allow_scopes: vec![scope], ..none }),
        }
    }
}

/// What the policy says about terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may leave without a person.
    Allow,
    /// A person has to decide.
    Ask(Vec<Reason>),
    /// It may not leave, whoever approves it.
    Deny(Vec<Reason>),
}

/// Compares terms with the policy at a moment.
pub(crate) fn decide(terms: &Terms, policy: &Policy, now: Timestamp) -> Decision {
    let denied = denials(terms, policy, now);
    if !denied.is_empty() {
        return Decision::Deny(denied);
    }
    let open = questions(terms, policy, now);
    if open.is_empty() { Decision::Allow } else { Decision::Ask(open) }
}

fn denials(terms: &Terms, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if terms.expiration_time <= now {
        reasons.push(Reason::Ended(terms.expiration_time));
    }
    if policy.denied_recipients.iter().any(|name| names::look_alike(name, &terms.recipient.name)) {
        reasons.push(Reason::RecipientDenied(terms.recipient.name.clone()));
    }
    let scopes = Scope::closure(&terms.scopes);
    reasons.extend(scopes.intersection(&policy.denied_scopes).copied().map(Reason::ScopeDenied));
    reasons
}

fn questions(terms: &Terms, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (days, allowed_days) = (days_left(terms, now), policy.maximum_days);
    if days > allowed_days {
        reasons.push(Reason::TooLong { days, allowed_days });
    }
    if !policy.allowed_recipients.iter().any(|name| names::same_name(name, &terms.recipient.name)) {
        reasons.push(Reason::RecipientNotAllowed(terms.recipient.name.clone()));
    }
    let allowed = Scope::closure(&policy.allowed_scopes);
    reasons.extend(terms.scopes.difference(&allowed).copied().map(Reason::ScopeNotAllowed));
    reasons
}

/// Returns the days from now, or from when the terms were drawn up if that is earlier, to the end; a day that has begun
/// counts whole.
fn days_left(terms: &Terms, now: Timestamp) -> u32 {
    let seconds = terms.expiration_time.unix().saturating_sub(now.min(terms.created_time).unix());
    u32::try_from(seconds.saturating_add(86_399) / 86_400).unwrap_or(u32::MAX)
}

/// Returns the form in which names of recipients are compared: lower case, one space between words.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Returns whether two names mean one recipient: in any case, with any space between the words.
fn same_name(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

impl PolicyChange {
    /// Applies the change. What is both allowed and denied is denied; days beyond the longest grant are cut to it.
    pub fn apply(&self, policy: &mut Policy) {
        if let Some(days) = self.maximum_days {
            policy.maximum_days = days.min(MAX_DAYS);
        }
        for scope in [&self.forget_scopes, &self.allow_scopes, &self.deny_scopes].into_iter().flatten() {
            policy.allowed_scopes.remove(scope);
            policy.denied_scopes.remove(scope);
        }
        let denied = |scope: &&Scope| self.deny_scopes.contains(scope);
        policy.allowed_scopes.extend(self.allow_scopes.iter().filter(|scope| !denied(scope)));
        policy.denied_scopes.extend(&self.deny_scopes);

        for name in &self.forget_recipients {
            policy.forget_recipient(name);
        }
        for name in &self.allow_recipients {
            policy.forget_recipient(name);
            policy.allowed_recipients.insert(name.trim().to_owned());
        }
        for name in &self.deny_recipients {
            policy.forget_recipient(name);
            policy.denied_recipients.insert(name.trim().to_owned());
        }
    }
}

impl Policy {
    fn forget_recipient(&mut self, name: &str) {
        self.allowed_recipients.retain(|other| !same_name(other, name));
        self.denied_recipients.retain(|other| !same_name(other, name));
    }
}

#[cfg(test)]
#[path = "../../tests/unit/share/policy.rs"]
mod tests;
