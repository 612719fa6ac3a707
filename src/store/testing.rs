//! An environment for tests: a fixed time, and bytes that only look random.

use std::cell::Cell;

use crate::crypto::sha256;
use crate::model::{Clock, Env, Random, Timestamp};

/// Gives the same bytes in the same order for the same seed.
pub(crate) struct Fixed {
    seed: u64,
    drawn: Cell<u64>,
}

impl Fixed {
    /// Starts at the seed.
    pub(crate) fn new(seed: u64) -> Fixed {
        Fixed { seed, drawn: Cell::new(0) }
    }

    /// This env.
    pub(crate) fn env(&self) -> Env<'_> {
        Env { clock: self, random: self }
    }
}

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(1_700_000_000)
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
