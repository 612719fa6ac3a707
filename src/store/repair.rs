//! Repairs the copies outside the database: outbox files without an active grant, missing or stale ones,
//! openings that were not counted yet, grants that ended, a head that lags.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::model::{Env, Timestamp};
use crate::store::copies::anchor::AnchorError;
use crate::store::copies::head::MAX_HEAD;
use crate::store::copies::outbox::{self, Openings};
use crate::store::db::audit::AuditAction;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::files::paths::{HEAD_FILE, OUTBOX_DIR};
use crate::store::notice::Notice;
use crate::store::reader::Reader;
use crate::store::writer::Writer;

/// Returns whether a copy outside the database differs from it.
pub(super) fn is_needed(vault: &Reader, env: Env<'_>) -> Result<bool, StoreError> {
    Ok(is_head_stale(vault) || is_outbox_stale(vault, env)?)
}

/// Returns whether the outbox differs from the grants.
pub(super) fn is_outbox_stale(vault: &Reader, env: Env<'_>) -> Result<bool, StoreError> {
    let now = env.now();
    let grants = vault.view().grants()?;
    for grant in grants.iter().filter(|grant| grant.status == GrantStatus::Active) {
        let copy = Copy::of(vault, grant);
        let ended = grant.status_at(now) != GrantStatus::Active;
        if ended || copy.is_stale || copy.is_record_damaged || copy.opened.count != grant.used {
            return Ok(true);
        }
    }
    Ok(!unknown_files(vault, &grants, now).is_empty())
}

fn is_head_stale(vault: &Reader) -> bool {
    let found = files::read_if_there(&vault.dir.join(HEAD_FILE), MAX_HEAD);
    !matches!(found, Ok(Some(bytes)) if bytes == vault.signed_head())
}

impl Writer {
    /// Counts openings, closes grants that are over, and rewrites outbox and head from the database.
    ///
    /// # Errors
    /// When the database cannot be changed. A copy that cannot be written is a notice.
    pub fn repair(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        match repair(self, env) {
            // A broken copy must not prevent reading or changing, least of all revoking.
            Err(StoreError::File(error)) => self.reader.notices.push(Notice::NotRepaired(error)),
            Err(error @ StoreError::Anchor(AnchorError::File(_) | AnchorError::NoPlace)) => {
                self.reader.notices.push(Notice::AnchorNotMoved(error));
            }
            repaired => repaired?,
        }
        Ok(())
    }
}

fn repair(vault: &mut Writer, env: Env<'_>) -> Result<(), StoreError> {
    files::sweep_temporary(&vault.dir)?;
    let active = vault.view().grants()?.into_iter().filter(|grant| grant.status == GrantStatus::Active);
    for grant in active.collect::<Vec<_>>() {
        repair_grant(vault, grant, env)?;
    }
    for unknown in unknown_files(vault, &vault.view().grants()?, env.now()) {
        files::remove(&unknown)?;
    }
    if is_head_stale(vault) {
        vault.write_heads()?;
    }
    Ok(())
}

fn repair_grant(vault: &mut Writer, mut grant: Grant, env: Env<'_>) -> Result<(), StoreError> {
    let now = env.now();
    let copy = Copy::of(vault, &grant);
    let opened = copy.opened.count;
    let more = opened.saturating_sub(grant.used);
    grant.used = grant.used.max(opened);
    let ended = grant.status_at(now) != GrantStatus::Active;
    if more > 0 || ended {
        if ended {
            grant.status = GrantStatus::Expired;
        }
        vault.change(env, |change| {
            if more > 0 {
                let last = Timestamp::from_unix(copy.opened.last_unix).to_string();
                change.audit(AuditAction::Open, &grant.id, json!({ "times": more, "last": last }));
            }
            if ended {
                change.audit(AuditAction::Expire, &grant.id, json!({ "used": grant.used }));
            }
            change.put_grant(&grant, now)
        })?;
    } else if copy.is_stale {
        outbox::put(&vault.dir, &grant.id, &grant.sealed)?;
        vault.reader.notices.push(Notice::SliceRewritten(grant.id.clone()));
    }
    if !ended && (copy.is_record_damaged || opened < grant.used) {
        // The record of openings is missing or damaged: the count in the database is kept.
        let openings = Openings { count: grant.used, last_unix: now.unix() };
        outbox::write_opened(&vault.dir, &grant.id, &outbox::receipt_key(&grant.prk), openings)?;
        vault.reader.notices.push(Notice::OpeningsRewritten(grant.id));
    }
    Ok(())
}

/// How the files of an active grant compare with the database.
struct Copy {
    opened: Openings,
    is_record_damaged: bool,
    /// The sealed slice is missing or different.
    is_stale: bool,
}

impl Copy {
    fn of(vault: &Reader, grant: &Grant) -> Copy {
        let opened = outbox::read_opened(&vault.dir, &grant.id, &outbox::receipt_key(&grant.prk));
        Copy {
            is_record_damaged: opened.is_none(),
            opened: opened.unwrap_or_default(),
            is_stale: outbox::sealed(&vault.dir, &grant.id).as_deref() != Some(grant.sealed.as_slice()),
        }
    }
}

/// Returns the files in the outbox that belong to no active grant.
fn unknown_files(vault: &Reader, grants: &[Grant], now: Timestamp) -> Vec<PathBuf> {
    let is_known = |name: &str| {
        let id = name.strip_suffix(".slice").or_else(|| name.strip_suffix(".opened"));
        grants.iter().any(|g| Some(g.id.as_str()) == id && g.status_at(now) == GrantStatus::Active)
    };
    let outbox = vault.dir.join(OUTBOX_DIR);
    // What lies behind a link is not removed.
    if !outbox.symlink_metadata().is_ok_and(|data| data.is_dir()) {
        return Vec::new();
    }
    let Ok(entries) = fs::read_dir(outbox) else { return Vec::new() };
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|t| !t.is_dir()));
    files.filter(|entry| !entry.file_name().to_str().is_some_and(is_known)).map(|entry| entry.path()).collect()
}
