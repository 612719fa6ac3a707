//! What each statement of each import covers of its account, and in which segment its rows lie.

use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::model::{AccountId, Day, ImportId, Period, StatementId};
use crate::store::db::change::Change;
use crate::store::db::digest::Bucket;
use crate::store::db::keys::Keys;
use crate::store::db::meta;
use crate::store::db::segment::{Segment, SegmentId, Segments};
use crate::store::db::table::{COVERAGES, Columns, Table};
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError, unreadable};

/// What a statement of an import covers of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// The account.
    pub account: AccountId,
    /// The import.
    pub import: ImportId,
    /// Which of the statements of its file it is, in the order of the file, from 0.
    pub statement: u32,
    /// First and last day of its posted rows; `None` for a statement without rows.
    pub period: Option<Period>,
    /// First and last day of all its rows, pending ones among them.
    pub rows: Option<Period>,
    /// Whether it is newest first.
    pub newest_first: bool,
    /// The hash of its rows, where equal rows make equal statements.
    pub content: Option<[u8; 32]>,
    /// The number of its first row; the others follow in file order.
    pub first_number: u64,
    /// Where its rows lie. No other coverage has the same.
    pub segment: SegmentId,
    /// Rows that became transactions.
    pub added: u64,
    /// Rows that were known.
    pub present: u64,
    /// Rows that changed a transaction.
    pub updated: u64,
    /// The number of the first row of the living file whose rows these are: see [`Segment::twin`].
    pub twin: Option<u64>,
}

impl Coverage {
    /// Returns the statement.
    pub(crate) fn statement_id(&self) -> StatementId {
        StatementId { import: self.import, number: self.statement }
    }

    /// Returns where a row at a position of the file stands among its rows in time: the later, the greater.
    pub(crate) fn in_time(&self, position: i64) -> i64 {
        if self.newest_first { -position } else { position }
    }

    fn row(&self) -> Vec<Value> {
        let day = |d: Option<Day>| d.map_or(Value::Null, |d| Value::Integer(d.epoch_days().into()));
        vec![
            Value::Integer(self.account.number()),
            Value::Integer(self.import.number()),
            Value::Integer(self.statement.into()),
            day(self.period.map(|p| p.first())),
            day(self.period.map(|p| p.last())),
            day(self.rows.map(|p| p.first())),
            day(self.rows.map(|p| p.last())),
            Value::Integer(self.newest_first.into()),
            self.content.map_or(Value::Null, |content| Value::Blob(content.to_vec())),
            Value::Integer(self.first_number.cast_signed()),
            Value::Integer(self.segment.number()),
            Value::Integer(self.added.cast_signed()),
            Value::Integer(self.present.cast_signed()),
            Value::Integer(self.updated.cast_signed()),
            self.twin.map_or(Value::Null, |first| Value::Integer(first.cast_signed())),
        ]
    }

    fn read(row: &[Value]) -> Result<Coverage, StoreError> {
        let mut columns = Columns::of(row);
        let (account, import) = (AccountId::new(columns.int()?), ImportId::new(columns.int()?));
        let statement = columns.index()?;
        let mut day = || -> Result<Option<Day>, StoreError> {
            let Some(days) = columns.int_or_null()? else { return Ok(None) };
            Day::from_epoch_days(i32::try_from(days).map_err(unreadable)?).map(Some).map_err(unreadable)
        };
        let mut days = || Ok::<_, StoreError>(day()?.zip(day()?).and_then(|(first, last)| Period::new(first, last)));
        let (period, rows) = (days()?, days()?);
        Ok(Coverage {
            account,
            import,
            statement,
            period,
            rows,
            newest_first: columns.int()? != 0,
            content: columns
                .blob_or_null()?
                .map(|bytes| bytes.as_slice().try_into())
                .transpose()
                .map_err(unreadable)?,
            first_number: columns.int()?.unsigned_abs(),
            segment: SegmentId::new(columns.int()?).ok_or_else(no_segment)?,
            added: columns.int()?.unsigned_abs(),
            present: columns.int()?.unsigned_abs(),
            updated: columns.int()?.unsigned_abs(),
            twin: columns.int_or_null()?.map(i64::unsigned_abs),
        })
    }

