//! `Vault<Locked>` becomes `Vault<Open>` by [`Vault::unlock`], and only an open vault has anything to read.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::crypto::{PublicKey, Secret32};
use crate::model::{AuditSeq, Env, VaultId};
use crate::store::copies::anchor::{self, AnchorState};
use crate::store::copies::head::{HEAD_FILE, Head, MAX_HEAD};
use crate::store::copies::outbox;
use crate::store::db::audit::{self, ChainEnd};
use crate::store::db::connection::{self, OpenMode};
use crate::store::db::digest::Digests;
use crate::store::db::keys::{Keys, names};
use crate::store::db::schema;
use crate::store::db::table::META;
use crate::store::db::view::View;
use crate::store::error::StoreError;
use crate::store::error::corrupt;
use crate::store::files::lock::{BRIEFLY, VaultLock};
use crate::store::files::{self, ReadBack};
use crate::store::header::{HEADER_FILE, Header, MAX_HEADER, Unlock, UnverifiedHeader};

/// The database in the vault directory.
pub(super) const DATABASE_FILE: &str = "vault.db";
/// The directory of sealed slices.
pub(super) const OUTBOX_DIR: &str = "outbox";

/// A vault directory whose keys are not known.
pub struct Locked {
    header: UnverifiedHeader,
}

/// A vault whose rows can be read and, with [`Access::Write`], changed.
pub struct Open {
    pub(super) header: Header,
    pub(super) connection: Connection,
    pub(super) keys: Keys,
    pub(super) digests: Digests,
    pub(super) end: ChainEnd,
    pub(super) epoch: u64,
    pub(super) lock: Option<VaultLock>,
    pub(super) access: Access,
    pub(super) writable: bool,
    pub(super) state_dir: PathBuf,
    pub(super) notices: Vec<String>,
}

/// A vault directory.
pub struct Vault<State> {
    pub(super) dir: PathBuf,
    pub(super) state: State,
}

/// What a vault is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To look: others may look at the same time.
    Read,
    /// To change: alone.
    Write,
    /// To change, and to accept that it is older than its anchor, or another history.
    AcceptRollback,
}

impl Vault<Locked> {
    /// Finds the vault in a directory. Believes nothing of it yet.
    pub fn find(dir: &Path) -> Result<Vault<Locked>, StoreError> {
        let bytes = files::read_if_there(&dir.join(HEADER_FILE), MAX_HEADER)?;
        let bytes = bytes.ok_or_else(|| StoreError::NoVault(dir.to_owned()))?;
        let header = UnverifiedHeader::parse(&bytes)?;
        Ok(Vault { dir: dir.to_owned(), state: Locked { header } })
    }

    /// Unlocks the vault, verifies that its last audit entry vouches for its digests, compares it with the anchor,
    /// and mends the copies that lie outside the database.
    pub fn unlock(
        self,
        unlock: &Unlock,
        access: Access,
        state_dir: &Path,
        env: Env<'_>,
    ) -> Result<Vault<Open>, StoreError> {
        let (header, master) = self.state.header.unlock(unlock)?;
        let lock = take_lock(&self.dir, access)?;
        let (connection, writable) = open_database(&self.dir, &master.database_key())?;
        if !writable && access != Access::Read {
            return Err(StoreError::ReadOnly);
        }
        if schema::version(&connection)? != schema::CURRENT {
            return Err(corrupt("the schema is of no version of this program"));
        }
        let loaded = load(&connection, &header)?;
        let state = Open {
            header,
            connection,
            keys: loaded.keys,
            digests: loaded.digests,
            end: loaded.end,
            epoch: loaded.epoch,
            lock: Some(lock),
            access,
            writable,
            state_dir: state_dir.to_owned(),
            notices: Vec::new(),
        };
        let mut vault = Vault { dir: self.dir, state };
        vault.compare_anchor()?;
        if vault.state.writable {
            vault.make_private();
        }
        // Mending moves the anchor. Before the state is accepted, and that is in the log, the anchor stays where it is.
        if vault.state.writable && access != Access::AcceptRollback {
            match vault.mend(env) {
                // A broken copy keeps nobody from looking, nor from changing: least of all from revoking.
                Err(StoreError::File(error)) => {
                    vault.state.access = access;
                    vault.state.notices.push(format!("a copy outside the database could not be mended: {error}"));
                }
                mended => mended?,
            }
        }
        Ok(vault)
    }
}

