//! Creates a vault.

use std::path::Path;

use zeroize::Zeroizing;

use super::OpError;
use super::report::InitReport;
use crate::crypto::{Argon2Params, Passphrase, SecretBytes};
use crate::model::Env;
use crate::store::header::calibrate;
use crate::store::header::recovery::RecoveryCode;
use crate::store::{Locked, NewVault, Unlock, Vault, create};

/// What unlocks a new vault. At least one is needed.
#[derive(Debug)]
pub struct NewKeys<'a> {
    /// A passphrase that was judged already.
    pub passphrase: Option<Passphrase>,
    /// The content of a new key file.
    pub key_file: Option<&'a SecretBytes>,
    /// Whether to make a recovery code.
    pub recovery_code: bool,
}

/// Returns whether a directory holds a vault whose header can be read.
pub(crate) fn is_vault(dir: &Path) -> bool {
    Vault::<Locked>::find(dir).is_ok()
}

/// Creates a vault in a new or empty directory. Returns the recovery code apart, to be shown once.
///
/// # Errors
///
/// When no key is given, the directory is not empty, or it cannot be written.
pub fn run(
    dir: &Path,
    state_dir: &Path,
    new: NewKeys<'_>,
    env: Env<'_>,
) -> Result<(InitReport, Option<Zeroizing<String>>), OpError> {
    let mut argon2 = Argon2Params::FLOOR;
    let mut keys = Vec::new();
    if let Some(passphrase) = new.passphrase {
        argon2 = calibrated(env);
        keys.push(Unlock::Passphrase(passphrase));
    }
    if let Some(content) = new.key_file {
        keys.push(Unlock::KeyFile(SecretBytes::new(content.expose().to_vec())));
    }
    let mut code = None;
    if new.recovery_code {
        let recovery = RecoveryCode::generate(&env);
        code = Some(recovery.grouped());
        keys.push(Unlock::RecoveryCode(recovery));
    }
    if keys.is_empty() {
        return Err(OpError::NoKeySlot);
    }
    let slots = keys.iter().map(|key| key.kind()).collect();
    let vault = create(dir, state_dir, &NewVault { keys: &keys, argon2 }, env)?;
    let report = InitReport { vault_id: vault.id().clone(), slots, public_key: vault.public_key().to_owned() };
    Ok((report, code))
}

/// Returns the cost that takes about half a second on this machine.
fn calibrated(env: Env<'_>) -> Argon2Params {
    calibrate::calibrate(calibrate::physical_memory(), &mut |params| {
        let mut made = false;
        let took = env.clock.measure(&mut || made = calibrate::trial(params).is_ok());
        made.then_some(took)
    })
}
