//! What `keys` returns.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::words;
use crate::store::SlotKind;

/// One way to unlock the vault.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SlotLine {
    /// Its number, never given twice.
    pub slot_id: u32,
    /// What opens it.
    pub kind: SlotKind,
    /// How its key is derived: `argon2id` or `hkdf-sha256`.
    pub kdf: &'static str,
    /// Argon2id: memory in KiB; null for the others.
    pub memory_kib: Option<u32>,
    /// Argon2id: passes; null for the others.
    pub passes: Option<u32>,
    /// Argon2id: lanes; null for the others.
    pub lanes: Option<u32>,
    /// Whether it opened the vault for this command.
    pub opened: bool,
}

/// A key slot by its number and kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlotName {
    /// Its number.
    pub slot_id: u32,
    /// What opens it.
    pub kind: SlotKind,
}

impl SlotName {
    /// Returns the names of slots, told apart from those of another vault: one number may be of another secret there.
    pub fn beside(slots: &[SlotName], others: &[SlotName]) -> Vec<String> {
        let is_of_two = |slot: &SlotName| others.iter().any(|other| other.slot_id == slot.slot_id);
        slots.iter().map(|slot| if is_of_two(slot) { format!("another {slot}") } else { slot.to_string() }).collect()
    }
}

impl fmt::Display for SlotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key slot {} ({})", self.slot_id, self.kind.in_words())
    }
}

/// What restores did to the ways in, as the log of the restored vault has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaysIn {
    /// Whether each vault that gave way could be compared: otherwise more may have ended.
    pub known: bool,
    /// Key slots of a vault that gave way whose secrets do not open this one.
    pub ended: Vec<SlotName>,
    /// Key slots that a vault that gave way had no more, and that open this one.
    pub again: Vec<SlotName>,
}

/// What a change of the keys did.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeysReport {
    /// The new slot; null where none was made.
    pub made: Option<SlotName>,
    /// The slots that open nothing any more.
    pub ended: Vec<SlotName>,
    /// Every slot that opens the vault.
    pub left: Vec<SlotName>,
    /// Copies that open as they did; empty where no way in ended.
    pub old_copies: Vec<OldCopy>,
}

words! {
    /// What an older copy of a vault is.
    pub enum OldCopyKind: "a kind of copy" {
        /// A vault from before a restore, beside the present one.
        KeptVault = "kept-vault",
        /// The directory of the last backup that this machine knows.
        Backups = "backups",
    }
}

/// Where copies lie that open with what ended.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OldCopy {
    /// What lies there.
    pub kind: OldCopyKind,
    /// The directory.
    pub path: String,
}
