//! A change: rows, digests, audit entries and sealed slices in one database transaction, then the copies.
//!
//! Copies (outbox files, `head`, the anchor) are written after COMMIT and in that order, so that they lag and
//! never lead; what a crash leaves undone the next unlock mends.

use rusqlite::TransactionBehavior;
use rusqlite::types::Value;

use crate::model::{Env, GrantId};
use crate::store::copies::outbox;
use crate::store::db::audit::{self, AuditEntry};
use crate::store::db::digest::Digests;
use crate::store::db::keys::{Keys, names};
use crate::store::db::table::{META, Writer};
use crate::store::error::StoreError;
use crate::store::vault::{Access, Open, Vault};

/// A running change. Dropped without being committed, it leaves nothing.
pub struct Change<'v> {
    pub(crate) connection: &'v rusqlite::Connection,
    pub(crate) keys: &'v Keys,
    pub(crate) digests: Digests,
    pub(crate) chain_mac: [u8; 32],
    audit_end: u64,
    entries: Vec<AuditEntry>,
    outbox: Vec<(GrantId, Option<Vec<u8>>)>,
}

impl Change<'_> {
    pub(crate) fn writer(&mut self) -> Writer<'_> {
        Writer { connection: self.connection, key: &self.keys.rows, digests: &mut self.digests }
    }

    /// Records what this change is. Every change has at least one entry.
    pub fn audit(&mut self, action: &'static str, subject: impl ToString, detail: serde_json::Value) {
        self.entries.push(AuditEntry { action, subject: subject.to_string(), detail });
    }

    /// The number of the last audit entry before this change.
    pub fn audit_end(&self) -> u64 {
        self.audit_end
    }

    /// After COMMIT, writes (or removes) the outbox copy of a grant.
    pub(crate) fn outbox(&mut self, grant: &GrantId, sealed: Option<Vec<u8>>) {
        self.outbox.push((grant.clone(), sealed));
    }

    pub(crate) fn set_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        META.put(&mut self.writer(), &[Value::Text(name.to_owned()), Value::Blob(value.to_vec())])
    }

    /// The next numbers of a counter in `meta`: reserves `count` of them and returns the first.
    pub(crate) fn reserve(&mut self, counter: &str, count: u64) -> Result<u64, StoreError> {
        let stored = META.get(self.connection, &[Value::Text(counter.to_owned())])?;
        let next = match stored.as_deref() {
            Some([_, Value::Blob(bytes)]) => {
                u64::from_le_bytes(bytes.as_slice().try_into().map_err(crate::store::error::corrupt)?)
            }
            _ => 1,
        };
        let after = next.checked_add(count).ok_or_else(|| StoreError::Limit("a counter is full".into()))?;
        self.set_meta(counter, &after.to_le_bytes())?;
        Ok(next)
    }

    /// The next numbers for source rows.
    pub(crate) fn reserve_source_rows(&mut self, count: u64) -> Result<u64, StoreError> {
        self.reserve(names::COUNTER, count)
    }
}

impl Vault<Open> {
    /// Makes a change: all of it or nothing. Whatever the closure returns as an error rolls it back.
    pub fn change<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.state.access == Access::Read {
            return Err(StoreError::ReadOnly.into());
        }
        let (value, outbox) = self.commit(env, make)?;
        for (grant, sealed) in outbox {
            match sealed {
                Some(bytes) => outbox::put(&self.dir, &grant, &bytes)?,
                None => outbox::remove(&self.dir, &grant)?,
            }
        }
        self.write_heads()?;
        Ok(value)
    }

    #[allow(clippy::type_complexity)]
    fn commit<T, E: From<StoreError>>(
        &mut self,
        env: Env<'_>,
        make: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<(T, Vec<(GrantId, Option<Vec<u8>>)>), E> {
        let open = &mut self.state;
        let transaction =
            open.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let mut change = Change {
            connection: &transaction,
            keys: &open.keys,
            digests: open.digests.clone(),
            chain_mac: open.end.mac,
            audit_end: open.end.seq,
            entries: Vec::new(),
            outbox: Vec::new(),
        };
        let value = make(&mut change)?;
        let Change { mut digests, entries, outbox, .. } = change;
        if entries.is_empty() {
            return Err(StoreError::Limit("a change without an audit entry is not made".into()).into());
        }
        digests.store(&transaction)?;
        let root = digests.root(&open.keys.rows);
        let mut end = open.end;
        for entry in entries {
            end = audit::append(&transaction, &open.keys.chain, end, env.now(), entry, root)?;
        }
        transaction.commit().map_err(StoreError::from)?;
        open.digests = digests;
        open.end = end;
        Ok((value, outbox))
    }
}
