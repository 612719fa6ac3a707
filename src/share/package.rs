//! The sealed slice: a file that opens with a token and nothing else.
//!
//! ```text
//! magic       18  "finvault-slice v1\n"
//! grant id    16  ASCII
//! version      4  big-endian, from 1
//! expiry       8  seconds since 1970, UTC, big-endian
//! salt        32  random, new for every sealing
//! commitment  32
//! ciphertext   n  AES-256-GCM, tag at the end; all bytes before it are associated data
//!
//! key(32) | nonce(12) | commitment(32) = HKDF-Expand(PRK, "seal" | salt | grant id)
//! plaintext = length(4) | slice | length(4) | SSHSIG | zeros
//! ```
//!
//! Reading goes through types: [`UnverifiedPackage`] has a header that anybody could have written, [`Opened`] was
//! sealed by someone who knows the token, and only [`VerifiedSlice`] carries a signature that fits. The
//! specification, with threat notes and frozen vectors, is `docs/slice-format.md`.

use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use super::slice::NAMESPACE;
use crate::crypto::{self, Fingerprint, PublicKey, Secret32, SecretBytes, SshSignature};
use crate::model::{GrantId, Timestamp};

mod error;
mod header;
mod limits;
mod plaintext;

pub use error::{ContentError, PackageError};
use header::{FAMILY, MAGIC};
pub use header::{HEADER_LEN, Header};
pub use limits::MAX_PACKAGE_LEN;

/// HKDF label of the sealing keys. Part of the format, never changed.
const SEAL: &[u8] = b"seal";

/// What one sealing uses. The salt is new each time, so the key is never used with a second nonce.
struct SealingKeys {
    key: Secret32,
    nonce: [u8; crypto::NONCE_LEN],
    commitment: [u8; 32],
}

impl SealingKeys {
    fn derive(prk: &Secret32, header: &Header) -> SealingKeys {
        let mut material = Zeroizing::new([0u8; 76]);
        crypto::hkdf_expand(prk, &[SEAL, &header.salt, header.grant_id.as_str().as_bytes()], &mut material);
        let mut key = [0u8; 32];
        let mut nonce = [0u8; crypto::NONCE_LEN];
        let mut commitment = [0u8; 32];
        key.copy_from_slice(&material[..32]);
        nonce.copy_from_slice(&material[32..44]);
        commitment.copy_from_slice(&material[44..]);
        SealingKeys { key: Secret32::take(&mut key), nonce, commitment }
    }
}

/// Seals a slice and its signature. The salt in the header must be fresh random bytes.
///
/// # Errors
///
/// When the slice is too large, or the cipher refuses.
pub fn seal(prk: &Secret32, header: &Header, slice: &[u8], sshsig: &SshSignature) -> Result<Vec<u8>, PackageError> {
    seal_plaintext(prk, header, plaintext::join(slice, &sshsig.to_bytes())?)
}

/// Seals any plaintext: what a holder of the token could do. For tests of the code behind the authentication.
///
/// # Errors
///
/// When the cipher refuses.
#[doc(hidden)]
pub fn seal_plaintext(prk: &Secret32, header: &Header, mut plain: Vec<u8>) -> Result<Vec<u8>, PackageError> {
    let keys = SealingKeys::derive(prk, header);
    let mut out = header.to_bytes();
    out.extend_from_slice(&keys.commitment);
    // The tag must not make the vector grow: the old allocation would keep the plaintext.
    let mut sealed = Zeroizing::new(Vec::with_capacity(plain.len() + crypto::TAG_LEN));
    sealed.extend_from_slice(&plain);
    plain.zeroize();
    crypto::seal(&keys.key, keys.nonce, &out, &mut sealed).map_err(|_| PackageError::Seal)?;
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// A package whose form is right. Anybody could have written its header.
#[derive(Debug)]
pub struct UnverifiedPackage<'a> {
    header: Header,
    commitment: [u8; 32],
    associated: &'a [u8],
    ciphertext: &'a [u8],
}

/// Returns whether bytes begin as a package of this version does, or are cut off before that can be told.
pub(crate) fn is_start(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || MAGIC.starts_with(bytes)
}

