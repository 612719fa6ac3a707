//! SHA-256, HMAC-SHA256, and a digest of a multiset of rows.

use std::fmt;

use data_encoding::HEXLOWER;
use ring::{digest, hmac};
use subtle::ConstantTimeEq;

use super::Secret32;

/// Returns SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0u8; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// SHA-256 of bytes that come in pieces.
pub struct Sha256(digest::Context);

impl Default for Sha256 {
    fn default() -> Sha256 {
        Sha256(digest::Context::new(&digest::SHA256))
    }
}

impl Sha256 {
    /// Adds the next piece.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Returns the hash of all pieces.
    pub fn finish(self) -> [u8; 32] {
        let mut out = [0u8; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}

/// Returns SHA-256 of bytes in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(bytes))
}

/// Compares in constant time. The lengths are not hidden: slices of different lengths differ at once.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A key for HMAC-SHA256, prepared once and reused for many MACs.
pub struct MacKey(hmac::Key);

impl MacKey {
    /// Makes the key.
    pub fn new(secret: &Secret32) -> MacKey {
        MacKey(hmac::Key::new(hmac::HMAC_SHA256, secret.expose()))
    }

    /// Returns HMAC-SHA256 of the parts. They are concatenated without separators; the caller must make the
    /// boundaries unambiguous.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        parts.iter().for_each(|part| context.update(part));
        let mut out = [0u8; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(…)")
    }
}

/// A sum of MACs of rows modulo 2^256, after MSet-Add-Hash (Clarke et al. 2003).
///
/// The order of rows does not matter. The digests added must come from [`MacKey::mac`], otherwise the sum protects
/// nothing: whoever knows neither the key nor the MACs of rows cannot construct other rows with the same sum.
///
/// The limbs stand least significant first.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct MultisetDigest([u64; 4]);

impl MultisetDigest {
    /// Adds the MAC of one row.
    pub fn add(&mut self, row: &[u8; 32]) {
        let mut carry = false;
        for (limb, other) in self.0.iter_mut().zip(limbs(row)) {
            let (sum, over_a) = limb.overflowing_add(other);
            let (sum, over_b) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = over_a || over_b;
        }
    }

    /// Subtracts the MAC of one row. A row that was never added is not noticed: the sum wraps around.
    pub fn remove(&mut self, row: &[u8; 32]) {
        let mut borrow = false;
        for (limb, other) in self.0.iter_mut().zip(limbs(row)) {
            let (rest, under_a) = limb.overflowing_sub(other);
            let (rest, under_b) = rest.overflowing_sub(u64::from(borrow));
            *limb = rest;
            borrow = under_a || under_b;
        }
    }

    /// Adds all rows of another digest.
    pub fn merge(&mut self, other: &MultisetDigest) {
        self.add(&other.to_bytes());
    }

    /// Subtracts all rows of another digest.
    pub fn split(&mut self, other: &MultisetDigest) {
        self.remove(&other.to_bytes());
    }

    /// Returns the stored form: 32 bytes, least significant first.
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut out = [0u8; 32];
        for (chunk, limb) in out.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        out
    }

    /// Reads the stored form.
    pub fn from_bytes(bytes: &[u8; 32]) -> MultisetDigest {
        MultisetDigest(limbs(bytes))
    }
}

fn limbs(bytes: &[u8; 32]) -> [u64; 4] {
    let (chunks, _) = bytes.as_chunks::<8>();
    std::array::from_fn(|index| u64::from_le_bytes(chunks[index]))
}

impl fmt::Debug for MultisetDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MultisetDigest({:016x}…)", self.0[3])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn order_does_not_matter_and_removal_undoes(rows in prop::collection::vec(any::<[u8; 32]>(), 0..20), extra: [u8; 32]) {
            let mut forward = MultisetDigest::default();
            rows.iter().for_each(|r| forward.add(r));
            let mut backward = MultisetDigest::default();
            rows.iter().rev().for_each(|r| backward.add(r));
            prop_assert_eq!(forward, backward);
            backward.add(&extra);
            backward.remove(&extra);
            prop_assert_eq!(forward, backward);
            prop_assert_eq!(MultisetDigest::from_bytes(&forward.to_bytes()), forward);
        }
    }

    #[test]
    fn counts_equal_rows_twice() {
        // An exclusive-or would cancel them.
        let mut digest = MultisetDigest::default();
        digest.add(&[0x80; 32]);
        digest.add(&[0x80; 32]);
        assert_ne!(digest, MultisetDigest::default());
    }

    #[test]
    fn hmac_gives_the_vector_of_rfc_4231() {
        let mut key = [0u8; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = MacKey::new(&Secret32::take(&mut key)).mac(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }
}
