//! Whether the disk failed under a database, or is full. SQLite calls a read that the system refused with `EIO` corruption, so
//! that nothing else tells a disk that cannot be read from a file that was changed; and a sync that finds the disk full is a
//! disk that failed for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, ffi};
use rustix::io::Errno;

use crate::store::error::StoreError;

/// Whether the disk failed under any database that was open: shared by a vault and what reads it.
#[derive(Clone, Debug, Default)]
pub struct DiskWatch(Arc<AtomicBool>);

impl DiskWatch {
    /// Returns whether the disk failed under a database that is closed by now.
    pub fn has_failed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Keeps whether the disk failed under a database that is about to be closed.
    pub(crate) fn note(&self, connection: &Connection) {
        if has_failed(connection) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Returns an error of the database as what it is: where the disk failed or is full, one of the disk.
pub(crate) fn told(connection: &Connection, error: StoreError) -> StoreError {
    match error {
        StoreError::Damaged(_) if has_failed(connection) => StoreError::DiskUnread,
        StoreError::Disk(_) if was_full(connection) => StoreError::DiskFull,
        StoreError::Unconfirmed { source, .. } => StoreError::Unconfirmed { is_full: was_full(connection), source },
        error => error,
    }
}

/// Returns whether the disk refused to read or write the database file.
#[allow(unsafe_code)]
fn has_failed(connection: &Connection) -> bool {
    let mut number: std::ffi::c_int = 0;
    // SAFETY: the handle belongs to an open connection that is borrowed here, and SQLite writes one `int`.
    let answered = unsafe {
        ffi::sqlite3_file_control(
            connection.handle(),
            c"main".as_ptr(),
            ffi::SQLITE_FCNTL_LAST_ERRNO,
            (&raw mut number).cast(),
        )
    };
    let failures = [Errno::IO, Errno::NXIO].map(Errno::raw_os_error);
    answered == ffi::SQLITE_OK && failures.contains(&number)
}

/// Returns whether the last call that the system refused was refused because the disk or a quota is full.
#[allow(unsafe_code)]
fn was_full(connection: &Connection) -> bool {
    // SAFETY: the handle belongs to an open connection that is borrowed here.
    let number = unsafe { ffi::sqlite3_system_errno(connection.handle()) };
    [Errno::NOSPC, Errno::DQUOT].map(Errno::raw_os_error).contains(&number)
}
