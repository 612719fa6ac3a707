//! A vault directory in its two states: `Vault<Locked>` becomes `Vault<Open>` by [`Vault::unlock`].
//!
//! An open vault knows its keys and holds no lock: [`Reader`](super::Reader) and [`Writer`](super::Writer) hold one
//! for as long as a command works, so that nothing is locked while a person thinks.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::crypto::Secret32;
use crate::model::VaultId;
use crate::store::db::disk::DiskWatch;
use crate::store::error::{Damage, StoreError};
use crate::store::files;
use crate::store::files::paths::{DATABASE_FILE, HEADER_FILE};
use crate::store::header::{Header, MAX_HEADER, Unlock, UnverifiedHeader};

/// The state of a vault whose keys are not known.
pub struct Locked {
    header: UnverifiedHeader,
}

/// The state of a vault whose header was verified and whose database can be opened.
pub struct Open {
    pub(super) header: Header,
    pub(super) database_key: Secret32,
    pub(super) disk: DiskWatch,
    /// Where the anchor of this machine lies; none without a place for it.
    pub(super) state_dir: Option<PathBuf>,
}

/// A vault directory.
pub struct Vault<State> {
    pub(super) dir: PathBuf,
    pub(super) state: State,
}

impl Vault<Locked> {
    /// Finds the vault in a directory. Nothing in it is trusted yet.
    ///
    /// # Errors
    /// When there is no header, or it is outside its bounds.
    pub fn find(dir: &Path) -> Result<Vault<Locked>, StoreError> {
        files::refuse_named(dir)?;
        let Some(bytes) = files::read_if_there(&dir.join(HEADER_FILE), MAX_HEADER)? else {
            let has_database = dir.join(DATABASE_FILE).symlink_metadata().is_ok();
            return Err(if has_database { Damage::NoHeader.into() } else { StoreError::NoVault(dir.to_owned()) });
        };
        let header = UnverifiedHeader::parse(&bytes)?;
        Ok(Vault { dir: dir.to_owned(), state: Locked { header } })
    }

    /// Unwraps the master key with a passphrase, key file or recovery code, and verifies the header.
    ///
    /// The anchor of this machine lies in `state_dir`.
    ///
    /// # Errors
    /// When no slot opens, or the header was changed.
    pub fn unlock(self, unlock: &Unlock, state_dir: &Path) -> Result<Vault<Open>, StoreError> {
        self.unlock_with(unlock, Some(state_dir))
    }

    /// Unlocks the vault where there is no place for an anchor. It can be read, and says that it was compared with none.
    ///
    /// # Errors
    /// As [`Vault::unlock`].
    pub fn unlock_without_anchor(self, unlock: &Unlock) -> Result<Vault<Open>, StoreError> {
        self.unlock_with(unlock, None)
    }

    fn unlock_with(self, unlock: &Unlock, state_dir: Option<&Path>) -> Result<Vault<Open>, StoreError> {
        let (header, master) = self.state.header.unlock(unlock)?;
        let state = Open {
            header,
            database_key: master.database_key(),
            disk: DiskWatch::default(),
            state_dir: state_dir.map(Path::to_owned),
        };
        Ok(Vault { dir: self.dir, state })
    }
}

impl Vault<Open> {
    /// Returns the vault's id.
    pub fn id(&self) -> &VaultId {
        self.state.header.vault_id()
    }

    /// Returns what tells whether the disk failed under the database.
    pub fn disk(&self) -> DiskWatch {
        self.state.disk.clone()
    }

    /// Returns the public key that signs slices, as the verified header has it: one OpenSSH line.
    pub fn public_key(&self) -> &str {
        self.state.header.public_key()
    }
}

impl<State> fmt::Debug for Vault<State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.dir.display())
    }
}
