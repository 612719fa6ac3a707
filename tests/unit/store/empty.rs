//! A database in memory, in which changes are made and never committed.

use rusqlite::Connection;

use crate::crypto::Secret32;
use crate::model::{AccountId, Day, ImportId, Micros, RowPosition, SourceKind, Timestamp, TransactionId};
use crate::store::db::audit::ChainEnd;
use crate::store::db::cache::Cache;
use crate::store::db::change::Change;
use crate::store::db::digest::Digests;
use crate::store::db::keys::Keys;
use crate::store::db::row_key::RowKey;
use crate::store::db::schema;
use crate::store::db::segment::SegmentId;
use crate::store::db::source_row::{Form, StoredSourceRow};

/// A database with nothing but the tables.
pub(crate) struct Empty {
    pub connection: Connection,
    pub keys: Keys,
    pub cache: Cache,
}

impl Empty {
    pub(crate) fn new() -> Empty {
        let secret = |byte| Secret32::take(&mut [byte; 32]);
        let connection = Connection::open_in_memory().unwrap();
        schema::create(&connection).unwrap();
        let keys = Keys::new(&secret(1), &secret(2), secret(3)).unwrap();
        Empty { connection, keys, cache: Cache::default() }
    }

    pub(crate) fn change(&self) -> Change<'_> {
        Change::new(
            &self.connection,
            &self.keys,
            Digests::default(),
            &ChainEnd::START,
            &self.cache,
            Timestamp::from_unix(0),
        )
    }
}

/// Returns a row of the first import, which leads. Its number is the offset and 1.
pub(crate) fn row(account: AccountId, segment: SegmentId, day: Day, offset: u64) -> StoredSourceRow {
    StoredSourceRow {
        key: RowKey::pack(segment, day, offset).unwrap(),
        account,
        number: 1 + offset,
        txn: TransactionId::new(1 + offset.cast_signed()),
        import: ImportId::new(1),
        statement: 0,
        position: RowPosition::new(u32::try_from(offset).unwrap()),
        line: offset + 2,
        lead: true,
        counts: true,
        form: Form::Plain,
        kind: SourceKind::Csv,
        amount: Micros::new(-1_000_000),
        pending: false,
        running: None,
        bank_id: None,
        description: "TEA".to_owned(),
        memo: None,
        check_number: None,
        category: None,
        transaction_type: None,
    }
}
