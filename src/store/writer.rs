//! Changing a vault: rows, digests, audit entries and sealed slices in one database transaction, then the copies.
//!
//! Copies (outbox files, `head`, the anchor) are written after COMMIT and in that order, so that they are
//! never newer than the database; what a crash leaves undone is repaired when the vault is opened again.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use rusqlite::{Connection, Savepoint, Transaction, TransactionBehavior};
use serde_json::json;

use crate::model::{Env, GrantId, Timestamp};
use crate::share::Followed;
use crate::store::copies::head::Head;
use crate::store::copies::outbox::{self, Openings, PendingMark, Record, Wanted};
use crate::store::db::audit;
use crate::store::db::audit::AuditAction;
use crate::store::db::change::Change;
use crate::store::db::connection;
use crate::store::db::disk;
use crate::store::db::grants::Grant;
use crate::store::db::meta;
use crate::store::error::StoreError;
use crate::store::files;
use crate::store::files::atomic::ReadBack;
use crate::store::files::lock::VaultLock;
use crate::store::files::paths::HEAD_FILE;
use crate::store::outbox_seen::{Buried, Counted};
use crate::store::outbox_state;
use crate::store::outbox_strays::Stray;
use crate::store::reader::{Reader, Rollback};
use crate::store::vault::{Open, Vault};

/// The vault under an exclusive lock: no other process reads or writes while this value lives.
pub struct Writer {
    pub(super) reader: Reader,
    followed: Followed,
    /// Whether the vault lies beside its place, and no anchor is to know of it yet.
    is_apart: bool,
    /// Whether nothing is committed.
    is_on_trial: bool,
}

impl Deref for Writer {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

/// What becomes of a change whose closure succeeded.
#[derive(Debug)]
pub enum Keep<T> {
    /// It is committed.
    Commit(T),
    /// It is rolled back: a dry run, or there was nothing to change.
    RollBack(T),
}

/// What a change makes the outbox hold.
type OutboxCopies = Vec<(GrantId, Wanted)>;

/// A change that the database holds.
struct Committed<T> {
    value: T,
    copies: OutboxCopies,
    /// The records of openings that it counted.
    counted: Vec<(GrantId, Openings)>,
    /// Why a power cut could still undo it.
    doubt: Option<StoreError>,
}

/// Why a new epoch begins.
#[derive(Debug)]
pub(super) enum Epoch {
    /// The owner accepts the vault as it is.
    Accepted,
    /// It was restored from a backup of that time; the log records what became of the ways in.
    Restored { backup: Timestamp, ways_in: serde_json::Value },
}

impl Writer {
    /// Opens the vault under an exclusive lock.
    pub(super) fn exclusive(vault: &Vault<Open>, wait: Duration, rollback: Rollback) -> Result<Writer, StoreError> {
        let lock = VaultLock::exclusive(&vault.dir, wait)?;
        Writer::locked(vault, lock, rollback)
    }

    /// Opens the vault under an exclusive lock that is held.
    pub(super) fn locked(vault: &Vault<Open>, lock: VaultLock, rollback: Rollback) -> Result<Writer, StoreError> {
        let reader = Reader::open(vault, lock, rollback)?;
        if !reader.writable {
            return Err(StoreError::ReadOnly);
        }
        reader.connection.execute_batch("COMMIT")?;
        connection::keep_pages(&reader.connection)?;
        reader.cache.make_room();
        Ok(Writer { reader, followed: Followed::default(), is_apart: false, is_on_trial: false })
    }

    /// Opens a vault that is being made beside its place. No anchor is compared or written.
    pub(super) fn apart(vault: &Vault<Open>, lock: VaultLock) -> Result<Writer, StoreError> {
        Ok(Writer { is_apart: true, ..Writer::locked(vault, lock, Rollback::Accept)? })
    }

    /// Begins a trial: from now on each change sees those before it, and none is committed or copied. All of them are rolled
    /// back when this value is dropped.
    ///
    /// # Errors
    /// When the database refuses it.
    pub fn begin_trial(&mut self) -> Result<(), StoreError> {
        self.reader.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.is_on_trial = true;
        Ok(())
    }

    /// Returns whether changes are only tried.
    pub(crate) fn is_on_trial(&self) -> bool {
        self.is_on_trial
    }

