//! Why a header is refused, or a key does not open it.

use thiserror::Error;

use crate::crypto::KdfError;
use crate::store::header::kind::SlotKind;
use crate::store::header::limits::{FORMAT, MAX_HEADER, MAX_KEY_FILE, MAX_PUBLIC_KEY, MIN_KEY_FILE};

/// A header that cannot be read, or a key that does not fit it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// Larger than any header.
    #[error("the header is {found} bytes long, more than the {MAX_HEADER} that are accepted")]
    TooLarge {
        /// Its size in bytes.
        found: usize,
    },
    /// Not what this program writes.
    #[error("the header is damaged: {0}")]
    Malformed(#[from] HeaderFault),
    /// Written by a newer program.
    #[error("the header has format {found}, but this program only reads up to {FORMAT}: use a newer version")]
    NewerFormat {
        /// The format version found.
        found: u64,
    },
    /// More key slots than are accepted.
    #[error("the header has {found} key slots of kind {kind}; at most {limit} are accepted")]
    TooManySlots {
        /// What was counted.
        kind: &'static str,
        /// Slots found.
        found: usize,
        /// Slots accepted.
        limit: usize,
    },
    /// The parameters of a slot are outside floor and ceiling.
    #[error("key slot {slot} of the header: {source}")]
    Cost {
        /// The id of the slot.
        slot: u32,
        /// What is wrong with them.
        #[source]
        source: KdfError,
    },
    /// No slot of the kind that was offered.
    #[error("this vault has no {}: it opens with a {}", offered.in_words(), available.iter().map(|kind| kind.in_words()).collect::<Vec<_>>().join(" or a "))]
    NoSuchSlot {
        /// The kind of what was offered.
        offered: SlotKind,
        /// The kinds that there are.
        available: Vec<SlotKind>,
    },
    /// No slot opens.
    #[error("wrong {}", .0.in_words())]
    WrongKey(SlotKind),
    /// A slot opens, but the header is not as it was written.
    #[error("the key is right, but the header was changed")]
    Tampered,
    /// A key file without enough entropy.
    #[error(
        "the key file ({bytes} bytes) is not random enough: it must have {MIN_KEY_FILE} to {MAX_KEY_FILE} random bytes"
    )]
    WeakKeyFile {
        /// Its size in bytes.
        bytes: usize,
    },
    /// An empty passphrase for a new slot.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// A header needs a key slot.
    #[error("a vault needs a passphrase, a key file or a recovery code")]
    NoSlots,
    /// Nothing would open the vault any more.
    #[error("no key slot would be left, and nothing would open the vault any more")]
    LastSlot,
    /// A header takes no more slots.
    #[error("the vault has no room for another key slot: {limit} of kind {kind} are the most")]
    NoRoom {
        /// What was counted.
        kind: &'static str,
        /// Slots accepted.
        limit: usize,
    },
    /// No slot has the id.
    #[error("this vault has no key slot {0}")]
    UnknownSlot(u32),
    /// Every id was given.
    #[error("the header has no number left for a new key slot")]
    NoMoreIds,
    /// The public key does not fit on a line of the header.
    #[error("the public key is not one line of at most {MAX_PUBLIC_KEY} characters of base64, spaces and names")]
    PublicKey,
    /// The master key could not be wrapped.
    #[error("the master key could not be wrapped")]
    NotWrapped,
    /// The key derivation failed or was refused.
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

/// What of a header is not as this program writes it. Its text is part of the error's own.
#[derive(Debug, Error)]
pub enum HeaderFault {
    /// Bytes that are not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// Not TOML, or with other fields. Not a source: its text has lines of the file, which may be hostile.
    #[error("{}", one_line(.0))]
    Toml(Box<toml::de::Error>),
    /// No version of the format.
    #[error("it has no format version")]
    NoFormat,
    /// Something stands where the checksum must.
    #[error("its last line is not a checksum")]
    NoChecksum,
    /// Something stands where the MAC must.
    #[error("its last line but one is not a MAC")]
    NoMac,
    /// The fields `mac` and `sha256` are on other lines.
    #[error("its last two lines are not the MAC and the checksum of the file")]
    OtherMac,
    /// The bytes are not those that were written. Tells an accident, not a person: anybody can compute it.
    #[error("its checksum does not match")]
    Checksum,
    /// Nothing can unlock it.
    #[error("it has no key slot")]
    NoSlots,
    /// Generations begin at 1.
    #[error("its generation is 0")]
    Generation,
    /// The ids of slots only grow, and the next one is larger than all.
    #[error("the ids of its key slots are not in order")]
    SlotOrder,
    /// The kind of a slot decides how its key is derived.
    #[error("a key slot has a key derivation of another kind of slot")]
    SlotKdf,
    /// A value in base64 that is not, or of another length.
    #[error("`{field}` is not {bytes} bytes in base64")]
    Field {
        /// The name of the field.
        field: &'static str,
        /// The bytes that it must have.
        bytes: usize,
    },
}

impl From<toml::de::Error> for HeaderFault {
    fn from(error: toml::de::Error) -> Self {
        HeaderFault::Toml(Box::new(error))
    }
}

/// Returns the message of the parser without its excerpt: one line, and nothing of a hostile file in it.
fn one_line(error: &toml::de::Error) -> String {
    error.message().chars().filter(|c| !c.is_control()).take(120).collect()
}
