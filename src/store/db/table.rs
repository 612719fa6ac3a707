//! The small tables: their columns, and reading and writing whole rows with their digests.
//!
//! Source rows are too many for this and have their own module.

use std::error::Error;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

use rusqlite::types::{FromSql, Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use zeroize::Zeroize;

use crate::crypto::{MacKey, Secret32};
use crate::model::Day;
use crate::store::db::digest::{Bucket, Digests, Shown, Sum, row_digest};
use crate::store::db::view::View;
use crate::store::error::{Damage, StoreError, unreadable};

/// A table whose rows are written through this module.
pub(crate) struct Table {
    pub name: &'static str,
    /// In the order of the schema; the first `key` of them are the primary key.
    pub columns: &'static [&'static str],
    pub key: usize,
}

macro_rules! tables {
    ($($constant:ident = $name:literal ($key:literal) $columns:expr;)*) => {
        $(pub(crate) const $constant: Table = Table { name: $name, columns: &$columns, key: $key };)*
        /// Every table of this module.
        pub(crate) const SMALL_TABLES: &[&Table] = &[$(&$constant),*];
        /// Their names.
        pub(crate) const SMALL_TABLE_NAMES: &[&str] = &[$($name),*];
    };
}

tables! {
    META = "meta" (1) ["name", "value"];
    ACCOUNTS = "accounts" (1) ["id", "name", "kind", "currency", "bank", "branch", "institution", "closed"];
    NUMBERS = "numbers" (2) ["account", "position", "number"];
    LEARNED = "learned" (3) ["account", "import", "what", "value"];
    IMPORTS = "imports" (1)
        ["id", "created", "file", "sha256", "kind", "format", "profile", "layout", "sign", "rows", "undone"];
    ANSWERS = "answers" (1) ["id", "layout", "option", "answer", "created"];
    IGNORED = "ignored" (1) ["sha256", "name", "created"];
    ARCHIVES = "archives" (1) ["import", "zstd"];
    COVERAGES = "coverages" (3)
        ["account", "import", "statement", "first", "last", "earliest", "reach", "reversed", "content", "numbers", "segment", "added", "present", "updated", "twin"];
    BALANCES = "balances" (5) ["account", "kind", "day", "import", "statement", "amount"];
    OWNER_BALANCES = "owner_balances" (2) ["account", "day", "amount", "created"];
    MERGES = "merges" (1) ["account", "target", "kept", "created"];
    DOUBTS = "doubts" (7)
        ["account", "import", "statement", "position", "other_import", "other_statement", "other_position", "day", "other_day", "reason", "same"];
    PAIRS = "pairs" (5)
        ["account", "import", "statement", "other_import", "other_statement", "ids", "shift", "reworded", "partial"];
    DECISIONS = "decisions" (1)
        ["id", "same", "sha256", "statement", "position", "other_sha256", "other_statement", "other_position", "created"];
    DRAFTS = "drafts" (1) ["hash", "created", "terms", "slice"];
    POLICY = "policy" (1)
        ["id", "effect", "recipient", "scopes", "accounts", "max_days", "window", "max_rows", "once", "created"];
    GRANTS = "grants" (1)
        ["id", "status", "terms", "prk", "version", "used", "slice_hash", "sealed", "approved", "approved_time", "rule", "rows", "first", "last"];
    SEALINGS = "sealings" (2) ["grant_id", "version", "hash", "seq"];
    ZONE_PACKS = "zone_packs" (1) ["place", "zones", "bits", "block", "digests"];
}

/// One row, in the order of the columns. Zeroed when dropped: keys and slices are among what rows hold.
pub(crate) struct Row(Vec<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Row {
        Row(values)
    }
}

impl Deref for Row {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl DerefMut for Row {
    fn deref_mut(&mut self) -> &mut [Value] {
        &mut self.0
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        for value in &mut self.0 {
            match value {
                Value::Blob(bytes) => bytes.zeroize(),
                Value::Text(text) => text.zeroize(),
                Value::Null | Value::Integer(_) | Value::Real(_) => {}
            }
        }
    }
}

impl Table {
    fn bucket(&self) -> Bucket {
        Bucket::of_table(self.name)
    }

