//! Imports, their archived bytes, and undoing them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rusqlite::types::Value;

use crate::model::{AccountId, ImportId, Period, SourceKind, Timestamp};
use crate::store::db::attested::Attested;
use crate::store::db::change::Change;
use crate::store::db::coverages::Coverage;
use crate::store::db::meta;
use crate::store::db::segment::{Segment, SegmentId};
use crate::store::db::source_row::{SourceRow, StoredSourceRow};
use crate::store::db::table::{ARCHIVES, Columns, IMPORTS, text_or_null};
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zones::Search;
use crate::store::error::{StoreError, unreadable};

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

/// What an import was in one account before it was undone.
#[derive(Clone, Debug)]
pub(crate) struct Undone {
    /// The account.
    pub account: AccountId,
    /// First and last day of its rows, where that can change what other rows are.
    pub changed: Option<Period>,
    /// Transactions that only it showed.
    pub ended: u64,
    /// Transactions that other files show, too.
    pub living: u64,
}

/// Source rows have numbers below this one.
const NUMBERS: u64 = 1 << 31;

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

impl View<'_> {
    /// Returns every import, oldest first.
    pub(crate) fn imports(&self) -> Result<Vec<Import>, StoreError> {
        IMPORTS.all(self)?.iter().map(|row| Import::read(row)).collect()
    }

    /// Returns the source rows of the days of a period, living or not.
    pub(crate) fn source_rows(&self, account: AccountId, period: Period) -> Result<Vec<StoredSourceRow>, StoreError> {
        let mut found = Vec::new();
        let keep = |row: &SourceRow<&str>| period.contains(row.day()).then(|| row.to_stored());
        let search = Search::of(Wanted::default(), Some(period));
        self.visit_wanted((account, Some(period)), &search, false, keep, |rows| {
            found.extend(rows);
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }
}

impl Change<'_> {
    /// Adds an import, and gives it its id. Its archived bytes have to follow.
    pub(crate) fn add_import(&mut self, mut import: Import) -> Result<Import, StoreError> {
        import.id = ImportId::new(self.reserve(meta::IMPORT_COUNTER, 1)?.cast_signed());
        IMPORTS.insert(&mut self.writer(), &import.row())?;
        Ok(import)
    }

    /// Adds the archived bytes of an import.
    pub(crate) fn add_archive(&mut self, import: ImportId, archive: Vec<u8>) -> Result<(), StoreError> {
        ARCHIVES.insert(&mut self.writer(), &[Value::Integer(import.number()), Value::Blob(archive)])
    }

    /// Erases an import that was undone: its archived bytes, and that it was ever made.
    pub(crate) fn forget(&mut self, import: ImportId) -> Result<(), StoreError> {
        self.remove_coverages(|coverage| coverage.import == import)?;
        for table in [&ARCHIVES, &IMPORTS] {
            table.delete(&mut self.writer(), &[Value::Integer(import.number())])?;
        }
        Ok(())
    }

    /// Reserves numbers for `count` source rows, which are also the numbers of the transactions that they begin.
    pub(crate) fn reserve_rows(&mut self, count: usize) -> Result<u64, StoreError> {
        let first = self.reserve(meta::SOURCE_ROW_COUNTER, count as u64)?;
        if first + count as u64 > NUMBERS {
            return Err(StoreError::Full("rows"));
        }
        Ok(first)
    }

    /// Deletes the source rows and balances of an import, and marks it undone. What is derived of its days is to be
    /// derived again.
    ///
    /// `spare` names segments whose rows are those of another file, which stay as they are, but in some days; `apart` accounts in
    /// which the days of the import stand apart, so that no transaction has rows of these and of other days.
    pub(crate) fn undo(
        &mut self,
        import: &Import,
        spare: &[(SegmentId, Option<Period>)],
        apart: &[(AccountId, Period)],
    ) -> Result<Vec<Undone>, StoreError> {
        let mut all = Vec::new();
        let mut coverages = self.view().all_coverages()?;
        coverages.retain(|coverage| coverage.import == import.id);
        let accounts: BTreeSet<AccountId> = coverages.iter().map(|coverage| coverage.account).collect();
        for account in accounts {
            // All its statements at once: a transaction that two of them show ends with both.
            let segments: Vec<Segment> =
                coverages.iter().filter(|c| c.account == account).map(Coverage::segment).collect();
            let Some(days) = segments.iter().filter_map(|segment| segment.days).reduce(Period::spanning) else {
                continue;
            };
            let except = match segments.as_slice() {
                [one] => spare.iter().find(|(id, _)| *id == one.id).map(|(_, except)| *except),
                _ => None,
            };
            let changed = except.unwrap_or(Some(days));
            let Attested { alone, shared } =
                self.view().attested(account, &segments, changed, apart.contains(&(account, days)))?;
            for segment in &segments {
                self.pass_on(segment)?;
                self.delete_segment(segment)?;
            }
            all.push(Undone { account, changed, ended: alone, living: shared });
        }
        for coverage in self.view().all_coverages()?.iter().filter(|c| c.import == import.id && c.twin.is_some()) {
            self.set_twin(coverage, None)?;
        }
        self.remove_balances(|balance| balance.statement.import == import.id)?;
        self.remove_pairs(|pair| [pair.one, pair.other].iter().any(|one| one.import == import.id))?;
        self.remove_doubts(|doubt| [doubt.row, doubt.other].iter().any(|row| row.statement.import == import.id))?;
        let undone = Import { undone: true, ..import.clone() };
        IMPORTS.put(&mut self.writer(), &undone.row())?;
        Ok(all)
    }
}
