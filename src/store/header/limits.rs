//! The bounds of a header, checked before anything is derived or allocated.

/// The largest header, in bytes.
pub(crate) const MAX_HEADER: u64 = 64 * 1024;
/// A header with more key slots is refused.
pub(crate) const MAX_SLOTS: usize = 32;
/// Each passphrase slot may cost one Argon2id derivation for every attempt, so that these are few.
pub(crate) const MAX_PASSPHRASE_SLOTS: usize = 8;
/// The format version that this program reads and writes.
pub(crate) const FORMAT: u32 = 1;

/// The longest public key, in bytes.
pub(crate) const MAX_PUBLIC_KEY: usize = 256;
/// The shortest key file, in bytes: a shorter one has too little entropy for HKDF.
pub(crate) const MIN_KEY_FILE: usize = 32;
/// The largest key file, in bytes.
pub(crate) const MAX_KEY_FILE: usize = 64 * 1024;
