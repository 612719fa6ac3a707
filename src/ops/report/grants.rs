//! What the list of grants says, and all that is recorded of one.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{AccountId, AccountType, Day, GrantId, RuleId, Timestamp, words};
use crate::share::{Direction, DurationType, Field, Scope};
use crate::store::db::grants::GrantStatus;

/// One line of `grants`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantLine {
    /// The grant.
    pub grant_id: GrantId,
    /// Where it stands now.
    pub status: GrantStatus,
    /// The recipient's name.
    pub recipient: String,
    /// The purpose.
    pub purpose: String,
    /// What kind of data.
    pub scopes: BTreeSet<Scope>,
    /// When it was approved.
    pub created_time: Timestamp,
    /// When it ends.
    pub expiration_time: Timestamp,
    /// How often it was opened from the outbox.
    pub used_count: u64,
    /// How often it may be; null for no limit.
    pub max_uses: Option<u32>,
    /// Whether the slice follows the data.
    pub duration_type: DurationType,
    /// Version of the slice in the outbox.
    pub version: u32,
    /// SHA-256 of that slice.
    pub slice_hash: String,
}

words! {
    /// Who approves, or refuses.
    pub enum Approver: "who approves" {
        /// A person on a terminal, who saw the page.
        Person = "person",
        /// A rule of the policy.
        Rule = "rule",
    }
}

/// An account of a grant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantAccount {
    /// Its id.
    pub account_id: AccountId,
    /// Its name; null when it is there no more.
    pub name: Option<String>,
    /// Whether the owner closed it: the grant goes on with it.
    pub closed: bool,
}

/// All that is recorded of a grant.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantRecord {
    /// What the list of grants says.
    #[serde(flatten)]
    pub line: GrantLine,
    /// Who approved it.
    pub approved_by: Approver,
    /// The rule that let it out.
    pub rule: Option<RuleId>,
    /// When.
    pub approved_time: Timestamp,
    /// The number of the entry in the audit log.
    pub audit_seq: u64,
    /// The accounts, and no other.
    pub accounts: Vec<GrantAccount>,
    /// Only accounts of these types; empty is every type.
    pub account_types: Vec<AccountType>,
    /// The first day that is shown; null for all.
    pub since: Option<Day>,
    /// The last day that is shown.
    pub until: Option<Day>,
    /// Only money in, or only money out.
    pub direction: Option<Direction>,
    /// The newest rows that are shown at most.
    pub limit: Option<u32>,
    /// The fields that are shown.
    pub fields: BTreeSet<Field>,
    /// How many rows the slice has.
    pub rows: u64,
    /// The day of the oldest one.
    pub first_day: Option<Day>,
    /// The day of the newest one.
    pub last_day: Option<Day>,
    /// After how many days the recipient is to delete it.
    pub retention_days: Option<u32>,
}
