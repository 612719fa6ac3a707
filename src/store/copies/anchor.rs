//! The anchor: a copy of the last head in the user's state directory, so that a restored older vault is detected.
//!
//! One signed file for each vault, `<state directory>/<vault id>.anchor`, in the form of [`Head`] with a line for grants that
//! ended before their time. It shows that the whole vault directory was put back, which nothing inside the directory can
//! show, and which grants a state that was put back must not revive. Whoever can also change the state directory can hide
//! that; the documents say so.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::{Day, GrantId, VaultId};
use crate::store::copies::head::{Head, HeadError, Sign, Text, Verify, signed};
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

/// The largest anchor, in bytes.
pub(crate) const MAX_ANCHOR: u64 = 64 * 1024;
/// How many grants an anchor names at most: those that would have lived longest.
const MOST_ENDED: usize = 2000;
const ENDED: &str = "ended = ";

/// A grant that was revoked or used up before its time was over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EndedGrant {
    /// The first day on which it is over in any case.
    pub until: Day,
    /// The grant.
    pub id: GrantId,
}

/// What a machine remembers of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// The last head that was seen.
    pub head: Head,
    /// The grants that had ended by then, and would live otherwise: the longest first.
    pub ended: Vec<EndedGrant>,
}

impl Anchor {
    /// Remembers a head, and grants that ended.
    pub(crate) fn new(head: Head, mut ended: Vec<EndedGrant>) -> Anchor {
        ended.sort_unstable_by(|a, b| b.cmp(a));
        ended.dedup();
        ended.truncate(MOST_ENDED);
        Anchor { head, ended }
    }

    /// Returns the signed text: a head, and where grants had ended, a line with their ids and days.
    pub(crate) fn to_bytes(&self, sign: Sign<'_>) -> Vec<u8> {
        let mut text = self.head.signed_text();
        if !self.ended.is_empty() {
            let ended: Vec<String> = self.ended.iter().map(|grant| format!("{}/{}", grant.id, grant.until)).collect();
            text.push_str(&format!("{ENDED}{}\n", ended.join(" ")));
        }
        signed(text, sign)
    }

    /// Reads the signed text of a vault, as [`Head::parse`] does.
    ///
    /// # Errors
    /// As [`Head::parse`].
    pub(crate) fn parse(bytes: &[u8], vault_id: &VaultId, verify: Verify<'_>) -> Result<Anchor, HeadError> {
        let Text { head, more, signed, signature } = Text::read(bytes, MAX_ANCHOR)?;
        let ended = if more.is_empty() { Vec::new() } else { ended(more).ok_or(HeadError::Malformed)? };
        if head.vault_id != *vault_id {
            return Err(HeadError::OtherVault(head.vault_id));
        }
        if !verify(signed, &signature) {
            return Err(HeadError::Signature);
        }
        Ok(Anchor { head, ended })
    }

    /// Reads the head of any vault's anchor, and does not look at its signature.
    ///
    /// # Errors
    /// When the text is malformed or of a newer version.
    pub(crate) fn unverified_head(bytes: &[u8]) -> Result<Head, HeadError> {
        Text::read(bytes, MAX_ANCHOR).map(|text| text.head)
    }
}

/// Reads the line of ended grants. It has one valid form.
fn ended(more: &str) -> Option<Vec<EndedGrant>> {
    let grants = more.strip_prefix(ENDED)?.strip_suffix('\n')?.split(' ').map(|text| {
        let (id, until) = text.split_once('/')?;
        let (id, day): (GrantId, Day) = (id.parse().ok()?, until.parse().ok()?);
        (day.to_string() == until).then_some(EndedGrant { until: day, id })
    });
    let grants = grants.collect::<Option<Vec<_>>>()?;
    grants.is_sorted_by(|a, b| a > b).then_some(grants)
}

/// Reads the anchor of a vault, if there is one.
pub(crate) fn read(state_dir: &Path, vault_id: &VaultId, verify: Verify<'_>) -> Result<Option<Anchor>, AnchorError> {
    files::refuse_no_directory(state_dir, Links::Follow)?;
    let path = path(state_dir, vault_id);
    let Some(bytes) = files::read_if_there(&path, MAX_ANCHOR)? else { return Ok(None) };
    Anchor::parse(&bytes, vault_id, verify).map(Some).map_err(|source| AnchorError::Content { path, source })
}

/// Writes the anchor of a vault, makes the state directory when it is missing, and removes what unfinished writes left.
///
/// A directory in the place of the anchor is moved aside with all that is in it.
pub(crate) fn write(state_dir: &Path, anchor: &Anchor, sign: Sign<'_>) -> Result<(), AnchorError> {
    files::private_dir(state_dir, Links::Follow)?;
    files::atomic::sweep_temporary(state_dir)?;
    files::staging::sweep(state_dir, &DATABASE_FILES);
    let path = path(state_dir, &anchor.head.vault_id);
    files::move_directory_aside(&path)?;
    files::atomic::write_atomic(&path, &anchor.to_bytes(sign), ReadBack::No)?;
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
    /// This machine has seen a later epoch: another copy was restored or accepted.
    Replaced,
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
    if anchor.epoch > vault.epoch {
        return AnchorState::Replaced;
    }
    if anchor.generation > vault.generation {
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
