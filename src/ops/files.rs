//! Files outside the vault that a person names: key files, and slices to hand over.

use std::path::Path;

use super::OpError;
use crate::crypto::SecretBytes;
use crate::model::Env;
use crate::share::package;
use crate::store::StoreError;
use crate::store::files;
use crate::store::header::{MAX_KEY_FILE, MIN_KEY_FILE};

/// The most bytes of a key file.
pub(crate) const LARGEST_KEY: usize = MAX_KEY_FILE;

/// Writes a new file, readable by its owner only.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), OpError> {
    Ok(files::atomic::write_new(path, bytes).map_err(StoreError::from)?)
}

/// Removes a file.
pub(crate) fn remove(path: &Path) -> Result<(), OpError> {
    Ok(files::remove(path).map(drop).map_err(StoreError::from)?)
}

/// A new file that is whole, and does not have its name yet.
#[derive(Debug)]
pub(crate) struct Unnamed(files::atomic::Unnamed);

impl Unnamed {
    /// Writes a sealed slice that is to have this path, readable by its owner only, and removes what killed processes left of
    /// others in the same place.
    pub(crate) fn write_slice(path: &Path, bytes: &[u8]) -> Result<Unnamed, OpError> {
        files::atomic::sweep_given(files::parent_of(path), package::is_start);
        Ok(Unnamed(files::atomic::Unnamed::write(path, bytes).map_err(StoreError::from)?))
    }

    /// Gives the file its name.
    pub(crate) fn take_name(self) -> Result<(), OpError> {
        Ok(self.0.take_name().map_err(StoreError::from)?)
    }
}

/// Returns whether nothing more can be written in a directory.
pub(crate) fn is_full(dir: &Path) -> bool {
    files::atomic::is_full(dir)
}

/// Makes the content of a key file: random bytes.
pub(crate) fn new_key(env: Env<'_>) -> SecretBytes {
    SecretBytes::new(env.random::<MIN_KEY_FILE>().to_vec())
}

/// Reads a key file, within the size of any key file.
pub(crate) fn read_key_file(path: &Path) -> Result<SecretBytes, OpError> {
    Ok(files::read_secret(path, LARGEST_KEY as u64).map_err(StoreError::from)?)
}
