//! What the outside gives: the time and random bytes. Passed in everywhere, so that a test can fix both.

use std::time::Duration;

use super::Timestamp;

/// Tells the time.
pub trait Clock {
    /// Returns the current moment, UTC.
    fn now(&self) -> Timestamp;

    /// Runs the work and returns how long it took. The default is for clocks that stand still: half a second, as long as
    /// unlocking should take.
    fn measure(&self, work: &mut dyn FnMut()) -> Duration {
        work();
        Duration::from_millis(500)
    }

    /// Returns the time since some moment that stays the same, which no change of the clock moves. The default is for clocks
    /// that are only set forward.
    fn steady(&self) -> Duration {
        Duration::from_secs(self.now().unix().unsigned_abs())
    }
}

/// Gives bytes that no one can predict.
pub trait Random {
    /// Fills the buffer. Exits the process if no randomness is available.
    fn fill(&self, buffer: &mut [u8]);
}

/// The time and random bytes together.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    /// Tells the time.
    pub clock: &'a dyn Clock,
    /// Gives random bytes.
    pub random: &'a dyn Random,
}

impl Env<'_> {
    /// Returns the current moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns an array of random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.random.fill(&mut bytes);
        bytes
    }
}
