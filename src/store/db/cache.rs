//! What was read and verified, kept for the next one who asks. It holds as long as its sum does.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::segment::SegmentCache;
use crate::store::db::source_row::StoredSourceRow;

/// Source rows that a writer keeps: the days around a small import are looked at by several steps of it.
const ROWS_KEPT: u64 = 20_000;

/// The segments, and source rows of some buckets.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub segments: SegmentCache,
    pub rows: RowCache,
}

/// Rows that were verified, and the sum that they had.
type Kept = (Sum, Arc<Vec<StoredSourceRow>>);

/// Source rows by their bucket.
#[derive(Debug, Default)]
pub(crate) struct RowCache {
    kept: RefCell<BTreeMap<Bucket, Kept>>,
    /// How many more rows are kept.
    room: Cell<u64>,
}

impl RowCache {
    /// Makes room for the rows of a writer. Without it, none are kept.
    pub(crate) fn make_room(&self) {
        self.room.set(ROWS_KEPT);
    }

    /// Returns the rows of a bucket that has this sum, if they are kept.
    pub(crate) fn get(&self, bucket: Bucket, sum: Sum) -> Option<Arc<Vec<StoredSourceRow>>> {
        self.kept.borrow().get(&bucket).filter(|(of, _)| *of == sum).map(|(_, rows)| Arc::clone(rows))
    }

    /// Returns whether there is room for the rows of a bucket with this sum.
    pub(crate) fn has_room(&self, sum: Sum) -> bool {
        sum.rows.unsigned_abs() <= self.room.get()
    }

    /// Keeps the rows of a bucket that was verified.
    pub(crate) fn put(&self, bucket: Bucket, sum: Sum, rows: Vec<StoredSourceRow>) {
        self.room.set(self.room.get().saturating_sub(rows.len() as u64));
        if let Some((_, old)) = self.kept.borrow_mut().insert(bucket, (sum, Arc::new(rows))) {
            self.room.set(self.room.get() + old.len() as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::digest::Shown;

    fn sum(rows: u8) -> Sum {
        let mut sum = Sum::default();
        (0..rows).for_each(|row| sum.count(&[row; 32], Shown::default()));
        sum
    }

    #[test]
    fn keeps_rows_for_as_long_as_their_sum_is_the_same() {
        let (cache, bucket) = (RowCache::default(), Bucket::of_table("source_rows"));
        assert!(!cache.has_room(sum(1)));
        cache.make_room();
        assert!(cache.has_room(sum(2)));
        cache.put(bucket, sum(2), Vec::new());
        assert!(cache.get(bucket, sum(2)).is_some());
        assert!(cache.get(bucket, sum(1)).is_none() && cache.get(Bucket { month: 1, ..bucket }, sum(2)).is_none());
        cache.put(bucket, sum(1), Vec::new());
        assert!(cache.get(bucket, sum(2)).is_none());
    }

    #[test]
    fn keeps_no_more_rows_than_it_has_room_for() {
        let (cache, bucket) = (RowCache::default(), Bucket::of_table("source_rows"));
        cache.make_room();
        assert!(cache.has_room(Sum { rows: 20_000, ..Sum::default() }));
        assert!(!cache.has_room(Sum { rows: 20_001, ..Sum::default() }));
        cache.room.set(1);
        assert!(cache.has_room(sum(1)) && !cache.has_room(sum(2)));
        cache.put(bucket, sum(0), Vec::new());
        assert!(cache.has_room(sum(1)));
    }
}
