//! Brings a database of an older version to the newest, in a transaction that the caller began: verified before and after.

use std::collections::BTreeSet;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::json;

use crate::model::Moment;
use crate::store::db::audit::{self, AuditAction, AuditEntry, ChainEnd};
use crate::store::db::digest::{Bucket, Digests, SOURCE_ROWS, Shown, Sum, row_digest};
use crate::store::db::keys::Keys;
use crate::store::db::recompute::{Found, recompute};
use crate::store::db::schema::{self, Step};
use crate::store::db::table::{SMALL_TABLE_NAMES, select};
use crate::store::error::{Damage, StoreError};

/// A database that was opened, and what it says of itself.
pub(crate) struct Opened<'a> {
    pub connection: &'a Connection,
    pub keys: &'a Keys,
    /// Compared with the last audit entry already.
    pub digests: &'a Digests,
    pub end: ChainEnd,
}

/// Returns the names of every table with digests, in any version that the steps lead through.
pub(crate) fn tables(steps: &[Step]) -> Vec<&'static str> {
    let named = steps.iter().flat_map(|step| step.tables).chain(SMALL_TABLE_NAMES).copied();
    named.filter(|name| *name != SOURCE_ROWS).collect::<BTreeSet<_>>().into_iter().collect()
}

impl Opened<'_> {
    /// Verifies every row, the chain and the schema of the version that the database has.
    ///
    /// # Errors
    /// When one of them is not as it was written.
    pub(crate) fn verify(&self, version: usize, steps: &[Step]) -> Result<(), StoreError> {
        self.has_schema(version, steps)?;
        self.has_chain()?;
        let found = self.sums(steps)?;
        if found.root(&self.keys.rows) != self.digests.root(&self.keys.rows) {
            return Err(Damage::Digests.into());
        }
        Ok(())
    }

    /// Runs the steps that a version has not seen, computes the digests of what they changed, and writes an audit entry.
    ///
    /// # Errors
    /// When a step fails, or changes what it does not name. The transaction is then to be rolled back.
    pub(crate) fn migrate(&self, version: usize, steps: &[Step], moment: Moment) -> Result<(), StoreError> {
        let ahead = steps.get(version - 1..).unwrap_or_default();
        for step in ahead {
            self.connection.execute_batch(step.sql)?;
        }
        let newest = schema::newest(steps);
        self.connection.pragma_update(None, "user_version", newest as i64)?;
        self.has_schema(newest, steps)?;
        let after = self.sums(steps)?;
        let changes = |table: &str| ahead.iter().any(|step| step.tables.contains(&table));
        let stays = |digests: &Digests| digests.iter().filter(|(bucket, _)| !changes(bucket.table)).collect::<Vec<_>>();
        if stays(self.digests) != stays(&after) {
            return Err(StoreError::NotMigrated("a step changed rows of a table that it does not name".to_owned()));
        }
        self.connection.execute("DELETE FROM digests", [])?;
        after.clone().store(self.connection)?;
        let root = after.root(&self.keys.rows);
        let mut detail = json!({ "from": version, "to": newest });
        if !moment.is_plausible() {
            detail["clock"] = "implausible".into();
        }
        let entry = AuditEntry { action: AuditAction::Migrate, subject: String::new(), detail };
        audit::append(self.connection, &self.keys.chain, self.end, moment.now(), entry, root)?;
        // What was written is what the next command reads.
        let end = audit::verified_end(self.connection, &self.keys.chain)?;
        let written = Digests::load(self.connection, &tables(steps))?.root(&self.keys.rows);
        let found = self.sums(steps)?.root(&self.keys.rows);
        if [written, found] != [end.root; 2] {
            return Err(Damage::Digests.into());
        }
        self.has_chain()
    }

    fn has_chain(&self) -> Result<(), StoreError> {
        match audit::walk(&self.keys.chain, &audit::read_all(self.connection)?).first() {
            Some(fault) => Err(StoreError::NotMigrated(fault.to_string())),
            None => Ok(()),
        }
    }

    fn has_schema(&self, version: usize, steps: &[Step]) -> Result<(), StoreError> {
        let seen = steps.get(..version - 1).unwrap_or_default();
        match schema::differences(self.connection, seen)?.into_iter().next() {
            Some(difference) => Err(StoreError::NotMigrated(difference)),
            None => Ok(()),
        }
    }

    /// Computes the digest of every row, by the columns that each table has.
    fn sums(&self, steps: &[Step]) -> Result<Digests, StoreError> {
        let mut digests = Digests::default();
        let Found { sums, strange } = recompute(self.connection, self.keys)?;
        if strange > 0 {
            return Err(Damage::Rows(SOURCE_ROWS).into());
        }
        sums.into_iter().for_each(|(bucket, sum)| digests.add(bucket, sum));
        for table in tables(steps) {
            let sum = self.sum(table)?;
            if sum != Sum::default() {
                digests.add(Bucket::of_table(table), sum);
            }
        }
        Ok(digests)
    }

    /// Computes the digest of a table; that of nothing for one that this version does not have.
    fn sum(&self, table: &'static str) -> Result<Sum, StoreError> {
        let mut columns = self.connection.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
        let columns: Vec<String> = columns.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let (mut sum, mut scratch) = (Sum::default(), Vec::new());
        if columns.is_empty() {
            return Ok(sum);
        }
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut statement = self.connection.prepare(&select(table, &names))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let cells = (0..names.len()).map(|at| row.get_ref(at)).collect::<Result<Vec<ValueRef<'_>>, _>>()?;
            sum.count(&row_digest(&self.keys.rows, table, &cells, &mut scratch), Shown::default());
        }
        Ok(sum)
    }
}
