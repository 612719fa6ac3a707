//! The terms of a grant: who gets what, what for, how narrow, and until when.
//!
//! [`Terms`] exist only checked: whatever made them, a person's command line or stored JSON, they passed
//! [`Terms::new`]. Their canonical JSON is what the vault stores and hashes; the version of them that a slice
//! carries, with pseudonyms for ids, is made in `slice`.

use std::collections::BTreeSet;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::canonical::{self, CanonicalError};
use super::{Field, Narrowing, Scope};
use crate::model::{Day, GrantId, Timestamp, clean_for_display, words};

/// The longest time that a grant lives.
pub(crate) const MAX_DAYS: u32 = 365;
/// The longest that a recipient is asked to keep what it got, in days: ten years.
pub(crate) const MAX_RETENTION_DAYS: u32 = 3653;
/// The longest name, purpose or URI, in characters.
pub(crate) const MAX_TEXT: usize = 500;

/// Why terms are not acceptable, whoever asks for them.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TermsError {
    /// A text is empty.
    #[error("the {0} is empty")]
    EmptyText(&'static str),
    /// A text is too long, or holds characters that could steer a terminal.
    #[error("the {0} is longer than {MAX_TEXT} characters or holds control characters")]
    UnsafeText(&'static str),
    /// The list of scopes or accounts is empty.
    #[error("at least one {0} is required")]
    EmptyList(&'static str),
    /// The grant does not end after it begins.
    #[error("the grant would end at {0}: it must end after it begins")]
    EndsBeforeBegin(Timestamp),
    /// The grant lives too long.
    #[error("the grant would end at {0}: it may last {MAX_DAYS} days at most")]
    TooLong(Timestamp),
    /// The last day is before the first.
    #[error("the last day {until} is before the first day {since}")]
    EmptyPeriod {
        /// The first day.
        since: Day,
        /// The last day.
        until: Day,
    },
    /// A number that must be at least one is zero.
    #[error("the {0} is 0: it must be at least 1")]
    Zero(&'static str),
    /// A field that is kept belongs to none of the scopes: narrowing adds nothing.
    #[error("the field {0} is not part of the chosen scopes")]
    FieldOutsideScopes(&'static str),
    /// A one-time grant cannot be used more than once.
    #[error("a one-time grant allows one use, not {0}")]
    OneTimeUses(u32),
    /// The hash of the request is not a SHA-256 in hexadecimal.
    #[error("the hash of the request is not 64 hexadecimal digits")]
    RequestHash,
    /// The purpose's term is not one that is known here.
    #[error("{0:?} is not a purpose term that is known here: one of {names} is expected", names = Purpose::TERMS.join(", "))]
    PurposeTerm(String),
}

words! {
    /// What kind of party receives the data.
    #[derive(Default)]
    pub enum RecipientKind: "a kind of recipient" {
        /// A human being.
        Person = "PERSON",
        /// A company, bank, office or club.
        Organisation = "ORGANISATION",
        /// An app, a bot or an assistant.
        Software = "SOFTWARE",
        /// The owner did not say.
        #[default]
        Unstated = "UNSTATED",
    }
}

/// Who receives the data, as the owner knows them. Nobody has verified the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// The name.
    pub name: String,
    /// What kind of party it is.
    #[serde(default)]
    pub kind: RecipientKind,
    /// Where it can be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// What the data are for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// In the owner's words.
    pub text: String,
    /// A term of the W3C Data Privacy Vocabulary, where one fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dpv: Option<String>,
}

impl Purpose {
    /// The terms that are known here.
    pub const TERMS: [&'static str; 7] = [
        "dpv:AccountManagement",
        "dpv:CreditChecking",
        "dpv:FraudPreventionAndDetection",
        "dpv:IdentityVerification",
        "dpv:LegalCompliance",
        "dpv:PaymentManagement",
        "dpv:ServiceProvision",
    ];
}

words! {
    /// Whether the grant lets out frozen bytes, or an approved query for some time.
    pub enum DurationType: "a duration type" {
        /// The very bytes that were approved, once.
        OneTime = "ONE_TIME",
        /// A query that is sealed again when its data change.
        TimeBound = "TIME_BOUND",
    }
}

words! {
    /// What the recipient must not do with the data: the list of 12 CFR 1033.421(a)(2).
    pub enum ProhibitedUse: "a prohibited use" {
        /// Advertising aimed at the person.
        TargetedAdvertising = "TARGETED_ADVERTISING",
        /// Selling other products to the person.
        CrossSelling = "CROSS_SELLING",
        /// Selling the data.
        Resale = "RESALE",
    }
}

/// The parts of a grant's terms, not yet checked. [`Terms::new`] checks them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TermsFields {
    /// The grant.
    pub grant_id: GrantId,
    /// Who receives the data.
    pub recipient: Recipient,
    /// What for.
    pub purpose: Purpose,
    /// What kinds of data.
    pub scopes: BTreeSet<Scope>,
    /// What was taken away from them.
    pub narrowing: Narrowing,
    /// When the terms were drawn up. The owner approves then, or up to a day later.
    pub created_time: Timestamp,
    /// When it ends.
    pub expiration_time: Timestamp,
    /// Frozen bytes or a query.
    pub duration_type: DurationType,
    /// How often it opens from the outbox; nothing for any number of times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// After how many days the recipient deletes its copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// What the recipient must not do with the data.
    pub prohibited_uses: BTreeSet<ProhibitedUse>,
    /// SHA-256 of the request that the grant answers, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_hash: Option<String>,
}

/// The checked terms of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TermsFields")]
pub struct Terms(TermsFields);

impl Terms {
    /// Checks the parts against each other, and sorts the lists of accounts and types.
    ///
    /// # Errors
    ///
    /// When a part is missing, too long or impossible, or two parts contradict each other.
    pub fn new(mut fields: TermsFields) -> Result<Terms, TermsError> {
        // One form for one set of accounts, because the terms are hashed.
        fields.narrowing.accounts.sort_unstable();
        fields.narrowing.accounts.dedup();
        fields.narrowing.account_types.sort_unstable();
        fields.narrowing.account_types.dedup();
        check_text("recipient", Some(&fields.recipient.name))?;
        check_text("address of the recipient", fields.recipient.uri.as_deref())?;
        check_text("purpose", Some(&fields.purpose.text))?;
        if let Some(term) = fields.purpose.dpv.as_deref().filter(|term| !Purpose::TERMS.contains(term)) {
            return Err(TermsError::PurposeTerm(term.chars().take(60).collect()));
        }
        if fields.scopes.is_empty() {
            return Err(TermsError::EmptyList("scope"));
        }
        if fields.narrowing.accounts.is_empty() {
            return Err(TermsError::EmptyList("account"));
        }
        if fields.expiration_time <= fields.created_time {
            return Err(TermsError::EndsBeforeBegin(fields.expiration_time));
        }
        if fields.expiration_time > fields.created_time.plus_days(MAX_DAYS) {
            return Err(TermsError::TooLong(fields.expiration_time));
        }
        if let (Some(since), Some(until)) = (fields.narrowing.since, fields.narrowing.until)
            && until < since
        {
            return Err(TermsError::EmptyPeriod { since, until });
        }
        let counts = [
            ("number of uses", fields.max_uses),
            ("retention in days", fields.retention_days),
            ("limit", fields.narrowing.limit),
        ];
        if let Some((what, _)) = counts.iter().find(|(_, count)| *count == Some(0)) {
            return Err(TermsError::Zero(what));
        }
        if fields.duration_type == DurationType::OneTime
            && let Some(uses) = fields.max_uses.filter(|uses| *uses > 1)
        {
            return Err(TermsError::OneTimeUses(uses));
        }
        if let Some(kept) = &fields.narrowing.fields {
            let held = Scope::fields(&fields.scopes);
            if let Some(stranger) = kept.difference(&held).next() {
                return Err(TermsError::FieldOutsideScopes(stranger.as_str()));
            }
        }
        let hexadecimal = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if fields.request_hash.as_ref().is_some_and(|hash| !hexadecimal(hash)) {
            return Err(TermsError::RequestHash);
        }
        Ok(Terms(fields))
    }

    /// Returns the terms with a first day, where they show transactions and name none: rows of an earlier day that become
    /// known later are never shown. It is the given day, or the last day of the terms when that is earlier.
    #[must_use]
    pub fn pinned(mut self, first: Day) -> Terms {
        let until = self.0.narrowing.until;
        if self.shows_transactions() {
            self.0.narrowing.since.get_or_insert(until.map_or(first, |until| first.min(until)));
        }
        self
    }

    /// Returns the fields that a slice under these terms may hold: those of the scopes that the narrowing keeps.
    pub fn visible_fields(&self) -> BTreeSet<Field> {
        self.narrowing.visible(Scope::fields(&self.scopes))
    }

    /// Returns whether a slice lists accounts.
    pub fn shows_accounts(&self) -> bool {
        self.scopes.iter().any(|scope| scope.shows_accounts())
    }

    /// Returns whether a slice lists transactions.
    pub fn shows_transactions(&self) -> bool {
        self.scopes.iter().any(|scope| scope.shows_transactions())
    }

    /// Returns how often the grant may be opened from the outbox: once when it is one-time, whatever `max_uses` says.
    pub fn allowed_uses(&self) -> Option<u32> {
        match self.duration_type {
            DurationType::OneTime => Some(1),
            DurationType::TimeBound => self.max_uses,
        }
    }

    /// Returns the canonical JSON, as stored and hashed.
    ///
    /// # Errors
    ///
    /// When a value has no canonical form.
    pub fn to_canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_bytes(&self.0)
    }
}

impl Deref for Terms {
    type Target = TermsFields;

    fn deref(&self) -> &TermsFields {
        &self.0
    }
}

impl TryFrom<TermsFields> for Terms {
    type Error = TermsError;

    fn try_from(fields: TermsFields) -> Result<Self, Self::Error> {
        Terms::new(fields)
    }
}

/// Checks that a text is there, short enough, and safe to show on one line.
fn check_text(what: &'static str, text: Option<&str>) -> Result<(), TermsError> {
    let Some(text) = text else { return Ok(()) };
    if text.trim().is_empty() {
        return Err(TermsError::EmptyText(what));
    }
    // Line breaks are refused as well: these texts are shown on one line, and a break could pass for a line of ours.
    if text.chars().count() > MAX_TEXT || clean_for_display(text) != text {
        return Err(TermsError::UnsafeText(what));
    }
    Ok(())
}

#[cfg(test)]
#[path = "../../tests/unit/share/terms.rs"]
pub(super) mod tests;
