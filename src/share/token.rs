//! The token: the secret that opens one grant's slice, and nothing else.
//!
//! ```text
//! token    = "vlt_" grant-id "_" secret "_" checksum
//! grant-id = 16 symbol        ; 80 bits, random
//! secret   = 52 symbol        ; 256 bits, most significant first, then four zero bits
//! checksum = 8 symbol         ; the first 40 bits of SHA-256 over everything before the last "_"
//! ```
//!
//! The vault keeps [`TokenSecret::prk`], never the secret. The checksum only tells a mistyped token
//! from one that opens nothing; it is no protection.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::crypto::{Secret32, hkdf_extract, sha256};
use crate::model::{GrantId, SYMBOLS};

const PREFIX: &str = "vlt_";
const SECRET_LEN: usize = 52;
const CHECKSUM_LEN: usize = 8;
/// Characters of a token.
pub(crate) const TOKEN_LEN: usize = PREFIX.len() + GrantId::LENGTH + 1 + SECRET_LEN + 1 + CHECKSUM_LEN;
/// HKDF salt and label. Part of the format, never changed.
const EXTRACT_SALT: &[u8] = b"finvault token v1";
const RECEIPT: &[u8] = b"receipt";

/// Why a text is not a token. The text is never shown: it may be a token with one wrong character.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// It does not look like one.
    #[error("this is not a token: a token starts with vlt_ and has 82 characters")]
    NotAToken,
    /// It looks like one, and a character is wrong.
    #[error("the token is mistyped or damaged: its checksum does not fit")]
    Damaged,
}

/// The 256 secret bits of a token. No `Clone`, `PartialEq` or `Serialize`; `Debug` shows nothing.
pub struct TokenSecret(Secret32);

impl TokenSecret {
    /// Returns `PRK = HKDF-Extract("finvault token v1", secret)`: what the vault keeps, and every key comes from.
    pub fn prk(&self) -> Secret32 {
        hkdf_extract(EXTRACT_SALT, self.0.expose())
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

/// A token: the grant that it belongs to, and its secret.
#[derive(Debug)]
pub struct Token {
    grant_id: GrantId,
    secret: TokenSecret,
}

impl Token {
    /// Makes the token of a grant from 32 random bytes. The copy passed in is zeroed.
    pub fn generate(grant_id: GrantId, mut random: [u8; 32]) -> Token {
        Token { grant_id, secret: TokenSecret(Secret32::take(&mut random)) }
    }

    /// Reads a token; white space and a byte order mark around it are ignored.
    ///
    /// # Errors
    ///
    /// When the text is no token, or its checksum does not fit.
    pub fn parse(text: &str) -> Result<Token, TokenError> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.len() != TOKEN_LEN || !text.is_ascii() {
            return Err(TokenError::NotAToken);
        }
        let rest = text.strip_prefix(PREFIX).ok_or(TokenError::NotAToken)?;
        // From here on it was meant as a token. The text is ASCII, so it can be cut anywhere.
        let (signed, checksum) = text.split_at(TOKEN_LEN - CHECKSUM_LEN);
        let signed = signed.strip_suffix('_').ok_or(TokenError::Damaged)?;
        if checksum_of(signed) != checksum {
            return Err(TokenError::Damaged);
        }
        let (grant_id, rest) = rest.split_at(GrantId::LENGTH);
        let secret = rest.strip_prefix('_').and_then(|rest| rest.get(..SECRET_LEN)).ok_or(TokenError::Damaged)?;
        let secret = Secret32::fill(|out| match SYMBOLS.decode_mut(secret.as_bytes(), out) {
            Ok(_) => Ok(()),
            Err(_) => Err(TokenError::Damaged),
        })?;
        let grant_id = grant_id.parse().map_err(|_| TokenError::Damaged)?;
        Ok(Token { grant_id, secret: TokenSecret(secret) })
    }

    /// Returns the grant that the token says it belongs to.
    pub fn grant_id(&self) -> &GrantId {
        &self.grant_id
    }

    /// Returns the secret.
    pub fn secret(&self) -> &TokenSecret {
        &self.secret
    }

    /// Returns the written form, to be printed once and kept nowhere.
    pub fn reveal(&self) -> Zeroizing<String> {
        // Full capacity at once: growing would leave a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(TOKEN_LEN));
        text.push_str(PREFIX);
        text.push_str(self.grant_id.as_str());
        text.push('_');
        SYMBOLS.encode_append(self.secret.0.expose(), &mut text);
        let checksum = checksum_of(&text);
        text.push('_');
        text.push_str(&checksum);
        text
    }
}

/// Returns the key that authenticates receipts of openings from the outbox: `HKDF-Expand(PRK, "receipt")`.
pub(crate) fn receipt_key(prk: &Secret32) -> Secret32 {
    prk.expand(&[RECEIPT])
}

/// Returns the first 40 bits of SHA-256, in the alphabet of tokens.
fn checksum_of(signed: &str) -> String {
    SYMBOLS.encode(&sha256(signed.as_bytes())[..CHECKSUM_LEN * 5 / 8])
}

#[cfg(test)]
#[path = "../../tests/unit/share/token.rs"]
mod tests;
