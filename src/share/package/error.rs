//! Why a package is refused.

use thiserror::Error;

use super::limits::MAX_PACKAGE_LEN;
use crate::crypto::{Fingerprint, SignError};

/// Why a package is not sealed or not opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The file is something else.
    #[error("this is not a sealed slice: it does not start with `finvault-slice v1`")]
    NotASlice,
    /// The file is of a later version of the format.
    #[error("this sealed slice is of a version that is not read here: a newer `vault` may open it")]
    UnknownVersion,
    /// The file ends too early.
    #[error("the sealed slice is cut off: it has {found} bytes and needs at least {needed}; get the file again")]
    CutOff {
        /// Bytes there are.
        found: usize,
        /// Bytes that the shortest package has.
        needed: usize,
    },
    /// The file, or the data to be sealed, is too large.
    #[error("the slice is too large: {} MiB is the most; narrow it by days, fields or a limit", MAX_PACKAGE_LEN >> 20)]
    TooLarge,
    /// A field of the header cannot be what it is.
    #[error("the header of the sealed slice is damaged: its {0} is impossible")]
    Header(&'static str),
    /// The commitment is another one. A damaged salt, grant id or commitment looks the same.
    #[error("this token does not open this file")]
    WrongToken,
    /// The token fits, and the file was changed.
    #[error("the sealed slice is damaged: the token fits, and the file is not as it was sealed; get the file again")]
    Damaged,
    /// Sealed with the right key, and still not a slice. Only a holder of the token, or a bug, can make one.
    #[error("the sealed slice opens and holds no slice: {0}")]
    Malformed(#[from] ContentError),
    /// The signature does not fit.
    #[error("the slice opens and its signature is not valid: {0}")]
    Signature(#[from] SignError),
    /// Another key than the expected one signed the slice.
    #[error("the slice is signed by {found}, and not by {expected}")]
    OtherSigner {
        /// The key that signed.
        found: Fingerprint,
        /// The one that was to.
        expected: Fingerprint,
    },
    /// Header, document and signature contradict each other.
    #[error("the slice contradicts itself: the {0} in the document is not the one outside it")]
    Contradiction(&'static str),
    /// The cipher refused to seal.
    #[error("the slice cannot be sealed")]
    Seal,
}

/// What a package holds, if it is no slice.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContentError {
    /// A length reaches beyond the end.
    #[error("a length in it does not fit")]
    Length,
    /// The padding is of another length, or is not zeros.
    #[error("its padding is not what it must be")]
    Padding,
    /// The document does not say which grant it is of.
    #[error("its document has no grant that can be read")]
    Grant(#[source] serde_json::Error),
    /// The document does not say how often it may be opened.
    #[error("the document has no terms")]
    Terms(#[source] serde_json::Error),
}