    /// Makes a change, all of it or nothing: an error of the closure rolls it back.
    ///
    /// # Errors
    /// The closure's, and those of the database and of the copies. A change whose copies fail is committed.
    pub fn change<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.attempt(env, |change| make(change).map(Keep::Commit))
    }

    /// Makes a change or rolls it back, as the closure decides.
    ///
    /// # Errors
    /// As [`Writer::change`].
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<Keep<T>, E>,
    ) -> Result<T, E> {
        let Committed { value, copies, counted, doubt } = match self.commit(env, make)? {
            Keep::Commit(committed) => committed,
            Keep::RollBack(committed) => return Ok(committed.value),
        };
        if self.is_on_trial {
            return Ok(value);
        }
        let copied = self.make_copies(copies, &counted).and_then(|()| self.write_heads());
        copied.map_err(|error| StoreError::NotCopied(Box::new(error)))?;
        doubt.map_or(Ok(value), |error| Err(error.into()))
    }

    /// Makes the outbox hold what is wanted, once the openings of some records were counted. What this vault did not write
    /// stays where it is.
    pub(super) fn make_copies(&self, copies: OutboxCopies, counted: &[(GrantId, Openings)]) -> Result<(), StoreError> {
        if copies.is_empty() {
            return Ok(());
        }
        let grants = self.view().grants()?;
        for (id, wanted) in copies {
            let Some(grant) = grants.iter().find(|grant| grant.id == id) else { continue };
            let is_ours = outbox_state::slice_file(self, grant)?.is_ours();
            outbox::make(&self.dir, &id, &wanted, is_ours)?;
            if grant.is_over() {
                self.remove_record(grant, counted)?;
            }
        }
        Ok(())
    }

    /// Removes the record of openings of a grant that is over, once the database has counted it.
    fn remove_record(&self, grant: &Grant, counted: &[(GrantId, Openings)]) -> Result<(), StoreError> {
        let record = outbox::read_record(&self.dir, &grant.id, &outbox::receipt_key(&grant.prk))?;
        // A record that was made again after a loss has only the openings since: its number alone does not tell that it was counted.
        let was_counted = |openings| counted.iter().any(|(id, of)| *id == grant.id && *of == openings);
        let is_counted =
            record.known().is_none_or(|openings| openings.total(grant.used) <= grant.used || was_counted(openings));
        // One that is not is counted by the next command.
        if is_counted { Ok(outbox::remove_counted(&self.dir, &grant.id)?) } else { Ok(()) }
    }

    /// Returns the openings of a grant that the database does not have yet, to be stored by the change that ends it.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(crate) fn uncounted(&self, id: &GrantId) -> Result<Option<Counted>, StoreError> {
        let grant = self.view().grant(id)?;
        grant.map_or(Ok(None), |grant| Counted::read(self, grant))
    }

    /// Marks a grant, which is not stored yet, as one whose token is being handed out for as long as the mark lives.
    ///
    /// # Errors
    /// When the mark cannot be made.
    pub(crate) fn mark_pending(&mut self, id: &GrantId) -> Result<PendingMark, StoreError> {
        Ok(PendingMark::hold(&self.dir, id)?)
    }

    /// Takes the slice of a grant out of the reach of its token. Any later command finishes the revocation.
    ///
    /// # Errors
    /// When the database cannot be read, or the slice cannot be renamed.
    pub(crate) fn withhold(&mut self, grant: &Grant) -> Result<(), StoreError> {
        let is_ours = outbox_state::slice_file(self, grant)?.is_ours();
        Ok(outbox::withhold(&self.dir, &grant.id, is_ours)?)
    }

    /// Returns how often a grant was opened, by the database and the record beside its slice; nothing where that record is
    /// not one that can be believed.
    ///
    /// # Errors
    /// When the database or the record cannot be read.
    pub(crate) fn openings(&self, grant: &Grant) -> Result<Option<u32>, StoreError> {
        let record = outbox::read_record(&self.dir, &grant.id, &outbox::receipt_key(&grant.prk))?;
        Ok(record.known().map(|openings| openings.total(grant.used).max(grant.used)))
    }

    fn commit<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<Keep<T>, E>,
    ) -> Result<Keep<Committed<T>>, E> {
        let moment = self.moment(env);
        let newest = if moment.is_plausible() { moment.now() } else { self.seen };
        let Reader { connection, keys, digests, end, cache, seen, .. } = &mut self.reader;
        let transaction = Step::begin(connection, self.is_on_trial).map_err(StoreError::from)?;
        let mut change = Change::new(&transaction, keys, digests.clone(), end, cache, newest);
        let value = match make(&mut change)? {
            Keep::Commit(value) => value,
            // Dropping the transaction rolls it back.
            Keep::RollBack(value) => {
                return Ok(Keep::RollBack(Committed { value, copies: Vec::new(), counted: Vec::new(), doubt: None }));
            }
        };
        if change.entries.is_empty() {
            return Err(StoreError::Unaudited.into());
        }
        change.set_meta(meta::CLOCK_SEEN, &newest.unix().to_le_bytes())?;
        let Change { digests: mut after, mut entries, outbox, counted, followed, .. } = change;
        if !moment.is_plausible() {
            entries.iter_mut().for_each(|entry| entry.detail["clock"] = "implausible".into());
        }
        after.store(&transaction)?;
        let root = after.root(&keys.rows);
        let mut last = *end;
        for entry in entries {
            last = audit::append(&transaction, &keys.chain, last, env.now(), entry, root)?;
        }
        let committed = transaction.commit().map_err(StoreError::of_commit);
        let doubt = match committed.map_err(|error| disk::told(connection, error)) {
            Ok(()) => None,
            // What the database holds decides: a commit whose last sync failed was made, and later changes build on it.
            Err(error) => match audit::verified_end(connection, &keys.chain) {
                Ok(found) if found.mac == last.mac => Some(error),
                _ => return Err(error.into()),
            },
        };
        (*digests, *end, *seen) = (after, last, newest);
        if !self.is_on_trial {
            self.followed.append(followed);
        }
        Ok(Keep::Commit(Committed { value, copies: outbox, counted, doubt }))
    }

    /// Returns the grants whose slice was sealed again or suspended by changes that were committed, since this was last
    /// asked.
    pub fn take_followed(&mut self) -> Followed {
        std::mem::take(&mut self.followed)
    }

    /// Writes `head` and then the anchor. A directory in the place of one is moved aside with all that is in it.
    pub(super) fn write_heads(&mut self) -> Result<(), StoreError> {
        let head = self.dir.join(HEAD_FILE);
        files::move_directory_aside(&head)?;
        files::atomic::write_atomic(&head, &self.signed_head(), ReadBack::No)?;
        if self.is_apart { Ok(()) } else { self.write_anchor() }
    }

    /// Accepts the vault as it is and starts a new epoch, so that the anchor descends from it.
    ///
    /// Where it does not descend from the anchor and from `head`, every active grant is suspended: it may have been revoked
    /// since.
    pub(super) fn start_epoch(&mut self, epoch_of: Epoch, env: Env<'_>) -> Result<(), StoreError> {
        let descends =
            [self.anchor_state(), self.head_state()].iter().flatten().filter(|state| state.is_sound()).count() == 2;
        let anchor = match epoch_of {
            // Accepting replaces an anchor that cannot be read; a restore needs what it tells of ended grants.
            Epoch::Accepted => self.read_anchor().ok().flatten(),
            Epoch::Restored { .. } => self.read_anchor()?,
        };
        let ended: BTreeSet<GrantId> = anchor.iter().flat_map(|anchor| &anchor.ended).map(|g| g.id.clone()).collect();
        let has_anchor = anchor.is_some();
        let head = self.read_head().ok().flatten();
        let seen: Vec<Head> = anchor.map(|anchor| anchor.head).into_iter().chain(head).collect();
        let anchor_seq = seen.iter().map(|head| head.seq).max().unwrap_or(0);
        let epoch = seen.iter().map(|head| head.epoch).fold(self.epoch, u64::max) + 1;
        self.reader.epoch = epoch;
        let (openings, buried) = (Counted::all(self)?, Buried::all(self)?);
        // Of the state that is given up: its tokens open nothing from now on.
        let strays = Stray::all(self)?;
        let (action, detail, why) = match epoch_of {
            Epoch::Accepted => {
                let why = (!descends).then(|| "the vault is not the one that this machine has seen".to_owned());
                (AuditAction::Accept, json!({ "anchorSeq": anchor_seq, "epoch": epoch }), why)
            }
            Epoch::Restored { backup, ways_in } => {
                let unknown = if has_anchor { "" } else { ", and this machine cannot know of later revocations" };
                let why = format!("the vault was restored from a backup of {}{unknown}", backup.day());
                let detail = json!({ "anchorSeq": anchor_seq, "backup": backup, "epoch": epoch, "waysIn": ways_in });
                (AuditAction::Restore, detail, Some(why))
            }
        };
        self.change::<_, StoreError>(env, |change| {
            change.set_meta(meta::EPOCH, &epoch.to_le_bytes())?;
            change.audit(action, "", detail);
            // Suspending takes the slices away, and with them no opening that the log does not have.
            openings.into_iter().try_for_each(|counted| counted.store(change))?;
            buried.into_iter().try_for_each(|buried| buried.store(change))?;
            strays.iter().for_each(|stray| stray.give_up(change));
            change.end_grants(&ended)?;
            let Some(why) = why else { return Ok(()) };
            change.suspend_grants_where(&json!({ "reason": why }), |_| true).map(drop)
        })?;
        remove(&strays)
    }

    /// Takes what the outbox has of a grant that the vault does not know out of the reach of its token. Returns whether
    /// there was anything.
    ///
    /// # Errors
    /// When that cannot be read, removed or logged.
    pub(crate) fn revoke_unknown(&mut self, id: &GrantId, env: Env<'_>) -> Result<bool, StoreError> {
        let of_grant = |vault: &Reader| -> Result<Vec<Stray>, StoreError> {
            Ok(Stray::all(vault)?.into_iter().filter(|stray| stray.is_of(id)).collect())
        };
        if of_grant(self)?.is_empty() {
            return Ok(false);
        }
        outbox::withhold(&self.dir, id, true)?;
        let strays = of_grant(self)?;
        self.change::<_, StoreError>(env, |change| {
            change.audit(AuditAction::Revoke, id, json!({ "reason": "the owner revoked a grant of another state" }));
            strays.iter().for_each(|stray| stray.give_up(change));
            Ok(())
        })?;
        remove(&strays)?;
        Ok(true)
    }

    /// Takes what the clock says for the newest time seen, and writes it into the records of openings.
    pub(super) fn accept_clock(&mut self, env: Env<'_>) -> Result<(), StoreError> {
        // The records first: one that keeps a later time ends its grant for good once the clock is plausible. What fails
        // here is done again with the next acceptance.
        for grant in self.view().grants()?.into_iter().filter(|grant| !grant.is_over()) {
            let key = outbox::receipt_key(&grant.prk);
            match outbox::read_record(&self.dir, &grant.id, &key)? {
                Record::Known(openings) if !openings.is_since_loss() => {
                    let openings = Openings { last_unix: env.now().unix(), ..openings };
                    outbox::write_record(&self.dir, &grant.id, &key, openings)?;
                }
                _ => {}
            }
        }
        let before = std::mem::replace(&mut self.reader.seen, env.now());
        let accepted = self.change::<_, StoreError>(env, |change| {
            change.audit(AuditAction::Accept, "", json!({ "clock": "accepted", "seenTime": before }));
            Ok(())
        });
        accepted.inspect_err(|error| {
            // What was committed has the new time.
            if !error.is_made() {
                self.reader.seen = before;
            }
        })
    }
}

/// A change of the database: one for itself, or one of a trial.
enum Step<'c> {
    Whole(Transaction<'c>),
    Tried(Savepoint<'c>),
}

impl<'c> Step<'c> {
    fn begin(connection: &'c mut Connection, is_on_trial: bool) -> rusqlite::Result<Step<'c>> {
        if is_on_trial {
            return connection.savepoint().map(Step::Tried);
        }
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map(Step::Whole)
    }

    fn commit(self) -> rusqlite::Result<()> {
        match self {
            Step::Whole(transaction) => transaction.commit(),
            Step::Tried(savepoint) => savepoint.commit(),
        }
    }
}

impl Deref for Step<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Step::Whole(transaction) => transaction,
            Step::Tried(savepoint) => savepoint,
        }
    }
}

/// Removes files that the log has given up.
fn remove(strays: &[Stray]) -> Result<(), StoreError> {
    let removed = strays.iter().try_for_each(|stray| files::remove(&stray.path).map(drop));
    removed.map_err(|error| StoreError::NotCopied(Box::new(error.into())))
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({})", self.dir.display())
    }
}
