//! The record of a grant's openings: one line, authenticated with a key from the token.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;

use crate::crypto::{MacKey, Secret32, constant_time_eq};
use crate::model::GrantId;
use crate::share::token;
use crate::store::files::atomic::ReadBack;
use crate::store::files::{self, FileError, paths};

/// The largest record of openings, in bytes.
const MAX_OPENED: u64 = 4096;

/// How often a grant was opened, and the newest plausible time that its outbox has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Openings {
    pub count: u32,
    /// In seconds since 1970; 0 where the record was lost, and the count is of what came after.
    pub last_unix: i64,
}

impl Openings {
    /// Where the record was lost.
    pub(crate) const LOST: Openings = Openings { count: 0, last_unix: 0 };

    /// Returns how many there are, when `counted` of them are known otherwise.
    pub(crate) fn total(self, counted: u32) -> u32 {
        if self.is_since_loss() { counted.saturating_add(self.count) } else { self.count }
    }

    /// Returns whether the record was lost, and made anew by somebody who does not know what came before.
    pub(crate) fn is_since_loss(self) -> bool {
        self.last_unix == 0
    }
}

/// What lies in the place of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// Nothing.
    Missing,
    /// A text that no holder of the token wrote.
    Damaged,
    /// What is no regular file. It stays where it is.
    Foreign,
    /// What a holder of the token wrote.
    Known(Openings),
}

impl Record {
    /// Returns the openings, where they are known.
    pub(crate) fn known(self) -> Option<Openings> {
        match self {
            Record::Known(openings) => Some(openings),
            Record::Missing | Record::Damaged | Record::Foreign => None,
        }
    }
}

/// Returns the key that authenticates the record of a grant's openings.
pub(crate) fn receipt_key(prk: &Secret32) -> MacKey {
    MacKey::new(&token::receipt_key(prk))
}

/// Returns the one line of the record: number, moment, and `HMAC(receipt key, grant | number | moment)`.
fn line(key: &MacKey, grant: &GrantId, openings: Openings) -> String {
    let Openings { count, last_unix } = openings;
    let mac = key.mac(&[grant.as_str().as_bytes(), &u64::from(count).to_le_bytes(), &last_unix.to_le_bytes()]);
    format!("{count} {last_unix} {}\n", HEXLOWER.encode(&mac))
}

/// Reads the record. Of a grant that is being revoked it may have become the mark of that.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn read_record(dir: &Path, grant: &GrantId, key: &MacKey) -> Result<Record, FileError> {
    let record = read_at(&paths::opened(dir, grant.as_str()), grant, key)?;
    if record != Record::Missing {
        return Ok(record);
    }
    let mark = read_at(&paths::revoked(dir, grant.as_str()), grant, key)?;
    Ok(mark.known().map_or(Record::Missing, Record::Known))
}

fn read_at(path: &Path, grant: &GrantId, key: &MacKey) -> Result<Record, FileError> {
    let bytes = match files::read_if_there(path, MAX_OPENED) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(Record::Missing),
        Err(FileError::TooLarge { .. }) => return Ok(Record::Damaged),
        Err(FileError::WrongKind { .. }) => return Ok(Record::Foreign),
        Err(error) => return Err(error),
    };
    Ok(parse(&bytes, grant, key).map_or(Record::Damaged, Record::Known))
}

/// Returns whether bytes are a line that a holder of some token may have written.
pub(super) fn has_form(bytes: &[u8]) -> bool {
    let Some(line) = bytes.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok()) else { return false };
    let words: Vec<&str> = line.split(' ').collect();
    let [count, moment, mac] = words[..] else { return false };
    let is_mac = HEXLOWER.decode(mac.as_bytes()).is_ok_and(|mac| mac.len() == 32);
    is_mac && count.parse::<u32>().is_ok() && moment.parse::<i64>().is_ok()
}

fn parse(bytes: &[u8], grant: &GrantId, key: &MacKey) -> Option<Openings> {
    let mut words = std::str::from_utf8(bytes).ok()?.split(' ');
    let openings = Openings { count: words.next()?.parse().ok()?, last_unix: words.next()?.parse().ok()? };
    constant_time_eq(line(key, grant, openings).as_bytes(), bytes).then_some(openings)
}

/// Makes the record say at least so many openings. A foreign one is left.
pub(crate) fn keep_record(dir: &Path, grant: &GrantId, key: &MacKey, openings: Openings) -> Result<(), FileError> {
    match read_record(dir, grant, key)? {
        Record::Foreign => Ok(()),
        Record::Known(found) if found.count >= openings.count && !found.is_since_loss() => Ok(()),
        _ => write_record(dir, grant, key, openings),
    }
}

/// Writes the record. On a full disk it is overwritten where it lies: it is far shorter than a block, so that this needs
/// no space, and one that is torn has a wrong MAC.
pub(crate) fn write_record(dir: &Path, grant: &GrantId, key: &MacKey, openings: Openings) -> Result<(), FileError> {
    let path = paths::opened(dir, grant.as_str());
    let line = line(key, grant, openings);
    match files::atomic::write_atomic(&path, line.as_bytes(), ReadBack::No) {
        // Nothing that is longer is overwritten: it is none of our lines, or could not be cut at once.
        Err(error)
            if error.says_full() && fs::symlink_metadata(&path).is_ok_and(|data| data.len() <= line.len() as u64) =>
        {
            files::overwrite(&path, line.as_bytes())
        }
        written => written,
    }
}
