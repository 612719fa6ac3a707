//! The zones of source rows, each for at most 128 of them.
//!
//! What a zone holds stands in its pack (`packs`). Its sum stands in `zone_sums`: the zones of a month and segment have to make up
//! the sum that the digests have of it. Where they do not, or there are none, the month is read whole. A zone is made when its rows
//! are added, and goes with their segment.

use std::cell::{Cell, OnceCell};
use std::ops::RangeInclusive;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use crate::crypto::MultisetDigest;
use crate::model::{Day, Period};
use crate::store::db::block::Block;
use crate::store::db::change::Change;
use crate::store::db::digest::{Bucket, Shown, Sum};
use crate::store::db::packs::Sifted;
use crate::store::db::row_key::RowKey;
use crate::store::db::row_reading::{days_of_month, read_rows, verify};
use crate::store::db::segment::{Segment, SegmentId};
use crate::store::db::source_row::{SourceRow, StoredSourceRow};
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::{Pack, ZoneSum};
use crate::store::error::StoreError;

/// So few rows are read whole: their zones are not worth the look.
const FEW: i64 = 500;

/// A month with more rows is not read whole for the first rows of a list.
const SOME: i64 = 2_000;

/// So many zones at the end of a month are its last days.
const LAST: usize = 8;

/// Rows that several steps look at are read by zones where these have at most one of so many rows of the month: else it is read
/// whole, once.
const SHARE: i64 = 2;

/// The zones of all source rows in the order of their keys, and in which of them wanted rows may be.
#[derive(Debug)]
pub(crate) struct Zones {
    wanted: Wanted,
    seen: Vec<Seen>,
    sifted: Sifted,
}

#[derive(Debug)]
struct Seen {
    keys: RangeInclusive<RowKey>,
    rows: i64,
    pack: usize,
    may_have: Cell<bool>,
}

impl Zones {
    /// Returns the zones that begin in a range.
    fn of(&self, keys: &RangeInclusive<RowKey>) -> &[Seen] {
        let at = |key: RowKey| self.seen.partition_point(|zone| *zone.keys.start() < key);
        let from = at(*keys.start());
        let until = self.seen.partition_point(|zone| zone.keys.start() <= keys.end());
        self.seen.get(from..until).unwrap_or_default()
    }

    /// Looks more closely at zones that may have wanted rows: at all of their packs, each once.
    fn look_closely(&self, view: &View<'_>, zones: &[Seen]) -> Result<(), StoreError> {
        for zone in zones.iter().filter(|zone| zone.may_have.get()) {
            for first in self.sifted.without_wanted(view, &self.wanted, zone.pack)? {
                let at = self.seen.partition_point(|seen| *seen.keys.start() < first);
                self.seen.get(at).into_iter().for_each(|seen| seen.may_have.set(false));
            }
        }
        Ok(())
    }
}

/// A search for rows, and the zones once it has read them.
#[derive(Debug, Default)]
pub(crate) struct Search {
    wanted: Wanted,
    days: Option<Period>,
    has_begun: Cell<bool>,
    zones: OnceCell<Zones>,
}

impl Search {
    /// Returns a search for these rows of some days; without days, of all.
    pub(crate) fn of(wanted: Wanted, days: Option<Period>) -> Search {
        Search { wanted, days, ..Search::default() }
    }

    /// Returns whether a month was read for it.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.get()
    }

    /// Returns the zones, where they are of use to read a month. To read them costs as much as some thousand rows: a list that the
    /// first rows fill does without.
    pub(super) fn zones(&self, view: &View<'_>, month: &[(Bucket, Sum)]) -> Result<Option<&Zones>, StoreError> {
        let is_first = !self.has_begun.replace(true);
        if self.wanted.is_all() || is_first && month.iter().map(|(_, sum)| sum.rows).sum::<i64>() <= SOME {
            return Ok(None);
        }
        if self.zones.get().is_none() {
            // It was empty just now.
            let _ = self.zones.set(view.zones(&self.wanted)?);
        }
        Ok(self.zones.get())
    }

    /// Returns what is read of a month: its zones where rows may be wanted, of these days. `None` where the search wants none of
    /// them.
    pub(super) fn part<'z>(&self, zones: Option<&'z Zones>, days: Option<Period>) -> Option<Part<'z>> {
        let days = match (self.days, days) {
            (Some(one), Some(other)) => {
                Some(Period::new(one.first().max(other.first()), one.last().min(other.last()))?)
            }
            (one, other) => one.or(other),
        };
        Some(Part { zones, days, is_for_several: false })
    }
}

