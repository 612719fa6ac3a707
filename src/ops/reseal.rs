//! Ongoing grants follow the data: a change of what a slice shows reseals it in the same transaction. A slice that the
//! policy would not let out is not sealed: its grant is suspended instead.

use serde_json::json;

use super::{OpError, source};
use crate::crypto::{SecretBytes, sha256_hex};
use crate::model::Env;
use crate::share::package::{self, Header};
use crate::share::rule::Asked;
use crate::share::slice::{self, Edition, Extent};
use crate::share::{Reason, ResealedGrant, Rule, SliceDocument, SuspendedGrant, UnverifiedPackage, policy};
use crate::store::AuditAction;
use crate::store::Change;
use crate::store::db::grants::Grant;

/// Compares every ongoing grant's slice with the rows as the change has them, and reseals those that differ, or suspends
/// those that the policy stops. The change keeps which.
pub(crate) fn run(change: &mut Change<'_>, env: Env<'_>) -> Result<(), OpError> {
    let now = env.now();
    let rules = change.view().policy()?;
    for mut grant in change.view().grants()?.into_iter().filter(|grant| grant.is_ongoing()) {
        let view = change.view();
        let accounts = source::read(&view, &grant.terms)?;
        let version = grant.version.saturating_add(1);
        let (witness, issuer) = (view.witness(&grant.id), view.public_key());
        let edition = Edition { version, witness, issuer, data_as_of: now.day() };
        let document = slice::build(&grant.terms, &edition, &accounts, view.pseudonym_key());
        let before = sealed_document(&grant)?;
        if document.data_hash()? == before.data_hash()? {
            continue;
        }
        let extent = slice::extent(&grant.terms, &accounts);
        let reasons = against(&grant, &extent, &rules);
        if !reasons.is_empty() {
            let (grant_id, recipient) = (grant.id.clone(), grant.terms.recipient.name.clone());
            let suspended = SuspendedGrant::new(grant_id, recipient, &reasons);
            change.suspend_grant(grant, json!({ "reason": suspended.reasons.join("; ") }))?;
            change.followed.suspended.push(suspended);
            continue;
        }
        let bytes = document.to_canonical_bytes()?;
        grant.extent = extent;
        seal(change, &mut grant, version, &bytes, env)?;
        change.put_grant(&grant)?;
        let detail = json!({
            "firstDay": extent.first,
            "lastDay": extent.last,
            "rows": extent.rows,
            "sliceHash": grant.slice_hash,
            "version": version,
        });
        change.audit(AuditAction::Reseal, &grant.id, detail);
        change.followed.resealed.push(ResealedGrant::between(&before, &document));
    }
    Ok(())
}

/// Returns why the policy stops a grant whose slice would show this much: a rule denies it, or it goes beyond the rule
/// that let it out.
fn against(grant: &Grant, extent: &Extent, rules: &[Rule]) -> Vec<Reason> {
    let mut reasons = policy::denials(&grant.terms, rules);
    if let Some(rule) = grant.rule {
        let asked = Asked { terms: &grant.terms, extent, approved: grant.approved_time };
        reasons.extend(policy::outgrown(&asked, rules, rule));
    }
    reasons
}

/// Signs and seals a slice as a version of a grant.
pub(crate) fn seal(
    change: &Change<'_>,
    grant: &mut Grant,
    version: u32,
    slice: &[u8],
    env: Env<'_>,
) -> Result<(), OpError> {
    let header =
        Header { grant_id: grant.id.clone(), version, expires: grant.terms.expiration_time, salt: env.random() };
    grant.sealed = package::seal(&grant.prk, &header, slice, &change.sign_slice(slice))?;
    grant.slice_hash = sha256_hex(slice);
    grant.version = version;
    Ok(())
}

/// Returns the bytes of the slice that is sealed now.
pub(crate) fn sealed_bytes(grant: &Grant) -> Result<SecretBytes, OpError> {
    Ok(UnverifiedPackage::parse(&grant.sealed)?.open(&grant.prk)?.verify()?.into_document())
}

/// Returns the document that is sealed now.
fn sealed_document(grant: &Grant) -> Result<SliceDocument, OpError> {
    let document = SliceDocument::from_json(sealed_bytes(grant)?.expose());
    document.map_err(|source| OpError::SealedSliceDamaged(grant.id.clone(), source))
}
