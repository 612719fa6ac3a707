//! The anchor: a copy of the last head in the user's state directory, so that a restored older vault is detected.
//!
//! One signed file for each vault, `<state directory>/<vault id>.anchor`, in the form of [`Head`]. It shows
//! that the whole vault directory was put back, which nothing inside the directory can show. Whoever can also
//! change the state directory can hide that; the documents say so.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::VaultId;
use crate::store::copies::head::{Head, HeadError, MAX_HEAD, Sign, Verify};
use crate::store::files::atomic::ReadBack;
use crate::store::files::paths::DATABASE_FILES;
use crate::store::files::{self, FileError, Links};

/// An anchor that could not be read or written, or the vault's own head, which is read in the same way.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// No directory is known that it could lie in.
    #[error("there is no home directory to keep it in")]
    NoPlace,
    /// Its content was refused: an integrity failure, not a missing anchor or head.
    #[error("{} is not what this vault signed: {source}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: HeadError,
    },
}

/// Returns where the anchor of a vault lies.
pub(crate) fn path(state_dir: &Path, vault_id: &VaultId) -> PathBuf {
    state_dir.join(format!("{vault_id}.anchor"))
}

/// Reads the anchor of a vault, if there is one.
pub(crate) fn read(state_dir: &Path, vault_id: &VaultId, verify: Verify<'_>) -> Result<Option<Head>, AnchorError> {
    files::refuse_no_directory(state_dir, Links::Follow)?;
    let path = path(state_dir, vault_id);
    let Some(bytes) = files::read_if_there(&path, MAX_HEAD)? else { return Ok(None) };
    Head::parse(&bytes, vault_id, verify).map(Some).map_err(|source| AnchorError::Content { path, source })
}

/// Writes the anchor of a vault, makes the state directory when it is missing, and removes what unfinished writes left.
///
/// A directory in the place of the anchor is moved aside with all that is in it.
pub(crate) fn write(state_dir: &Path, head: &Head, sign: Sign<'_>) -> Result<(), AnchorError> {
    files::private_dir(state_dir, Links::Follow)?;
    files::atomic::sweep_temporary(state_dir)?;
    files::staging::sweep(state_dir, &DATABASE_FILES);
    let path = path(state_dir, &head.vault_id);
    files::move_directory_aside(&path)?;
    files::atomic::write_atomic(&path, &head.to_bytes(sign), ReadBack::No)?;
    Ok(())
}

/// How the vault compares with its anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum AnchorState {
    /// There is no anchor: a new machine, or it was lost. A notice, and a new one.
    Missing,
    /// The vault is where this machine left it.
    Same,
    /// The vault went on from the anchor, elsewhere or before a crash. Normal: the anchor is updated.
    Advanced {
        /// Audit entries since the anchor.
        by: u64,
    },
    /// This machine has seen a later state of the vault: it was put back.
    VaultOlder {
        /// The last entry that this machine has seen.
        anchor_seq: u64,
        /// The last entry of the vault.
        vault_seq: u64,
    },
    /// The log of the vault does not hold what this machine has seen.
    Forked {
        /// The last entry that this machine has seen.
        anchor_seq: u64,
        /// The last entry of the vault.
        vault_seq: u64,
        /// Whether the vault was restored since, which explains it, when that was done on another machine.
        restored: bool,
    },
}

impl AnchorState {
    /// Returns whether the vault may be used without `vault audit accept`.
    pub fn is_sound(&self) -> bool {
        matches!(self, AnchorState::Missing | AnchorState::Same | AnchorState::Advanced { .. })
    }
}

/// Compares the anchor with the head that the database just gave; `mac_at` gives the MAC of an audit entry.
///
/// What decides is descent: does the log hold the entry of the anchor, with the same MAC? A restore starts a
/// new epoch, so an anchor of an earlier epoch is fine exactly when the backup was not older than it. An
/// anchor of a later epoch means that a vault from before the restore was put back. Both heads are of the
/// same vault and verified.
pub(crate) fn compare(anchor: Option<&Head>, vault: &Head, mac_at: impl Fn(u64) -> Option<[u8; 32]>) -> AnchorState {
    let Some(anchor) = anchor else { return AnchorState::Missing };
    let (anchor_seq, vault_seq) = (anchor.seq, vault.seq);
    let older = AnchorState::VaultOlder { anchor_seq, vault_seq };
    let forked = AnchorState::Forked { anchor_seq, vault_seq, restored: vault.epoch > anchor.epoch };
    if anchor == vault {
        return AnchorState::Same;
    }
    if anchor.epoch > vault.epoch || anchor.generation > vault.generation {
        return older;
    }
    if anchor_seq > vault_seq {
        // Within one epoch the log only grows. A restore to before the anchor has cut it: not the same log.
        return if anchor.epoch == vault.epoch { older } else { forked };
    }
    // Every change of the rows, the header or the epoch has an entry: with the same last entry nothing else differs.
    if anchor_seq == vault_seq || mac_at(anchor_seq) != Some(anchor.chain) {
        return forked;
    }
    AnchorState::Advanced { by: vault_seq - anchor_seq }
}

#[cfg(test)]
#[path = "../../../tests/unit/store/anchor.rs"]
mod tests;
