//! The CSV profiles: those that are built in, and the owner's own TOML files.

use std::fs;
use std::path::PathBuf;

use super::error::CliError;
use super::exit::Exit;
use super::output::plain;
use super::paths;
use crate::import::formats::csv::ProfileSet;

/// The largest profile that is read.
const MOST: u64 = 1 << 20;

/// Reads `profiles/*.toml` in the configuration directory, in the order of their names.
pub(crate) fn load() -> Result<ProfileSet, CliError> {
    let mut files = Vec::new();
    for path in own_files() {
        let name = path.display().to_string();
        if fs::metadata(&path).is_ok_and(|data| data.len() > MOST) {
            return Err(unusable(&format!("{name}: it is larger than 1 MiB")));
        }
        match fs::read_to_string(&path) {
            Ok(text) => files.push((name, text)),
            Err(source) => return Err(unusable(&format!("{name}: {}", plain(&source)))),
        }
    }
    ProfileSet::with_user(files).map_err(|error| unusable(&error.to_string()))
}

fn unusable(what: &str) -> CliError {
    CliError::new(Exit::Usage, format!("your CSV profile cannot be used: {what}"))
        .hint("correct the file, or remove it from the profiles directory")
}

fn own_files() -> Vec<PathBuf> {
    let Some(Ok(entries)) = paths::profiles_dir().map(fs::read_dir) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file());
    files.sort();
    files
}
