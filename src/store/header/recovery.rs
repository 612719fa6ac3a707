//! The recovery code: a key slot's secret that a person can write on paper and type again years later.
//!
//! Thirty-two characters of the alphabet without look-alikes, in eight groups of four. The first twenty-eight
//! are random, 140 bits; the last four are a checksum, so that a typing error is told from a wrong code.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::crypto::sha256;
use crate::model::{ALPHABET, Env, SYMBOLS};

/// Random characters, five bits each. Part of the format.
const RANDOM: usize = 28;
/// Characters of the checksum, five bits each. Part of the format.
const CHECKSUM: usize = 4;
const LENGTH: usize = RANDOM + CHECKSUM;
const GROUP: usize = 4;
/// What the checksum is bound to. Part of the format.
const CHECKSUM_LABEL: &[u8] = b"finvault/v1 recovery code";

/// The text is not a recovery code. The message says where, never what was typed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecoveryCodeError {
    /// Characters are missing or too many.
    #[error("a recovery code has {LENGTH} letters and digits, but {found} were typed")]
    Length {
        /// Characters found, without spaces and dashes.
        found: usize,
    },
    /// A character that no recovery code has.
    #[error("character {position} of the recovery code is not one of 2-9 or a-z without i and l")]
    Character {
        /// Counted from one, without spaces and dashes.
        position: usize,
    },
    /// The checksum does not match: some character was misread.
    #[error("the recovery code has a typing error: its last group does not match the others")]
    Checksum,
}

/// A recovery code whose checksum is right. Kept in its canonical form: lower case, no dashes.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// Draws a new code.
    pub fn generate(env: &Env<'_>) -> RecoveryCode {
        let bytes = Zeroizing::new(env.random::<RANDOM>());
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        // 256 is a multiple of 32: every character is equally likely.
        text.extend(bytes.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])));
        let checksum = checksum(&text);
        text.push_str(&checksum);
        RecoveryCode(text)
    }

    /// Reads what a person typed: any case, any spaces and dashes, and a zero for the letter o.
    ///
    /// # Errors
    /// When characters are missing, too many or unknown, or the checksum does not match.
    pub fn parse(typed: &str) -> Result<RecoveryCode, RecoveryCodeError> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        let mut found = 0;
        for c in typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')) {
            found += 1;
            let c = if c == '0' { 'o' } else { c.to_ascii_lowercase() };
            let known = u8::try_from(c).is_ok_and(|b| ALPHABET.contains(&b));
            if !known {
                return Err(RecoveryCodeError::Character { position: found });
            }
            // The text never grows beyond what was reserved, so that no copy of it is left behind.
            if found <= LENGTH {
                text.push(c);
            }
        }
        if found != LENGTH {
            return Err(RecoveryCodeError::Length { found });
        }
        if text[RANDOM..] != checksum(&text[..RANDOM]) {
            return Err(RecoveryCodeError::Checksum);
        }
        Ok(RecoveryCode(text))
    }

    /// Returns the form for people: `abcd-efgh-…`, eight groups. Shown once, when the code is made.
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
        for (index, c) in self.0.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                out.push('-');
            }
            out.push(c);
        }
        out
    }

    /// Returns the random characters in canonical form, for the key derivation.
    pub(crate) fn secret(&self) -> &[u8] {
        &self.0.as_bytes()[..RANDOM]
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// Returns the first twenty bits of SHA-256 over label and code, most significant first.
fn checksum(random: &str) -> String {
    let labelled = Zeroizing::new([CHECKSUM_LABEL, random.as_bytes()].concat());
    let mut symbols = SYMBOLS.encode(&sha256(&labelled));
    symbols.truncate(CHECKSUM);
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::Fixed;

    #[test]
    fn reads_any_case_spaces_and_dashes() {
        let fixed = Fixed::new(1);
        let code = RecoveryCode::generate(&fixed.env());
        let grouped = code.grouped();
        assert_eq!(grouped.len(), 39);
        assert_eq!(grouped.split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
        let spaced = grouped.replace('-', " \u{2013}\n");
        for typed in [grouped.to_string(), grouped.to_uppercase(), spaced, grouped.replace('o', "0")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().secret(), code.secret(), "{typed}");
        }
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
        assert_ne!(RecoveryCode::generate(&fixed.env()).secret(), code.secret());
    }

    #[test]
    fn refuses_every_wrong_character_and_every_swap() {
        let code = RecoveryCode::generate(&Fixed::new(2).env());
        let text = code.0.as_bytes();
        for position in 0..LENGTH {
            for other in ALPHABET.iter().filter(|c| **c != text[position]) {
                let mut typed = text.to_vec();
                typed[position] = *other;
                let typed = String::from_utf8(typed).unwrap();
                assert_eq!(RecoveryCode::parse(&typed).err(), Some(RecoveryCodeError::Checksum), "{typed}");
            }
        }
        let mut swapped = text.to_vec();
        swapped.swap(0, 1);
        assert_ne!(swapped, text);
        assert!(RecoveryCode::parse(&String::from_utf8(swapped).unwrap()).is_err());
    }

    #[test]
    fn names_the_position_and_not_the_text_in_an_error() {
        assert_eq!(RecoveryCode::parse("").err(), Some(RecoveryCodeError::Length { found: 0 }));
        assert_eq!(RecoveryCode::parse(&"a".repeat(10_000)).err(), Some(RecoveryCodeError::Length { found: 10_000 }));
        assert_eq!(RecoveryCode::parse("ab-1d").err(), Some(RecoveryCodeError::Character { position: 3 }));
        assert_eq!(RecoveryCode::parse("ab é").err(), Some(RecoveryCodeError::Character { position: 3 }));
    }
}
