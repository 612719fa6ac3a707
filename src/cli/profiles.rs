//! The CSV profiles: those that are built in, and the owner's own TOML files.

use std::fs;
use std::path::PathBuf;

use super::error::{CliError, Exit};
use super::paths;
use crate::import::csv::ProfileSet;

/// The largest profile that is read.
const MOST: u64 = 1 << 20;

/// Reads `profiles/*.toml` in the configuration directory, in the order of their names.
pub fn load() -> Result<ProfileSet, CliError> {
    let mut profiles = ProfileSet::built_in();
    for path in own_files() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let bad = |what: String| {
            CliError::new(Exit::Usage, format!("the CSV profile {} cannot be used: {what}", path.display()))
                .hint("correct the file, or move it away")
        };
        if fs::metadata(&path).is_ok_and(|data| data.len() > MOST) {
            return Err(bad("it is larger than 1 MiB".to_owned()));
        }
        let text = fs::read_to_string(&path).map_err(|source| bad(super::error::plain(&source)))?;
        profiles.add(&name, &text).map_err(|source| bad(source.to_string()))?;
    }
    Ok(profiles)
}

fn own_files() -> Vec<PathBuf> {
    let Some(Ok(entries)) = paths::profiles_dir().map(fs::read_dir) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file());
    files.sort();
    files
}
