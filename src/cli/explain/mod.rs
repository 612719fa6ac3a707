//! Hints: what a person can do about an error, with the flags and commands to do it.

pub(crate) mod audit;
mod backup;
pub(crate) mod import;
mod policy;
mod store;

use super::near;
use crate::model::{GrantId, MoneyError, folded};
use crate::ops::{self, OpError};
use crate::share::TermsError;
use crate::store::copies::outbox::OutboxError;
use crate::store::sql::SqlError;

pub(super) use store::{DISK, FULL, MEMORY, OTHER_SECRET};

/// Returns what the person can do, if there is anything.
pub(super) fn hint(error: &OpError) -> Option<String> {
    let text = match error {
        OpError::Store(error) => store::hint(error)?,
        OpError::Sql(error) => return statement(error),
        OpError::Backup(error) => backup::hint(error)?,
        OpError::Outbox(error) => outbox(error)?,
        OpError::NoKeySlot => "type a passphrase, or give --key-file F or --passphrase-file F",
        OpError::UnknownAccount { known, .. } if known.is_empty() => "import a file first",
        OpError::UnknownAccount { name, known } => return Some(accounts(name, known)),
        OpError::SeveralAccountsLike { names, .. } => return Some(format!("they are: {}", names.join(", "))),
        OpError::UnknownCategory { newest, .. } if newest.is_empty() => {
            "the newest have none; --uncategorised lists those without one"
        }
        OpError::UnknownCategory { name, newest } => return Some(categories(name, newest)),
        OpError::NoAccountIn(_) => "`vault accounts` lists the accounts with their currency",
        OpError::IdleNarrowing(_) => "leave it out, or share the scope transactions",
        OpError::SeveralGrantsLike { ids, .. } => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            return Some(format!("they are: {}", ids.join(", ")));
        }
        OpError::UnknownTarget { known, .. } if known.is_empty() => "--create makes the account",
        OpError::UnknownTarget { name, known } => {
            return Some(format!("{}; --create makes a new one", accounts(name, known)));
        }
        OpError::SeveralAccounts { .. } => "leave out --account, or import the files of each account by themselves",
        OpError::NameGivenAway { id, .. } => {
            return Some(format!("give that account another name first: `vault accounts rename {id} NAME`"));
        }
        OpError::AccountNameTaken(_) => "choose another name",
        OpError::BadAccountName(_) => return Some(import::account_name()),
        OpError::EmptyPeriod { .. } | OpError::Terms(TermsError::EmptyPeriod { .. }) => {
            "name the earlier day first: --since the earlier, --until the later, or -p EARLIER..LATER"
        }
        OpError::FilterAmount(MoneyError::TwoReadings { .. }) => return None,
        OpError::FilterAmount(_) => "write amounts such as -12.50",
        OpError::BalanceOverflow { .. } => {
            "`vault imports undo ID` undoes the import with such amounts; `vault imports` lists the imports"
        }
        OpError::UnknownImport(_) => "`vault imports` lists the imports",
        OpError::UndoneAlready(_) => "`vault imports` lists what can be undone",
        OpError::NumberOfAnother { .. } => "two accounts of one currency have different numbers",
        OpError::ClosedAlready { closed: true, .. } => "`vault accounts close NAME --undo` opens it again",
        OpError::ClosedAlready { closed: false, .. } => "`vault accounts close NAME` closes it",
        OpError::CannotMerge { .. } => "`vault accounts` lists the accounts with currency, type and number",
        OpError::NotCounted(error) => return Some(import::remedy(&error.remedy)),
        OpError::NotMerged(_) => "`vault audit` shows what was merged",
        OpError::CannotUnmerge { .. } => "undo that first; an import that is undone can be imported again afterwards",
        OpError::NotEmpty { .. } => {
            "undo its imports, take back its balances and revoke its grants; or `vault accounts close` it"
        }
        OpError::FutureBalance(_) => "give the day at whose end the account held the amount",
        OpError::ProvenOtherwise { .. } => "a balance can be set where the bank's files prove none",
        OpError::NoOwnerBalance { .. } => "`vault balances --on DAY` shows a balance that you set as OWNER",
        OpError::UnknownDecision(_) => "`vault duplicates decisions` lists the decisions",
        OpError::UnknownPair(_) => "`vault duplicates` lists the pairs",
        OpError::UnknownTransaction(_) => "`vault transactions` lists the transactions with their ids",
        OpError::CannotDecide(_) => "`vault transactions show ID` shows the rows of a transaction",
        OpError::DecidedOtherwise(_) => "`vault duplicates undo ID` takes a decision back",
        OpError::UnknownAnswer(_) => "`vault imports answers` lists the answers with their numbers",
        OpError::NotIgnored(_) => "`vault imports ignore` lists the ignored files",
        OpError::NothingToShare => "`vault accounts` lists the accounts with their types",
        OpError::Policy { reasons, needed, .. } => return policy::what_would_allow(reasons, needed.as_deref()),
        OpError::NoSlotOfKind(_) => "`vault keys list` names the key slots; --slot N replaces one of another kind",
        OpError::WhichSlot { .. } => "say which one ends with --slot N",
        OpError::UnknownRule(_) => "`vault policy` lists the rules with their numbers",
        OpError::UnknownDraft | OpError::ApprovedAlready => "preview it again with `vault share --preview`",
        OpError::DataChanged => "look at it again with `vault share --preview`",
        OpError::UnknownGrant { near, .. } | OpError::NoGrantLike { near, .. } => {
            let ids: Vec<&str> = near.iter().map(GrantId::as_str).collect();
            return Some(near::asked(&ids).into_iter().chain([GRANTS.to_owned()]).collect::<Vec<_>>().join(" "));
        }
        OpError::NotSuspended { .. } | OpError::RevokedAlready(_) => GRANTS,
        OpError::ImplausibleClock { .. } => {
            "set the clock; where it is right, accept it with `vault audit accept --clock`"
        }
        OpError::GrantOver(_) | OpError::NotPending { .. } => "share again with `vault share`",
        OpError::GrantEnded(_) => ASK_THE_OWNER,
        OpError::BrokenLog(_) => "`vault audit verify` and `vault check` list everything that is wrong",
        OpError::Package(_)
        | OpError::Terms(_)
        | OpError::Money(_)
        | OpError::Canonical(_)
        | OpError::Sign(_)
        | OpError::Archive(_)
        | OpError::PairWithoutAccount
        | OpError::SliceUnreadable(_)
        | OpError::SealedSliceDamaged(..) => return None,
    };
    Some(text.to_owned())
}

