//! Sharing: from a request to a draft, and from the approved draft to grant, slice, signature, seal and token.

use std::collections::BTreeSet;

use serde_json::json;

use super::approval::{self, Act};
use super::query::find_account;
use super::report::{ConsentScreen, ShareReport};
use super::{OpError, reseal, source};
use crate::crypto::{SecretBytes, sha256_hex};
use crate::model::{AccountType, Day, Env, GrantId, Timestamp};
use crate::share::rule::Asked;
use crate::share::slice::{self, Edition, Extent};
use crate::share::{
    Decision, DurationType, Field, Narrowing, ProhibitedUse, Purpose, Recipient, RecipientKind, Scope, SliceDocument,
    SourceAccount, Terms, TermsFields, Token, names, policy,
};
use crate::store::AuditAction;
use crate::store::db::drafts::StoredDraft;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{Reader, StoreError, View, Writer};

pub use super::approval::Approval;
pub use crate::share::Direction;

/// The version of a slice when its grant is approved.
const FIRST_VERSION: u32 = 1;

/// What a person asks to be shared.
#[derive(Clone, Debug)]
pub struct ShareRequest {
    /// What kinds of data.
    pub scopes: Vec<Scope>,
    /// With whom.
    pub to: String,
    /// What for.
    pub purpose: String,
    /// For how many days.
    pub expires_days: u32,
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
    pub fields: Option<Vec<String>>,
    /// Only the newest so many transactions.
    pub limit: Option<u32>,
}

/// A slice that could be shared, and what a person has to know about it.
#[derive(Debug)]
pub struct Draft {
    terms: Terms,
    /// Whether the vault keeps it; then it is removed there on approval.
    stored: bool,
    screen: ConsentScreen,
}

impl Draft {
    /// Returns what the person is asked.
    pub fn screen(&self) -> &ConsentScreen {
        &self.screen
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }
}

/// A grant that was made. The token exists only here: it is shown once.
#[derive(Debug)]
pub struct Approved {
    /// What to report.
    pub report: ShareReport,
    /// What opens the slice.
    pub token: Token,
    /// The sealed slice.
    pub sealed: Vec<u8>,
}

/// Builds the slice for a request, without sharing anything.
///
/// # Errors
///
/// When the request names something unknown, nothing is left to share, or the vault cannot be read.
pub fn prepare(vault: &Reader, request: &ShareRequest, env: Env<'_>) -> Result<Draft, OpError> {
    let view = vault.view();
    let terms = build_terms(&view, request, env)?;
    let accounts = source::read(&view, &terms)?;
    let edition = first_edition(&view, &terms, env.now());
    let slice = slice::build(&terms, &edition, &accounts, view.pseudonym_key()).to_canonical_bytes()?;
    draft(&view, terms, SecretBytes::new(slice), false)
}

fn build_terms(view: &View<'_>, request: &ShareRequest, env: Env<'_>) -> Result<Terms, OpError> {
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
    let mut ids: Vec<_> = pinned.iter().map(|account| account.id).collect();
    ids.sort();
    ids.dedup();
    let fields = request
        .fields
        .as_ref()
        .map(|names| names.iter().map(|name| name.parse::<Field>()).collect::<Result<BTreeSet<_>, _>>());
    let now = env.now();
    let fields = fields.transpose().map_err(OpError::UnknownField)?;
    Ok(Terms::new(TermsFields {
        grant_id: GrantId::from_random(env.random()),
        recipient: Recipient { name: request.to.trim().to_owned(), kind: RecipientKind::default(), uri: None },
        purpose: Purpose { text: request.purpose.trim().to_owned(), dpv: None },
        scopes: request.scopes.iter().copied().collect(),
        narrowing: Narrowing {
            accounts: ids,
            account_types: request.types.clone(),
            since: request.since,
            until: request.until,
            direction: request.direction,
            fields,
            limit: request.limit,
        },
        created_time: now,
        expiration_time: now.plus_days(request.expires_days),
        duration_type: if request.once { DurationType::OneTime } else { DurationType::TimeBound },
        max_uses: request.max_uses,
        retention_days: request.retention_days,
        prohibited_uses: ProhibitedUse::ALL.into_iter().collect(),
        request_hash: None,
    })?)
}

