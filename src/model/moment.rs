//! The time that ends are measured by, and whether the clock that told it can be believed.

use super::Timestamp;

/// How far a plausible clock may be ahead of the newest time seen, in days.
const FURTHEST_DAYS: u32 = 400;

/// What a clock says, beside the newest plausible time that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    now: Timestamp,
    is_plausible: bool,
}

impl Moment {
    /// Judges a clock by the newest plausible time seen: it is plausible when it is not before that, and at most 400 days after.
    pub fn of(clock: Timestamp, seen: Timestamp) -> Moment {
        let is_plausible = seen <= clock && clock <= seen.plus_days(FURTHEST_DAYS);
        Moment { now: clock.max(seen), is_plausible }
    }

    /// Returns the later of the clock and the newest time seen: what ended once stays ended when the clock is set back.
    pub fn now(self) -> Timestamp {
        self.now
    }

    /// Returns whether the clock is plausible. Without that, an end by the clock refuses, and nothing ends for good.
    pub fn is_plausible(self) -> bool {
        self.is_plausible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn of(clock: i64) -> (i64, bool) {
        let moment = Moment::of(Timestamp::from_unix(clock), Timestamp::from_unix(1000 * DAY));
        (moment.now().unix(), moment.is_plausible())
    }

    #[test]
    fn believes_a_clock_from_the_newest_time_seen_to_400_days_after() {
        assert_eq!(of(1000 * DAY), (1000 * DAY, true));
        assert_eq!(of(1400 * DAY), (1400 * DAY, true));
        assert_eq!(of(1400 * DAY + 1), (1400 * DAY + 1, false));
    }

    #[test]
    fn takes_the_newest_time_seen_for_a_clock_that_is_before_it() {
        assert_eq!(of(1000 * DAY - 1), (1000 * DAY, false));
        assert_eq!(of(0), (1000 * DAY, false));
    }
}
