//! The audit log: a keyed chain of everything that changed or was shared.
//!
//! `mac(n) = HMAC-SHA256(chain key, mac(n-1) | seq | time | action | subject | detail | root)`, numbers as eight
//! bytes little-endian, texts with their length before them. `root` is the root of all row digests after the
//! change that the entry belongs to, so that the last entry vouches for every row of the vault.

use rusqlite::{Connection, OptionalExtension, params};
use thiserror::Error;

use crate::crypto::{MacKey, constant_time_eq};
use crate::model::{AuditSeq, Timestamp, words};
use crate::store::db::table::{Cells, insert_into, select};
use crate::store::error::{Damage, StoreError, unreadable};

/// Every column, in the order in which entries are written and read.
const COLUMNS: [&str; 7] = ["seq", "time", "action", "subject", "detail", "root", "mac"];

words! {
    /// What an entry of the audit log records.
    pub enum AuditAction: "an action of the audit log" {
        /// A vault was created.
        Init = "init",
        /// A file was imported.
        Import = "import",
        /// An import was undone.
        Undo = "undo",
        /// An account got another name.
        Rename = "rename",
        /// An account got another type.
        SetType = "set-type",
        /// An account got or lost a number.
        SetNumber = "set-number",
        /// The owner set the balance of a day, or took it back.
        SetBalance = "set-balance",
        /// An account was closed.
        Close = "close",
        /// A closed account was opened again.
        Reopen = "reopen",
        /// An empty account was removed.
        Remove = "remove",
        /// An account was merged into another one.
        Merge = "merge",
        /// A merge was undone.
        Unmerge = "unmerge",
        /// A file is kept out of imports.
        Ignore = "ignore",
        /// An ignored file can be imported again.
        Unignore = "unignore",
        /// An import was erased, with its archived file.
        Forget = "forget",
        /// An answer about a layout was remembered.
        Answer = "answer",
        /// A remembered answer was removed.
        RemoveAnswer = "remove-answer",
        /// The owner said of two rows that they are one transaction, or two.
        Decide = "decide",
        /// A decision was taken back.
        Undecide = "undecide",
        /// A slice was shown and kept as a draft.
        Preview = "preview",
        /// A grant was approved, and its token is being handed out.
        Share = "share",
        /// The token of a grant was handed out: the grant is active from then on.
        Activate = "activate",
        /// A slice was sealed again, because its data changed.
        Reseal = "reseal",
        /// A slice was opened from the outbox.
        Open = "open",
        /// A grant ended.
        Expire = "expire",
        /// The owner ended a grant.
        Revoke = "revoke",
        /// A grant was suspended, until its owner resumes it.
        Suspend = "suspend",
        /// A suspended grant was confirmed.
        Resume = "resume",
        /// A rule of the policy was made or removed.
        Policy = "policy",
        /// The policy or a person refused a share, or a grant to be resumed.
        Refuse = "refuse",
        /// An older or other state was accepted, or what the clock says.
        Accept = "accept",
        /// The vault was restored from a backup.
        Restore = "restore",
        /// A key slot was made or ended, or the master key changed.
        Keys = "keys",
        /// The vault was brought from an older version to the newest.
        Migrate = "migrate",
        /// Something lies in the outbox that this program did not write.
        Foreign = "foreign",
    }
}

/// What is recorded. `detail` is a JSON object with sorted keys, and holds no secret and no row of an account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AuditEntry {
    /// What was done: `init`, `import`, `share` …
    pub action: AuditAction,
    /// The id of its subject, or empty.
    pub subject: String,
    /// Details.
    pub detail: serde_json::Value,
}

/// An entry as it stands in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// Its number, from 1.
    pub seq: AuditSeq,
    /// When.
    pub time: Timestamp,
    /// What was done.
    pub action: String,
    /// The id of its subject, or empty.
    pub subject: String,
    /// Details: JSON, as it was hashed.
    pub detail: String,
    pub(crate) root: [u8; 32],
    pub(crate) mac: [u8; 32],
}

