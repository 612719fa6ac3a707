//! Drafts: a slice that could be shared, built without sharing it; kept for a day where its hash is to be approved.

use serde_json::json;

use super::page;
use super::request::{ShareRequest, build_terms};
use crate::crypto::SecretBytes;
use crate::model::{Day, Env, Timestamp};
use crate::ops::report::ConsentScreen;
use crate::ops::{OpError, approval, source};
use crate::share::rule::Asked;
use crate::share::slice::{self, Edition, Extent};
use crate::share::{Decision, SliceDocument, SliceSource, Terms, policy};
use crate::store::AuditAction;
use crate::store::db::drafts::StoredDraft;
use crate::store::{Reader, View, Writer};

/// The version of a slice when its grant is approved.
pub(super) const FIRST_VERSION: u32 = 1;

/// A slice that could be shared, and what a person has to know about it.
#[derive(Debug)]
pub struct Draft {
    pub(super) terms: Terms,
    /// Whether the vault keeps it; then it is removed there on approval.
    pub(super) stored: bool,
    pub(super) screen: ConsentScreen,
}

impl Draft {
    /// Returns what the person is asked.
    pub fn screen(&self) -> &ConsentScreen {
        &self.screen
    }

    pub(in crate::ops) fn terms(&self) -> &Terms {
        &self.terms
    }
}

/// Builds the slice for a request, without sharing anything.
///
/// # Errors
///
/// When the request names something unknown, nothing is left to share, or the vault cannot be read.
pub fn prepare(vault: &Reader, request: &ShareRequest, env: Env<'_>) -> Result<Draft, OpError> {
    approval::refuse_implausible(vault, env)?;
    let view = vault.view();
    let terms = build_terms(&view, request, env)?;
    let accounts = source::read(&view, &terms)?;
    // What is imported later shows no row of an earlier day than the person saw.
    let first = slice::extent(&terms, &accounts).first;
    let terms = terms.pinned(first.unwrap_or_else(|| env.now().day()));
    let edition = first_edition(&view, &terms, env.now().day());
    let slice = slice::build(&terms, &edition, &accounts, view.pseudonym_key()).to_canonical_bytes()?;
    draft(&view, terms, SecretBytes::new(slice), false, env)
}

fn draft(view: &View<'_>, terms: Terms, slice: SecretBytes, stored: bool, env: Env<'_>) -> Result<Draft, OpError> {
    let screen = page::screen(view, &terms, slice, env.now())?;
    Ok(Draft { terms, stored, screen })
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
    draft(&view, stored.terms, stored.slice, true, env)
}

/// Refuses a slice whose data changed since it was built.
pub(super) fn refuse_changed(
    view: &View<'_>,
    terms: &Terms,
    accounts: &SliceSource,
    slice: &[u8],
) -> Result<(), OpError> {
    let shown = SliceDocument::from_json(slice).map_err(|_| OpError::DataChanged)?;
    let now = slice::build(terms, &first_edition(view, terms, shown.grant.data_as_of), accounts, view.pseudonym_key());
    if now.data_hash()? == shown.data_hash()? { Ok(()) } else { Err(OpError::DataChanged) }
}

/// Returns what version 1 of a slice says of itself: who issues it, when its data were read, and the witness, by which
/// the owner proves later that the audit log contains this moment.
fn first_edition(view: &View<'_>, terms: &Terms, data_as_of: Day) -> Edition {
    Edition { version: FIRST_VERSION, witness: view.witness(&terms.grant_id), issuer: view.public_key(), data_as_of }
}

/// Returns what the policy says about terms, and how much their slice would show.
pub(in crate::ops) fn judge(view: &View<'_>, terms: &Terms, now: Timestamp) -> Result<(Decision, Extent), OpError> {
    let extent = slice::extent(terms, &source::read(view, terms)?);
    let asked = Asked { terms, extent: &extent, approved: now };
    Ok((policy::decide(&asked, &view.policy()?, now), extent))
}
