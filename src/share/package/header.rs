//! The header of a package: what stands before the ciphertext, in plain.

use super::error::PackageError;
use crate::model::{GrantId, Timestamp};

pub(super) const MAGIC: &[u8; 18] = b"finvault-slice v1\n";
/// What every version of the format starts with.
pub(super) const FAMILY: &[u8] = b"finvault-slice v";
const SALT_AT: usize = MAGIC.len() + GrantId::LENGTH + 4 + 8;
const COMMITMENT_AT: usize = SALT_AT + 32;
/// Bytes before the ciphertext.
pub const HEADER_LEN: usize = COMMITMENT_AT + 32;

/// What stands before the ciphertext, in plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The grant.
    pub grant_id: GrantId,
    /// The version number, from 1.
    pub version: u32,
    /// When the grant ends.
    pub expires: Timestamp,
    /// Random, and new for every sealing: a salt that is used twice gives away what was sealed.
    pub salt: [u8; 32],
}

impl Header {
    /// Returns whether the grant has ended.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires <= now
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(self.grant_id.as_str().as_bytes());
        out.extend_from_slice(&self.version.to_be_bytes());
        out.extend_from_slice(&self.expires.unix().to_be_bytes());
        out.extend_from_slice(&self.salt);
        out
    }

    pub(super) fn parse(bytes: &[u8; HEADER_LEN]) -> Result<(Header, [u8; 32]), PackageError> {
        let mut rest = &bytes[MAGIC.len()..];
        let grant_id = array::<{ GrantId::LENGTH }>(&mut rest)?;
        let version = u32::from_be_bytes(array(&mut rest)?);
        let expires = i64::from_be_bytes(array(&mut rest)?);
        let salt = array(&mut rest)?;
        let commitment = array(&mut rest)?;
        let grant_id = std::str::from_utf8(&grant_id).ok().and_then(|text| text.parse().ok());
        let grant_id = grant_id.ok_or(PackageError::Header("grant id"))?;
        if version == 0 {
            return Err(PackageError::Header("version"));
        }
        let moment = Timestamp::from_unix(expires);
        if moment.unix() != expires {
            return Err(PackageError::Header("expiry"));
        }
        Ok((Header { grant_id, version, expires: moment, salt }, commitment))
    }
}

fn array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], PackageError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(PackageError::Header("length"))?;
    *rest = tail;
    Ok(*head)
}