const GRANTS: &str = "`vault grants` lists the grants with their status";

/// Returns the accounts there are, those first that may have been meant.
fn accounts(name: &str, known: &[String]) -> String {
    let all = known.join(", ");
    let part = folded(name.trim());
    let is_part = !part.is_empty() && known.iter().any(|known| folded(known).contains(&part));
    let near = near::hint(name, known.iter().map(String::as_str));
    match (near, is_part) {
        (Some(near), true) => format!("{near} Its whole name or id is needed here. The accounts are: {all}"),
        (None, true) => format!("the whole name or id is needed here. The accounts are: {all}"),
        (Some(near), false) => format!("{near} The accounts are: {all}"),
        (None, false) => format!("the accounts are: {all}"),
    }
}

/// As many categories are listed at most.
const MOST_CATEGORIES: usize = 20;

/// Returns the categories of the newest transactions, those first that may have been meant.
fn categories(name: &str, newest: &[String]) -> String {
    let listed = newest.iter().take(MOST_CATEGORIES).cloned().collect::<Vec<_>>().join(", ");
    let more = match newest.len().saturating_sub(MOST_CATEGORIES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match near::hint(name, newest.iter().map(String::as_str)) {
        Some(near) => format!("{near} The newest have: {listed}{more}"),
        None => format!("the newest have: {listed}{more}"),
    }
}

/// How SQLite begins to tell of a column or a view that there is not.
const NO_COLUMN: &str = "no such column: ";
const NO_VIEW: &str = "no such table: ";

/// Returns what can be done about a statement, after the names that may have been meant.
fn statement(error: &SqlError) -> Option<String> {
    let near = match error {
        SqlError::UnknownTable { name, known } => near::hint(name, known.split(", ")),
        SqlError::Rejected { message, .. } => {
            let column = message.strip_prefix(NO_COLUMN);
            // Behind the name of its view. What is quoted is told with a remark, and is mostly meant as text.
            let column = column.filter(|name| !name.starts_with('"')).and_then(|name| name.rsplit('.').next());
            let view = message.strip_prefix(NO_VIEW);
            column
                .and_then(|name| near::hint(name, ops::sql::columns()))
                .or_else(|| view.map(|name| near::hint(name, ops::sql::views()).unwrap_or_else(the_views)))
        }
        _ => None,
    };
    let told: Vec<String> = near.into_iter().chain(sql(error).map(str::to_owned)).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn the_views() -> String {
    format!("The views are {}.", ops::sql::views().collect::<Vec<_>>().join(", "))
}

fn sql(error: &SqlError) -> Option<&'static str> {
    match error {
        SqlError::Empty => Some("write one SELECT statement, such as 'SELECT * FROM balances'"),
        SqlError::Several => Some("run them one by one"),
        SqlError::Forbidden(_) | SqlError::UnknownTable { .. } | SqlError::Rejected { .. } => {
            Some("`vault sql --help` names the views, their columns and what is allowed")
        }
        SqlError::Late(_) => Some("narrow it by account_id or day, or give it more time with --timeout SECONDS"),
        SqlError::Memory | SqlError::TooLarge(_) => Some("narrow it by account_id or day, or add a LIMIT"),
        SqlError::ValueTooLarge(_) => Some("take a part of it, such as `substr(description, 1, 100)`"),
        SqlError::Interrupted | SqlError::NoAnswer | SqlError::Library(_) => None,
    }
}

const ASK_THE_OWNER: &str = "ask the owner of the data for a new token";

fn outbox(error: &OutboxError) -> Option<&'static str> {
    match error {
        OutboxError::Package(_) => None,
        OutboxError::Header(error) => store::header_hint(error),
        OutboxError::NoHeader => {
            Some("`vault backup list DIR` lists the backups there; `vault restore FILE` puts one in its place")
        }
        OutboxError::Planted { .. } => Some(
            "somebody who knows the token put it there: move it away, and any command that unlocks the vault, such as `vault grants`, writes the right one",
        ),
        OutboxError::File(error) => store::file_hint(error),
        OutboxError::Lock(error) => store::lock_hint(error),
        OutboxError::Record => {
            Some("the owner repairs it with any command that unlocks the vault, such as `vault grants`")
        }
        OutboxError::NotThere | OutboxError::Expired(_) | OutboxError::UsedUp(_) => Some(ASK_THE_OWNER),
    }
}
