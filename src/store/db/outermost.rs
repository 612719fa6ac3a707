//! Source rows in an order ([`By`]), the first ones first: zones are read in the order of what their rows can have, until none of the
//! others can have a row that goes before those that were found.
//!
//! What a zone can have is told by its pack, which is verified (`packs`), and a zone is compared with its sum before its rows are
//! passed on (`zones`). A month whose zones do not make up its sum is read whole, first of all.

use std::ops::Range;

use crate::model::{AccountId, Day, Period};
use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::edges::End;
use crate::store::db::rank::{By, Rank};
use crate::store::db::row_key::RowKey;
use crate::store::db::row_reading::days_of_month;
use crate::store::db::segment::SegmentId;
use crate::store::db::source_row::SourceRow;
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::{Zone, ZoneSum};
use crate::store::db::zones::{Part, total};
use crate::store::error::StoreError;

/// Where a row stands among others: by its rank, then by account, day, and number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    rank: Rank,
    /// The index of the account among those that are looked at.
    account: usize,
    day: Day,
    number: u64,
}

/// The rows of some accounts that may be wanted, read in an order.
pub(crate) struct Outermost<'v> {
    view: View<'v>,
    by: By,
    zones: Vec<(Zone, Option<Rank>)>,
    months: Vec<Month>,
    parts: std::vec::IntoIter<Unread>,
}

/// The rows of one month and segment of an account.
struct Month {
    account: usize,
    bucket: Bucket,
    expected: Sum,
    /// Those of its zones.
    zones: Range<usize>,
    state: State,
}

/// What is known of a month.
enum State {
    /// Its zones make up as many rows as it has; their sums were not read.
    Unread,
    /// These make up its sum.
    Zones(Vec<ZoneSum>),
    /// It has to be read whole.
    Whole,
    /// It was read whole.
    Done,
}

/// A zone of a month, or all of the month.
struct Unread {
    /// No wanted row of it goes before this place.
    first: Place,
    month: usize,
    /// The index among the zones of the month.
    zone: Option<usize>,
}

impl<'v> View<'v> {
    /// Finds the zones of accounts in which rows may be that are wanted, of these days.
    pub(crate) fn outermost(
        self,
        accounts: &[AccountId],
        days: Option<Period>,
        wanted: &Wanted,
        by: By,
    ) -> Result<Outermost<'v>, StoreError> {
        let zones = self.ranked(wanted, days, &by)?;
        // Nobody wants a row beyond this.
        let bound = match by {
            By::Amount(end @ End::Least) => wanted.least.map(|amount| By::of_amount(end, amount)),
            By::Amount(end @ End::Largest) => wanted.most.map(|amount| By::of_amount(end, amount)),
            By::Text(..) => None,
        };
        let (mut months, mut parts) = (Vec::new(), Vec::new());
        for (account, id) in accounts.iter().enumerate() {
            for (bucket, expected) in self.sums(*id, days) {
                let of_month = days_of_month(bucket.month)?;
                let range = match SegmentId::new(bucket.segment) {
                    Some(segment) => {
                        let keys = RowKey::range(segment, of_month)?;
                        let at = |is_before: &dyn Fn(RowKey) -> bool| {
                            zones.partition_point(|(zone, _)| is_before(*zone.keys.start()))
                        };
                        at(&|key| key < *keys.start())..at(&|key| key <= *keys.end())
                    }
                    None => 0..0,
                };
                let month = months.len();
                let of_zones = zones.get(range.clone()).unwrap_or_default();
                let has_zones = of_zones.iter().map(|(zone, _)| i64::from(zone.rows)).sum::<i64>() == expected.rows;
                let place = |rank, day| Place { rank, account, day, number: 0 };
                if has_zones {
                    parts.extend(of_zones.iter().enumerate().filter_map(|(at, (zone, rank))| {
                        let rank = rank.clone()?;
                        let rank = bound.clone().map_or(rank.clone(), |bound| bound.max(rank));
                        let first = place(rank, zone.keys.start().day());
                        Some(Unread { first, month, zone: Some(at) })
                    }));
                } else {
                    parts.push(Unread { first: place(by.lowest(), Day::FIRST), month, zone: None });
                }
                let state = if has_zones { State::Unread } else { State::Whole };
                months.push(Month { account, bucket, expected, zones: range, state });
            }
        }
        parts.sort_by(|a: &Unread, b| a.first.cmp(&b.first));
        Ok(Outermost { view: self, by, zones, months, parts: parts.into_iter() })
    }
}

impl Outermost<'_> {
    /// Reads and verifies the next zone, and returns what `keep` makes of its rows that go before a place, each with its place.
    /// `None` where no other zone can have such a row.
    ///
    /// `keep` sees a row before it is verified, with the index of its account: it only selects and copies.
    pub(crate) fn next<K>(
        &mut self,
        before: Option<&Place>,
        mut keep: impl FnMut(usize, &SourceRow<&str>) -> Option<K>,
    ) -> Result<Option<Vec<(Place, K)>>, StoreError> {
        let part = self.parts.next().filter(|part| before.is_none_or(|before| part.first < *before));
        let Some((Unread { zone, .. }, month)) =
            part.and_then(|part| self.months.get_mut(part.month).map(|m| (part, m)))
        else {
            return Ok(None);
        };
        let (by, account) = (&self.by, month.account);
        let mut take = |row: &SourceRow<&str>| {
            let place = Place { rank: by.rank(row), account, day: row.day(), number: row.number };
            before.is_none_or(|before| place < *before).then(|| keep(account, row))?.map(|kept| (place, kept))
        };
        if matches!(month.state, State::Unread) {
            month.state = match self.zones.get(month.zones.clone()) {
                Some(zones) => self.view.sums_of_zones(month, zones)?.map_or(State::Whole, State::Zones),
                None => State::Whole,
            };
        }
        match (&month.state, zone) {
            (State::Zones(sums), Some(zone)) => {
                let mut found = Vec::new();
                if let Some(sum) = sums.get(zone) {
                    self.view.read_zone_of(month.bucket, sum, |row| found.extend(take(row)))?;
                }
                Ok(Some(found))
            }
            (State::Done, _) => Ok(Some(Vec::new())),
            _ => {
                month.state = State::Done;
                self.view.month(&[(month.bucket, month.expected)], Part::default(), take).map(Some)
            }
        }
    }
}

impl View<'_> {
    /// Returns the sums of the zones of a month, where they make up its sum.
    fn sums_of_zones(&self, month: &Month, zones: &[(Zone, Option<Rank>)]) -> Result<Option<Vec<ZoneSum>>, StoreError> {
        let Some(segment) = SegmentId::new(month.bucket.segment) else { return Ok(None) };
        let sums = self.zone_sums(&RowKey::range(segment, days_of_month(month.bucket.month)?)?)?;
        let mut both = zones.iter().zip(&sums);
        let fits = zones.len() == sums.len()
            && both.all(|((zone, _), (keys, sum))| zone.keys == *keys && i64::from(zone.rows) == sum.rows);
        Ok((fits && total(&sums) == month.expected).then_some(sums))
    }
}
