//! AES-256-GCM. The caller passes the nonce, and must never use a nonce twice with one key.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use thiserror::Error;

use super::Secret32;

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 12;
/// Bytes that sealing adds.
pub const TAG_LEN: usize = 16;

/// The bytes were not sealed with this key, nonce and associated data, or were changed since; or they are too long.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("the data do not open with this key")]
pub struct AeadError;

/// Encrypts `plain` in place and appends the tag. A nonce must never be used twice with one key.
///
/// # Errors
///
/// When the plaintext is longer than AES-GCM allows.
pub fn seal(key: &Secret32, nonce: [u8; NONCE_LEN], associated: &[u8], plain: &mut Vec<u8>) -> Result<(), AeadError> {
    let nonce = Nonce::assume_unique_for_key(nonce);
    cipher(key)?.seal_in_place_append_tag(nonce, Aad::from(associated), plain).map_err(|_| AeadError)
}

/// Decrypts `sealed` in place and returns the plaintext; nothing of it is released when the tag is wrong.
///
/// # Errors
///
/// When key, nonce or associated data differ from those that sealed, or the bytes were changed.
pub fn open<'a>(
    key: &Secret32,
    nonce: [u8; NONCE_LEN],
    associated: &[u8],
    sealed: &'a mut [u8],
) -> Result<&'a mut [u8], AeadError> {
    let nonce = Nonce::assume_unique_for_key(nonce);
    cipher(key)?.open_in_place(nonce, Aad::from(associated), sealed).map_err(|_| AeadError)
}

fn cipher(key: &Secret32) -> Result<LessSafeKey, AeadError> {
    UnboundKey::new(&AES_256_GCM, key.expose()).map(LessSafeKey::new).map_err(|_| AeadError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_any_changed_bit() {
        let key = Secret32::take(&mut [1; 32]);
        let mut sealed = b"balance".to_vec();
        seal(&key, [2; 12], b"header", &mut sealed).unwrap();
        assert_eq!(sealed.len(), 7 + TAG_LEN);
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&key, [2; 12], b"header", &mut changed), Err(AeadError));
        }
        assert_eq!(open(&key, [2; 12], b"heaDer", &mut sealed.clone()), Err(AeadError));
        assert_eq!(open(&key, [2; 12], b"header", &mut sealed).unwrap(), b"balance");
    }
}
