//! Source rows in an order ([`By`]), the first ones first: zones are read in the order of what their rows can have, until none of the
//! others can have a row that goes before those that were found. Only zones that may be among the first are ranked closely, until these
//! turn out to be too few.
//!
//! What a zone can have is told by its pack, which is verified (`packs`), and a zone is compared with its sum before its rows are
//! passed on (`zones`). A month whose zones do not make up its sum is read whole, first of all.

use std::ops::Range;

use crate::model::{AccountId, Day, Period};
use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::packs::Ranked;
use crate::store::db::rank::By;
use crate::store::db::row_key::RowKey;
use crate::store::db::row_reading::days_of_month;
use crate::store::db::segment::SegmentId;
use crate::store::db::sought::{Place, Sought};
use crate::store::db::source_row::SourceRow;
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::ZoneSum;
use crate::store::db::zones::{Part, total};
use crate::store::error::StoreError;

/// So many times as many zones are ranked closely as rows are wanted: not every row that may be wanted is.
const SPARE: usize = 4;

/// The rows of some accounts that may be wanted, read in an order.
pub(crate) struct Outermost<'v> {
    view: View<'v>,
    sought: Sought,
    zones: Vec<Ranked>,
    /// Up to which place zones are ranked closely; `None` for all.
    near: Option<Place>,
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
    /// Finds the zones of accounts in which rows may be that are wanted, of these days. It takes the least time where at most `limit`
    /// rows are.
    pub(crate) fn outermost(
        self,
        accounts: &[AccountId],
        days: Option<Period>,
        wanted: &Wanted,
        (by, limit): (By, usize),
    ) -> Result<Outermost<'v>, StoreError> {
        let buckets: Vec<(usize, (Bucket, Sum))> = accounts
            .iter()
            .enumerate()
            .flat_map(|(account, id)| self.sums(*id, days).into_iter().map(move |sum| (account, sum)))
            .collect();
        let segment = |bucket: &Bucket| SegmentId::new(bucket.segment);
        let accounts = buckets.iter().filter_map(|(account, (bucket, _))| Some((segment(bucket)?, *account))).collect();
        let sought = Sought { wanted: wanted.clone(), days, by, accounts };
        let (zones, near) = self.ranked(&sought, limit.saturating_mul(SPARE))?;
        let (mut months, mut parts) = (Vec::new(), Vec::new());
        for (account, (bucket, expected)) in buckets {
            let of_month = days_of_month(bucket.month)?;
            let range = match segment(&bucket) {
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
            if has_zones {
                parts.extend(of_zones.iter().enumerate().filter_map(|(at, (zone, rank))| {
                    let first = Place::before_rows(zone, account, rank.clone()?);
                    Some(Unread { first, month, zone: Some(at) })
                }));
            } else {
                let first = Place { rank: by.lowest(), account, day: Day::FIRST, number: 0 };
                parts.push(Unread { first, month, zone: None });
            }
            let state = if has_zones { State::Unread } else { State::Whole };
            months.push(Month { account, bucket, expected, zones: range, state });
        }
        parts.sort_by(|a: &Unread, b| a.first.cmp(&b.first));
        Ok(Outermost { view: self, sought, zones, near, months, parts: parts.into_iter() })
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
        let is_before = |part: &Unread| before.is_none_or(|before| part.first < *before);
        let is_far = |part: &Unread| self.near.as_ref().is_some_and(|near| *near < part.first);
        if self.parts.as_slice().first().is_some_and(|part| is_before(part) && is_far(part)) {
            self.look_closely()?;
        }
        let part = self.parts.next().filter(is_before);
        let Some((Unread { zone, .. }, month)) =
            part.and_then(|part| self.months.get_mut(part.month).map(|m| (part, m)))
        else {
            return Ok(None);
        };
        let (by, account) = (&self.sought.by, month.account);
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

    /// Ranks all zones closely that were not read.
    fn look_closely(&mut self) -> Result<(), StoreError> {
        (self.zones, self.near) = self.view.ranked(&self.sought, usize::MAX)?;
        let mut parts: Vec<Unread> = std::mem::take(&mut self.parts).collect();
        parts.retain_mut(|part| {
            let month = self.months.get(part.month).zip(part.zone);
            let zone = month.and_then(|(month, at)| self.zones.get(month.zones.clone())?.get(at));
            let Some((zone, rank)) = zone else { return true };
            let first = rank.clone().map(|rank| Place::before_rows(zone, part.first.account, rank));
            first.map(|first| part.first = first).is_some()
        });
        parts.sort_by(|a, b| a.first.cmp(&b.first));
        self.parts = parts.into_iter();
        Ok(())
    }
}

impl View<'_> {
    /// Returns the sums of the zones of a month, where they make up its sum.
    fn sums_of_zones(&self, month: &Month, zones: &[Ranked]) -> Result<Option<Vec<ZoneSum>>, StoreError> {
        let Some(segment) = SegmentId::new(month.bucket.segment) else { return Ok(None) };
        let sums = self.zone_sums(&RowKey::range(segment, days_of_month(month.bucket.month)?)?)?;
        let mut both = zones.iter().zip(&sums);
        let fits = zones.len() == sums.len()
            && both.all(|((zone, _), (keys, sum))| zone.keys == *keys && i64::from(zone.rows) == sum.rows);
        Ok((fits && total(&sums) == month.expected).then_some(sums))
    }
}