    /// Returns where its rows lie.
    pub(crate) fn segment(&self) -> Segment {
        Segment {
            id: self.segment,
            account: self.account,
            statement: self.statement,
            first_number: self.first_number,
            days: self.rows,
            twin: self.twin,
        }
    }
}

fn no_segment() -> StoreError {
    Damage::Type { what: "a segment".to_owned(), expected: "a number from 1 to 1048575" }.into()
}

/// Returns the segments of the stored coverages, whatever the digest of those says.
pub(crate) fn unverified_segments(connection: &Connection, keys: &Keys) -> Result<Segments, StoreError> {
    let mut all = Vec::new();
    // A vault of an older version lacks the last column.
    let known = COVERAGES.columns.len() - usize::from(!connection.column_exists(None, COVERAGES.name, "twin")?);
    let table = Table { columns: &COVERAGES.columns[..known], ..COVERAGES };
    table.visit(connection, &keys.rows, |row| {
        let mut row = row.to_vec();
        row.resize(COVERAGES.columns.len(), Value::Null);
        all.push(Coverage::read(&row).map(|coverage| coverage.segment()));
    })?;
    Ok(Segments::new(all.into_iter().collect::<Result<_, _>>()?))
}

impl View<'_> {
    /// Returns what every import covers of the accounts that are shown, undone ones too, by account, import and statement.
    pub(crate) fn coverages(&self) -> Result<Vec<Coverage>, StoreError> {
        let hidden = self.hidden_accounts()?;
        Ok(self.all_coverages()?.into_iter().filter(|coverage| !hidden.contains(&coverage.account)).collect())
    }

    /// Returns what every import covers, of merged accounts and of what was kept of their targets too.
    pub(crate) fn all_coverages(&self) -> Result<Vec<Coverage>, StoreError> {
        COVERAGES.all(self)?.iter().map(|row| Coverage::read(row)).collect()
    }

    /// Returns the segments of all coverages. These are read and verified once, as long as they stay the same.
    pub(crate) fn segments(&self) -> Result<Arc<Segments>, StoreError> {
        let sum = self.digests.get(Bucket::of_table(COVERAGES.name));
        self.cache.segments.get(sum, || {
            let all = self.all_coverages()?;
            Ok(Segments::new(all.iter().map(Coverage::segment).collect()))
        })
    }
}

impl Change<'_> {
    /// Returns a segment that no coverage has had.
    pub(crate) fn new_segment(&mut self) -> Result<SegmentId, StoreError> {
        let number = self.reserve(meta::SEGMENT_COUNTER, 1)?;
        i64::try_from(number).ok().and_then(SegmentId::new).ok_or(StoreError::Full("imports"))
    }

    /// Stores what a statement covers of an account. The rows of its segment can be read from then on.
    pub(crate) fn add_coverage(&mut self, coverage: &Coverage) -> Result<(), StoreError> {
        COVERAGES.insert(&mut self.writer(), &coverage.row())
    }

    /// Changes which file a coverage names as the one that has its rows.
    pub(super) fn set_twin(&mut self, coverage: &Coverage, twin: Option<u64>) -> Result<(), StoreError> {
        COVERAGES.put(&mut self.writer(), &Coverage { twin, ..coverage.clone() }.row())
    }

    /// Removes what imports cover of accounts, where it fits.
    pub(crate) fn remove_coverages(&mut self, fits: impl Fn(&Coverage) -> bool) -> Result<(), StoreError> {
        for coverage in self.view().all_coverages()?.iter().filter(|c| fits(c)) {
            COVERAGES.delete(&mut self.writer(), &coverage.row()[..COVERAGES.key])?;
        }
        Ok(())
    }
}
