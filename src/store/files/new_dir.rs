//! A directory of files that appears whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::atomic::{TEMPORARY_PREFIX, TEMPORARY_SUFFIX, write_new};
use super::{FileError, PRIVATE_DIR, parent_of, sync_dir};

/// A directory that is filled beside its place, and takes it when it is complete. Dropped before, it leaves nothing.
#[derive(Debug)]
pub(crate) struct NewDir {
    target: PathBuf,
    staging: TempDir,
}

impl NewDir {
    /// Begins a directory, mode 0700, where there is none, or an empty one. A link to an empty one is followed.
    pub(crate) fn begin(path: &Path) -> Result<NewDir, FileError> {
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
        let mut builder = tempfile::Builder::new();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(PRIVATE_DIR);
        builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX).permissions(mode);
        let staging = builder.tempdir_in(parent_of(&target)).map_err(FileError::io("create", path))?;
        Ok(NewDir { target, staging })
    }

    /// Writes a file, mode 0600.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        write_new(&self.staging.path().join(name), bytes)
    }

    /// Puts the directory in its place.
    pub(crate) fn finish(self) -> Result<(), FileError> {
        sync_dir(self.staging.path())?;
        // An empty directory is replaced, one that was filled meanwhile is not.
        fs::rename(self.staging.path(), &self.target).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => FileError::NotEmpty { path: self.target.clone() },
            _ => FileError::io("write", &self.target)(error),
        })?;
        let target = self.target;
        // Nothing is left there to be removed.
        let _ = self.staging.keep();
        sync_dir(parent_of(&target))
    }
}
