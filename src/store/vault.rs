//! A vault directory in its two states: `Vault<Locked>` becomes `Vault<Open>` by [`Vault::unlock`].
//!
//! An open vault knows its keys and holds no lock: [`Reader`](super::Reader) and [`Writer`](super::Writer) hold one
//! for as long as a command works, so that nothing is locked while a person thinks.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::crypto::MasterKey;
use crate::model::{Env, VaultId};
use crate::store::db::disk::DiskWatch;
use crate::store::error::{Damage, StoreError};
use crate::store::exchange;
use crate::store::files;
use crate::store::files::paths::{DATABASE_FILE, HEADER_FILE};
use crate::store::header::{Header, HeaderError, MAX_HEADER, NewSlot, SlotKind, Unlock, UnverifiedHeader};

/// The state of a vault whose keys are not known.
pub struct Locked {
    header: UnverifiedHeader,
}

/// The state of a vault whose header was verified and whose database can be opened.
pub struct Open {
    pub(super) header: Header,
    pub(super) master: MasterKey,
    /// The id of the slot that opened; [`KEPT`] where none did.
    pub(super) slot: u32,
    pub(super) disk: DiskWatch,
    /// Where the anchor of this machine lies; none without a place for it.
    pub(super) state_dir: Option<PathBuf>,
}

/// In the place of a slot's id, where the master key had been kept. Ids begin at 1.
const KEPT: u32 = 0;

/// A vault directory.
pub struct Vault<State> {
    pub(super) dir: PathBuf,
    pub(super) state: State,
}

impl<State> Vault<State> {
    /// Returns the vault's directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Refuses a vault without a database.
    ///
    /// # Errors
    /// When `vault.db` is missing, or no file.
    pub(crate) fn check_database(&self) -> Result<(), StoreError> {
        let path = self.dir.join(DATABASE_FILE);
        files::refuse_other_kinds(&path)?;
        if path.symlink_metadata().is_err() { Err(Damage::NoFile.into()) } else { Ok(()) }
    }
}

impl Vault<Locked> {
    /// Finds the vault in a directory. Nothing in it is trusted yet.
    ///
    /// # Errors
    /// When there is no header, or it is outside its bounds.
    pub fn find(dir: &Path) -> Result<Vault<Locked>, StoreError> {
        exchange::complete(dir)?;
        Vault::as_it_lies(dir)
    }

    /// Finds the vault in a directory, and completes nothing that a command left half-done there: for what writes nothing and
    /// waits for nobody.
    ///
    /// # Errors
    /// As [`Vault::find`].
    pub(crate) fn as_it_lies(dir: &Path) -> Result<Vault<Locked>, StoreError> {
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
    pub fn unlock(&self, unlock: &Unlock, state_dir: &Path) -> Result<Vault<Open>, StoreError> {
        Ok(self.open(self.state.header.unlock_slot(unlock)?, Some(state_dir)))
    }

    /// Unlocks the vault where there is no place for an anchor. It can be read, and says that it was compared with none.
    ///
    /// # Errors
    /// As [`Vault::unlock`].
    pub fn unlock_without_anchor(&self, unlock: &Unlock) -> Result<Vault<Open>, StoreError> {
        Ok(self.open(self.state.header.unlock_slot(unlock)?, None))
    }

    /// Opens the vault with a master key that was kept, and verifies the header with it. Without `state_dir` there is no place
    /// for an anchor.
    ///
    /// # Errors
    /// When the header was changed, or has another master key.
    pub(crate) fn unlock_kept(&self, master: MasterKey, state_dir: Option<&Path>) -> Result<Vault<Open>, StoreError> {
        let header = self.state.header.verify(&master)?;
        Ok(self.open((header, master, KEPT), state_dir))
    }

    /// Returns the id that the header claims.
    pub(crate) fn claimed_id(&self) -> &VaultId {
        self.state.header.claimed_origin().0
    }

    /// Returns the SHA-256 of `header.toml`.
    pub(crate) fn header_digest(&self) -> &[u8; 32] {
        self.state.header.digest()
    }

    /// Returns the kind of every key slot that the header claims to have, in order.
    pub(crate) fn claimed_slots(&self) -> Vec<SlotKind> {
        self.state.header.claimed_slots()
    }

    /// Returns the kinds of key slots that the header claims to have: only for asking the right question.
    pub(crate) fn claimed_kinds(&self) -> Vec<SlotKind> {
        self.state.header.claimed_kinds()
    }

    fn open(&self, (header, master, slot): (Header, MasterKey, u32), state_dir: Option<&Path>) -> Vault<Open> {
        let state = Open { header, master, slot, disk: DiskWatch::default(), state_dir: state_dir.map(Path::to_owned) };
        Vault { dir: self.dir.clone(), state }
    }
}

impl Vault<Open> {
    /// Returns the vault's id.
    pub fn id(&self) -> &VaultId {
        self.state.header.vault_id()
    }

