//! Imports, what they cover, their archived bytes, their source rows, and undoing them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use rusqlite::types::Value;

use crate::model::{AccountId, Day, ImportId, Period, RowPosition, SourceKind, Timestamp, TransactionId};
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::db::row_key::RowKey;
use crate::store::db::source_rows::{SourceRow, StoredSourceRow};
use crate::store::db::table::{ARCHIVES, COVERAGES, Columns, DUPLICATES, IMPORTS, text_or_null};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

/// The source rows of one transaction lie at most this many days apart: each import moves it by a few days at most.
const SPREAD_DAYS: i32 = 60;

/// One accepted export file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Its id.
    pub id: ImportId,
    /// When it was imported.
    pub created: Timestamp,
    /// The file as the person named it.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The kind of source.
    pub kind: SourceKind,
    /// The format in words.
    pub format: String,
    /// The CSV profile.
    pub profile: Option<String>,
    /// The layout by which answers are remembered.
    pub layout: String,
    /// The rule by which its signs were read, where they are printed in one column.
    pub sign: Option<String>,
    /// Rows that became source rows.
    pub rows: u64,
    /// Whether it was undone.
    pub undone: bool,
}

/// What an import covers of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// The account.
    pub account: AccountId,
    /// The import.
    pub import: ImportId,
    /// First and last day; `None` for a file without rows.
    pub period: Option<Period>,
    /// Whether the file is newest first.
    pub newest_first: bool,
    /// The number of its first row; the others follow in file order. See [`RowKey`].
    pub first_number: u64,
    /// Rows that became transactions.
    pub added: u64,
    /// Rows that were known.
    pub present: u64,
    /// Rows that changed a transaction.
    pub updated: u64,
}

/// Two source rows that may or may not be one transaction; the files do not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredDuplicate {
    /// The account.
    pub account: AccountId,
    /// The later row.
    pub row: ListedRow,
    /// The earlier row.
    pub other: ListedRow,
    /// Why, as `import::dedupe` names it.
    pub reason: String,
}

/// A source row of a listed pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ListedRow {
    /// The import that it comes from.
    pub import: ImportId,
    /// Its index among the import's rows of the account, from 0.
    pub position: RowPosition,
    /// Its day.
    pub day: Day,
}

/// Returns the days in which all source rows of a period's transactions lie.
fn around(period: Period) -> Period {
    let (first, last) = (period.first().plus_days(-SPREAD_DAYS), period.last().plus_days(SPREAD_DAYS));
    Period::new(first, last).unwrap_or(period)
}

impl Import {
    fn row(&self) -> Vec<Value> {
        vec![
            Value::Integer(self.id.number()),
            Value::Integer(self.created.unix()),
            Value::Text(self.file.clone()),
            Value::Blob(self.sha256.to_vec()),
            Value::Text(self.kind.as_str().to_owned()),
            Value::Text(self.format.clone()),
            text_or_null(self.profile.as_deref()),
            Value::Text(self.layout.clone()),
            text_or_null(self.sign.as_deref()),
            Value::Integer(self.rows.cast_signed()),
            Value::Integer(self.undone.into()),
        ]
    }

    fn read(row: &[Value]) -> Result<Import, StoreError> {
        let mut columns = Columns::of(row);
        Ok(Import {
            id: ImportId::new(columns.int()?),
            created: Timestamp::from_unix(columns.int()?),
            file: columns.text()?,
            sha256: columns.blob()?.as_slice().try_into().map_err(unreadable)?,
            kind: columns.parsed()?,
            format: columns.text()?,
            profile: columns.text_or_null()?,
            layout: columns.text()?,
            sign: columns.text_or_null()?,
            rows: columns.int()?.unsigned_abs(),
            undone: columns.int()? != 0,
        })
    }
}

