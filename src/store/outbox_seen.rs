//! What the outbox has seen and the database does not have yet: openings, and ends.

use serde_json::json;

use crate::model::{GrantId, Timestamp};
use crate::store::copies::outbox::{self, Ending, Openings, Record, Tombstone};
use crate::store::db::audit::AuditAction;
use crate::store::db::change::Change;
use crate::store::db::grants::{Grant, GrantStatus};
use crate::store::error::StoreError;
use crate::store::reader::Reader;

/// A grant whose outbox counted openings that the database does not have.
pub(crate) struct Counted {
    grant: Grant,
    openings: Openings,
}

impl Counted {
    /// Returns all such grants.
    ///
    /// # Errors
    /// When the database cannot be read. A record that cannot be read counts nothing.
    pub(super) fn all(vault: &Reader) -> Result<Vec<Counted>, StoreError> {
        let counted = |grant: Grant| Counted::read(vault, grant).ok().flatten();
        Ok(vault.view().grants()?.into_iter().filter_map(counted).collect())
    }

    /// Returns the grant when its record has more openings than the database.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(super) fn read(vault: &Reader, grant: Grant) -> Result<Option<Counted>, StoreError> {
        let record = outbox::read_record(&vault.dir, &grant.id, &outbox::receipt_key(&grant.prk))?;
        Ok(Counted::of(grant, record))
    }

    /// Returns the grant when its record has more openings than the database.
    pub(super) fn of(grant: Grant, record: Record) -> Option<Counted> {
        let openings = record.known().filter(|openings| openings.total(grant.used) > grant.used)?;
        Some(Counted { grant, openings })
    }

    /// Stores the openings, with an entry in the log.
    pub(crate) fn store(self, change: &mut Change<'_>) -> Result<(), StoreError> {
        let Counted { mut grant, openings } = self;
        let last = (!openings.is_since_loss()).then(|| Timestamp::from_unix(openings.last_unix));
        let (used, times) = (openings.total(grant.used), openings.total(grant.used) - grant.used);
        change.audit(AuditAction::Open, &grant.id, json!({ "times": times, "last": last }));
        change.counted.push((grant.id.clone(), openings));
        grant.used = used;
        change.put_grant(&grant)
    }
}

/// A grant that the outbox has buried, and the database does not know to be over: of a state that was put back.
pub(super) struct Buried {
    id: GrantId,
    ending: Ending,
}

impl Buried {
    /// Returns all such grants.
    ///
    /// # Errors
    /// When the database cannot be read. A tombstone that cannot be read buries nothing.
    pub(super) fn all(vault: &Reader) -> Result<Vec<Buried>, StoreError> {
        let buried = |grant: Grant| match outbox::read_tombstone(&vault.dir, &grant.id) {
            Ok(Some(Tombstone::Word(ending))) => Some(Buried { id: grant.id, ending }),
            _ => None,
        };
        Ok(vault.view().grants()?.into_iter().filter(|grant| !grant.is_over()).filter_map(buried).collect())
    }

    /// Stores the end, with an entry in the log, and one for the openings that only the tombstone tells of.
    pub(super) fn store(self, change: &mut Change<'_>) -> Result<(), StoreError> {
        let Some(mut grant) = change.view().grant(&self.id)? else {
            return Ok(());
        };
        grant.status = self.ending.into();
        count_used_up(&mut grant, change);
        change.audit(AuditAction::Expire, &grant.id, json!({ "status": grant.status, "used": grant.used }));
        change.put_grant(&grant)
    }
}

/// Counts the openings of a grant that is used up, where only its tombstone tells of them.
pub(super) fn count_used_up(grant: &mut Grant, change: &mut Change<'_>) {
    let uses = grant.terms.allowed_uses().filter(|uses| grant.status == GrantStatus::UsedUp && grant.used < *uses);
    if let Some(uses) = uses {
        change.audit(AuditAction::Open, &grant.id, json!({ "times": uses - grant.used, "last": null }));
        grant.used = uses;
    }
}
