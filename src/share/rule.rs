//! One rule of the policy, and where a grant goes beyond it or meets it.

use std::collections::BTreeSet;
use std::fmt;

use thiserror::Error;

use super::slice::Extent;
use super::{DurationType, Scope, Terms, names};
use crate::model::{AccountId, RuleId, Timestamp, counted, words};

/// How many days a grant may live where an allowance does not say.
pub(crate) const DEFAULT_DAYS: u32 = 30;
/// How many days before its approval the data of a grant may begin where an allowance does not say.
pub(crate) const DEFAULT_WINDOW: u32 = 90;

words! {
    /// What a rule does.
    pub enum Effect: "the effect of a rule" {
        /// Grants that it covers whole leave without a person.
        Allow = "ALLOW",
        /// Grants that it meets do not leave, whoever approves them.
        Deny = "DENY",
    }
}

/// A rule of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its number, which is never given again.
    pub id: RuleId,
    /// When the owner made it.
    pub created: Timestamp,
    /// What it says.
    pub ruling: Ruling,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// What may leave without a person.
    Allow(Allowance),
    /// What may not leave.
    Deny(Denial),
}

impl Ruling {
    /// Returns what the rule does.
    pub fn effect(&self) -> Effect {
        match self {
            Ruling::Allow(_) => Effect::Allow,
            Ruling::Deny(_) => Effect::Deny,
        }
    }
}

/// What may leave without a person: a grant that stays inside every one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Who may receive, exactly as it is written.
    pub recipient: String,
    /// Scopes, with what they imply.
    pub scopes: BTreeSet<Scope>,
    /// Accounts by id: one that is made later is not among them.
    pub accounts: BTreeSet<AccountId>,
    /// The longest life of a grant, in days.
    pub maximum_days: u32,
    /// How many days before the approval the rows of a slice may begin.
    pub window_days: u32,
    /// The most rows of a slice; nothing for any number.
    pub maximum_rows: Option<u32>,
    /// Only frozen bytes for one use; else a slice that follows the data, too.
    pub once: bool,
}

/// What may not leave: a grant that meets every part that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Denial {
    /// Who receives nothing, and whoever has a name that looks alike; nothing for everybody.
    pub recipient: Option<String>,
    /// Scopes that do not leave, also inside a wider one; empty for every scope.
    pub scopes: BTreeSet<Scope>,
    /// Accounts that do not leave; empty for every account.
    pub accounts: BTreeSet<AccountId>,
}

/// A grant as the policy looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    /// Its terms.
    pub terms: &'a Terms,
    /// What its slice shows.
    pub extent: &'a Extent,
    /// When it was approved: now, where it is about to be. Its life and the window of its data are measured once, then.
    pub approved: Timestamp,
}

impl Asked<'_> {
    /// Returns the days of its life; one that has begun counts whole.
    pub(super) fn days(&self) -> u32 {
        let begin = self.approved.min(self.terms.created_time);
        let seconds = self.terms.expiration_time.unix().saturating_sub(begin.unix());
        u32::try_from(seconds.saturating_add(86_399) / 86_400).unwrap_or(u32::MAX)
    }

    /// Returns the days from the first row of the slice to the approval; a slice without rows has no window.
    pub(super) fn window(&self) -> Option<u32> {
        let first = self.extent.first?;
        Some(u32::try_from(first.days_until(self.approved.day())).unwrap_or(0))
    }
}

