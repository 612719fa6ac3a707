//! The ways to unlock a vault: listing, adding, replacing and removing key slots.
//!
//! A change is planned first, without a lock: a key is derived, and the report is complete, so that a recovery code can be
//! printed before it opens anything. It is made when the header is still the one that was planned from.

use serde_json::json;

use super::OpError;
use super::cost::calibrated;
use super::report::{KeysReport, SlotLine, SlotName};
use super::status;
use crate::crypto::Argon2Params;
use crate::model::Env;
use crate::store::header::{Header, NewSlot, Slot};
use crate::store::keys::KeyChange;
use crate::store::rekey::{self, Renewal};
use crate::store::{Notice, Open, Reader, SlotKind, StoreError, Unlock, Vault, Writer};

/// Lists the key slots of an unlocked vault, as the header has them now.
pub fn list(vault: &Vault<Open>, reader: &Reader) -> Vec<SlotLine> {
    reader.header().slots().iter().map(|slot| line(slot, vault.slot())).collect()
}

fn line(slot: &Slot, opened: u32) -> SlotLine {
    SlotLine {
        slot_id: slot.id,
        kind: slot.kind,
        kdf: slot.kdf_name(),
        memory_kib: slot.argon2.map(|cost| cost.m_kib),
        passes: slot.argon2.map(|cost| cost.t),
        lanes: slot.argon2.map(|cost| cost.p),
        opened: slot.id == opened,
    }
}

/// A change of the key slots that is worked out and not made.
#[derive(Debug)]
pub struct Planned {
    next: Header,
    action: &'static str,
    /// What it changes.
    pub report: KeysReport,
}

/// Plans a new key slot.
///
/// # Errors
/// When the header takes no more slots, or the secret is too weak.
pub fn add(vault: &Vault<Open>, unlock: &Unlock, env: Env<'_>) -> Result<Planned, OpError> {
    plan(vault, "add", &[], Some(unlock), env)
}

/// Plans a new key slot in place of others, which end.
///
/// # Errors
/// As [`add`], and when one of the others is not there.
pub fn replace(vault: &Vault<Open>, slots: &[u32], unlock: &Unlock, env: Env<'_>) -> Result<Planned, OpError> {
    plan(vault, "replace", slots, Some(unlock), env)
}

/// Plans the end of a key slot.
///
/// # Errors
/// When it is not there, or the last one.
pub fn remove(vault: &Vault<Open>, slot: u32, env: Env<'_>) -> Result<Planned, OpError> {
    plan(vault, "remove", &[slot], None, env)
}

/// Returns the slot of a kind that is to be replaced: the one that opened the vault, or the only one.
///
/// # Errors
/// When there is none of the kind, or more than one and none of them opened.
pub fn to_replace(vault: &Vault<Open>, kind: SlotKind) -> Result<u32, OpError> {
    let found = of_kind(vault, kind);
    match found.as_slice() {
        _ if found.contains(&vault.slot()) => Ok(vault.slot()),
        [only] => Ok(*only),
        [] => Err(OpError::NoSlotOfKind(kind)),
        _ => Err(OpError::WhichSlot { kind, slots: found }),
    }
}

/// Returns the key slots of a vault as it was unlocked.
pub fn slots(vault: &Vault<Open>) -> Vec<SlotName> {
    vault.header().slots().iter().map(name).collect()
}

/// Returns the ids of the slots of a kind.
pub fn of_kind(vault: &Vault<Open>, kind: SlotKind) -> Vec<u32> {
    vault.header().slots().iter().filter(|slot| slot.kind == kind).map(|slot| slot.id).collect()
}

fn plan(
    vault: &Vault<Open>,
    action: &'static str,
    without: &[u32],
    unlock: Option<&Unlock>,
    env: Env<'_>,
) -> Result<Planned, OpError> {
    let now = vault.header();
    let is_passphrase = unlock.is_some_and(|unlock| unlock.kind() == SlotKind::Passphrase);
    let argon2 = if is_passphrase { calibrated(env) } else { Argon2Params::FLOOR };
    let with = unlock.map(|unlock| NewSlot { unlock, argon2 });
    let next = vault.next_header(without, with, &env).map_err(StoreError::from)?;
    let old_copies = if without.is_empty() { Vec::new() } else { status::old_copies(vault) };
    let report = KeysReport {
        old_copies,
        made: next.slots().iter().filter(|slot| slot.id >= now.next_slot()).map(name).next(),
        ended: now.slots().iter().filter(|slot| without.contains(&slot.id)).map(name).collect(),
        left: next.slots().iter().map(name).collect(),
    };
    Ok(Planned { next, action, report })
}

