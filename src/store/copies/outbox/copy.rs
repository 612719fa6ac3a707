//! Writing, reading and removing the copy of a slice.

use std::path::Path;

use crate::model::GrantId;
use crate::share::package::MAX_PACKAGE_LEN;
use crate::store::files::paths::{self, OUTBOX_DIR};
use crate::store::files::{self, FileError, Links, ReadBack};

/// Refuses an outbox that is a link: what lies behind it is neither read nor removed.
pub(super) fn check_directory(dir: &Path) -> Result<(), FileError> {
    let path = dir.join(OUTBOX_DIR);
    match path.symlink_metadata() {
        Ok(data) if !data.is_dir() => {
            Err(FileError::WrongKind { path, found: "a link or a file", expected: "a directory" })
        }
        _ => Ok(()),
    }
}

/// Writes the outbox copy of a grant.
pub(crate) fn put(dir: &Path, grant: &GrantId, sealed: &[u8]) -> Result<(), FileError> {
    files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
    files::write_atomic(&paths::slice(dir, grant.as_str()), sealed, ReadBack::No)
}

/// Removes the outbox copy of a grant and the record of its openings, which was counted before.
pub(crate) fn remove(dir: &Path, grant: &GrantId) -> Result<(), FileError> {
    check_directory(dir)?;
    files::remove(&paths::slice(dir, grant.as_str()))?;
    files::remove(&paths::opened(dir, grant.as_str()))?;
    Ok(())
}

/// Returns the sealed bytes that lie in the outbox, if any can be read.
pub(crate) fn sealed(dir: &Path, grant: &GrantId) -> Option<Vec<u8>> {
    files::read_if_there(&paths::slice(dir, grant.as_str()), MAX_PACKAGE_LEN as u64).ok().flatten()
}
