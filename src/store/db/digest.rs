//! The keyed digests of every row, and their common root.
//!
//! SQLCipher authenticates each page, but not that the page is the newest: an old page put back passes.
//! So every row counts into the sum of its table (`source_rows`: of its account, month and segment), the sums stand
//! under one root, and the root stands in the last audit entry. Sums are updated with the rows that a
//! change writes, never recomputed on write: recomputing would hide a change made without the key.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

use crate::crypto::{MacKey, MultisetDigest};
use crate::store::error::{Damage, StoreError};

/// Which sum a row counts into: its table, and for source rows account, month and segment (else zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bucket {
    pub table: &'static str,
    pub account: i64,
    pub month: i32,
    pub segment: i64,
}

impl Bucket {
    /// Returns the only bucket of a small table.
    pub(crate) fn of_table(table: &'static str) -> Bucket {
        Bucket { table, account: 0, month: 0, segment: 0 }
    }
}

/// One sum, and how many rows it is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub rows: i64,
    /// What the rows show.
    pub shown: Shown,
    pub digest: MultisetDigest,
}

/// Of source rows: what those that lead and live show. Of other rows nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// How many there are, which is the number of transactions.
    pub txns: i64,
    /// The sum of the amounts of the posted ones, modulo 2^64.
    pub posted: i64,
}

/// All sums of the vault as they are after the last commit, or inside the running change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digests {
    sums: BTreeMap<Bucket, Sum>,
    dirty: std::collections::BTreeSet<Bucket>,
}

/// The table of source rows. Its name is part of every digest of its rows.
pub(crate) const SOURCE_ROWS: &str = "source_rows";

