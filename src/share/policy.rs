//! The owner's standing policy: what may leave without a person, and what may not leave at all.
//!
//! [`decide`] is pure and looks at nothing but terms, policy and time. Its three answers: the policy allows it
//! unattended; a person has to decide; or the owner has ruled it out, for people at the prompt too, until the
//! policy is changed. Every reason carries the change that would take it away.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::terms::MAX_DAYS;
use super::{Scope, Terms};
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
    /// Scopes that nobody receives.
    pub denied_scopes: BTreeSet<Scope>,
    /// Recipients that receive nothing.
    pub denied_recipients: BTreeSet<String>,
}

/// One change of the policy, as the owner types it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyChange {
    /// Sets the longest grant without a person, in days; at most 365.
    MaximumDays(u32),
    /// Allows a scope without a person, and denies it no longer.
    AllowScope(Scope),
    /// Denies a scope to everybody, and allows it no longer.
    DenyScope(Scope),
    /// Neither allows nor denies a scope: a person decides.
    ForgetScope(Scope),
    /// Allows a recipient without a person, and denies it no longer.
    AllowRecipient(String),
    /// Denies everything to a recipient, and allows it no longer.
    DenyRecipient(String),
    /// Neither allows nor denies a recipient: a person decides.
    ForgetRecipient(String),
}

/// Why something is not allowed unattended, or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What stands against it, in words.
    pub message: String,
    /// The change of the policy that would take the reason away, where one could.
    pub change: Option<PolicyChange>,
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
        reasons.push(Reason { message: format!("it ended at {}", terms.expiration_time), change: None });
    }
    let name = &terms.recipient.name;
    if contains(&policy.denied_recipients, name) {
        reasons.push(Reason {
            message: format!("the policy denies everything to {name}"),
            change: Some(PolicyChange::ForgetRecipient(name.clone())),
        });
    }
    for scope in Scope::closure(&terms.scopes).intersection(&policy.denied_scopes) {
        reasons.push(Reason {
            message: format!("the policy denies the scope {scope} to everybody"),
            change: Some(PolicyChange::ForgetScope(*scope)),
        });
    }
    reasons
}

fn questions(terms: &Terms, policy: &Policy, now: Timestamp) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let days = days_left(terms, now);
    if days > policy.maximum_days {
        let allowed = policy.maximum_days;
        reasons.push(Reason {
            message: format!("it lasts {days} days; without a person the policy allows {allowed}"),
            change: Some(PolicyChange::MaximumDays(days)),
        });
    }
    let name = &terms.recipient.name;
    if !contains(&policy.allowed_recipients, name) {
        reasons.push(Reason {
            message: format!("{name} may not receive anything without a person"),
            change: Some(PolicyChange::AllowRecipient(name.clone())),
        });
    }
    let allowed = Scope::closure(&policy.allowed_scopes);
    for scope in terms.scopes.difference(&allowed) {
        reasons.push(Reason {
            message: format!("the scope {scope} may not leave without a person"),
            change: Some(PolicyChange::AllowScope(*scope)),
        });
    }
    reasons
}

/// Days from now, or from the approval if that is longer ago, to the end, begun days counted whole.
fn days_left(terms: &Terms, now: Timestamp) -> u32 {
    let seconds = terms.expiration_time.unix().saturating_sub(now.min(terms.created_time).unix());
    u32::try_from(seconds.saturating_add(86_399) / 86_400).unwrap_or(u32::MAX)
}

