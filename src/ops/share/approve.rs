//! From the approved draft to grant, slice, signature, seal and token.

use serde_json::json;

use super::draft::{Draft, FIRST_VERSION, refuse_changed};
use crate::model::{Env, GrantId};
use crate::ops::approval::{self, Act, Approval};
use crate::ops::report::ShareReport;
use crate::ops::{OpError, reseal, revoke, source};
use crate::share::Token;
use crate::share::rule::Asked;
use crate::share::slice;
use crate::store::AuditAction;
use crate::store::Writer;
use crate::store::copies::outbox::PendingMark;
use crate::store::db::grants::{Grant, GrantStatus};

/// What is handed out of a grant. The token exists only here: it is shown once.
#[derive(Debug)]
pub struct Approved {
    /// What to report.
    pub report: ShareReport,
    /// What opens the slice.
    pub token: Token,
    /// The sealed slice.
    pub sealed: Vec<u8>,
}

/// A grant that is stored, and not alive: its token is being handed out. Dropped, it is ended by the next command.
#[derive(Debug)]
pub struct PendingGrant {
    /// What is handed out.
    pub approved: Approved,
    _mark: PendingMark,
}

/// Stores the grant of a draft, with audit entry, signature and seal, and makes its token. Nothing opens with it before
/// [`activate`], which is for when the token has left.
///
/// The vault was not locked while the person thought, so the data are compared again first.
///
/// # Errors
///
/// When the policy refuses, the data changed, the draft was approved before, or the vault cannot be written.
pub fn propose(vault: &mut Writer, draft: Draft, how: Approval, env: Env<'_>) -> Result<PendingGrant, OpError> {
    let accounts = source::read(&vault.view(), &draft.terms)?;
    let extent = slice::extent(&draft.terms, &accounts);
    let asked = Asked { terms: &draft.terms, extent: &extent, approved: env.now() };
    let rule = approval::let_out(vault, Act::Share, &asked, how, env)?;
    refuse_changed(&vault.view(), &draft.terms, &accounts, draft.screen.slice.expose())?;
    // The same preview may have been approved, and even revoked, since it was loaded here.
    if vault.view().grant(&draft.terms.grant_id)?.is_some() {
        return Err(OpError::ApprovedAlready);
    }
    let Draft { terms, stored, screen } = draft;
    let token = Token::generate(terms.grant_id.clone(), env.random());
    let mut grant = Grant {
        id: terms.grant_id.clone(),
        status: GrantStatus::Pending,
        prk: token.secret().prk(),
        terms,
        version: FIRST_VERSION,
        used: 0,
        slice_hash: screen.slice_hash,
        sealed: Vec::new(),
        approved: 0,
        approved_time: env.now(),
        rule,
        extent,
    };
    // Before the grant is there: one without the mark is ended by whoever meets it.
    let mark = vault.mark_pending(&grant.id)?;
    if let Err(error) = store_grant(vault, &mut grant, screen.slice.expose(), stored, env) {
        // Where only the copies failed, the vault has the grant, and its token goes nowhere.
        if vault.view().grant(&grant.id).is_ok_and(|found| found.is_some()) {
            let _ = withdraw(vault, &grant.id, "it could not be stored whole", env);
        }
        return Err(error);
    }
    let report =
        ShareReport { grant_id: grant.id, expiration_time: grant.terms.expiration_time, slice_hash: grant.slice_hash };
    Ok(PendingGrant { approved: Approved { report, token, sealed: grant.sealed }, _mark: mark })
}

/// Makes a grant active whose token was handed out, with the data as they are now.
///
/// # Errors
///
/// When it was ended or suspended meanwhile, or the vault cannot be written: then it is ended.
pub fn activate(vault: &mut Writer, pending: &PendingGrant, env: Env<'_>) -> Result<(), OpError> {
    let id = &pending.approved.report.grant_id;
    let found = vault.view().grant(id)?;
    let mut grant = found.ok_or_else(|| OpError::UnknownGrant { id: id.clone(), near: Vec::new() })?;
    if grant.status != GrantStatus::Pending {
        return Err(OpError::NotPending { id: id.clone(), status: grant.status });
    }
    let activated = vault.change(env, |change| {
        grant.status = GrantStatus::Active;
        let is_newest = change.audit_end() == grant.approved;
        change.put_grant(&grant)?;
        change.audit(AuditAction::Activate, id, json!({ "version": grant.version }));
        // What was done since the approval did not reach a grant that was not active.
        if is_newest { Ok(()) } else { reseal::run(change, env).map(|_| ()) }
    });
    let status = match activated {
        Ok(()) => vault.view().grant(id)?.map(|grant| grant.status),
        Err(error) => {
            let _ = withdraw(vault, id, "it could not be made active", env);
            return Err(error);
        }
    };
    match status {
        Some(GrantStatus::Active) => Ok(()),
        // The policy stopped it with the data of now.
        Some(status) => Err(OpError::NotPending { id: id.clone(), status }),
        None => Err(OpError::UnknownGrant { id: id.clone(), near: Vec::new() }),
    }
}

/// Signs and seals the slice, and stores the grant with the audit entry of its approval.
fn store_grant(
    vault: &mut Writer,
    grant: &mut Grant,
    slice: &[u8],
    was_stored: bool,
    env: Env<'_>,
) -> Result<(), OpError> {
    vault.change(env, |change| {
        // The number of the entry that is written below, the first of this change.
        grant.approved = change.audit_end() + 1;
        reseal::seal(change, grant, FIRST_VERSION, slice, env)?;
        if was_stored {
            change.remove_draft(&grant.slice_hash)?;
        }
        let detail = approval::detail(&grant.terms, &grant.extent, grant.rule, &grant.slice_hash);
        change.audit(AuditAction::Share, &grant.id, detail);
        Ok(change.put_grant(grant)?)
    })
}

/// Logs that the person who was asked did not approve.
///
/// # Errors
///
/// When the vault cannot be written.
pub fn decline(vault: &mut Writer, draft: &Draft, env: Env<'_>) -> Result<(), OpError> {
    approval::log_refusal(vault, Act::Share, &draft.terms, Approval::Person, &[], env)
}

/// Ends a grant whose token could not be handed out.
pub(crate) fn withdraw(vault: &mut Writer, id: &GrantId, reason: &str, env: Env<'_>) -> Result<(), OpError> {
    revoke::end(vault, id, json!({ "mayHaveLeft": true, "reason": reason }), env)
}
