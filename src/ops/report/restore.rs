//! What `restore` says: what the backup holds, and what became of the vault that was there before.

use serde::Serialize;

use super::{SlotName, WaysIn};
use crate::model::{AccountId, Day, RuleId, Timestamp, VaultId};
use crate::ops::OpError;

/// A vault in a backup, checked, and what it lacks.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RestoreReport {
    /// The vault's id.
    pub vault_id: VaultId,
    /// The directory that it has, or is to have.
    pub vault: String,
    /// When the backup was made, as its manifest claims.
    pub created_time: Timestamp,
    /// The newest entry of its audit log.
    pub audit_seq: u64,
    /// How many accounts it has.
    pub accounts: u64,
    /// How many transactions.
    pub transactions: u64,
    /// The day of the last one.
    pub last_posted: Option<Day>,
    /// What the present vault has and the backup lacks; null without a present vault of this id.
    pub lacks: Option<Lacks>,
    /// Whether it is the vault now. A vault in a place of its own is only read until it is adopted.
    pub adopted: bool,
    /// Where the vault is that was there before; null where none was.
    pub kept: Option<String>,
    /// The grants that are suspended, until they are resumed.
    pub suspended: u64,
}

/// What a backup lacks of the present vault.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lacks {
    /// Whether the present vault opens with the same secret, and can be read: otherwise nothing is known of it.
    pub known: bool,
    /// Why not.
    #[serde(skip)]
    pub unread: Option<OpError>,
    /// Entries of the audit log.
    pub audit_entries: u64,
    /// Entries of its log that the backup has beyond the present vault, where it continues from that; else 0.
    pub entries_beyond: u64,
    /// What the present vault has and the backup has not.
    #[serde(flatten)]
    pub lacking: Contents,
    /// Accounts of both whose name, kind, numbers or state are others in the present vault.
    pub changed_accounts: Vec<AccountId>,
    /// What the backup has and the present vault has no more.
    pub revived: Contents,
    /// What the log is to record of the ways in.
    #[serde(skip)]
    pub ways_in: WaysIn,
}

/// What one vault has and another one has not.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// Imported files that are not undone.
    pub imports: Vec<String>,
    /// Accounts.
    pub accounts: Vec<AccountId>,
    /// Accounts that are counted with another one.
    pub merges: u64,
    /// Decisions about two rows.
    pub decisions: u64,
    /// Balances that the owner set.
    pub balances: u64,
    /// Rules of the policy.
    pub rules: Vec<RuleId>,
    /// Whom those of them deny that name somebody.
    #[serde(skip)]
    pub denied: Vec<String>,
    /// Files that imports leave alone.
    pub ignored: u64,
    /// Answers about layouts.
    pub answers: u64,
    /// Grants.
    pub grants: u64,
    /// Key slots: ways in.
    pub key_slots: Vec<SlotName>,
}
