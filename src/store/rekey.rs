//! A new master key: the whole vault is written anew beside its directory, checked, and then exchanged.
//!
//! What recipients and the log rest on are rows of the database, and go on. Nothing of the new vault was ever written under
//! the old key, and nothing that the old header unwraps stays. Both directories are locked for as long as this takes, so that
//! no opening is counted in one that leaves.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::crypto::{MasterKey, sha256};
use crate::model::{Env, GrantId};
use crate::store::check::{check, check_rows};
use crate::store::copies::outbox;
use crate::store::db::connection;
use crate::store::db::disk::DiskWatch;
use crate::store::db::grants::GrantStatus;
use crate::store::db::schema;
use crate::store::error::StoreError;
use crate::store::exchange::{Beside, Fate, Place};
use crate::store::files::atomic::{ReadBack, is_temporary, write_atomic, write_new};
use crate::store::files::lock::VaultLock;
use crate::store::files::paths::{
    self, DATABASE_FILE, HEAD_FILE, HEADER_FILE, JOURNAL_FILE, LOCK_FILE, OUTBOX_DIR, SNAPSHOT_FILE,
};
use crate::store::files::{self, FileError, Links};
use crate::store::header::Header;
use crate::store::notice::Notice;
use crate::store::outbox_state::Outbox;
use crate::store::vault::{Open, Vault};
use crate::store::writer::Writer;

/// The largest record of openings that is carried over, in bytes.
const MAX_RECORD: u64 = 4096;

/// A new master key, and the header that unwraps it.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub header: Header,
    pub master: MasterKey,
    /// What the log says of it.
    pub detail: Value,
}

/// Refuses a vault that cannot be exchanged, before any work.
///
/// # Errors
/// When it is a mount point, or nothing can be made beside it.
pub(crate) fn check_place(vault: &Vault<Open>) -> Result<(), StoreError> {
    Ok(Place::find(&vault.dir).map(drop)?)
}

/// Gives the vault a new master key. Returns what could not be done after that: the new vault has its place.
///
/// # Errors
/// When the vault cannot be written anew, or another command changed its keys meanwhile. The old vault is as it was.
pub(crate) fn rotate(vault: &Vault<Open>, renewal: Renewal, env: Env<'_>) -> Result<Vec<Notice>, StoreError> {
    let place = Place::find(&vault.dir)?;
    let mut writer = vault.writer(env)?;
    if writer.reader.header != *vault.header() {
        return Err(StoreError::KeysChanged);
    }
    refuse_unready(&writer, env)?;
    let beside = place.begin(vault.id().as_str())?;
    let (made, new) = match build(&mut writer, vault, &beside, renewal, env) {
        Ok(new) => new,
        Err(error) => {
            // The error to report is the first one, and the next command does what fails here.
            let _ = beside.settle();
            let _ = writer.settle_header(env);
            return Err(error);
        }
    };
    let exchanged = beside.exchange(&Fate::Remove);
    if !made.has_place(beside.target()) {
        let _ = beside.settle();
        let _ = writer.settle_header(env);
        return Err(exchanged.err().map_or(StoreError::KeysChanged, StoreError::from));
    }
    let mut notices = std::mem::take(&mut writer.reader.notices);
    notices.extend(exchanged.and_then(|()| beside.settle()).err().map(|error| Notice::NotRepaired(error.into())));
    drop((writer, made));
    // The anchor follows, now that nothing of the old vault can be opened any more.
    let state = Open { state_dir: vault.state.state_dir.clone(), ..new.state };
    let renewed = Vault { dir: vault.dir.clone(), state };
    match renewed.reader(env) {
        Ok(mut reader) => notices.append(&mut reader.notices),
        Err(error) => notices.push(Notice::NotRepaired(error)),
    }
    Ok(notices)
}

/// Refuses a vault of which something would be lost.
fn refuse_unready(writer: &Writer, env: Env<'_>) -> Result<(), StoreError> {
    let grants = writer.view().grants()?;
    for grant in grants.iter().filter(|grant| grant.status == GrantStatus::Pending) {
        if outbox::is_pending(&writer.dir, &grant.id)? {
            return Err(StoreError::HandingOut(grant.id.clone()));
        }
    }
    let outbox = Outbox::of(writer)?;
    if let Some(name) = outbox.foreign.keys().next() {
        return Err(StoreError::Strange(name.clone()));
    }
    if outbox.is_stale(writer.moment(env)) {
        return Err(StoreError::OutboxStale);
    }
    let known = [HEADER_FILE, DATABASE_FILE, JOURNAL_FILE, HEAD_FILE, OUTBOX_DIR, LOCK_FILE, SNAPSHOT_FILE];
    let failed = |source| FileError::Io { action: "read", path: writer.dir.clone(), source };
    for entry in fs::read_dir(&writer.dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if !known.contains(&name.as_str()) && !is_temporary(&name) {
            return Err(StoreError::Strange(name));
        }
    }
    Ok(())
}

/// Writes the vault anew, and checks all of it. Returns it, locked.
fn build(
    writer: &mut Writer,
    vault: &Vault<Open>,
    beside: &Beside,
    renewal: Renewal,
    env: Env<'_>,
) -> Result<(Writer, Vault<Open>), StoreError> {
    let Renewal { header, master, detail } = renewal;
    let dir = beside.dir();
    let lock = VaultLock::exclusive(dir, Duration::ZERO)?;
    let bytes = header.to_bytes(&master);
    // The copy of the database takes this along, and so expects the new header.
    writer.announce_header(sha256(&bytes), String::new(), detail, env)?;
    let database = dir.join(DATABASE_FILE);
    // SQLite attaches no file that is not there.
    write_new(&database, b"")?;
    connection::export(&writer.reader.connection, &database, &master.database_key(), schema::CURRENT)?;
    files::private_dir(&dir.join(OUTBOX_DIR), Links::Refuse)?;
    write_atomic(&dir.join(HEADER_FILE), &bytes, ReadBack::Yes)?;
    let slot = header.slots().first().map_or(0, |slot| slot.id);
    let state = Open { header, master, slot, disk: DiskWatch::default(), state_dir: None };
    let new = Vault { dir: dir.to_owned(), state };
    let mut made = Writer::apart(&new, lock)?;
    made.settle_header(env)?;
    let grants = made.view().grants()?;
    let mut copies = Vec::new();
    for grant in grants {
        carry_record(&vault.dir, dir, &grant.id)?;
        copies.extend(grant.wanted(made.reader.seen).map(|wanted| (grant.id, wanted)));
    }
    made.make_copies(copies, &[])?;
    files::sync_dir(&dir.join(OUTBOX_DIR))?;
    let found = [check(&made, env)?, check_rows(&made)?].concat();
    if let Some(finding) = found.first() {
        return Err(StoreError::Unsound(finding.message.clone()));
    }
    Ok((made, new))
}

/// Carries the record of openings of a grant over: it knows the newest time at which the slice was opened.
fn carry_record(from: &Path, to: &Path, grant: &GrantId) -> Result<(), StoreError> {
    let record = |dir: &Path| paths::opened(dir, grant.as_str());
    if let Some(bytes) = files::read_if_there(&record(from), MAX_RECORD)? {
        write_atomic(&record(to), &bytes, ReadBack::No)?;
    }
    Ok(())
}