/// The form in which names of recipients are compared: lower case, one space between words.
fn folded(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether two names mean one recipient: in any case, with any space between the words.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

fn contains(names: &BTreeSet<String>, name: &str) -> bool {
    names.iter().any(|other| same_name(other, name))
}

impl PolicyChange {
    /// Makes the change.
    pub fn apply(&self, policy: &mut Policy) {
        match self {
            PolicyChange::MaximumDays(days) => policy.maximum_days = (*days).min(MAX_DAYS),
            PolicyChange::AllowScope(scope) => {
                policy.forget_scope(*scope);
                policy.allowed_scopes.insert(*scope);
            }
            PolicyChange::DenyScope(scope) => {
                policy.forget_scope(*scope);
                policy.denied_scopes.insert(*scope);
            }
            PolicyChange::ForgetScope(scope) => policy.forget_scope(*scope),
            PolicyChange::AllowRecipient(name) => {
                policy.forget_recipient(name);
                policy.allowed_recipients.insert(name.trim().to_owned());
            }
            PolicyChange::DenyRecipient(name) => {
                policy.forget_recipient(name);
                policy.denied_recipients.insert(name.trim().to_owned());
            }
            PolicyChange::ForgetRecipient(name) => policy.forget_recipient(name),
        }
    }
}

impl Policy {
    fn forget_scope(&mut self, scope: Scope) {
        self.allowed_scopes.remove(&scope);
        self.denied_scopes.remove(&scope);
    }

    fn forget_recipient(&mut self, name: &str) {
        self.allowed_recipients.retain(|other| !same_name(other, name));
        self.denied_recipients.retain(|other| !same_name(other, name));
    }
}

/// The command that makes the change, quoted for a shell.
impl fmt::Display for PolicyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("vault policy set ")?;
        match self {
            PolicyChange::MaximumDays(days) => write!(f, "--maximum-days {days}"),
            PolicyChange::AllowScope(scope) => write!(f, "--allow-scope {scope}"),
            PolicyChange::DenyScope(scope) => write!(f, "--deny-scope {scope}"),
            PolicyChange::ForgetScope(scope) => write!(f, "--forget-scope {scope}"),
            PolicyChange::AllowRecipient(name) => write!(f, "--allow-recipient {}", quoted(name)),
            PolicyChange::DenyRecipient(name) => write!(f, "--deny-recipient {}", quoted(name)),
            PolicyChange::ForgetRecipient(name) => write!(f, "--forget-recipient {}", quoted(name)),
        }
    }
}