    /// Returns the header as it was when the vault was unlocked.
    pub(crate) fn header(&self) -> &Header {
        &self.state.header
    }

    /// Returns the vault in the place that it was moved to, with the anchor of this machine.
    pub(crate) fn moved(self, dir: &Path, state_dir: &Path) -> Vault<Open> {
        let state = Open { state_dir: Some(state_dir.to_owned()), ..self.state };
        Vault { dir: dir.to_owned(), state }
    }

    /// Opens another copy of this vault: with the same master key, or with a secret where it has another one. An interrupted change
    /// in it is looked at in `state_dir`.
    ///
    /// # Errors
    /// When neither opens it, or its header was changed.
    pub(crate) fn unlock_copy(
        &self,
        other: &Vault<Locked>,
        secret: &Unlock,
        state_dir: &Path,
    ) -> Result<Vault<Open>, StoreError> {
        let alike = other.unlock_kept(self.state.master.duplicate(), Some(state_dir));
        alike.or_else(|_| other.unlock(secret, state_dir))
    }

    /// Returns the master key, for whoever keeps it.
    pub(crate) fn master(&self) -> &MasterKey {
        &self.state.master
    }

    /// Returns the id of the key slot that opened.
    pub(crate) fn slot(&self) -> u32 {
        self.state.slot
    }

    /// Returns the next header: without some slots, and with a new one at most. Nothing is written.
    ///
    /// # Errors
    /// When a slot is not there, none would be left, they would be too many, or what is new is too weak.
    pub(crate) fn next_header(
        &self,
        without: &[u32],
        with: Option<NewSlot<'_>>,
        env: &Env<'_>,
    ) -> Result<Header, HeaderError> {
        self.state.header.changed(without, with, &self.state.master, env)
    }

    /// Reads the header again, under a lock: another command may have changed it since. Returns it with its SHA-256.
    ///
    /// # Errors
    /// When it cannot be read, or another master key vouches for it.
    pub(super) fn header_now(&self) -> Result<(Header, [u8; 32]), StoreError> {
        self.verified(&Vault::<Locked>::find(&self.dir)?)
    }

    /// Reads the header again, as [`Vault::header_now`] does, where nothing may be written.
    ///
    /// # Errors
    /// As [`Vault::header_now`].
    pub(super) fn header_as_it_lies(&self) -> Result<(Header, [u8; 32]), StoreError> {
        self.verified(&Vault::<Locked>::as_it_lies(&self.dir)?)
    }

    fn verified(&self, locked: &Vault<Locked>) -> Result<(Header, [u8; 32]), StoreError> {
        match locked.state.header.verify(&self.state.master) {
            Ok(header) => Ok((header, *locked.state.header.digest())),
            Err(HeaderError::Tampered) => Err(StoreError::KeysChanged),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the state directory of this machine, where there is a place for it.
    pub(crate) fn state_dir(&self) -> Option<&Path> {
        self.state.state_dir.as_deref()
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
