//! Paths of the vault, of the state directory with the anchor, and of the configuration.
//!
//! Follows the XDG base directory specification: a relative path in an XDG variable is ignored, as it demands.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::environment::variable;
use super::error::CliError;
use super::exit::Exit;

/// The name of our directories inside the XDG directories.
const OURS: &str = "finvault";

/// Returns the vault's directory, as an absolute path: the option, else FINVAULT_DIR, else the data directory.
pub(crate) fn vault_dir(option: Option<&PathBuf>) -> Result<PathBuf, CliError> {
    let named = option.cloned().or_else(|| variable("FINVAULT_DIR").map(PathBuf::from));
    match named.or_else(|| base("XDG_DATA_HOME", ".local/share")) {
        Some(dir) => Ok(absolute(&dir)),
        None => Err(homeless().hint("name the vault's directory with --vault DIR")),
    }
}

/// Returns every directory in which a command may find the vault, as absolute paths: that of the option, of FINVAULT_DIR, and the
/// data directory.
pub(crate) fn vault_dirs(option: Option<&PathBuf>) -> Vec<PathBuf> {
    let variable = variable("FINVAULT_DIR").map(PathBuf::from);
    let all = option.cloned().into_iter().chain(variable).chain(base("XDG_DATA_HOME", ".local/share"));
    all.map(|dir| absolute(&dir)).collect()
}

/// Returns the absolute path of a directory: its links stay, and it ends in a name, which `.` and `..` are not.
pub(crate) fn absolute(dir: &Path) -> PathBuf {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    if whole.file_name().is_some() {
        return whole;
    }
    whole.canonicalize().unwrap_or(whole)
}

/// Returns the state directory, which holds the anchor, if there is a home for it.
pub(crate) fn state_dir() -> Option<PathBuf> {
    base("XDG_STATE_HOME", ".local/state")
}

/// Returns the state directory.
///
/// # Errors
/// When there is no home for it.
pub(crate) fn needed_state_dir() -> Result<PathBuf, CliError> {
    state_dir().ok_or_else(|| homeless().hint("set XDG_STATE_HOME to an absolute path"))
}

/// Returns which of the state directory and the one that holds it others can change, with their modes.
///
/// A group may be a person's own, so that only the state directory itself, which is made private, has to be closed to it. In
/// a directory with the sticky bit only its owner renames a file.
pub(crate) fn open_to_change(state: &Path) -> Vec<(PathBuf, u32)> {
    let mode = |dir: &Path| fs::metadata(dir).ok().map(|data| data.permissions().mode() & 0o7777);
    let own = mode(state).filter(|mode| mode & 0o022 != 0).map(|mode| (state.to_owned(), mode));
    let holder = state.parent().and_then(|dir| Some((dir.to_owned(), mode(dir)?)));
    let holder = holder.filter(|(_, mode)| mode & 0o002 != 0 && mode & 0o1000 == 0);
    own.into_iter().chain(holder).collect()
}

/// Returns the directory of the owner's CSV profiles, if there is a home for it.
pub(crate) fn profiles_dir() -> Option<PathBuf> {
    base("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("profiles"))
}

/// Returns where the owner's settings are, if there is a home for them.
pub(crate) fn config_file() -> Option<PathBuf> {
    base("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("config.toml"))
}

/// Refuses a place for a file or directory of the person's in the vault's directory or in the state directory: what the vault did
/// not write there is a finding of `vault check`, and a copy of the vault would take it along.
///
/// # Errors
/// When the place, its links resolved, is in one of them.
pub(crate) fn refuse_inside(what: &str, path: &Path, vault: &Path) -> Result<(), CliError> {
    let place = resolved(path);
    let inside = |dir: &Path| place.starts_with(resolved(dir));
    let of = if inside(vault) {
        "the vault's directory"
    } else if state_dir().is_some_and(|state| inside(&state)) {
        "the directory of the vault's state"
    } else {
        return Ok(());
    };
    Err(CliError::new(Exit::Usage, format!("{what} {} would be inside {of}", path.display()))
        .hint("name a path outside it"))
}

/// Refuses `-` in the place of a new file, since it means standard output elsewhere.
///
/// # Errors
/// When the path is `-`.
pub(crate) fn refuse_dash(what: &str, path: &Path) -> Result<(), CliError> {
    if path != Path::new("-") {
        return Ok(());
    }
    Err(CliError::new(Exit::Usage, format!("{what} is not written to standard output"))
        .hint("name a new path; ./- is one of that name"))
}

/// Returns a path with the links in it resolved, as far as it exists.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = whole.ancestors().find_map(|part| Some((part.canonicalize().ok()?, whole.strip_prefix(part).ok()?)));
    // Joining nothing would add a separator to a file.
    real.map_or_else(|| whole.clone(), |(real, rest)| real.components().chain(rest.components()).collect())
}

fn base(name: &str, under_home: &str) -> Option<PathBuf> {
    let absolute = |value: OsString| Some(PathBuf::from(value)).filter(|path| path.is_absolute());
    let base = variable(name).and_then(absolute).or_else(|| {
        // A home directory that does not exist counts as none, and is never made: a service account has /nonexistent.
        let home = variable("HOME").and_then(absolute).filter(|home| home.is_dir())?;
        Some(home.join(under_home))
    })?;
    // FINVAULT_DIR names the vault itself; the XDG directories are shared with other programs.
    Some(base.join(OURS))
}

fn homeless() -> CliError {
    CliError::new(Exit::Usage, "there is no home directory: HOME is not the absolute path of a directory")
}
