//! The owner's policy, a list of rules: what may leave without a person, and what may not leave at all.
//!
//! [`decide`] is pure and looks at nothing but a grant, the rules and time. Its three answers: one rule covers the
//! grant whole, so that it may leave unattended; a person has to decide; or a rule denies it, for people at the
//! prompt too, until the rule is removed.

use super::rule::{Allowance, Asked, Reason, Rule, Ruling};
use super::{Terms, names};
use crate::model::{RuleId, Timestamp};

/// What the policy says about a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The rule covers it whole: it may leave without a person.
    Allow(RuleId),
    /// A person has to decide.
    Ask {
        /// Why no rule covers it; of several rules for the recipient, why the one that comes closest does not.
        reasons: Vec<Reason>,
        /// The narrowest allowance that would.
        needed: Allowance,
    },
    /// It may not leave, whoever approves it.
    Deny(Vec<Reason>),
}

/// Compares a grant with the rules at a moment.
pub(crate) fn decide(asked: &Asked<'_>, rules: &[Rule], now: Timestamp) -> Decision {
    let terms = asked.terms;
    let mut denied = denials(terms, rules);
    if terms.expiration_time <= now {
        denied.insert(0, Reason::Ended(terms.expiration_time));
    }
    if !denied.is_empty() {
        return Decision::Deny(denied);
    }
    let name = &terms.recipient.name;
    let mut closest: Option<Vec<Reason>> = None;
    for (rule, allowance) in allowances(rules).filter(|(_, allowance)| names::same_name(&allowance.recipient, name)) {
        let reasons = allowance.exceeded_by(asked, rule);
        if reasons.is_empty() {
            return Decision::Allow(rule);
        }
        if closest.as_ref().is_none_or(|found| reasons.len() < found.len()) {
            closest = Some(reasons);
        }
    }
    let reasons = closest.unwrap_or_else(|| {
        let alike: Vec<Reason> = looks_like_allowed(name, rules).collect();
        if alike.is_empty() { vec![Reason::NoRule(name.clone())] } else { alike }
    });
    Decision::Ask { reasons, needed: Allowance::covering(asked) }
}

/// Returns why rules deny terms, whoever approves them.
pub(crate) fn denials(terms: &Terms, rules: &[Rule]) -> Vec<Reason> {
    let denials = rules.iter().filter_map(|rule| match &rule.ruling {
        Ruling::Deny(denial) if denial.meets(terms) => Some((rule.id, denial)),
        Ruling::Deny(_) | Ruling::Allow(_) => None,
    });
    denials.map(|(rule, denial)| Reason::Denied { rule, what: denial.to_string() }).collect()
}

/// Returns where a grant goes beyond the rule that let it out; the rule may be gone.
pub(crate) fn outgrown(asked: &Asked<'_>, rules: &[Rule], let_out_by: RuleId) -> Vec<Reason> {
    match allowances(rules).find(|(rule, _)| *rule == let_out_by) {
        Some((rule, allowance)) => allowance.exceeded_by(asked, rule),
        None => vec![Reason::RuleRemoved(let_out_by)],
    }
}

fn looks_like_allowed<'a>(name: &'a str, rules: &'a [Rule]) -> impl Iterator<Item = Reason> + 'a {
    names_like_allowed(name, rules).map(move |(rule, allowed)| Reason::LooksAlike {
        rule,
        allowed: allowed.to_owned(),
        name: name.to_owned(),
    })
}

/// Returns the rules that allow something to somebody whose name looks like this one and is another, with that name.
pub(crate) fn names_like_allowed<'a>(name: &'a str, rules: &'a [Rule]) -> impl Iterator<Item = (RuleId, &'a str)> + 'a {
    let alike = allowances(rules).filter(move |(_, allowance)| {
        !names::same_name(&allowance.recipient, name) && names::look_alike(&allowance.recipient, name)
    });
    alike.map(|(rule, allowance)| (rule, allowance.recipient.as_str()))
}

fn allowances(rules: &[Rule]) -> impl Iterator<Item = (RuleId, &Allowance)> {
    rules.iter().filter_map(|rule| match &rule.ruling {
        Ruling::Allow(allowance) => Some((rule.id, allowance)),
        Ruling::Deny(_) => None,
    })
}

#[cfg(test)]
#[path = "../../tests/unit/share/policy.rs"]
mod tests;
