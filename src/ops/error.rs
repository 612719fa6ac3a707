//! Why a use case failed. `cli` says what to do about it.

use std::io;

use thiserror::Error;

use crate::crypto::SignError;
use crate::import::ImportError;
use crate::model::{
    AccountId, Amount, AnswerId, Currency, Day, DecisionId, GrantId, ImportId, MoneyError, PairId, RuleId, Timestamp,
    TransactionId,
};
use crate::share::canonical::CanonicalError;
use crate::share::{Allowance, PackageError, Reason, TermsError};
use crate::store::archive::ArchiveError;
use crate::store::copies::outbox::OutboxError;
use crate::store::db::audit::LogFault;
use crate::store::db::grants::GrantStatus;
use crate::store::sql::SqlError;
use crate::store::{SlotKind, StoreError};

/// Why a use case failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpError {
    /// The vault failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A statement has no answer.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// A backup could not be made, or is refused.
    #[error(transparent)]
    Backup(ArchiveError),
    /// The outbox opened nothing.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// A sealed slice could not be made or opened.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The terms of a grant contradict each other.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// An amount does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A document has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A signature does not fit.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The bytes of a file could not be compressed.
    #[error("the file cannot be archived")]
    Archive(#[source] io::Error),
    /// A new vault has no key slot.
    #[error("a new vault needs at least one key slot")]
    NoKeySlot,
    /// No key slot has the kind.
    #[error("this vault has no {} to replace", .0.in_words())]
    NoSlotOfKind(SlotKind),
    /// More than one key slot has the kind, and another one opened the vault.
    #[error("this vault has more than one {}: key slots {}", .kind.in_words(), joined_with(.slots, " and "))]
    WhichSlot {
        /// The kind.
        kind: SlotKind,
        /// The ids of the slots.
        slots: Vec<u32>,
    },
    /// Another account has the number.
    #[error("…{number} is a number of the account {name:?}")]
    NumberOfAnother {
        /// Its last four digits.
        number: String,
        /// The other account.
        name: String,
    },
    /// The account is closed, or open, already.
    #[error("the account {name:?} is {} already", if *.closed { "closed" } else { "open" })]
    ClosedAlready {
        /// The account.
        name: String,
        /// Whether it is closed.
        closed: bool,
    },
    /// Only an account that holds nothing can be removed.
    #[error("the account {name:?} is not empty: it has {what}")]
    NotEmpty {
        /// The account.
        name: String,
        /// The first thing that it has.
        what: String,
    },
    /// A balance holds at the end of a day, and the day is not over.
    #[error("{0} is in the future")]
    FutureBalance(Day),
    /// The bank reported another balance of the day, or its balances and rows prove another one.
    #[error("by the bank's files, the account {name:?} held {proven} at the end of {day}")]
    ProvenOtherwise {
        /// The account.
        name: String,
        /// The day.
        day: Day,
        /// What it held.
        proven: Amount,
    },
    /// The owner set no balance of that day.
    #[error("you set no balance of {name:?} on {day}")]
    NoOwnerBalance {
        /// The account.
        name: String,
        /// The day.
        day: Day,
    },
    /// Two accounts cannot be one.
    #[error("the account {name:?} cannot be merged into {into:?}: {why}")]
    CannotMerge {
        /// The account to be merged.
        name: String,
        /// The account that it was to be counted with.
        into: String,
        /// What tells them apart.
        why: String,
    },
    /// The rows of two accounts cannot be counted together.
    #[error("the accounts cannot be merged")]
    NotCounted(#[source] Box<ImportError>),
    /// No merged account has that name or id.
    #[error("no account {0:?} is merged")]
    NotMerged(String),
    /// Something rests on a merge.
    #[error("the merge of {name:?} cannot be undone: {why}")]
    CannotUnmerge {
        /// The merged account.
        name: String,
        /// What has to be undone before.
        why: String,
    },
    /// A decision is not known.
    #[error("there is no decision {0}")]
    UnknownDecision(DecisionId),
    /// A pair of rows is not known.
    #[error("there is no pair {0}")]
    UnknownPair(PairId),
    /// A transaction is not known.
    #[error("there is no transaction {0}")]
    UnknownTransaction(TransactionId),
    /// Nothing can be said of two rows.
    #[error("the two rows cannot be decided about: {0}")]
    CannotDecide(String),
    /// An older decision says otherwise.
    #[error("{0} says otherwise")]
    DecidedOtherwise(DecisionId),
    /// No answer has that number.
    #[error("there is no answer {0}")]
    UnknownAnswer(AnswerId),
    /// The file is not ignored.
    #[error("{0} is not ignored")]
    NotIgnored(String),
    /// No account has that name or id.
    #[error("no account is named {name:?}")]
    UnknownAccount {
        /// What was given.
        name: String,
        /// The names of all accounts.
        known: Vec<String>,
    },
    /// Several accounts have that part of a name or number.
    #[error("{part:?} is part of the name or number of several accounts")]
    SeveralAccountsLike {
        /// What was given.
        part: String,
        /// Their names.
        names: Vec<String>,
    },
    /// No account is in the currency that a filter names.
    #[error("no account that is shown is in {0}")]
    NoAccountIn(Currency),
    /// No transaction that could be shown has a category of that name.
    #[error("no transaction here has the category {name:?}")]
    UnknownCategory {
        /// What was given.
        name: String,
        /// The categories of the newest transactions.
        newest: Vec<String>,
    },
    /// Something narrows transactions, and none are shared.
    #[error("{0} narrows transactions, and no scope here shows them")]
    IdleNarrowing(&'static str),
    /// No grant has an id that begins so.
    #[error("there is no grant whose id begins with {part}")]
    NoGrantLike {
        /// What was given.
        part: String,
        /// The ids that are near.
        near: Vec<GrantId>,
    },
    /// Several grants have ids that begin so.
    #[error("the ids of several grants begin with {part}")]
    SeveralGrantsLike {
        /// What was given.
        part: String,
        /// Their ids.
        ids: Vec<GrantId>,
    },
    /// The account that files were to go to does not exist, and was not to be made.
    #[error("no account is named {name:?}")]
    UnknownTarget {
        /// What was given.
        name: String,
        /// The names of all accounts.
        known: Vec<String>,
    },
    /// One account was named for files of several.
    #[error("the files are of more than one account, but only one was named, {name:?}: {}", .found.join(" and "))]
    SeveralAccounts {
        /// What was named.
        name: String,
        /// Two accounts that the files tell apart, as they would be called.
        found: Vec<String>,
    },
    /// Another account has the name.
    #[error("another account is already named {0:?}")]
    AccountNameTaken(String),
    /// An account that would be shown again has no name: another one has it now.
    #[error("the merge of {name:?} cannot be undone: {id} is called that now")]
    NameGivenAway {
        /// The name.
        name: String,
        /// The account that has it.
        id: AccountId,
    },
    /// The name cannot be shown, or reads like an id.
    #[error("{0:?} cannot be the name of an account")]
    BadAccountName(String),
    /// The last day is before the first.
    #[error("{until} is before {since}")]
    EmptyPeriod {
        /// The first day.
        since: Day,
        /// The last day.
        until: Day,
    },
    /// The text is no amount of the account's currency.
    #[error(transparent)]
    FilterAmount(MoneyError),
    /// The amounts of an account do not add up within the range of amounts.
    #[error("the balance of {account:?} cannot be computed: {source}")]
    BalanceOverflow {
        /// The account's name.
        account: String,
        /// What does not fit.
        #[source]
        source: MoneyError,
    },
    /// No import has that id.
    #[error("there is no import {0}")]
    UnknownImport(ImportId),
    /// The import was undone before.
    #[error("{0} was already undone")]
    UndoneAlready(ImportId),
    /// A listed pair names an unknown account.
    #[error("the account of a possible duplicate is missing")]
    PairWithoutAccount,
    /// No account is left after narrowing.
    #[error("no account matches what is to be shared")]
    NothingToShare,
    /// The policy refuses a share.
    #[error("{}", refusal(*.denied, .reasons))]
    Policy {
        /// Whether a person may not approve it either.
        denied: bool,
        /// Why it refuses.
        reasons: Vec<Reason>,
        /// The narrowest allowance that would let it out, where an allowance could.
        needed: Option<Box<Allowance>>,
    },
    /// There is no draft with the hash.
    #[error("there is no draft with this hash, or it is older than a day")]
    UnknownDraft,
    /// The rows are no longer those that were shown.
    #[error("the data changed since this was shown")]
    DataChanged,
    /// The draft is a grant already.
    #[error("this draft was already approved")]
    ApprovedAlready,
    /// A slice that this program made cannot be read.
    #[error("the slice cannot be read: {0}")]
    SliceUnreadable(#[source] serde_json::Error),
    /// A sealed slice in the vault cannot be read.
    #[error("the sealed slice of grant {0} is damaged")]
    SealedSliceDamaged(GrantId, #[source] serde_json::Error),
    /// No rule of the policy has that number.
    #[error("there is no rule {0}")]
    UnknownRule(RuleId),
    /// No grant has that id.
    #[error("there is no grant {id}")]
    UnknownGrant {
        /// What was given.
        id: GrantId,
        /// The ids that are near.
        near: Vec<GrantId>,
    },
    /// Only a suspended grant can be resumed.
    #[error("grant {id} is not suspended: it is {status}")]
    NotSuspended {
        /// The grant.
        id: GrantId,
        /// Its status.
        status: GrantStatus,
    },
    /// The clock is not plausible: lives and windows that are measured by it would be others than those that were allowed.
    #[error(
        "this machine's clock says {clock}, and the newest time that the vault has seen is {seen}: nothing is let out by such a clock"
    )]
    ImplausibleClock {
        /// What the clock says.
        clock: Timestamp,
        /// The newest plausible time seen.
        seen: Timestamp,
    },
    /// A grant was ended or suspended while its token was being handed out.
    #[error("grant {id} is no longer pending: it is {status}")]
    NotPending {
        /// The grant.
        id: GrantId,
        /// Its status.
        status: GrantStatus,
    },
    /// A suspended grant ended meanwhile.
    #[error("grant {0} has expired or is used up")]
    GrantOver(GrantId),
    /// The grant was revoked before.
    #[error("grant {0} was already revoked")]
    RevokedAlready(GrantId),
    /// The grant of a slice has ended.
    #[error("the grant ended at {0}")]
    GrantEnded(Timestamp),
    /// The audit log was changed.
    #[error("{}", joined(.0))]
    BrokenLog(Vec<LogFault>),
}

impl From<ArchiveError> for OpError {
    fn from(error: ArchiveError) -> OpError {
        match error {
            ArchiveError::Store(error) => OpError::Store(error),
            error => OpError::Backup(error),
        }
    }
}

fn refusal(denied: bool, reasons: &[Reason]) -> String {
    let what = if denied { "the policy denies this" } else { "the policy does not allow this without a person" };
    format!("{what}: {}", joined(reasons))
}

fn joined(parts: &[impl ToString]) -> String {
    joined_with(parts, "; ")
}

fn joined_with(parts: &[impl ToString], between: &str) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}
