//! Directories as wholes: what lies below one, and a copy of it.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns a directory, and every file and directory below it.
pub(crate) fn tree(dir: &Path) -> Vec<PathBuf> {
    let mut found = vec![dir.to_owned()];
    let mut next = 0;
    while next < found.len() {
        if fs::symlink_metadata(&found[next]).is_ok_and(|data| data.is_dir()) {
            let inside: Vec<_> = fs::read_dir(&found[next]).unwrap().map(|entry| entry.unwrap().path()).collect();
            found.extend(inside);
        }
        next += 1;
    }
    found
}

/// Copies a directory and everything below it.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
