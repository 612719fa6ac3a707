//! Source rows: the one large table. A transaction is what its living source rows attest; the one that leads is shown.
//!
//! `place` packs account, day and number into the integer primary key, so that the table lies in
//! (account, day) order without an index. Reading goes by whole months, because a month is what a digest
//! vouches for: nothing of a month is handed on before its sum was compared.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

use crate::crypto::MacKey;
use crate::model::{AccountId, Day, ImportId, Micros, Period, SourceKind, TransactionId};
use crate::store::db::change::Change;
use crate::store::db::digest::{Bucket, Sum, row_digest};
use crate::store::db::keys::Keys;
use crate::store::db::view::View;
use crate::store::error::{StoreError, corrupt, unreadable};

const TABLE: &str = "sightings";
const COLUMNS: &str = "place, txn, import, position, line, lead, replaced, kind, amount, pending, running, bank_id, \
     description, memo, check_no, category";
/// Bits of `place` for the number, and for the day since 1900-01-01; the rest is the account.
const NUMBER_BITS: u32 = 31;
const DAY_BITS: u32 = 17;
/// 1900-01-01 in days since 1970-01-01.
const DAY_ZERO: i32 = -25_567;
/// Rows from here on are digested on a second processor.
const PARALLEL_FROM: usize = 10_000;

/// One row of one import, as stored. Texts are borrowed when written and owned when read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow<T> {
    /// Account, day and number, packed by `Change::place`.
    pub place: i64,
    /// The transaction that it attests.
    pub txn: TransactionId,
    /// The import that it comes from.
    pub import: ImportId,
    /// The row's place among the import's rows of this account.
    pub position: u32,
    /// The line of the file.
    pub line: i64,
    /// Whether the transaction is shown as this source row has it.
    pub lead: bool,
    /// The import whose newer snapshot replaced this pending row. It attests nothing while that import lives.
    pub replaced: Option<ImportId>,
    /// The kind of source.
    pub kind: SourceKind,
    /// In the account's currency; negative is out of it.
    pub amount: Micros,
    /// Pending, not posted.
    pub pending: bool,
    /// The balance after the row.
    pub running: Option<Micros>,
    /// The bank's id.
    pub bank_id: Option<T>,
    /// Raw description.
    pub description: T,
    /// Raw memo.
    pub memo: Option<T>,
    /// Check number.
    pub check_number: Option<T>,
    /// The bank's category or type.
    pub category: Option<T>,
}

/// A source row that was read.
pub(crate) type StoredSourceRow = SourceRow<String>;

impl<T> SourceRow<T> {
    /// The account.
    pub fn account(&self) -> AccountId {
        AccountId::new(self.place >> (NUMBER_BITS + DAY_BITS))
    }

    /// The day that the file gave.
    pub fn day(&self) -> Day {
        day_of(self.place)
    }

    /// Whether it attests its transaction.
    pub fn is_living(&self) -> bool {
        self.replaced.is_none()
    }

    fn bucket(&self) -> Bucket {
        Bucket { table: TABLE, account: self.account().number(), month: self.day().month_index() }
    }

    fn shown(&self) -> i64 {
        i64::from(self.lead && self.is_living())
    }
}

fn day_of(place: i64) -> Day {
    let days = i32::try_from(place >> NUMBER_BITS & ((1 << DAY_BITS) - 1)).unwrap_or(0) + DAY_ZERO;
    // A place that was packed from no day is one that somebody changed: its digest will not fit either.
    Day::from_epoch_days(days).unwrap_or(Day::FIRST)
}

/// Packs account, day and number. Fails beyond 32767 accounts or two billion source rows.
pub(crate) fn place(account: AccountId, day: Day, number: u64) -> Result<i64, StoreError> {
    let account = Some(account.number()).filter(|a| (0..1 << 15).contains(a)).ok_or(StoreError::Full("accounts"))?;
    let number = i64::try_from(number).ok().filter(|n| *n < 1 << NUMBER_BITS).ok_or(StoreError::Full("rows"))?;
    Ok(account << (NUMBER_BITS + DAY_BITS) | i64::from(day.epoch_days() - DAY_ZERO) << NUMBER_BITS | number)
}

/// The places of an account from a day to a day, both included.
fn places(account: AccountId, first: Day, last: Day) -> Result<(i64, i64), StoreError> {
    Ok((place(account, first, 0)?, place(account, last, (1 << NUMBER_BITS) - 1)?))
}

