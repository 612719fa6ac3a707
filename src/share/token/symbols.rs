//! Bytes as symbols of the alphabet without look-alikes: five bits each, most significant first.

use crate::model::ALPHABET;

/// Appends the first `count` groups of five bits; bits beyond the last byte are zero.
pub(super) fn encode(bytes: &[u8], count: usize, out: &mut String) {
    for index in 0..count {
        let value = (0..5).fold(0, |value, bit| value << 1 | bit_at(bytes, index * 5 + bit));
        out.push(char::from(ALPHABET[value]));
    }
}

/// Fills `out` from symbols. Nothing when one is not of the alphabet, or a bit beyond the last byte is set.
pub(super) fn decode(symbols: &[u8], out: &mut [u8; 32]) -> Option<()> {
    let mut position = 0;
    for symbol in symbols {
        let value = ALPHABET.iter().position(|s| s == symbol)?;
        for shift in (0..5).rev() {
            let bit = u8::from(value >> shift & 1 == 1);
            match out.get_mut(position / 8) {
                Some(byte) => *byte |= bit << (7 - position % 8),
                None if bit == 1 => return None,
                None => {}
            }
            position += 1;
        }
    }
    (position >= out.len() * 8).then_some(())
}

fn bit_at(bytes: &[u8], position: usize) -> usize {
    bytes.get(position / 8).map_or(0, |byte| usize::from(byte >> (7 - position % 8) & 1))
}