/// What is read of a month; all of it by default.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part<'z> {
    zones: Option<&'z Zones>,
    days: Option<Period>,
    /// Whether other steps may want other rows of the month.
    is_for_several: bool,
}

impl Part<'_> {
    /// Returns some days, at which several steps may look.
    pub(super) fn of_days(days: Period) -> Part<'static> {
        Part { zones: None, days: Some(days), is_for_several: true }
    }

    /// Returns whether some days of a month are wanted, and others are not.
    fn divides(&self, month: Period) -> bool {
        self.days.is_some_and(|days| !days.contains(month.first()) || !days.contains(month.last()))
    }

    /// Returns whether rows between two keys may be of the days.
    fn may_be_of(&self, keys: &RangeInclusive<RowKey>) -> bool {
        self.days.is_none_or(|days| days.first() <= keys.end().day() && keys.start().day() <= days.last())
    }
}

impl View<'_> {
    /// Reads and verifies every zone, and the filters.
    fn zones(&self, wanted: &Wanted) -> Result<Zones, StoreError> {
        let sifted = self.by_filters(wanted)?;
        let seen = sifted.zones().map(|(zone, pack, may_have)| Seen {
            keys: zone.keys.clone(),
            rows: zone.rows.into(),
            pack,
            may_have: Cell::new(may_have),
        });
        let mut seen: Vec<Seen> = seen.collect();
        seen.sort_by_key(|zone| *zone.keys.start());
        Ok(Zones { wanted: wanted.clone(), seen, sifted })
    }

    /// Reads the rows of a sum that lie in zones of a part of the month, and compares the sum of each zone. Returns
    /// whether it did: where the zones do not make up the whole sum, and where reading all is as fast, nothing is read.
    ///
    /// `each` sees rows before they are verified.
    pub(super) fn read_zones(
        &self,
        (bucket, expected): (Bucket, Sum),
        part: Part<'_>,
        mut each: impl FnMut(&SourceRow<&str>),
    ) -> Result<bool, StoreError> {
        let (month, known) = (days_of_month(bucket.month)?, part.zones);
        if known.is_none() && (expected.rows <= FEW || !part.divides(month)) {
            return Ok(false);
        }
        let segments = self.segments()?;
        let Some(segment) = SegmentId::new(bucket.segment).and_then(|id| segments.find(id)) else { return Ok(false) };
        let keys = RowKey::range(segment.id, month)?;
        let of_month = known.map(|zones| (zones, zones.of(&keys)));
        let known = of_month.map(|(_, zones)| zones);
        if let Some((all, zones)) = of_month {
            if zones.iter().map(|zone| zone.rows).sum::<i64>() != expected.rows {
                return Ok(false);
            }
            all.look_closely(self, zones)?;
            if !zones.iter().any(|zone| zone.may_have.get()) {
                return Ok(true);
            }
        }
        let sums = self.zone_sums(&keys)?;
        let fits = |zones: &[Seen]| {
            let mut both = zones.iter().zip(&sums);
            zones.len() == sums.len() && both.all(|(zone, (keys, sum))| zone.keys == *keys && zone.rows == sum.rows)
        };
        if total(&sums) != expected || !known.is_none_or(fits) {
            return Ok(false);
        }
        let is_read = |(at, zone): &(usize, &ZoneSum)| {
            let may_have = known.and_then(|zones| zones.get(*at)).is_none_or(|zone| zone.may_have.get());
            may_have && part.may_be_of(&zone.0)
        };
        let read = || sums.iter().enumerate().filter(is_read).map(|(_, zone)| zone);
        if part.is_for_several && read().map(|(_, sum)| sum.rows).sum::<i64>() > expected.rows / SHARE {
            return Ok(false);
        }
        for zone in read() {
            self.read_zone(bucket, segment, zone, &mut each)?;
        }
        Ok(true)
    }

    /// Returns the last days of a month, where reading them by themselves spares many rows. They are chosen by what is not
    /// verified: any days would do.
    pub(super) fn last_days(&self, month: &[(Bucket, Sum)]) -> Result<Option<Period>, StoreError> {
        let Some((bucket, sum)) = month.iter().max_by_key(|(_, sum)| sum.rows) else { return Ok(None) };
        let Some(segment) = SegmentId::new(bucket.segment).filter(|_| sum.rows > SOME) else { return Ok(None) };
        let days = days_of_month(bucket.month)?;
        let sums = self.zone_sums(&RowKey::range(segment, days)?)?;
        let first = sums.len().checked_sub(LAST).and_then(|at| sums.get(at)).map(|(keys, _)| keys.start().day());
        Ok(first.filter(|first| days.first() < *first).and_then(|first| Period::new(first, days.last())))
    }

    /// Returns the sum of the posted transactions of a month and segment before a day of the month, in millionths modulo 2^64;
    /// `None` where zones do not make up the whole sum, or reading all is as fast.
    pub(super) fn posted_by_zones(
        &self,
        (bucket, expected): (Bucket, Sum),
        day: Day,
    ) -> Result<Option<i64>, StoreError> {
        let segments = self.segments()?;
        let segment = SegmentId::new(bucket.segment).and_then(|id| segments.find(id));
        let Some(segment) = segment.filter(|_| expected.rows > FEW) else { return Ok(None) };
        let sums = self.zone_sums(&RowKey::range(segment.id, days_of_month(bucket.month)?)?)?;
        if total(&sums) != expected {
            return Ok(None);
        }
        let mut posted = 0_i64;
        for zone in sums.iter().filter(|(keys, _)| keys.start().day() < day) {
            if zone.0.end().day() < day {
                posted = posted.wrapping_add(zone.1.shown.posted);
                continue;
            }
            self.read_zone(bucket, segment, zone, |row| {
                if row.day() < day {
                    posted = posted.wrapping_add(row.shown().posted);
                }
            })?;
        }
        Ok(Some(posted))
    }

    /// Reads the rows of a zone and compares them with its sum.
    fn read_zone(
        &self,
        bucket: Bucket,
        segment: &Segment,
        (keys, expected): &ZoneSum,
        mut each: impl FnMut(&SourceRow<&str>),
    ) -> Result<(), StoreError> {
        let kept = &self.cache.zones;
        if let Some(rows) = kept.get((bucket, *keys.start()), *expected) {
            rows.rows().for_each(|row| each(&row.borrowed()));
            return Ok(());
        }
        let mut rows = kept.has_room(*expected).then(|| Block::for_rows(expected.rows));
        let (mut sum, mut scratch) = (Sum::default(), Vec::with_capacity(256));
        read_rows(self.connection, segment, keys, |row| {
            sum.count(&row.digest(&self.keys.rows, &mut scratch), row.shown());
            each(row);
            rows.as_mut().map_or(Ok(()), |rows| rows.push(row))
        })?;
        verify(bucket, sum, *expected)?;
        if let Some(rows) = rows {
            kept.put((bucket, *keys.start()), *expected, &Arc::new(rows));
        }
        Ok(())
    }

    /// Reads the rows of a zone of a bucket and compares them with its sum.
    pub(super) fn read_zone_of(
        &self,
        bucket: Bucket,
        zone: &ZoneSum,
        each: impl FnMut(&SourceRow<&str>),
    ) -> Result<(), StoreError> {
        let segments = self.segments()?;
        let segment = SegmentId::new(bucket.segment).and_then(|id| segments.find(id));
        // Nobody reads rows that no coverage names.
        segment.map_or(Ok(()), |segment| self.read_zone(bucket, segment, zone, each))
    }

    /// Returns whether the sums of its zones make up a sum. What an older program imported has none.
    pub(crate) fn has_its_zones(&self, bucket: Bucket, expected: Sum) -> Result<bool, StoreError> {
        let Some(segment) = SegmentId::new(bucket.segment) else { return Ok(false) };
        let sums = self.zone_sums(&RowKey::range(segment, days_of_month(bucket.month)?)?)?;
        Ok(sums.is_empty() || total(&sums) == expected)
    }

    /// Returns whether every zone has a sum, and every sum a zone.
    pub(crate) fn zones_have_sums(&self) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare("SELECT place, until, rows FROM zone_sums ORDER BY place")?;
        let mut sums = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        for (zone, _) in self.sifted(&Wanted::default())? {
            let expected = (zone.keys.start().packed(), zone.keys.end().packed(), i64::from(zone.rows));
            if sums.next().transpose()? != Some(expected) {
                return Ok(false);
            }
        }
        Ok(sums.next().is_none())
    }

    /// Reads the sums of the zones that begin in a range, unverified.
    pub(super) fn zone_sums(&self, keys: &RangeInclusive<RowKey>) -> Result<Vec<ZoneSum>, StoreError> {
        let sql =
            "SELECT place, until, rows, txns, posted, sum FROM zone_sums WHERE place BETWEEN ?1 AND ?2 ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([keys.start().packed(), keys.end().packed()], zone_sum)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(super) fn total(sums: &[ZoneSum]) -> Sum {
    let mut total = Sum::default();
    sums.iter().for_each(|(_, sum)| total.merge(sum));
    total
}