impl<T: AsRef<str>> SourceRow<T> {
    fn digest(&self, key: &MacKey, scratch: &mut Vec<u8>) -> [u8; 32] {
        fn optional(text: Option<&str>) -> ValueRef<'_> {
            text.map_or(ValueRef::Null, |t| ValueRef::Text(t.as_bytes()))
        }
        let number = |n: Option<i64>| n.map_or(ValueRef::Null, ValueRef::Integer);
        let columns = [
            ValueRef::Integer(self.place),
            ValueRef::Integer(self.txn.number()),
            ValueRef::Integer(self.import.number()),
            ValueRef::Integer(self.position.into()),
            ValueRef::Integer(self.line),
            ValueRef::Integer(self.lead.into()),
            number(self.replaced.map(ImportId::number)),
            ValueRef::Text(self.kind.as_str().as_bytes()),
            ValueRef::Integer(self.amount.get()),
            ValueRef::Integer(self.pending.into()),
            number(self.running.map(Micros::get)),
            optional(self.bank_id.as_ref().map(T::as_ref)),
            ValueRef::Text(self.description.as_ref().as_bytes()),
            optional(self.memo.as_ref().map(T::as_ref)),
            optional(self.check_number.as_ref().map(T::as_ref)),
            optional(self.category.as_ref().map(T::as_ref)),
        ];
        row_digest(key, TABLE, &columns, scratch)
    }
}

fn read(row: &rusqlite::Row<'_>) -> Result<StoredSourceRow, StoreError> {
    let flag = |i| row.get::<_, i64>(i).map(|n| n != 0);
    Ok(SourceRow {
        place: row.get(0)?,
        txn: TransactionId::new(row.get(1)?),
        import: ImportId::new(row.get(2)?),
        position: row.get(3)?,
        line: row.get(4)?,
        lead: flag(5)?,
        replaced: row.get::<_, Option<i64>>(6)?.map(ImportId::new),
        kind: row.get_ref(7)?.as_str().map_err(unreadable)?.parse().map_err(unreadable)?,
        amount: Micros::new(row.get(8)?),
        pending: flag(9)?,
        running: row.get::<_, Option<i64>>(10)?.map(Micros::new),
        bank_id: row.get(11)?,
        description: row.get(12)?,
        memo: row.get(13)?,
        check_number: row.get(14)?,
        category: row.get(15)?,
    })
}

/// Reads and verifies months of an account, and hands on one month after the other, in day order inside a month.
///
/// `period` widens to whole months. Stops when `each` breaks.
pub(crate) fn by_month(
    view: &View<'_>,
    account: AccountId,
    period: Option<Period>,
    newest_first: bool,
    mut each: impl FnMut(Vec<StoredSourceRow>) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let wanted =
        |month: &i32| period.is_none_or(|p| p.first().month_index() <= *month && *month <= p.last().month_index());
    let mut months: Vec<(i32, Sum)> = view.digests.months(account.number()).filter(|(m, _)| wanted(m)).collect();
    if newest_first {
        months.reverse();
    }
    for (month, expected) in months {
        let rows = read_month(view.connection, account, month)?;
        let mut scratch = Vec::with_capacity(256);
        let mut sum = Sum::default();
        for row in &rows {
            sum.count(&row.digest(&view.keys.rows, &mut scratch), row.shown());
        }
        if sum != expected {
            let first = Day::first_of_month(month).map(|d| d.to_string()).unwrap_or_default();
            return Err(corrupt(format_args!(
                "the rows of {account} in the month {} are not those that were written",
                first.get(..7).unwrap_or_default()
            )));
        }
        if each(rows).is_break() {
            break;
        }
    }
    Ok(())
}

fn read_month(connection: &Connection, account: AccountId, month: i32) -> Result<Vec<StoredSourceRow>, StoreError> {
    let first = Day::first_of_month(month).map_err(unreadable)?;
    let last = Day::first_of_month(month + 1).map(|d| d.plus_days(-1)).unwrap_or_else(|_| first.plus_days(30));
    let (from, to) = places(account, first, last)?;
    let sql = format!("SELECT {COLUMNS} FROM sightings WHERE place BETWEEN ?1 AND ?2 ORDER BY place");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([from, to])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Sums every row of the table by bucket: what `check` compares with the stored digests.
pub(crate) fn recompute(connection: &Connection, keys: &Keys) -> Result<BTreeMap<Bucket, Sum>, StoreError> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM sightings ORDER BY place"))?;
    let mut rows = statement.query([])?;
    let mut sums: BTreeMap<Bucket, Sum> = BTreeMap::new();
    let mut scratch = Vec::with_capacity(256);
    while let Some(row) = rows.next()? {
        let row = read(row)?;
        let digest = row.digest(&keys.rows, &mut scratch);
        sums.entry(row.bucket()).or_default().count(&digest, row.shown());
    }
    Ok(sums)
}