impl Coverage {
    fn row(&self) -> Vec<Value> {
        let day = |d: Option<Day>| d.map_or(Value::Null, |d| Value::Integer(d.epoch_days().into()));
        vec![
            Value::Integer(self.account.number()),
            Value::Integer(self.import.number()),
            day(self.period.map(|p| p.first())),
            day(self.period.map(|p| p.last())),
            Value::Integer(self.newest_first.into()),
            Value::Integer(self.first_number.cast_signed()),
            Value::Integer(self.added.cast_signed()),
            Value::Integer(self.present.cast_signed()),
            Value::Integer(self.updated.cast_signed()),
        ]
    }

    fn read(row: &[Value]) -> Result<Coverage, StoreError> {
        let mut columns = Columns::of(row);
        let (account, import) = (AccountId::new(columns.int()?), ImportId::new(columns.int()?));
        let mut day = || -> Result<Option<Day>, StoreError> {
            let Some(days) = columns.int_or_null()? else { return Ok(None) };
            Day::from_epoch_days(i32::try_from(days).map_err(unreadable)?).map(Some).map_err(unreadable)
        };
        let period = day()?.zip(day()?).and_then(|(first, last)| Period::new(first, last));
        Ok(Coverage {
            account,
            import,
            period,
            newest_first: columns.int()? != 0,
            first_number: columns.int()?.unsigned_abs(),
            added: columns.int()?.unsigned_abs(),
            present: columns.int()?.unsigned_abs(),
            updated: columns.int()?.unsigned_abs(),
        })
    }
}

/// Returns the living import whose snapshot replaces a pending row, now that the one that did is undone: of the same
/// kind of source, imported after the row, its days, pending ones too, around the row's, and not ending before the
/// row's own file. The same rule as where `import::dedupe` replaces a snapshot. `last` is the last day of a file's rows
/// nearby.
fn replaced_by(
    row: &StoredSourceRow,
    living: &[Import],
    coverages: &[Coverage],
    last: &HashMap<ImportId, Day>,
) -> Option<ImportId> {
    let period = |import: ImportId| {
        coverages.iter().find(|c| c.account == row.account() && c.import == import).and_then(|c| c.period)
    };
    let own = period(row.import);
    let replaces = |other: &&Import| {
        let Some(days) = period(other.id) else { return false };
        let end = last.get(&other.id).map_or(days.last(), |day| days.last().max(*day));
        let covers = days.first() <= row.day() && row.day() <= end;
        other.kind == row.kind && other.id > row.import && covers && own.is_none_or(|own| own.last() <= end)
    };
    living.iter().find(replaces).map(|import| import.id)
}

