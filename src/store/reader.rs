//! Reading a vault: the database under a lock, its keys and digests verified, its state compared with the anchor.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::crypto::PublicKey;
use crate::model::{AuditSeq, Env, Moment, Timestamp, VaultId};
use crate::store::copies::anchor::{self, Anchor, AnchorError, AnchorState, EndedGrant};
use crate::store::copies::head::{Head, MAX_HEAD};
use crate::store::db::audit::{self, AuditRecord, ChainEnd, LogFault};
use crate::store::db::cache::Cache;
use crate::store::db::connection::{self, OpenMode};
use crate::store::db::digest::Digests;
use crate::store::db::disk::{self, DiskWatch};
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::db::keys::Keys;
use crate::store::db::meta::{self, Expected};
use crate::store::db::migrations;
use crate::store::db::schema::{self, STEPS, Step};
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError};
use crate::store::files::lock::{BRIEFLY, VaultLock};
use crate::store::files::paths::{
    DATABASE_FILE, DATABASE_FILES, HEAD_FILE, HEADER_FILE, JOURNAL_FILE, OUTBOX_DIR, SHARED_MEMORY_FILE, WAL_FILE,
};
use crate::store::files::staging::Staging;
use crate::store::files::{self, Links};
use crate::store::header::Header;
use crate::store::notice::Notice;
use crate::store::vault::{Open, Vault};

/// The vault as it is while this value lives: others may read at the same time, and none can write.
pub struct Reader {
    pub(super) dir: PathBuf,
    pub(super) state_dir: Option<PathBuf>,
    pub(super) header: Header,
    /// SHA-256 of the header's file.
    pub(super) header_digest: [u8; 32],
    /// What the database says of the header.
    pub(super) expected: Expected,
    pub(super) connection: Connection,
    disk: DiskWatch,
    pub(super) keys: Keys,
    pub(super) digests: Digests,
    pub(crate) end: ChainEnd,
    pub(super) cache: Cache,
    pub(super) epoch: u64,
    /// The newest plausible time seen.
    pub(super) seen: Timestamp,
    /// Whether the medium can be written.
    pub(super) writable: bool,
    pub(super) notices: Vec<Notice>,
    /// Where the database is read that an interrupted change left. It goes after the connection.
    _copy: Option<Staging>,
    lock: VaultLock,
}

/// Whether a vault that is older than its anchor or `head`, or another history, may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rollback {
    /// It is an integrity failure.
    Refuse,
    /// The owner is about to accept it.
    Accept,
}

/// What opening the database may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    /// Whatever the medium allows.
    Full,
    /// Nothing.
    Look,
}

