//! What a person is asked before a suspended grant goes on.

use super::draft::refuse_changed;
use super::page;
use crate::crypto::SecretBytes;
use crate::model::{Env, GrantId};
use crate::ops::report::ConsentScreen;
use crate::ops::{OpError, grants, reseal, source};
use crate::share::DurationType;
use crate::share::slice::{self, Edition};
use crate::store::{Reader, View};

/// Returns what a suspended grant would let out: the frozen bytes, or those of the data as they are now.
///
/// # Errors
///
/// When the grant is unknown, not suspended, expired or used up, or the vault cannot be read.
pub fn resume_screen(vault: &Reader, id: &GrantId, env: Env<'_>) -> Result<ConsentScreen, OpError> {
    let view = vault.view();
    let grant = grants::resumable(&view, id, vault.moment(env).now())?;
    let slice = match grant.terms.duration_type {
        DurationType::OneTime => reseal::sealed_bytes(&grant)?,
        DurationType::TimeBound => {
            let accounts = source::read(&view, &grant.terms)?;
            let (version, witness) = (grant.version, view.witness(&grant.id));
            let edition = Edition { version, witness, issuer: view.public_key(), data_as_of: env.now().day() };
            let document = slice::build(&grant.terms, &edition, &accounts, view.pseudonym_key());
            SecretBytes::new(document.to_canonical_bytes()?)
        }
    };
    let suspended = grants::why_suspended(vault, id)?;
    Ok(ConsentScreen { resumes: true, suspended, ..page::screen(&view, &grant.terms, slice, env.now())? })
}

/// Refuses to resume a grant whose data changed since a person saw them: the vault was not locked meanwhile.
///
/// # Errors
///
/// When they did, or as [`resume_screen`].
pub fn refuse_changed_since(vault: &Reader, id: &GrantId, seen: &ConsentScreen, env: Env<'_>) -> Result<(), OpError> {
    let view: View<'_> = vault.view();
    let grant = grants::resumable(&view, id, vault.moment(env).now())?;
    match grant.terms.duration_type {
        DurationType::OneTime => Ok(()),
        DurationType::TimeBound => {
            refuse_changed(&view, &grant.terms, &source::read(&view, &grant.terms)?, seen.slice.expose())
        }
    }
}
