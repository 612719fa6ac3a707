//! Ed25519 keys and signatures (RFC 8032), and the SSHSIG container of OpenSSH (`PROTOCOL.sshsig`).
//!
//! A signature made here is checked by `ssh-keygen -Y verify`, and the other way round. Only Ed25519 keys
//! and SHA-512 are read or written: a second algorithm would be a second thing that can go wrong. What is
//! signed, and under which namespace, is the caller's business.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, BASE64_NOPAD};
use ring::digest::{SHA512, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use thiserror::Error;

use super::{Secret32, sha256};

/// Bytes of an Ed25519 signature.
pub const SIGNATURE_LEN: usize = 64;
/// The name of the algorithm in SSH, before every key and every signature.
const KEY_TYPE: &str = "ssh-ed25519";
/// Bytes of a public key in SSH's form: two strings, each after its length in four bytes.
const WIRE_LEN: usize = 4 + KEY_TYPE.len() + 4 + 32;
const MAGIC: &[u8; 6] = b"SSHSIG";
const HASH: &str = "sha512";
/// An SSHSIG of Ed25519 has about 200 bytes; the namespace is the only part without a fixed length.
const MAX_BLOB: usize = 1024;

/// Characters of base64 in a line of an armoured signature.
const ARMOUR_LINE: usize = 70;

/// A key or a signature that cannot be used, or does not fit what it should have signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The seed is not that of a key pair.
    #[error("the signing key cannot be used")]
    Key,
    /// The text is not a public key line.
    #[error("this is not an Ed25519 public key: a line such as `ssh-ed25519 AAAA…` is expected")]
    NotAPublicKey,
    /// The text is not a fingerprint.
    #[error("this is not the fingerprint of a key: `SHA256:` and 43 characters are expected")]
    NotAFingerprint,
    /// The bytes are not an SSHSIG of version 1 with an Ed25519 key and SHA-512.
    #[error("this is not an SSH signature that can be read: {0}")]
    NotASignature(&'static str),
    /// The signature was made for something else.
    #[error("the signature is for the namespace {found:?}, not {expected:?}")]
    Namespace {
        /// The namespace inside the signature.
        found: String,
        /// The one that was asked for.
        expected: String,
    },
    /// The signature is not this key's over these bytes.
    #[error("the signature does not fit: the bytes were changed, or another key signed them")]
    Wrong,
}

/// An Ed25519 key pair. `Debug` shows the public half only.
///
/// The seed is the caller's [`Secret32`] and is zeroed with it; the expanded key inside lives as long as this value.
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// Makes the key pair from its 32-byte seed.
    ///
    /// # Errors
    ///
    /// When the seed is not that of a key pair.
    pub fn from_seed(seed: &Secret32) -> Result<SigningKey, SignError> {
        Ed25519KeyPair::from_seed_unchecked(seed.expose()).map(SigningKey).map_err(|_| SignError::Key)
    }

    /// Returns the public half.
    pub fn public_key(&self) -> PublicKey {
        let mut bytes = [0u8; 32];
        bytes.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(bytes)
    }

    /// Returns a plain Ed25519 signature over the message.
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LEN] {
        let mut bytes = [0u8; SIGNATURE_LEN];
        bytes.copy_from_slice(self.0.sign(message).as_ref());
        bytes
    }

    /// Returns an SSHSIG over the message, for one namespace.
    pub fn sign_ssh(&self, namespace: &str, message: &[u8]) -> SshSignature {
        let signature = self.sign(&signed_data(namespace, message));
        SshSignature { public_key: self.public_key(), namespace: namespace.to_owned(), signature }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public_key().fingerprint())
    }
}

/// An Ed25519 public key, written as an OpenSSH public key line without a comment.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Wraps the 32 bytes. Whether they are a point of the curve shows when a signature is verified.
    pub fn from_bytes(bytes: [u8; 32]) -> PublicKey {
        PublicKey(bytes)
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Checks a plain Ed25519 signature.
    ///
    /// # Errors
    ///
    /// When the signature does not fit: the bytes were changed, or another key signed them.
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> Result<(), SignError> {
        UnparsedPublicKey::new(&ED25519, self.0).verify(message, signature).map_err(|_| SignError::Wrong)
    }

    /// Returns the fingerprint that `ssh-keygen -l` prints: `SHA256:` and base64 without padding.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", BASE64_NOPAD.encode(&sha256(&self.wire())))
    }

    /// Returns the key as SSH writes it: `string "ssh-ed25519" | string key`.
    fn wire(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(WIRE_LEN);
        put(&mut out, KEY_TYPE.as_bytes());
        put(&mut out, &self.0);
        out
    }

    fn from_wire(bytes: &[u8]) -> Option<PublicKey> {
        let mut rest = bytes;
        let kind = take(&mut rest)?;
        let key = take(&mut rest)?;
        (kind == KEY_TYPE.as_bytes() && rest.is_empty()).then_some(PublicKey(key.try_into().ok()?))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{KEY_TYPE} {}", BASE64.encode(&self.wire()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

impl FromStr for PublicKey {
    type Err = SignError;

    /// Reads an OpenSSH public key line; a comment after the key is ignored.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split_ascii_whitespace();
        let (Some(KEY_TYPE), Some(encoded)) = (words.next(), words.next()) else {
            return Err(SignError::NotAPublicKey);
        };
        // Text of another length is not decoded at all.
        let wire =
            (encoded.len() == BASE64.encode_len(WIRE_LEN)).then(|| BASE64.decode(encoded.as_bytes()).ok()).flatten();
        wire.and_then(|wire| PublicKey::from_wire(&wire)).ok_or(SignError::NotAPublicKey)
    }
}

