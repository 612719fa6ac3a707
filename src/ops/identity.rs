//! The public key that signs slices, for recipients who compare it.

use serde::Serialize;

use super::OpError;
use crate::store::Reader;

/// The public half of the signing key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    /// As a line of OpenSSH, for `allowed_signers`.
    pub public_key: String,
    /// As `ssh-keygen -l` shows it.
    pub fingerprint: String,
}

/// Returns the vault's identity.
pub(crate) fn show(vault: &Reader) -> Result<Identity, OpError> {
    let key = vault.public_key();
    Ok(Identity { public_key: key.to_string(), fingerprint: key.fingerprint() })
}
