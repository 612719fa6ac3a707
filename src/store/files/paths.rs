//! The names of what lies in a vault directory.

use std::path::{Path, PathBuf};

/// Key slots, and what must be known before the database opens.
pub(crate) const HEADER_FILE: &str = "header.toml";
/// The database.
pub(crate) const DATABASE_FILE: &str = "vault.db";
/// SQLite's rollback journal. After a crash, it and the database are one.
pub(crate) const JOURNAL_FILE: &str = "vault.db-journal";
/// What is copied to look behind an interrupted change: the journal first, because a reader that undoes the change meanwhile
/// removes it last, and undoing twice is undoing once.
pub(crate) const DATABASE_FILES: [&str; 2] = [JOURNAL_FILE, DATABASE_FILE];
/// SQLite's write-ahead log, which no command makes. SQLite reads one that is there.
pub(crate) const WAL_FILE: &str = "vault.db-wal";
/// What SQLite shares of such a log.
pub(crate) const SHARED_MEMORY_FILE: &str = "vault.db-shm";
/// The database as it was before the newest migration.
pub(crate) const SNAPSHOT_FILE: &str = "vault.db.before-migration";
/// The last audit head, signed.
pub(crate) const HEAD_FILE: &str = "head";
/// What a backup says of itself. A directory with it is a backup that was unpacked, and only read until it is adopted.
pub(crate) const MANIFEST_FILE: &str = "manifest.json";
/// The directory of sealed slices.
pub(crate) const OUTBOX_DIR: &str = "outbox";
/// The lock file.
pub(crate) const LOCK_FILE: &str = "lock";

/// Returns where the sealed slice of a grant lies.
pub(crate) fn slice(dir: &Path, grant: &str) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.slice"))
}

/// Returns where the record of a grant's openings lies.
pub(crate) fn opened(dir: &Path, grant: &str) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.opened"))
}

/// Returns where the mark lies that a grant's token is being handed out.
pub(crate) fn pending(dir: &Path, grant: &str) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.pending"))
}

/// Returns where the tombstone of an ended grant lies.
pub(crate) fn ended(dir: &Path, grant: &str) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.ended"))
}

/// Returns where the slice of a grant lies while the grant is being revoked.
pub(crate) fn revoked(dir: &Path, grant: &str) -> PathBuf {
    dir.join(OUTBOX_DIR).join(format!("{grant}.revoked"))
}
