//! A zone: the rows of one segment between two keys, within one month, and what they hold. A filter skips zones that hold
//! nothing of what is wanted. Zones of rows that are added at once are kept in packs.

use std::ops::RangeInclusive;

use crate::model::{Micros, Period};
use crate::store::db::columns::ColumnMaker;
use crate::store::db::digest::Sum;
use crate::store::db::edges::Outer;
use crate::store::db::grams::{Filters, GramSet, of_row};
use crate::store::db::row_key::RowKey;
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;

/// How many rows a zone has at most.
const ROWS: u8 = 128;

/// How many zones a pack has at most, and with how many grams in all another one is begun.
const ZONES: usize = 1_024;
const GRAMS: usize = 1 << 20;

/// What marks say that a zone has.
const PENDING: u8 = 1;
const POSTED: u8 = 2;
const UNCATEGORISED: u8 = 4;
const LETTERS: u8 = 16;
const EDGES: u8 = 32;
const COLUMNS: u8 = 128;

/// Bytes of a zone as it is stored.
const ZONE_BYTES: usize = 34;

/// A zone, but for its grams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    /// From the key of its first row to that of its last.
    pub keys: RangeInclusive<RowKey>,
    /// From the least amount to the largest.
    pub amounts: RangeInclusive<Micros>,
    pub rows: u8,
    pub marks: u8,
}

impl Zone {
    /// Returns whether the pairs of characters in its texts are told.
    pub(crate) fn has_letters(&self) -> bool {
        self.marks & LETTERS != 0
    }

    /// Returns whether its outermost rows are told.
    pub(crate) fn has_edges(&self) -> bool {
        self.marks & EDGES != 0
    }

    /// Returns whether its pack has columns of its rows.
    pub(crate) fn has_columns(&self) -> bool {
        self.marks & COLUMNS != 0
    }

    /// Returns whether it may have a row that is wanted, whatever its grams.
    pub(crate) fn may_have(&self, wanted: &Wanted) -> bool {
        let has = |mark: u8| self.marks & mark != 0;
        wanted.least.is_none_or(|least| least <= *self.amounts.end())
            && wanted.most.is_none_or(|most| *self.amounts.start() <= most)
            && wanted.pending.is_none_or(|pending| has(if pending { PENDING } else { POSTED }))
            && (!wanted.uncategorised || has(UNCATEGORISED))
    }

    /// Returns whether its rows may be of some days.
    pub(crate) fn may_be_of(&self, days: Period) -> bool {
        days.first() <= self.keys.end().day() && self.keys.start().day() <= days.last()
    }

    /// Returns zones as they are stored.
    pub(crate) fn to_bytes<'z>(zones: impl IntoIterator<Item = &'z Zone>) -> Vec<u8> {
        let bytes = zones.into_iter().flat_map(|zone| {
            let [first, last] = [zone.keys.start(), zone.keys.end()].map(|key| key.packed());
            let [least, most] = [zone.amounts.start(), zone.amounts.end()].map(|amount| amount.get());
            let numbers = [first, last, least, most].map(i64::to_le_bytes);
            numbers.into_iter().flatten().chain([zone.rows, zone.marks])
        });
        bytes.collect()
    }

    /// Reads zones; what is not a whole one at the end is left out.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<Zone> {
        let zone = |bytes: &[u8; ZONE_BYTES]| {
            let (numbers, [rows, marks]) = bytes.split_last_chunk::<2>()?;
            let [first, last, least, most] =
                numbers.as_chunks().0.try_into().map(|n: [[u8; 8]; 4]| n.map(i64::from_le_bytes)).ok()?;
            let keys = RowKey::from_packed(first)..=RowKey::from_packed(last);
            Some(Zone { keys, amounts: Micros::new(least)..=Micros::new(most), rows: *rows, marks: *marks })
        };
        bytes.as_chunks().0.iter().filter_map(zone).collect()
    }
}

