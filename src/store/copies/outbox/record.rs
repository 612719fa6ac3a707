//! The record of a grant's openings: one line, authenticated with a key from the token.

use std::path::Path;

use data_encoding::HEXLOWER;

use crate::crypto::{MacKey, Secret32, constant_time_eq};
use crate::model::GrantId;
use crate::share::token;
use crate::store::files::{self, FileError, ReadBack, paths};

/// The largest record of openings, in bytes.
const MAX_OPENED: u64 = 4096;

/// How often a grant was opened, and when last.
#[derive(Clone, Copy, Default)]
pub(crate) struct Openings {
    pub count: u32,
    /// In seconds since 1970.
    pub last_unix: i64,
}

/// Returns the one line of the record: number, moment, and `HMAC(receipt key, grant | number | moment)`.
fn opened_line(key: &MacKey, grant: &GrantId, openings: Openings) -> String {
    let Openings { count, last_unix } = openings;
    let mac = key.mac(&[grant.as_str().as_bytes(), &u64::from(count).to_le_bytes(), &last_unix.to_le_bytes()]);
    format!("{count} {last_unix} {}\n", HEXLOWER.encode(&mac))
}

/// Reads the recorded openings: zero without a record, `None` if no holder of the token wrote it.
pub(crate) fn read_opened(dir: &Path, grant: &GrantId, key: &MacKey) -> Option<Openings> {
    let Some(bytes) = files::read_if_there(&paths::opened(dir, grant.as_str()), MAX_OPENED).ok()? else {
        return Some(Openings::default());
    };
    let text = std::str::from_utf8(&bytes).ok()?;
    let mut words = text.split(' ');
    let openings = Openings { count: words.next()?.parse().ok()?, last_unix: words.next()?.parse().ok()? };
    constant_time_eq(opened_line(key, grant, openings).as_bytes(), &bytes).then_some(openings)
}

pub(crate) fn write_opened(dir: &Path, grant: &GrantId, key: &MacKey, openings: Openings) -> Result<(), FileError> {
    let line = opened_line(key, grant, openings);
    files::write_atomic(&paths::opened(dir, grant.as_str()), line.as_bytes(), ReadBack::No)
}

/// Returns the key that authenticates the record of a grant's openings.
pub(crate) fn receipt_key(prk: &Secret32) -> MacKey {
    MacKey::new(&token::receipt_key(prk))
}
