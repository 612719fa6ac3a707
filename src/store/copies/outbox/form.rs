//! What can be told of a file of the outbox without the key of its grant: whether it has the form of one of ours.

use std::fs;
use std::path::Path;

use crate::model::GrantId;
use crate::share::package::{MAX_PACKAGE_LEN, UnverifiedPackage};
use crate::store::copies::outbox::record;
use crate::store::copies::outbox::tombstone::{Tombstone, read_tombstone};
use crate::store::files::paths::OUTBOX_DIR;
use crate::store::files::{self, FileError};

/// Returns the names of the regular files in the outbox that are those of a grant's file: the grant, and the ending.
///
/// # Errors
/// When the outbox cannot be read. One that is missing, or is no directory, has none.
pub(crate) fn named(dir: &Path) -> Result<Vec<(GrantId, String)>, FileError> {
    let outbox = dir.join(OUTBOX_DIR);
    if !fs::symlink_metadata(&outbox).is_ok_and(|data| data.is_dir()) {
        return Ok(Vec::new());
    }
    let failed = |source| FileError::Io { action: "read", path: outbox.clone(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(&outbox).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        let Some((id, ending)) = name.split_once('.').filter(|_| is_file) else { continue };
        if let Some(grant) = id.parse::<GrantId>().ok().filter(|grant| grant.as_str() == id) {
            names.push((grant, ending.to_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// Returns whether a file has the form of a grant's file with that ending.
///
/// # Errors
/// When it cannot be read, or is no regular file.
pub(crate) fn has_form(path: &Path, grant: &GrantId, ending: &str) -> Result<bool, FileError> {
    if ending == "ended" {
        let dir = path.parent().and_then(Path::parent).unwrap_or(path);
        return Ok(matches!(read_tombstone(dir, grant)?, Some(Tombstone::Word(_) | Tombstone::Unfinished(_))));
    }
    let bytes = files::read_if_there(path, MAX_PACKAGE_LEN as u64)?.unwrap_or_default();
    let is_slice = UnverifiedPackage::parse(&bytes).is_ok_and(|package| package.header().grant_id == *grant);
    let is_record = record::has_form(&bytes);
    Ok(match ending {
        "slice" => is_slice,
        "opened" => is_record,
        "revoked" => is_slice || is_record || bytes.is_empty(),
        _ => false,
    })
}
