//! A zone: the rows of one segment between two keys, within one month, and what they hold. A filter skips zones that hold
//! nothing of what is wanted.

use std::ops::RangeInclusive;

use crate::model::Micros;
use crate::store::db::digest::Sum;
use crate::store::db::grams::{Form, GramSet, Grams};
use crate::store::db::row_key::RowKey;
use crate::store::db::source_row::SourceRow;

/// How many rows a zone has at most.
const ROWS: i64 = 128;

/// What marks say that a zone has.
const PENDING: i64 = 1;
const POSTED: i64 = 2;
const UNCATEGORISED: i64 = 4;
/// Its texts are in NFC. A program that did not compare so wrote none with it.
const NORMALISED: i64 = 8;
/// Numbers belong to the grams before them. The first programs wrote none with it.
const NUMBERS: i64 = 16;

/// A zone, its texts as they are stored.
#[derive(Debug)]
pub(crate) struct Zone<B> {
    /// From the key of its first row to that of its last.
    pub keys: RangeInclusive<RowKey>,
    pub rows: i64,
    /// From the least amount to the largest.
    pub amounts: RangeInclusive<Micros>,
    pub marks: i64,
    /// The grams of its texts; `None` where they may hold anything.
    pub texts: Option<B>,
}

/// The sum of a zone, by its keys.
pub(crate) type ZoneSum = (RangeInclusive<RowKey>, Sum);

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

    /// Returns whether a zone may have a row that is wanted.
    pub(crate) fn may_be_in(&self, zone: &Zone<&[u8]>) -> bool {
        let has = |mark: i64| zone.marks & mark != 0;
        self.least.is_none_or(|least| least <= *zone.amounts.end())
            && self.most.is_none_or(|most| *zone.amounts.start() <= most)
            && self.pending.is_none_or(|pending| has(if pending { PENDING } else { POSTED }))
            && (!self.uncategorised || has(UNCATEGORISED))
            && zone.texts.map(|texts| Grams::of(texts, form_of(zone.marks))).is_none_or(|texts| {
                self.parts.iter().all(|part| texts.may_hold(part))
                    && (self.categories.is_empty()
                        || self.categories.iter().any(|category| texts.may_have_category(category)))
            })
    }
}

/// Returns how the grams of a zone were made.
fn form_of(marks: i64) -> Form {
    match marks {
        _ if marks & NUMBERS != 0 => Form::Numbers,
        _ if marks & NORMALISED != 0 => Form::Normalised,
        _ => Form::LowerCase,
    }
}

/// Makes the zones of rows that come in the order of their keys.
pub(crate) struct ZoneMaker {
    done: Vec<(Zone<Vec<u8>>, Sum)>,
    open: Option<(Zone<Vec<u8>>, Sum)>,
    texts: GramSet,
}

impl ZoneMaker {
    /// Begins without rows.
    pub(crate) fn new() -> ZoneMaker {
        ZoneMaker { done: Vec::new(), open: None, texts: GramSet::new() }
    }

    /// Adds a row and its digest. `is_new_month` says that it is not of the month and segment of the row before.
    pub(crate) fn add<T: AsRef<str>>(&mut self, row: &SourceRow<T>, digest: &[u8; 32], is_new_month: bool) {
        if is_new_month || self.open.as_ref().is_some_and(|(zone, _)| zone.rows == ROWS) {
            self.close();
        }
        let (zone, sum) = self.open.get_or_insert_with(|| {
            let (keys, amounts) = (row.key..=row.key, row.amount..=row.amount);
            (Zone { keys, rows: 0, amounts, marks: NORMALISED | NUMBERS, texts: None }, Sum::default())
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
        row.texts().for_each(|text| self.texts.add(text));
        category.into_iter().for_each(|category| self.texts.add_category(category));
    }

    /// Returns the zones and their sums.
    pub(crate) fn finish(mut self) -> Vec<(Zone<Vec<u8>>, Sum)> {
        self.close();
        self.done
    }

    fn close(&mut self) {
        if let Some((mut zone, sum)) = self.open.take() {
            zone.texts = self.texts.take();
            self.done.push((zone, sum));
        }
    }
}