/// Adds rows, which come in order of their places. The digests are computed beside the writing.
pub(crate) fn insert<T: AsRef<str> + Sync>(change: &mut Change<'_>, rows: &[SourceRow<T>]) -> Result<(), StoreError> {
    let keys = change.keys;
    let connection = change.connection;
    let sums = std::thread::scope(|scope| {
        let worker = (rows.len() >= PARALLEL_FROM).then(|| scope.spawn(|| sum(keys, rows)));
        write(connection, rows)?;
        match worker.map(std::thread::ScopedJoinHandle::join) {
            Some(Ok(sums)) => Ok(sums),
            // A worker that could not finish is done over here, where a panic is seen.
            Some(Err(_)) | None => Ok::<_, StoreError>(sum(keys, rows)),
        }
    })?;
    sums.into_iter().for_each(|(bucket, sum)| change.digests.add(bucket, sum));
    Ok(())
}

fn sum<T: AsRef<str>>(keys: &Keys, rows: &[SourceRow<T>]) -> Vec<(Bucket, Sum)> {
    let mut sums: Vec<(Bucket, Sum)> = Vec::new();
    let mut scratch = Vec::with_capacity(256);
    let mut day = None;
    for row in rows {
        let digest = row.digest(&keys.rows, &mut scratch);
        // Rows come in day order: the calendar is only asked when the day changes.
        let same_day = day == Some(row.place >> NUMBER_BITS);
        day = Some(row.place >> NUMBER_BITS);
        if !same_day && sums.last().is_none_or(|(bucket, _)| *bucket != row.bucket()) {
            sums.push((row.bucket(), Sum::default()));
        }
        if let Some((_, sum)) = sums.last_mut() {
            sum.count(&digest, row.shown());
        }
    }
    sums
}

fn write<T: AsRef<str>>(connection: &Connection, rows: &[SourceRow<T>]) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO sightings ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for row in rows {
        statement.execute(params![
            row.place,
            row.txn.number(),
            row.import.number(),
            row.position,
            row.line,
            row.lead,
            row.replaced.map(ImportId::number),
            row.kind.as_str(),
            row.amount.get(),
            row.pending,
            row.running.map(Micros::get),
            row.bank_id.as_ref().map(T::as_ref),
            row.description.as_ref(),
            row.memo.as_ref().map(T::as_ref),
            row.check_number.as_ref().map(T::as_ref),
            row.category.as_ref().map(T::as_ref),
        ])?;
    }
    Ok(())
}

/// Replaces what can change of a source row: its transaction, whether it leads, and whether it was replaced.
pub(crate) fn update(change: &mut Change<'_>, old: &StoredSourceRow, new: &StoredSourceRow) -> Result<(), StoreError> {
    let mut statement =
        change.connection.prepare_cached("UPDATE sightings SET txn = ?2, lead = ?3, replaced = ?4 WHERE place = ?1")?;
    statement.execute(params![old.place, new.txn.number(), new.lead, new.replaced.map(ImportId::number)])?;
    count_out(change, old);
    let mut sum = Sum::default();
    sum.count(&new.digest(&change.keys.rows, &mut Vec::new()), new.shown());
    change.digests.add(new.bucket(), sum);
    Ok(())
}

/// Takes a source row out.
pub(crate) fn delete(change: &mut Change<'_>, old: &StoredSourceRow) -> Result<(), StoreError> {
    change.connection.prepare_cached("DELETE FROM sightings WHERE place = ?1")?.execute([old.place])?;
    count_out(change, old);
    Ok(())
}

fn count_out(change: &mut Change<'_>, old: &StoredSourceRow) {
    let digest = old.digest(&change.keys.rows, &mut Vec::new());
    change.digests.remove(old.bucket(), &digest, old.shown());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_in_account_and_day_order() {
        let account = AccountId::new(32_767);
        let first: Day = "1900-01-01".parse().unwrap();
        let last: Day = "2199-12-31".parse().unwrap();
        let low = place(account, first, 0).unwrap();
        let high = place(account, last, (1 << 31) - 1).unwrap();
        assert!(0 < low && low < high);
        assert_eq!((day_of(low), day_of(high)), (first, last));
        assert!(place(AccountId::new(1), last, 7).unwrap() < place(AccountId::new(2), first, 0).unwrap());
        assert!(place(AccountId::new(32_768), first, 0).is_err());
        assert!(place(account, first, 1 << 31).is_err());
    }
}
