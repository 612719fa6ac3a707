//! The outbox: copies of the sealed slices of active grants, where a token opens them without the passphrase.
//!
//! Beside `<grant>.slice` lies `<grant>.opened`, one authenticated line with the number of openings, which the next
//! unlock counts into the audit log. Expiry, uses and revocation are enforced here and nowhere else: a copy that left
//! is out of reach. Formats: `docs/vault-format.md`, "The outbox".

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use thiserror::Error;

use crate::crypto::{MacKey, Secret32, constant_time_eq};
use crate::model::{Env, GrantId, Timestamp};
use crate::share::package::{MAX_PACKAGE_LEN, PackageError, UnverifiedPackage, VerifiedSlice};
use crate::share::{DurationType, SliceDocument, Token, token};
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::error::StoreError;
use crate::store::files::lock::{BRIEFLY, LockError, VaultLock};
use crate::store::files::{self, FileError, Links, ReadBack};
use crate::store::vault::OUTBOX_DIR;
use crate::store::vault::Open;
use crate::store::vault::Vault;

/// A larger record of openings is none that this program wrote, in bytes.
const MAX_OPENED: u64 = 4096;

/// Why a token opened nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// No slice of that grant lies here: revoked, ended, used up, or never shared from this vault.
    #[error(
        "no slice for this token lies in the outbox: the grant was revoked, has ended, is used up, or is not of this vault"
    )]
    NotThere,
    /// The grant has ended.
    #[error("the grant ended at {0}")]
    Expired(Timestamp),
    /// The grant was opened as often as it may be.
    #[error("the grant may be opened {0} times, and was")]
    UsedUp(u32),
    /// The count of openings is not to be believed, and this grant has a limit.
    #[error("the record of openings of this grant is damaged, so it cannot be known whether it is used up")]
    Record,
    /// The package is damaged, or sealed for another token.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process has the vault.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Refuses an outbox that leads elsewhere: what lies behind a link is neither read nor removed.
fn check_place(dir: &Path) -> Result<(), FileError> {
    let path = dir.join(OUTBOX_DIR);
    match path.symlink_metadata() {
        Ok(data) if !data.is_dir() => {
            Err(FileError::WrongKind { path, found: "a link or a file", expected: "a directory" })
        }
        _ => Ok(()),
    }
}

fn slice_path(dir: &Path, grant: &GrantId) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.slice"))
}

fn opened_path(dir: &Path, grant: &GrantId) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.opened"))
}

/// Writes the outbox copy of a grant.
pub(crate) fn put(dir: &Path, grant: &GrantId, sealed: &[u8]) -> Result<(), StoreError> {
    files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
    Ok(files::write_atomic(&slice_path(dir, grant), sealed, ReadBack::No)?)
}

/// Removes the outbox copy of a grant and the record of its openings, which was counted before.
pub(crate) fn remove(dir: &Path, grant: &GrantId) -> Result<(), StoreError> {
    check_place(dir)?;
    files::remove(&slice_path(dir, grant))?;
    files::remove(&opened_path(dir, grant))?;
    Ok(())
}

/// Opens a slice from the outbox with nothing but its token, and counts the opening.
///
/// A use is spent before the slice is handed out: whoever interrupts this loses a use and never gains one.
pub(crate) fn open(dir: &Path, token: &Token, env: Env<'_>) -> Result<VerifiedSlice, OutboxError> {
    let grant = token.grant_id();
    if !files::read_if_there(&dir.join(crate::store::header::HEADER_FILE), crate::store::header::MAX_HEADER)
        .is_ok_and(|h| h.is_some())
    {
        return Err(OutboxError::NotThere);
    }
    let lock = match VaultLock::exclusive(dir, BRIEFLY) {
        Ok(lock) => Some(lock),
        Err(LockError::Busy { path }) => return Err(LockError::Busy { path }.into()),
        // On a medium that cannot be written nothing is counted; a limited grant is refused below.
        Err(LockError::File(_)) => None,
    };
    check_place(dir)?;
    let bytes = files::read_if_there(&slice_path(dir, grant), MAX_PACKAGE_LEN as u64)?.ok_or(OutboxError::NotThere)?;
    let prk = token.secret().prk();
    let slice = UnverifiedPackage::parse(&bytes)?.open(&prk)?.verify()?;
    if slice.header().is_expired(env.now()) {
        return Err(OutboxError::Expired(slice.header().expires));
    }
    let uses = uses(&slice)?;
    let key = MacKey::new(&token::receipt_key(&prk));
    let opened = match read_opened(dir, grant, &key) {
        Some(opened) => opened,
        // Where nothing is limited, junk keeps nobody out; the next unlock mends it.
        None if uses.is_none() => Openings::default(),
        None => return Err(OutboxError::Record),
    };
    let count = opened.count;
    if let Some(uses) = uses.filter(|uses| count >= *uses) {
        files::remove(&slice_path(dir, grant))?;
        return Err(OutboxError::UsedUp(uses));
    }
    let opened = Openings { count: count.saturating_add(1), last: env.now().unix() };
    match (write_opened(dir, grant, &key, opened), uses) {
        (Ok(()), Some(uses)) if opened.count >= uses => {
            files::remove(&slice_path(dir, grant))?;
        }
        (Ok(()), _) | (Err(_), None) => {}
        (Err(error), Some(_)) => return Err(error.into()),
    }
    drop(lock);
    Ok(slice)
}

/// How often the grant of a slice may be opened, by its own document.
fn uses(slice: &VerifiedSlice) -> Result<Option<u32>, OutboxError> {
    let document: SliceDocument = serde_json::from_slice(slice.document_bytes())
        .map_err(|_| PackageError::Malformed("the document has no terms"))?;
    Ok(match document.grant.duration_type {
        DurationType::OneTime => Some(1),
        DurationType::TimeBound => document.grant.max_uses,
    })
}