    fn key_clause(&self) -> String {
        let parts: Vec<String> =
            self.columns[..self.key].iter().enumerate().map(|(i, c)| format!("{c} = ?{}", i + 1)).collect();
        parts.join(" AND ")
    }

    /// Adds a row.
    pub(crate) fn insert(&self, at: &mut Writer<'_>, row: &[Value]) -> Result<(), StoreError> {
        at.connection.prepare_cached(&insert_into(self.name, self.columns))?.execute(params_from_iter(row))?;
        let mut sum = Sum::default();
        sum.count(&digest_of(at.key, self.name, row), Shown::default());
        at.digests.add(self.bucket(), sum);
        Ok(())
    }

    /// Deletes a row, if it exists. Returns whether it did.
    pub(crate) fn delete(&self, at: &mut Writer<'_>, key: &[Value]) -> Result<bool, StoreError> {
        let Some(old) = self.get(at.connection, key)? else { return Ok(false) };
        let sql = format!("DELETE FROM {} WHERE {}", self.name, self.key_clause());
        at.connection.prepare_cached(&sql)?.execute(params_from_iter(key))?;
        // The row is subtracted as it was read: if it had been changed, the sum differs from then on.
        at.digests.remove(self.bucket(), &digest_of(at.key, self.name, &old), Shown::default());
        Ok(true)
    }

    /// Adds a row, or replaces the one with its key.
    pub(crate) fn put(&self, at: &mut Writer<'_>, row: &[Value]) -> Result<(), StoreError> {
        self.delete(at, &row[..self.key])?;
        self.insert(at, row)
    }

    /// Reads one row by its key, unverified.
    pub(crate) fn get(&self, connection: &Connection, key: &[Value]) -> Result<Option<Row>, StoreError> {
        let sql = format!("{} WHERE {}", select(self.name, self.columns), self.key_clause());
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(key))?;
        rows.next()?.map(|row| read_row(row, self.columns.len())).transpose()
    }

    /// Reads the whole table and compares it with its digest.
    pub(crate) fn all(&self, view: &View<'_>) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        let sum = self.visit(view.connection, &view.keys.rows, |row| found.push(row))?;
        if sum != view.digests.get(self.bucket()) {
            return Err(Damage::Rows(self.name).into());
        }
        Ok(found)
    }

    /// Reads every row in key order and returns the sum of what was read.
    pub(crate) fn visit(
        &self,
        connection: &Connection,
        key: &MacKey,
        mut each: impl FnMut(Row),
    ) -> Result<Sum, StoreError> {
        let order = self.columns[..self.key].join(", ");
        let sql = format!("{} ORDER BY {order}", select(self.name, self.columns));
        // One that is kept takes SQLite's slower memory, and most commands read a table once.
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut sum = Sum::default();
        while let Some(row) = rows.next()? {
            let row = read_row(row, self.columns.len())?;
            sum.count(&digest_of(key, self.name, &row), Shown::default());
            each(row);
        }
        Ok(sum)
    }
}

/// Returns the statement that adds a row with all these columns.
pub(crate) fn insert_into(table: &str, columns: &[&str]) -> String {
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), vec!["?"; columns.len()].join(", "))
}

/// Returns the statement that reads these columns, to be continued with a condition or an order.
pub(crate) fn select(table: &str, columns: &[&str]) -> String {
    format!("SELECT {} FROM {table}", columns.join(", "))
}

/// What writing needs: the connection inside a transaction, the digest key, and the sums.
pub(crate) struct Writer<'a> {
    pub connection: &'a Connection,
    pub key: &'a MacKey,
    pub digests: &'a mut Digests,
}

fn read_row(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row, StoreError> {
    (0..columns).map(|i| row.get::<_, Value>(i).map_err(StoreError::from)).collect::<Result<Vec<_>, _>>().map(Row)
}

fn digest_of(key: &MacKey, table: &str, row: &[Value]) -> [u8; 32] {
    let columns: Vec<ValueRef<'_>> = row.iter().map(ValueRef::from).collect();
    row_digest(key, table, &columns, &mut Vec::new())
}

/// Reads the columns of a row one after the other, where rows are too many to be copied first.
pub(crate) struct Cells<'r> {
    row: &'r rusqlite::Row<'r>,
    index: usize,
}

