//! Chooses the cost of a new passphrase slot on this machine: about half a second, most of it memory.
//!
//! The clock is not read here: the caller passes in how long one [`trial`] takes.

use std::fs;
use std::time::Duration;

use crate::crypto::{Argon2Params, KdfError, Passphrase};

/// What unlocking should take.
pub(crate) const TARGET: Duration = Duration::from_millis(500);

/// Assumed when the system does not say how much memory it has, in bytes.
const MEMORY_UNKNOWN: u64 = 1024 * 1024 * 1024;
/// Corrections after the first guess: Argon2 is linear in memory times passes only nearly.
const CORRECTIONS: usize = 2;

/// Finds parameters that take about [`TARGET`], using at most 1 GiB or a quarter of the memory (in bytes).
///
/// Memory grows first, because it is what an attacker has to buy; passes only when the limit is reached.
/// Never below the floor. `measure` takes one derivation's time, or `None` when there was not enough memory.
pub(crate) fn calibrate(memory: u64, measure: &mut dyn FnMut(Argon2Params) -> Option<Duration>) -> Argon2Params {
    let floor = Argon2Params::FLOOR;
    let most = u32::try_from(memory / 4 / 1024).unwrap_or(u32::MAX).clamp(floor.m_kib, Argon2Params::CEILING.m_kib);
    let mut best = floor;
    let Some(mut took) = measure(best) else { return floor };
    for _ in 0..CORRECTIONS {
        let next = scaled(best, took, most);
        if next == best {
            break;
        }
        // A machine that fails at the larger size gets the one that worked.
        let Some(measured) = measure(next) else { break };
        (best, took) = (next, measured);
    }
    best
}

/// Returns parameters whose work is that of `from` times target over `took`.
fn scaled(from: Argon2Params, took: Duration, most: u32) -> Argon2Params {
    let floor = Argon2Params::FLOOR;
    let work = u128::from(from.m_kib) * u128::from(from.t) * TARGET.as_micros() / took.as_micros().max(1);
    let clamp = |value: u128, low: u32, high: u32| u32::try_from(value).unwrap_or(u32::MAX).clamp(low, high);
    // As few passes as the memory allows, and then the memory that makes the time come out.
    let t = clamp(work.div_ceil(u128::from(most)), floor.t, Argon2Params::CEILING.t);
    let m_kib = clamp(work / u128::from(t), floor.m_kib, most);
    // Whole MiB, for those who read headers.
    let m_kib = (m_kib / 1024 * 1024).max(floor.m_kib);
    Argon2Params { m_kib, t, p: floor.p }
}

/// Derives a key from a passphrase that protects nothing, for measuring.
pub(crate) fn trial(params: Argon2Params) -> Result<(), KdfError> {
    params.derive(&Passphrase::new("for measuring".to_owned()), &[0; 32]).map(drop)
}

/// Returns the memory of this machine in bytes, or what the control group allows when that is less.
pub(crate) fn physical_memory() -> u64 {
    let total = fs::read_to_string("/proc/meminfo").ok().and_then(|text| total_of(&text)).unwrap_or(MEMORY_UNKNOWN);
    let allowed = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    total.min(allowed.unwrap_or(u64::MAX))
}

/// Reads `MemTotal:  24683944 kB` of `/proc/meminfo`, in bytes.
fn total_of(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1024 * 1024 * 1024;

    /// Calibrates for a machine that needs `nanos` nanoseconds for each KiB and pass.
    fn on_machine(memory: u64, nanos: u64) -> (Argon2Params, Duration, usize) {
        let cost = |p: Argon2Params| Duration::from_nanos(u64::from(p.m_kib) * u64::from(p.t) * nanos);
        let mut trials = 0;
        let found = calibrate(memory, &mut |params| {
            params.check().unwrap();
            trials += 1;
            Some(cost(params))
        });
        (found, cost(found), trials)
    }

    #[test]
    fn takes_half_a_second_on_machines_of_every_speed() {
        for nanos in [100, 300, 700, 2000] {
            let (found, took, trials) = on_machine(64 * GIB, nanos);
            assert!((450..=510).contains(&took.as_millis()), "{nanos}: {found:?} {took:?}");
            assert!(trials <= 3, "{trials}");
        }
    }

    #[test]
    fn adds_passes_once_the_memory_is_at_its_ceiling() {
        let (found, ..) = on_machine(64 * GIB, 50);
        assert_eq!((found.m_kib, found.t), (976 * 1024, 10));
        let (found, ..) = on_machine(GIB, 300);
        assert_eq!((found.m_kib, found.t), (232 * 1024, 7));
    }

    #[test]
    fn stays_between_floor_and_ceiling() {
        assert_eq!(on_machine(64 * GIB, 1_000_000).0, Argon2Params::FLOOR);
        assert_eq!(on_machine(0, 1_000_000).0, Argon2Params::FLOOR);
        assert_eq!(on_machine(u64::MAX, 0).0, Argon2Params { p: 4, ..Argon2Params::CEILING });
        assert_eq!(calibrate(64 * GIB, &mut |_| None), Argon2Params::FLOOR);
        let mut trials = 0;
        let found = calibrate(64 * GIB, &mut |_| {
            trials += 1;
            (trials == 1).then_some(Duration::from_millis(50))
        });
        assert_eq!(found, Argon2Params::FLOOR, "what failed is not used");
    }

    #[test]
    fn reads_the_memory_of_this_machine() {
        assert!(physical_memory() > 64 * 1024 * 1024);
        assert_eq!(total_of("MemFree: 1 kB\nMemTotal:       24683944 kB\n"), Some(24_683_944 * 1024));
        assert_eq!(total_of("MemTotal: 99999999999999999999 kB"), None);
        assert_eq!(total_of("MemTotal: lots"), None);
    }
}