impl Vault<Open> {
    /// The vault directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The vault's id.
    pub fn id(&self) -> &VaultId {
        self.state.header.vault_id()
    }

    /// The key that signs slices.
    pub fn public_key(&self) -> PublicKey {
        self.state.keys.signing.public_key()
    }

    /// What the person should hear: copies that were mended, an anchor that was missing.
    pub fn notices(&self) -> &[String] {
        &self.state.notices
    }

    /// Whether the vault was opened for changing.
    pub fn is_writable(&self) -> bool {
        self.state.access != Access::Read
    }

    /// Lets the lock go while a person thinks. [`Vault::take_lock_again`] must come before any further use.
    pub fn release_lock(&mut self) {
        self.state.lock = None;
    }

    /// Takes the lock again for changing, and reads again what others may have changed meanwhile.
    pub fn take_lock_again(&mut self) -> Result<(), StoreError> {
        self.state.lock = None;
        self.state.lock = Some(VaultLock::exclusive(&self.dir, BRIEFLY)?);
        self.reload()?;
        if !self.state.writable {
            return Err(StoreError::ReadOnly);
        }
        self.state.access = Access::Write;
        Ok(())
    }

    /// The head as the database gives it.
    pub(super) fn head(&self) -> Head {
        Head {
            vault_id: self.id().clone(),
            epoch: self.state.epoch,
            generation: self.state.header.generation(),
            seq: self.state.end.seq,
            chain: self.state.end.mac,
            root: self.state.end.root,
        }
    }

    /// Writes `head` and then the anchor.
    pub(super) fn write_heads(&mut self) -> Result<(), StoreError> {
        let head = self.head();
        let sign = |bytes: &[u8]| self.state.keys.signing.sign(bytes);
        files::write_atomic(&self.dir.join(HEAD_FILE), &head.to_bytes(&sign), ReadBack::No)?;
        self.write_anchor(&head)
    }

    fn write_anchor(&self, head: &Head) -> Result<(), StoreError> {
        let sign = |bytes: &[u8]| self.state.keys.signing.sign(bytes);
        anchor::write(&self.state.state_dir, head, &sign).map_err(anchor_error)
    }

    /// Reads this machine's anchor; nothing when there is none.
    pub(super) fn read_anchor(&self) -> Result<Option<Head>, StoreError> {
        let key = self.public_key();
        let verify = |bytes: &[u8], signature: &[u8]| {
            <&[u8; 64]>::try_from(signature).is_ok_and(|signature| key.verify(bytes, signature).is_ok())
        };
        anchor::read(&self.state.state_dir, self.id(), &verify).map_err(anchor_error)
    }

    /// Copied by other programs, the vault may have become readable for others.
    fn make_private(&mut self) {
        let files = [DATABASE_FILE, HEADER_FILE].map(|name| files::private_file(&self.dir.join(name)));
        let dirs = [
            files::private_dir(&self.dir, files::Links::Follow),
            files::private_dir(&self.dir.join(OUTBOX_DIR), files::Links::Refuse),
        ];
        let failed = files.into_iter().chain(dirs).filter_map(Result::err).map(|error| error.to_string());
        self.state.notices.extend(failed);
    }

    /// How the vault stands to this machine's anchor.
    pub(super) fn anchor_state(&self) -> Result<AnchorState, StoreError> {
        let found = self.read_anchor()?;
        let connection = &self.state.connection;
        Ok(anchor::compare(found.as_ref(), &self.head(), |seq| audit::mac_at(connection, seq).ok().flatten()))
    }

