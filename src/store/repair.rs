//! Repairs the copies outside the database: openings that were not counted yet, grants that ended, slices that are
//! missing, outdated or no longer wanted, a head that lags, the marker of a creation that is over. What lies in the outbox and is not ours is logged once.

use serde_json::{Value, json};

use crate::model::Env;
use crate::store::copies::anchor::{AnchorError, AnchorState};
use crate::store::copies::outbox::Record;
use crate::store::db::audit::AuditAction;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::error::StoreError;
use crate::store::exchange;
use crate::store::files;
use crate::store::notice::Notice;
use crate::store::outbox_seen::{Counted, count_used_up};
use crate::store::outbox_state::{Outbox, STRAY, SliceFile, Standing};
use crate::store::reader::Reader;
use crate::store::site;
use crate::store::writer::Writer;

/// Returns whether a copy outside the database differs from it.
pub(super) fn is_needed(vault: &Reader, env: Env<'_>) -> Result<bool, StoreError> {
    Ok(vault.expected.next.is_some()
        || exchange::has_leftovers(&vault.dir)
        || is_head_stale(vault)
        || site::has_marker(&vault.dir)
        || Outbox::of(vault)?.is_stale(vault.moment(env)))
}

/// Returns whether `head` is missing, or of an earlier entry of this history. Any other stays where it is.
fn is_head_stale(vault: &Reader) -> bool {
    matches!(vault.head_state(), Ok(AnchorState::Missing | AnchorState::Advanced { .. }))
}

impl Writer {
    /// Counts openings, closes grants that are over, and rewrites outbox and head from the database.
    ///
    /// # Errors
    /// When the vault is not as it was written. What a disk prevents is a notice, and the next command tries again.
    pub fn repair(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        let repaired = repair(self, env);
        self.tolerate(repaired)
    }

    /// Turns what must not prevent reading or changing, least of all revoking, into a notice.
    fn tolerate(&mut self, repaired: Result<(), StoreError>) -> Result<(), StoreError> {
        match repaired {
            Err(error) if error.is_of_disk() => {
                self.reader.notices.push(Notice::NotRepaired(error));
            }
            Err(error @ StoreError::Anchor(AnchorError::File(_) | AnchorError::NoPlace)) => {
                self.reader.notices.push(Notice::AnchorNotMoved(error));
            }
            repaired => repaired?,
        }
        Ok(())
    }
}

fn repair(vault: &mut Writer, env: Env<'_>) -> Result<(), StoreError> {
    let tidied = exchange::tidy(&vault.dir, vault.id().as_str()).map_err(StoreError::from);
    vault.tolerate(tidied)?;
    let swept = files::atomic::sweep_temporary(&vault.dir).map(drop).map_err(StoreError::from);
    vault.tolerate(swept)?;
    let settled = vault.settle_header(env);
    vault.tolerate(settled)?;
    let outbox = Outbox::of(vault)?;
    let logged = log_foreign(vault, &outbox, env);
    vault.tolerate(logged)?;
    vault.reader.notices.extend(outbox.unread.into_iter().map(|error| Notice::NotRepaired(error.into())));
    for standing in outbox.standings {
        // One grant that cannot be repaired does not keep the others from it.
        let repaired = repair_grant(vault, standing, env);
        vault.tolerate(repaired)?;
    }
    for leftover in &outbox.leftovers {
        files::remove(leftover)?;
    }
    if is_head_stale(vault) {
        vault.write_heads()?;
    }
    Ok(())
}

/// Logs, once, what lies in the outbox and is not ours.
fn log_foreign(vault: &mut Writer, outbox: &Outbox, env: Env<'_>) -> Result<(), StoreError> {
    if outbox.unlogged.is_empty() {
        return Ok(());
    }
    vault.change::<_, StoreError>(env, |change| {
        for name in &outbox.unlogged {
            change.audit(AuditAction::Foreign, name, json!({ "kind": outbox.foreign[name] }));
        }
        Ok(())
    })?;
    let notice = |name: &String| match outbox.foreign[name] {
        STRAY => Notice::Stray(name.clone()),
        _ => Notice::Foreign(name.clone()),
    };
    vault.reader.notices.extend(outbox.unlogged.iter().map(notice));
    Ok(())
}

fn repair_grant(vault: &mut Writer, standing: Standing, env: Env<'_>) -> Result<(), StoreError> {
    let moment = vault.moment(env);
    let ended = standing.is_over(moment);
    if ended.is_none() && standing.fits() {
        return Ok(());
    }
    let uncounted = standing.uncounted();
    let Standing { grant, slice, record, .. } = standing;
    let id = grant.id.clone();
    if slice == SliceFile::Unrecorded {
        log_unrecorded(vault, &grant, env)?;
    }
    let was = grant.status;
    if ended.is_some() || uncounted > 0 {
        vault.change::<_, StoreError>(env, |change| {
            if let Some(counted) = Counted::of(grant, record) {
                counted.store(change)?;
            }
            let Some(status) = ended else { return Ok(()) };
            let found = change.view().grant(&id)?;
            let Some(mut grant) = found else { return Ok(()) };
            grant.status = status;
            count_used_up(&mut grant, change);
            let (action, detail) = end_of(was, &grant);
            change.audit(action, &id, detail);
            change.put_grant(&grant)
        })?;
    }
    if ended.is_some() {
        if was == GrantStatus::Pending {
            vault.reader.notices.push(Notice::Abandoned(id));
        }
        return Ok(());
    }
    let Some(grant) = vault.view().grant(&id)? else { return Ok(()) };
    if let Some(wanted) = grant.wanted(vault.seen) {
        vault.make_copies(vec![(id.clone(), wanted)], &[])?;
    }
    if was != GrantStatus::Active {
        return Ok(());
    }
    if !matches!(slice, SliceFile::Current | SliceFile::Foreign) {
        vault.reader.notices.push(Notice::SliceRewritten(id.clone()));
    }
    // Where the record is missing, damaged or put back, the count in the database is kept.
    if record != Record::Foreign
        && record.known().is_none_or(|openings| openings.is_since_loss() || openings.count < grant.used)
    {
        vault.reader.notices.push(Notice::OpeningsRewritten(id));
    }
    Ok(())
}

/// Logs that a slice is replaced or removed which this vault does not remember to have sealed.
fn log_unrecorded(vault: &mut Writer, grant: &Grant, env: Env<'_>) -> Result<(), StoreError> {
    vault.change(env, |change| {
        change.audit(AuditAction::Foreign, &grant.id, json!({ "kind": "slice", "removed": true }));
        Ok(())
    })
}

/// Returns how the log calls the end of a grant, and what it says of it.
fn end_of(was: GrantStatus, grant: &Grant) -> (AuditAction, Value) {
    let used = grant.used;
    match (was, grant.status) {
        (GrantStatus::Pending, _) => {
            let reason = "its token was being handed out when that was interrupted: it may have left";
            (AuditAction::Revoke, json!({ "mayHaveLeft": true, "reason": reason, "used": used }))
        }
        (_, GrantStatus::Revoked) => {
            (AuditAction::Revoke, json!({ "reason": "a revocation mark lay in the outbox", "used": used }))
        }
        (_, status) => (AuditAction::Expire, json!({ "status": status, "used": used })),
    }
}
