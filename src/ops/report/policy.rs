//! What the policy says.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{AccountId, Day, GrantId, RuleId, Timestamp, words};
use crate::share::{Effect, Rule, Ruling, Scope};

/// A rule of the policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleLine {
    /// Its number.
    pub rule_id: RuleId,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// For whom; null for everybody.
    pub recipient: Option<String>,
    /// Which scopes; of a denial, empty for every scope.
    pub scopes: BTreeSet<Scope>,
    /// Which accounts; of a denial, empty for every account.
    pub account_ids: BTreeSet<AccountId>,
    /// The same for people: names, and the id of an account that is there no more.
    #[serde(skip)]
    pub account_names: Vec<String>,
    /// The longest life of a grant, in days.
    pub max_days: Option<u32>,
    /// How many days before the approval the rows may begin.
    pub window_days: Option<u32>,
    /// The most rows; null for any number.
    pub max_rows: Option<u32>,
    /// Only for one use of frozen bytes.
    pub once: bool,
    /// When it was made.
    pub created_time: Timestamp,
}

impl RuleLine {
    /// Returns what a rule says. `name_of` gives the name of an account that there is.
    pub(crate) fn of(rule: &Rule, name_of: impl Fn(AccountId) -> Option<String>) -> RuleLine {
        let line = RuleLine::unnamed(rule);
        let names = line.account_ids.iter().map(|id| name_of(*id).unwrap_or_else(|| id.to_string())).collect();
        RuleLine { account_names: names, ..line }
    }

    fn unnamed(rule: &Rule) -> RuleLine {
        let line = RuleLine {
            rule_id: rule.id,
            effect: rule.ruling.effect(),
            recipient: None,
            scopes: BTreeSet::new(),
            account_ids: BTreeSet::new(),
            account_names: Vec::new(),
            max_days: None,
            window_days: None,
            max_rows: None,
            once: false,
            created_time: rule.created,
        };
        match rule.ruling.clone() {
            Ruling::Allow(allowance) => RuleLine {
                recipient: Some(allowance.recipient),
                scopes: allowance.scopes,
                account_ids: allowance.accounts,
                max_days: Some(allowance.maximum_days),
                window_days: Some(allowance.window_days),
                max_rows: allowance.maximum_rows,
                once: allowance.once,
                ..line
            },
            Ruling::Deny(denial) => {
                RuleLine { recipient: denial.recipient, scopes: denial.scopes, account_ids: denial.accounts, ..line }
            }
        }
    }
}

/// A change of the policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// The rule that was made or removed.
    pub rule: RuleLine,
    /// The grants that are suspended by it.
    pub suspended: Vec<GrantId>,
}

words! {
    /// What would become of a share without a person.
    pub enum PolicyAnswer: "an answer of the policy" {
        /// It would leave.
        Allow = "ALLOW",
        /// A person would have to decide.
        Ask = "ASK",
        /// It would not leave, whoever approves it.
        Deny = "DENY",
    }
}

/// What the policy says about a share that is not made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTest {
    /// What would become of it.
    pub answer: PolicyAnswer,
    /// The rule that lets it out.
    pub rule: Option<RuleId>,
    /// Why it would not be let out.
    pub reasons: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
    /// The day of the oldest one.
    pub first_day: Option<Day>,
    /// The day of the newest one.
    pub last_day: Option<Day>,
}