impl serde::Serialize for PublicKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PublicKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The fingerprint of a public key as `ssh-keygen -l` prints it: `SHA256:` and 43 characters of base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Returns whether it is this key's.
    pub fn is_of(&self, key: &PublicKey) -> bool {
        self.0 == key.fingerprint()
    }
}

impl From<PublicKey> for Fingerprint {
    fn from(key: PublicKey) -> Self {
        Fingerprint(key.fingerprint())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = SignError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digest = text.trim().strip_prefix("SHA256:").and_then(|hash| BASE64_NOPAD.decode(hash.as_bytes()).ok());
        digest
            .filter(|digest| digest.len() == 32)
            .map(|_| Fingerprint(text.trim().to_owned()))
            .ok_or(SignError::NotAFingerprint)
    }
}

/// A signature in the SSHSIG format, read but not yet checked: [`SshSignature::verify`] names who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshSignature {
    public_key: PublicKey,
    namespace: String,
    signature: [u8; SIGNATURE_LEN],
}

impl SshSignature {
    /// Checks the signature over the message and returns the key that made it. Whose key that is, the caller decides.
    ///
    /// # Errors
    ///
    /// When the signature is for another namespace, or does not fit: the bytes were changed, or another key signed them.
    pub fn verify(&self, namespace: &str, message: &[u8]) -> Result<PublicKey, SignError> {
        if self.namespace != namespace {
            return Err(SignError::Namespace { found: self.namespace.clone(), expected: namespace.to_owned() });
        }
        self.public_key.verify(&signed_data(namespace, message), &self.signature)?;
        Ok(self.public_key)
    }

    /// Returns the binary form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut signature = Vec::new();
        put(&mut signature, KEY_TYPE.as_bytes());
        put(&mut signature, &self.signature);
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&1u32.to_be_bytes());
        for field in [&self.public_key.wire()[..], self.namespace.as_bytes(), b"", HASH.as_bytes(), &signature] {
            put(&mut out, field);
        }
        out
    }

    /// Returns the form that `ssh-keygen` writes and reads: base64 in lines of seventy characters.
    pub fn to_armour(&self) -> String {
        let mut out = String::from("-----BEGIN SSH SIGNATURE-----\n");
        let encoded = BASE64.encode(&self.to_bytes());
        for (place, symbol) in encoded.chars().enumerate() {
            if place > 0 && place % ARMOUR_LINE == 0 {
                out.push('\n');
            }
            out.push(symbol);
        }
        out + "\n-----END SSH SIGNATURE-----\n"
    }

    /// Reads the binary form: version 1, an Ed25519 key, SHA-512, nothing reserved, nothing after it.
    ///
    /// # Errors
    ///
    /// When the bytes are anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<SshSignature, SignError> {
        let bad = SignError::NotASignature;
        if bytes.len() > MAX_BLOB {
            return Err(bad("it is too long"));
        }
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(bad("it does not start with SSHSIG"))?;
        rest = rest.strip_prefix(&1u32.to_be_bytes()).ok_or(bad("its version is not 1"))?;
        let cut = bad("it is cut off");
        let key = take(&mut rest).ok_or(cut.clone())?;
        let namespace = take(&mut rest).ok_or(cut.clone())?;
        let reserved = take(&mut rest).ok_or(cut.clone())?;
        let hash = take(&mut rest).ok_or(cut.clone())?;
        let mut inner = take(&mut rest).ok_or(cut.clone())?;
        if !rest.is_empty() || !reserved.is_empty() {
            return Err(bad("it holds more than it should"));
        }
        if hash != HASH.as_bytes() {
            return Err(bad("its hash is not sha512"));
        }
        let public_key = PublicKey::from_wire(key).ok_or(bad("its key is not Ed25519"))?;
        let namespace = std::str::from_utf8(namespace).map_err(|_| bad("its namespace is not text"))?;
        let kind = take(&mut inner).ok_or(cut.clone())?;
        let raw = take(&mut inner).ok_or(cut)?;
        if kind != KEY_TYPE.as_bytes() || !inner.is_empty() {
            return Err(bad("its algorithm is not Ed25519"));
        }
        let signature = raw.try_into().map_err(|_| bad("an Ed25519 signature has 64 bytes"))?;
        Ok(SshSignature { public_key, namespace: namespace.to_owned(), signature })
    }
}

/// Returns what the key signs: `SSHSIG | namespace | reserved | hash name | SHA-512(message)`.
fn signed_data(namespace: &str, message: &[u8]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for field in [namespace.as_bytes(), b"", HASH.as_bytes(), digest(&SHA512, message).as_ref()] {
        put(&mut out, field);
    }
    out
}

/// Appends an SSH string: its length in four bytes, then the bytes.
fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    // Every string here is a key, a name or a digest of well under 4 GiB.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Takes an SSH string off the front, or nothing when it is cut off.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, tail) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (field, tail) = tail.split_at_checked(length)?;
    *rest = tail;
    Some(field)
}

#[cfg(test)]
#[path = "../../tests/unit/crypto/sign.rs"]
mod tests;
