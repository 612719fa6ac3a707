//! Where backups lie: a directory of them, or one file.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::store::archive::error::{ArchiveError, Fault};
use crate::store::archive::name::BackupName;
use crate::store::archive::read::{Contents, look};
use crate::store::files::{self, FileError};

/// The place of backups that a person named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A directory, links resolved: each backup gets its own name in it.
    Directory(PathBuf),
    /// A file, which is there or can be made.
    File(PathBuf),
}

/// Something that has the name of a backup.
#[derive(Debug)]
pub(crate) struct Found {
    /// Where it lies.
    pub path: PathBuf,
    /// What its name tells; nothing of a file that a person named.
    pub name: Option<BackupName>,
    /// Its size in bytes, where it is a regular file.
    pub size: Option<u64>,
    /// What it holds, by its form and its manifest, or why it is no good backup.
    pub contents: Result<Contents, ArchiveError>,
}

impl Place {
    /// Looks at what a person named. Nothing is made. A link to a directory is resolved, another one is refused.
    ///
    /// # Errors
    /// When it is neither a directory nor a regular file, and cannot become a file.
    pub(crate) fn find(named: &Path) -> Result<Place, ArchiveError> {
        let bad = |why: &str| ArchiveError::BadPlace { path: named.to_owned(), why: why.to_owned() };
        let read = |source: io::Error| FileError::Io { action: "read", path: named.to_owned(), source };
        match fs::symlink_metadata(named) {
            Ok(data) if data.is_symlink() && !fs::metadata(named).is_ok_and(|data| data.is_dir()) => {
                Err(bad("is a link that leads to no directory"))
            }
            Ok(data) if data.is_dir() || data.is_symlink() => Ok(Place::Directory(named.canonicalize().map_err(read)?)),
            Ok(data) if data.is_file() => Ok(Place::File(named.to_owned())),
            Ok(data) => Err(bad(&format!("is {}, and neither a directory nor a file", files::kind::of(&data)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_directory = named.as_os_str().as_encoded_bytes().ends_with(b"/");
                let parent = files::parent_of(named);
                if is_directory || named.file_name().is_none() || !parent.is_dir() {
                    let missing = if is_directory { named } else { parent };
                    let why = "is missing, or is no directory".to_owned();
                    return Err(ArchiveError::BadPlace { path: missing.to_owned(), why });
                }
                Ok(Place::File(named.to_owned()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                Err(bad("is below something that is no directory"))
            }
            Err(error) => Err(read(error).into()),
        }
    }

    /// Returns the directory in which files are made.
    pub(crate) fn directory(&self) -> &Path {
        match self {
            Place::Directory(dir) => dir,
            Place::File(path) => files::parent_of(path),
        }
    }

    /// Looks at every backup here, of any vault, the newest first.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub(crate) fn backups(&self) -> Result<Vec<Found>, ArchiveError> {
        let dir = match self {
            Place::Directory(dir) => dir,
            Place::File(path) if path.exists() => return Ok(vec![look_at(path, None)]),
            Place::File(_) => return Ok(Vec::new()),
        };
        let entries = fs::read_dir(dir).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let read = |source| FileError::Io { action: "read", path: dir.clone(), source };
        let mut found: Vec<Found> = entries
            .map_err(read)?
            .iter()
            .filter_map(|entry| Some((entry.path(), BackupName::parse(entry.file_name().to_str()?)?)))
            .map(|(path, name)| look_at(&path, Some(name)))
            .collect();
        found.sort_by_key(|found| {
            found.name.as_ref().map(|name| (std::cmp::Reverse(name.created), name.vault_id.clone()))
        });
        Ok(found)
    }
}

/// Looks at a backup by its form and its manifest, which must fit its name. No link is followed.
fn look_at(path: &Path, name: Option<BackupName>) -> Found {
    let refused = |fault| ArchiveError::Refused { file: path.display().to_string(), fault };
    let opened = files::open_plain(path, OpenOptions::new().read(true));
    let size = opened.as_ref().ok().and_then(|file| file.metadata().ok()).map(|data| data.len());
    let contents = opened.map_err(ArchiveError::from).and_then(|file| {
        let contents = look(&file).map_err(refused)?;
        let of = (&contents.manifest.vault_id, contents.manifest.created_time);
        match &name {
            Some(name) if (&name.vault_id, name.created) != of => {
                Err(refused(Fault::Damaged("its name tells another vault or time than its manifest".to_owned())))
            }
            _ => Ok(contents),
        }
    });
    Found { path: path.to_owned(), name, size, contents }
}
