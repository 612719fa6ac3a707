//! Files that the owner keeps out of imports.

use rusqlite::types::Value;

use crate::model::Timestamp;
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, IGNORED};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

/// A file that is not to be imported, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IgnoredFile {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The name that it had when it was ignored; empty when only the hash was given.
    pub name: String,
    /// Since when.
    pub created: Timestamp,
}

impl View<'_> {
    /// Returns every ignored file, by hash.
    pub(crate) fn ignored(&self) -> Result<Vec<IgnoredFile>, StoreError> {
        let read = |row: &[Value]| {
            let mut columns = Columns::of(row);
            Ok(IgnoredFile {
                sha256: columns.blob()?.as_slice().try_into().map_err(unreadable)?,
                name: columns.text()?,
                created: Timestamp::from_unix(columns.int()?),
            })
        };
        IGNORED.all(self)?.iter().map(|row| read(row)).collect()
    }
}

impl Change<'_> {
    /// Keeps a file out of imports.
    pub(crate) fn put_ignored(&mut self, file: &IgnoredFile) -> Result<(), StoreError> {
        let row =
            [Value::Blob(file.sha256.to_vec()), Value::Text(file.name.clone()), Value::Integer(file.created.unix())];
        IGNORED.put(&mut self.writer(), &row)
    }

    /// Lets a file be imported again. Returns whether it was ignored.
    pub(crate) fn remove_ignored(&mut self, sha256: &[u8; 32]) -> Result<bool, StoreError> {
        IGNORED.delete(&mut self.writer(), &[Value::Blob(sha256.to_vec())])
    }
}
