//! The progress of a long use case, without knowing a terminal.

/// Receives progress.
pub trait Progress {
    /// Starts work of so many units, named `what`.
    fn start(&self, what: &str, total: u64);
    /// Adds units that are done.
    fn advance(&self, units: u64);
    /// Ends the work.
    fn finish(&self);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn start(&self, _what: &str, _total: u64) {}
    fn advance(&self, _units: u64) {}
    fn finish(&self) {}
}