/// Why a grant needs a person, is denied, or is suspended.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The grant has ended.
    #[error("it ended at {0}")]
    Ended(Timestamp),
    /// A rule denies it.
    #[error("rule {rule} denies {what}")]
    Denied {
        /// The rule.
        rule: RuleId,
        /// What it denies, in words.
        what: String,
    },
    /// No rule allows anything to the recipient.
    #[error("no rule allows anything to {0}")]
    NoRule(String),
    /// A rule allows something to somebody whose name looks alike.
    #[error("rule {rule} is for {allowed:?}, which only looks like {name:?}")]
    LooksAlike {
        /// The rule.
        rule: RuleId,
        /// Its recipient.
        allowed: String,
        /// The recipient of the grant.
        name: String,
    },
    /// The rule does not allow a scope.
    #[error("rule {rule} does not allow the scope {scope}")]
    Scope {
        /// The rule.
        rule: RuleId,
        /// The scope.
        scope: Scope,
    },
    /// The rule does not allow an account.
    #[error("rule {rule} does not allow the account {account}")]
    Account {
        /// The rule.
        rule: RuleId,
        /// The account.
        account: AccountId,
    },
    /// The grant lives too long.
    #[error("rule {rule} allows {}, and this lasts {days}", counted(*most, "day", "days"))]
    TooLong {
        /// The rule.
        rule: RuleId,
        /// How long the grant lives, in days.
        days: u32,
        /// How long it may.
        most: u32,
    },
    /// The data begin too early.
    #[error(
        "rule {rule} allows rows of {}, and these begin {} before the approval",
        counted(*most, "day", "days"),
        counted(*days, "day", "days")
    )]
    Window {
        /// The rule.
        rule: RuleId,
        /// How many days before the approval the rows begin.
        days: u32,
        /// How many they may.
        most: u32,
    },
    /// The slice has too many rows.
    #[error("rule {rule} allows {}, and this has {rows}", counted(*most, "row", "rows"))]
    Rows {
        /// The rule.
        rule: RuleId,
        /// How many there are.
        rows: u64,
        /// How many there may be.
        most: u32,
    },
    /// The slice follows the data.
    #[error("rule {rule} allows one use of frozen bytes, and this follows the data")]
    Ongoing {
        /// The rule.
        rule: RuleId,
    },
    /// The rule that let the grant out is gone.
    #[error("rule {0}, which let it out, was removed")]
    RuleRemoved(RuleId),
}

impl Allowance {
    /// Returns the narrowest allowance that covers a grant.
    pub(crate) fn covering(asked: &Asked<'_>) -> Allowance {
        let terms = asked.terms;
        Allowance {
            recipient: terms.recipient.name.clone(),
            scopes: terms.scopes.clone(),
            accounts: terms.narrowing.accounts.iter().copied().collect(),
            maximum_days: asked.days(),
            window_days: asked.window().unwrap_or(DEFAULT_WINDOW),
            maximum_rows: None,
            once: terms.duration_type == DurationType::OneTime,
        }
    }

    /// Returns where a grant goes beyond the allowance; the recipient is not looked at.
    pub(super) fn exceeded_by(&self, asked: &Asked<'_>, rule: RuleId) -> Vec<Reason> {
        let terms = asked.terms;
        let mut reasons = Vec::new();
        let scopes = Scope::closure(&self.scopes);
        reasons.extend(terms.scopes.difference(&scopes).map(|scope| Reason::Scope { rule, scope: *scope }));
        let strange = terms.narrowing.accounts.iter().filter(|account| !self.accounts.contains(account));
        reasons.extend(strange.map(|account| Reason::Account { rule, account: *account }));
        if asked.days() > self.maximum_days {
            reasons.push(Reason::TooLong { rule, days: asked.days(), most: self.maximum_days });
        }
        if let Some(days) = asked.window().filter(|days| *days > self.window_days) {
            reasons.push(Reason::Window { rule, days, most: self.window_days });
        }
        if let Some(most) = self.maximum_rows.filter(|most| asked.extent.rows > u64::from(*most)) {
            reasons.push(Reason::Rows { rule, rows: asked.extent.rows, most });
        }
        if self.once && terms.duration_type != DurationType::OneTime {
            reasons.push(Reason::Ongoing { rule });
        }
        reasons
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scopes.is_empty() {
            true => f.write_str("everything")?,
            false => write!(f, "the scope {}", joined(&self.scopes))?,
        }
        if !self.accounts.is_empty() {
            write!(f, " of {}", joined(&self.accounts))?;
        }
        write!(f, " to {}", self.recipient.as_deref().unwrap_or("everybody"))
    }
}

fn joined(parts: &BTreeSet<impl ToString>) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Denial {
    /// Returns whether terms meet every part that is named.
    pub(crate) fn meets(&self, terms: &Terms) -> bool {
        let recipient = self.recipient.as_ref().is_none_or(|name| names::look_alike(name, &terms.recipient.name));
        let scopes = self.scopes.is_empty() || !self.scopes.is_disjoint(&Scope::closure(&terms.scopes));
        let accounts = self.accounts.is_empty() || terms.narrowing.accounts.iter().any(|a| self.accounts.contains(a));
        recipient && scopes && accounts
    }
}
