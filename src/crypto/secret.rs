//! Types that hold secrets: zeroed on drop, never shown, never compared with `==`. [`Secret32`] is locked in memory too.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, is_nfc};
use zeroize::{Zeroize, Zeroizing};

/// Thirty-two secret bytes on the heap, locked against swapping where the system allows it.
///
/// There is no `Clone`, `PartialEq` or `Serialize`, and `Debug` shows nothing.
pub struct Secret32 {
    bytes: Box<[u8; 32]>,
}

impl Secret32 {
    /// Makes a secret that is filled in place, so that no other copy of it exists.
    ///
    /// # Errors
    ///
    /// When `fill` fails.
    pub fn fill<E>(fill: impl FnOnce(&mut [u8; 32]) -> Result<(), E>) -> Result<Secret32, E> {
        let mut secret = Secret32 { bytes: Box::new([0u8; 32]) };
        lock_memory(&secret.bytes);
        fill(&mut secret.bytes)?;
        Ok(secret)
    }

    /// Copies the bytes into a secret and zeroes the source: the caller has nothing left to wipe.
    pub fn take(from: &mut [u8; 32]) -> Secret32 {
        let secret = Secret32::fill(|to| {
            to.copy_from_slice(from);
            Ok::<_, std::convert::Infallible>(())
        });
        from.zeroize();
        match secret {
            Ok(secret) => secret,
            Err(never) => match never {},
        }
    }

    /// Returns the bytes, for a primitive that needs the key itself. Never for output.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl Drop for Secret32 {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32(…)")
    }
}

/// Secret bytes of any length, zeroed on drop: the content of a key file, a plaintext slice.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Wraps the bytes without copying them.
    pub fn new(bytes: Vec<u8>) -> Self {
        SecretBytes(Zeroizing::new(bytes))
    }

    /// Returns the bytes themselves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

/// How many times longer in UTF-8 the NFC form of a text can be (Unicode Standard Annex #15, section 9).
const NFC_GROWTH: usize = 3;

/// What a person typed to unlock the vault, in NFC: systems write the same letters with other code points.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the text. One that is not in NFC is zeroed once its NFC form is made.
    pub fn new(text: String) -> Self {
        let text = Zeroizing::new(text);
        if is_nfc(&text) {
            return Passphrase(text);
        }
        // It never grows, so that no abandoned buffer keeps a part of it.
        let mut composed = Zeroizing::new(String::with_capacity(NFC_GROWTH * text.len()));
        composed.extend(text.nfc());
        Passphrase(composed)
    }

    /// Returns the text itself, for the key derivation and for judging its strength.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// Locks the page that holds the bytes for as long as the process lives. It is never unlocked: locks do not
/// nest, so unlocking one secret could unlock another on the same page, and there are few secrets.
#[allow(unsafe_code)]
fn lock_memory(bytes: &[u8; 32]) {
    // SAFETY: the range is one live allocation; locking changes nothing that Rust relies on. Failing is
    // allowed (a small RLIMIT_MEMLOCK): the secret then is as safe as the rest of the process.
    unsafe {
        let _ = rustix::mm::mlock(bytes.as_ptr().cast_mut().cast(), bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `/proc/self/smaps`: whether the page of an address is locked.
    #[cfg(target_os = "linux")]
    fn is_locked(address: usize) -> bool {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut inside = false;
        for line in maps.lines() {
            let range = line.split(' ').next().and_then(|range| range.split_once('-'));
            let bound = |text: &str| usize::from_str_radix(text, 16);
            if let Some((Ok(first), Ok(end))) = range.map(|(first, end)| (bound(first), bound(end))) {
                inside = (first..end).contains(&address);
            } else if let Some(kilobytes) = line.strip_prefix("Locked:").filter(|_| inside) {
                return kilobytes.trim() != "0 kB";
            }
        }
        panic!("no mapping holds {address:x}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_secret_lies_in_locked_memory() {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Memlock).current;
        assert!(limit.is_none_or(|bytes| bytes >= 1 << 16), "the limit of locked memory is too small for this test");
        let secret = Secret32::take(&mut [7; 32]);
        assert!(is_locked(secret.expose().as_ptr().addr()));
    }

    #[test]
    fn composes_a_passphrase() {
        let composed = "größer als ein Löffel";
        for typed in [composed, "gro\u{308}ßer als ein Lo\u{308}ffel", "gro\u{308}ßer als ein Löffel"] {
            assert_eq!(Passphrase::new(typed.to_owned()).expose(), composed);
        }
        // The longest growth: one code point of two bytes becomes three of six.
        let grown = Passphrase::new("\u{1d160}\u{390}\u{344}\u{fb2c}".repeat(50));
        assert!(grown.0.capacity() >= grown.0.len() && is_nfc(&grown.0));
        assert_eq!(Passphrase::new(String::new()).expose(), "");
        assert_eq!(Passphrase::new(" ﬁ ² ".to_owned()).expose(), " ﬁ ² ", "compatible characters stay");
    }

    #[test]
    fn debug_shows_nothing() {
        let mut bytes = [7u8; 32];
        let secret = Secret32::take(&mut bytes);
        assert_eq!(bytes, [0; 32], "the source is zeroed");
        assert_eq!(secret.expose(), &[7; 32]);
        let shown = format!("{secret:?} {:?} {:?}", Passphrase::new("hunter2".into()), SecretBytes::new(vec![7; 3]));
        assert_eq!(shown, "Secret32(…) Passphrase(…) SecretBytes(…)");
    }
}
