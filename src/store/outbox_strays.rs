//! Files of the outbox that have our names and our form, and belong to a grant that the vault does not know: of a newer
//! state, which was given up. They stay until the owner accepts the older state, or revokes that grant.

use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::json;

use crate::model::GrantId;
use crate::store::copies::outbox;
use crate::store::db::audit::{self, AuditAction};
use crate::store::db::change::Change;
use crate::store::error::StoreError;
use crate::store::files::paths::OUTBOX_DIR;
use crate::store::reader::Reader;

/// What the log says of one that is removed.
const REASON: &str = "the vault does not know its grant";
/// What such files are of.
const ENDINGS: [&str; 4] = ["slice", "opened", "ended", "revoked"];

/// Such a file.
pub(super) struct Stray {
    grant: GrantId,
    ending: &'static str,
    pub path: PathBuf,
}

impl Stray {
    /// Returns the file with such a name, where its grant is not known and its content has our form.
    pub(super) fn of(vault: &Reader, grant: &GrantId, ending: &str) -> Option<Stray> {
        let ending = ENDINGS.into_iter().find(|known| *known == ending)?;
        let path = vault.dir.join(OUTBOX_DIR).join(format!("{grant}.{ending}"));
        let has_form = outbox::has_form(&path, grant, ending).unwrap_or(false);
        has_form.then(|| Stray { grant: grant.clone(), ending, path })
    }

    /// Returns all such files.
    ///
    /// # Errors
    /// When the database or the outbox cannot be read.
    pub(super) fn all(vault: &Reader) -> Result<Vec<Stray>, StoreError> {
        let known = vault.view().grants()?;
        let is_known = |id: &GrantId| known.iter().any(|grant| grant.id == *id);
        let named = outbox::named(&vault.dir)?.into_iter().filter(|(id, _)| !is_known(id));
        Ok(named.filter_map(|(id, ending)| Stray::of(vault, &id, &ending)).collect())
    }

    /// Returns whether the log says that it is removed: then whoever meets it removes it.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) fn is_given_up(&self, connection: &Connection) -> Result<bool, StoreError> {
        let details = [("kind", self.ending), ("reason", REASON)];
        audit::has_entry(connection, AuditAction::Foreign, self.grant.as_str(), &details)
    }

    /// Logs that it is removed, which is done after COMMIT.
    pub(super) fn give_up(&self, change: &mut Change<'_>) {
        let detail = json!({ "kind": self.ending, "reason": REASON, "removed": true });
        change.audit(AuditAction::Foreign, &self.grant, detail);
    }

    pub(super) fn is_of(&self, grant: &GrantId) -> bool {
        self.grant == *grant
    }
}
