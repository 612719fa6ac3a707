//! Key derivation: Argon2id (RFC 9106) for what people remember, HKDF-SHA256 (RFC 5869) for what is random.

use std::fmt;
use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, Version};
use rayon::ThreadPoolBuilder;
use ring::hmac;
use thiserror::Error;

use super::{Passphrase, Secret32};

/// The cost of an Argon2id derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Argon2Params {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes: the degree of parallelism.
    pub p: u32,
}

/// Why a key was not derived.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KdfError {
    /// Below the minimum: a tampered header could make the passphrase easy to guess.
    #[error("the key derivation asks for {0}: less than {mib} MiB, t={t} or p={p} is not accepted",
        mib = Argon2Params::FLOOR.m_kib / 1024, t = Argon2Params::FLOOR.t, p = Argon2Params::FLOOR.p)]
    TooCheap(Argon2Params),
    /// Above the maximum: a tampered header could exhaust the memory or the time of this machine.
    #[error("the key derivation asks for {0}: more than {gib} GiB, t={t} or p={p} is not accepted",
        gib = Argon2Params::CEILING.m_kib / (1024 * 1024), t = Argon2Params::CEILING.t, p = Argon2Params::CEILING.p)]
    TooCostly(Argon2Params),
    /// This machine has not the memory that it takes.
    #[error("there is not enough memory for the key derivation, which takes {mib} MiB", mib = .0.m_kib / 1024)]
    NoMemory(Argon2Params),
    /// The derivation itself failed.
    #[error("the key derivation failed: {0}")]
    Failed(argon2::Error),
}

impl fmt::Display for Argon2Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={} KiB, t={}, p={}", self.m_kib, self.t, self.p)
    }
}

impl Argon2Params {
    /// The cheapest parameters that a header may carry: the second recommended option of RFC 9106, section 4.
    pub const FLOOR: Argon2Params = Argon2Params { m_kib: 64 * 1024, t: 3, p: 4 };
    /// The costliest parameters that a header may carry.
    pub const CEILING: Argon2Params = Argon2Params { m_kib: 1024 * 1024, t: 64, p: 16 };

    /// Checks floor and ceiling. Allocates nothing.
    ///
    /// # Errors
    ///
    /// When a parameter is below the floor or above the ceiling.
    pub fn check(&self) -> Result<(), KdfError> {
        let (floor, ceiling) = (Self::FLOOR, Self::CEILING);
        if self.m_kib < floor.m_kib || self.t < floor.t || self.p < floor.p {
            return Err(KdfError::TooCheap(*self));
        }
        if self.m_kib > ceiling.m_kib || self.t > ceiling.t || self.p > ceiling.p {
            return Err(KdfError::TooCostly(*self));
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
        let failed = |error| match error {
            argon2::Error::OutOfMemory => KdfError::NoMemory(*self),
            other => KdfError::Failed(other),
        };
        let params = Params::new(self.m_kib, self.t, self.p, Some(32)).map_err(failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        start_threads();
        Secret32::fill(|out| argon2.hash_password_into(passphrase.expose().as_bytes(), salt, out).map_err(failed))
    }
}

/// Starts the threads on which Argon2 fills its lanes side by side. Where the system gives none, for lack of memory, the
/// current thread fills them one after another: rayon itself would panic.
fn start_threads() {
    static STARTED: LazyLock<bool> = LazyLock::new(|| ThreadPoolBuilder::new().build_global().is_ok());
    if !*STARTED {
        // Kept for as long as the thread lives. An error means that it has one already.
        let _ = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().map(std::mem::forget);
    }
}

/// HKDF-Extract of RFC 5869: returns `PRK = HMAC-SHA256(salt, input)`.
pub fn hkdf_extract(salt: &[u8], input: &[u8]) -> Secret32 {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, salt), input);
    let mut bytes = [0u8; 32];
    bytes.copy_from_slice(tag.as_ref());
    Secret32::take(&mut bytes)
}

/// HKDF-Expand of RFC 5869: fills `out` with key material bound to `info`, whose parts are concatenated.
///
/// `T(i) = HMAC-SHA256(prk, T(i-1) | info | i)`, for at most 255 blocks: a longer `out` does not compile.
pub fn hkdf_expand<const N: usize>(prk: &Secret32, info: &[&[u8]], out: &mut [u8; N]) {
    const { assert!(N <= 255 * 32) };
    let key = hmac::Key::new(hmac::HMAC_SHA256, prk.expose());
    let mut previous: Option<hmac::Tag> = None;
    for (counter, chunk) in (1..=u8::MAX).zip(out.chunks_mut(32)) {
        let mut context = hmac::Context::with_key(&key);
        if let Some(tag) = &previous {
            context.update(tag.as_ref());
        }
        info.iter().for_each(|part| context.update(part));
        context.update(&[counter]);
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
        Secret32::take(&mut out)
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
    fn the_document_of_the_format_has_the_bounds() {
        let document = include_str!("../../docs/vault-format.md");
        let (floor, ceiling) = (Argon2Params::FLOOR, Argon2Params::CEILING);
        for (name, least, most) in [("t", floor.t, ceiling.t), ("p", floor.p, ceiling.p)] {
            assert!(document.contains(&format!("\n| `{name}` | {least} | {most} |\n")), "{name}");
        }
    }

    #[test]
    fn refuses_parameters_outside_floor_and_ceiling() {
        assert_eq!(Argon2Params::FLOOR.check(), Ok(()));
        assert_eq!(Argon2Params::CEILING.check(), Ok(()));
        for cheap in [(1024, 3, 4), (65536, 2, 4), (65536, 3, 3)] {
            let params = Argon2Params { m_kib: cheap.0, t: cheap.1, p: cheap.2 };
            assert_eq!(params.check(), Err(KdfError::TooCheap(params)));
        }
        for costly in [(u32::MAX, 3, 4), (65536, u32::MAX, 4), (65536, 3, 17)] {
            let params = Argon2Params { m_kib: costly.0, t: costly.1, p: costly.2 };
            assert_eq!(params.check(), Err(KdfError::TooCostly(params)));
        }
        let cheap = KdfError::TooCheap(Argon2Params { t: 1, ..Argon2Params::FLOOR }).to_string();
        let asked = "the key derivation asks for m=65536 KiB, t=1, p=4";
        assert_eq!(cheap, format!("{asked}: less than 64 MiB, t=3 or p=4 is not accepted"));
    }
}