/// Where the chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChainEnd {
    pub seq: u64,
    pub mac: [u8; 32],
    pub root: [u8; 32],
}

impl ChainEnd {
    /// Before the first entry.
    pub(crate) const START: ChainEnd = ChainEnd { seq: 0, mac: [0; 32], root: [0; 32] };
}

impl AuditRecord {
    fn chain_mac(&self, key: &MacKey, previous: &[u8; 32]) -> [u8; 32] {
        let length = |text: &str| (text.len() as u64).to_le_bytes();
        key.mac(&[
            previous,
            &self.seq.number().to_le_bytes(),
            &self.time.unix().to_le_bytes(),
            &length(&self.action),
            self.action.as_bytes(),
            &length(&self.subject),
            self.subject.as_bytes(),
            &length(&self.detail),
            self.detail.as_bytes(),
            &self.root,
        ])
    }
}

/// Appends an entry.
pub(crate) fn append(
    connection: &Connection,
    key: &MacKey,
    end: ChainEnd,
    time: Timestamp,
    entry: AuditEntry,
    root: [u8; 32],
) -> Result<ChainEnd, StoreError> {
    let seq = end.seq + 1;
    let number = i64::try_from(seq).map_err(|_| StoreError::Full("audit entries"))?;
    let mut record = AuditRecord {
        seq: AuditSeq::new(number),
        time,
        action: entry.action.to_string(),
        subject: entry.subject,
        detail: entry.detail.to_string(),
        root,
        mac: [0; 32],
    };
    record.mac = record.chain_mac(key, &end.mac);
    connection.execute(
        &insert_into("audit", &COLUMNS),
        params![number, time.unix(), record.action, record.subject, record.detail, root, record.mac],
    )?;
    Ok(ChainEnd { seq, mac: record.mac, root })
}

/// Reads every entry, unverified, including entries with impossible numbers.
pub(crate) fn read_all(connection: &Connection) -> Result<Vec<AuditRecord>, StoreError> {
    read_from(connection, i64::MIN)
}

/// Reads entries from a number on, unverified.
fn read_from(connection: &Connection, first: i64) -> Result<Vec<AuditRecord>, StoreError> {
    let sql = format!("{} WHERE seq >= ?1 ORDER BY seq", select("audit", &COLUMNS));
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([first])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Cells::of(row);
        records.push(AuditRecord {
            seq: AuditSeq::new(cells.next()?),
            time: Timestamp::from_unix(cells.next()?),
            action: cells.next()?,
            subject: cells.next()?,
            detail: cells.next()?,
            root: cells.next()?,
            mac: cells.next()?,
        });
    }
    Ok(records)
}

/// Returns the MAC of one entry, unverified: to be compared with an anchor's.
pub(crate) fn mac_at(connection: &Connection, seq: u64) -> Result<Option<[u8; 32]>, StoreError> {
    let number = i64::try_from(seq).unwrap_or(i64::MAX);
    Ok(connection.query_row("SELECT mac FROM audit WHERE seq = ?1", [number], |row| row.get(0)).optional()?)
}

