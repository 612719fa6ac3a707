//! What a list is made of: which rows, of which accounts and days, in which order, and where each of them stands.

use std::collections::{BTreeMap, BinaryHeap};

use crate::model::{Day, Period};
use crate::store::db::edges::End;
use crate::store::db::rank::{By, Rank};
use crate::store::db::segment::SegmentId;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::Zone;

/// Which rows are looked for, and what they are in order of.
#[derive(Debug)]
pub(crate) struct Sought {
    pub wanted: Wanted,
    pub days: Option<Period>,
    pub by: By,
    /// Of each segment that has such rows, the index of its account among those that are looked at.
    pub accounts: BTreeMap<SegmentId, usize>,
}

impl Sought {
    /// Returns a rank that no wanted row goes before.
    pub(crate) fn first(&self) -> Rank {
        let bound = match self.by {
            By::Amount(end @ End::Least) => self.wanted.least.map(|amount| end.rank(amount)),
            By::Amount(end @ End::Largest) => self.wanted.most.map(|amount| end.rank(amount)),
            By::Text(..) => None,
        };
        bound.map_or_else(|| self.by.lowest(), Rank::Number)
    }

    /// Returns the account of a zone; `None` where it is none of these accounts, or the zone has no row of the days.
    pub(crate) fn account_of(&self, zone: &Zone) -> Option<usize> {
        let account = self.accounts.get(&zone.keys.start().segment()?);
        account.copied().filter(|_| self.days.is_none_or(|days| zone.may_be_of(days)))
    }
}

/// Where a row stands among others: by its rank, then by account, day, and number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub rank: Rank,
    /// The index of the account among those that are looked at.
    pub account: usize,
    pub day: Day,
    pub number: u64,
}

impl Place {
    /// Returns a place that no row of a zone goes before, by the rank that none of them goes before.
    pub(crate) fn before_rows(zone: &Zone, account: usize, rank: Rank) -> Place {
        Place { rank, account, day: zone.keys.start().day(), number: 0 }
    }
}

/// The places of the first rows of zones: those that come first, as many as are enough.
#[derive(Debug)]
pub(crate) struct Foremost {
    enough: usize,
    places: BinaryHeap<Place>,
}

impl Foremost {
    /// Begins without places; `enough` is at least 1.
    pub(crate) fn new(enough: usize) -> Foremost {
        Foremost { enough, places: BinaryHeap::new() }
    }

    /// Adds the place of the first row of a zone that is wanted, which has this rank.
    pub(crate) fn add(&mut self, zone: &Zone, account: usize, rank: &Rank) {
        // It may be of any day of the zone.
        let day = zone.keys.end().day();
        if self.last().is_some_and(|last| (&last.rank, last.account, last.day) <= (rank, account, day)) {
            return;
        }
        self.places.push(Place { rank: rank.clone(), account, day, number: u64::MAX });
        if self.places.len() > self.enough {
            self.places.pop();
        }
    }

    /// Returns the last of them; `None` until there are enough.
    pub(crate) fn last(&self) -> Option<&Place> {
        self.places.peek().filter(|_| self.places.len() >= self.enough)
    }

    /// Returns whether every row of a zone comes behind all of them, by the rank that none of its rows goes before.
    pub(crate) fn are_before(&self, zone: &Zone, account: usize, rank: &Rank) -> bool {
        let day = zone.keys.start().day();
        self.last().is_some_and(|last| (&last.rank, last.account, last.day) < (rank, account, day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Micros;
    use crate::store::db::row_key::RowKey;

    fn zone(days: [i32; 2]) -> Zone {
        let segment = SegmentId::new(1).unwrap();
        let [first, last] = days.map(|days| RowKey::pack(segment, Day::FIRST.plus_days(days), 0).unwrap());
        Zone { keys: first..=last, amounts: Micros::ZERO..=Micros::ZERO, rows: 2, marks: 0 }
    }

    #[test]
    fn keeps_the_first_places() {
        let mut foremost = Foremost::new(3);
        let mut lasts = Vec::new();
        for rank in [5, 9, 7, 8, 6, 6, 1, 10] {
            foremost.add(&zone([0, 0]), 0, &Rank::Number(rank));
            lasts.push(foremost.last().map(|last| last.rank.clone()));
        }
        assert_eq!(
            lasts,
            [None, None, Some(9), Some(8), Some(7), Some(6), Some(6), Some(6)].map(|at| at.map(Rank::Number))
        );
    }

    #[test]
    fn rows_of_one_rank_are_in_the_order_of_accounts_and_days() {
        let mut foremost = Foremost::new(2);
        let rank = Rank::Number(5);
        foremost.add(&zone([3, 7]), 1, &rank);
        assert!(!foremost.are_before(&zone([9, 9]), 2, &rank), "one is not enough");
        foremost.add(&zone([0, 2]), 1, &rank);
        // The first row may be of the last day of its zone.
        let are_before = |days, account| foremost.are_before(&zone(days), account, &rank);
        assert_eq!([[7, 9], [8, 9]].map(|days| are_before(days, 1)), [false, true]);
        assert_eq!([0, 2].map(|account| are_before([8, 9], account)), [false, true]);
        assert!(!foremost.are_before(&zone([8, 9]), 2, &Rank::Number(4)));
    }
}
