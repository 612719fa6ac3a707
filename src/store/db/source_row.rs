//! One row of one import, as it is stored: its columns, its digest, and what it adds to the sums.

use rusqlite::types::ValueRef;

use crate::crypto::MacKey;
use crate::model::{AccountId, Day, ImportId, Micros, RowPosition, SourceKind, StatementId, TransactionId};
use crate::store::db::digest::{Bucket, SOURCE_ROWS, Shown, row_digest};
use crate::store::db::row_key::RowKey;
use crate::store::db::segment::SegmentId;

/// Every column, in the order of the schema: rows are digested, written and read in it.
#[rustfmt::skip]
pub(crate) const COLUMNS: [&str; 17] = [
    "place", "txn", "import", "position", "line", "lead", "counts", "kind", "amount", "pending", "running", "bank_id",
    "description", "memo", "check_no", "category", "type",
];
/// How what is derived of a row is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    #[default]
    Plain,
    /// As if it were alone, in a segment with a twin: it is the row with its offset there.
    OfTwin,
    /// With the transaction 0, in a segment that has or had a twin: the transaction has its own number.
    Itself,
}

/// One row of one import, as stored. Texts are borrowed when written and owned when read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceRow<T> {
    /// Segment, day and offset.
    pub key: RowKey,
    /// The account, by the coverage of the segment.
    pub account: AccountId,
    /// Its number, which no other row of the account has: the lowest of its segment, and the offset.
    pub number: u64,
    /// The transaction that it attests.
    pub txn: TransactionId,
    /// The import that it comes from.
    pub import: ImportId,
    /// Which of the statements of its file it stands in, by the coverage of the segment.
    pub statement: u32,
    /// The index of the row among the rows of the statement, from 0.
    pub position: RowPosition,
    /// The line of the file, from 1.
    pub line: u64,
    /// Whether the transaction is shown as this source row has it.
    pub lead: bool,
    /// Whether it counts: a pending row does not once a later file rules its day, or a posted row is it.
    pub counts: bool,
    /// How these three are stored.
    pub form: Form,
    /// The kind of source.
    pub kind: SourceKind,
    /// In the account's currency; negative is out of it.
    pub amount: Micros,
    /// Pending, not posted.
    pub pending: bool,
    /// The balance after the row.
    pub running: Option<Micros>,
    /// The bank's id.
    pub bank_id: Option<T>,
    /// Raw description.
    pub description: T,
    /// Raw memo.
    pub memo: Option<T>,
    /// Check number.
    pub check_number: Option<T>,
    /// The bank's category.
    pub category: Option<T>,
    /// The bank's type of transaction.
    pub transaction_type: Option<T>,
}

/// A source row that was read.
pub(crate) type StoredSourceRow = SourceRow<String>;

impl<T> SourceRow<T> {
    /// Returns the day that the file gave.
    pub(crate) fn day(&self) -> Day {
        self.key.day()
    }

    /// Returns the statement that it stands in.
    pub(crate) fn statement_id(&self) -> StatementId {
        StatementId { import: self.import, number: self.statement }
    }

    /// Takes transaction and lead as they are stored in a segment with a twin, or without one.
    pub(super) fn derived(mut self, txn: TransactionId, lead: bool, twin: Option<u64>) -> SourceRow<T> {
        let own = self.own_txn();
        (self.txn, self.lead, self.form) = match twin {
            Some(first) if (txn, lead, self.counts) == (own, true, true) => (self.txn_of(first), false, Form::OfTwin),
            _ if txn == TransactionId::new(0) => (own, lead, Form::Itself),
            _ => (txn, lead, Form::Plain),
        };
        self
    }

    /// Chooses how what is derived of the row is stored in a segment with a twin, or without one.
    pub(crate) fn formed(mut self, twin: Option<u64>) -> SourceRow<T> {
        self.form = match twin {
            Some(first) if self.is_of_twin(first) => Form::OfTwin,
            Some(_) if (self.txn, self.lead, self.counts) == (self.own_txn(), true, true) => Form::Itself,
            _ => Form::Plain,
        };
        self
    }

    /// Returns transaction and lead as they are stored.
    pub(super) fn stored(&self) -> (TransactionId, bool) {
        match self.form {
            Form::Plain => (self.txn, self.lead),
            Form::OfTwin => (self.own_txn(), true),
            Form::Itself => (TransactionId::new(0), self.lead),
        }
    }