/// Returns whether an entry of an action and subject has these details, among others. Unverified.
pub(crate) fn has_entry(
    connection: &Connection,
    action: AuditAction,
    subject: &str,
    details: &[(&str, &str)],
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT detail FROM audit WHERE action = ?1 AND subject = ?2")?;
    let mut rows = statement.query(params![action.as_str(), subject])?;
    while let Some(row) = rows.next()? {
        let detail: serde_json::Value = serde_json::from_str(&row.get::<_, String>(0)?).unwrap_or_default();
        if details.iter().all(|(name, value)| detail[name] == **value) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the last entry and verifies it against the one before.
pub(crate) fn verified_end(connection: &Connection, key: &MacKey) -> Result<ChainEnd, StoreError> {
    let last: Option<i64> = connection.query_row("SELECT max(seq) FROM audit", [], |row| row.get(0))?;
    let records = read_from(connection, last.unwrap_or(0).saturating_sub(1).max(1))?;
    let last = u64::try_from(last.unwrap_or(0)).map_err(unreadable)?;
    let before = if last > 1 { records.first().map_or([0; 32], |r| r.mac) } else { [0; 32] };
    let record = records.last().ok_or(Damage::EmptyLog)?;
    if !constant_time_eq(&record.chain_mac(key, &before), &record.mac) {
        return Err(Damage::LastEntry(last).into());
    }
    Ok(ChainEnd { seq: last, mac: record.mac, root: record.root })
}

/// Where the audit log is not as it was written.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFault {
    /// An entry is not there.
    #[error("entry {0} of the audit log is missing")]
    Missing(i64),
    /// The MAC of an entry is another one.
    #[error("entry {0} of the audit log, or the one before it, was changed")]
    Changed(i64),
    /// The last entry is another one than when the vault was unlocked.
    #[error("the audit log does not end where it did when the vault was unlocked")]
    End,
}

/// Walks the chain and returns where it is broken: an empty list when it is whole.
pub(crate) fn walk(key: &MacKey, records: &[AuditRecord]) -> Vec<LogFault> {
    let mut findings = Vec::new();
    let mut previous = [0u8; 32];
    for (expected, record) in (1..).zip(records) {
        if record.seq.number() != expected {
            findings.push(LogFault::Missing(expected));
            break;
        }
        if !constant_time_eq(&record.chain_mac(key, &previous), &record.mac) {
            findings.push(LogFault::Changed(expected));
        }
        previous = record.mac;
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret32;

    fn record(seq: i64) -> AuditRecord {
        AuditRecord {
            seq: AuditSeq::new(seq),
            time: Timestamp::from_unix(1_700_000_000),
            action: "import".into(),
            subject: "imp-1".into(),
            detail: r#"{"added":2}"#.into(),
            root: [5; 32],
            mac: [0; 32],
        }
    }

    /// Returns entries, each with the MAC of the one before.
    fn chain(key: &MacKey, length: i64) -> Vec<AuditRecord> {
        let mut previous = [0; 32];
        (1..=length)
            .map(|seq| {
                let mut entry = record(seq);
                entry.mac = entry.chain_mac(key, &previous);
                previous = entry.mac;
                entry
            })
            .collect()
    }

    #[test]
    fn keeps_the_encoding_of_an_entry_as_frozen() {
        let key = MacKey::new(&Secret32::take(&mut [1; 32]));
        let expected = [
            &[3u8; 32][..],
            &[7, 0, 0, 0, 0, 0, 0, 0],
            &[0, 0xf1, 0x53, 0x65, 0, 0, 0, 0],
            &[6, 0, 0, 0, 0, 0, 0, 0],
            b"import",
            &[5, 0, 0, 0, 0, 0, 0, 0],
            b"imp-1",
            &[11, 0, 0, 0, 0, 0, 0, 0],
            br#"{"added":2}"#,
            &[5; 32],
        ]
        .concat();
        assert_eq!(record(7).chain_mac(&key, &[3; 32]), key.mac(&[&expected]));
    }

    #[test]
    fn finds_every_change_to_the_chain() {
        let key = MacKey::new(&Secret32::take(&mut [1; 32]));
        let sound = chain(&key, 5);
        assert_eq!(walk(&key, &sound), []);
        let mut changed = sound.clone();
        changed[2].detail = r#"{"added":3}"#.into();
        assert_eq!(walk(&key, &changed).len(), 1);
        let mut cut = sound.clone();
        cut.remove(1);
        assert_eq!(walk(&key, &cut), [LogFault::Missing(2)]);
        let mut swapped = sound;
        swapped.swap(1, 2);
        assert!(!walk(&key, &swapped).is_empty());
    }
}
