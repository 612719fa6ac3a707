//! The head: where the audit log of a vault ends, as a small signed text that needs no key to be copied.
//!
//! A copy, never the truth: the database holds the same values, and the head may be older, never newer.
//! This module knows the form only; signing is passed in. What is signed begins with `finvault-head`, and what
//! the same key signs elsewhere begins with `SSHSIG`, so that neither can be taken for the other.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use thiserror::Error;

use crate::model::VaultId;

/// The largest head, in bytes.
pub(crate) const MAX_HEAD: u64 = 1024;

const MAGIC: &str = "finvault-head ";
const VERSION: u32 = 1;
const SIGNATURE: &str = "signature = ";

/// Signs bytes with the vault's Ed25519 key.
pub(crate) type Sign<'a> = &'a dyn Fn(&[u8]) -> [u8; 64];
/// Returns whether a signature over bytes is the vault's.
pub(crate) type Verify<'a> = &'a dyn Fn(&[u8], &[u8]) -> bool;

/// Why a head is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadError {
    /// Not the text that this program writes.
    #[error("it is not a vault head file")]
    Malformed,
    /// Written by a newer program.
    #[error("it was written by a newer version: use that")]
    Newer,
    /// Signed with another key, or changed since.
    #[error("its signature is not this vault's")]
    Signature,
    /// The head of another vault.
    #[error("it belongs to the vault {0}")]
    OtherVault(VaultId),
}

/// Where the audit log ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Head {
    /// The vault.
    pub vault_id: VaultId,
    /// Grows when the owner accepts an older or forked vault.
    pub epoch: u64,
    /// The generation of the header that the database expects.
    pub generation: u64,
    /// The number of the last audit entry.
    pub seq: u64,
    /// The MAC of the last audit entry, which covers all before it.
    pub chain: [u8; 32],
    /// The root of the digests over all rows.
    pub root: [u8; 32],
}

impl Head {
    /// Returns the signed text.
    pub fn to_bytes(&self, sign: Sign<'_>) -> Vec<u8> {
        signed(self.signed_text(), sign)
    }

    /// Reads the signed text of a vault. It has one valid form, and the signature covers it byte for byte.
    ///
    /// # Errors
    /// When the text is malformed or of a newer version, belongs to another vault, or has another signature.
    pub fn parse(bytes: &[u8], vault_id: &VaultId, verify: Verify<'_>) -> Result<Head, HeadError> {
        let Text { head, more, signed, signature } = Text::read(bytes, MAX_HEAD)?;
        if !more.is_empty() {
            return Err(HeadError::Malformed);
        }
        // The vault id first, because another vault's head never verifies here.
        if head.vault_id != *vault_id {
            return Err(HeadError::OtherVault(head.vault_id));
        }
        if !verify(signed, &signature) {
            return Err(HeadError::Signature);
        }
        Ok(head)
    }

    /// Reads the text of any vault, and does not look at its signature: for what is only to be left alone or copied.
    ///
    /// # Errors
    /// When the text is malformed or of a newer version.
    pub(crate) fn unverified(bytes: &[u8]) -> Result<Head, HeadError> {
        let text = Text::read(bytes, MAX_HEAD)?;
        if text.more.is_empty() { Ok(text.head) } else { Err(HeadError::Malformed) }
    }

    /// Returns whether it is the head of a vault that was created, and not changed since.
    pub(crate) fn is_first(&self) -> bool {
        (self.epoch, self.generation, self.seq) == (1, 1, 1)
    }

    pub(super) fn signed_text(&self) -> String {
        let Head { vault_id, epoch, generation, seq, chain, root } = self;
        let (chain, root) = (HEXLOWER.encode(chain), HEXLOWER.encode(root));
        format!(
            "{MAGIC}{VERSION}\nvault = {vault_id}\nepoch = {epoch}\ngeneration = {generation}\nseq = {seq}\n\
             chain = {chain}\nroot = {root}\n"
        )
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Head { vault_id, epoch, generation, seq, chain, .. } = self;
        write!(
            f,
            "Head({vault_id} epoch {epoch} generation {generation} seq {seq} chain {}…)",
            &HEXLOWER.encode(chain)[..16]
        )
    }
}

/// Returns a text with the line of its signature.
pub(super) fn signed(text: String, sign: Sign<'_>) -> Vec<u8> {
    let signature = BASE64.encode(&sign(text.as_bytes()));
    format!("{text}{SIGNATURE}{signature}\n").into_bytes()
}

/// The parts of a signed text that begins as a head does, all unverified.
pub(super) struct Text<'t> {
    pub head: Head,
    /// The lines between the head's own and the signature.
    pub more: &'t str,
    /// The bytes that were signed.
    pub signed: &'t [u8],
    pub signature: [u8; 64],
}

impl Text<'_> {
    /// Reads a text of at most so many bytes.
    pub(super) fn read(bytes: &[u8], most: u64) -> Result<Text<'_>, HeadError> {
        if bytes.len() as u64 > most {
            return Err(HeadError::Malformed);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| HeadError::Malformed)?;
        let first = text.lines().next().unwrap_or_default();
        if first
            .strip_prefix(MAGIC)
            .and_then(|version| version.parse().ok())
            .is_some_and(|version: u32| version > VERSION)
        {
            return Err(HeadError::Newer);
        }
        let head = fields(text).ok_or(HeadError::Malformed)?;
        // Leading zeros, capital hex digits, spaces: whatever is not how it would be written is refused.
        let rest = text.strip_prefix(&head.signed_text()).ok_or(HeadError::Malformed)?;
        let last = rest.strip_suffix('\n').ok_or(HeadError::Malformed)?;
        let (more, last) = rest.split_at(last.rfind('\n').map_or(0, |at| at + 1));
        let signature = last.strip_prefix(SIGNATURE).and_then(|text| text.strip_suffix('\n'));
        let signature = signature.and_then(|text| BASE64.decode(text.as_bytes()).ok()?.try_into().ok());
        let signature = signature.ok_or(HeadError::Malformed)?;
        let signed = &bytes[..text.len() - last.len()];
        Ok(Text { head, more, signed, signature })
    }
}

/// Reads the lines of a head.
fn fields(text: &str) -> Option<Head> {
    let mut lines = text.split('\n').skip(1);
    let digest = |text: &str| HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok();
    let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(" = ");
    Some(Head {
        vault_id: next("vault")?.parse().ok()?,
        epoch: next("epoch")?.parse().ok()?,
        generation: next("generation")?.parse().ok()?,
        seq: next("seq")?.parse().ok()?,
        chain: digest(next("chain")?)?,
        root: digest(next("root")?)?,
    })
}

#[cfg(test)]
#[path = "../../../tests/unit/store/head.rs"]
pub(crate) mod tests;
