//! A backup that a person named, to be read: a file, a pipe, or `-` for standard input.

use std::io::{self, Read};
use std::path::Path;

use super::error::CliError;
use super::exit::Exit;
use crate::store::files::given;

/// A backup that was opened.
pub(crate) struct BackupFile {
    /// What messages call it.
    pub name: String,
    /// Its bytes.
    pub from: Box<dyn Read>,
    /// How many there are; 0 of a pipe, of which nothing is known before it is read.
    pub size: u64,
}

impl BackupFile {
    /// Opens a backup.
    ///
    /// # Errors
    /// When there is none, or it is a directory, a socket or a device.
    pub(crate) fn open(path: &Path) -> Result<BackupFile, CliError> {
        if is_stdin(path) {
            return Ok(BackupFile { name: "standard input".to_owned(), from: Box::new(io::stdin()), size: 0 });
        }
        let name = path.display().to_string();
        let opened = given::open(path)
            .map_err(|source| CliError::caused(Exit::BadInput, format!("cannot read {name}"), source))?;
        let size = opened.size().unwrap_or_default();
        Ok(BackupFile { name, from: Box::new(opened), size })
    }
}

/// Returns whether a backup is to be read from standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}
