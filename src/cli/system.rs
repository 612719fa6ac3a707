//! The one module that reads the clock and the random generator. It passes them to everything below.

#![expect(clippy::disallowed_methods, reason = "this is the module")]

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom, SystemRandom};

use super::exit::Exit;
use super::output;
use crate::model::{Clock, Env, Random, Timestamp};

struct System;

static SYSTEM: System = System;

/// Returns the machine's clock and random generator.
pub(crate) fn env() -> Env<'static> {
    Env { clock: &SYSTEM, random: &SYSTEM }
}

impl Clock for System {
    fn now(&self) -> Timestamp {
        // A clock before 1970 is a machine without a battery; its time is wrong in any case.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }

    fn measure(&self, work: &mut dyn FnMut()) -> Duration {
        let stopwatch = Stopwatch::start();
        work();
        stopwatch.elapsed()
    }

    fn steady(&self) -> Duration {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed()
    }
}

impl Random for System {
    fn fill(&self, buffer: &mut [u8]) {
        if SystemRandom::new().fill(buffer).is_err() {
            output::note("error: the system provides no random bytes");
            std::process::exit(Exit::Failure as i32);
        }
    }
}

/// Measures how long something takes.
#[derive(Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    pub(crate) fn start() -> Self {
        Stopwatch(Instant::now())
    }

    /// Returns the time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
