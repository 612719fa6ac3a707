//! Opens a shared slice with its token alone.

use std::path::Path;

use super::OpError;
use crate::crypto::SecretBytes;
use crate::model::Env;
use crate::share::{Token, UnverifiedPackage, VerifiedSlice};
use crate::store::copies::outbox;

/// A slice whose seal and signature were right.
#[derive(Debug)]
pub struct OpenedSlice {
    /// The document, byte for byte as it was signed.
    pub document: SecretBytes,
    /// The key that signed it, as `ssh-keygen -l` shows it.
    pub signer_fingerprint: String,
}

/// Opens a sealed slice, on a machine that may have no vault.
///
/// An expired slice is refused here; another program can still open it with file and token, and the terms say so.
///
/// # Errors
///
/// When the bytes are not a sound slice, the token does not open it, or it has expired.
pub fn from_file(sealed: &[u8], token: &Token, env: Env<'_>) -> Result<OpenedSlice, OpError> {
    let package = UnverifiedPackage::parse(sealed)?;
    let slice = package.open(&token.secret().prk())?.verify()?;
    if slice.header().is_expired(env.now()) {
        return Err(OpError::GrantEnded(slice.header().expires));
    }
    Ok(opened(slice))
}

/// Opens the slice in a vault's outbox, and counts the opening. Needs no key of the vault.
///
/// # Errors
///
/// When the outbox has no slice for the token, or as [`from_file`].
pub fn from_outbox(dir: &Path, token: &Token, env: Env<'_>) -> Result<OpenedSlice, OpError> {
    Ok(opened(outbox::open(dir, token, env)?))
}

fn opened(slice: VerifiedSlice) -> OpenedSlice {
    OpenedSlice { signer_fingerprint: slice.signer().fingerprint(), document: slice.into_document() }
}
