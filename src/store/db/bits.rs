//! Numbers of a few bits each, one behind the other, the lowest bit first.

/// Numbers that are written.
#[derive(Debug, Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    /// Fewer than 64 bits that are not among the bytes yet.
    open: u128,
    count: u32,
}

impl Bits {
    /// Adds a number of at most 64 bits.
    pub(crate) fn push(&mut self, number: u64, width: u32) {
        self.open |= u128::from(number) << self.count;
        self.count += width;
        if self.count >= u64::BITS {
            self.bytes.extend((self.open as u64).to_le_bytes());
            self.open >>= u64::BITS;
            self.count -= u64::BITS;
        }
    }

    /// Returns the bytes, of which the last one may have bits left.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.bytes.extend(self.open.to_le_bytes().iter().take(self.count.div_ceil(8) as usize));
        self.bytes
    }
}

/// Returns how many bits a number has, up to its highest one.
pub(crate) fn width(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

/// Returns the number of at most 64 bits that begins at a bit. Bits behind the end are 0.
pub(crate) fn number(bytes: &[u8], at: usize, width: u32) -> u64 {
    let (from, skipped) = (at / 8, at as u32 % 8);
    let mask = u64::MAX.checked_shr(u64::BITS - width).unwrap_or_default();
    match bytes.get(from..).and_then(<[u8]>::first_chunk) {
        Some(eight) if skipped + width <= u64::BITS => u64::from_le_bytes(*eight) >> skipped & mask,
        _ => {
            let mut all = [0; 16];
            bytes.iter().skip(from).zip(&mut all).for_each(|(byte, place)| *place = *byte);
            (u128::from_le_bytes(all) >> skipped) as u64 & mask
        }
    }
}

/// Passes on `count` numbers of at most 64 bits each, of which the first one begins at a bit. Several are read at once.
pub(crate) fn each(bytes: &[u8], mut at: usize, width: u32, count: usize, mut take: impl FnMut(u64)) {
    let mask = u64::MAX.checked_shr(u64::BITS - width).unwrap_or_default();
    // So many are whole in eight bytes, wherever in the first one they begin.
    let at_once = (u64::BITS - 7).checked_div(width).unwrap_or(u32::BITS) as usize;
    let mut left = count;
    while left > 0 {
        match bytes.get(at / 8..).and_then(<[u8]>::first_chunk) {
            Some(eight) if at_once > 0 => {
                let mut open = u64::from_le_bytes(*eight) >> (at % 8);
                let some = at_once.min(left);
                for _ in 0..some {
                    take(open & mask);
                    open >>= width;
                }
                (at, left) = (at + some * width as usize, left - some);
            }
            _ => {
                take(number(bytes, at, width));
                (at, left) = (at + width as usize, left - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_the_numbers_that_were_written() {
        let numbers: Vec<(u64, u32)> =
            (0..=64).flat_map(|width| [(u64::MAX.checked_shr(64 - width).unwrap_or(0), width), (0, width)]).collect();
        let mut bits = Bits::default();
        numbers.iter().for_each(|(number, width)| bits.push(*number, *width));
        let bytes = bits.finish();
        assert_eq!(bytes.len(), 2 * (1..=64).sum::<usize>() / 8);
        let mut at = 0;
        for (expected, width) in numbers {
            assert_eq!(number(&bytes, at, width), expected, "{width} bits");
            at += width as usize;
        }
    }

    #[test]
    fn passes_on_each_number_as_it_is_read_alone() {
        for width in 0..=64 {
            let written =
                |at: u64| at.wrapping_mul(0x9E37_79B9_7F4A_7C15) & u64::MAX.checked_shr(64 - width).unwrap_or(0);
            let mut bits = Bits::default();
            (0..3).for_each(|at| bits.push(1, 1 + at % 2));
            (0..100).for_each(|at| bits.push(written(at), width));
            let bytes = bits.finish();
            let mut found = Vec::new();
            each(&bytes, 4, width, 100, |number| found.push(number));
            assert!(found.into_iter().eq((0..100).map(written)), "{width} bits");
            let mut count = 0;
            each(&bytes[..1], 4, width, 100, |_| count += 1);
            assert_eq!(count, 100);
        }
    }

    #[test]
    fn tells_how_many_bits_a_number_has() {
        assert_eq!([0, 1, 2, 3, 255, 256, u64::MAX].map(width), [0, 1, 2, 2, 8, 9, 64]);
    }
}
