//! Grants: the terms that were approved, the key that seals their slices, and the sealed slice itself.

use std::collections::BTreeSet;
use std::fmt;

use rusqlite::types::Value;

use crate::crypto::{Secret32, SshSignature};
use crate::model::{Day, GrantId, RuleId, Timestamp, words};
use crate::share::slice::{Extent, NAMESPACE};
use crate::share::{DurationType, Terms};
use crate::store::copies::outbox::{self, Ending, Kept, Openings, Wanted};
use crate::store::db::audit::AuditAction;
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, GRANTS, Row};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

words! {
    /// Where a grant stands.
    pub enum GrantStatus: "a grant status" {
        /// It is approved, and its token is being handed out.
        Pending = "PENDING",
        /// Its slice can be opened.
        Active = "ACTIVE",
        /// An accepted older vault, a merge of accounts or the policy suspended it until the owner resumes it.
        Suspended = "SUSPENDED",
        /// Its time is over.
        Expired = "EXPIRED",
        /// Its uses are over.
        UsedUp = "USED_UP",
        /// The owner ended it, or its token may not have reached anybody.
        Revoked = "REVOKED",
    }
}

impl From<Ending> for GrantStatus {
    fn from(ending: Ending) -> GrantStatus {
        match ending {
            Ending::Expired => GrantStatus::Expired,
            Ending::UsedUp => GrantStatus::UsedUp,
        }
    }
}

/// A grant as stored.
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Where it stood at the last change. [`Grant::status_at`] tells where it stands.
    pub status: GrantStatus,
    /// What was approved.
    pub terms: Terms,
    /// Extracted from the token's secret: it seals slices, and the token cannot be derived from it.
    pub prk: Secret32,
    /// Version of the sealed slice.
    pub version: u32,
    /// How often it was opened from the outbox.
    pub used: u32,
    /// SHA-256 of the slice, hexadecimal.
    pub slice_hash: String,
    /// The sealed slice; empty once the grant is over.
    pub sealed: Vec<u8>,
    /// The number of the audit entry of its approval.
    pub approved: u64,
    /// When it was approved: its life and the window of its data are measured then.
    pub approved_time: Timestamp,
    /// The rule that let it out; nothing where a person approved it on a terminal.
    pub rule: Option<RuleId>,
    /// How much of the transactions the sealed slice shows.
    pub extent: Extent,
}

impl Grant {
    /// Returns where the grant stands at a moment.
    pub(crate) fn status_at(&self, now: Timestamp) -> GrantStatus {
        match self.status {
            GrantStatus::Active if self.is_used_up(self.used) => GrantStatus::UsedUp,
            GrantStatus::Active if self.terms.expiration_time <= now => GrantStatus::Expired,
            status => status,
        }
    }

    /// Returns whether so many openings are as many as it allows.
    pub(crate) fn is_used_up(&self, openings: u32) -> bool {
        self.terms.allowed_uses().is_some_and(|uses| openings >= uses)
    }

    /// Returns whether the grant can never be opened again. Its sealed slice is deleted then.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.status, GrantStatus::Expired | GrantStatus::UsedUp | GrantStatus::Revoked)
    }

    /// Returns whether its slice follows the data. One whose end the clock does not prove does as well.
    pub(crate) fn is_ongoing(&self) -> bool {
        self.status == GrantStatus::Active && self.terms.duration_type == DurationType::TimeBound
    }

    /// Returns what is to lie in the outbox; nothing is to be touched while its token is being handed out. A record that
    /// is missing is made with `seen` as the newest plausible time.
    pub(crate) fn wanted(&self, seen: Timestamp) -> Option<Wanted> {
        let kept = || Kept {
            key: outbox::receipt_key(&self.prk),
            openings: Openings { count: self.used, last_unix: seen.unix() },
        };
        Some(match self.status {
            GrantStatus::Pending => return None,
            GrantStatus::Active => Wanted::Slice(self.sealed.clone(), kept()),
            GrantStatus::Suspended => Wanted::Record(kept()),
            GrantStatus::Expired => Wanted::Tombstone(Ending::Expired),
            GrantStatus::UsedUp => Wanted::Tombstone(Ending::UsedUp),
            GrantStatus::Revoked => Wanted::Nothing,
        })
    }

    fn row(&self) -> Result<Row, StoreError> {
        let terms = String::from_utf8(self.terms.to_canonical_bytes().map_err(unreadable)?).map_err(unreadable)?;
        Ok(Row::new(vec![
            Value::Text(self.id.to_string()),
            Value::Text(self.status.as_str().to_owned()),
            Value::Text(terms),
            Value::Blob(self.prk.expose().to_vec()),
            Value::Integer(self.version.into()),
            Value::Integer(self.used.into()),
            Value::Text(self.slice_hash.clone()),
            Value::Blob(if self.is_over() { Vec::new() } else { self.sealed.clone() }),
            Value::Integer(self.approved.cast_signed()),
            Value::Integer(self.approved_time.unix()),
            self.rule.map_or(Value::Null, |rule| Value::Integer(rule.number())),
            Value::Integer(self.extent.rows.cast_signed()),
            day_or_null(self.extent.first),
            day_or_null(self.extent.last),
        ]))
    }

    fn read(row: &[Value]) -> Result<Grant, StoreError> {
        let mut columns = Columns::of(row);
        Ok(Grant {
            id: columns.parsed()?,
            status: columns.parsed()?,
            terms: serde_json::from_str(&columns.text()?).map_err(unreadable)?,
            prk: columns.secret()?,
            version: u32::try_from(columns.int()?).map_err(unreadable)?,
            used: u32::try_from(columns.int()?).map_err(unreadable)?,
            slice_hash: columns.text()?,
            sealed: columns.blob()?,
            approved: columns.int()?.unsigned_abs(),
            approved_time: Timestamp::from_unix(columns.int()?),
            rule: columns.int_or_null()?.map(RuleId::new),
            extent: Extent {
                rows: columns.int()?.unsigned_abs(),
                first: columns.day_or_null()?,
                last: columns.day_or_null()?,
            },
        })
    }
}

