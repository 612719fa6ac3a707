//! Key slots: the ways to unwrap the master key. Each wraps the same 32 bytes under a key of its own.
//!
//! ```text
//! PRK       = Argon2id(passphrase, salt, m, t, p)            passphrase
//!           = HKDF-Extract(salt, key file | recovery code)   key-file, recovery-code
//! slot key  = HKDF-Expand(PRK, "finvault/v1 slot key", 32)
//! wrapped   = AES-256-GCM(slot key, nonce, associated data, master key)
//! ```
//!
//! Byte tables: `docs/vault-format.md`. What a header says of a slot is checked against floor and ceiling
//! before anything is derived, and believed only when the wrapping opens.

use zeroize::Zeroize;

use crate::crypto::{self, Argon2Params, KdfError, MasterKey, NONCE_LEN, Passphrase, Secret32, SecretBytes, TAG_LEN};
use crate::model::{Env, VaultId};
use crate::store::header::error::HeaderError;
use crate::store::header::kind::SlotKind;
use crate::store::header::limits::{FORMAT, MAX_KEY_FILE, MIN_KEY_FILE};
use crate::store::header::recovery::RecoveryCode;

/// HKDF label of the key that wraps the master key. Part of the format.
const SLOT_KEY: &[u8] = b"finvault/v1 slot key";
/// First field of the associated data. Part of the format.
const ASSOCIATED_DATA: &[u8] = b"finvault/v1 key slot";

/// A file of zeros is no key; a written row of dice throws is one, and has six values.
const MIN_DISTINCT_BYTES: usize = 6;

/// What a person has to open a vault with, or to make a slot for.
#[derive(Debug)]
pub enum Unlock {
    /// A passphrase.
    Passphrase(Passphrase),
    /// The content of a key file, byte for byte.
    KeyFile(SecretBytes),
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

impl Unlock {
    /// Returns the kind of slot that it opens.
    pub fn kind(&self) -> SlotKind {
        match self {
            Unlock::Passphrase(_) => SlotKind::Passphrase,
            Unlock::KeyFile(_) => SlotKind::KeyFile,
            Unlock::RecoveryCode(_) => SlotKind::RecoveryCode,
        }
    }

    /// Refuses what carries too little entropy for a new slot. How good a passphrase is, others judge.
    fn check_new(&self) -> Result<(), HeaderError> {
        match self {
            Unlock::Passphrase(passphrase) if passphrase.expose().is_empty() => Err(HeaderError::EmptyPassphrase),
            Unlock::KeyFile(content) => check_key_file(content.expose()),
            _ => Ok(()),
        }
    }
}

/// Refuses what cannot be a random key file: too short, too long, or nearly all the same byte.
fn check_key_file(content: &[u8]) -> Result<(), HeaderError> {
    let mut seen = [false; 256];
    content.iter().for_each(|b| seen[usize::from(*b)] = true);
    let distinct = seen.iter().filter(|s| **s).count();
    if content.len() < MIN_KEY_FILE || content.len() > MAX_KEY_FILE || distinct < MIN_DISTINCT_BYTES {
        return Err(HeaderError::WeakKeyFile { bytes: content.len() });
    }
    Ok(())
}

/// One key slot of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) id: u32,
    pub(crate) kind: SlotKind,
    /// The cost of the passphrase; for the other kinds `None`: HKDF has no parameters.
    pub(crate) argon2: Option<Argon2Params>,
    pub(crate) salt: [u8; 32],
    pub(crate) nonce: [u8; NONCE_LEN],
    pub(crate) wrapped: [u8; 32 + TAG_LEN],
}

impl Slot {
    /// Wraps the master key for one way to unlock.
    pub(crate) fn wrap(
        env: &Env<'_>,
        vault: &VaultId,
        id: u32,
        unlock: &Unlock,
        argon2: Argon2Params,
        master: &MasterKey,
    ) -> Result<Slot, HeaderError> {
        unlock.check_new()?;
        let kind = unlock.kind();
        let mut slot = Slot {
            id,
            kind,
            argon2: (kind == SlotKind::Passphrase).then_some(argon2),
            salt: env.random(),
            nonce: env.random(),
            wrapped: [0; 32 + TAG_LEN],
        };
        let key = slot.key(unlock)?;
        let mut buffer = Vec::with_capacity(32 + TAG_LEN);
        buffer.extend_from_slice(master.expose().expose());
        let sealed = crypto::seal(&key, slot.nonce, &slot.associated_data(vault), &mut buffer);
        if sealed.is_err() || buffer.len() != slot.wrapped.len() {
            buffer.zeroize();
            return Err(HeaderError::NotWrapped);
        }
        slot.wrapped.copy_from_slice(&buffer);
        Ok(slot)
    }

    /// Opens the slot. Returns `None` if the secret is of another slot or the slot was changed.
    pub(crate) fn open(&self, vault: &VaultId, unlock: &Unlock) -> Result<Option<MasterKey>, KdfError> {
        let key = self.key(unlock)?;
        let mut buffer = self.wrapped;
        let opened = match crypto::open(&key, self.nonce, &self.associated_data(vault), &mut buffer) {
            Ok(plain) => <&mut [u8; 32]>::try_from(plain).ok().map(|bytes| MasterKey::new(Secret32::take(bytes))),
            Err(_) => None,
        };
        buffer.zeroize();
        Ok(opened)
    }

    fn key(&self, unlock: &Unlock) -> Result<Secret32, KdfError> {
        let prk = match unlock {
            // Every passphrase slot has parameters; the floor stands in for missing ones.
            Unlock::Passphrase(p) => self.argon2.unwrap_or(Argon2Params::FLOOR).derive(p, &self.salt)?,
            Unlock::KeyFile(content) => crypto::hkdf_extract(&self.salt, content.expose()),
            Unlock::RecoveryCode(code) => crypto::hkdf_extract(&self.salt, code.secret()),
        };
        Ok(prk.expand(&[SLOT_KEY]))
    }

    /// Returns everything public about the slot, so that changing any of it makes unwrapping fail.
    ///
    /// Eight fields, each as its length in bytes (u32, big-endian) and then its bytes: label, format version
    /// (u32), vault id, slot id (u32), kind, KDF name, KDF parameters (m in KiB, t, p, each u32; empty for
    /// HKDF), salt. All numbers are big-endian.
    fn associated_data(&self, vault: &VaultId) -> Vec<u8> {
        let parameters = self.argon2.map(|a| [a.m_kib, a.t, a.p].map(u32::to_be_bytes).concat()).unwrap_or_default();
        let fields: [&[u8]; 8] = [
            ASSOCIATED_DATA,
            &FORMAT.to_be_bytes(),
            vault.as_str().as_bytes(),
            &self.id.to_be_bytes(),
            self.kind.as_str().as_bytes(),
            self.kdf_name().as_bytes(),
            &parameters,
            &self.salt,
        ];
        let mut out = Vec::with_capacity(256);
        for field in fields {
            // Every field is a few dozen bytes.
            out.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            out.extend_from_slice(field);
        }
        out
    }

    /// Returns the name of the key derivation in the header.
    pub(crate) fn kdf_name(&self) -> &'static str {
        match self.kind {
            SlotKind::Passphrase => ARGON2ID,
            SlotKind::KeyFile | SlotKind::RecoveryCode => HKDF,
        }
    }
}

/// The `kdf` of a passphrase slot.
pub(crate) const ARGON2ID: &str = "argon2id";
/// The `kdf` of the other slots.
pub(crate) const HKDF: &str = "hkdf-sha256";