/// Which versions of a vault are opened.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// The one that the steps lead to.
    Newest(&'static [Step]),
    /// Also those that the steps begin with.
    Older(&'static [Step]),
}

impl Reader {
    /// Opens the vault, of the version that the steps lead to, under a shared lock.
    pub(super) fn shared(vault: &Vault<Open>, steps: &'static [Step]) -> Result<Reader, StoreError> {
        let lock = VaultLock::shared(&vault.dir, BRIEFLY)?;
        Reader::newest(vault, lock, Rollback::Refuse, steps)
    }

    /// Opens the vault under a lock that is held: verifies keys, digests and the last audit entry against each other
    /// and the header, and compares them with the anchor and `head`. What other users can read is made private.
    pub(super) fn open(vault: &Vault<Open>, lock: VaultLock, rollback: Rollback) -> Result<Reader, StoreError> {
        Reader::newest(vault, lock, rollback, STEPS)
    }

    fn newest(
        vault: &Vault<Open>,
        lock: VaultLock,
        rollback: Rollback,
        steps: &'static [Step],
    ) -> Result<Reader, StoreError> {
        let mut reader = Reader::load(vault, lock, Access::Full, Form::Newest(steps))?;
        if rollback == Rollback::Refuse {
            reader.verify_copies()?;
        }
        if reader.writable {
            reader.make_private();
        }
        Ok(reader)
    }

    /// Opens the vault, of the version that the steps lead to, under a shared lock and writes nothing in it: no lock file, no anchor, no modes, and an interrupted
    /// change is undone in a copy only. Neither the anchor nor `head` is compared.
    pub(super) fn looking(vault: &Vault<Open>, steps: &'static [Step]) -> Result<Reader, StoreError> {
        let lock = VaultLock::shared_if_there(&vault.dir, BRIEFLY)?;
        Reader::load(vault, lock, Access::Look, Form::Newest(steps))
    }

    /// Opens the vault as [`Reader::looking`] does, and waits for nobody: a vault that is being changed is not read.
    pub(super) fn glancing(vault: &Vault<Open>) -> Result<Reader, StoreError> {
        let lock = VaultLock::shared_if_there(&vault.dir, Duration::ZERO)?;
        Reader::load(vault, lock, Access::Look, Form::Newest(STEPS))
    }

    /// Opens the vault under an exclusive lock, which undoes an interrupted change. Neither the anchor nor `head` is compared.
    pub(super) fn settling(vault: &Vault<Open>) -> Result<Reader, StoreError> {
        let lock = VaultLock::exclusive(&vault.dir, BRIEFLY)?;
        Reader::load(vault, lock, Access::Full, Form::Older(STEPS))
    }

    /// Opens a vault under a lock that is held, of the newest version that some steps lead to or of one before it. Of an older
    /// one, only what every version has can be read.
    pub(super) fn older(
        vault: &Vault<Open>,
        lock: VaultLock,
        rollback: Rollback,
        steps: &'static [Step],
    ) -> Result<Reader, StoreError> {
        let mut reader = Reader::load(vault, lock, Access::Full, Form::Older(steps))?;
        if rollback == Rollback::Refuse {
            reader.verify_copies()?;
        }
        Ok(reader)
    }

    fn load(vault: &Vault<Open>, lock: VaultLock, access: Access, form: Form) -> Result<Reader, StoreError> {
        let (header, header_digest) = match access {
            Access::Full => vault.header_now()?,
            Access::Look => vault.header_as_it_lies()?,
        };
        let Database { connection, writable, copy } = open_database(vault, &lock, access)?;
        let cache = Cache::default();
        let begun = begin(&connection, (&header, &header_digest), form, &cache);
        let begun = begun.map_err(|error| disk::told(&connection, error))?;
        Ok(Reader {
            dir: vault.dir.clone(),
            state_dir: vault.state.state_dir.clone(),
            header,
            header_digest,
            expected: begun.expected,
            connection,
            disk: vault.disk(),
            keys: begun.keys,
            digests: begun.digests,
            end: begun.end,
            cache,
            epoch: begun.epoch,
            seen: begun.seen,
            writable,
            notices: Vec::new(),
            _copy: copy,
            lock,
        })
    }

    /// Returns the vault's id.
    pub fn id(&self) -> &VaultId {
        self.header.vault_id()
    }

    /// Returns whether this vault has the place of a directory: its lock lies there.
    pub(super) fn has_place(&self, dir: &Path) -> bool {
        self.lock.is_of(dir)
    }

    /// Returns the header as it is under the lock.
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the key that signs slices.
    pub fn public_key(&self) -> PublicKey {
        self.keys.signing.public_key()
    }

    /// Returns the number of the newest audit entry.
    pub(crate) fn audit_seq(&self) -> u64 {
        self.end.seq
    }

    /// Returns what opening the vault reports.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns the rows as the last commit left them.
    pub fn view(&self) -> View<'_> {
        View::new(&self.connection, &self.keys, &self.digests, &self.end.mac, &self.cache)
    }

    /// Returns what the clock says, judged by the newest plausible time that this vault has seen.
    pub fn moment(&self, env: Env<'_>) -> Moment {
        Moment::of(env.now(), self.seen)
    }

    /// Returns the newest plausible time that the vault has seen.
    pub fn clock_seen(&self) -> Timestamp {
        self.seen
    }

    /// Notes a clock that is not plausible.
    pub(super) fn judge_clock(&mut self, env: Env<'_>) {
        if !self.moment(env).is_plausible() {
            self.notices.push(Notice::Clock { clock: env.now(), seen: self.seen });
        }
    }

    /// Reads every audit entry, the chain not verified.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn audit_log(&self) -> Result<Vec<AuditRecord>, StoreError> {
        audit::read_all(&self.connection)
    }

    /// Walks the audit chain and returns where it is broken, and how the vault compares with this machine's anchor.
    ///
    /// # Errors
    /// When the database or the anchor cannot be read.
    pub fn verify_audit(&self) -> Result<(Vec<LogFault>, AnchorState), StoreError> {
        Ok((self.faults_in(&self.audit_log()?), self.anchor_state()?))
    }

    /// Walks the chain of all audit entries and returns where it is broken.
    pub(crate) fn faults_in(&self, records: &[AuditRecord]) -> Vec<LogFault> {
        let mut findings = audit::walk(&self.keys.chain, records);
        findings.extend(records.last().is_none_or(|last| last.mac != self.end.mac).then_some(LogFault::End));
        findings
    }

    /// Returns the head as the database gives it.
    pub(super) fn head(&self) -> Head {
        Head {
            vault_id: self.id().clone(),
            epoch: self.epoch,
            generation: self.expected.generation,
            seq: self.end.seq,
            chain: self.end.mac,
            root: self.end.root,
        }
    }

    /// Returns the bytes of the signed head. Ed25519 is deterministic: the same head is the same bytes.
    pub(super) fn signed_head(&self) -> Vec<u8> {
        self.head().to_bytes(&|bytes| self.keys.signing.sign(bytes))
    }

    pub(super) fn write_anchor(&self) -> Result<(), StoreError> {
        let state_dir = self.state_dir.as_deref().ok_or(AnchorError::NoPlace)?;
        let anchor = Anchor::new(self.head(), self.ended_grants()?);
        Ok(anchor::write(state_dir, &anchor, &|bytes| self.keys.signing.sign(bytes))?)
    }

    /// Returns the grants that ended before their time, by this vault or by the anchor: a state in which they live must not
    /// revive them. An anchor that cannot be read is about to be replaced.
    fn ended_grants(&self) -> Result<Vec<EndedGrant>, StoreError> {
        let today = self.seen.day();
        let ended = |grant: Grant| {
            let until = grant.terms.expiration_time.day().plus_days(1);
            let early = matches!(grant.status, GrantStatus::Revoked | GrantStatus::UsedUp) && until > today;
            early.then_some(EndedGrant { until, id: grant.id })
        };
        let mut all: Vec<EndedGrant> = self.view().grants()?.into_iter().filter_map(ended).collect();
        let remembered = self.read_anchor().ok().flatten().map(|anchor| anchor.ended).unwrap_or_default();
        all.extend(remembered.into_iter().filter(|grant| grant.until > today));
        Ok(all)
    }

    /// Reads this machine's anchor, if there is one.
    pub(super) fn read_anchor(&self) -> Result<Option<Anchor>, StoreError> {
        let Some(state_dir) = &self.state_dir else { return Ok(None) };
        Ok(anchor::read(state_dir, self.id(), &|bytes, signature| self.is_signed(bytes, signature))?)
    }

    /// Compares the vault with this machine's anchor.
    pub(super) fn anchor_state(&self) -> Result<AnchorState, StoreError> {
        self.compared(self.read_anchor()?.as_ref().map(|anchor| &anchor.head))
    }

    /// Reads the copy of the head beside the database, if there is one.
    pub(super) fn read_head(&self) -> Result<Option<Head>, StoreError> {
        let path = self.dir.join(HEAD_FILE);
        let Some(bytes) = files::read_if_there(&path, MAX_HEAD).map_err(AnchorError::File)? else { return Ok(None) };
        let head = Head::parse(&bytes, self.id(), &|bytes, signature| self.is_signed(bytes, signature));
        Ok(head.map(Some).map_err(|source| AnchorError::Content { path, source })?)
    }

    /// Compares the vault with the copy of its head beside the database.
    pub(super) fn head_state(&self) -> Result<AnchorState, StoreError> {
        self.compared(self.read_head()?.as_ref())
    }

    fn is_signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let signature = <&[u8; 64]>::try_from(signature);
        signature.is_ok_and(|signature| self.public_key().verify(bytes, signature).is_ok())
    }

    fn compared(&self, found: Option<&Head>) -> Result<AnchorState, StoreError> {
        let mac = match found {
            Some(head) => audit::mac_at(&self.connection, head.seq)?,
            None => None,
        };
        Ok(anchor::compare(found, &self.head(), |_| mac))
    }

    /// Refuses a vault that is older than the anchor or than `head`, and updates an anchor that is older than the vault.
    fn verify_copies(&mut self) -> Result<(), StoreError> {
        let anchor = self.anchor_state()?;
        let messages = [
            "this machine has seen a newer state of this vault",
            "this vault's history is not the one that this machine has seen",
        ];
        refuse_rollback(anchor, "the anchor", messages)?;
        // Before the anchor is written: where it is missing, `head` may be all that tells of a newer state.
        let messages =
            ["vault.db is older than the head beside it", "the history in vault.db is not that of the head beside it"];
        match self.head_state() {
            Ok(head) => refuse_rollback(head, "head", messages)?,
            Err(error) if error.is_damage() => return Err(error),
            // A disk that cannot give it says nothing about it.
            Err(StoreError::Anchor(error)) => self.notices.push(Notice::HeadUnread(error)),
            Err(error) => return Err(error),
        }
        match anchor {
            AnchorState::Same | AnchorState::VaultOlder { .. } | AnchorState::Replaced | AnchorState::Forked { .. } => {
            }
            AnchorState::Missing => {
                let notice = self.write_anchor().map_or_else(Notice::AnchorNotCreated, |()| Notice::AnchorCreated);
                self.notices.push(notice);
            }
            AnchorState::Advanced { .. } => {
                self.notices.extend(self.write_anchor().err().map(Notice::AnchorNotMoved));
            }
        }
        Ok(())
    }

    /// Makes files and directories private: a copy made by another program may be readable by other users.
    fn make_private(&mut self) {
        let files = [DATABASE_FILE, HEADER_FILE].map(|name| files::private_file(&self.dir.join(name)));
        let dirs = [
            files::private_dir(&self.dir, Links::Follow),
            files::private_dir(&self.dir.join(OUTBOX_DIR), Links::Refuse),
        ];
        self.notices.extend(files.into_iter().chain(dirs).filter_map(Result::err).map(Notice::NotPrivate));
    }
}