fn draft(view: &View<'_>, terms: Terms, slice: SecretBytes, stored: bool) -> Result<Draft, OpError> {
    let document = SliceDocument::from_json(slice.expose()).map_err(OpError::SliceUnreadable)?;
    let screen = ConsentScreen {
        slice_hash: sha256_hex(slice.expose()),
        slice,
        expiration_time: terms.expiration_time,
        lines: lines(view, &terms, &document)?,
    };
    Ok(Draft { terms, stored, screen })
}

/// Returns the lines of the consent screen, rendered from the very document that is signed.
fn lines(view: &View<'_>, terms: &Terms, document: &SliceDocument) -> Result<Vec<(String, String)>, OpError> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut say = |label: &str, text: String| lines.push((label.to_owned(), text));
    let accounts = document.accounts.as_ref().map_or(terms.narrowing.accounts.len(), Vec::len);
    let count = document.transactions.as_ref().map_or(0, Vec::len);
    say("who", format!("{} (you named them; the name is not verified)", document.grant.recipient.name));
    say("why", document.grant.purpose.text.clone());
    say("until", document.grant.expiration_time.to_string());
    for scope in &document.grant.scopes {
        say("scope", format!("{scope}: {}", scope.description()));
    }
    for term in &document.grant.labelled_terms {
        say(term.label.as_str(), term.term.clone());
    }
    let ongoing = terms.duration_type == DurationType::TimeBound;
    say("content", format!("{}, {}", counted(accounts, "account"), counted(count, "transaction")));
    if ongoing {
        say("content", "you approve a query: the slice is updated when these data change".into());
    }
    say(
        "known",
        "whoever compares two of your slices can join them by the public key, last four digits, amounts and days"
            .into(),
    );
    for alike in policy::looks_like_allowed(&terms.recipient.name, &view.policy()?) {
        say("warning", alike.to_string());
    }
    for grant in view.grants()?.iter().filter(|g| same_recipient(g, terms)) {
        let scopes: Vec<String> = grant.terms.scopes.iter().map(ToString::to_string).collect();
        say(
            "known",
            format!(
                "{} was given {} on {} (grant {}); together they know both",
                grant.terms.recipient.name,
                scopes.join(", "),
                grant.terms.created_time.day(),
                grant.id
            ),
        );
    }
    Ok(lines)
}

