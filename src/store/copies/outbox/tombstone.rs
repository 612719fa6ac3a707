//! The tombstone of an ended grant: one word in the place of the sealed bytes, written without the vault's key.
//!
//! The slice is renamed, which needs no space, and cut to the word where it lies. What the disk keeps of the rest is sealed.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::model::{GrantId, Timestamp, words};
use crate::share::package::{MAX_PACKAGE_LEN, UnverifiedPackage};
use crate::store::files::atomic::ReadBack;
use crate::store::files::{self, FileError, paths};

words! {
    /// Why a grant opens nothing any more.
    pub(crate) enum Ending: "how a grant ended" {
        /// Its time is over.
        Expired = "EXPIRED",
        /// Its uses are over.
        UsedUp = "USED_UP",
    }
}

/// What lies in the place of a tombstone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tombstone {
    /// The word.
    Word(Ending),
    /// A slice that was renamed and not yet cut to its word; with the word, or the end of the grant.
    Unfinished(Result<Ending, Timestamp>),
    /// What this program did not write.
    Foreign,
}

/// Reads the tombstone of a grant, if there is one.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read_tombstone(dir: &Path, grant: &GrantId) -> Result<Option<Tombstone>, FileError> {
    let bytes = match files::read_if_there(&paths::ended(dir, grant.as_str()), MAX_PACKAGE_LEN as u64) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(None),
        Err(FileError::TooLarge { .. } | FileError::WrongKind { .. }) => return Ok(Some(Tombstone::Foreign)),
        Err(error) => return Err(error),
    };
    let word = Ending::ALL.into_iter().find(|ending| bytes.starts_with(line(*ending).as_bytes()));
    Ok(Some(match word {
        Some(ending) if bytes.len() == line(ending).len() => Tombstone::Word(ending),
        Some(ending) => Tombstone::Unfinished(Ok(ending)),
        None => match UnverifiedPackage::parse(&bytes) {
            Ok(package) if package.header().grant_id == *grant => Tombstone::Unfinished(Err(package.header().expires)),
            _ => Tombstone::Foreign,
        },
    }))
}

/// Puts the tombstone in the place of the slice. What this program did not write is left where it is.
pub(crate) fn bury(dir: &Path, grant: &GrantId, ending: Ending) -> Result<(), FileError> {
    let (slice, ended) = (paths::slice(dir, grant.as_str()), paths::ended(dir, grant.as_str()));
    let found = read_tombstone(dir, grant)?;
    if found == Some(Tombstone::Foreign) {
        return files::remove(&slice).map(drop);
    }
    if fs::symlink_metadata(&slice).is_ok_and(|data| data.is_file()) {
        fs::rename(&slice, &ended).map_err(|source| FileError::Io { action: "rename", path: slice, source })?;
    } else if found.is_none() {
        return files::atomic::write_atomic(&ended, line(ending).as_bytes(), ReadBack::No);
    } else if found == Some(Tombstone::Word(ending)) {
        return Ok(());
    }
    let io = |source| FileError::Io { action: "write", path: ended.clone(), source };
    let mut file = files::open_plain(&ended, OpenOptions::new().write(true))?;
    let text = line(ending);
    file.write_all(text.as_bytes()).and_then(|()| file.set_len(text.len() as u64)).map_err(io)?;
    file.sync_all().map_err(io)?;
    files::sync_dir(ended.parent().unwrap_or(dir))
}

fn line(ending: Ending) -> String {
    format!("{ending}\n")
}
