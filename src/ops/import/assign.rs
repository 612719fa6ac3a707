//! The numbers of a statement's rows, which are also the ids of the transactions that they begin.

use super::incoming::Incoming;
use crate::import::newest_first;
use crate::model::ImportId;
use crate::ops::OpError;
use crate::ops::derive::RowNumbers;
use crate::store::Change;
use crate::store::db::segment::SegmentId;

/// The numbers that a statement's rows have, and the segment in which they lie.
pub(super) struct Numbers {
    pub rows: RowNumbers,
    pub segment: SegmentId,
}

impl Numbers {
    /// Reserves a number for each row. When an undone file is imported again, its rows get their old numbers: ids of
    /// transactions, and the pseudonyms made from them, survive an undo. The segment is always a new one.
    pub(super) fn reserve(change: &mut Change<'_>, incoming: &Incoming<'_>) -> Result<Numbers, OpError> {
        let (account, import, number) = (incoming.account(), incoming.import, incoming.target.statement);
        let entries = &incoming.statement.entries;
        let newest_first = newest_first(entries).then_some(entries.len() as u64);
        let segment = change.new_segment()?;
        if let Some(first) = incoming.kept {
            return Ok(Numbers { rows: RowNumbers { first, newest_first }, segment });
        }
        let imports = change.view().imports()?;
        let undone = |id: ImportId| {
            imports.iter().any(|i| i.id == id && i.undone && i.sha256 == import.sha256 && i.rows == import.rows)
        };
        // The oldest of several undone imports of the file: all have the numbers of it.
        let coverages = change.view().coverages()?;
        let known = coverages.into_iter().find(|c| c.account == account && c.statement == number && undone(c.import));
        let first = match known {
            Some(coverage) => coverage.first_number,
            None => change.reserve_rows(entries.len())?,
        };
        Ok(Numbers { rows: RowNumbers { first, newest_first }, segment })
    }
}
