//! What became of the grants that follow the data, when the data changed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Reason, SliceDocument};
use crate::model::GrantId;

/// A grant whose slice was sealed again because its data changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResealedGrant {
    /// The grant.
    pub grant_id: GrantId,
    /// The recipient's name.
    pub recipient: String,
    /// The version of the slice now.
    pub version: u32,
    /// How many rows the slice has that the version before did not have.
    pub rows_added: u64,
    /// How many rows of the version before the slice does not have.
    #[serde(skip)]
    pub rows_removed: u64,
}

/// A grant that was suspended because the policy does not let out what its slice would have become.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspendedGrant {
    /// The grant.
    pub grant_id: GrantId,
    /// The recipient's name.
    pub recipient: String,
    /// Why.
    pub reasons: Vec<String>,
}

/// The grants whose slice a change touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Sealed again, in the order of their sealing.
    pub resealed: Vec<ResealedGrant>,
    /// Suspended by the policy.
    pub suspended: Vec<SuspendedGrant>,
}

impl ResealedGrant {
    /// Compares the document of a new version with that of the version before.
    pub(crate) fn between(before: &SliceDocument, after: &SliceDocument) -> ResealedGrant {
        let rows = |document: &SliceDocument| -> BTreeSet<String> {
            document.transactions.iter().flatten().filter_map(|row| row.transaction_id.clone().flatten()).collect()
        };
        let (old, new) = (rows(before), rows(after));
        ResealedGrant {
            grant_id: after.grant.grant_id.clone(),
            recipient: after.grant.recipient.name.clone(),
            version: after.grant.version,
            rows_added: new.difference(&old).count() as u64,
            rows_removed: old.difference(&new).count() as u64,
        }
    }

    /// Adds a later sealing of the same grant.
    pub fn add(&mut self, later: &ResealedGrant) {
        self.version = later.version;
        self.rows_added = self.rows_added.saturating_add(later.rows_added);
        self.rows_removed = self.rows_removed.saturating_add(later.rows_removed);
    }
}

impl SuspendedGrant {
    pub(crate) fn new(grant_id: GrantId, recipient: String, reasons: &[Reason]) -> SuspendedGrant {
        SuspendedGrant { grant_id, recipient, reasons: reasons.iter().map(ToString::to_string).collect() }
    }
}

impl Followed {
    /// Adds what a later change touched.
    pub(crate) fn append(&mut self, mut later: Followed) {
        self.resealed.append(&mut later.resealed);
        self.suspended.append(&mut later.suspended);
    }
}