/// How often a grant was opened, and when last, in seconds since 1970.
#[derive(Clone, Copy, Default)]
struct Openings {
    count: u32,
    last: i64,
}

/// One line, however often it was opened: number, moment, and `HMAC(receipt key, grant | number | moment)`.
fn opened_line(key: &MacKey, grant: &GrantId, openings: Openings) -> String {
    let Openings { count, last } = openings;
    let mac = key.mac(&[grant.as_str().as_bytes(), &u64::from(count).to_le_bytes(), &last.to_le_bytes()]);
    let mac: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{count} {last} {mac}\n")
}

/// The openings that are recorded: none without a record, nothing where it is not what a holder of the token wrote.
fn read_opened(dir: &Path, grant: &GrantId, key: &MacKey) -> Option<Openings> {
    let Some(bytes) = files::read_if_there(&opened_path(dir, grant), MAX_OPENED).ok()? else {
        return Some(Openings::default());
    };
    let text = std::str::from_utf8(&bytes).ok()?;
    let mut words = text.split(' ');
    let openings = Openings { count: words.next()?.parse().ok()?, last: words.next()?.parse().ok()? };
    constant_time_eq(opened_line(key, grant, openings).as_bytes(), &bytes).then_some(openings)
}

fn write_opened(dir: &Path, grant: &GrantId, key: &MacKey, openings: Openings) -> Result<(), FileError> {
    let line = opened_line(key, grant, openings);
    files::write_atomic(&opened_path(dir, grant), line.as_bytes(), ReadBack::No)
}

/// What one active grant's files want.
struct Wanted {
    opened: Openings,
    /// The record of openings is not to be believed.
    damaged: bool,
    /// The copy is missing or another.
    stale: bool,
}

fn survey(dir: &Path, grant: &Grant, key: &MacKey) -> Wanted {
    let opened = read_opened(dir, &grant.id, key);
    let found = files::read_if_there(&slice_path(dir, &grant.id), MAX_PACKAGE_LEN as u64).ok().flatten();
    Wanted {
        damaged: opened.is_none(),
        opened: opened.unwrap_or_default(),
        stale: found.as_deref() != Some(grant.sealed.as_slice()),
    }
}

/// Whether anything in the outbox is not as the grants have it.
pub(crate) fn needs_mending(vault: &Vault<Open>, env: Env<'_>) -> Result<bool, StoreError> {
    let grants = vault.view().grants()?;
    for grant in grants.iter().filter(|g| g.status == GrantStatus::Active) {
        if grant.status_at(env.now()) != GrantStatus::Active {
            return Ok(true);
        }
        let key = receipts(&grant.prk);
        let wanted = survey(&vault.dir, grant, &key);
        if wanted.stale || wanted.damaged || wanted.opened.count != grant.used {
            return Ok(true);
        }
    }
    Ok(!strangers(&vault.dir, &grants, env.now()).is_empty())
}

/// Counts openings, ends what has ended, and makes the outbox what the grants say.
pub(crate) fn mend(vault: &mut Vault<Open>, env: Env<'_>) -> Result<(), StoreError> {
    let now = env.now();
    for mut grant in vault.view().grants()?.into_iter().filter(|g| g.status == GrantStatus::Active) {
        let key = receipts(&grant.prk);
        let wanted = survey(&vault.dir, &grant, &key);
        let opened = wanted.opened.count;
        let more = opened.saturating_sub(grant.used);
        grant.used = grant.used.max(opened);
        let ended = grant.status_at(now) != GrantStatus::Active;
        if more > 0 || ended {
            if ended {
                grant.status = GrantStatus::Expired;
            }
            vault.change(env, |change| {
                if more > 0 {
                    let last = Timestamp::from_unix(wanted.opened.last).to_string();
                    change.audit("open", &grant.id, json!({ "times": more, "last": last }));
                }
                if ended {
                    change.audit("expire", &grant.id, json!({ "used": grant.used }));
                }
                change.put_grant(&grant, now)
            })?;
        } else if wanted.stale {
            put(&vault.dir, &grant.id, &grant.sealed)?;
            vault.state.notices.push(format!("the outbox copy of grant {} was mended", grant.id));
        }
        if !ended && (wanted.damaged || opened < grant.used) {
            // Somebody removed the record of openings: the count in the database stands.
            let openings = Openings { count: grant.used, last: now.unix() };
            write_opened(&vault.dir, &grant.id, &key, openings)?;
            vault.state.notices.push(format!("the record of openings of grant {} was missing and is mended", grant.id));
        }
    }
    for stranger in strangers(&vault.dir, &vault.view().grants()?, now) {
        files::remove(&stranger)?;
    }
    Ok(())
}

/// Files in the outbox that belong to no active grant.
fn strangers(dir: &Path, grants: &[Grant], now: Timestamp) -> Vec<PathBuf> {
    let active = |name: &str| {
        let id = name.strip_suffix(".slice").or_else(|| name.strip_suffix(".opened"));
        grants.iter().any(|g| Some(g.id.as_str()) == id && g.status_at(now) == GrantStatus::Active)
    };
    let outbox = dir.join(OUTBOX_DIR);
    // What lies behind a link is not ours to remove.
    if !outbox.symlink_metadata().is_ok_and(|data| data.is_dir()) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(outbox) else { return Vec::new() };
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|t| !t.is_dir()));
    files.filter(|entry| !entry.file_name().to_str().is_some_and(active)).map(|entry| entry.path()).collect()
}

fn receipts(prk: &Secret32) -> MacKey {
    MacKey::new(&token::receipt_key(prk))
}
