//! A database in memory, in which changes are made and never committed.

use rusqlite::Connection;

use crate::crypto::Secret32;
use crate::model::Timestamp;
use crate::store::db::audit::ChainEnd;
use crate::store::db::cache::Cache;
use crate::store::db::change::Change;
use crate::store::db::digest::Digests;
use crate::store::db::keys::Keys;
use crate::store::db::schema;

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
