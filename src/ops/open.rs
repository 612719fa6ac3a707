//! Opens a shared slice with its token alone.

use std::path::Path;

use super::OpError;
use crate::crypto::{Fingerprint, PublicKey, SecretBytes, SshSignature, sha256_hex};
use crate::model::{Env, GrantId, Timestamp};
use crate::share::{Token, UnverifiedPackage, VerifiedSlice};
use crate::store::StoreError;
use crate::store::copies::outbox;
use crate::store::files::new_dir::NewDir;

/// Whom the signature is of, in the file of allowed signers.
pub const PRINCIPAL: &str = "holder";
/// The file with the very bytes that were signed.
pub const DOCUMENT_FILE: &str = "slice.json";
/// The file with their signature, in armour.
pub const SIGNATURE_FILE: &str = "slice.json.sig";
/// The file with the key that signed.
pub const SIGNERS_FILE: &str = "allowed_signers";

/// What opens a slice: its token, and the key that must have signed it where the recipient knows it.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'o> {
    /// The token.
    pub token: &'o Token,
    /// The key's fingerprint; nothing where any will do.
    pub signer: Option<&'o Fingerprint>,
}

impl<'o> From<&'o Token> for Opening<'o> {
    fn from(token: &'o Token) -> Self {
        Opening { token, signer: None }
    }
}

/// A slice whose seal and signature were right.
#[derive(Debug)]
pub struct OpenedSlice {
    /// The document, byte for byte as it was signed.
    pub document: SecretBytes,
    /// SHA-256 of these bytes, in hexadecimal.
    pub slice_hash: String,
    /// The signature over them.
    pub signature: SshSignature,
    /// The key that signed.
    pub signer: PublicKey,
    /// The grant.
    pub grant_id: GrantId,
    /// When it ends.
    pub expires: Timestamp,
}

/// Opens a sealed slice, on a machine that may have no vault.
///
/// An expired slice is refused here; another program can still open it with file and token, and the terms say so.
///
/// # Errors
///
/// When the bytes are not a sound slice, the token does not open it, another key signed it, or it has expired.
pub fn from_file<'o>(sealed: &[u8], with: impl Into<Opening<'o>>, env: Env<'_>) -> Result<OpenedSlice, OpError> {
    let Opening { token, signer } = with.into();
    let package = UnverifiedPackage::parse(sealed)?;
    let slice = package.open(&token.secret().prk())?.verify()?;
    slice.check_signer(signer)?;
    if slice.header().is_expired(env.now()) {
        return Err(OpError::GrantEnded(slice.header().expires));
    }
    Ok(opened(slice))
}

/// Opens the slice in a vault's outbox, and counts the opening. Needs no key of the vault.
///
/// # Errors
///
/// When the outbox has no slice for the token, the vault's key did not sign it, or as [`from_file`]. Then nothing is counted.
pub fn from_outbox<'o>(dir: &Path, with: impl Into<Opening<'o>>, env: Env<'_>) -> Result<OpenedSlice, OpError> {
    let Opening { token, signer } = with.into();
    Ok(opened(outbox::open(dir, token, signer, env)?))
}

fn opened(slice: VerifiedSlice) -> OpenedSlice {
    OpenedSlice {
        slice_hash: sha256_hex(slice.document_bytes()),
        signature: slice.signature().clone(),
        signer: slice.signer(),
        grant_id: slice.header().grant_id.clone(),
        expires: slice.header().expires,
        document: slice.into_document(),
    }
}

/// A new directory for a slice and what `ssh-keygen -Y verify` needs to check it.
#[derive(Debug)]
pub struct Place(NewDir);

impl Place {
    /// Begins a directory where there is none, or an empty one, before anything is opened and counted.
    ///
    /// # Errors
    ///
    /// When something lies there, or the directory cannot be made.
    pub fn begin(path: &Path) -> Result<Place, OpError> {
        Ok(Place(NewDir::begin(path, &[DOCUMENT_FILE, SIGNATURE_FILE, SIGNERS_FILE]).map_err(StoreError::from)?))
    }

    /// Writes the very bytes that were signed, the signature and the key. The directory appears whole or not at all.
    ///
    /// # Errors
    ///
    /// When it cannot be written, or something was put there meanwhile.
    pub fn fill(self, slice: &OpenedSlice) -> Result<(), OpError> {
        let namespace = crate::share::slice::NAMESPACE;
        let signers = format!("{PRINCIPAL} namespaces=\"{namespace}\" {}\n", slice.signer);
        let signature = slice.signature.to_armour();
        let files: [(&str, &[u8]); 3] = [
            (DOCUMENT_FILE, slice.document.expose()),
            (SIGNATURE_FILE, signature.as_bytes()),
            (SIGNERS_FILE, signers.as_bytes()),
        ];
        for (name, bytes) in files {
            self.0.write(name, bytes).map_err(StoreError::from)?;
        }
        Ok(self.0.finish().map_err(StoreError::from)?)
    }
}