/// Refuses a vault that does not descend from what a copy of a head tells: older, or another history.
fn refuse_rollback(state: AnchorState, copy: &'static str, messages: [&'static str; 2]) -> Result<(), StoreError> {
    let [older, forked] = messages;
    let (message, seen, vault) = match state {
        AnchorState::VaultOlder { anchor_seq, vault_seq } => (older, anchor_seq, vault_seq),
        AnchorState::Forked { anchor_seq, vault_seq, .. } => (forked, anchor_seq, vault_seq),
        AnchorState::Replaced => return Err(StoreError::Replaced { copy }),
        AnchorState::Missing | AnchorState::Same | AnchorState::Advanced { .. } => return Ok(()),
    };
    let seq = |number: u64| AuditSeq::new(i64::try_from(number).unwrap_or(i64::MAX));
    Err(StoreError::Rollback { message, copy, seen: seq(seen), vault: seq(vault) })
}

/// What is read of every vault that is opened.
struct Begun {
    keys: Keys,
    digests: Digests,
    end: ChainEnd,
    epoch: u64,
    seen: Timestamp,
    expected: Expected,
}

/// Begins the one database transaction of a reader, so that what is read is of one moment, and verifies what it rests on.
fn begin(
    connection: &Connection,
    header: (&Header, &[u8; 32]),
    form: Form,
    cache: &Cache,
) -> Result<Begun, StoreError> {
    connection.execute_batch("BEGIN")?;
    let tables = match form {
        Form::Newest(steps) => {
            let (found, known) = (schema::version(connection, steps)?, schema::newest(steps));
            if found != known {
                return Err(StoreError::Outdated { found, known });
            }
            migrations::tables(steps)
        }
        Form::Older(steps) => schema::version(connection, steps).map(|_| migrations::tables(steps))?,
    };
    let keys = meta::keys(connection)?;
    let digests = Digests::load(connection, &tables)?;
    let end = audit::verified_end(connection, &keys.chain)?;
    if digests.root(&keys.rows) != end.root {
        return Err(Damage::Digests.into());
    }
    let (header, digest) = header;
    let expected = meta::verify_header(&View::new(connection, &keys, &digests, &end.mac, cache), header, digest)?;
    let epoch = meta::number(connection, meta::EPOCH)?;
    let seen = Timestamp::from_unix(meta::number(connection, meta::CLOCK_SEEN)?.cast_signed());
    Ok(Begun { keys, digests, end, epoch, seen, expected })
}

