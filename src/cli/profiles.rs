//! The CSV profiles: those that are built in, and the owner's own TOML files.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use super::error::CliError;
use super::exit::Exit;
use super::inputs::is_hidden;
use super::paths;
use crate::import::formats::csv::ProfileSet;

/// The largest profile that is read.
const MOST: u64 = 1 << 20;

const UNUSABLE: &str = "your CSV profile cannot be used";
const CORRECT: &str = "correct the file, or remove it from the profiles directory";

/// Reads `profiles/*.toml` in the configuration directory, in the order of their names.
pub(crate) fn load() -> Result<ProfileSet, CliError> {
    let mut files = Vec::new();
    for path in own_files() {
        let name = path.display().to_string();
        if fs::metadata(&path).is_ok_and(|data| data.len() > MOST) {
            return Err(unusable(format!("{name}: it is larger than {} MiB", MOST >> 20)));
        }
        match fs::read_to_string(&path) {
            Ok(text) => files.push((name, text)),
            Err(source) => {
                let doing = format!("{UNUSABLE}: {name}");
                return Err(CliError::caused(Exit::Usage, doing, source).hint(CORRECT));
            }
        }
    }
    ProfileSet::with_user(files).map_err(unusable)
}

fn unusable(source: impl Into<Box<dyn Error + Send + Sync>>) -> CliError {
    CliError::caused(Exit::Usage, UNUSABLE, source).hint(CORRECT)
}

fn own_files() -> Vec<PathBuf> {
    let Some(Ok(entries)) = paths::profiles_dir().map(fs::read_dir) else { return Vec::new() };
    // What is hidden is an editor's, not the owner's.
    let seen = entries.flatten().filter(|entry| !is_hidden(entry));
    let mut files: Vec<PathBuf> = seen.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml") && path.is_file());
    files.sort();
    files
}
