//! What `status` says: where the vault is, how it stands, and what needs attention.

use serde::Serialize;

use crate::model::{Day, Timestamp, VaultId, words};
use crate::ops::report::{GrantLine, WaysIn};
use crate::store::SlotKind;

/// How a vault stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// The vault's directory.
    pub vault: String,
    /// Its id, as the header claims it; null where that is damaged.
    pub vault_id: Option<VaultId>,
    /// The bytes of all its files.
    pub size_bytes: u64,
    /// The kinds of its key slots, in order, as the header claims them.
    pub key_slots: Vec<SlotKind>,
    /// The last backup that this machine proved or passed on; null when none is noted.
    pub last_backup: Option<BackupNote>,
    /// The last check on this machine; null when none is noted.
    pub last_check: Option<CheckNote>,
    /// The database as it was before it was brought to the newest version; null when there is none.
    pub snapshot: Option<SnapshotNote>,
    /// The vaults that restores left beside, the newest first.
    pub kept: Vec<KeptNote>,
    /// What only the key tells; null without one.
    pub holds: Option<Holdings>,
    /// What restores did to the ways in and still matters; null without a key.
    pub ways_in: Option<WaysIn>,
    /// What needs attention.
    pub attention: Vec<Attention>,
}

/// When and where the vault was last backed up.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupNote {
    /// When it was proven, or when the copy was made that was passed on.
    pub time: Timestamp,
    /// The file; null of one that was passed on to standard output: whether it was kept is not known.
    pub file: Option<String>,
}

/// The database as it was before a migration, encrypted as it was.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotNote {
    /// When it was made.
    pub time: Timestamp,
    /// The file.
    pub file: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// A vault that a restore left beside.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptNote {
    /// When the other one took its place.
    pub time: Timestamp,
    /// Its directory.
    pub dir: String,
    /// The bytes of all its files.
    pub size_bytes: u64,
}

/// When the vault was last checked, and whether all was well.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckNote {
    /// When the check ended.
    pub time: Timestamp,
    /// Whether nothing was found.
    pub ok: bool,
    /// Whether it was a quick one.
    pub quick: bool,
}

/// What a vault holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Holdings {
    /// How many accounts there are.
    pub accounts: u64,
    /// How many transactions.
    pub transactions: u64,
    /// The last day with a transaction.
    pub last_posted: Option<Day>,
    /// When a file was last imported; null when none lives.
    pub last_import: Option<Timestamp>,
    /// The grants that are active.
    pub active_grants: Vec<GrantLine>,
    /// The newest entry of the audit log.
    pub audit_seq: u64,
}

words! {
    /// What needs attention.
    pub enum AttentionKind: "a kind of attention" {
        /// It is damaged, and cannot be opened.
        Damaged = "damaged",
        /// One way in, and none other when it is lost.
        OneWayIn = "one-way-in",
        /// No backup is noted, an old one, or one with other keys than the vault has now.
        Backup = "backup",
        /// Vaults from before a restore lie beside.
        Kept = "kept",
        /// A restore ended ways in, or opened them again.
        WaysIn = "ways-in",
        /// The last check found something.
        Check = "check",
        /// Accounts whose balances are not proven.
        Unproven = "unproven",
        /// Two reported balances that do not agree with the rows between them.
        Gap = "gap",
        /// A grant that ends soon.
        EndsSoon = "ends-soon",
        /// Grants that are suspended.
        Suspended = "suspended",
    }
}

/// One thing that needs attention.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attention {
    /// Its kind, for scripts.
    pub kind: AttentionKind,
    /// What and where.
    pub message: String,
}
