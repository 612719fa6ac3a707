//! What a person asks to be shared, and the terms that it makes.

use crate::model::{AccountId, AccountType, Day, Env, GrantId, Timestamp};
use crate::ops::OpError;
use crate::ops::query::find_account;
use crate::share::{
    Direction, DurationType, Field, Narrowing, ProhibitedUse, Purpose, Recipient, RecipientKind, Scope, Terms,
    TermsFields,
};
use crate::store::View;

/// What a person asks to be shared.
#[derive(Clone, Debug)]
pub struct ShareRequest {
    /// What kinds of data.
    pub scopes: Vec<Scope>,
    /// With whom.
    pub to: String,
    /// What for.
    pub purpose: String,
    /// Until when.
    pub expires: Expires,
    /// Whether it is for a single use of these very bytes.
    pub once: bool,
    /// How often it may be opened from the outbox.
    pub max_uses: Option<u32>,
    /// After how many days the recipient is to delete it.
    pub retention_days: Option<u32>,
    /// Accounts by id or name; empty is every account that there is now.
    pub accounts: Vec<String>,
    /// Only accounts of these types.
    pub types: Vec<AccountType>,
    /// From this day on.
    pub since: Option<Day>,
    /// Until this day.
    pub until: Option<Day>,
    /// Only money in, or only money out.
    pub direction: Option<Direction>,
    /// Only these fields.
    pub fields: Option<Vec<Field>>,
    /// Only the newest so many transactions.
    pub limit: Option<u32>,
}

/// When a grant ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expires {
    /// So many days after it was approved, to the second.
    Days(u32),
    /// With the last second of a day, in UTC.
    EndOf(Day),
}

impl Expires {
    fn after(self, now: Timestamp) -> Timestamp {
        match self {
            Expires::Days(days) => now.plus_days(days),
            Expires::EndOf(day) => day.last_second(),
        }
    }
}

/// Refuses what narrows transactions where no scope shows them: it would be promised, and do nothing.
fn refuse_idle(request: &ShareRequest) -> Result<(), OpError> {
    if request.scopes.iter().any(|scope| scope.shows_transactions()) {
        return Ok(());
    }
    let given = [
        (request.since.is_some() && request.until.is_some(), "a period with a first day"),
        (request.since.is_some(), "a first day"),
        (request.until.is_some() && !request.scopes.contains(&Scope::Balances), "a last day"),
        (request.direction.is_some(), "a direction of money"),
        (request.limit.is_some(), "a number of transactions"),
    ];
    match given.into_iter().find(|(is_given, _)| *is_given) {
        Some((_, what)) => Err(OpError::IdleNarrowing(what)),
        None => Ok(()),
    }
}

/// Checks all that needs no vault: which accounts there are only the vault knows.
///
/// # Errors
///
/// When a part of the request is impossible, or narrows what it does not share.
pub fn examine(request: &ShareRequest, env: Env<'_>) -> Result<(), OpError> {
    refuse_idle(request)?;
    terms(request, vec![AccountId::new(1)], env).map(drop)
}

pub(super) fn build_terms(view: &View<'_>, request: &ShareRequest, env: Env<'_>) -> Result<Terms, OpError> {
    refuse_idle(request)?;
    let all = view.accounts()?;
    let mut pinned = if request.accounts.is_empty() {
        // A closed account is shared when it is named.
        all.iter().filter(|account| !account.closed).collect::<Vec<_>>()
    } else {
        request.accounts.iter().map(|which| find_account(&all, which)).collect::<Result<_, _>>()?
    };
    pinned.retain(|account| request.types.is_empty() || request.types.contains(&account.kind));
    if pinned.is_empty() {
        return Err(OpError::NothingToShare);
    }
    terms(request, pinned.iter().map(|account| account.id).collect(), env)
}

/// Returns the terms of a request over these accounts.
fn terms(request: &ShareRequest, accounts: Vec<AccountId>, env: Env<'_>) -> Result<Terms, OpError> {
    let now = env.now();
    Ok(Terms::new(TermsFields {
        grant_id: GrantId::from_random(env.random()),
        recipient: Recipient { name: request.to.trim().to_owned(), kind: RecipientKind::default(), uri: None },
        purpose: Purpose { text: request.purpose.trim().to_owned(), dpv: None },
        scopes: request.scopes.iter().copied().collect(),
        narrowing: Narrowing {
            accounts,
            account_types: request.types.clone(),
            since: request.since,
            until: request.until,
            direction: request.direction,
            fields: request.fields.as_ref().map(|fields| fields.iter().copied().collect()),
            limit: request.limit,
        },
        created_time: now,
        expiration_time: request.expires.after(now),
        duration_type: if request.once { DurationType::OneTime } else { DurationType::TimeBound },
        max_uses: request.max_uses,
        retention_days: request.retention_days,
        prohibited_uses: ProhibitedUse::ALL.into_iter().collect(),
        request_hash: None,
    })?)
}
