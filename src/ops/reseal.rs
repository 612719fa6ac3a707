//! Ongoing grants follow the data: a change of what a slice shows reseals it in the same transaction.

use serde_json::json;

use super::{OpError, source};
use crate::crypto::sha256_hex;
use crate::model::Env;
use crate::ops::report::ResealedGrant;
use crate::share::package::{self, Header};
use crate::share::slice::{self, Edition};
use crate::share::{SliceDocument, UnverifiedPackage};
use crate::store::AuditAction;
use crate::store::Change;
use crate::store::db::grants::Grant;

/// Compares every ongoing grant's slice with the rows as the change has them, and reseals those that differ. Returns
/// the resealed ones.
pub(crate) fn run(change: &mut Change<'_>, env: Env<'_>) -> Result<Vec<ResealedGrant>, OpError> {
    let now = env.now();
    let rows = |document: &SliceDocument| document.transactions.as_ref().map_or(0, Vec::len) as u64;
    let mut resealed = Vec::new();
    for mut grant in change.view().grants()?.into_iter().filter(|grant| grant.is_ongoing(now)) {
        let view = change.view();
        let accounts = source::read(&view, &grant.terms)?;
        let version = grant.version.saturating_add(1);
        let edition = Edition { version, witness: view.witness(&grant.id), issuer: view.public_key(), data_as_of: now };
        let document = slice::build(&grant.terms, &edition, &accounts, view.pseudonym_key());
        let before = sealed_document(&grant)?;
        if document.data_hash()? == before.data_hash()? {
            continue;
        }
        let bytes = document.to_canonical_bytes()?;
        seal(change, &mut grant, version, &bytes, env)?;
        change.put_grant(&grant, now)?;
        change.audit(AuditAction::Reseal, &grant.id, json!({ "sliceHash": grant.slice_hash, "version": version }));
        resealed.push(ResealedGrant {
            grant_id: grant.id.clone(),
            recipient: grant.terms.recipient.name.clone(),
            version,
            rows_added: rows(&document).saturating_sub(rows(&before)),
        });
    }
    Ok(resealed)
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

/// Returns the document that is sealed now.
fn sealed_document(grant: &Grant) -> Result<SliceDocument, OpError> {
    let opened = UnverifiedPackage::parse(&grant.sealed)?.open(&grant.prk)?.verify()?;
    let document = SliceDocument::from_json(opened.document_bytes());
    document.map_err(|source| OpError::SealedSliceDamaged(grant.id.clone(), source))
}
