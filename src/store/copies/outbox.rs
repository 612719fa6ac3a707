//! The outbox: copies of the sealed slices of active grants, where a token opens them without the passphrase.
//!
//! Beside `<grant>.slice` lies `<grant>.opened`, one authenticated line with the number of openings, which the next
//! unlock counts into the audit log. Expiry, uses and revocation are enforced here and nowhere else: a copy that left
//! is out of reach. Formats: `docs/vault-format.md`, "The outbox".

use std::path::Path;

use data_encoding::HEXLOWER;
use thiserror::Error;

use crate::crypto::{MacKey, Secret32, constant_time_eq};
use crate::model::{Env, GrantId, Timestamp};
use crate::share::package::{ContentError, MAX_PACKAGE_LEN, PackageError, UnverifiedPackage, VerifiedSlice};
use crate::share::{DurationType, SliceDocument, Token, token};
use crate::store::files::lock::{BRIEFLY, LockError, VaultLock};
use crate::store::files::paths::{self, HEADER_FILE, OUTBOX_DIR};
use crate::store::files::{self, FileError, Links, ReadBack};
use crate::store::header::MAX_HEADER;

/// The largest record of openings, in bytes.
const MAX_OPENED: u64 = 4096;

/// Why a token did not open a slice.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// No slice of that grant lies here: revoked, ended, used up, or never shared from this vault.
    #[error(
        "the outbox has no slice for this token: the grant was revoked, has ended, is used up, or belongs to another vault"
    )]
    NotThere,
    /// The grant has ended.
    #[error("the grant ended at {0}")]
    Expired(Timestamp),
    /// The grant was opened as often as it may be.
    #[error("the grant was opened {0} times, as often as it allows")]
    UsedUp(u32),
    /// The record of openings is damaged, and this grant has a limit.
    #[error("the record of openings of this grant is damaged, so it cannot be known whether it is used up")]
    Record,
    /// The package is damaged, or sealed for another token.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process holds the lock.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Refuses an outbox that is a link: what lies behind it is neither read nor removed.
fn check_directory(dir: &Path) -> Result<(), FileError> {
    let path = dir.join(OUTBOX_DIR);
    match path.symlink_metadata() {
        Ok(data) if !data.is_dir() => {
            Err(FileError::WrongKind { path, found: "a link or a file", expected: "a directory" })
        }
        _ => Ok(()),
    }
}

/// Writes the outbox copy of a grant.
pub(crate) fn put(dir: &Path, grant: &GrantId, sealed: &[u8]) -> Result<(), FileError> {
    files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
    files::write_atomic(&paths::slice(dir, grant.as_str()), sealed, ReadBack::No)
}

/// Removes the outbox copy of a grant and the record of its openings, which was counted before.
pub(crate) fn remove(dir: &Path, grant: &GrantId) -> Result<(), FileError> {
    check_directory(dir)?;
    files::remove(&paths::slice(dir, grant.as_str()))?;
    files::remove(&paths::opened(dir, grant.as_str()))?;
    Ok(())
}

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

/// How often a grant was opened, and when last.
#[derive(Clone, Copy, Default)]
pub(crate) struct Openings {
    pub count: u32,
    /// In seconds since 1970.
    pub last_unix: i64,
}

/// Returns the one line of the record: number, moment, and `HMAC(receipt key, grant | number | moment)`.
fn opened_line(key: &MacKey, grant: &GrantId, openings: Openings) -> String {
    let Openings { count, last_unix } = openings;
    let mac = key.mac(&[grant.as_str().as_bytes(), &u64::from(count).to_le_bytes(), &last_unix.to_le_bytes()]);
    format!("{count} {last_unix} {}\n", HEXLOWER.encode(&mac))
}

/// Reads the recorded openings: zero without a record, `None` if no holder of the token wrote it.
pub(crate) fn read_opened(dir: &Path, grant: &GrantId, key: &MacKey) -> Option<Openings> {
    let Some(bytes) = files::read_if_there(&paths::opened(dir, grant.as_str()), MAX_OPENED).ok()? else {
        return Some(Openings::default());
    };
    let text = std::str::from_utf8(&bytes).ok()?;
    let mut words = text.split(' ');
    let openings = Openings { count: words.next()?.parse().ok()?, last_unix: words.next()?.parse().ok()? };
    constant_time_eq(opened_line(key, grant, openings).as_bytes(), &bytes).then_some(openings)
}

pub(crate) fn write_opened(dir: &Path, grant: &GrantId, key: &MacKey, openings: Openings) -> Result<(), FileError> {
    let line = opened_line(key, grant, openings);
    files::write_atomic(&paths::opened(dir, grant.as_str()), line.as_bytes(), ReadBack::No)
}

/// Returns the sealed bytes that lie in the outbox, if any can be read.
pub(crate) fn sealed(dir: &Path, grant: &GrantId) -> Option<Vec<u8>> {
    files::read_if_there(&paths::slice(dir, grant.as_str()), MAX_PACKAGE_LEN as u64).ok().flatten()
}

/// Returns the key that authenticates the record of a grant's openings.
pub(crate) fn receipt_key(prk: &Secret32) -> MacKey {
    MacKey::new(&token::receipt_key(prk))
}
