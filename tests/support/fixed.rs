//! A clock that stands still, and bytes that only look random.
//!
//! Shared by path: the tests of the library's own modules use this file as those under `tests/` do.

use std::cell::Cell;

use finvault::crypto::sha256;
use finvault::model::{Clock, Env, Random, Timestamp};

/// Gives one time until it is set to another, and the same bytes in the same order for the same seed.
pub(crate) struct Fixed {
    seed: u64,
    /// The time, in seconds since 1970.
    pub(crate) now: Cell<i64>,
    /// How many blocks of 32 random bytes were drawn.
    pub(crate) drawn: Cell<u64>,
}

impl Fixed {
    /// Starts on 14 November 2023 at 22:13:20 UTC.
    pub(crate) fn new(seed: u64) -> Fixed {
        Fixed { seed, now: Cell::new(1_700_000_000), drawn: Cell::new(0) }
    }

    pub(crate) fn env(&self) -> Env<'_> {
        Env { clock: self, random: self }
    }
}

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.now.get())
    }
}

impl Random for Fixed {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let block = sha256(&[self.seed.to_be_bytes(), self.drawn.get().to_be_bytes()].concat());
            chunk.copy_from_slice(&block[..chunk.len()]);
            self.drawn.set(self.drawn.get() + 1);
        }
    }
}
