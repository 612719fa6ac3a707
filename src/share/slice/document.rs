//! The document of a slice: its types, and the bytes that are signed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::crypto::{PublicKey, sha256_hex};
use crate::model::{AccountType, Day, GrantId, Timestamp};
use crate::share::canonical::{self, CanonicalError};
use crate::share::label::LabelledTerm;
use crate::share::narrowing::{Direction, Field};
use crate::share::scope::Scope;
use crate::share::terms::{DurationType, ProhibitedUse, Purpose, Recipient};
use crate::share::text::shown;

/// What every slice says of itself.
pub const ATTESTATION: &str = "self-asserted by the holder from bank exports, not attested by the bank";

/// A slice, before it becomes bytes or after it was read from them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceDocument {
    /// The terms, and which version of the data this is.
    pub grant: SliceGrant,
    /// The accounts, where a scope shows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accounts: Option<Vec<SliceAccount>>,
    /// The transactions, where a scope shows them: by account, oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transactions: Option<Vec<SliceTransaction>>,
    /// [`ATTESTATION`].
    pub attestation: String,
}

/// The terms of the grant as the recipient sees them, with pseudonyms for ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SliceGrant {
    /// The grant.
    pub grant_id: GrantId,
    /// Counts the versions of the slice, from 1.
    pub version: u32,
    /// The day on which the data were read from the vault, in UTC.
    pub data_as_of: Day,
    /// Who receives the data, as the owner knows them.
    pub recipient: Recipient,
    /// What for.
    pub purpose: Purpose,
    /// What kinds of data.
    pub scopes: BTreeSet<Scope>,
    /// What was taken away from them.
    pub narrowing: SliceNarrowing,
    /// The day on which the terms were drawn up, in UTC. The owner approved then, or up to a day later.
    pub created_time: Day,
    /// When the grant ends, to the second: as the outbox and the header have it.
    pub expiration_time: Timestamp,
    /// Frozen bytes or a query.
    pub duration_type: DurationType,
    /// How often it opens from the outbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// After how many days the recipient deletes its copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// What the recipient must not do with the data.
    pub prohibited_uses: BTreeSet<ProhibitedUse>,
    /// SHA-256 of the request that the grant answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_hash: Option<String>,
    /// The terms in words, each with what stands behind it.
    pub labelled_terms: Vec<LabelledTerm>,
    /// Who signed the slice.
    pub issuer: Issuer,
    /// Proves to the owner, and to no one else, which state of the audit log this slice comes from.
    pub witness: String,
}

/// The narrowing as the recipient sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SliceNarrowing {
    /// The pseudonyms of the accounts that the grant names.
    pub accounts: Vec<String>,
    /// Only accounts of these types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub account_types: Vec<AccountType>,
    /// The first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Only money in, or only money out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// The fields that were left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeSet<Field>>,
    /// Only the newest transactions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// The key that signed the slice. The verifier compares it with the signature's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issuer {
    /// As an OpenSSH public key line.
    pub public_key: PublicKey,
    /// As `ssh-keygen -l` prints it.
    pub fingerprint: String,
}

/// Declares a struct whose every field may be absent (not shared), null (not known) or a value.
macro_rules! shared_fields {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(with = "shown", default, skip_serializing_if = "Option::is_none")]
                pub $field: Option<Option<$kind>>,
            )*
        }
    };
}

shared_fields! {
    /// One account of a slice.
    SliceAccount {
        /// Its pseudonym.
        account_id: String,
        /// The name that the owner gave it, without digits of its number but the last four.
        name: String,
        /// What kind of account it is.
        account_type: String,
        /// The last four digits.
        account_number_display: String,
        /// The full number.
        account_number: String,
        /// The currency of its balances.
        currency: String,
        /// The booked balance.
        current_balance: String,
        /// The end of this day is when `currentBalance` held.
        balance_as_of: Day,
        /// REPORTED, DERIVED or NONE.
        balance_source: String,
        /// What can be spent; on a card, credit that is left.
        available_balance: String,
        /// The end of this day is when `availableBalance` held.
        available_balance_as_of: Day,
    }
}

shared_fields! {
    /// One transaction of a slice.
    SliceTransaction {
        /// Its pseudonym.
        transaction_id: String,
        /// The pseudonym of its account.
        account_id: String,
        /// The day the bank posted it.
        posted_timestamp: Day,
        /// Signed: negative is out of the account.
        amount: String,
        /// The currency of the amount.
        currency: String,
        /// DEBIT or CREDIT.
        debit_credit_memo: String,
        /// POSTED or PENDING.
        status: String,
        /// What the bank wrote, long numbers masked.
        description: String,
        /// Further text of the bank, long numbers masked.
        memo: String,
        /// Check number.
        check_number: String,
        /// The category.
        category: String,
    }
}

impl SliceDocument {
    /// Reads a document. Its signature is the package's business.
    ///
    /// # Errors
    ///
    /// When the bytes are not the JSON of a slice.
    pub fn from_json(bytes: &[u8]) -> Result<SliceDocument, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Returns the bytes that are signed and approved. Verifiers check these and never rewrite them.
    ///
    /// # Errors
    ///
    /// When a value has no canonical form.
    pub fn to_canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        // The members stand in the order of their names; a test holds this against the general writer.
        let mut out = b"{".to_vec();
        if let Some(accounts) = &self.accounts {
            out.extend_from_slice(b"\"accounts\":");
            canonical::append_list(accounts, &mut out)?;
            out.push(b',');
        }
        out.extend_from_slice(b"\"attestation\":");
        out.extend(canonical::to_bytes(&self.attestation)?);
        out.extend_from_slice(b",\"grant\":");
        out.extend(canonical::to_bytes(&self.grant)?);
        if let Some(transactions) = &self.transactions {
            out.extend_from_slice(b",\"transactions\":");
            canonical::append_list(transactions, &mut out)?;
        }
        out.push(b'}');
        Ok(out)
    }

    /// Returns SHA-256 of the data alone, in hexadecimal: the same while a new version would show nothing new.
    ///
    /// # Errors
    ///
    /// When a value has no canonical form.
    pub fn data_hash(&self) -> Result<String, CanonicalError> {
        let mut out = Vec::new();
        canonical::append_list(self.accounts.as_deref().unwrap_or_default(), &mut out)?;
        canonical::append_list(self.transactions.as_deref().unwrap_or_default(), &mut out)?;
        Ok(sha256_hex(&out))
    }
}
