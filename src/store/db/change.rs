//! A running change inside a database transaction: what it writes, what it says in the audit log, and which outbox
//! copies follow once it is committed.

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::model::{GrantId, Timestamp};
use crate::share::Followed;
use crate::store::copies::outbox::{Openings, Wanted};
use crate::store::db::audit::{AuditAction, AuditEntry, ChainEnd};
use crate::store::db::cache::Cache;
use crate::store::db::digest::Digests;
use crate::store::db::keys::Keys;
use crate::store::db::meta;
use crate::store::db::table::{META, Writer};
use crate::store::db::view::View;
use crate::store::db::zone::ZoneSum;
use crate::store::error::{StoreError, unreadable};

/// A running change. Dropped without being committed, it leaves nothing.
pub struct Change<'v> {
    pub(crate) connection: &'v Connection,
    pub(crate) keys: &'v Keys,
    pub(crate) digests: Digests,
    pub(crate) chain_mac: [u8; 32],
    pub(super) cache: &'v Cache,
    /// The zone whose rows were changed last, and its sum, which is not stored yet.
    pub(super) zone: Option<ZoneSum>,
    audit_end: u64,
    pub(crate) entries: Vec<AuditEntry>,
    pub(crate) outbox: Vec<(GrantId, Wanted)>,
    /// The records of openings whose openings this change stores.
    pub(crate) counted: Vec<(GrantId, Openings)>,
    /// The grants whose slice was sealed again or suspended, because it would show something else.
    pub(crate) followed: Followed,
    /// The newest plausible time seen, this change's own included.
    pub(crate) seen: Timestamp,
}

impl<'v> Change<'v> {
    /// Begins a change inside a database transaction.
    pub(crate) fn new(
        connection: &'v Connection,
        keys: &'v Keys,
        digests: Digests,
        end: &ChainEnd,
        cache: &'v Cache,
        seen: Timestamp,
    ) -> Change<'v> {
        let (chain_mac, audit_end) = (end.mac, end.seq);
        let (entries, outbox, counted, followed) = (Vec::new(), Vec::new(), Vec::new(), Followed::default());
        let zone = None;
        Change {
            connection,
            keys,
            digests,
            chain_mac,
            cache,
            zone,
            audit_end,
            entries,
            outbox,
            counted,
            followed,
            seen,
        }
    }
}

impl Change<'_> {
    /// Returns the rows as this change has them so far; the audit log as it was before.
    pub(crate) fn view(&self) -> View<'_> {
        View::new(self.connection, self.keys, &self.digests, &self.chain_mac, self.cache)
    }

    pub(crate) fn writer(&mut self) -> Writer<'_> {
        Writer { connection: self.connection, key: &self.keys.rows, digests: &mut self.digests }
    }

    /// Records what this change is. Every change has at least one entry.
    pub(crate) fn audit(&mut self, action: AuditAction, subject: impl ToString, detail: serde_json::Value) {
        self.entries.push(AuditEntry { action, subject: subject.to_string(), detail });
    }

    /// Returns the number of the last audit entry before this change.
    pub(crate) fn audit_end(&self) -> u64 {
        self.audit_end
    }

    /// Makes the outbox hold this of a grant after COMMIT, whatever was wanted before.
    pub(crate) fn outbox(&mut self, grant: &GrantId, wanted: Wanted) {
        self.outbox.retain(|(other, _)| other != grant);
        self.outbox.push((grant.clone(), wanted));
    }

    pub(crate) fn set_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        META.put(&mut self.writer(), &[Value::Text(name.to_owned()), Value::Blob(value.to_vec())])
    }

    pub(crate) fn remove_meta(&mut self, name: &str) -> Result<(), StoreError> {
        META.delete(&mut self.writer(), &[Value::Text(name.to_owned())]).map(drop)
    }

    /// Reserves the next `count` numbers of a counter in `meta`, and returns the first.
    pub(crate) fn reserve(&mut self, counter: &str, count: u64) -> Result<u64, StoreError> {
        let next = match meta::get(self.connection, counter)? {
            Some(bytes) => u64::from_le_bytes(bytes.as_slice().try_into().map_err(unreadable)?),
            None => 1,
        };
        let after = next.checked_add(count).ok_or(StoreError::Full("numbers"))?;
        self.set_meta(counter, &after.to_le_bytes())?;
        Ok(next)
    }
}
