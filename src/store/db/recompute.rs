//! The whole table of source rows against its digests. Elsewhere, rows are verified as they are read.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};

use crate::model::AccountId;
use crate::store::db::coverages::unverified_segments;
use crate::store::db::digest::{Bucket, SOURCE_ROWS, Sum};
use crate::store::db::keys::Keys;
use crate::store::db::row_key::RowKey;
use crate::store::db::row_reading::{days_of_month, read};
use crate::store::db::segment::SegmentId;
use crate::store::db::source_row::COLUMNS;
use crate::store::db::table::select;
use crate::store::db::view::View;
use crate::store::db::zones::Part;
use crate::store::error::StoreError;

/// What the table of source rows holds, whatever the digests say.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The sum of every bucket, for comparing with the stored digests.
    pub sums: BTreeMap<Bucket, Sum>,
    /// Rows of segments that no coverage names. No command shows them.
    pub strange: u64,
}

/// Reads the whole table.
pub(crate) fn recompute(connection: &Connection, keys: &Keys) -> Result<Found, StoreError> {
    let segments = unverified_segments(connection, keys)?;
    let mut statement = connection.prepare(&format!("{} ORDER BY place", select(SOURCE_ROWS, &COLUMNS)))?;
    let mut rows = statement.query([])?;
    let (mut found, mut scratch) = (Found::default(), Vec::with_capacity(256));
    while let Some(row) = rows.next()? {
        let key = RowKey::from_packed(row.get(0)?);
        match key.segment().and_then(|id| segments.find(id)) {
            Some(segment) => {
                let row = read(row, segment)?;
                let digest = row.digest(&keys.rows, &mut scratch);
                found.sums.entry(row.bucket()).or_default().count(&digest, row.shown());
            }
            None => found.strange += 1,
        }
    }
    Ok(found)
}

impl View<'_> {
    /// Returns whether there is a row in a segment and month of which no sum counts rows. No command reads it.
    pub(crate) fn has_strays(&self) -> Result<bool, StoreError> {
        let mut known = Vec::new();
        for (bucket, _) in self.digests.iter().filter(|(bucket, _)| bucket.table == SOURCE_ROWS) {
            let Some(segment) = SegmentId::new(bucket.segment) else { return Ok(true) };
            known.push(RowKey::range(segment, days_of_month(bucket.month)?)?);
        }
        known.sort_unstable_by_key(|keys| *keys.start());
        let mut next =
            self.connection.prepare("SELECT place FROM source_rows WHERE place > ?1 ORDER BY place LIMIT 1")?;
        let mut after = i64::MIN;
        while let Some(place) = next.query_row([after], |row| row.get(0)).optional()? {
            let key = RowKey::from_packed(place);
            let at = known.partition_point(|keys| *keys.end() < key);
            let Some(keys) = known.get(at).filter(|keys| keys.contains(&key)) else { return Ok(true) };
            after = keys.end().packed();
        }
        Ok(false)
    }

    /// Reads and verifies the months of an account that are not among those that were read already; months as by
    /// [`crate::model::Day::month_index`].
    pub(crate) fn verify_months(&self, account: AccountId, read: &BTreeSet<i32>) -> Result<(), StoreError> {
        let sums = self.sums(account, None);
        for sum in sums.chunk_by(|(a, _), (b, _)| a.month == b.month).filter(|sums| !read.contains(&sums[0].0.month)) {
            self.month(sum, Part::default(), |_| None::<()>)?;
        }
        Ok(())
    }
}
