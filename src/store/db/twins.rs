//! What becomes of the rows that are those of a segment when that segment goes: see [`Segment::twin`].
//!
//! The rows and their digests stay as they are stored: only the sums of what they show change, and which file the coverages
//! name. A million rows of a repeated download need not be written when the first one is undone.

use crate::store::db::change::Change;
use crate::store::db::coverages::Coverage;
use crate::store::db::digest::{Bucket, Shown, Sum};
use crate::store::db::row_key::RowKey;
use crate::store::db::row_reading::days_of_month;
use crate::store::db::segment::Segment;
use crate::store::db::source_row::{Form, SourceRow, StoredSourceRow};
use crate::store::db::zones::Part;
use crate::store::error::StoreError;

impl Change<'_> {
    /// Makes the rows of a segment that is about to be deleted those of the earliest other one that has them. Its rows are from
    /// then on transactions by themselves, and those of later ones are its.
    pub(in crate::store) fn pass_on(&mut self, gone: &Segment) -> Result<(), StoreError> {
        // A segment without rows has no number of its own.
        let Some(_) = gone.days else { return Ok(()) };
        let mut heirs = self.view().all_coverages()?;
        heirs.retain(|coverage| coverage.account == gone.account && coverage.twin == Some(gone.first_number));
        heirs.sort_unstable_by_key(|coverage| coverage.first_number);
        let Some((heir, others)) = heirs.split_first() else { return Ok(()) };
        self.cache.forget_rows();
        self.count_shown(heir)?;
        self.set_twin(heir, None)?;
        for other in others {
            let rows = self.rows_of_twin(other, heir.first_number)?;
            self.set_twin(other, Some(heir.first_number))?;
            self.update_source_rows(rows.iter().map(|row| (row, row.clone())))?;
        }
        Ok(())
    }

    /// Counts what rows show that are stored as alone and were those of a twin so far.
    fn count_shown(&mut self, heir: &Coverage) -> Result<(), StoreError> {
        for (bucket, sum) in self.sums_of_coverage(heir) {
            let mut zones = self.view().zone_sums(&RowKey::range(heir.segment, days_of_month(bucket.month)?)?)?;
            let (mut all, mut of_zones) = (Shown::default(), vec![Shown::default(); zones.len()]);
            let count = |row: &SourceRow<&str>| {
                if row.form == Form::OfTwin {
                    all.add(row.shown_as_lead());
                    let at = zones.partition_point(|(keys, _)| *keys.end() < row.key);
                    of_zones.get_mut(at).into_iter().for_each(|shown| shown.add(row.shown_as_lead()));
                }
                None::<()>
            };
            self.view().month(&[(bucket, sum)], Part::default(), count)?;
            self.digests.add(bucket, Sum { shown: all, ..Sum::default() });
            for (zone, shown) in zones.iter_mut().zip(of_zones) {
                zone.1.shown.add(shown);
                self.put_zone_sum(zone)?;
            }
        }
        Ok(())
    }

    /// Returns the rows of a coverage that are stored as rows of the transactions of another segment, as those with their offsets
    /// there would have them.
    fn rows_of_twin(&self, coverage: &Coverage, first_number: u64) -> Result<Vec<StoredSourceRow>, StoreError> {
        let mut found = Vec::new();
        for of_month in self.sums_of_coverage(coverage) {
            let is_of_twin = |row: &SourceRow<&str>| row.form == Form::Plain && row.is_of_twin(first_number);
            let keep = |row: &SourceRow<&str>| is_of_twin(row).then(|| row.to_stored());
            found.extend(self.view().month(&[of_month], Part::default(), keep)?);
        }
        Ok(found)
    }

    fn sums_of_coverage(&self, coverage: &Coverage) -> Vec<(Bucket, Sum)> {
        let days = coverage.rows.into_iter();
        days.flat_map(|days| self.view().sums_of(coverage.account, Some(coverage.segment), days)).collect()
    }
}
