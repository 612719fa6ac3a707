//! What the commands about backups return.

use data_encoding::HEXLOWER;
use serde::Serialize;

use super::retention::Kept;
use crate::model::{Timestamp, VaultId, words};
use crate::store::archive::{ArchiveError, Contents, Found};

words! {
    /// What became of a backup.
    pub enum BackupStatus: "a status of a backup" {
        /// It was made and proven.
        Created = "CREATED",
        /// The newest good one is the vault as it is; none was made.
        Unchanged = "UNCHANGED",
        /// Nothing was made or removed.
        DryRun = "DRY_RUN",
    }
}

/// What a backup did.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupReport {
    /// What became of it.
    pub status: BackupStatus,
    /// The file, by its path.
    pub file: String,
    /// The vault.
    pub vault_id: VaultId,
    /// The size of the file in bytes; null of one that was not made.
    pub size_bytes: Option<u64>,
    /// The number of the last audit entry in it, as `head` tells it.
    pub audit_seq: Option<u64>,
    /// When the copy was made.
    pub created_time: Timestamp,
    /// The backups that are kept, the newest first; empty where nothing was said of keeping.
    pub kept: Vec<Kept>,
    /// The backups that were removed, or in a dry run would be, the newest first.
    pub removed: Vec<String>,
}

/// One file with the name of a backup.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackupLine {
    /// The file, by its name.
    pub file: String,
    /// The vault; null where neither name nor manifest tells it.
    pub vault_id: Option<VaultId>,
    /// When it was made, by its manifest or else its name.
    pub created_time: Option<Timestamp>,
    /// Its size in bytes; null of what is no file.
    pub size_bytes: Option<u64>,
    /// The number of the last audit entry in it, as its manifest claims.
    pub audit_seq: Option<u64>,
    /// Whether its form and its manifest are right. Its content was not read.
    pub good: bool,
    /// Why it is not; null of a good one.
    pub reason: Option<String>,
}

impl From<Found> for BackupLine {
    fn from(found: Found) -> BackupLine {
        let manifest = found.contents.as_ref().ok().map(|contents| &contents.manifest);
        let name = found.name.as_ref();
        BackupLine {
            file: found.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            vault_id: manifest.map(|m| &m.vault_id).or(name.map(|n| &n.vault_id)).cloned(),
            created_time: manifest.map(|m| m.created_time).or(name.map(|n| n.created)),
            size_bytes: found.size,
            audit_seq: manifest.and_then(|m| m.audit_seq),
            good: manifest.is_some(),
            reason: found.contents.as_ref().err().map(why),
        }
    }
}

/// What a whole backup holds.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// The file, as it was named.
    pub file: String,
    /// The vault, as the manifest claims.
    pub vault_id: VaultId,
    /// When it was made, as the manifest claims.
    pub created_time: Timestamp,
    /// The generation of the header.
    pub generation: u64,
    /// The number of the last audit entry, as the manifest claims.
    pub audit_seq: Option<u64>,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// The files in it; each has the hash that the manifest tells.
    pub files: Vec<VerifiedFile>,
    /// Whether a key opened it and everything in it was checked.
    pub opened: bool,
}

/// One file of a backup.
#[derive(Clone, Debug, Serialize)]
pub struct VerifiedFile {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl VerifyReport {
    pub(super) fn new(file: String, contents: Contents) -> VerifyReport {
        let Contents { manifest, size, sha256 } = contents;
        let files = manifest.files.iter().map(|part| VerifiedFile {
            name: part.name.clone(),
            size: part.size,
            sha256: HEXLOWER.encode(&part.sha256),
        });
        VerifyReport {
            file,
            created_time: manifest.created_time,
            generation: manifest.generation,
            audit_seq: manifest.audit_seq,
            size_bytes: size,
            sha256: sha256.map(|hash| HEXLOWER.encode(&hash)).unwrap_or_default(),
            files: files.collect(),
            opened: false,
            vault_id: manifest.vault_id,
        }
    }
}

/// Returns why a backup is not good, without its path.
pub(super) fn why(error: &ArchiveError) -> String {
    match error {
        ArchiveError::Refused { fault, .. } => fault.to_string(),
        error => error.to_string(),
    }
}