/// A database that was opened.
struct Database {
    connection: Connection,
    /// Whether the vault can be written.
    writable: bool,
    copy: Option<Staging>,
}

/// Opens the database, read-only if the medium cannot be written or nothing is to be.
fn open_database(vault: &Vault<Open>, lock: &VaultLock, access: Access) -> Result<Database, StoreError> {
    vault.check_database()?;
    let path = vault.dir.join(DATABASE_FILE);
    let journal = vault.dir.join(JOURNAL_FILE);
    files::refuse_other_kinds(&journal)?;
    for log in [WAL_FILE, SHARED_MEMORY_FILE].map(|name| vault.dir.join(name)) {
        files::refuse_other_kinds(&log)?;
    }
    if vault.dir.join(WAL_FILE).symlink_metadata().is_ok() {
        return Err(Damage::WriteAheadLog.into());
    }
    let can_be_written = files::can_write(&vault.dir) && files::can_write(&path);
    let writable = can_be_written && access == Access::Full;
    let key = &vault.state.master.database_key();
    // A journal whose first byte is zero was not begun, and undoes nothing.
    if !writable && files::first_bytes(&journal)?.is_some_and(|bytes| bytes != [0]) {
        let copy = if access == Access::Look { copied(vault, lock)? } else { None };
        let Some(copy) = copy else {
            let error = if can_be_written { StoreError::Interrupted } else { StoreError::JournalOnReadOnly };
            return Err(error(journal));
        };
        let connection = connection::open(&copy.path().join(DATABASE_FILE), key, OpenMode::ReadWrite)?;
        return Ok(Database { connection, writable, copy: Some(copy) });
    }
    let mode = if writable { OpenMode::ReadWrite } else { OpenMode::ReadOnly };
    Ok(Database { connection: connection::open(&path, key, mode)?, writable, copy: None })
}

/// Copies the database and its journal, encrypted as they are, into the state directory, where the interrupted change can be
/// undone. Returns nothing where there is no place for it, or no lock that keeps writers out.
fn copied(vault: &Vault<Open>, lock: &VaultLock) -> Result<Option<Staging>, StoreError> {
    let Some(state_dir) = vault.state.state_dir.as_ref().filter(|_| lock.is_held()) else { return Ok(None) };
    // As much again stays free: a check fills no disk.
    let size: u64 = DATABASE_FILES.iter().filter_map(|name| Some(vault.dir.join(name).metadata().ok()?.len())).sum();
    if files::room(state_dir).is_none_or(|room| room / 2 < size) {
        return Ok(None);
    }
    let Ok(copy) = Staging::begin(state_dir, &DATABASE_FILES) else { return Ok(None) };
    for name in DATABASE_FILES {
        match files::copy(&vault.dir.join(name), &copy.path().join(name)) {
            Ok(()) => {}
            // A reader has undone it.
            Err(error) if error.is_not_found() && name == JOURNAL_FILE => {}
            Err(error) if error.says_full() || error.says_read_only() => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(copy))
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.disk.note(&self.connection);
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({})", self.dir.display())
    }
}
