//! What a person is asked to approve.

use std::collections::BTreeSet;

use crate::crypto::SecretBytes;
use crate::model::{AccountType, Day, Timestamp};
use crate::share::{Field, Scope, SliceDocument};

/// What the person is asked to approve.
#[derive(Debug)]
pub struct ConsentScreen {
    /// The hash that `--approve` takes: SHA-256 of the slice's bytes.
    pub slice_hash: String,
    /// The slice, the very bytes.
    pub slice: SecretBytes,
    /// When the grant would end.
    pub expiration_time: Timestamp,
    /// Whether a suspended grant goes on; else a new one begins.
    pub resumes: bool,
    /// Why it was suspended, where the log says so in a sentence.
    pub suspended: Option<String>,
    /// When this is asked.
    pub asked: Timestamp,
    /// The accounts by the owner's names, also where the slice does not tell them.
    pub accounts: Vec<ConsentAccount>,
    /// The fields that the slice shows.
    pub fields: BTreeSet<Field>,
    /// What the recipient knows when this is added to earlier grants; nothing without one.
    pub known: Option<Known>,
    /// Names that look like the recipient's and are written otherwise.
    pub alike: Vec<Alike>,
}

/// One account of the grant.
#[derive(Debug)]
pub struct ConsentAccount {
    /// What the slice calls it.
    pub pseudonym: String,
    /// What the owner calls it.
    pub name: String,
    /// What kind of account it is.
    pub kind: AccountType,
}

/// What a recipient knows from grants together, the one that is asked for among them.
#[derive(Debug)]
pub struct Known {
    /// How many earlier grants to a name like this one, ended ones included.
    pub grants: usize,
    /// The scopes of all, with those that they imply.
    pub scopes: BTreeSet<Scope>,
    /// How many accounts.
    pub accounts: usize,
    /// The day of the oldest row; nothing without rows.
    pub first: Option<Day>,
    /// The day of the newest row.
    pub last: Option<Day>,
}

/// A name that could be taken for the recipient's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// The other name.
    pub name: String,
    /// Whether a rule of the policy allows it something; else an earlier grant has it.
    pub is_allowed: bool,
}

impl ConsentScreen {
    /// Reads the document from the bytes that are approved.
    ///
    /// # Errors
    ///
    /// When the bytes are not the JSON of a slice.
    pub fn document(&self) -> Result<SliceDocument, serde_json::Error> {
        SliceDocument::from_json(self.slice.expose())
    }
}
