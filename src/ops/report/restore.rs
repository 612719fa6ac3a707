//! What `restore` says: what the backup holds, and what became of the vault that was there before.

use serde::Serialize;

use crate::model::{AccountId, Day, Timestamp, VaultId};

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
    /// What the present vault has and the backup lacks; null without a present vault.
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
    /// Whether the present vault opens with the same key: otherwise nothing is known of it.
    pub known: bool,
    /// Entries of the audit log.
    pub audit_entries: u64,
    /// Files that were imported since.
    pub imports: Vec<String>,
    /// Accounts that are not in it.
    pub accounts: Vec<AccountId>,
    /// Grants that were approved since.
    pub grants: u64,
}