/// Makes a change that was planned.
///
/// # Errors
/// When another command changed the keys meanwhile, or the header cannot be stored. [`is_made`] tells of an error whether
/// the change stands.
pub fn make(writer: &mut Writer, vault: &Vault<Open>, planned: &Planned, env: Env<'_>) -> Result<(), OpError> {
    let KeysReport { made, ended, .. } = &planned.report;
    let subject = made.as_ref().or(ended.first()).map(|slot| slot.slot_id.to_string()).unwrap_or_default();
    let detail = json!({ "change": planned.action, "made": made, "ended": ended });
    Ok(writer.put_header(vault, KeyChange { next: &planned.next, subject, detail }, env)?)
}

/// Returns whether a change stands although making it failed: what failed is left to the next command.
pub fn is_made(error: &OpError) -> bool {
    matches!(error, OpError::Store(error) if error.is_made())
}

/// Returns the slots that a secret opens, of those that are asked for.
///
/// # Errors
/// When a key cannot be derived.
pub fn opened_by(vault: &Vault<Open>, unlock: &Unlock, slots: &[u32]) -> Result<Vec<u32>, OpError> {
    Ok(vault.header().opened_by(unlock, slots).map_err(StoreError::from)?)
}

/// A new master key that is drawn and not the vault's yet.
#[derive(Debug)]
pub struct Rotation {
    renewal: Renewal,
    /// Which slots stay, and which end.
    pub report: KeysReport,
}

/// Refuses a vault that cannot be exchanged with one beside it, before any work.
///
/// # Errors
/// When it is a mount point, or nothing can be made beside it.
pub fn check_place(vault: &Vault<Open>) -> Result<(), OpError> {
    Ok(rekey::check_place(vault)?)
}

/// Draws a new master key, and wraps it for the slots whose secret is given, and for a new recovery code.
///
/// # Errors
/// When nothing would open the vault, or a key cannot be derived.
pub fn rotation(
    vault: &Vault<Open>,
    kept: &[(u32, &Unlock)],
    code: Option<&Unlock>,
    env: Env<'_>,
) -> Result<Rotation, OpError> {
    let now = vault.header();
    let has_passphrase = kept.iter().any(|(_, unlock)| unlock.kind() == SlotKind::Passphrase);
    let argon2 = if has_passphrase { calibrated(env) } else { Argon2Params::FLOOR };
    let keep: Vec<(u32, NewSlot<'_>)> = kept.iter().map(|(id, unlock)| (*id, NewSlot { unlock, argon2 })).collect();
    let with = code.map(|unlock| NewSlot { unlock, argon2 });
    let (header, master) = now.renewed(&keep, with, &env).map_err(StoreError::from)?;
    let is_in = |header: &Header, id: u32| header.slots().iter().any(|slot| slot.id == id);
    let report = KeysReport {
        old_copies: status::old_copies(vault),
        made: header.slots().iter().filter(|slot| !is_in(now, slot.id)).map(name).next(),
        ended: now.slots().iter().filter(|slot| !is_in(&header, slot.id)).map(name).collect(),
        left: header.slots().iter().map(name).collect(),
    };
    let detail = json!({ "change": "rotate", "made": report.made, "ended": report.ended });
    Ok(Rotation { renewal: Renewal { header, master, detail }, report })
}

/// Writes the vault anew under its new master key, and puts it in its place. Returns what is left to the next command.
///
/// # Errors
/// When it could not be written, is not sound, or could not be put in its place. The vault is as it was.
pub fn rotate(vault: &Vault<Open>, rotation: Rotation, env: Env<'_>) -> Result<Vec<Notice>, OpError> {
    Ok(rekey::rotate(vault, rotation.renewal, env)?)
}

fn name(slot: &Slot) -> SlotName {
    SlotName { slot_id: slot.id, kind: slot.kind }
}
