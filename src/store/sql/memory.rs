//! How much memory SQLite may hold while a statement runs.

use rusqlite::ffi;

/// The limit, for as long as this value lives. It is one for the whole process: allocations beyond it fail.
#[derive(Debug)]
pub(super) struct MemoryLimit(());

impl MemoryLimit {
    /// Sets the limit.
    pub(super) fn set(bytes: u32) -> MemoryLimit {
        set(i64::from(bytes));
        MemoryLimit(())
    }
}

impl Drop for MemoryLimit {
    fn drop(&mut self) {
        set(0);
    }
}

/// Sets the limit; zero is none.
#[allow(unsafe_code)]
fn set(bytes: i64) {
    // SAFETY: the function takes a number and may be called at any time, from any thread.
    unsafe { ffi::sqlite3_hard_heap_limit64(bytes) };
}
