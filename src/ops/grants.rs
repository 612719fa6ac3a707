//! The grants that were approved.

use serde_json::{Value, json};

use super::approval::{self, Act, Approval, approver};
use super::report::{GrantAccount, GrantLine, GrantRecord};
use super::{OpError, reseal, source};
use crate::model::{AccountId, Env, GrantId, Timestamp, near};
use crate::share::DurationType;
use crate::share::rule::Asked;
use crate::share::slice;
use crate::store::AuditAction;
use crate::store::db::audit::AuditRecord;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::{Reader, View, Writer};

/// Returns every grant, in the order of their approval.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader, env: Env<'_>) -> Result<Vec<GrantLine>, OpError> {
    let now = vault.moment(env).now();
    Ok(vault.view().grants()?.iter().map(|grant| line(vault, grant, now)).collect())
}

/// Returns all that is recorded of one grant.
///
/// # Errors
///
/// When there is no such grant, or as [`list`].
pub fn show(vault: &Reader, id: &GrantId, env: Env<'_>) -> Result<GrantRecord, OpError> {
    let view = vault.view();
    let grant = find(&view, id)?;
    let all = view.accounts()?;
    let narrowing = &grant.terms.narrowing;
    let account = |id: &AccountId| {
        let known = all.iter().find(|account| account.id == *id);
        GrantAccount {
            account_id: *id,
            name: known.map(|account| account.name.clone()),
            closed: known.is_some_and(|account| account.closed),
        }
    };
    Ok(GrantRecord {
        line: line(vault, &grant, vault.moment(env).now()),
        approved_by: approver(grant.rule),
        rule: grant.rule,
        approved_time: grant.approved_time,
        audit_seq: grant.approved,
        accounts: narrowing.accounts.iter().map(account).collect(),
        account_types: narrowing.account_types.clone(),
        since: narrowing.since,
        until: narrowing.until,
        direction: narrowing.direction,
        limit: narrowing.limit,
        fields: grant.terms.visible_fields(),
        rows: grant.extent.rows,
        first_day: grant.extent.first,
        last_day: grant.extent.last,
        retention_days: grant.terms.retention_days,
    })
}

/// Returns the grant with an id, or the only one whose id begins so. A whole id is taken as it is: the outbox may have what
/// this state of the vault does not know.
///
/// # Errors
///
/// When no id, or several, begin so, or as [`list`].
pub fn named(vault: &Reader, part: &str) -> Result<GrantId, OpError> {
    if let Ok(whole) = part.parse() {
        return Ok(whole);
    }
    let view = vault.view();
    let ids = view.grants()?.into_iter().map(|grant| grant.id);
    let mut like: Vec<GrantId> = ids.filter(|id| id.as_str().starts_with(part)).collect();
    match (like.pop(), like.is_empty()) {
        (None, _) => Err(OpError::NoGrantLike { part: part.to_owned(), near: near_ids(&view, part)? }),
        (Some(id), true) => Ok(id),
        (Some(id), false) => {
            like.push(id);
            Err(OpError::SeveralGrantsLike { part: part.to_owned(), ids: like })
        }
    }
}

/// Returns the error that no grant has an id, with the ids that are near.
pub(super) fn unknown(view: &View<'_>, id: &GrantId) -> OpError {
    match near_ids(view, id.as_str()) {
        Ok(near) => OpError::UnknownGrant { id: id.clone(), near },
        Err(error) => error,
    }
}

/// Returns the ids that are like one that was written, whole or in part.
fn near_ids(view: &View<'_>, part: &str) -> Result<Vec<GrantId>, OpError> {
    let ids: Vec<GrantId> = view.grants()?.into_iter().map(|grant| grant.id).collect();
    // What was cut short is like the same part of an id.
    let starts: Vec<&str> = ids.iter().map(|id| &id.as_str()[..part.len().min(GrantId::LENGTH)]).collect();
    let meant = near(part, starts.iter().copied());
    Ok(ids.iter().filter(|id| meant.iter().any(|start| id.as_str().starts_with(start))).cloned().collect())
}

/// Resumes a suspended grant: its outbox copy is written again, with the data as they are now.
///
/// # Errors
///
/// When the grant is unknown, not suspended, expired or used up, the policy refuses, or the vault cannot be written.
pub fn resume(vault: &mut Writer, id: &GrantId, how: Approval, env: Env<'_>) -> Result<GrantLine, OpError> {
    let view = vault.view();
    let now = vault.moment(env).now();
    let mut grant = resumable(&view, id, now)?;
    let extent = match grant.terms.duration_type {
        DurationType::OneTime => grant.extent,
        DurationType::TimeBound => slice::extent(&grant.terms, &source::read(&view, &grant.terms)?),
    };
    let asked = Asked { terms: &grant.terms, extent: &extent, approved: grant.approved_time };
    grant.rule = approval::let_out(vault, Act::Resume, &asked, how, env)?;
    vault.change(env, |change| {
        change.put_grant(&grant)?;
        let detail = json!({ "approvedBy": approver(grant.rule), "rule": grant.rule, "used": grant.used });
        change.audit(AuditAction::Resume, id, detail);
        reseal::run(change, env)
    })?;
    Ok(line(vault, &find(&vault.view(), id)?, now))
}

/// Returns why a grant was suspended last, where the log says so in a sentence.
///
/// # Errors
///
/// When the log cannot be read.
pub fn why_suspended(vault: &Reader, id: &GrantId) -> Result<Option<String>, OpError> {
    let log = vault.audit_log()?;
    let is_of = |record: &&AuditRecord| record.action == AuditAction::Suspend.as_str() && record.subject == id.as_str();
    let detail = log.iter().rev().find(is_of).and_then(|record| serde_json::from_str::<Value>(&record.detail).ok());
    Ok(detail.and_then(|detail| Some(detail.get("reason")?.as_str()?.to_owned())))
}

/// Returns a suspended grant as it would be when it is resumed: active.
pub(super) fn resumable(view: &View<'_>, id: &GrantId, now: Timestamp) -> Result<Grant, OpError> {
    let mut grant = find(view, id)?;
    if grant.status != GrantStatus::Suspended {
        return Err(OpError::NotSuspended { id: id.clone(), status: grant.status_at(now) });
    }
    grant.status = GrantStatus::Active;
    if grant.status_at(now) != GrantStatus::Active {
        return Err(OpError::GrantOver(id.clone()));
    }
    Ok(grant)
}

fn find(view: &View<'_>, id: &GrantId) -> Result<Grant, OpError> {
    view.grant(id)?.ok_or_else(|| unknown(view, id))
}

fn line(vault: &Reader, grant: &Grant, now: Timestamp) -> GrantLine {
    // Its end may be outstanding in the database, when that could not be written.
    let is_revoked = !grant.is_over() && vault.is_withheld(&grant.id);
    GrantLine {
        grant_id: grant.id.clone(),
        status: if is_revoked { GrantStatus::Revoked } else { grant.status_at(now) },
        recipient: grant.terms.recipient.name.clone(),
        purpose: grant.terms.purpose.text.clone(),
        scopes: grant.terms.scopes.clone(),
        created_time: grant.terms.created_time,
        expiration_time: grant.terms.expiration_time,
        used_count: grant.used.into(),
        max_uses: grant.terms.allowed_uses(),
        duration_type: grant.terms.duration_type,
        version: grant.version,
        slice_hash: grant.slice_hash.clone(),
    }
}
