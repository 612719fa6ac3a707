//! How a long use case tells how far it is, without knowing a terminal.

/// Receives progress.
pub trait Progress {
    /// Something long begins: what, and how many units it has.
    fn start(&self, what: &str, total: u64);
    /// So many more units are done.
    fn advance(&self, units: u64);
    /// It has ended.
    fn finish(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug)]
pub struct Quiet;

impl Progress for Quiet {
    fn start(&self, _what: &str, _total: u64) {}
    fn advance(&self, _units: u64) {}
    fn finish(&self) {}
}