/// A word for a POSIX shell: as it is when harmless, else in single quotes.
fn quoted(word: &str) -> String {
    let harmless = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._@:/".contains(&b));
    if harmless && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::share::terms::tests::sample_fields;

    fn terms(days: u32, recipient: &str, scopes: &[Scope]) -> Terms {
        let mut fields = sample_fields();
        fields.expiration_time = fields.created_time.plus_days(days);
        fields.recipient.name = recipient.to_owned();
        fields.scopes = scopes.iter().copied().collect();
        Terms::new(fields).unwrap()
    }

    fn now() -> Timestamp {
        sample_fields().created_time
    }

    #[test]
    fn by_default_a_person_decides_and_is_told_how_else() {
        let decision = decide(&terms(30, "Acme Lending", &[Scope::Balances]), &Policy::default(), now());
        let Decision::Ask(reasons) = decision else { panic!("{decision:?}") };
        let commands: Vec<String> = reasons.iter().filter_map(|r| r.change.as_ref()).map(ToString::to_string).collect();
        assert_eq!(
            commands,
            [
                "vault policy set --maximum-days 30",
                "vault policy set --allow-recipient 'Acme Lending'",
                "vault policy set --allow-scope balances"
            ]
        );
    }

    #[test]
    fn an_allowed_scope_allows_what_it_contains_and_no_more() {
        let policy = Policy {
            maximum_days: 30,
            allowed_scopes: [Scope::Balances, Scope::Transactions].into(),
            allowed_recipients: ["acme  lending ".to_owned()].into(),
            ..Policy::default()
        };
        let decide = |days, name, scopes: &[Scope]| decide(&terms(days, name, scopes), &policy, now());
        assert_eq!(decide(30, " ACME Lending", &[Scope::Accounts, Scope::Balances]), Decision::Allow);
        for refused in [
            decide(31, "Acme Lending", &[Scope::Balances]),
            decide(30, "Acme", &[Scope::Balances]),
            decide(30, "Acme Lending", &[Scope::TransactionsDetail]),
            decide(30, "Acme Lending", &[Scope::Balances, Scope::AccountNumbers]),
        ] {
            assert!(matches!(&refused, Decision::Ask(reasons) if reasons.len() == 1), "{refused:?}");
        }
    }

    #[test]
    fn what_is_denied_is_denied_inside_a_wider_scope_too() {
        let mut policy = Policy::default();
        PolicyChange::DenyScope(Scope::Transactions).apply(&mut policy);
        PolicyChange::DenyRecipient("Bad' Corp".into()).apply(&mut policy);
        let decision = decide(&terms(1, "bad' corp", &[Scope::TransactionsDetail]), &policy, now());
        let Decision::Deny(reasons) = decision else { panic!("{decision:?}") };
        let commands: Vec<String> = reasons.iter().filter_map(|r| r.change.as_ref()).map(ToString::to_string).collect();
        assert_eq!(
            commands,
            [r"vault policy set --forget-recipient 'bad'\'' corp'", "vault policy set --forget-scope transactions"]
        );
    }

    #[test]
    fn what_has_ended_cannot_be_approved() {
        let terms = terms(1, "Acme", &[Scope::Accounts]);
        let decision = decide(&terms, &Policy::default(), terms.expiration_time);
        assert!(matches!(&decision, Decision::Deny(r) if r[0].change.is_none()), "{decision:?}");
    }

    fn scopes() -> impl Strategy<Value = BTreeSet<Scope>> {
        prop::collection::btree_set(prop::sample::select(Scope::ALL.to_vec()), 0..4)
    }

    /// What a grant asks for: a scope at least.
    fn asked() -> impl Strategy<Value = BTreeSet<Scope>> {
        prop::collection::btree_set(prop::sample::select(Scope::ALL.to_vec()), 1..4)
    }

    fn names() -> impl Strategy<Value = BTreeSet<String>> {
        prop::collection::btree_set(prop::sample::select(vec!["Acme".to_owned(), "BOB".into(), "it's".into()]), 0..3)
    }

    proptest! {
        #[test]
        fn the_changes_that_are_named_lead_to_allow(
            (allowed_scopes, denied_scopes) in (scopes(), scopes()),
            (allowed_recipients, denied_recipients) in (names(), names()),
            maximum_days in 0u32..400,
            asked in asked(),
            days in 1u32..=365,
            name in prop::sample::select(vec!["acme", "Bob ", "IT'S"]),
        ) {
            let asked: Vec<Scope> = asked.into_iter().collect();
            let terms = terms(days, name, &asked);
            let mut policy =
                Policy { maximum_days, allowed_scopes, denied_scopes, allowed_recipients, denied_recipients };
            for _ in 0..3 {
                let reasons = match decide(&terms, &policy, now()) {
                    Decision::Allow => break,
                    Decision::Ask(reasons) | Decision::Deny(reasons) => reasons,
                };
                reasons.iter().filter_map(|r| r.change.as_ref()).for_each(|change| change.apply(&mut policy));
            }
            prop_assert_eq!(decide(&terms, &policy, now()), Decision::Allow);
        }

        #[test]
        fn a_denied_scope_never_leaves(denied in scopes(), asked in asked(), allowed in scopes()) {
            let hit = Scope::closure(&asked).intersection(&denied).next().is_some();
            let asked: Vec<Scope> = asked.into_iter().collect();
            let policy = Policy { allowed_scopes: allowed, denied_scopes: denied, ..Policy::default() };
            let refused = matches!(decide(&terms(1, "Acme", &asked), &policy, now()), Decision::Deny(_));
            prop_assert_eq!(refused, hit);
        }
    }
}
