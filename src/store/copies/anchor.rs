//! The anchor: a copy of the last head in the user's state directory, so that a restored older vault is detected.
//!
//! One signed file for each vault, `<state directory>/<vault id>.anchor`, in the form of [`Head`]. It shows
//! that the whole vault directory was put back, which nothing inside the directory can show. Whoever can also
//! change the state directory can hide that; the documents say so.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::VaultId;
use crate::store::copies::head::{Head, HeadError, MAX_HEAD, Sign, Verify};
use crate::store::files::{self, FileError, Links, ReadBack};

/// An anchor that could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// Its content was refused: an integrity failure, not a missing anchor.
    #[error("{} is not a valid anchor: {source}", path.display())]
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
    let path = path(state_dir, vault_id);
    let Some(bytes) = files::read_if_there(&path, MAX_HEAD)? else { return Ok(None) };
    Head::parse(&bytes, vault_id, verify).map(Some).map_err(|source| AnchorError::Content { path, source })
}

/// Writes the anchor of a vault, and makes the state directory when it is missing.
pub(crate) fn write(state_dir: &Path, head: &Head, sign: Sign<'_>) -> Result<(), AnchorError> {
    files::private_dir(state_dir, Links::Follow)?;
    files::write_atomic(&path(state_dir, &head.vault_id), &head.to_bytes(sign), ReadBack::No)?;
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
mod tests {
    use std::fs;

    use super::*;
    use crate::store::copies::head::tests::{head, sign, verify};

    /// Returns the MAC of an entry of a log in which entry n has the MAC nn….
    fn log(seq: u64) -> Option<[u8; 32]> {
        (1..=20).contains(&seq).then(|| [u8::try_from(seq).unwrap(); 32])
    }

    fn state(anchor: Head, vault: Head) -> AnchorState {
        compare(Some(&anchor), &vault, log)
    }

    #[test]
    fn accepts_descendants_only() {
        assert_eq!(compare(None, &head(1, 5, 5), log), AnchorState::Missing);
        assert_eq!(state(head(1, 5, 5), head(1, 5, 5)), AnchorState::Same);
        assert_eq!(state(head(1, 5, 5), head(1, 9, 9)), AnchorState::Advanced { by: 4 });
        assert_eq!(state(head(1, 9, 9), head(1, 5, 5)), AnchorState::VaultOlder { anchor_seq: 9, vault_seq: 5 });
        let forked = AnchorState::Forked { anchor_seq: 5, vault_seq: 9, restored: false };
        assert_eq!(state(head(1, 5, 99), head(1, 9, 9)), forked);
        assert!(matches!(state(head(1, 5, 5), head(1, 5, 6)), AnchorState::Forked { .. }));
    }

    #[test]
    fn refuses_the_same_entry_with_other_rows() {
        let anchor = head(1, 5, 5);
        let vault = Head { root: [1; 32], ..anchor.clone() };
        assert!(!state(anchor, vault).is_sound());
    }

    #[test]
    fn detects_an_older_header() {
        let anchor = Head { generation: 2, ..head(1, 5, 5) };
        assert!(matches!(state(anchor, head(1, 9, 9)), AnchorState::VaultOlder { .. }));
    }

    #[test]
    fn accepts_a_restore_unless_the_machine_saw_more_than_the_backup() {
        // The backup ended at 8; the restore wrote entry 9 in epoch 2.
        let restored = head(2, 9, 9);
        assert_eq!(state(head(1, 7, 7), restored.clone()), AnchorState::Advanced { by: 2 });
        assert_eq!(state(head(1, 8, 8), restored.clone()), AnchorState::Advanced { by: 1 });
        // Another machine had seen entry 9 and 15 of epoch 1, which the restored log does not hold.
        for anchor in [head(1, 9, 77), head(1, 15, 15)] {
            assert!(matches!(state(anchor, restored.clone()), AnchorState::Forked { restored: true, .. }));
        }
        // And the vault from before the restore is put back.
        assert!(matches!(state(restored, head(1, 15, 15)), AnchorState::VaultOlder { .. }));
    }

    #[test]
    fn keeps_one_anchor_per_vault() {
        let dir = tempfile::tempdir().unwrap();
        let state_dir = dir.path().join("state/finvault");
        let head = head(1, 5, 5);
        assert_eq!(read(&state_dir, &head.vault_id, &verify).unwrap(), None);
        write(&state_dir, &head, &sign).unwrap();
        assert_eq!(read(&state_dir, &head.vault_id, &verify).unwrap().as_ref(), Some(&head));
        let other = VaultId::from_random([8; 26]);
        assert_eq!(read(&state_dir, &other, &verify).unwrap(), None);
        fs::copy(path(&state_dir, &head.vault_id), path(&state_dir, &other)).unwrap();
        let error = read(&state_dir, &other, &verify).unwrap_err();
        assert!(matches!(error, AnchorError::Content { source: HeadError::OtherVault(_), .. }));
        fs::write(path(&state_dir, &head.vault_id), "finvault-head 1\n").unwrap();
        let error = read(&state_dir, &head.vault_id, &verify).unwrap_err();
        assert!(matches!(error, AnchorError::Content { source: HeadError::Malformed, .. }), "empty is not missing");
    }
}