impl StoredDuplicate {
    fn row(&self) -> Vec<Value> {
        vec![
            Value::Integer(self.account.number()),
            Value::Integer(self.row.import.number()),
            Value::Integer(self.row.position.get().into()),
            Value::Integer(self.other.import.number()),
            Value::Integer(self.other.position.get().into()),
            Value::Integer(self.row.day.epoch_days().into()),
            Value::Integer(self.other.day.epoch_days().into()),
            Value::Text(self.reason.clone()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredDuplicate, StoreError> {
        let mut columns = Columns::of(row);
        let account = AccountId::new(columns.int()?);
        let mut reference = || -> Result<(ImportId, RowPosition), StoreError> {
            let import = ImportId::new(columns.int()?);
            Ok((import, RowPosition::new(u32::try_from(columns.int()?).map_err(unreadable)?)))
        };
        let (row, other) = (reference()?, reference()?);
        let mut listed = |(import, position)| Ok::<_, StoreError>(ListedRow { import, position, day: columns.day()? });
        let (row, other) = (listed(row)?, listed(other)?);
        Ok(StoredDuplicate { account, row, other, reason: columns.text()? })
    }
}

impl View<'_> {
    /// Returns every import, oldest first.
    pub(crate) fn imports(&self) -> Result<Vec<Import>, StoreError> {
        IMPORTS.all(self)?.iter().map(|row| Import::read(row)).collect()
    }

    /// Returns what every import covers of the accounts that are shown, undone ones too, by account and import.
    pub(crate) fn coverages(&self) -> Result<Vec<Coverage>, StoreError> {
        let hidden = self.hidden_accounts()?;
        Ok(self.all_coverages()?.into_iter().filter(|coverage| !hidden.contains(&coverage.account)).collect())
    }

    /// Returns what every import covers, of merged accounts and of what was kept of their targets too.
    pub(crate) fn all_coverages(&self) -> Result<Vec<Coverage>, StoreError> {
        COVERAGES.all(self)?.iter().map(|row| Coverage::read(row)).collect()
    }

    /// Returns every listed pair of source rows, settled or not.
    pub(crate) fn duplicates(&self) -> Result<Vec<StoredDuplicate>, StoreError> {
        DUPLICATES.all(self)?.iter().map(|row| StoredDuplicate::read(row)).collect()
    }

    /// Returns the source rows of the days of a period, living or not.
    pub(crate) fn source_rows(&self, account: AccountId, period: Period) -> Result<Vec<StoredSourceRow>, StoreError> {
        let mut found = Vec::new();
        self.visit(account, Some(period), false, |rows| {
            found.extend(rows.into_iter().filter(|row| period.contains(row.day())));
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }
}

impl Change<'_> {
    /// Adds an import and its archived bytes, and gives it its id.
    pub(crate) fn add_import(&mut self, mut import: Import, archive: Vec<u8>) -> Result<Import, StoreError> {
        import.id = ImportId::new(self.reserve(meta::IMPORT_COUNTER, 1)?.cast_signed());
        IMPORTS.insert(&mut self.writer(), &import.row())?;
        ARCHIVES.insert(&mut self.writer(), &[Value::Integer(import.id.number()), Value::Blob(archive)])?;
        Ok(import)
    }

    /// Stores what an import covers of one account.
    pub(crate) fn add_coverage(&mut self, coverage: &Coverage) -> Result<(), StoreError> {
        COVERAGES.insert(&mut self.writer(), &coverage.row())
    }

    /// Removes what imports cover of accounts, where it fits.
    pub(crate) fn remove_coverages(&mut self, fits: impl Fn(&Coverage) -> bool) -> Result<(), StoreError> {
        for coverage in self.view().all_coverages()?.iter().filter(|c| fits(c)) {
            COVERAGES.delete(&mut self.writer(), &coverage.row()[..COVERAGES.key])?;
        }
        Ok(())
    }

    /// Erases an import that was undone: its archived bytes, and that it was ever made.
    pub(crate) fn forget(&mut self, import: ImportId) -> Result<(), StoreError> {
        self.remove_coverages(|coverage| coverage.import == import)?;
        for table in [&ARCHIVES, &IMPORTS] {
            table.delete(&mut self.writer(), &[Value::Integer(import.number())])?;
        }
        Ok(())
    }

    /// Lists two rows that may or may not be one transaction.
    pub(crate) fn add_duplicate(&mut self, duplicate: &StoredDuplicate) -> Result<(), StoreError> {
        DUPLICATES.put(&mut self.writer(), &duplicate.row())
    }

    /// Reserves numbers for `count` source rows, which are also the numbers of the transactions that they begin.
    pub(crate) fn reserve_rows(&mut self, count: usize) -> Result<u64, StoreError> {
        self.reserve(meta::SOURCE_ROW_COUNTER, count as u64)
    }

    /// Returns the transactions that have a source row in the period or near it.
    pub(crate) fn transactions_around(
        &self,
        account: AccountId,
        period: Period,
    ) -> Result<HashSet<TransactionId>, StoreError> {
        Ok(self.view().source_rows(account, around(period))?.iter().map(|row| row.txn).collect())
    }

    /// Makes exactly one living source row of each transaction lead: the one of the newest import. `period` holds at
    /// least one source row of each transaction that is meant.
    pub(crate) fn choose_leads(
        &mut self,
        account: AccountId,
        period: Period,
        of: impl Fn(TransactionId) -> bool,
    ) -> Result<(), StoreError> {
        let mut newest: HashMap<TransactionId, (ImportId, RowKey)> = HashMap::new();
        let rows = self.view().source_rows(account, around(period))?;
        let concerned = || rows.iter().filter(|row| of(row.txn));
        for row in concerned().filter(|row| row.is_living()) {
            let best = newest.entry(row.txn).or_insert((row.import, row.key));
            *best = (*best).max((row.import, row.key));
        }
        for row in concerned() {
            let lead = newest.get(&row.txn).is_some_and(|(_, key)| *key == row.key);
            if lead != row.lead {
                self.update_source_row(row, &SourceRow { lead, ..row.clone() })?;
            }
        }
        Ok(())
    }

    /// Undoes an import: deletes its source rows and balances, and restores the pending rows that it replaced. Returns
    /// how many transactions ended, and how many live on.
    pub(crate) fn undo(&mut self, import: &Import) -> Result<(u64, u64), StoreError> {
        let (mut removed, mut kept) = (0, 0);
        let hidden = self.view().hidden_accounts()?;
        let all = self.view().all_coverages()?;
        let living: Vec<Import> =
            self.view().imports()?.into_iter().filter(|other| !other.undone && other.id != import.id).collect();
        for coverage in all.iter().filter(|c| c.import == import.id) {
            // Pending rows may lie beyond the coverage, and a transaction's other source rows some days off.
            let Some(extent) = self.extent_of(coverage.account, import.id)? else { continue };
            let around = around(extent);
            let rows = self.view().source_rows(coverage.account, around)?;
            let mut last: HashMap<ImportId, Day> = HashMap::new();
            for row in &rows {
                let day = last.entry(row.import).or_insert(row.day());
                *day = (*day).max(row.day());
            }
            let mut attested: BTreeMap<TransactionId, bool> = BTreeMap::new();
            for row in rows.iter().filter(|row| row.import == import.id) {
                attested.insert(row.txn, false);
                self.delete_source_row(row)?;
            }
            for row in rows.iter().filter(|row| row.import != import.id) {
                let mut row = row.clone();
                if row.replaced == Some(import.id) {
                    let back = SourceRow { replaced: replaced_by(&row, &living, &all, &last), ..row.clone() };
                    self.update_source_row(&row, &back)?;
                    if back.is_living() {
                        attested.entry(back.txn).or_insert(true);
                    }
                    row = back;
                }
                if row.is_living()
                    && let Some(living) = attested.get_mut(&row.txn)
                {
                    *living = true;
                }
            }
            if !hidden.contains(&coverage.account) {
                removed += attested.values().filter(|living| !**living).count() as u64;
                kept += attested.values().filter(|living| **living).count() as u64;
            }
            self.choose_leads(coverage.account, around, |txn| attested.contains_key(&txn))?;
        }
        self.remove_balances(|balance| balance.import == import.id)?;
        self.remove_duplicates(|pair| pair.row.import == import.id || pair.other.import == import.id)?;
        let undone = Import { undone: true, ..import.clone() };
        IMPORTS.put(&mut self.writer(), &undone.row())?;
        Ok((removed, kept))
    }

    /// Returns the first and last day of an import's source rows, and of the pending ones that it replaced.
    fn extent_of(&self, account: AccountId, import: ImportId) -> Result<Option<Period>, StoreError> {
        let mut extent: Option<(Day, Day)> = None;
        self.view().visit(account, None, false, |rows| {
            let concerned = rows.iter().filter(|row| row.import == import || row.replaced == Some(import));
            for day in concerned.map(StoredSourceRow::day) {
                extent = Some(extent.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
            }
            ControlFlow::Continue(())
        })?;
        Ok(extent.and_then(|(first, last)| Period::new(first, last)))
    }

    pub(crate) fn remove_duplicates(&mut self, fits: impl Fn(&StoredDuplicate) -> bool) -> Result<(), StoreError> {
        let rows = DUPLICATES.all(&self.view())?;
        for row in rows {
            if fits(&StoredDuplicate::read(&row)?) {
                DUPLICATES.delete(&mut self.writer(), &row[..5])?;
            }
        }
        Ok(())
    }
}