    fn compare_anchor(&mut self) -> Result<(), StoreError> {
        let state = match self.anchor_state() {
            // Accepting is how an anchor that cannot be read is replaced.
            Err(StoreError::Integrity(_)) if self.state.access == Access::AcceptRollback => return Ok(()),
            state => state?,
        };
        let rollback = |message: &str, anchor: u64, vault: u64| StoreError::Rollback {
            message: message.to_owned(),
            anchor: AuditSeq::new(i64::try_from(anchor).unwrap_or(i64::MAX)),
            vault: AuditSeq::new(i64::try_from(vault).unwrap_or(i64::MAX)),
        };
        match state {
            _ if self.state.access == Access::AcceptRollback => {}
            AnchorState::VaultOlder { anchor_seq, vault_seq } => {
                return Err(rollback("this machine has seen a newer state of this vault", anchor_seq, vault_seq));
            }
            AnchorState::Forked { anchor_seq, vault_seq, .. } => {
                let message = "this vault's history is not the one that this machine has seen";
                return Err(rollback(message, anchor_seq, vault_seq));
            }
            AnchorState::Missing => {
                let notice = match self.write_anchor(&self.head()) {
                    Ok(()) => "this machine had no anchor for this vault; it has one from now on".to_owned(),
                    Err(error) => format!("this machine has no anchor for this vault and none could be made: {error}"),
                };
                self.state.notices.push(notice);
            }
            AnchorState::Advanced { .. } => {
                if let Err(error) = self.write_anchor(&self.head()) {
                    self.state.notices.push(format!("the anchor could not be moved: {error}"));
                }
            }
            AnchorState::Same => {}
        }
        Ok(())
    }

    /// Mends the copies: outbox files without an active grant, missing or stale ones, openings that were not
    /// counted yet, grants that ended, a head that lags. A reader becomes a writer for that while.
    pub fn mend(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        if self.state.access == Access::Write {
            files::sweep_temporary(&self.dir)?;
        }
        let stale_head = self.stale_head()?;
        if !stale_head && !outbox::needs_mending(self, env)? {
            return Ok(());
        }
        let was = self.state.access;
        if was == Access::Read {
            self.state.lock = None;
            match VaultLock::exclusive(&self.dir, std::time::Duration::ZERO) {
                Ok(lock) => self.state.lock = Some(lock),
                // Somebody else is reading or writing: the next command mends.
                Err(_) => {
                    self.state.lock = Some(VaultLock::shared(&self.dir, BRIEFLY)?);
                    return self.reload();
                }
            }
            self.reload()?;
            self.state.access = Access::Write;
        }
        files::sweep_temporary(&self.dir)?;
        outbox::mend(self, env)?;
        if self.stale_head()? {
            self.write_heads()?;
        }
        if was == Access::Read {
            self.state.access = was;
            self.state.lock = None;
            self.state.lock = Some(VaultLock::shared(&self.dir, BRIEFLY)?);
            self.reload()?;
        }
        Ok(())
    }

    /// Reads again what may have changed while the lock was not held, and an older state put back counts as changed.
    fn reload(&mut self) -> Result<(), StoreError> {
        let loaded = load(&self.state.connection, &self.state.header)?;
        (self.state.digests, self.state.end, self.state.epoch) = (loaded.digests, loaded.end, loaded.epoch);
        self.compare_anchor()
    }

    fn stale_head(&self) -> Result<bool, StoreError> {
        let sign = |bytes: &[u8]| self.state.keys.signing.sign(bytes);
        // Ed25519 is deterministic: the same head is the same bytes.
        let expected = self.head().to_bytes(&sign);
        let found = files::read_if_there(&self.dir.join(HEAD_FILE), MAX_HEAD);
        Ok(!matches!(found, Ok(Some(bytes)) if bytes == expected))
    }

    /// Accepts the vault as it is and starts a new epoch, so that the anchor descends from now on.
    ///
    /// Where it is not what this machine has seen, every active grant is suspended: it may have been revoked since.
    pub fn accept_rollback(&mut self, env: Env<'_>) -> Result<u64, StoreError> {
        let descends = self.anchor_state().is_ok_and(|state| state.is_sound());
        let (from, epoch) = match self.read_anchor() {
            Ok(anchor) => (anchor.as_ref().map_or(0, |a| a.seq), anchor.map_or(0, |a| a.epoch)),
            Err(_) => (0, 0),
        };
        let epoch = epoch.max(self.state.epoch) + 1;
        self.state.epoch = epoch;
        self.change(env, |change| {
            change.set_meta(names::EPOCH, &epoch.to_le_bytes())?;
            change.audit("accept", "", serde_json::json!({ "anchorSeq": from, "epoch": epoch }));
            if !descends {
                change.suspend_grants(env.now())?;
            }
            Ok::<_, StoreError>(epoch)
        })
    }
}

