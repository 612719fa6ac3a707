//! One source row by its number.
//!
//! No index has the numbers: where a row lies is searched in the keys of its segment, unverified, and then its month is
//! read and verified. How many rows a segment has is known from the digests, so that a row which must be there and is not
//! is an integrity failure.

use rusqlite::OptionalExtension;

use crate::model::{Day, Period};
use crate::store::db::coverages::Coverage;
use crate::store::db::digest::SOURCE_ROWS;
use crate::store::db::row_key::RowKey;
use crate::store::db::source_row::StoredSourceRow;
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError};

impl View<'_> {
    /// Returns the row with a number; nothing where the statement has none with it.
    pub(crate) fn numbered(&self, of: &Coverage, number: u64) -> Result<Option<StoredSourceRow>, StoreError> {
        let Some(offset) = number.checked_sub(of.first_number).filter(|offset| *offset < self.rows_of(of)) else {
            return Ok(None);
        };
        let missing = || StoreError::from(Damage::Rows(SOURCE_ROWS));
        let day = self.day_of(of, offset)?.ok_or_else(missing)?;
        let rows = self.segment_rows(of.account, of.segment, Period::of_day(day))?;
        rows.into_iter().find(|row| row.number == number).map(Some).ok_or_else(missing)
    }

    /// Returns how many rows a statement has.
    pub(crate) fn rows_of(&self, of: &Coverage) -> u64 {
        let sums = self.sums(of.account, of.rows).into_iter();
        let own = sums.filter(|(bucket, _)| bucket.segment == of.segment.number());
        own.map(|(_, sum)| sum.rows.unsigned_abs()).sum()
    }

    /// Returns on which day lies the row with an offset in its segment: at once where the file is in the order of days,
    /// else day by day.
    pub(crate) fn day_of(&self, of: &Coverage, offset: u64) -> Result<Option<Day>, StoreError> {
        let Some(days) = of.rows else { return Ok(None) };
        let (mut first, mut last) = (days.first(), days.last());
        while first < last {
            let middle = first.plus_days((first.days_until(last) + 1) / 2);
            match self.key_from(of, middle, 0)? {
                Some(key) if key.offset() <= offset => first = key.day(),
                _ => last = middle.plus_days(-1),
            }
        }
        if self.key_from(of, first, offset)?.is_some_and(|key| (key.day(), key.offset()) == (first, offset)) {
            return Ok(Some(first));
        }
        let mut day = days.first();
        while let Some(key) = self.key_from(of, day, offset)? {
            if key.offset() == offset {
                return Ok(Some(key.day()));
            }
            let next = key.day().max(day.plus_days(1));
            if next == day {
                break;
            }
            day = next;
        }
        Ok(None)
    }

    /// Returns the first key of a segment that is not before a day and an offset.
    fn key_from(&self, of: &Coverage, day: Day, offset: u64) -> Result<Option<RowKey>, StoreError> {
        let Some(days) = of.rows.filter(|days| day <= days.last()) else { return Ok(None) };
        let (first, end) = (RowKey::pack(of.segment, day, offset)?, *RowKey::range(of.segment, days)?.end());
        let mut statement = self
            .connection
            .prepare_cached("SELECT place FROM source_rows WHERE place BETWEEN ?1 AND ?2 ORDER BY place LIMIT 1")?;
        let found = statement.query_row([first.packed(), end.packed()], |row| row.get(0)).optional()?;
        Ok(found.map(RowKey::from_packed))
    }
}
