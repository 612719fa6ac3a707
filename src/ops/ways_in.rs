//! Which ways in a restore ended or opened again. The restored vault's log records it, and it is told as long as it matters.
//!
//! A way in that ended matters until a new one of its kind is made, one that opens again until it is removed, and neither after
//! `keys rotate`, which asks for the secret of each.

use serde::Deserialize;

use super::OpError;
use super::audit;
use super::report::{AuditLine, Contents, SlotName, WaysIn};
use crate::store::Reader;
use crate::store::db::audit::AuditAction;
use crate::store::header::Slot;

/// What an entry about the keys records.
#[derive(Deserialize)]
struct KeysEntry {
    change: String,
    made: Option<SlotName>,
}

/// Returns what the restores of a vault did to its ways in and still matters, by its log.
///
/// # Errors
/// When the log cannot be read, or was changed.
pub(crate) fn since_restores(vault: &Reader) -> Result<WaysIn, OpError> {
    let mut told = WaysIn { known: true, ..WaysIn::default() };
    for line in audit::show(vault)? {
        if line.action == AuditAction::Restore.as_str() {
            told.follow_restore(&line);
        } else if line.action == AuditAction::Keys.as_str() {
            told.follow_keys(&line);
        }
    }
    told.again.retain(|slot| has(vault, slot));
    Ok(told)
}

/// Returns what a restore is to record: what the present vault opens with and the restored one does not, and the other way
/// round, with what still mattered of earlier restores of the present vault.
///
/// # Errors
/// When the log of the present vault cannot be read, or was changed.
pub(super) fn at_restore(
    present: &Reader,
    restored: &Reader,
    lacking: &Contents,
    revived: &Contents,
) -> Result<WaysIn, OpError> {
    let before = since_restores(present)?;
    let mut ways = WaysIn { known: before.known, ..WaysIn::default() };
    // A number may be of two secrets: what both vaults open with is not what had ended.
    let still_ended = before.ended.iter().filter(|slot| !has(restored, slot) || has_both(present, restored, slot));
    add(&mut ways.ended, lacking.key_slots.iter().chain(still_ended));
    // What the present vault had lost by a restore, too, comes back and is nothing new.
    let opened = revived.key_slots.iter().filter(|slot| !before.ended.contains(slot));
    add(&mut ways.again, opened.chain(before.again.iter().filter(|slot| has(restored, slot))));
    Ok(ways)
}

fn has(vault: &Reader, slot: &SlotName) -> bool {
    of_name(vault, slot).is_some()
}

/// Returns whether one secret opens both vaults under this name.
fn has_both(one: &Reader, other: &Reader, slot: &SlotName) -> bool {
    of_name(one, slot).zip(of_name(other, slot)).is_some_and(|(one, other)| one.salt == other.salt)
}

fn of_name<'v>(vault: &'v Reader, slot: &SlotName) -> Option<&'v Slot> {
    vault.header().slots().iter().find(|one| (one.id, one.kind) == (slot.slot_id, slot.kind))
}

fn add<'s>(to: &mut Vec<SlotName>, slots: impl Iterator<Item = &'s SlotName>) {
    for slot in slots {
        if !to.contains(slot) {
            to.push(slot.clone());
        }
    }
}

impl WaysIn {
    fn follow_restore(&mut self, line: &AuditLine) {
        // An earlier version recorded nothing.
        let recorded = line.detail.get("waysIn").cloned().unwrap_or_default();
        let is_alone = line.detail.get("waysIn").is_some_and(serde_json::Value::is_null);
        match serde_json::from_value::<WaysIn>(recorded) {
            Ok(WaysIn { known, ended, again }) => {
                self.known &= known;
                add(&mut self.ended, ended.iter());
                add(&mut self.again, again.iter());
            }
            Err(_) => self.known &= is_alone,
        }
    }

    fn follow_keys(&mut self, line: &AuditLine) {
        let Ok(KeysEntry { change, made }) = serde_json::from_value(line.detail.clone()) else { return };
        if change == "rotate" {
            *self = WaysIn { known: true, ..WaysIn::default() };
        }
        if let Some(made) = made {
            self.known = true;
            self.ended.retain(|slot| slot.kind != made.kind);
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/ops/ways_in.rs"]
mod tests;
