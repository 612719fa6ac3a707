//! The SQLCipher connection: keyed, hardened, and checked. See `docs/vault-format.md`, "The database".

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use rusqlite::ffi::{SQLITE_IOERR, SQLITE_NOMEM};
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::crypto::Secret32;
use crate::store::db::disk;
use crate::store::error::{Damage, StoreError};
use crate::store::files::{self, FileError};

/// The largest blob or text that is accepted: a compressed export file.
const MAX_VALUE_BYTES: i32 = 1 << 30;

/// The size of a page, which `cipher_compatibility` sets.
const PAGE_BYTES: u64 = 4096;

/// The salt of a database: its first bytes.
const SALT_BYTES: usize = 16;

/// Statements that are kept prepared: more than there are. Preparing one takes long, because each of its many small pieces
/// of memory is locked and wiped.
const STATEMENTS_KEPT: usize = 128;

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenMode {
    /// It must not exist.
    Create,
    /// It must exist; a journal left by a crash is rolled back.
    ReadWrite,
    /// The medium cannot be written, and there is no journal.
    ReadOnly,
}

/// Opens `vault.db` with its raw key. Its directory may be reached through links, and SQLite follows none.
pub(crate) fn open(path: &Path, key: &Secret32, mode: OpenMode) -> Result<Connection, StoreError> {
    let path = &files::in_real_directory(path)?;
    let access = match mode {
        OpenMode::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        OpenMode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
        OpenMode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    // SQLCipher takes the salt from the file, and a random one if that fails: then a disk that fails looks like damage.
    let salt = match mode {
        OpenMode::Create => None,
        OpenMode::ReadWrite | OpenMode::ReadOnly => Some(files::first_bytes::<SALT_BYTES>(path)?.ok_or(Damage::Page)?),
    };
    let connection = one_at_a_time(|| Connection::open_with_flags(path, flags))?;
    match prepare(&connection, key, salt.as_ref(), mode) {
        Ok(()) => Ok(connection),
        Err(error) => Err(disk::told(&connection, error)),
    }
}

/// Opens an empty database in memory.
pub(crate) fn in_memory() -> rusqlite::Result<Connection> {
    one_at_a_time(Connection::open_in_memory)
}

/// Opens a connection while no other thread does. SQLite calls itself ready before SQLCipher is: of two threads that open
/// the first connections at once, one would get a connection that takes no key.
fn one_at_a_time(open: impl FnOnce() -> rusqlite::Result<Connection>) -> rusqlite::Result<Connection> {
    static OPENING: Mutex<()> = Mutex::new(());
    let _turn = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    open()
}

/// Gives the key and the settings to a connection.
fn prepare(
    connection: &Connection,
    key: &Secret32,
    salt: Option<&[u8; SALT_BYTES]>,
    mode: OpenMode,
) -> Result<(), StoreError> {
    connection.set_limit(rusqlite::limits::Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Before the key is set: errors from here on are not written to any log.
    run(connection, "PRAGMA cipher_log_level = NONE").map_err(of_library)?;
    run(connection, "PRAGMA cipher_memory_security = ON").map_err(of_library)?;
    set_key(connection, key, salt).map_err(of_library)?;
    // Plain SQLite silently ignores every pragma above, and would write plaintext.
    if !is_sqlcipher(connection)? {
        return Err(StoreError::NotEncrypting);
    }
    run(connection, "PRAGMA cipher_compatibility = 4").map_err(of_library)?;
    if mode == OpenMode::Create {
        run(connection, "PRAGMA auto_vacuum = NONE")?;
    }
    for pragma in [
        "PRAGMA temp_store = MEMORY",
        "PRAGMA trusted_schema = OFF",
        "PRAGMA cell_size_check = ON",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
        "PRAGMA locking_mode = NORMAL",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA synchronous = EXTRA",
        // One MiB of pages: most are read once, and a page that takes the place of another one needs no new memory.
        "PRAGMA cache_size = -1024",
    ] {
        run(connection, pragma)?;
    }
    Ok(())
}

/// Keeps 48 MiB of pages, so that an import of a million rows does not write a page twice.
pub(crate) fn keep_pages(connection: &Connection) -> Result<(), StoreError> {
    run(connection, "PRAGMA cache_size = -49152").map_err(StoreError::from)
}

/// Writes every row and the schema to a new database, under another key. No page of it was ever written under this one's.
pub(crate) fn export(connection: &Connection, path: &Path, key: &Secret32, version: usize) -> Result<(), StoreError> {
    files::refuse_other_kinds(path)?;
    let path = &files::in_real_directory(path)?;
    let mut literal = Zeroizing::new(String::with_capacity(128));
    literal.push_str("x'");
    HEXLOWER.encode_append(key.expose(), &mut literal);
    literal.push('\'');
    let path = path.to_str().ok_or_else(|| StoreError::NotText(path.to_owned()))?;
    connection.execute("ATTACH DATABASE ?1 AS renewed KEY ?2", [path, literal.as_str()])?;
    let exported = (|| {
        run(connection, "PRAGMA renewed.auto_vacuum = NONE")?;
        run(connection, "PRAGMA renewed.synchronous = EXTRA")?;
        connection.execute_batch("BEGIN")?;
        run(connection, "SELECT sqlcipher_export('renewed')")?;
        run(connection, &format!("PRAGMA renewed.user_version = {version}"))?;
        connection.execute_batch("COMMIT")
    })();
    if exported.is_err() && !connection.is_autocommit() {
        // The error to report is the first one.
        let _ = connection.execute_batch("ROLLBACK");
    }
    let detached = connection.execute_batch("DETACH DATABASE renewed");
    Ok(exported.and(detached)?)
}

fn is_sqlcipher(connection: &Connection) -> Result<bool, StoreError> {
    let mut statement = connection.prepare("PRAGMA cipher_version")?;
    let mut rows = statement.query([])?;
    Ok(rows.next()?.is_some())
}

/// Gives the raw key, and the salt of a file that is there, as SQLCipher's blob literal. The text is zeroed here;
/// SQLCipher zeroes its own copy.
fn set_key(connection: &Connection, key: &Secret32, salt: Option<&[u8; SALT_BYTES]>) -> rusqlite::Result<()> {
    let mut literal = Zeroizing::new(String::with_capacity(128));
    literal.push_str("PRAGMA key = \"x'");
    HEXLOWER.encode_append(key.expose(), &mut literal);
    salt.into_iter().for_each(|salt| HEXLOWER.encode_append(salt, &mut literal));
    literal.push_str("'\"");
    run(connection, &literal)
}

/// Returns an error from before anything of the file is read: it is of the library, and mostly of its memory.
fn of_library(error: rusqlite::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Damaged(Damage::Unreadable(source)) => StoreError::NotReady(source),
        StoreError::Damaged(_) => StoreError::NoMemory,
        error => error,
    }
}

/// Runs one pragma and ignores the row that some of them return.
fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// How what SQLCipher says of a page begins that it could not look at.
const UNREAD: [&str; 3] = ["error reading ", "HMAC operation failed ", "unable to derive keys"];

/// What an integrity check says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A page is not as it was written.
    Damage(String),
    /// A page could not be read, which says nothing about it.
    Unread(String),
}

