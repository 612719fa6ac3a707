//! Key derivation: Argon2id (RFC 9106) for what people remember, HKDF-SHA256 (RFC 5869) for what is random.

use argon2::{Algorithm, Argon2, Params, Version};
use ring::hmac;
use thiserror::Error;
use zeroize::Zeroize;

use super::{Passphrase, Secret32};

/// The cost of an Argon2id derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argon2Params {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

/// A derivation that must not be started, or could not be.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KdfError {
    /// Cheaper than the floor: somebody would like the passphrase to be guessed.
    #[error("the key derivation asks for m={m_kib} KiB, t={t}, p={p}: less than 64 MiB, t=3 or p=4 is not accepted")]
    TooCheap {
        /// Memory asked for, KiB.
        m_kib: u32,
        /// Passes asked for.
        t: u32,
        /// Lanes asked for.
        p: u32,
    },
    /// Costlier than the ceiling: somebody would like this machine to be busy.
    #[error("the key derivation asks for m={m_kib} KiB, t={t}, p={p}: more than 1 GiB, t=64 or p=16 is not accepted")]
    TooCostly {
        /// Memory asked for, KiB.
        m_kib: u32,
        /// Passes asked for.
        t: u32,
        /// Lanes asked for.
        p: u32,
    },
    /// The derivation failed, for want of memory.
    #[error("the key derivation failed: {0}")]
    Failed(String),
}

impl Argon2Params {
    /// The cheapest parameters that a header may carry.
    pub const FLOOR: Argon2Params = Argon2Params { m_kib: 64 * 1024, t: 3, p: 4 };
    /// The costliest.
    pub const CEILING: Argon2Params = Argon2Params { m_kib: 1024 * 1024, t: 64, p: 16 };

    /// Checks floor and ceiling. Allocates nothing.
    ///
    /// # Errors
    ///
    /// When a parameter is below the floor or above the ceiling.
    pub fn check(&self) -> Result<(), KdfError> {
        let Argon2Params { m_kib, t, p } = *self;
        if m_kib < Self::FLOOR.m_kib || t < Self::FLOOR.t || p < Self::FLOOR.p {
            return Err(KdfError::TooCheap { m_kib, t, p });
        }
        if m_kib > Self::CEILING.m_kib || t > Self::CEILING.t || p > Self::CEILING.p {
            return Err(KdfError::TooCostly { m_kib, t, p });
        }
        Ok(())
    }

    /// Derives a key from a passphrase, after checking floor and ceiling.
    ///
    /// # Errors
    ///
    /// When a parameter is below the floor or above the ceiling, or memory is short.
    pub fn derive(&self, passphrase: &Passphrase, salt: &[u8; 32]) -> Result<Secret32, KdfError> {
        self.check()?;
        let params = Params::new(self.m_kib, self.t, self.p, Some(32)).map_err(|e| KdfError::Failed(e.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Secret32::fill(|out| {
            argon2
                .hash_password_into(passphrase.expose().as_bytes(), salt, out)
                .map_err(|e| KdfError::Failed(e.to_string()))
        })
    }
}

/// Returns `PRK = HMAC-SHA256(salt, input)`: concentrates the entropy of the input.
pub fn hkdf_extract(salt: &[u8], input: &[u8]) -> Secret32 {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), input);
    let mut bytes = [0u8; 32];
    bytes.copy_from_slice(tag.as_ref());
    Secret32::take(&mut bytes)
}

/// HKDF-Expand of RFC 5869: fills `out` (at most 8160 bytes) with key material bound to `info`.
///
/// `T(i) = HMAC-SHA256(prk, T(i-1) | info | i)`.
pub fn hkdf_expand(prk: &Secret32, info: &[&[u8]], out: &mut [u8]) {
    let key = hmac::Key::new(hmac::HMAC_SHA256, prk.expose());
    let mut previous: Option<hmac::Tag> = None;
    for (index, chunk) in out.chunks_mut(32).enumerate() {
        let mut context = hmac::Context::with_key(&key);
        if let Some(tag) = &previous {
            context.update(tag.as_ref());
        }
        info.iter().for_each(|part| context.update(part));
        // RFC 5869 ends at 255 blocks; every caller here asks for at most four.
        context.update(&[u8::try_from(index + 1).unwrap_or(u8::MAX)]);
        let tag = context.sign();
        chunk.copy_from_slice(&tag.as_ref()[..chunk.len()]);
        previous = Some(tag);
    }
}

impl Secret32 {
    /// Returns `HKDF-Expand(self, info, 32)` as a secret of its own.
    pub fn expand(&self, info: &[&[u8]]) -> Secret32 {
        let mut out = [0u8; 32];
        hkdf_expand(self, info, &mut out);
        let secret = Secret32::take(&mut out);
        out.zeroize();
        secret
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_gives_the_vector_of_rfc_5869() {
        // Appendix A.1.
        let prk = hkdf_extract(&(0..=12).collect::<Vec<u8>>(), &[0x0b; 22]);
        let mut okm = [0u8; 42];
        hkdf_expand(&prk, &[&(0xf0..=0xf9).collect::<Vec<u8>>()], &mut okm);
        assert_eq!(okm[..8], [0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a]);
        assert_eq!(okm[34..], [0x72, 0x08, 0xd5, 0xb8, 0x87, 0x18, 0x58, 0x65]);
    }

    #[test]
    fn refuses_parameters_outside_floor_and_ceiling() {
        assert_eq!(Argon2Params::FLOOR.check(), Ok(()));
        assert_eq!(Argon2Params::CEILING.check(), Ok(()));
        for cheap in [(1024, 3, 4), (65536, 2, 4), (65536, 3, 3)] {
            let params = Argon2Params { m_kib: cheap.0, t: cheap.1, p: cheap.2 };
            assert!(matches!(params.check(), Err(KdfError::TooCheap { .. })), "{params:?}");
        }
        for costly in [(u32::MAX, 3, 4), (65536, u32::MAX, 4), (65536, 3, 17)] {
            let params = Argon2Params { m_kib: costly.0, t: costly.1, p: costly.2 };
            assert!(matches!(params.check(), Err(KdfError::TooCostly { .. })), "{params:?}");
        }
    }
}
