//! The plaintext of a package: `length(4) | slice | length(4) | SSHSIG | zeros`, as long as Padmé says.

use super::error::{ContentError, PackageError};
use super::header::HEADER_LEN;
use super::limits::MAX_PACKAGE_LEN;
use crate::crypto::TAG_LEN;

/// Plaintexts are never shorter, so that a small answer (a claim's yes or no) never crosses a step of the padding.
pub(super) const SHORTEST: usize = 4096;

/// Returns the padded length (Padmé). It reveals about `log2(log2(length))` bits of the true length, and is at most 12 %
/// longer.
///
/// Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", section 4.
pub(super) fn padme(length: usize) -> usize {
    let Some(exponent) = length.checked_ilog2() else { return 0 };
    let Some(significant) = exponent.checked_ilog2() else { return length };
    let mask = (1usize << (exponent - (significant + 1))) - 1;
    // A length so near the end of memory is refused by every caller; it only must not wrap.
    length.checked_add(mask).map_or(length, |sum| sum & !mask)
}

/// Joins slice and signature and pads them.
pub(super) fn join(slice: &[u8], sshsig: &[u8]) -> Result<Vec<u8>, PackageError> {
    let used = [4, slice.len(), 4, sshsig.len()].into_iter().try_fold(0, usize::checked_add);
    let used = used.filter(|used| *used <= MAX_PACKAGE_LEN).ok_or(PackageError::TooLarge)?;
    let padded = padme(used.max(SHORTEST));
    if padded + HEADER_LEN + TAG_LEN > MAX_PACKAGE_LEN {
        return Err(PackageError::TooLarge);
    }
    let mut out = Vec::with_capacity(padded);
    for part in [slice, sshsig] {
        let length = u32::try_from(part.len()).map_err(|_| PackageError::TooLarge)?;
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
    out.resize(padded, 0);
    Ok(out)
}

/// Splits a plaintext into slice and signature. The padding is zeros, and as long as it must be.
pub(super) fn split(plain: &[u8]) -> Result<(&[u8], &[u8]), PackageError> {
    let mut rest = plain;
    let mut take = || {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let (part, tail) = tail.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        rest = tail;
        Some(part)
    };
    let (Some(slice), Some(sshsig)) = (take(), take()) else { return Err(ContentError::Length.into()) };
    let used = plain.len() - rest.len();
    if padme(used.max(SHORTEST)) != plain.len() || rest.iter().any(|byte| *byte != 0) {
        return Err(ContentError::Padding.into());
    }
    Ok((slice, sshsig))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pads_in_the_steps_of_the_paper() {
        for (length, padded) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (3, 3),
            (8, 8),
            (9, 10),
            (10, 10),
            (100, 104),
            (1000, 1024),
            (4096, 4096),
            (4097, 4352),
            (1_000_000, 1_015_808),
        ] {
            assert_eq!(padme(length), padded, "{length}");
        }
    }

    proptest! {
        #[test]
        fn padding_is_stable_and_small(length in 8usize..MAX_PACKAGE_LEN) {
            let padded = padme(length);
            prop_assert!(padded >= length && (padded - length) * 8 <= length);
            prop_assert_eq!(padme(padded), padded);
        }

        #[test]
        fn splits_what_was_joined(slice in prop::collection::vec(any::<u8>(), 0..6000), sig in prop::collection::vec(any::<u8>(), 0..300)) {
            let plain = join(&slice, &sig).unwrap();
            prop_assert_eq!(split(&plain).unwrap(), (&slice[..], &sig[..]));
            prop_assert!(split(&plain[..plain.len() - 1]).is_err());
            let longer = [&plain[..], &[0]].concat();
            prop_assert!(split(&longer).is_err());
        }

        #[test]
        fn no_bytes_panic(plain in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(split(&plain).is_err());
        }
    }
}
