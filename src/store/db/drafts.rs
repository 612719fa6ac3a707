//! Drafts: slices that were previewed and wait for `--approve`, at most for a day.

use rusqlite::types::Value;

use crate::crypto::SecretBytes;
use crate::model::Timestamp;
use crate::share::Terms;
use crate::store::db::change::Change;
use crate::store::db::table::{Columns, DRAFTS, Row};
use crate::store::db::view::View;
use crate::store::error::{StoreError, unreadable};

/// How long a draft can be approved.
pub(crate) const DRAFT_LIFE_SECS: i64 = 86_400;

/// A previewed slice.
#[derive(Debug)]
pub(crate) struct StoredDraft {
    /// SHA-256 of the slice's bytes, hexadecimal.
    pub hash: String,
    /// When it was previewed.
    pub created: Timestamp,
    /// The terms.
    pub terms: Terms,
    /// The very bytes.
    pub slice: SecretBytes,
}

impl StoredDraft {
    fn read(row: &[Value]) -> Result<StoredDraft, StoreError> {
        let mut columns = Columns::of(row);
        Ok(StoredDraft {
            hash: columns.text()?,
            created: Timestamp::from_unix(columns.int()?),
            terms: serde_json::from_str(&columns.text()?).map_err(unreadable)?,
            slice: SecretBytes::new(columns.blob()?),
        })
    }

    /// Returns whether it can still be approved.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        (0..DRAFT_LIFE_SECS).contains(&(now.unix() - self.created.unix()))
    }
}

impl View<'_> {
    /// Returns the draft with a hash, if there is one that can still be approved.
    pub(crate) fn draft(&self, hash: &str, now: Timestamp) -> Result<Option<StoredDraft>, StoreError> {
        let rows = DRAFTS.all(self)?;
        let drafts = rows.iter().map(|row| StoredDraft::read(row)).collect::<Result<Vec<_>, _>>()?;
        Ok(drafts.into_iter().find(|draft| draft.hash == hash && draft.is_fresh(now)))
    }
}

impl Change<'_> {
    /// Stores a draft, and deletes those that are too old.
    pub(crate) fn put_draft(&mut self, draft: &StoredDraft) -> Result<(), StoreError> {
        self.forget_old_drafts(draft.created)?;
        let terms = String::from_utf8(draft.terms.to_canonical_bytes().map_err(unreadable)?).map_err(unreadable)?;
        let row = Row::new(vec![
            Value::Text(draft.hash.clone()),
            Value::Integer(draft.created.unix()),
            Value::Text(terms),
            Value::Blob(draft.slice.expose().to_vec()),
        ]);
        DRAFTS.put(&mut self.writer(), &row)
    }

    /// Deletes a draft that was approved.
    pub(crate) fn remove_draft(&mut self, hash: &str) -> Result<(), StoreError> {
        DRAFTS.delete(&mut self.writer(), &[Value::Text(hash.to_owned())]).map(|_| ())
    }

    /// Deletes every draft.
    pub(crate) fn remove_drafts(&mut self) -> Result<(), StoreError> {
        for row in DRAFTS.all(&self.view())? {
            DRAFTS.delete(&mut self.writer(), &row[..DRAFTS.key])?;
        }
        Ok(())
    }

    fn forget_old_drafts(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let rows = DRAFTS.all(&self.view())?;
        for row in rows {
            if !StoredDraft::read(&row)?.is_fresh(now) {
                DRAFTS.delete(&mut self.writer(), &row[..1])?;
            }
        }
        Ok(())
    }
}
