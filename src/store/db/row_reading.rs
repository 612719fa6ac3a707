//! Source rows as they lie in the table, unverified, and the comparison of their sum.

use std::ops::RangeInclusive;

use rusqlite::Connection;

use crate::model::{AccountId, Day, ImportId, Micros, Period, RowPosition, TransactionId};
use crate::store::db::digest::{Bucket, SOURCE_ROWS, Sum};
use crate::store::db::row_key::RowKey;
use crate::store::db::segment::Segment;
use crate::store::db::source_row::{COLUMNS, Form, SourceRow};
use crate::store::db::table::{Cells, select};
use crate::store::error::{Damage, StoreError, unreadable};

/// Reads a row of a segment.
pub(super) fn read<'r>(row: &'r rusqlite::Row<'r>, segment: &Segment) -> Result<SourceRow<&'r str>, StoreError> {
    let mut cells = Cells::of(row);
    let key = RowKey::from_packed(cells.next()?);
    let txn = TransactionId::new(cells.next()?);
    let row = SourceRow {
        key,
        account: segment.account,
        number: segment.first_number + key.offset(),
        txn,
        import: ImportId::new(cells.next()?),
        statement: segment.statement,
        position: RowPosition::new(cells.next()?),
        line: cells.next::<i64>()?.cast_unsigned(),
        lead: cells.flag()?,
        counts: cells.flag()?,
        form: Form::Plain,
        kind: cells.text()?.parse().map_err(unreadable)?,
        amount: Micros::new(cells.next()?),
        pending: cells.flag()?,
        running: cells.next::<Option<i64>>()?.map(Micros::new),
        bank_id: cells.text_or_null()?,
        description: cells.text()?,
        memo: cells.text_or_null()?,
        check_number: cells.text_or_null()?,
        category: cells.text_or_null()?,
        transaction_type: cells.text_or_null()?,
    };
    let lead = row.lead;
    Ok(row.derived(txn, lead, segment.twin))
}

/// Reads the rows of a segment with these keys, unverified.
pub(super) fn read_rows(
    connection: &Connection,
    segment: &Segment,
    keys: &RangeInclusive<RowKey>,
    mut each: impl FnMut(&SourceRow<&str>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = format!("{} WHERE place BETWEEN ?1 AND ?2 ORDER BY place", select(SOURCE_ROWS, &COLUMNS));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([keys.start().packed(), keys.end().packed()])?;
    while let Some(row) = rows.next()? {
        each(&read(row, segment)?)?;
    }
    Ok(())
}

/// Refuses rows that do not have the sum of those that were written.
pub(super) fn verify(bucket: Bucket, sum: Sum, expected: Sum) -> Result<(), StoreError> {
    if sum == expected {
        return Ok(());
    }
    let month = days_of_month(bucket.month)?.first().to_string().get(..7).unwrap_or_default().to_owned();
    Err(Damage::Month { account: AccountId::new(bucket.account), month }.into())
}

/// Returns the days of a month, given as by [`Day::month_index`].
pub(crate) fn days_of_month(month: i32) -> Result<Period, StoreError> {
    let first = Day::first_of_month(month).map_err(unreadable)?;
    let last = Day::first_of_month(month + 1).map(|d| d.plus_days(-1)).unwrap_or_else(|_| first.plus_days(30));
    Ok(Period::new(first, last).unwrap_or(Period::of_day(first)))
}
