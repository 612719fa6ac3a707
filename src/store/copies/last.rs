//! When the vault was last backed up and checked on this machine: a small note in the state directory, for people.
//!
//! Nothing authenticates it. It never decides anything; whoever can change the state directory can change it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::{Timestamp, VaultId};
use crate::store::files::atomic::ReadBack;
use crate::store::files::{self, FileError, Links};

/// The largest note, in bytes.
const MAX_LAST: u64 = 16 * 1024;

/// What was last done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    /// The last backup that was proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup: Option<LastBackup>,
    /// The last backup that was passed on to standard output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed_on: Option<PassedOn>,
    /// The last check that ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<LastCheck>,
}

/// A backup that was proven, when it was made or when the vault was found to be unchanged since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastBackup {
    /// When it was proven.
    pub time: Timestamp,
    /// The directory that it lies in.
    pub dest: PathBuf,
    /// Its name there.
    pub file: String,
    /// SHA-256 of the header in it, in hexadecimal: another header has other keys.
    pub header_sha256: String,
    /// The number of the last audit entry in it, as its manifest claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_seq: Option<u64>,
}

/// A backup that standard output took whole. Whether anybody kept it is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PassedOn {
    /// When the copy was made.
    pub time: Timestamp,
    /// SHA-256 of the header in it, in hexadecimal.
    pub header_sha256: String,
    /// The number of the last audit entry in it, as its manifest claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_seq: Option<u64>,
}

/// A check that ended, whatever it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastCheck {
    /// When.
    pub time: Timestamp,
    /// Whether it found nothing.
    pub ok: bool,
    /// Whether it looked at less than everything.
    pub quick: bool,
}

fn path(state_dir: &Path, vault: &VaultId) -> PathBuf {
    state_dir.join(format!("{vault}.last"))
}

/// Reads the note. What cannot be read or is no such note tells nothing.
pub(crate) fn read(state_dir: &Path, vault: &VaultId) -> Last {
    let bytes = files::read_if_there(&path(state_dir, vault), MAX_LAST).ok().flatten().unwrap_or_default();
    std::str::from_utf8(&bytes).ok().and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
}

/// Notes a backup.
///
/// # Errors
/// When the state directory cannot be written.
pub(crate) fn note_backup(state_dir: &Path, vault: &VaultId, backup: LastBackup) -> Result<(), FileError> {
    write(state_dir, vault, &Last { backup: Some(backup), ..read(state_dir, vault) })
}

/// Notes a backup that was passed on.
///
/// # Errors
/// When the state directory cannot be written.
pub(crate) fn note_passed_on(state_dir: &Path, vault: &VaultId, passed_on: PassedOn) -> Result<(), FileError> {
    write(state_dir, vault, &Last { passed_on: Some(passed_on), ..read(state_dir, vault) })
}

/// Notes a check.
///
/// # Errors
/// When the state directory cannot be written.
pub(crate) fn note_check(state_dir: &Path, vault: &VaultId, check: LastCheck) -> Result<(), FileError> {
    write(state_dir, vault, &Last { check: Some(check), ..read(state_dir, vault) })
}

fn write(state_dir: &Path, vault: &VaultId, last: &Last) -> Result<(), FileError> {
    // One that is there keeps its mode: a check changes nothing, and a note is private itself.
    if !state_dir.is_dir() {
        files::private_dir(state_dir, Links::Follow)?;
    }
    // A path that is no text cannot be written as TOML; the note is then without it.
    let text = toml::to_string(last).or_else(|_| toml::to_string(&Last { backup: None, ..last.clone() }));
    files::atomic::write_atomic(&path(state_dir, vault), text.unwrap_or_default().as_bytes(), ReadBack::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_note_keeps_the_others() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        let vault: VaultId = "3u2qrbb7xqxkxdjwwa8ny9etkz".parse().unwrap();
        assert_eq!(read(&state, &vault), Last::default());
        let time = Timestamp::from_unix(1_800_000_000);
        let check = LastCheck { time, ok: true, quick: false };
        note_check(&state, &vault, check.clone()).unwrap();
        let backup = LastBackup {
            time,
            dest: PathBuf::from("/mnt/stick"),
            file: "a.tar".to_owned(),
            header_sha256: "cd".to_owned(),
            audit_seq: Some(7),
        };
        note_backup(&state, &vault, backup.clone()).unwrap();
        assert_eq!(read(&state, &vault), Last { backup: Some(backup.clone()), check: Some(check), passed_on: None });
        let passed_on = PassedOn { time, header_sha256: "cd".to_owned(), audit_seq: None };
        note_passed_on(&state, &vault, passed_on.clone()).unwrap();
        let later = LastCheck { time: time.plus_days(1), ok: false, quick: true };
        note_check(&state, &vault, later.clone()).unwrap();
        assert_eq!(read(&state, &vault), Last { backup: Some(backup), check: Some(later), passed_on: Some(passed_on) });
        std::fs::write(path(&state, &vault), "nonsense").unwrap();
        assert_eq!(read(&state, &vault), Last::default());
    }
}