fn day_or_null(day: Option<Day>) -> Value {
    day.map_or(Value::Null, |day| Value::Integer(day.epoch_days().into()))
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Grant({} {} version {})", self.id, self.status.as_str(), self.version)
    }
}

impl View<'_> {
    /// Returns every grant, in the order of approval.
    ///
    /// # Errors
    /// When the stored rows are not those that were written, or the database cannot be read.
    pub fn grants(&self) -> Result<Vec<Grant>, StoreError> {
        let mut grants = GRANTS.all(self)?.iter().map(|row| Grant::read(row)).collect::<Result<Vec<_>, _>>()?;
        grants.sort_by_key(|grant| grant.approved);
        Ok(grants)
    }

    /// Returns how many bytes of sealed slices [`View::grants`] reads and verifies. The number itself is not verified.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) fn sealed_size(&self) -> Result<u64, StoreError> {
        let sql = "SELECT coalesce(sum(length(sealed)), 0) FROM grants";
        Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// Returns the grant with an id.
    ///
    /// # Errors
    /// As [`View::grants`].
    pub(crate) fn grant(&self, id: &GrantId) -> Result<Option<Grant>, StoreError> {
        Ok(self.grants()?.into_iter().find(|grant| grant.id == *id))
    }
}

impl Change<'_> {
    /// Stores a grant, and remembers the sealing of its slice. After COMMIT the outbox is made to fit.
    pub(crate) fn put_grant(&mut self, grant: &Grant) -> Result<(), StoreError> {
        GRANTS.put(&mut self.writer(), &grant.row()?)?;
        self.remember_sealing(&grant.id, grant.version, &grant.sealed)?;
        if let Some(wanted) = grant.wanted(self.seen) {
            self.outbox(&grant.id, wanted);
        }
        Ok(())
    }

    /// Ends those of some grants that live here: they ended in a later state of the vault.
    pub(crate) fn end_grants(&mut self, ended: &BTreeSet<GrantId>) -> Result<(), StoreError> {
        for grant in self.view().grants()?.into_iter().filter(|grant| !grant.is_over() && ended.contains(&grant.id)) {
            let detail =
                serde_json::json!({ "reason": "it had ended in a later state of the vault", "used": grant.used });
            self.audit(AuditAction::Revoke, &grant.id, detail);
            self.put_grant(&Grant { status: GrantStatus::Revoked, ..grant })?;
        }
        Ok(())
    }

    /// Suspends active and pending grants until their owner resumes them, and returns which. `why` is the detail of the
    /// entries.
    pub(crate) fn suspend_grants_where(
        &mut self,
        why: &serde_json::Value,
        fits: impl Fn(&Grant) -> bool,
    ) -> Result<Vec<GrantId>, StoreError> {
        let mut suspended = Vec::new();
        let lives = |status| matches!(status, GrantStatus::Active | GrantStatus::Pending);
        for grant in self.view().grants()?.into_iter().filter(|grant| lives(grant.status) && fits(grant)) {
            suspended.push(grant.id.clone());
            self.suspend_grant(grant, why.clone())?;
        }
        Ok(suspended)
    }

    /// Suspends a grant until its owner resumes it.
    pub(crate) fn suspend_grant(&mut self, grant: Grant, why: serde_json::Value) -> Result<(), StoreError> {
        let grant = Grant { status: GrantStatus::Suspended, ..grant };
        self.put_grant(&grant)?;
        self.audit(AuditAction::Suspend, &grant.id, why);
        Ok(())
    }

    /// Signs the bytes of a slice with the vault's key.
    pub(crate) fn sign_slice(&self, slice: &[u8]) -> SshSignature {
        self.keys.signing.sign_ssh(NAMESPACE, slice)
    }
}
