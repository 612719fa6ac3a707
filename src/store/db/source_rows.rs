//! Source rows: the one large table. A transaction is what its living source rows attest; the one that leads is shown.
//!
//! The table is called `source_rows`, and its primary key, a [`RowKey`], is the column `place`: the rows of an import's
//! statement lie together in day order, which is a [`Segment`], so that an import appends them and an undo deletes one
//! range. Reading goes by months of an account, and of each by segment, because that is what a digest vouches for: nothing of
//! a month is returned before what was read of it was compared with its sum, or with those of its zones (`zones`).

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, params, params_from_iter};

use crate::model::{AccountId, Day, Period};
use crate::store::db::block::{Block, BlockRow};
use crate::store::db::change::Change;
use crate::store::db::digest::{Bucket, SOURCE_ROWS, Sum};
use crate::store::db::keys::Keys;
use crate::store::db::row_key::RowKey;
use crate::store::db::row_reading::{days_of_month, read_rows, verify};
use crate::store::db::segment::{Segment, SegmentId};
use crate::store::db::source_row::{COLUMNS, SourceRow, StoredSourceRow};
use crate::store::db::table::insert_into;
use crate::store::db::view::View;
use crate::store::db::zone::{Pack, ZoneMaker};
use crate::store::db::zones::{Part, Search};
use crate::store::error::{Damage, StoreError};

/// Rows from here on are digested on a second processor.
const PARALLEL_FROM: usize = 10_000;

/// Rows of a month from here on are digested beside the reading of the next month.
const DIGESTED_APART_FROM: usize = 1_000;

