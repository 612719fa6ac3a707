//! Which terms are enforced, which are noticed when they are broken, and which are only promised.
//!
//! The sentences are part of the signed slice and of what the owner approves: a changed word changes both.

use serde::{Deserialize, Serialize};

use crate::model::{counted, words};
use crate::share::narrowing::{Direction, Field};
use crate::share::terms::{DurationType, ProhibitedUse, Terms};

words! {
    /// How far a term can be relied on.
    pub enum Label: "a label" {
        /// Cryptography or this program prevents a breach.
        Enforced = "enforced",
        /// A breach cannot be prevented, but it shows.
        Detectable = "detectable",
        /// Rests only on the recipient's promise.
        Promised = "promised",
    }
}

/// One term in words, and how far it can be relied on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelledTerm {
    /// How far the term can be relied on.
    pub label: Label,
    /// The term in words.
    pub term: String,
}

impl Terms {
    /// Returns the terms in words, for the consent screen and for the slice itself. No id of the vault is in them.
    pub fn labelled(&self) -> Vec<LabelledTerm> {
        let mut lines = Vec::new();
        let mut say = |label, term: String| lines.push(LabelledTerm { label, term });

        // Of narrowed fields, the scopes would name some that do not leave.
        for scope in self.scopes.iter().filter(|_| self.narrowing.fields.is_none()) {
            say(Label::Enforced, format!("shows {}", scope.description()));
        }
        self.say_narrowing(&mut |term| say(Label::Enforced, term));
        let visible = self.visible_fields();
        let has_texts = [Field::Name, Field::Description, Field::Memo].iter().any(|text| visible.contains(text));
        if has_texts && !visible.contains(&Field::AccountNumber) {
            say(
                Label::Enforced,
                "numbers of eight or more digits in texts, and those of the holder's accounts, are masked".into(),
            );
        }
        say(Label::Enforced, format!("opens from the outbox until {}", self.expiration_time));
        match (self.duration_type, self.allowed_uses()) {
            (DurationType::OneTime, _) => {
                say(Label::Enforced, "opens from the outbox once, with the very bytes that were approved".into());
            }
            (DurationType::TimeBound, uses) => {
                if let Some(uses) = uses {
                    let times = counted(uses, "time", "times");
                    say(Label::Enforced, format!("opens from the outbox {times} at most"));
                }
                say(Label::Enforced, "follows the data of the vault: each change is a new version".into());
            }
        }
        say(Label::Enforced, "ends at once in the outbox when it is revoked".into());

        say(Label::Detectable, "a changed slice no longer fits its signature".into());
        say(Label::Detectable, "a copy that turns up elsewhere names this grant".into());

        say(Label::Promised, format!("only {} uses the token, which opens for whoever holds it", self.recipient.name));
        say(Label::Promised, format!("used for: {}", self.purpose.text));
        if let Some(days) = self.retention_days {
            say(Label::Promised, format!("copies are deleted after {}", counted(days, "day", "days")));
        }
        for prohibited in &self.prohibited_uses {
            say(Label::Promised, prohibited.in_words().into());
        }
        say(Label::Promised, "copies made before the end or a revocation are no longer used".into());
        lines
    }

    fn say_narrowing(&self, say: &mut impl FnMut(String)) {
        let narrowing = &self.narrowing;
        say(format!(
            "shows {}, and none that is added later",
            counted(narrowing.accounts.len(), "account", "accounts")
        ));
        if !narrowing.account_types.is_empty() {
            let names: Vec<&str> = narrowing.account_types.iter().map(|kind| kind.as_str()).collect();
            say(format!("shows accounts of these types only: {}", names.join(", ")));
        }
        match (narrowing.since, narrowing.until) {
            (Some(since), Some(until)) => say(format!("shows the days {since} to {until}")),
            (Some(since), None) => {
                say(format!("shows the days from {since}, and none before it, whatever is imported later"))
            }
            (None, Some(until)) => say(format!("shows the days up to {until}")),
            (None, None) => {}
        }
        match narrowing.direction {
            Some(Direction::Credits) => say("shows money in only".into()),
            Some(Direction::Debits) => say("shows money out only".into()),
            None => {}
        }
        if let Some(limit) = narrowing.limit {
            say(format!("shows the newest {} at most", counted(limit, "transaction", "transactions")));
        }
        if narrowing.fields.is_some() {
            let names: Vec<&str> = self.visible_fields().into_iter().map(Field::as_str).collect();
            let of = match (self.shows_accounts(), self.shows_transactions()) {
                (true, true) => "accounts and transactions",
                (true, false) => "accounts",
                (false, _) => "transactions",
            };
            say(format!("shows these fields of {of} only: {}", names.join(", ")));
        }
    }
}

impl ProhibitedUse {
    fn in_words(self) -> &'static str {
        match self {
            ProhibitedUse::TargetedAdvertising => "not used for targeted advertising",
            ProhibitedUse::CrossSelling => "not used for selling other products",
            ProhibitedUse::Resale => "not sold",
        }
    }
}
