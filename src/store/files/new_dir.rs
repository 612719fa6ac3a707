//! A directory of files that appears whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::write_new;
use super::staging::Staging;
use super::{FileError, parent_of, sync_dir};

/// A directory that is filled beside its place, and takes it when it is complete. Dropped before, it leaves nothing.
#[derive(Debug)]
pub(crate) struct NewDir {
    target: PathBuf,
    staging: Staging,
}

impl NewDir {
    /// Begins a directory, mode 0700, where there is none, or an empty one. A link to an empty one is followed. What killed
    /// processes left beside, of files of these names, is removed.
    pub(crate) fn begin(path: &Path, names: &[&str]) -> Result<NewDir, FileError> {
        let target = match fs::symlink_metadata(path) {
            Ok(_) => path.canonicalize().map_err(FileError::io("open", path))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(FileError::io("open", path)(error)),
        };
        if let Ok(data) = fs::metadata(&target) {
            if !data.is_dir() {
                return Err(FileError::Exists { path: path.to_owned() });
            }
            if fs::read_dir(&target).map_err(FileError::io("read", path))?.next().is_some() {
                return Err(FileError::NotEmpty { path: path.to_owned() });
            }
        }
        let staging = Staging::begin(parent_of(&target), names).map_err(|error| error.at(&target))?;
        Ok(NewDir { target, staging })
    }

    /// Writes a file, mode 0600.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        write_new(&self.staging.path().join(name), bytes).map_err(|error| error.at(&self.target.join(name)))
    }

    /// Puts the directory in its place.
    pub(crate) fn finish(self) -> Result<(), FileError> {
        sync_dir(self.staging.path()).map_err(|error| error.at(&self.target))?;
        // An empty directory is replaced, one that was filled meanwhile is not.
        fs::rename(self.staging.path(), &self.target).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => FileError::NotEmpty { path: self.target.clone() },
            _ => FileError::io("write", &self.target)(error),
        })?;
        let target = self.target;
        // Nothing is left there to be removed.
        self.staging.release();
        sync_dir(parent_of(&target))
    }
}