struct Loaded {
    keys: Keys,
    digests: Digests,
    end: ChainEnd,
    epoch: u64,
}

/// Reads keys, digests and the end of the audit chain, and verifies them against each other and the header.
fn load(connection: &Connection, header: &Header) -> Result<Loaded, StoreError> {
    let secret = |name| -> Result<Secret32, StoreError> {
        let mut bytes: [u8; 32] = meta(connection, name)?.as_slice().try_into().map_err(corrupt)?;
        Ok(Secret32::take(&mut bytes))
    };
    let number = |name| -> Result<u64, StoreError> {
        Ok(u64::from_le_bytes(meta(connection, name)?.as_slice().try_into().map_err(corrupt)?))
    };
    let keys = Keys::new(&secret(names::SIGNING_SEED)?, &secret(names::PSEUDONYM_KEY)?, secret(names::AUDIT_KEY)?)?;
    let digests = Digests::load(connection)?;
    let end = audit::verified_end(connection, &keys.chain)?;
    if digests.root(&keys.rows) != end.root {
        return Err(corrupt("the digests are not those that the last entry of the audit log vouches for"));
    }
    META.all(&View { connection, keys: &keys, digests: &digests, chain_mac: &end.mac })?;
    if meta(connection, names::VAULT_ID)? != header.vault_id().as_str().as_bytes() {
        return Err(StoreError::Integrity("header.toml belongs to another vault than vault.db".into()));
    }
    if number(names::GENERATION)? != header.generation() {
        return Err(StoreError::Integrity("header.toml is of another generation than vault.db expects".into()));
    }
    if header.public_key() != keys.signing.public_key().to_string() {
        return Err(StoreError::Integrity("header.toml has another public key than vault.db".into()));
    }
    Ok(Loaded { keys, digests, end, epoch: number(names::EPOCH)? })
}

fn meta(connection: &Connection, name: &str) -> Result<Vec<u8>, StoreError> {
    match META.get(connection, &[Value::Text(name.to_owned())])?.as_deref() {
        Some([_, Value::Blob(bytes)]) => Ok(bytes.clone()),
        _ => Err(corrupt(format_args!("{name} is missing"))),
    }
}

fn take_lock(dir: &Path, access: Access) -> Result<VaultLock, StoreError> {
    Ok(match access {
        Access::Read => VaultLock::shared(dir, BRIEFLY)?,
        Access::Write | Access::AcceptRollback => VaultLock::exclusive(dir, BRIEFLY)?,
    })
}

/// Opens the database, for reading only where the medium allows no more. Says whether it can be written.
fn open_database(dir: &Path, key: &Secret32) -> Result<(Connection, bool), StoreError> {
    let path = dir.join(DATABASE_FILE);
    if path.symlink_metadata().is_err() {
        return Err(corrupt("it is missing"));
    }
    let journal = dir.join(format!("{DATABASE_FILE}-journal"));
    let can_write = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok();
    let writable = can_write(dir) && can_write(&path);
    if !writable && journal.symlink_metadata().is_ok_and(|m| m.len() > 0) {
        return Err(StoreError::JournalOnReadOnly(journal));
    }
    let mode = if writable { OpenMode::ReadWrite } else { OpenMode::ReadOnly };
    Ok((connection::open(&path, key, mode)?, writable))
}

fn anchor_error(error: anchor::AnchorError) -> StoreError {
    match error {
        anchor::AnchorError::File(error) => StoreError::File(error),
        error => StoreError::Integrity(error.to_string()),
    }
}

impl fmt::Debug for Vault<Open> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault<Open>({})", self.dir.display())
    }
}

impl fmt::Debug for Vault<Locked> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault<Locked>({})", self.dir.display())
    }
}
