//! What the owner said of two rows: one transaction, or two.

use rusqlite::types::Value;

use crate::model::{DecisionId, RowPosition, Timestamp};
use crate::store::db::change::Change;
use crate::store::db::meta;
use crate::store::db::table::{Columns, DECISIONS};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

/// A decision. It names rows by file, statement and position, so that it lies dormant while a file is undone, and lives on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredDecision {
    /// Its id.
    pub id: DecisionId,
    /// Whether they are one transaction.
    pub same: bool,
    /// A row.
    pub row: DecidedRow,
    /// Another one.
    pub other: DecidedRow,
    /// When it was said.
    pub created: Timestamp,
}

/// A row of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DecidedRow {
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
    /// Which of the file's statements it stands in, in the order of the file, from 0.
    pub statement: u32,
    /// Its index among the rows of that statement, from 0.
    pub position: RowPosition,
}

impl StoredDecision {
    /// Returns whether it is about a row of the file with a hash.
    pub(crate) fn names(&self, sha256: &[u8; 32]) -> bool {
        [&self.row, &self.other].iter().any(|row| row.sha256 == *sha256)
    }

    fn row(&self) -> Vec<Value> {
        vec![
            Value::Integer(self.id.number()),
            Value::Integer(self.same.into()),
            Value::Blob(self.row.sha256.to_vec()),
            Value::Integer(self.row.statement.into()),
            Value::Integer(self.row.position.get().into()),
            Value::Blob(self.other.sha256.to_vec()),
            Value::Integer(self.other.statement.into()),
            Value::Integer(self.other.position.get().into()),
            Value::Integer(self.created.unix()),
        ]
    }

    fn read(row: &[Value]) -> Result<StoredDecision, StoreError> {
        let mut columns = Columns::of(row);
        let id = DecisionId::new(columns.int()?);
        let same = columns.int()? != 0;
        let mut row = || {
            let sha256 = columns.blob()?.as_slice().try_into().map_err(unreadable)?;
            let (statement, position) = (columns.index()?, RowPosition::new(columns.index()?));
            Ok::<_, StoreError>(DecidedRow { sha256, statement, position })
        };
        let (row, other) = (row()?, row()?);
        Ok(StoredDecision { id, same, row, other, created: Timestamp::from_unix(columns.int()?) })
    }
}

impl View<'_> {
    /// Returns every decision, oldest first.
    pub(crate) fn decisions(&self) -> Result<Vec<StoredDecision>, StoreError> {
        DECISIONS.all(self)?.iter().map(|row| StoredDecision::read(row)).collect()
    }
}

impl Change<'_> {
    /// Stores a decision, and gives it its id.
    pub(crate) fn add_decision(&mut self, mut decision: StoredDecision) -> Result<StoredDecision, StoreError> {
        decision.id = DecisionId::new(self.reserve(meta::DECISION_COUNTER, 1)?.cast_signed());
        DECISIONS.insert(&mut self.writer(), &decision.row())?;
        Ok(decision)
    }

    /// Removes a decision. Returns whether there was one.
    pub(crate) fn remove_decision(&mut self, id: DecisionId) -> Result<bool, StoreError> {
        DECISIONS.delete(&mut self.writer(), &[Value::Integer(id.number())])
    }
}
