//! Secret types, key derivation, authenticated encryption, keyed digests and signatures.
//!
//! Bytes in, bytes out: nothing here opens a file, reads a clock, or knows what it protects. Randomness
//! is passed in by the caller. Primitives are `ring`'s and `argon2`'s; only constructions are ours, and
//! each names its formula.

mod aead;
mod digest;
mod kdf;
mod master;
mod secret;
mod sign;

pub use aead::{AeadError, NONCE_LEN, TAG_LEN, open, seal};
pub use digest::{MacKey, MultisetDigest, Sha256, constant_time_eq, sha256, sha256_hex};
pub use kdf::{Argon2Params, KdfError, hkdf_expand, hkdf_extract};
pub use master::MasterKey;
pub use secret::{Passphrase, Secret32, SecretBytes};
pub use sign::{Fingerprint, PublicKey, SIGNATURE_LEN, SignError, SigningKey, SshSignature};
