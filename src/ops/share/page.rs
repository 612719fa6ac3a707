//! What a person is told before they approve: the very bytes, whose accounts those are, what the recipient then knows,
//! and whom they could be taken for.

use std::collections::BTreeSet;

use crate::crypto::{SecretBytes, sha256_hex};
use crate::model::{AccountId, Timestamp};
use crate::ops::OpError;
use crate::ops::report::{Alike, ConsentAccount, ConsentScreen, Known};
use crate::share::{Scope, SliceDocument, Terms, names, policy};
use crate::store::View;
use crate::store::db::grants::Grant;

/// Returns what the person is asked about a slice, at a time.
pub(super) fn screen(
    view: &View<'_>,
    terms: &Terms,
    slice: SecretBytes,
    asked: Timestamp,
) -> Result<ConsentScreen, OpError> {
    let document = SliceDocument::from_json(slice.expose()).map_err(OpError::SliceUnreadable)?;
    let earlier: Vec<Grant> = view
        .grants()?
        .into_iter()
        .filter(|grant| grant.id != terms.grant_id && is_same_recipient(grant, terms))
        .collect();
    Ok(ConsentScreen {
        slice_hash: sha256_hex(slice.expose()),
        slice,
        expiration_time: terms.expiration_time,
        resumes: false,
        suspended: None,
        asked,
        accounts: accounts(view, terms, &document)?,
        fields: terms.visible_fields(),
        known: known(terms, &document, &earlier),
        alike: alike(view, terms, &earlier)?,
    })
}

fn is_same_recipient(grant: &Grant, terms: &Terms) -> bool {
    names::look_alike(&grant.terms.recipient.name, &terms.recipient.name)
}

/// Returns the accounts that the terms name, which the document has in the same order.
fn accounts(view: &View<'_>, terms: &Terms, document: &SliceDocument) -> Result<Vec<ConsentAccount>, OpError> {
    let all = view.accounts()?;
    let pseudonyms = &document.grant.narrowing.accounts;
    let pairs = terms.narrowing.accounts.iter().zip(pseudonyms);
    let named = pairs.filter_map(|(id, pseudonym)| {
        let account = all.iter().find(|account| account.id == *id)?;
        let (pseudonym, name, kind) = (pseudonym.clone(), account.name.clone(), account.kind);
        terms.narrowing.admits_account(account.id, kind).then_some(ConsentAccount { pseudonym, name, kind })
    });
    Ok(named.collect())
}

/// Returns what the recipient knows from earlier grants and this one. A grant that ended was known, too.
fn known(terms: &Terms, document: &SliceDocument, earlier: &[Grant]) -> Option<Known> {
    if earlier.is_empty() {
        return None;
    }
    let all = || earlier.iter().map(|grant| &*grant.terms).chain([&**terms]);
    let accounts: BTreeSet<AccountId> = all().flat_map(|terms| terms.narrowing.accounts.iter().copied()).collect();
    let rows = document.transactions.iter().flatten().filter_map(|row| row.posted_timestamp.flatten());
    let (oldest, newest) = (rows.clone().min(), rows.max());
    Some(Known {
        grants: earlier.len(),
        scopes: Scope::closure(all().flat_map(|terms| &terms.scopes)),
        accounts: accounts.len(),
        first: earlier.iter().filter_map(|grant| grant.extent.first).chain(oldest).min(),
        last: earlier.iter().filter_map(|grant| grant.extent.last).chain(newest).max(),
    })
}

fn alike(view: &View<'_>, terms: &Terms, earlier: &[Grant]) -> Result<Vec<Alike>, OpError> {
    let name = &terms.recipient.name;
    let granted =
        earlier.iter().map(|grant| &grant.terms.recipient.name).filter(|other| !names::same_name(other, name));
    let granted = granted.map(|name| Alike { name: name.clone(), is_allowed: false });
    let rules = view.policy()?;
    let allowed = policy::names_like_allowed(name, &rules);
    let all = allowed.map(|(_, name)| Alike { name: name.to_owned(), is_allowed: true }).chain(granted);
    Ok(all.collect::<BTreeSet<_>>().into_iter().collect())
}
