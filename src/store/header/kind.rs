//! The kinds of key slots.

use crate::model::words;

words! {
    /// The kind of a key slot. Its word is also in the associated data.
    pub enum SlotKind: "a kind of key slot" {
        /// Something a person remembers.
        Passphrase = "passphrase",
        /// A file with at least 32 random bytes.
        KeyFile = "key-file",
        /// A code on paper.
        RecoveryCode = "recovery-code",
    }
}

impl SlotKind {
    /// Returns the name in a sentence.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            SlotKind::Passphrase => "passphrase",
            SlotKind::KeyFile => "key file",
            SlotKind::RecoveryCode => "recovery code",
        }
    }
}