impl Said {
    fn of(text: String) -> Result<Said, StoreError> {
        // SQLite gives the number of what stopped it, SQLCipher says what it did.
        let code = text
            .split_once("error code=")
            .and_then(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(SQLITE_NOMEM) => Err(StoreError::NoMemory),
            Some(SQLITE_IOERR) => Ok(Said::Unread(text)),
            _ if UNREAD.iter().any(|start| text.starts_with(start)) => Ok(Said::Unread(text)),
            _ => Ok(Said::Damage(text)),
        }
    }
}

/// Runs both integrity checks: SQLCipher's page authentication and SQLite's structure. Returns what they say.
pub(crate) fn integrity_check(connection: &Connection) -> Result<Vec<Said>, StoreError> {
    let mut findings = Vec::new();
    for (pragma, sound) in [("PRAGMA cipher_integrity_check", None), ("PRAGMA integrity_check(100)", Some("ok"))] {
        let mut statement = connection.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let said: String = row.get(0)?;
            if Some(said.as_str()) != sound {
                findings.push(Said::of(said)?);
            }
        }
    }
    Ok(findings)
}

/// How large the file of a database is, and how large its first page says, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub file: u64,
    pub expected: u64,
}

/// Returns the sizes of the file that a connection reads; nothing where it has none.
pub(crate) fn sizes(connection: &Connection) -> Result<Option<Sizes>, StoreError> {
    let pages: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let expected = u64::from(pages) * PAGE_BYTES;
    let Some(path) = connection.path().map(Path::new).filter(|path| !path.as_os_str().is_empty()) else {
        return Ok(None);
    };
    let data = path.metadata().map_err(|source| FileError::Io { action: "read", path: path.to_owned(), source })?;
    Ok(Some(Sizes { file: data.len(), expected }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The oldest SQLite that may be bundled: earlier ones lose data in cases that matter here.
    const SQLITE_FLOOR: i32 = 3_051_003;

    fn text(connection: &Connection, sql: &str) -> String {
        connection.query_row(sql, [], |row| row.get::<_, rusqlite::types::Value>(0)).map(|v| format!("{v:?}")).unwrap()
    }

    #[test]
    fn uses_sqlcipher_4_on_a_recent_sqlite() {
        assert!(rusqlite::version_number() >= SQLITE_FLOOR, "{}", rusqlite::version());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vault.db");
        let key = Secret32::take(&mut [7; 32]);
        let connection = open(&path, &key, OpenMode::Create).unwrap();
        connection.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES ('needle in a haystack')").unwrap();
        assert!(text(&connection, "PRAGMA cipher_version").contains("4."));
        for (pragma, expected) in [
            ("PRAGMA journal_mode", "Text(\"delete\")"),
            ("PRAGMA synchronous", "Integer(3)"),
            ("PRAGMA temp_store", "Integer(2)"),
            ("PRAGMA cipher_memory_security", "Text(\"1\")"),
            ("PRAGMA cipher_page_size", "Text(\"4096\")"),
        ] {
            assert_eq!(text(&connection, pragma), expected, "{pragma}");
        }
        assert_eq!(integrity_check(&connection).unwrap(), []);
        drop(connection);
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|w| w == b"needle") && !bytes.starts_with(b"SQLite format 3"));
        let wrong = Secret32::take(&mut [8; 32]);
        let opened = open(&path, &wrong, OpenMode::ReadWrite)
            .and_then(|c| c.query_row("SELECT count(*) FROM t", [], |r| r.get::<_, i64>(0)).map_err(StoreError::from));
        assert!(matches!(opened, Err(StoreError::Damaged(_))), "{opened:?}");
    }
}
