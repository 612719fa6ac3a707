//! What was read and verified, kept for the next one who asks. It holds as long as its sum does.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::store::db::block::Block;
use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::row_key::RowKey;
use crate::store::db::segment::SegmentCache;

/// Source rows that a writer keeps: the days around a small import are looked at by several steps of it.
const ROWS_KEPT: u64 = 50_000;
/// The same where zones were read, and not their months.
const ROWS_OF_ZONES_KEPT: u64 = 10_000;

/// The segments, and source rows of some buckets and zones.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub segments: SegmentCache,
    pub rows: RowCache<Bucket>,
    /// By the first key of the zone.
    pub zones: RowCache<(Bucket, RowKey)>,
}

impl Cache {
    /// Makes room for the rows of a writer. Without it, none are kept.
    pub(crate) fn make_room(&self) {
        self.rows.room.set(ROWS_KEPT);
        self.zones.room.set(ROWS_OF_ZONES_KEPT);
    }

    /// Forgets the rows, and keeps none from now on: what is read in a change that fails is not what the vault has.
    pub(crate) fn forget_rows(&self) {
        self.rows.forget();
        self.zones.forget();
    }
}

/// Rows that were verified, and the sum that they had.
type Kept = (Sum, Arc<Block>);

/// Source rows by what has their sum.
#[derive(Debug)]
pub(crate) struct RowCache<K> {
    kept: RefCell<BTreeMap<K, Kept>>,
    /// How many more rows are kept.
    room: Cell<u64>,
}

impl<K> Default for RowCache<K> {
    fn default() -> RowCache<K> {
        RowCache { kept: RefCell::default(), room: Cell::default() }
    }
}

impl<K: Ord> RowCache<K> {
    /// Returns the rows of what has this sum, if they are kept.
    pub(crate) fn get(&self, of: K, sum: Sum) -> Option<Arc<Block>> {
        self.kept.borrow().get(&of).filter(|(had, _)| *had == sum).map(|(_, rows)| Arc::clone(rows))
    }

    /// Returns whether there is room for the rows of this sum.
    pub(crate) fn has_room(&self, sum: Sum) -> bool {
        sum.rows.unsigned_abs() <= self.room.get()
    }

    /// Keeps rows that were verified, if there is room for them.
    pub(crate) fn put(&self, of: K, sum: Sum, rows: &Arc<Block>) {
        if !self.has_room(sum) {
            return;
        }
        self.room.set(self.room.get().saturating_sub(rows.len() as u64));
        if let Some((_, old)) = self.kept.borrow_mut().insert(of, (sum, Arc::clone(rows))) {
            self.room.set(self.room.get() + old.len() as u64);
        }
    }

    fn forget(&self) {
        self.kept.borrow_mut().clear();
        self.room.set(0);
    }

    /// Changes the rows of what had one sum as they are changed in the database, which gives them another one.
    /// Rows that were read before stay as they were.
    pub(crate) fn change(&self, of: K, from: Sum, to: Sum, change: impl FnOnce(&mut Block)) {
        if let Some((sum, rows)) = self.kept.borrow_mut().get_mut(&of).filter(|(sum, _)| *sum == from) {
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
        cache.room.set(2);
        assert!(cache.has_room(sum(2)));
        cache.put(bucket, sum(2), &Arc::default());
        assert!(cache.get(bucket, sum(2)).is_some());
        assert!(cache.get(bucket, sum(1)).is_none() && cache.get(Bucket { month: 1, ..bucket }, sum(2)).is_none());
        cache.put(bucket, sum(1), &Arc::default());
        assert!(cache.get(bucket, sum(2)).is_none());
    }

    #[test]
    fn keeps_no_more_rows_than_it_has_room_for() {
        let all = Cache::default();
        all.make_room();
        assert!(all.rows.has_room(Sum { rows: ROWS_KEPT as i64, ..Sum::default() }));
        assert!(!all.rows.has_room(Sum { rows: ROWS_KEPT as i64 + 1, ..Sum::default() }));
        assert!(!all.zones.has_room(Sum { rows: ROWS_OF_ZONES_KEPT as i64 + 1, ..Sum::default() }));
        let (cache, bucket) = (RowCache::default(), Bucket::of_table("source_rows"));
        cache.room.set(1);
        assert!(cache.has_room(sum(1)) && !cache.has_room(sum(2)));
        cache.put(bucket, sum(0), &Arc::default());
        assert!(cache.has_room(sum(1)));
    }
}
