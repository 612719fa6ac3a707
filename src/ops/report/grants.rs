//! What the list of grants says.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{GrantId, Timestamp};
use crate::share::{DurationType, Scope};
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
