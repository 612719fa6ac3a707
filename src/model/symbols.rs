//! The alphabet of ids, tokens, pseudonyms and recovery codes: no look-alikes, five bits a symbol.

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};

/// Lower-case letters and digits without `0 1 i l`: thirty-two symbols.
pub(crate) const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnopqrstuvwxyz";

/// Encodes bytes as symbols, most significant bit first. Bits beyond the last byte are written as zero; reading refuses
/// any others.
pub(crate) static SYMBOLS: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.extend(ALPHABET.map(char::from));
    specification.encoding().expect("thirty-two different ASCII symbols make an encoding")
});
