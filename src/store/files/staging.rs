//! A private directory under a temporary name, in which something is made before it is put in its place, or looked at.
//!
//! It is locked while a process uses it, and goes with the process. One that a killed process left is removed by the next
//! that makes one in the same place: if nothing is in it but what such a process wrote.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, statat, unlinkat};
use rustix::io::Errno;
use tempfile::TempDir;

use super::atomic::{TEMPORARY_PREFIX, TEMPORARY_SUFFIX, is_temporary, temporary_in};
use super::{FileError, PRIVATE_DIR, of_system};

/// A directory that only this process uses, mode 0700. Dropped, it is removed with all that is in it.
#[derive(Debug)]
pub(crate) struct Staging {
    dir: TempDir,
    _lock: File,
}

impl Staging {
    /// Makes a directory in another one, in which files of these names are to be written, and removes what killed processes
    /// left there of the same kind.
    pub(crate) fn begin(parent: &Path, names: &[&str]) -> Result<Staging, FileError> {
        sweep(parent, names);
        let mut builder = tempfile::Builder::new();
        let mode = fs::Permissions::from_mode(PRIVATE_DIR);
        builder.prefix(TEMPORARY_PREFIX).suffix(TEMPORARY_SUFFIX).permissions(mode);
        loop {
            let dir = builder.tempdir_in(parent).map_err(of_system).map_err(FileError::io("create", parent))?;
            // A sweep may come before the lock.
            match File::open(dir.path()) {
                Ok(lock) if !is_held(&lock) && is_same(&lock, dir.path()) => return Ok(Staging { dir, _lock: lock }),
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(FileError::io("open", dir.path())(error));
                }
                _ => {}
            }
        }
    }

    /// Returns where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Lets the directory be, which has another name now.
    pub(crate) fn release(self) {
        let _ = self.dir.keep();
    }
}

/// Removes what killed processes left in a directory, of files of these names. What cannot be told to be that stays, and so does what cannot be removed.
pub(crate) fn sweep(parent: &Path, names: &[&str]) {
    for path in temporary_in(parent).unwrap_or_default() {
        if fs::symlink_metadata(&path).is_ok_and(|data| data.is_dir()) {
            let _ = remove_left(&path, names);
        }
    }
}

/// Removes a directory that a killed process left, file by file. What is looked at is what is removed: in a directory that others
/// can write, such as `/tmp`, the name may lead elsewhere meanwhile.
fn remove_left(path: &Path, names: &[&str]) -> io::Result<()> {
    let dir = open_dir(path)?;
    let data = dir.metadata()?;
    let is_ours = data.uid() == rustix::process::geteuid().as_raw() && data.mode() & 0o7777 == PRIVATE_DIR;
    if !is_ours || is_held(&dir) || !empty(&dir, names)? {
        return Ok(());
    }
    // One into which something was put meanwhile stays, and so does what took its name.
    fs::remove_dir(path)
}

fn open_dir(path: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

/// Removes the files of an open directory, wherever it lies by now. Returns false, and removes nothing, where it has others than
/// regular files of these names.
fn empty(dir: &File, names: &[&str]) -> io::Result<bool> {
    let mut files = Vec::new();
    for entry in Dir::read_from(dir)? {
        let name = entry?.file_name().to_owned();
        if [c".", c".."].contains(&name.as_c_str()) {
            continue;
        }
        let text = name.to_string_lossy();
        let found = statat(dir, &name, AtFlags::SYMLINK_NOFOLLOW)?;
        let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
        if !is_file || !(names.contains(&text.as_ref()) || is_temporary(&text)) {
            return Ok(false);
        }
        files.push(name);
    }
    files.iter().try_for_each(|name| unlinkat(dir, name, AtFlags::empty()))?;
    Ok(true)
}

/// Takes the lock that says that a directory is used. Returns whether another process has it.
fn is_held(dir: &File) -> bool {
    rustix::fs::flock(dir, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK)
}

fn is_same(open: &File, path: &Path) -> bool {
    let (Ok(held), Ok(there)) = (open.metadata(), fs::symlink_metadata(path)) else { return false };
    (held.dev(), held.ino()) == (there.dev(), there.ino())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::*;

    const NAMES: [&str; 2] = ["a", "b"];

    fn left(parent: &Path, name: &str, files: &[&str]) -> PathBuf {
        let dir = parent.join(name);
        fs::create_dir(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(PRIVATE_DIR)).unwrap();
        files.iter().for_each(|file| fs::write(dir.join(file), "x").unwrap());
        dir
    }

    #[test]
    fn removes_what_a_killed_process_left_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let ours = [
            left(parent.path(), ".finvault-a.tmp", &[]),
            left(parent.path(), ".finvault-b.tmp", &["a", "b", ".finvault-x.tmp"]),
        ];
        let strange = left(parent.path(), ".finvault-c.tmp", &["a", "letter.txt"]);
        let named = left(parent.path(), "finvault-d.tmp", &["a"]);
        let open = left(parent.path(), ".finvault-e.tmp", &["a"]);
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        let nested = left(parent.path(), ".finvault-f.tmp", &["a"]);
        fs::create_dir(nested.join("b")).unwrap();
        let linked = left(parent.path(), ".finvault-g.tmp", &[]);
        symlink(named.join("a"), linked.join("a")).unwrap();
        let link = parent.path().join(".finvault-h.tmp");
        symlink(&named, &link).unwrap();
        let file = parent.path().join(".finvault-i.tmp");
        fs::write(&file, "x").unwrap();
        let used = Staging::begin(parent.path(), &NAMES).unwrap();
        fs::write(used.path().join("a"), "x").unwrap();
        let second = Staging::begin(parent.path(), &NAMES).unwrap();
        for path in ours {
            assert!(!path.exists(), "{}", path.display());
        }
        for path in [&strange, &named, &open, &nested, &linked, &link, &file] {
            assert!(fs::symlink_metadata(path).is_ok(), "{}", path.display());
        }
        assert!(strange.join("a").exists() && named.join("a").exists() && used.path().join("a").exists());
        let (used, second) = (used.path().to_owned(), [used, second]);
        drop(second);
        assert!(!used.exists());
    }

    /// In a directory that others can write, the name may lead elsewhere between the look and the removal.
    #[test]
    fn removes_the_files_of_the_directory_that_it_looked_at() {
        let parent = tempfile::tempdir().unwrap();
        let seen = left(parent.path(), ".finvault-a.tmp", &["a", "b"]);
        let letters = left(parent.path(), "letters", &["a", "b"]);
        let dir = open_dir(&seen).unwrap();
        let moved = parent.path().join("moved");
        fs::rename(&seen, &moved).unwrap();
        symlink(&letters, &seen).unwrap();
        assert!(empty(&dir, &NAMES).unwrap());
        assert_eq!((fs::read_dir(&moved).unwrap().count(), fs::read_dir(&letters).unwrap().count()), (0, 2));
        // The link is no directory, neither to look into nor to remove.
        open_dir(&seen).unwrap_err();
        fs::remove_dir(&seen).unwrap_err();
        assert!(seen.is_symlink() && letters.exists());
    }
}