    fn own_txn(&self) -> TransactionId {
        TransactionId::new(self.number.cast_signed())
    }

    /// Returns the transaction of the row with its offset in the segment whose rows have numbers from `first` on.
    fn txn_of(&self, first: u64) -> TransactionId {
        TransactionId::new((first + self.key.offset()).cast_signed())
    }

    pub(super) fn bucket(&self) -> Bucket {
        Bucket {
            table: SOURCE_ROWS,
            account: self.account.number(),
            month: self.day().month_index(),
            segment: self.key.segment().map_or(0, SegmentId::number),
        }
    }

    pub(super) fn shown(&self) -> Shown {
        if self.lead { self.shown_as_lead() } else { Shown::default() }
    }

    /// Returns what it shows where it leads.
    pub(super) fn shown_as_lead(&self) -> Shown {
        Shown { txns: 1, posted: if self.pending { 0 } else { self.amount.get() } }
    }

    /// Returns whether it is what a row is of which another segment, with numbers from `first` on, has the same at the same offset.
    pub(super) fn is_of_twin(&self, first: u64) -> bool {
        (self.txn, self.lead, self.counts) == (self.txn_of(first), false, true)
    }
}

impl<T: AsRef<str>> SourceRow<T> {
    /// Returns the values in the order of [`COLUMNS`].
    pub(super) fn values(&self) -> [ValueRef<'_>; COLUMNS.len()] {
        fn optional(text: Option<&str>) -> ValueRef<'_> {
            text.map_or(ValueRef::Null, |t| ValueRef::Text(t.as_bytes()))
        }
        let number = |n: Option<i64>| n.map_or(ValueRef::Null, ValueRef::Integer);
        let (txn, lead) = self.stored();
        [
            ValueRef::Integer(self.key.packed()),
            ValueRef::Integer(txn.number()),
            ValueRef::Integer(self.import.number()),
            ValueRef::Integer(self.position.get().into()),
            ValueRef::Integer(self.line.cast_signed()),
            ValueRef::Integer(lead.into()),
            ValueRef::Integer(self.counts.into()),
            ValueRef::Text(self.kind.as_str().as_bytes()),
            ValueRef::Integer(self.amount.get()),
            ValueRef::Integer(self.pending.into()),
            number(self.running.map(Micros::get)),
            optional(self.bank_id.as_ref().map(T::as_ref)),
            ValueRef::Text(self.description.as_ref().as_bytes()),
            optional(self.memo.as_ref().map(T::as_ref)),
            optional(self.check_number.as_ref().map(T::as_ref)),
            optional(self.category.as_ref().map(T::as_ref)),
            optional(self.transaction_type.as_ref().map(T::as_ref)),
        ]
    }

    pub(super) fn digest(&self, key: &MacKey, scratch: &mut Vec<u8>) -> [u8; 32] {
        row_digest(key, SOURCE_ROWS, &self.values(), scratch)
    }

    /// Returns what is written about the transaction: the texts that a search looks at.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let optional =
            [&self.memo, &self.category, &self.check_number, &self.transaction_type, &self.bank_id].map(Option::as_ref);
        std::iter::once(&self.description).chain(optional.into_iter().flatten()).map(T::as_ref)
    }
}

impl<T> SourceRow<T> {
    /// Returns the row with other texts.
    pub(in crate::store) fn with_texts<'t, U>(&'t self, mut text: impl FnMut(&'t T) -> U) -> SourceRow<U> {
        SourceRow {
            key: self.key,
            account: self.account,
            number: self.number,
            txn: self.txn,
            import: self.import,
            statement: self.statement,
            position: self.position,
            line: self.line,
            lead: self.lead,
            counts: self.counts,
            form: self.form,
            kind: self.kind,
            amount: self.amount,
            pending: self.pending,
            running: self.running,
            bank_id: self.bank_id.as_ref().map(&mut text),
            description: text(&self.description),
            memo: self.memo.as_ref().map(&mut text),
            check_number: self.check_number.as_ref().map(&mut text),
            category: self.category.as_ref().map(&mut text),
            transaction_type: self.transaction_type.as_ref().map(&mut text),
        }
    }
}

impl SourceRow<&str> {
    /// Returns the row with texts of its own.
    pub(crate) fn to_stored(&self) -> StoredSourceRow {
        self.with_texts(|text| (*text).to_owned())
    }
}