impl<'r> Cells<'r> {
    pub(crate) fn of(row: &'r rusqlite::Row<'r>) -> Cells<'r> {
        Cells { row, index: 0 }
    }

    pub(crate) fn next<T: FromSql>(&mut self) -> Result<T, StoreError> {
        self.index += 1;
        Ok(self.row.get(self.index - 1)?)
    }

    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.next::<i64>()? != 0)
    }

    /// Returns a text without copying it.
    pub(crate) fn text(&mut self) -> Result<&'r str, StoreError> {
        self.index += 1;
        self.row.get_ref(self.index - 1)?.as_str().map_err(unreadable)
    }

    /// Returns a text, or NULL, without copying it.
    pub(crate) fn text_or_null(&mut self) -> Result<Option<&'r str>, StoreError> {
        self.index += 1;
        self.row.get_ref(self.index - 1)?.as_str_or_null().map_err(unreadable)
    }
}

/// Reads typed values out of a row; a value of another type was not written by this program.
pub(crate) struct Columns<'r>(std::slice::Iter<'r, Value>);

impl<'r> Columns<'r> {
    pub(crate) fn of(row: &'r [Value]) -> Columns<'r> {
        Columns(row.iter())
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        Ok(self.int_or_null()?.ok_or_else(|| Damage::Missing("a number".to_owned()))?)
    }

    pub(crate) fn int_or_null(&mut self) -> Result<Option<i64>, StoreError> {
        match self.0.next() {
            Some(Value::Integer(number)) => Ok(Some(*number)),
            Some(Value::Null) => Ok(None),
            _ => Err(wrong_type("a column", "a number")),
        }
    }

    /// Returns an index, which counts from 0.
    pub(crate) fn index(&mut self) -> Result<u32, StoreError> {
        u32::try_from(self.int()?).map_err(unreadable)
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        Ok(self.text_or_null()?.ok_or_else(|| Damage::Missing("a text".to_owned()))?)
    }

    /// Returns a text, or NULL.
    pub(crate) fn text_or_null(&mut self) -> Result<Option<String>, StoreError> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(Some(text.clone())),
            Some(Value::Null) => Ok(None),
            _ => Err(wrong_type("a column", "a text")),
        }
    }

    /// Returns a blob, or NULL.
    pub(crate) fn blob_or_null(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.next() {
            Some(Value::Blob(bytes)) => Ok(Some(bytes.clone())),
            Some(Value::Null) => Ok(None),
            _ => Err(wrong_type("a column", "a blob")),
        }
    }

    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.0.next() {
            Some(Value::Blob(bytes)) => Ok(bytes.clone()),
            _ => Err(wrong_type("a column", "a blob")),
        }
    }

    /// Reads a secret of 32 bytes without another copy of it.
    pub(crate) fn secret(&mut self) -> Result<Secret32, StoreError> {
        match self.0.next() {
            Some(Value::Blob(bytes)) if bytes.len() == 32 => Secret32::fill(|to| {
                to.copy_from_slice(bytes);
                Ok(())
            }),
            _ => Err(wrong_type("a secret", "32 bytes long")),
        }
    }

    /// Reads a text as a type with `FromStr`.
    pub(crate) fn parsed<T: FromStr<Err: Error + Send + Sync + 'static>>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        text.parse().map_err(|source: T::Err| Damage::Foreign { text, source: source.into() }.into())
    }

    /// Reads a day, stored as days since 1970.
    pub(crate) fn day(&mut self) -> Result<Day, StoreError> {
        Ok(self.day_or_null()?.ok_or_else(|| Damage::Missing("a day".to_owned()))?)
    }

    /// Reads a day, or NULL.
    pub(crate) fn day_or_null(&mut self) -> Result<Option<Day>, StoreError> {
        let Some(days) = self.int_or_null()? else { return Ok(None) };
        Day::from_epoch_days(i32::try_from(days).map_err(unreadable)?).map(Some).map_err(unreadable)
    }
}

fn wrong_type(what: &str, expected: &'static str) -> StoreError {
    Damage::Type { what: what.to_owned(), expected }.into()
}

/// A text or NULL.
pub(crate) fn text_or_null(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |t| Value::Text(t.to_owned()))
}
