//! What was read and verified, kept for the next one who asks. It holds as long as its sum does.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::store::db::block::Block;
use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::segment::SegmentCache;

/// Source rows that a writer keeps: the days around a small import are looked at by several steps of it.
const ROWS_KEPT: u64 = 50_000;

/// The segments, and source rows of some buckets.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub segments: SegmentCache,
    pub rows: RowCache,
}

/// Rows that were verified, and the sum that they had.
type Kept = (Sum, Arc<Block>);

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
    pub(crate) fn get(&self, bucket: Bucket, sum: Sum) -> Option<Arc<Block>> {
        self.kept.borrow().get(&bucket).filter(|(of, _)| *of == sum).map(|(_, rows)| Arc::clone(rows))
    }

    /// Returns whether there is room for the rows of a bucket with this sum.
    pub(crate) fn has_room(&self, sum: Sum) -> bool {
        sum.rows.unsigned_abs() <= self.room.get()
    }

    /// Keeps the rows of a bucket that was verified, if there is room for them.
    pub(crate) fn put(&self, bucket: Bucket, sum: Sum, rows: &Arc<Block>) {
        if !self.has_room(sum) {
            return;
        }
        self.room.set(self.room.get().saturating_sub(rows.len() as u64));
        if let Some((_, old)) = self.kept.borrow_mut().insert(bucket, (sum, Arc::clone(rows))) {
            self.room.set(self.room.get() + old.len() as u64);
        }
    }

    /// Changes the rows of a bucket that had one sum as they are changed in the database, which gives them another one.
    /// Rows that were read before stay as they were.
    pub(crate) fn change(&self, bucket: Bucket, from: Sum, to: Sum, change: impl FnOnce(&mut Block)) {
        if let Some((sum, rows)) = self.kept.borrow_mut().get_mut(&bucket).filter(|(sum, _)| *sum == from) {
            change(Arc::make_mut(rows));
            *sum = to;
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
        cache.put(bucket, sum(2), &Arc::default());
        assert!(cache.get(bucket, sum(2)).is_some());
        assert!(cache.get(bucket, sum(1)).is_none() && cache.get(Bucket { month: 1, ..bucket }, sum(2)).is_none());
        cache.put(bucket, sum(1), &Arc::default());
        assert!(cache.get(bucket, sum(2)).is_none());
    }

    #[test]
    fn keeps_no_more_rows_than_it_has_room_for() {
        let (cache, bucket) = (RowCache::default(), Bucket::of_table("source_rows"));
        cache.make_room();
        assert!(cache.has_room(Sum { rows: ROWS_KEPT as i64, ..Sum::default() }));
        assert!(!cache.has_room(Sum { rows: ROWS_KEPT as i64 + 1, ..Sum::default() }));
        cache.room.set(1);
        assert!(cache.has_room(sum(1)) && !cache.has_room(sum(2)));
        cache.put(bucket, sum(0), &Arc::default());
        assert!(cache.has_room(sum(1)));
    }
}
