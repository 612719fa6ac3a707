//! The kinds of key slots.

use std::fmt;

use serde::Deserialize;

/// The kind of a key slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlotKind {
    /// Something a person remembers.
    Passphrase,
    /// A file with at least 32 random bytes.
    KeyFile,
    /// A code on paper.
    RecoveryCode,
}

impl SlotKind {
    /// The written form, also in the associated data.
    pub fn as_str(self) -> &'static str {
        match self {
            SlotKind::Passphrase => "passphrase",
            SlotKind::KeyFile => "key-file",
            SlotKind::RecoveryCode => "recovery-code",
        }
    }
}

impl fmt::Display for SlotKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SlotKind::Passphrase => "passphrase",
            SlotKind::KeyFile => "key file",
            SlotKind::RecoveryCode => "recovery code",
        })
    }
}
