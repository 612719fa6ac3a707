//! The source rows of one sum: those of a month and a segment, read and verified together, and shared from then on.
//!
//! Their texts stand in one string: rows are many, and most of them are only looked at.

use std::ops::Deref;

use crate::crypto::MacKey;

use crate::store::db::digest::Sum;
use crate::store::db::source_row::{SourceRow, StoredSourceRow};
use crate::store::error::StoreError;

/// Where a text stands among those of a block: its first byte, and its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(u32, u32);

/// Rows in the order of their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    texts: String,
    rows: Vec<SourceRow<Span>>,
}

impl Block {
    /// Returns an empty block with room for some rows.
    pub(super) fn for_rows(rows: i64) -> Block {
        Block { texts: String::new(), rows: Vec::with_capacity(usize::try_from(rows).unwrap_or_default().min(100_000)) }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the texts are longer than 4 GiB.
    pub(super) fn push(&mut self, row: &SourceRow<&str>) -> Result<(), StoreError> {
        let texts = &mut self.texts;
        let row = row.with_texts(|text| {
            let start = texts.len();
            texts.push_str(text);
            Span(start as u32, text.len() as u32)
        });
        if u32::try_from(texts.len()).is_err() {
            return Err(StoreError::Full("texts of a month"));
        }
        self.rows.push(row);
        Ok(())
    }

    /// Returns the rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = BlockRow<'_>> {
        self.rows.iter().map(|row| BlockRow { texts: &self.texts, row })
    }

    /// Returns their sum.
    pub(super) fn sum(&self, key: &MacKey) -> Sum {
        let (mut sum, mut scratch) = (Sum::default(), Vec::with_capacity(256));
        self.rows().for_each(|row| sum.count(&row.borrowed().digest(key, &mut scratch), row.shown()));
        sum
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Replaces what is derived of a row.
    pub(super) fn derive(&mut self, new: &StoredSourceRow) {
        if let Ok(at) = self.rows.binary_search_by_key(&new.key, |row| row.key) {
            let row = &mut self.rows[at];
            (row.txn, row.lead, row.counts, row.form) = (new.txn, new.lead, new.counts, new.form);
        }
    }
}

/// A row of a block. Its columns are those of a [`SourceRow`], but for the texts, which are given by methods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockRow<'b> {
    texts: &'b str,
    row: &'b SourceRow<Span>,
}

impl Deref for BlockRow<'_> {
    type Target = SourceRow<Span>;

    fn deref(&self) -> &SourceRow<Span> {
        self.row
    }
}

impl<'b> BlockRow<'b> {
    fn text(&self, span: Span) -> &'b str {
        let start = span.0 as usize;
        &self.texts[start..start + span.1 as usize]
    }

    /// Returns the raw description.
    pub(crate) fn description(&self) -> &'b str {
        self.text(self.row.description)
    }

    /// Returns the bank's id.
    pub(crate) fn bank_id(&self) -> Option<&'b str> {
        self.row.bank_id.map(|span| self.text(span))
    }

    /// Returns category, memo, type of transaction and check number.
    pub(crate) fn rest(&self) -> [Option<&'b str>; 4] {
        let row = self.row;
        [row.category, row.memo, row.transaction_type, row.check_number].map(|span| span.map(|span| self.text(span)))
    }

    /// Returns the row with its texts.
    pub(super) fn borrowed(&self) -> SourceRow<&'b str> {
        self.row.with_texts(|span| self.text(*span))
    }

    /// Returns the row with texts of its own.
    pub(crate) fn to_stored(self) -> StoredSourceRow {
        self.borrowed().to_stored()
    }
}
