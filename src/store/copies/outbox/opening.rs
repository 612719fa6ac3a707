//! Opening a slice with its token alone: what the outbox enforces.

use std::path::Path;

use crate::crypto::{Fingerprint, PublicKey};
use crate::model::{Env, GrantId, Moment, Timestamp};
use crate::share::package::{ContentError, PackageError, UnverifiedPackage, VerifiedSlice};
use crate::share::{DurationType, SliceDocument, Token};
use crate::store::copies::outbox::copy::{is_withheld, sealed_bytes};
use crate::store::copies::outbox::error::OutboxError;
use crate::store::copies::outbox::record::{Openings, Record, read_record, receipt_key, write_record};
use crate::store::copies::outbox::tombstone::{Ending, Tombstone, bury, read_tombstone};
use crate::store::exchange;
use crate::store::files::lock::{BRIEFLY, LockError, VaultLock};
use crate::store::files::paths::{self, DATABASE_FILE, HEADER_FILE, OUTBOX_DIR};
use crate::store::files::{self, Links};
use crate::store::header::{HeaderError, MAX_HEADER, UnverifiedHeader};

/// Opens a slice from the outbox with nothing but its token, and counts the opening.
///
/// A use is counted before the slice is returned: an interruption loses a use and never gains one. An ended slice is
/// replaced by its tombstone when it is refused. The slice is signed by the key in the vault's header, and by the expected
/// one if any is, or nothing is counted or ended.
pub(crate) fn open(
    dir: &Path,
    token: &Token,
    signer: Option<&Fingerprint>,
    env: Env<'_>,
) -> Result<VerifiedSlice, OutboxError> {
    let grant = token.grant_id();
    exchange::complete(dir)?;
    files::refuse_named(dir)?;
    let header = files::read_if_there(&dir.join(HEADER_FILE), MAX_HEADER)?;
    let missing = || {
        let is_vault = dir.join(DATABASE_FILE).symlink_metadata().is_ok();
        if is_vault { OutboxError::NoHeader } else { OutboxError::NotThere }
    };
    let own = public_key(&header.ok_or_else(missing)?)?;
    // On a medium that cannot be written nothing is counted or ended; a limited grant is refused below.
    let lock = match VaultLock::exclusive(dir, BRIEFLY) {
        Err(LockError::File(error)) if error.says_read_only() => Err(error),
        lock => Ok(lock?),
    };
    files::refuse_no_directory(&dir.join(OUTBOX_DIR), Links::Refuse)?;
    [paths::revoked, paths::ended, paths::pending]
        .iter()
        .try_for_each(|path| files::refuse_other_kinds(&path(dir, grant.as_str())))?;
    if is_withheld(dir, grant) {
        return Err(OutboxError::NotThere);
    }
    let tombstone = read_tombstone(dir, grant)?;
    if let Some(Tombstone::Word(ending)) = tombstone {
        return Err(ended(ending));
    }
    let bytes = match (sealed_bytes(dir, grant)?, tombstone) {
        (Some(bytes), _) => bytes,
        (None, Some(Tombstone::Unfinished(left))) => {
            let by_clock = |end| if end <= env.now() { Ending::Expired } else { Ending::UsedUp };
            let ending = left.unwrap_or_else(by_clock);
            if lock.is_ok() {
                let _ = bury(dir, grant, ending);
            }
            return Err(ended(ending));
        }
        (None, _) => return Err(OutboxError::NotThere),
    };
    let prk = token.secret().prk();
    let slice = UnverifiedPackage::parse(&bytes)?.open(&prk)?.verify()?;
    if slice.signer() != own {
        return Err(OutboxError::Planted { found: slice.signer().into(), own: own.into() });
    }
    slice.check_signer(signer)?;
    let key = receipt_key(&prk);
    let record = read_record(dir, grant, &key)?;
    let seen = record.known();
    // Where nothing was seen, no clock is plausible enough to end something for good.
    let moment = seen.map(|openings| Moment::of(env.now(), Timestamp::from_unix(openings.last_unix)));
    let now = moment.map_or(env.now(), Moment::now);
    // Only a plausible clock moves the newest time seen.
    let believed = moment.filter(|moment| moment.is_plausible()).map(Moment::now);
    if slice.header().is_expired(now) {
        if let (Ok(_), Some(openings), Some(now)) = (&lock, seen, believed) {
            let openings = Openings { last_unix: now.unix(), ..openings };
            // It is refused all the same; the next command that unlocks the vault does what fails here. A record that
            // cannot be written keeps no slice in its place, which needs no space to be buried.
            let _ = write_record(dir, grant, &key, openings);
            let _ = bury(dir, grant, Ending::Expired);
        }
        return Err(OutboxError::Expired(Some(slice.header().expires)));
    }
    let uses = uses(&slice)?;
    let openings = match (record, uses) {
        (Record::Known(openings), _) => openings,
        (Record::Foreign, _) => {
            files::refuse_other_kinds(&paths::opened(dir, grant.as_str()))?;
            return Err(OutboxError::Record);
        }
        // Without a limit, the openings from now on are counted, and the next unlock adds them to those before.
        (_, None) => Openings::LOST,
        (_, Some(_)) => return Err(OutboxError::Record),
    };
    if let Some(uses) = uses.filter(|uses| openings.count >= *uses) {
        end_used_up(dir, grant, lock.is_ok());
        return Err(OutboxError::UsedUp(Some(uses)));
    }
    let last_unix = believed.map_or(openings.last_unix, Timestamp::unix);
    let openings = Openings { count: openings.count.saturating_add(1), last_unix };
    let counted = match &lock {
        Ok(_) => write_record(dir, grant, &key, openings),
        Err(_) => Ok(()),
    };
    match (counted, uses, lock) {
        // What could be counted and was not is refused, with a limit or without one.
        (Ok(()), Some(_), Err(error)) | (Err(error), ..) => return Err(error.into()),
        (Ok(()), Some(uses), Ok(_)) if openings.count >= uses => end_used_up(dir, grant, true),
        _ => {}
    }
    Ok(slice)
}

/// Buries a slice whose last use is counted. The count refuses it, should that fail.
fn end_used_up(dir: &Path, grant: &GrantId, is_locked: bool) {
    if is_locked {
        let _ = bury(dir, grant, Ending::UsedUp);
    }
}

fn ended(ending: Ending) -> OutboxError {
    match ending {
        Ending::Expired => OutboxError::Expired(None),
        Ending::UsedUp => OutboxError::UsedUp(None),
    }
}

/// Returns the public key that the header in the vault's directory names, without a key of the vault.
fn public_key(header: &[u8]) -> Result<PublicKey, HeaderError> {
    let header = UnverifiedHeader::parse(header)?;
    header.claimed_public_key().parse().map_err(|_| HeaderError::PublicKey)
}

/// Returns how often the grant of a slice may be opened, by its own document.
fn uses(slice: &VerifiedSlice) -> Result<Option<u32>, OutboxError> {
    let document: SliceDocument = serde_json::from_slice(slice.document_bytes())
        .map_err(|source| PackageError::from(ContentError::Terms(source)))?;
    Ok(match document.grant.duration_type {
        DurationType::OneTime => Some(1),
        DurationType::TimeBound => document.grant.max_uses,
    })
}
