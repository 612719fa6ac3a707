//! Segments: the rows of one statement of one import in one account, which lie together in the one large table.
//!
//! A row of the table names only its segment. Whose rows those are is what the coverage with that segment says.

use std::cell::RefCell;
use std::sync::Arc;

use crate::model::{AccountId, Period};
use crate::store::db::digest::Sum;
use crate::store::error::StoreError;

/// Bits for the number of a segment.
pub(crate) const SEGMENT_BITS: u32 = 20;

/// The number of a segment, from 1. No two coverages have the same, and none has that of one that was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SegmentId(i64);

impl SegmentId {
    /// Takes a number of at most 20 bits.
    pub(crate) fn new(number: i64) -> Option<SegmentId> {
        (1..1 << SEGMENT_BITS).contains(&number).then_some(SegmentId(number))
    }

    /// Returns the number.
    pub(crate) fn number(self) -> i64 {
        self.0
    }
}

/// Whose rows a segment holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Its number.
    pub id: SegmentId,
    /// The account.
    pub account: AccountId,
    /// Which of the statements of its file it is, from 0.
    pub statement: u32,
    /// The number of the row with the offset 0.
    pub first_number: u64,
    /// First and last day of the rows; `None` where there are none.
    pub days: Option<Period>,
    /// The number of the first row of another segment with the same rows at the same offsets. A row that is stored as alone is
    /// then a row of the transaction of that one and does not lead: when that one goes, no row has to be written.
    pub twin: Option<u64>,
}

/// The segments of all coverages.
#[derive(Debug, Default)]
pub(crate) struct Segments(Vec<Segment>);

impl Segments {
    /// Takes the segments in any order.
    pub(crate) fn new(mut all: Vec<Segment>) -> Segments {
        all.sort_unstable_by_key(|segment| segment.id);
        Segments(all)
    }

    /// Returns the segment with a number, if a coverage names it.
    pub(crate) fn find(&self, id: SegmentId) -> Option<&Segment> {
        self.0.binary_search_by_key(&id, |segment| segment.id).ok().map(|at| &self.0[at])
    }
}

/// The segments as they were last read. They hold as long as the coverages have the sum that they had then.
#[derive(Debug, Default)]
pub(crate) struct SegmentCache(RefCell<Option<(Sum, Arc<Segments>)>>);

impl SegmentCache {
    /// Returns the segments for this sum of the coverages. `read` reads and verifies them when they are not known.
    pub(crate) fn get(
        &self,
        sum: Sum,
        read: impl FnOnce() -> Result<Segments, StoreError>,
    ) -> Result<Arc<Segments>, StoreError> {
        if let Some((of, known)) = &*self.0.borrow()
            && *of == sum
        {
            return Ok(Arc::clone(known));
        }
        let segments = Arc::new(read()?);
        self.0.replace(Some((sum, Arc::clone(&segments))));
        Ok(segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::digest::Shown;

    fn segment(id: i64, account: i64) -> Segment {
        Segment {
            id: SegmentId::new(id).unwrap(),
            account: AccountId::new(account),
            statement: 0,
            first_number: 1,
            days: None,
            twin: None,
        }
    }

    #[test]
    fn takes_numbers_of_twenty_bits() {
        assert_eq!(SegmentId::new(0), None);
        assert_eq!(SegmentId::new(-1), None);
        assert_eq!(SegmentId::new((1 << 20) - 1).map(SegmentId::number), Some(1_048_575));
        assert_eq!(SegmentId::new(1 << 20), None);
    }

    #[test]
    fn finds_a_segment_by_its_number() {
        let segments = Segments::new(vec![segment(4, 1), segment(1, 1), segment(2, 2)]);
        assert_eq!(segments.find(SegmentId::new(2).unwrap()).map(|s| s.account), Some(AccountId::new(2)));
        assert_eq!(segments.find(SegmentId::new(5).unwrap()), None);
    }

    #[test]
    fn reads_the_segments_again_only_for_another_sum() {
        let (cache, none, mut one) = (SegmentCache::default(), Sum::default(), Sum::default());
        one.count(&[7; 32], Shown::default());
        let mut read = 0;
        for sum in [none, none, one, one, none] {
            cache
                .get(sum, || {
                    read += 1;
                    Ok(Segments::default())
                })
                .unwrap();
        }
        assert_eq!(read, 3);
    }
}