/// The sum of a zone, by its keys.
pub(crate) type ZoneSum = (RangeInclusive<RowKey>, Sum);

/// Zones of one segment, one after the other, with their sums, the filters of their grams, and behind these the columns of their rows.
pub(crate) struct Pack {
    pub zones: Vec<(Zone, Sum)>,
    pub filters: Filters,
    pub bits: Vec<u8>,
}

/// Makes the zones of rows that come in the order of their keys.
pub(crate) struct ZoneMaker<'r, T> {
    packs: Vec<Pack>,
    /// Those of the next pack that are done.
    zones: Vec<(Zone, Sum)>,
    open: Option<(Zone, Sum)>,
    outer: Outer<&'r SourceRow<T>>,
    grams: GramSet,
    columns: ColumnMaker,
}

impl<'r, T: AsRef<str>> ZoneMaker<'r, T> {
    /// Begins without rows.
    pub(crate) fn new() -> ZoneMaker<'r, T> {
        let (outer, grams, columns) = (Outer::new(), GramSet::new(), ColumnMaker::new());
        ZoneMaker { packs: Vec::new(), zones: Vec::new(), open: None, outer, grams, columns }
    }

    /// Adds a row and its digest. `is_new_month` says that it is not of the month and segment of the row before.
    pub(crate) fn add(&mut self, row: &'r SourceRow<T>, digest: &[u8; 32], is_new_month: bool) {
        if is_new_month || self.open.as_ref().is_some_and(|(zone, _)| zone.rows == ROWS) {
            self.close();
        }
        if is_new_month && self.zones.first().is_some_and(|(zone, _)| zone.keys.start().segment() != row.key.segment())
        {
            self.close_pack();
        }
        let (zone, sum) = self.open.get_or_insert_with(|| {
            let (keys, amounts) = (row.key..=row.key, row.amount..=row.amount);
            (Zone { keys, amounts, rows: 0, marks: 0 }, Sum::default())
        });
        zone.keys = *zone.keys.start()..=row.key;
        zone.rows += 1;
        zone.amounts = row.amount.min(*zone.amounts.start())..=row.amount.max(*zone.amounts.end());
        zone.marks |= if row.pending { PENDING } else { POSTED };
        let category = row.category.as_ref().map(T::as_ref);
        if category.is_none_or(str::is_empty) {
            zone.marks |= UNCATEGORISED;
        }
        sum.count(digest, row.shown());
        // Rows of one shape have the same pairs.
        let has_new_pairs = self.columns.add(row);
        row.texts().for_each(|text| self.grams.add(text, has_new_pairs));
        category.into_iter().for_each(|category| self.grams.add_category(category));
        self.outer.add(row.amount, row);
    }

    /// Returns the packs.
    pub(crate) fn finish(mut self) -> Vec<Pack> {
        self.close();
        self.close_pack();
        self.packs
    }

    fn close(&mut self) {
        if let Some(zone) = self.open.take() {
            self.zones.push(zone);
            self.columns.end_zone();
            let of_row = |row: &SourceRow<T>| of_row(row.texts(), row.category.as_ref().map(T::as_ref));
            self.grams.add_edges(self.outer.take(of_row));
            if self.grams.end_zone() >= GRAMS || self.zones.len() == ZONES {
                self.close_pack();
            }
        }
    }

    fn close_pack(&mut self) {
        if !self.zones.is_empty() {
            let mut zones = std::mem::take(&mut self.zones);
            // Where the columns tell everything, pairs and edges tell nothing more.
            let is_full = !self.columns.names_all();
            let marks = if is_full { LETTERS | EDGES | COLUMNS } else { COLUMNS };
            zones.iter_mut().for_each(|(zone, _)| zone.marks |= marks);
            let (filters, mut bits) = self.grams.take(is_full);
            bits.extend(self.columns.take());
            self.packs.push(Pack { zones, filters, bits });
        }
    }
}
