//! Creates a vault.

use std::path::Path;

use zeroize::Zeroizing;

use super::OpError;
use super::cost::calibrated;
use super::files::{new_key, read_key_file, write_new};
use super::report::InitReport;
use crate::crypto::{Argon2Params, Passphrase, SecretBytes, sha256};
use crate::model::Env;
use crate::store::files::FileError;
use crate::store::header::recovery::RecoveryCode;
use crate::store::{self, Locked, NewVault, Site, StoreError, Unlock, Vault, create};

/// A key file that is to open a new vault.
#[derive(Clone, Copy, Debug)]
pub enum KeyFile<'a> {
    /// One that is made of random bytes at this path.
    New(&'a Path),
    /// The content of one that there is.
    Known(&'a SecretBytes),
}

/// What unlocks a new vault. At least one is needed.
#[derive(Debug)]
pub struct NewKeys<'a> {
    /// A passphrase that was judged already.
    pub passphrase: Option<Passphrase>,
    /// A key file.
    pub key_file: Option<KeyFile<'a>>,
    /// Whether to make a recovery code.
    pub recovery_code: bool,
}

/// Returns whether a directory holds a vault whose header can be read, and which was reported when it was created, or used
/// since. `state_dir` holds the anchor of one that was used here.
pub(crate) fn is_vault(dir: &Path, state_dir: &Path) -> bool {
    Vault::<Locked>::find(dir).is_ok() && !store::is_unfinished(dir, state_dir)
}

/// Returns whether there is a vault in a directory, and writes nothing. `state_dir` is where the anchor would be, if there is a
/// place for it.
///
/// # Errors
/// When the directory holds a damaged vault or anything else, or cannot be read.
pub(crate) fn stands(dir: &Path, state_dir: Option<&Path>) -> Result<bool, OpError> {
    match Vault::<Locked>::as_it_lies(dir) {
        Ok(_) => Ok(state_dir.is_none_or(|state| !store::is_unfinished(dir, state))),
        Err(StoreError::NoVault(_)) => {
            state_dir.map_or(Ok(()), |state| look(dir, state))?;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks whether a vault can be created in a directory, and changes nothing.
///
/// # Errors
/// When the directory is not empty, or no vault can be there.
pub(crate) fn look(dir: &Path, state_dir: &Path) -> Result<(), OpError> {
    Ok(Site::find(dir, state_dir).map(drop)?)
}

/// Creates a vault in a new or empty directory. Returns the recovery code apart, to be shown once.
///
/// # Errors
///
/// When no key is given, the directory is not empty, the key file exists, or one of them cannot be written. What was
/// interrupted can be tried again with the same key file.
pub fn run(
    dir: &Path,
    state_dir: &Path,
    new: NewKeys<'_>,
    env: Env<'_>,
) -> Result<(InitReport, Option<Zeroizing<String>>), OpError> {
    let site = Site::find(dir, state_dir)?;
    let key = match new.key_file {
        Some(KeyFile::New(path)) => Some(key_file(path, site.left_key(), env)?),
        Some(KeyFile::Known(content)) => Some(KeyToMake { content: copy_of(content), path: None }),
        None => None,
    };
    let mut argon2 = Argon2Params::FLOOR;
    let mut keys = Vec::new();
    if let Some(passphrase) = new.passphrase {
        argon2 = calibrated(env);
        keys.push(Unlock::Passphrase(passphrase));
    }
    keys.extend(key.as_ref().map(|key| Unlock::KeyFile(copy_of(&key.content))));
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
    let hash = key.as_ref().map(|key| sha256(key.content.expose()));
    let make = || match &key {
        Some(KeyToMake { content, path: Some(path) }) => write_new(path, content.expose()),
        _ => Ok(()),
    };
    let make: &dyn Fn() -> Result<(), OpError> = &make;
    let new = NewVault { keys: &keys, argon2 };
    let vault = create(site, state_dir, &new, hash.as_ref().map(|hash| (hash, make)), env)?;
    let report = InitReport { vault_id: vault.id().clone(), slots, public_key: vault.public_key().to_owned() };
    Ok((report, code))
}

/// The content of a key file, and where it is still to be written.
struct KeyToMake<'a> {
    content: SecretBytes,
    path: Option<&'a Path>,
}

/// Returns a new key file, or the one that an interrupted creation made.
fn key_file<'p>(path: &'p Path, left: Option<[u8; 32]>, env: Env<'_>) -> Result<KeyToMake<'p>, OpError> {
    if path.symlink_metadata().is_err() {
        return Ok(KeyToMake { content: new_key(env), path: Some(path) });
    }
    match left.zip(read_key_file(path).ok()) {
        Some((hash, content)) if sha256(content.expose()) == hash => Ok(KeyToMake { content, path: None }),
        _ => Err(StoreError::from(FileError::Exists { path: path.to_owned() }).into()),
    }
}

fn copy_of(secret: &SecretBytes) -> SecretBytes {
    SecretBytes::new(secret.expose().to_vec())
}