fn counted(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

fn same_recipient(grant: &Grant, terms: &Terms) -> bool {
    names::look_alike(&grant.terms.recipient.name, &terms.recipient.name)
}

/// Keeps a draft for a day, so that its bytes can be approved.
///
/// # Errors
///
/// When the vault cannot be written.
pub fn save_draft(vault: &mut Writer, draft: Draft, env: Env<'_>) -> Result<(), OpError> {
    let hash = draft.screen.slice_hash;
    let stored = StoredDraft { hash: hash.clone(), created: env.now(), terms: draft.terms, slice: draft.screen.slice };
    vault.change(env, |change| {
        change.put_draft(&stored)?;
        change.audit(AuditAction::Preview, "", json!({ "recipient": stored.terms.recipient.name, "sliceHash": hash }));
        Ok(())
    })
}

/// Returns the draft with a hash.
///
/// # Errors
///
/// When there is none, it is older than a day, or the data changed since it was previewed.
pub fn load_draft(vault: &Reader, hash: &str, env: Env<'_>) -> Result<Draft, OpError> {
    let view = vault.view();
    let stored = view.draft(&hash.trim().to_lowercase(), env.now())?.ok_or(OpError::UnknownDraft)?;
    refuse_changed(&view, &stored.terms, &source::read(&view, &stored.terms)?, stored.slice.expose())?;
    draft(&view, stored.terms, stored.slice, true)
}

/// Refuses a slice whose data changed since it was built.
fn refuse_changed(view: &View<'_>, terms: &Terms, accounts: &[SourceAccount], slice: &[u8]) -> Result<(), OpError> {
    let shown = SliceDocument::from_json(slice).map_err(|_| OpError::DataChanged)?;
    let now = slice::build(terms, &first_edition(view, terms, shown.grant.data_as_of), accounts, view.pseudonym_key());
    if now.data_hash()? == shown.data_hash()? { Ok(()) } else { Err(OpError::DataChanged) }
}

/// Returns what version 1 of a slice says of itself: who issues it, when its data were read, and the witness, by which
/// the owner proves later that the audit log contains this moment.
fn first_edition(view: &View<'_>, terms: &Terms, data_as_of: Timestamp) -> Edition {
    Edition { version: FIRST_VERSION, witness: view.witness(&terms.grant_id), issuer: view.public_key(), data_as_of }
}

/// Shares a draft: grant, audit entry, signature, seal and outbox copy in one change; then the token exists.
///
/// The vault was not locked while the person thought, so the data are compared again first.
///
/// # Errors
///
/// When the policy refuses, the data changed, the draft was approved before, or the vault cannot be written.
pub fn approve_draft(vault: &mut Writer, draft: Draft, how: Approval, env: Env<'_>) -> Result<Approved, OpError> {
    let accounts = source::read(&vault.view(), &draft.terms)?;
    let extent = slice::extent(&draft.terms, &accounts);
    let asked = Asked { terms: &draft.terms, extent: &extent, approved: env.now() };
    let rule = approval::let_out(vault, Act::Share, &asked, how, env)?;
    refuse_changed(&vault.view(), &draft.terms, &accounts, draft.screen.slice.expose())?;
    // The same preview may have been approved, and even revoked, since it was loaded here.
    if exists(&vault.view(), &draft.terms.grant_id)? {
        return Err(OpError::ApprovedAlready);
    }
    let Draft { terms, stored, screen } = draft;
    let token = Token::generate(terms.grant_id.clone(), env.random());
    let mut grant = Grant {
        id: terms.grant_id.clone(),
        status: GrantStatus::Active,
        prk: token.secret().prk(),
        terms,
        version: FIRST_VERSION,
        used: 0,
        slice_hash: screen.slice_hash,
        sealed: Vec::new(),
        approved: 0,
        approved_time: env.now(),
        rule,
        extent,
    };
    if let Err(error) = store_grant(vault, &mut grant, screen.slice.expose(), stored, env) {
        // Where only the copies failed, the vault has the grant, but its token is lost.
        if exists(&vault.view(), &grant.id).unwrap_or(false) {
            // The withdrawal is committed before its copies are written, which may fail again.
            let _ = withdraw(vault, &grant.id, "its slice could not be written out", env);
        }
        return Err(error);
    }
    let report =
        ShareReport { grant_id: grant.id, expiration_time: grant.terms.expiration_time, slice_hash: grant.slice_hash };
    Ok(Approved { report, token, sealed: grant.sealed })
}

fn exists(view: &View<'_>, id: &GrantId) -> Result<bool, StoreError> {
    Ok(view.grants()?.iter().any(|grant| grant.id == *id))
}

/// Signs and seals the slice, and stores the grant with the audit entry of its approval.
fn store_grant(
    vault: &mut Writer,
    grant: &mut Grant,
    slice: &[u8],
    was_stored: bool,
    env: Env<'_>,
) -> Result<(), OpError> {
    vault.change(env, |change| {
        // The number of the entry that is written below, the first of this change.
        grant.approved = change.audit_end() + 1;
        reseal::seal(change, grant, FIRST_VERSION, slice, env)?;
        if was_stored {
            change.remove_draft(&grant.slice_hash)?;
        }
        let detail = approval::detail(&grant.terms, &grant.extent, grant.rule, &grant.slice_hash);
        change.audit(AuditAction::Share, &grant.id, detail);
        Ok(change.put_grant(grant, env.now())?)
    })
}

/// Returns what the policy says about terms, and how much their slice would show.
pub(super) fn judge(view: &View<'_>, terms: &Terms, now: Timestamp) -> Result<(Decision, Extent), OpError> {
    let extent = slice::extent(terms, &source::read(view, terms)?);
    let asked = Asked { terms, extent: &extent, approved: now };
    Ok((policy::decide(&asked, &view.policy()?, now), extent))
}

/// Logs that the person who was asked did not approve.
///
/// # Errors
///
/// When the vault cannot be written.
pub fn decline(vault: &mut Writer, draft: &Draft, env: Env<'_>) -> Result<(), OpError> {
    approval::log_refusal(vault, Act::Share, &draft.terms, Approval::Person, &[], env)
}

/// Ends a grant whose token could not be handed over.
pub(crate) fn withdraw(vault: &mut Writer, id: &GrantId, reason: &str, env: Env<'_>) -> Result<(), OpError> {
    super::revoke::end(vault, id, reason, env).map(|_| ())
}
