//! Whose transactions the rows of some segments are: what ends, and what lives on, when they are deleted.

use std::collections::BTreeSet;

use crate::model::{AccountId, Period, TransactionId};
use crate::store::db::digest::{Bucket, Sum};
use crate::store::db::segment::Segment;
use crate::store::db::source_row::SourceRow;
use crate::store::db::view::View;
use crate::store::db::zones::Part;
use crate::store::error::StoreError;

/// The source rows of one transaction lie at most this many days apart.
const SPREAD_DAYS: i32 = 20;

/// How many transactions the rows of some segments attest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attested {
    /// Those that no other row attests.
    pub alone: u64,
    /// Those that other rows attest, too.
    pub shared: u64,
}

impl View<'_> {
    /// Returns how many transactions the rows of segments of an account attest; those that do not count attest none.
    ///
    /// Months that no other segment is near are not read: there, every row that leads is a transaction. Nor are those outside
    /// `changing`, where every row counts and is that of another segment. Where their days stand `apart`, no transaction has rows of
    /// these and of other days, and only these are read.
    pub(crate) fn attested(
        &self,
        account: AccountId,
        segments: &[Segment],
        changing: Option<Period>,
        apart: bool,
    ) -> Result<Attested, StoreError> {
        let days = segments.iter().filter_map(|segment| segment.days).reduce(Period::spanning);
        let Some(near) = days.map(|days| days.widened(if apart { 0 } else { SPREAD_DAYS })) else {
            return Ok(Attested::default());
        };
        let is_own = |(bucket, _): &(Bucket, Sum)| segments.iter().any(|own| own.id.number() == bucket.segment);
        let (mut own, others): (Vec<_>, Vec<_>) = self.sums(account, Some(near)).into_iter().partition(is_own);
        let (mut attested, mut ours, mut theirs) = (Attested::default(), BTreeSet::new(), BTreeSet::new());
        // Rows of two statements may be one transaction, in two months.
        let several = segments.len() > 1;
        let changes = |month: i32| {
            changing.is_some_and(|days| days.first().month_index() <= month && month <= days.last().month_index())
        };
        for one in &own {
            if !changes(one.0.month) {
                attested.shared += one.1.rows.unsigned_abs();
            } else if several || meets(one, &others) {
                ours.extend(self.txns(one, near, |row| row.counts)?);
            } else {
                attested.alone += one.1.shown.txns.unsigned_abs();
            }
        }
        own.retain(|(bucket, _)| changes(bucket.month));
        for one in others.iter().filter(|one| meets(one, &own)) {
            theirs.extend(self.txns(one, near, |_| true)?);
        }
        let shared = ours.intersection(&theirs).count() as u64;
        attested.shared += shared;
        attested.alone += ours.len() as u64 - shared;
        Ok(attested)
    }

    /// Returns the transactions of the wanted rows of a sum in some days.
    fn txns(
        &self,
        of: &(Bucket, Sum),
        days: Period,
        wanted: impl Fn(&SourceRow<&str>) -> bool,
    ) -> Result<Vec<TransactionId>, StoreError> {
        let is_wanted = |row: &SourceRow<&str>| days.contains(row.day()) && wanted(row);
        self.month(std::slice::from_ref(of), Part::of_days(days), |row| is_wanted(row).then_some(row.txn))
    }
}

/// Returns whether one of some sums is of the same month, or of one beside it.
fn meets((of, _): &(Bucket, Sum), others: &[(Bucket, Sum)]) -> bool {
    others.iter().any(|(other, _)| (of.month - other.month).abs() <= 1)
}