fn zone_sum(row: &rusqlite::Row<'_>) -> rusqlite::Result<ZoneSum> {
    let shown = Shown { txns: row.get(3)?, posted: row.get(4)? };
    let sum = Sum { rows: row.get(2)?, shown, digest: MultisetDigest::from_bytes(&row.get(5)?) };
    Ok((RowKey::from_packed(row.get(0)?)..=RowKey::from_packed(row.get(1)?), sum))
}

impl Change<'_> {
    /// Adds the zones of rows that are added.
    pub(super) fn add_zones(&mut self, packs: Vec<Pack>) -> Result<(), StoreError> {
        for pack in packs {
            self.add_pack(&pack)?;
            pack.zones.into_iter().try_for_each(|(zone, sum)| self.put_zone_sum(&(zone.keys, sum)))?;
        }
        Ok(())
    }

    pub(super) fn put_zone_sum(&self, (keys, sum): &ZoneSum) -> Result<(), StoreError> {
        let sql =
            "INSERT OR REPLACE INTO zone_sums (place, until, rows, txns, posted, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Shown { txns, posted } = sum.shown;
        let keys = [keys.start(), keys.end()].map(|key| key.packed());
        let values = params![keys[0], keys[1], sum.rows, txns, posted, sum.digest.to_bytes()];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    /// Deletes the zones that begin in a range, with their sums.
    pub(super) fn delete_zones(&mut self, keys: &RangeInclusive<RowKey>) -> Result<(), StoreError> {
        self.delete_packs(keys)?;
        let range = [keys.start().packed(), keys.end().packed()];
        self.connection.prepare_cached("DELETE FROM zone_sums WHERE place BETWEEN ?1 AND ?2")?.execute(range)?;
        Ok(())
    }

    /// Notes that a row of a zone, which had one sum, is now as given, with another sum.
    pub(super) fn change_zone(&mut self, row: &StoredSourceRow, before: &Sum, after: &Sum) -> Result<(), StoreError> {
        let key = row.key;
        if self.zone.as_ref().is_none_or(|(keys, _)| !keys.contains(&key)) {
            self.store_zone_sum()?;
            let sql = "SELECT place, until, rows, txns, posted, sum FROM zone_sums WHERE place <= ?1 ORDER BY place DESC LIMIT 1";
            let found = self.connection.prepare_cached(sql)?.query_row([key.packed()], zone_sum).optional()?;
            self.zone = found.filter(|(keys, _)| keys.contains(&key));
        }
        if let Some((keys, sum)) = &mut self.zone {
            let was = *sum;
            sum.split(before);
            sum.merge(after);
            self.cache.zones.change((row.bucket(), *keys.start()), was, *sum, |rows| rows.derive(row));
        }
        Ok(())
    }

    /// Writes the sum of the zone whose rows were changed last.
    pub(super) fn store_zone_sum(&mut self) -> Result<(), StoreError> {
        self.zone.take().map_or(Ok(()), |zone| self.put_zone_sum(&zone))
    }
}
