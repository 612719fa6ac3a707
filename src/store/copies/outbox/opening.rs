//! Opening a slice with its token alone: what the outbox enforces.

use std::path::Path;

use crate::model::Env;
use crate::share::package::{ContentError, MAX_PACKAGE_LEN, PackageError, UnverifiedPackage, VerifiedSlice};
use crate::share::{DurationType, SliceDocument, Token};
use crate::store::copies::outbox::copy::check_directory;
use crate::store::copies::outbox::error::OutboxError;
use crate::store::copies::outbox::record::{Openings, read_opened, receipt_key, write_opened};
use crate::store::files;
use crate::store::files::lock::{BRIEFLY, LockError, VaultLock};
use crate::store::files::paths::{self, HEADER_FILE};
use crate::store::header::MAX_HEADER;

/// Opens a slice from the outbox with nothing but its token, and counts the opening.
///
/// A use is counted before the slice is returned: an interruption loses a use and never gains one.
pub(crate) fn open(dir: &Path, token: &Token, env: Env<'_>) -> Result<VerifiedSlice, OutboxError> {
    let grant = token.grant_id();
    if !files::read_if_there(&dir.join(HEADER_FILE), MAX_HEADER).is_ok_and(|h| h.is_some()) {
        return Err(OutboxError::NotThere);
    }
    let lock = match VaultLock::exclusive(dir, BRIEFLY) {
        Ok(lock) => Some(lock),
        Err(LockError::Busy { path }) => return Err(LockError::Busy { path }.into()),
        // On a medium that cannot be written nothing is counted; a limited grant is refused below.
        Err(LockError::File(_)) => None,
    };
    check_directory(dir)?;
    let bytes = files::read_if_there(&paths::slice(dir, grant.as_str()), MAX_PACKAGE_LEN as u64)?
        .ok_or(OutboxError::NotThere)?;
    let prk = token.secret().prk();
    let slice = UnverifiedPackage::parse(&bytes)?.open(&prk)?.verify()?;
    if slice.header().is_expired(env.now()) {
        return Err(OutboxError::Expired(slice.header().expires));
    }
    let uses = uses(&slice)?;
    let key = receipt_key(&prk);
    let opened = match read_opened(dir, grant, &key) {
        Some(opened) => opened,
        // Without a limit, a damaged record is ignored; the next unlock repairs it.
        None if uses.is_none() => Openings::default(),
        None => return Err(OutboxError::Record),
    };
    let count = opened.count;
    if let Some(uses) = uses.filter(|uses| count >= *uses) {
        files::remove(&paths::slice(dir, grant.as_str()))?;
        return Err(OutboxError::UsedUp(uses));
    }
    let opened = Openings { count: count.saturating_add(1), last_unix: env.now().unix() };
    match (write_opened(dir, grant, &key, opened), uses) {
        (Ok(()), Some(uses)) if opened.count >= uses => {
            files::remove(&paths::slice(dir, grant.as_str()))?;
        }
        (Ok(()), _) | (Err(_), None) => {}
        (Err(error), Some(_)) => return Err(error.into()),
    }
    drop(lock);
    Ok(slice)
}

/// Returns how often the grant of a slice may be opened, by its own document.
fn uses(slice: &VerifiedSlice) -> Result<Option<u32>, OutboxError> {
    let document: SliceDocument = serde_json::from_slice(slice.document_bytes())
        .map_err(|source| PackageError::from(ContentError::Terms(source)))?;
    Ok(match document.grant.duration_type {
        DurationType::OneTime => Some(1),
        DurationType::TimeBound => document.grant.max_uses,
    })
}