impl View<'_> {
    /// Reads and verifies months of an account and passes them to `each`, every month in the order of days, and of numbers
    /// within a day.
    ///
    /// `period` widens to whole months. Stops when `each` breaks.
    pub(crate) fn visit(
        &self,
        account: AccountId,
        period: Option<Period>,
        newest_first: bool,
        each: impl FnMut(Vec<StoredSourceRow>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.visit_kept(account, period, newest_first, |row| Some(row.to_stored()), each)
    }

    /// Does as [`View::visit`], but passes on what `keep` makes of the rows.
    ///
    /// `keep` sees a row before its month is verified, and the rows of a month in no order: it only selects and copies.
    /// What it kept is dropped when the sum of the month differs.
    pub(crate) fn visit_kept<K>(
        &self,
        account: AccountId,
        period: Option<Period>,
        newest_first: bool,
        mut keep: impl FnMut(&SourceRow<&str>) -> Option<K>,
        mut each: impl FnMut(Vec<K>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for month in self.months_in(account, period, newest_first) {
            if each(self.month(&month, Part::default(), &mut keep)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Does as [`View::visit_kept`], but `keep` need not see rows that the search does not want, and with the newest first the last
    /// days of the first month come by themselves.
    pub(crate) fn visit_wanted<K>(
        &self,
        (account, period): (AccountId, Option<Period>),
        search: &Search,
        newest_first: bool,
        mut keep: impl FnMut(&SourceRow<&str>) -> Option<K>,
        mut each: impl FnMut(Vec<K>) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for month in self.months_in(account, period, newest_first) {
            let newest = if newest_first && !search.has_begun() { self.last_days(&month)? } else { None };
            let mut before = None;
            if let Some(days) = newest {
                before = Some(days.first());
                let mut keep = |row: &SourceRow<&str>| if days.contains(row.day()) { keep(row) } else { None };
                if let Some(part) = search.part(None, newest)
                    && each(self.month(&month, part, &mut keep)?).is_break()
                {
                    break;
                }
            }
            let zones = search.zones(self, &month)?;
            let mut keep =
                |row: &SourceRow<&str>| if before.is_none_or(|day| row.day() < day) { keep(row) } else { None };
            let days = before.and_then(|day| Period::new(Day::FIRST, day.plus_days(-1)));
            if let Some(part) = search.part(zones, days)
                && each(self.month(&month, part, &mut keep)?).is_break()
            {
                break;
            }
        }
        Ok(())
    }

    /// Returns the sums of each month of an account in a period, which widens to whole months.
    fn months_in(&self, account: AccountId, period: Option<Period>, newest_first: bool) -> Vec<Vec<(Bucket, Sum)>> {
        let sums = self.sums(account, period);
        let months = sums.chunk_by(|(a, _), (b, _)| a.month == b.month).map(<[_]>::to_vec);
        if newest_first { months.rev().collect() } else { months.collect() }
    }

    /// Reads and verifies the months of an account, or of one of its segments, and returns their rows with the month, oldest
    /// month first, and of one month by segment. `period` widens to whole months; months are as by [`Day::month_index`].
    pub(crate) fn blocks(
        &self,
        account: AccountId,
        segment: Option<SegmentId>,
        period: Period,
    ) -> Result<Vec<(i32, Arc<Block>)>, StoreError> {
        let whole = self.whole(self.sums_of(account, segment, period))?;
        Ok(whole.into_iter().map(|(bucket, rows)| (bucket.month, rows)).collect())
    }

    /// Returns the verified rows of some days, in no order; and maybe others of their months, which are read whole where that
    /// is as fast.
    pub(crate) fn blocks_of_days(
        &self,
        account: AccountId,
        segment: Option<SegmentId>,
        days: Period,
    ) -> Result<Vec<Arc<Block>>, StoreError> {
        let (mut found, mut rest) = (Vec::new(), Vec::new());
        for (bucket, expected) in self.sums_of(account, segment, days) {
            let (mut part, mut pushed) = (Block::default(), Ok(()));
            let push = |row: &SourceRow<&str>| {
                if pushed.is_ok() {
                    pushed = part.push(row);
                }
            };
            let is_kept = self.cache.rows.get(bucket, expected).is_some();
            if !is_kept && self.read_zones((bucket, expected), Part::of_days(days), push)? {
                pushed?;
                found.push(Arc::new(part));
            } else {
                rest.push((bucket, expected));
            }
        }
        found.extend(self.whole(rest)?.into_iter().map(|(_, rows)| rows));
        Ok(found)
    }

    /// Reads the rows of sums and compares them. What was read is digested on other threads, beside the reading of the next.
    fn whole(&self, sums: Vec<(Bucket, Sum)>) -> Result<Vec<(Bucket, Arc<Block>)>, StoreError> {
        let (keys, cache) = (self.keys, &self.cache.rows);
        std::thread::scope(|scope| {
            let mut found = Vec::with_capacity(sums.len());
            for (bucket, expected) in sums {
                let known = cache.get(bucket, expected);
                let Some(rows) = known else {
                    let rows = Arc::new(self.unverified(bucket, expected)?);
                    let on_worker = (rows.len() >= DIGESTED_APART_FROM).then(|| {
                        let rows = Arc::clone(&rows);
                        scope.spawn(move || rows.sum(&keys.rows))
                    });
                    found.push((bucket, expected, rows, Some(on_worker)));
                    continue;
                };
                found.push((bucket, expected, rows, None));
            }
            let verified = found.into_iter().map(|(bucket, expected, rows, unverified)| {
                if let Some(on_worker) = unverified {
                    // If the worker panicked, the work is repeated here, where the panic is seen.
                    let sum = on_worker.and_then(|worker| worker.join().ok());
                    verify(bucket, sum.unwrap_or_else(|| rows.sum(&keys.rows)), expected)?;
                    cache.put(bucket, expected, &rows);
                }
                Ok((bucket, rows))
            });
            verified.collect()
        })
    }

    /// Reads and verifies the months of a segment of an account, and returns the rows that lie in a period, in the order of
    /// days and numbers.
    pub(crate) fn segment_rows(
        &self,
        account: AccountId,
        segment: SegmentId,
        period: Period,
    ) -> Result<Vec<StoredSourceRow>, StoreError> {
        let blocks = self.blocks(account, Some(segment), period)?;
        let rows = blocks.iter().flat_map(|(_, block)| block.rows()).filter(|row| period.contains(row.day()));
        Ok(rows.map(BlockRow::to_stored).collect())
    }

    /// Returns the sums of the months of an account that hold source rows, oldest first, and of one month by segment.
    /// `period` widens to whole months.
    pub(super) fn sums(&self, account: AccountId, period: Option<Period>) -> Vec<(Bucket, Sum)> {
        let wanted =
            |month: i32| period.is_none_or(|p| p.first().month_index() <= month && month <= p.last().month_index());
        self.digests.of_account(account.number()).filter(|(bucket, _)| wanted(bucket.month)).collect()
    }

    /// Returns the same of one segment, where one is given.
    pub(super) fn sums_of(&self, account: AccountId, segment: Option<SegmentId>, period: Period) -> Vec<(Bucket, Sum)> {
        let mut sums = self.sums(account, Some(period));
        sums.retain(|(bucket, _)| segment.is_none_or(|id| bucket.segment == id.number()));
        sums
    }

    /// Reads the rows of some sums of one month and compares them. Returns what `take` made of the rows, in the order of
    /// days and numbers. `take` need not see rows that are not of the part.
    pub(super) fn month<K>(
        &self,
        sums: &[(Bucket, Sum)],
        part: Part<'_>,
        mut take: impl FnMut(&SourceRow<&str>) -> Option<K>,
    ) -> Result<Vec<K>, StoreError> {
        let (mut kept, mut places) = (Vec::new(), Vec::new());
        for (bucket, expected) in sums {
            let mut take = |row: &SourceRow<&str>| {
                if let Some(one) = take(row) {
                    kept.push(one);
                    places.push((row.day(), row.number));
                }
            };
            let known = self.cache.rows.get(*bucket, *expected);
            if known.is_none() && self.read_zones((*bucket, *expected), part, &mut take)? {
                continue;
            }
            if known.is_some() || self.cache.rows.has_room(*expected) {
                self.block(*bucket, *expected)?.rows().for_each(|row| take(&row.borrowed()));
                continue;
            }
            let (mut sum, mut scratch) = (Sum::default(), Vec::with_capacity(256));
            self.read_bucket(*bucket, |row| {
                sum.count(&row.digest(&self.keys.rows, &mut scratch), row.shown());
                take(row);
                Ok(())
            })?;
            verify(*bucket, sum, *expected)?;
        }
        Ok(in_order(kept, &places))
    }

    /// Returns the verified rows of a bucket.
    fn block(&self, bucket: Bucket, expected: Sum) -> Result<Arc<Block>, StoreError> {
        if let Some(rows) = self.cache.rows.get(bucket, expected) {
            return Ok(rows);
        }
        let rows = Arc::new(self.unverified(bucket, expected)?);
        verify(bucket, rows.sum(&self.keys.rows), expected)?;
        self.cache.rows.put(bucket, expected, &rows);
        Ok(rows)
    }

    /// Reads the rows of a bucket, unverified.
    fn unverified(&self, bucket: Bucket, expected: Sum) -> Result<Block, StoreError> {
        let mut rows = Block::for_rows(expected.rows);
        self.read_bucket(bucket, |row| rows.push(row))?;
        Ok(rows)
    }

    /// Reads the rows of a bucket, unverified, in the order of their keys.
    fn read_bucket(
        &self,
        bucket: Bucket,
        each: impl FnMut(&SourceRow<&str>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let segments = self.segments()?;
        match SegmentId::new(bucket.segment).and_then(|id| segments.find(id)) {
            Some(segment) => {
                let keys = RowKey::range(segment.id, days_of_month(bucket.month)?)?;
                read_rows(self.connection, segment, &keys, each)
            }
            None => Ok(()),
        }
    }

    /// Returns the months of an account that hold source rows, from the month of a day to that of another, oldest first;
    /// each as by [`Day::month_index`].
    pub(crate) fn months(&self, account: AccountId, first: Day, last: Day) -> Vec<i32> {
        let wanted = first.month_index()..=last.month_index();
        let sums = self.digests.of_account(account.number());
        let mut months: Vec<i32> =
            sums.map(|(bucket, _)| bucket.month).filter(|month| wanted.contains(month)).collect();
        months.dedup();
        months
    }

    /// Returns how many source rows each month of an account holds; months as by [`Day::month_index`].
    pub(crate) fn rows_by_month(&self, account: AccountId) -> BTreeMap<i32, u64> {
        let mut rows = BTreeMap::new();
        for (bucket, sum) in self.digests.of_account(account.number()) {
            *rows.entry(bucket.month).or_default() += sum.rows.unsigned_abs();
        }
        rows
    }

    /// Returns the sum of the posted transactions of an account before a month, in millionths modulo 2^64: from the
    /// digests, without reading a row.
    pub(crate) fn posted_before_month(&self, account: AccountId, month: i32) -> i64 {
        let before = self.digests.of_account(account.number()).take_while(|(bucket, _)| bucket.month < month);
        before.fold(0, |sum, (_, of)| sum.wrapping_add(of.shown.posted))
    }

    /// Returns the same before a day: of its month, rows are read where zones do not have the sum.
    pub(crate) fn posted_before(&self, account: AccountId, day: Day) -> Result<i64, StoreError> {
        let mut posted = self.posted_before_month(account, day.month_index());
        for of_month in self.sums(account, Some(Period::of_day(day))) {
            let before = match self.posted_by_zones(of_month, day)? {
                Some(before) => before,
                None => {
                    let before = |row: &SourceRow<&str>| (row.day() < day).then(|| row.shown().posted);
                    let rows = self.month(&[of_month], Part::default(), before)?;
                    rows.into_iter().fold(0, i64::wrapping_add)
                }
            };
            posted = posted.wrapping_add(before);
        }
        Ok(posted)
    }
}

/// Puts what was kept of rows into the order of their places. One segment has them in that order already.
fn in_order<K>(kept: Vec<K>, places: &[(Day, u64)]) -> Vec<K> {
    if places.is_sorted() {
        return kept;
    }
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|index| places[*index]);
    let mut kept: Vec<Option<K>> = kept.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| kept[index].take()).collect()
}

/// The sums of rows that are added, and their zones.
type Added = (Vec<(Bucket, Sum)>, Vec<Pack>);

fn added<T: AsRef<str>>(keys: &Keys, rows: &[SourceRow<T>]) -> Added {
    let mut sums: Vec<(Bucket, Sum)> = Vec::new();
    let (mut zones, mut scratch) = (ZoneMaker::new(), Vec::with_capacity(256));
    let mut last: Option<RowKey> = None;
    for row in rows {
        let digest = row.digest(&keys.rows, &mut scratch);
        // Rows come in day order: the month is only computed when the day changes.
        let same_day = last.replace(row.key).is_some_and(|key| key.is_same_day(row.key));
        let is_new = !same_day && sums.last().is_none_or(|(bucket, _)| *bucket != row.bucket());
        if is_new {
            sums.push((row.bucket(), Sum::default()));
        }
        if let Some((_, sum)) = sums.last_mut() {
            sum.count(&digest, row.shown());
        }
        zones.add(row, &digest, is_new);
    }
    (sums, zones.finish())
}

fn write<T: AsRef<str>>(connection: &Connection, rows: &[SourceRow<T>]) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(&insert_into(SOURCE_ROWS, &COLUMNS))?;
    for row in rows {
        statement.execute(params_from_iter(row.values().map(ToSqlOutput::Borrowed)))?;
    }
    Ok(())
}

impl Change<'_> {
    /// Adds rows, which come in order of their keys. The digests are computed on another thread meanwhile.
    pub(crate) fn add_source_rows<T: AsRef<str> + Sync>(&mut self, rows: &[SourceRow<T>]) -> Result<(), StoreError> {
        let (keys, connection) = (self.keys, self.connection);
        let (sums, zones) = std::thread::scope(|scope| {
            let worker = (rows.len() >= PARALLEL_FROM).then(|| scope.spawn(|| added(keys, rows)));
            write(connection, rows)?;
            match worker.map(std::thread::ScopedJoinHandle::join) {
                Some(Ok(added)) => Ok(added),
                // If the worker panicked, the work is repeated here, where the panic is seen.
                Some(Err(_)) | None => Ok::<_, StoreError>(added(keys, rows)),
            }
        })?;
        sums.into_iter().for_each(|(bucket, sum)| self.digests.add(bucket, sum));
        self.add_zones(zones)
    }

    /// Replaces what is derived of source rows: their transactions, whether they lead, and whether they count. Each is given as it
    /// was and as it is.
    pub(crate) fn update_source_rows<'r>(
        &mut self,
        rows: impl IntoIterator<Item = (&'r StoredSourceRow, StoredSourceRow)>,
    ) -> Result<(), StoreError> {
        let segments = self.view().segments()?;
        for (old, new) in rows {
            let segment = old.key.segment().and_then(|id| segments.find(id));
            self.update_source_row(old, &new.formed(segment.and_then(|segment| segment.twin)))?;
        }
        // A view of this change compares the sums of zones with those of months.
        self.store_zone_sum()
    }

    fn update_source_row(&mut self, old: &StoredSourceRow, new: &StoredSourceRow) -> Result<(), StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("UPDATE source_rows SET txn = ?2, lead = ?3, counts = ?4 WHERE place = ?1")?;
        let (txn, lead) = new.stored();
        statement.execute(params![old.key.packed(), txn.number(), lead, new.counts])?;
        let bucket = old.bucket();
        let before = self.digests.get(bucket);
        let sum = |row: &StoredSourceRow| Sum::of_row(&row.digest(&self.keys.rows, &mut Vec::new()), row.shown());
        let (old_sum, new_sum) = (sum(old), sum(new));
        self.digests.subtract(bucket, old_sum);
        self.digests.add(bucket, new_sum);
        self.change_zone(new, &old_sum, &new_sum)?;
        let after = self.digests.get(bucket);
        self.cache.rows.change(bucket, before, after, |rows| rows.derive(new));
        Ok(())
    }

    /// Deletes the rows of a segment, as one range.
    pub(crate) fn delete_segment(&mut self, segment: &Segment) -> Result<(), StoreError> {
        let Some(days) = segment.days else { return Ok(()) };
        let keys = RowKey::range(segment.id, days)?;
        let sql = "DELETE FROM source_rows WHERE place BETWEEN ?1 AND ?2";
        let deleted = self.connection.prepare_cached(sql)?.execute([keys.start().packed(), keys.end().packed()])?;
        let mut sums = self.view().sums(segment.account, Some(days));
        sums.retain(|(bucket, _)| bucket.segment == segment.id.number());
        // Rows that no sum counts were not written by this program.
        if i64::try_from(deleted).ok() != Some(sums.iter().map(|(_, sum)| sum.rows).sum()) {
            return Err(Damage::Rows(SOURCE_ROWS).into());
        }
        sums.into_iter().for_each(|(bucket, sum)| self.digests.subtract(bucket, sum));
        self.delete_zones(&keys)
    }
}
