//! A zone: the rows of one segment between two keys, within one month, and what they hold. A filter skips zones that hold
//! nothing of what is wanted. Zones of rows that are added at once are kept in packs.

use std::ops::RangeInclusive;

use crate::model::Micros;
use crate::store::db::digest::Sum;
use crate::store::db::edges::Outer;
use crate::store::db::grams::{Filters, GramSet, of_row};
use crate::store::db::row_key::RowKey;
use crate::store::db::source_row::SourceRow;

/// How many rows a zone has at most.
const ROWS: u8 = 128;

/// How many zones a pack has at most, and with how many grams in all another one is begun.
const ZONES: usize = 1_024;
const GRAMS: usize = 1 << 20;

/// What marks say that a zone has.
const PENDING: u8 = 1;
const POSTED: u8 = 2;
const UNCATEGORISED: u8 = 4;
const AMOUNTS: u8 = 8;
const LETTERS: u8 = 16;
const EDGES: u8 = 32;

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
    /// Returns whether its amounts have grams.
    pub(crate) fn has_amounts(&self) -> bool {
        self.marks & AMOUNTS != 0
    }

    /// Returns whether the pairs of characters in its texts are told.
    pub(crate) fn has_letters(&self) -> bool {
        self.marks & LETTERS != 0
    }

    /// Returns whether its outermost rows are told.
    pub(crate) fn has_edges(&self) -> bool {
        self.marks & EDGES != 0
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

/// Zones of one segment, one after the other, with their sums, and the filters of their grams.
pub(crate) struct Pack {
    pub zones: Vec<(Zone, Sum)>,
    pub filters: Filters,
    pub bits: Vec<u8>,
}

/// What is wanted of rows. What is none does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The least amount.
    pub least: Option<Micros>,
    /// The largest amount.
    pub most: Option<Micros>,
    /// Parts of the texts, folded; each of them.
    pub parts: Vec<String>,
    /// Categories, folded; one of them.
    pub categories: Vec<String>,
    /// Whether rows are pending.
    pub pending: Option<bool>,
    /// Only rows without a category.
    pub uncategorised: bool,
}

impl Wanted {
    /// Returns whether every row is wanted.
    pub(crate) fn is_all(&self) -> bool {
        let Wanted { least, most, parts, categories, pending, uncategorised } = self;
        let amount = least.is_none() && most.is_none();
        amount && parts.is_empty() && categories.is_empty() && pending.is_none() && !uncategorised
    }

    /// Returns whether something written is wanted, which a row has in its texts or as its category.
    pub(crate) fn is_of_texts(&self) -> bool {
        !self.parts.is_empty() || !self.categories.is_empty()
    }

    /// Returns the amounts that are wanted, where there is both a least and a largest one.
    pub(crate) fn amounts(&self) -> Option<RangeInclusive<Micros>> {
        self.least.zip(self.most).map(|(least, most)| least..=most)
    }

    /// Returns whether a zone may have a row that is wanted, whatever its grams.
    pub(crate) fn may_be_in(&self, zone: &Zone) -> bool {
        let has = |mark: u8| zone.marks & mark != 0;
        self.least.is_none_or(|least| least <= *zone.amounts.end())
            && self.most.is_none_or(|most| *zone.amounts.start() <= most)
            && self.pending.is_none_or(|pending| has(if pending { PENDING } else { POSTED }))
            && (!self.uncategorised || has(UNCATEGORISED))
    }
}

/// Makes the zones of rows that come in the order of their keys.
pub(crate) struct ZoneMaker<'r, T> {
    packs: Vec<Pack>,
    /// Those of the next pack that are done.
    zones: Vec<(Zone, Sum)>,
    open: Option<(Zone, Sum)>,
    outer: Outer<&'r SourceRow<T>>,
    grams: GramSet,
}

impl<'r, T: AsRef<str>> ZoneMaker<'r, T> {
    /// Begins without rows.
    pub(crate) fn new() -> ZoneMaker<'r, T> {
        let (outer, grams) = (Outer::new(), GramSet::new());
        ZoneMaker { packs: Vec::new(), zones: Vec::new(), open: None, outer, grams }
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
            (Zone { keys, amounts, rows: 0, marks: AMOUNTS | LETTERS | EDGES }, Sum::default())
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
        self.grams.add_amount(row.amount);
        row.texts().for_each(|text| self.grams.add(text));
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
            let of_row = |row: &SourceRow<T>| of_row(row.texts(), row.category.as_ref().map(T::as_ref));
            self.grams.add_edges(self.outer.take(of_row));
            if self.grams.end_zone() >= GRAMS || self.zones.len() == ZONES {
                self.close_pack();
            }
        }
    }

    fn close_pack(&mut self) {
        if !self.zones.is_empty() {
            let zones = std::mem::take(&mut self.zones);
            let (filters, bits) = self.grams.take();
            self.packs.push(Pack { zones, filters, bits });
        }
    }
}