/// Encodes a row and authenticates it.
///
/// `HMAC-SHA256(key, len(table) | table | columns)`, where a column is `0` for NULL, `1` and eight bytes
/// little-endian for an integer, `2` or `3`, a length of eight bytes and the bytes for text or a blob.
pub(crate) fn row_digest(key: &MacKey, table: &str, columns: &[ValueRef<'_>], scratch: &mut Vec<u8>) -> [u8; 32] {
    scratch.clear();
    scratch.push(u8::try_from(table.len()).unwrap_or(u8::MAX));
    scratch.extend_from_slice(table.as_bytes());
    for column in columns {
        let (tag, bytes) = match column {
            ValueRef::Null => (0, None),
            ValueRef::Integer(number) => {
                scratch.push(1);
                scratch.extend_from_slice(&number.to_le_bytes());
                continue;
            }
            ValueRef::Text(bytes) => (2, Some(*bytes)),
            ValueRef::Blob(bytes) => (3, Some(*bytes)),
            // No table has a REAL column (they are STRICT): a tag of its own, never written.
            ValueRef::Real(_) => (4, None),
        };
        scratch.push(tag);
        if let Some(bytes) = bytes {
            scratch.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            scratch.extend_from_slice(bytes);
        }
    }
    key.mac(&[scratch])
}

impl Digests {
    /// Reads the stored sums of the small `tables` and of the source rows, unverified until [`Digests::root`] was compared.
    pub(crate) fn load(connection: &Connection, tables: &[&'static str]) -> Result<Digests, StoreError> {
        let mut sums = BTreeMap::new();
        let mut statement =
            connection.prepare("SELECT tbl, account, month, segment, rows, txns, posted, sum FROM digests")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let table = tables.iter().chain([&SOURCE_ROWS]).find(|table| **table == name);
            let table = table.ok_or(Damage::UnknownTable)?;
            let bytes: [u8; 32] = row.get(7)?;
            let bucket = Bucket { table, account: row.get(1)?, month: row.get(2)?, segment: row.get(3)? };
            let shown = Shown { txns: row.get(5)?, posted: row.get(6)? };
            let sum = Sum { rows: row.get(4)?, shown, digest: MultisetDigest::from_bytes(&bytes) };
            sums.insert(bucket, sum);
        }
        Ok(Digests { sums, dirty: Default::default() })
    }

    /// Writes the sums that changed.
    pub(crate) fn store(&mut self, connection: &Connection) -> Result<(), StoreError> {
        for bucket in std::mem::take(&mut self.dirty) {
            let Bucket { table, account, month, segment } = bucket;
            match self.sums.get(&bucket).copied() {
                Some(sum) => {
                    let mut statement = connection.prepare_cached(
                        "INSERT OR REPLACE INTO digests (tbl, account, month, segment, rows, txns, posted, sum) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    )?;
                    let Shown { txns, posted } = sum.shown;
                    let (rows, digest) = (sum.rows, sum.digest.to_bytes());
                    statement.execute(params![table, account, month, segment, rows, txns, posted, digest])?;
                }
                None => {
                    let mut statement = connection.prepare_cached(
                        "DELETE FROM digests WHERE tbl = ?1 AND account = ?2 AND month = ?3 AND segment = ?4",
                    )?;
                    statement.execute(params![table, account, month, segment])?;
                }
            }
        }
        Ok(())
    }

    /// Returns `HMAC-SHA256(key, "root" | every bucket and sum, in order)`.
    pub(crate) fn root(&self, key: &MacKey) -> [u8; 32] {
        let mut bytes = b"root".to_vec();
        for (bucket, sum) in &self.sums {
            bytes.push(u8::try_from(bucket.table.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(bucket.table.as_bytes());
            bytes.extend_from_slice(&bucket.account.to_le_bytes());
            bytes.extend_from_slice(&bucket.month.to_le_bytes());
            bytes.extend_from_slice(&bucket.segment.to_le_bytes());
            bytes.extend_from_slice(&sum.rows.to_le_bytes());
            bytes.extend_from_slice(&sum.shown.txns.to_le_bytes());
            bytes.extend_from_slice(&sum.shown.posted.to_le_bytes());
            bytes.extend_from_slice(&sum.digest.to_bytes());
        }
        key.mac(&[&bytes])
    }

    /// Returns the sum of a bucket; an empty one when nothing counts into it.
    pub(crate) fn get(&self, bucket: Bucket) -> Sum {
        self.sums.get(&bucket).copied().unwrap_or_default()
    }

    /// Returns the sums of an account's source rows, oldest month first, and of one month by segment.
    pub(crate) fn of_account(&self, account: i64) -> impl DoubleEndedIterator<Item = (Bucket, Sum)> + '_ {
        let at = |month, segment| Bucket { table: SOURCE_ROWS, account, month, segment };
        self.sums.range(at(i32::MIN, i64::MIN)..=at(i32::MAX, i64::MAX)).map(|(bucket, sum)| (*bucket, *sum))
    }

    /// Returns every bucket, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Bucket, Sum)> + '_ {
        self.sums.iter().map(|(bucket, sum)| (*bucket, *sum))
    }

    /// Adds the sum of several rows.
    pub(crate) fn add(&mut self, bucket: Bucket, more: Sum) {
        self.sums.entry(bucket).or_default().merge(&more);
        self.dirty.insert(bucket);
    }

    /// Subtracts one row.
    pub(crate) fn remove(&mut self, bucket: Bucket, row: &[u8; 32], shown: Shown) {
        self.subtract(bucket, Sum::of_row(row, shown));
    }

    /// Subtracts the sum of several rows.
    pub(crate) fn subtract(&mut self, bucket: Bucket, less: Sum) {
        let sum = self.sums.entry(bucket).or_default();
        sum.split(&less);
        if *sum == Sum::default() {
            self.sums.remove(&bucket);
        }
        self.dirty.insert(bucket);
    }
}

impl Shown {
    /// Adds what other rows show.
    pub(crate) fn add(&mut self, more: Shown) {
        self.txns += more.txns;
        self.posted = self.posted.wrapping_add(more.posted);
    }
}

impl Sum {
    /// Adds one row.
    pub(crate) fn count(&mut self, row: &[u8; 32], shown: Shown) {
        self.rows += 1;
        self.shown.add(shown);
        self.digest.add(row);
    }

    /// Returns the sum of one row.
    pub(crate) fn of_row(row: &[u8; 32], shown: Shown) -> Sum {
        let mut sum = Sum::default();
        sum.count(row, shown);
        sum
    }

    /// Adds the sum of other rows.
    pub(crate) fn merge(&mut self, more: &Sum) {
        self.rows += more.rows;
        self.shown.add(more.shown);
        self.digest.merge(&more.digest);
    }

    /// Subtracts the sum of some of the rows.
    pub(crate) fn split(&mut self, less: &Sum) {
        self.rows -= less.rows;
        self.shown.txns -= less.shown.txns;
        self.shown.posted = self.shown.posted.wrapping_sub(less.shown.posted);
        self.digest.split(&less.digest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret32;

    #[test]
    fn keeps_the_encoding_of_a_row_as_frozen() {
        let key = MacKey::new(&Secret32::take(&mut [1; 32]));
        let columns = [ValueRef::Integer(-2), ValueRef::Null, ValueRef::Text(b"a"), ValueRef::Blob(b"a")];
        let mut scratch = Vec::new();
        let digest = row_digest(&key, "meta", &columns, &mut scratch);
        let expected = [
            &[4u8][..],
            b"meta",
            &[1, 254, 255, 255, 255, 255, 255, 255, 255],
            &[0],
            &[2, 1, 0, 0, 0, 0, 0, 0, 0],
            b"a",
            &[3, 1, 0, 0, 0, 0, 0, 0, 0],
            b"a",
        ]
        .concat();
        assert_eq!(scratch, expected);
        assert_eq!(digest, key.mac(&[&expected]));
    }

    #[test]
    fn removes_an_emptied_bucket_from_the_root() {
        let key = MacKey::new(&Secret32::take(&mut [1; 32]));
        let mut digests = Digests::default();
        let before = digests.root(&key);
        let bucket = Bucket { table: SOURCE_ROWS, account: 1, month: 24300, segment: 1 };
        let mut sum = Sum::default();
        let shown = Shown { txns: 1, posted: i64::MIN };
        sum.count(&[9; 32], shown);
        digests.add(bucket, sum);
        assert_ne!(digests.root(&key), before);
        assert_eq!(digests.of_account(1).count(), 1);
        digests.remove(bucket, &[9; 32], shown);
        assert_eq!(digests.root(&key), before);
    }
}
