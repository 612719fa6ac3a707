//! What opening a vault reports although it succeeded.

use thiserror::Error;

use super::copies::anchor::AnchorError;
use super::error::StoreError;
use super::files::FileError;
use crate::model::{GrantId, Timestamp};

/// Something that opening a vault repaired, or could not.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Notice {
    /// A first use on this machine, or the state directory was lost.
    #[error("this machine had no anchor for this vault; it has one from now on")]
    AnchorCreated,
    /// The anchor is missing and could not be written.
    #[error("this machine has no anchor for this vault, and it could not be written: {0}")]
    AnchorNotCreated(#[source] StoreError),
    /// The anchor is older than the vault and could not be written.
    #[error("the anchor could not be updated: {0}")]
    AnchorNotMoved(#[source] StoreError),
    /// The head beside the database could not be read, which says nothing about it.
    #[error("the vault was not compared with its head: {0}")]
    HeadUnread(#[source] AnchorError),
    /// Others can read a file of the vault.
    #[error(transparent)]
    NotPrivate(FileError),
    /// The outbox copy of a slice was missing or different.
    #[error("the outbox copy of grant {0} was rewritten")]
    SliceRewritten(GrantId),
    /// The record of openings was removed or damaged: the count in the database is kept.
    #[error("the record of openings of grant {0} was missing and was rewritten")]
    OpeningsRewritten(GrantId),
    /// A token was being handed out when that was interrupted: the grant was ended.
    #[error("the sharing of grant {0} was interrupted, and the grant was ended: its token may have left")]
    Abandoned(GrantId),
    /// Something lies in the outbox that this program did not write. It is told once.
    #[error("{0} was not written by this program, and stays where it is")]
    Foreign(String),
    /// Something lies in the outbox that belongs to a grant of another state of the vault. It is told once.
    #[error("{0} belongs to a grant that this vault does not know, and stays where it is until that is revoked")]
    Stray(String),
    /// The clock is not plausible.
    #[error(
        "this machine's clock says {clock}, and the newest plausible time that this vault has seen is {seen}: until that is accepted, grants that are over by either of them are refused, and none ends for good"
    )]
    Clock {
        /// What the clock says.
        clock: Timestamp,
        /// The newest plausible time seen.
        seen: Timestamp,
    },
    /// A copy outside the database could not be repaired. Reading and revoking still work.
    #[error("a copy outside the database could not be repaired: {0}")]
    NotRepaired(#[source] StoreError),
}
