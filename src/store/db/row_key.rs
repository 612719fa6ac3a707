//! The primary key of a source row: segment, day and offset, packed so that the rows of a segment lie together, by day.

use std::ops::RangeInclusive;

use crate::model::{Day, Period};
use crate::store::db::segment::{SEGMENT_BITS, SegmentId};
use crate::store::error::StoreError;

/// Bits for the offset, and for the day since 1900-01-01; above them are those of the segment.
const OFFSET_BITS: u32 = 26;
const DAY_BITS: u32 = 17;
const _: () = assert!(SEGMENT_BITS + DAY_BITS + OFFSET_BITS == 63);
/// 1900-01-01 in days since 1970-01-01.
const DAY_ZERO: i32 = -25_567;
/// The largest offset.
const LAST_OFFSET: u64 = (1 << OFFSET_BITS) - 1;

/// Segment, day and offset of a source row in one integer: the column `place`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowKey(i64);

impl RowKey {
    /// Packs segment, day and offset, which is how much the row's number is above the lowest of its segment.
    ///
    /// # Errors
    /// When the offset has more than 26 bits.
    pub(crate) fn pack(segment: SegmentId, day: Day, offset: u64) -> Result<RowKey, StoreError> {
        if offset > LAST_OFFSET {
            return Err(StoreError::Full("rows of one file"));
        }
        let days = i64::from(day.epoch_days() - DAY_ZERO);
        Ok(RowKey(segment.number() << (OFFSET_BITS + DAY_BITS) | days << OFFSET_BITS | offset.cast_signed()))
    }

    /// Takes a key as it is stored, unverified.
    pub(crate) fn from_packed(packed: i64) -> RowKey {
        RowKey(packed)
    }

    /// Returns the key as it is stored.
    pub(crate) fn packed(self) -> i64 {
        self.0
    }

    /// Returns the keys of a segment in a period.
    pub(crate) fn range(segment: SegmentId, period: Period) -> Result<RangeInclusive<RowKey>, StoreError> {
        Ok(RowKey::pack(segment, period.first(), 0)?..=RowKey::pack(segment, period.last(), LAST_OFFSET)?)
    }

    /// Returns the key of the same day and offset in another segment.
    pub(crate) fn of_segment(self, segment: SegmentId) -> Result<RowKey, StoreError> {
        RowKey::pack(segment, self.day(), self.offset())
    }

    /// Returns the segment; `None` for a key that this program cannot have written.
    pub(crate) fn segment(self) -> Option<SegmentId> {
        SegmentId::new(self.0 >> (OFFSET_BITS + DAY_BITS))
    }

    /// Returns the day. A key that holds no valid day gives the first: its digest does not fit either.
    pub(crate) fn day(self) -> Day {
        let days = i32::try_from(self.0 >> OFFSET_BITS & ((1 << DAY_BITS) - 1)).unwrap_or(0) + DAY_ZERO;
        Day::from_epoch_days(days).unwrap_or(Day::FIRST)
    }

    /// Returns the offset, which no other source row of the segment has.
    pub(crate) fn offset(self) -> u64 {
        self.0.cast_unsigned() & LAST_OFFSET
    }

    /// Returns whether both keys are of one segment and day.
    pub(crate) fn is_same_day(self, other: RowKey) -> bool {
        self.0 >> OFFSET_BITS == other.0 >> OFFSET_BITS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(number: i64) -> SegmentId {
        SegmentId::new(number).unwrap()
    }

    #[test]
    fn gives_back_what_was_packed() {
        for (id, day, offset) in [(1, "1900-01-01", 0), (77, "2026-03-31", 12), (1_048_575, "2199-12-31", LAST_OFFSET)]
        {
            let key = RowKey::pack(segment(id), day.parse().unwrap(), offset).unwrap();
            assert!(key.packed() > 0);
            assert_eq!((key.segment(), key.day().to_string().as_str(), key.offset()), (Some(segment(id)), day, offset));
            assert_eq!(key.of_segment(segment(2)).unwrap().segment(), Some(segment(2)));
        }
    }

    #[test]
    fn orders_keys_by_segment_day_and_offset() {
        let (early, late) = ("2026-01-01".parse().unwrap(), "2026-01-02".parse().unwrap());
        let keys = [
            RowKey::pack(segment(1), early, 0),
            RowKey::pack(segment(1), early, LAST_OFFSET),
            RowKey::pack(segment(1), late, 0),
            RowKey::pack(segment(2), early, 0),
        ];
        let keys = keys.map(Result::unwrap);
        assert!(keys.is_sorted());
        assert!(keys[0].is_same_day(keys[1]) && !keys[1].is_same_day(keys[2]) && !keys[0].is_same_day(keys[3]));
        let range = RowKey::range(segment(1), Period::of_day(early)).unwrap();
        assert_eq!(keys.map(|key| range.contains(&key)), [true, true, false, false]);
    }

    #[test]
    fn refuses_an_offset_that_does_not_fit() {
        assert!(RowKey::pack(segment(1), Day::FIRST, (1 << 26) - 1).is_ok());
        assert!(matches!(RowKey::pack(segment(1), Day::FIRST, 1 << 26), Err(StoreError::Full("rows of one file"))));
    }

    #[test]
    fn has_no_segment_where_no_key_has_one() {
        let key = RowKey::pack(segment(9), Day::FIRST, 3).unwrap();
        assert_eq!(RowKey::from_packed(-key.packed()).segment(), None);
        assert_eq!(RowKey::from_packed(3).segment(), None);
    }
}