impl<'a> UnverifiedPackage<'a> {
    /// Reads the header and checks lengths. Allocates nothing that depends on the input.
    ///
    /// # Errors
    ///
    /// When the bytes are no package of this version, are cut off or too large, or the header is impossible.
    pub fn parse(bytes: &'a [u8]) -> Result<UnverifiedPackage<'a>, PackageError> {
        if !bytes.starts_with(MAGIC) {
            let cut_off = !bytes.is_empty() && MAGIC.starts_with(bytes);
            let needed = HEADER_LEN + plaintext::SHORTEST + crypto::TAG_LEN;
            return Err(match bytes.strip_prefix(FAMILY) {
                _ if cut_off => PackageError::CutOff { found: bytes.len(), needed },
                Some([digit, ..]) if digit.is_ascii_digit() => PackageError::UnknownVersion,
                _ => PackageError::NotASlice,
            });
        }
        if bytes.len() > MAX_PACKAGE_LEN {
            return Err(PackageError::TooLarge);
        }
        let needed = HEADER_LEN + plaintext::SHORTEST + crypto::TAG_LEN;
        let cut_off = || PackageError::CutOff { found: bytes.len(), needed };
        let (associated, ciphertext) = bytes.split_first_chunk::<HEADER_LEN>().ok_or_else(cut_off)?;
        if bytes.len() < needed {
            return Err(cut_off());
        }
        let (header, commitment) = Header::parse(associated)?;
        Ok(UnverifiedPackage { header, commitment, associated, ciphertext })
    }

    /// Returns what the header says. Not authenticated until [`UnverifiedPackage::open`] succeeds.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Opens the package with the PRK of a token.
    ///
    /// # Errors
    ///
    /// `WrongToken` when the commitment is not this token's, and `Damaged` when it is and the rest was changed: more than
    /// that, cryptography does not tell. `Malformed` when what opens is no slice.
    pub fn open(&self, prk: &Secret32) -> Result<Opened, PackageError> {
        let keys = SealingKeys::derive(prk, &self.header);
        if !crypto::constant_time_eq(&keys.commitment, &self.commitment) {
            return Err(PackageError::WrongToken);
        }
        let mut buffer = Zeroizing::new(self.ciphertext.to_vec());
        let plain = crypto::open(&keys.key, keys.nonce, self.associated, &mut buffer);
        let (slice, sshsig) = plaintext::split(plain.map_err(|_| PackageError::Damaged)?)?;
        Ok(Opened {
            header: self.header.clone(),
            slice: SecretBytes::new(slice.to_vec()),
            sshsig: SshSignature::from_bytes(sshsig)?,
        })
    }
}

/// A slice that was sealed by someone who knows the token: the vault, or the recipient.
#[derive(Debug)]
pub struct Opened {
    header: Header,
    slice: SecretBytes,
    sshsig: SshSignature,
}

impl Opened {
    /// Checks the signature, and that document, header and signature speak of the same grant and key.
    ///
    /// # Errors
    ///
    /// When the signature does not fit, or document, header and signature contradict each other.
    pub fn verify(self) -> Result<VerifiedSlice, PackageError> {
        let signer = self.sshsig.verify(NAMESPACE, self.slice.expose())?;
        let seen: Essentials = serde_json::from_slice(self.slice.expose()).map_err(ContentError::Grant)?;
        let grant = seen.grant;
        let contradiction = PackageError::Contradiction;
        if grant.grant_id != self.header.grant_id {
            return Err(contradiction("grant id"));
        }
        if grant.version != self.header.version {
            return Err(contradiction("version"));
        }
        if grant.expiration_time != self.header.expires {
            return Err(contradiction("expiry"));
        }
        if grant.issuer.public_key != signer || grant.issuer.fingerprint != signer.fingerprint() {
            return Err(contradiction("public key"));
        }
        Ok(VerifiedSlice { header: self.header, slice: self.slice, sshsig: self.sshsig, signer })
    }
}

/// The parts of a document that header and signature repeat. Unknown fields are left to the recipient.
#[derive(Deserialize)]
struct Essentials {
    grant: EssentialGrant,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EssentialGrant {
    grant_id: GrantId,
    version: u32,
    expiration_time: Timestamp,
    issuer: EssentialIssuer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EssentialIssuer {
    public_key: PublicKey,
    fingerprint: String,
}

/// A slice whose signature fits. Whose key that is, and whether the grant has ended, the caller decides.
#[derive(Debug)]
pub struct VerifiedSlice {
    header: Header,
    slice: SecretBytes,
    sshsig: SshSignature,
    signer: PublicKey,
}

impl VerifiedSlice {
    /// Returns grant id, version and expiry: now authenticated.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the document, the very bytes that were signed.
    pub fn document_bytes(&self) -> &[u8] {
        self.slice.expose()
    }

    /// Takes the document out.
    pub fn into_document(self) -> SecretBytes {
        self.slice
    }

    /// Returns the key that signed.
    pub fn signer(&self) -> PublicKey {
        self.signer
    }

    /// Compares the key that signed with the one that is expected, if any is.
    ///
    /// # Errors
    ///
    /// When another key signed.
    pub fn check_signer(&self, expected: Option<&Fingerprint>) -> Result<(), PackageError> {
        match expected.filter(|expected| !expected.is_of(&self.signer)) {
            None => Ok(()),
            Some(expected) => Err(PackageError::OtherSigner { found: self.signer.into(), expected: expected.clone() }),
        }
    }

    /// Returns the signature, to be written beside the document for `ssh-keygen -Y verify`.
    pub fn signature(&self) -> &SshSignature {
        &self.sshsig
    }
}

#[cfg(test)]
#[path = "../../tests/unit/share/package.rs"]
mod tests;
