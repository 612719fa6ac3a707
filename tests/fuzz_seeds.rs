//! Replays the seeds of the fuzz targets through the very functions that the fuzzers call (`tests/fuzz/harness.rs`),
//! each also cut short and with a byte changed, so that no target rots between two runs of a fuzzer.

#![allow(clippy::unwrap_used)]

#[path = "fuzz/harness.rs"]
mod harness;

use std::path::Path;

/// Enough to reach every line of a small file.
const CUTS: usize = 16;

fn replay(target: &str, run: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 4, "{} has {} seeds", dir.display(), paths.len());
    for path in paths {
        let seed = std::fs::read(&path).unwrap();
        assert!(seed.len() <= 8 * 1024, "{} is large for a seed", path.display());
        run(&seed);
        for cut in 0..CUTS {
            let at = seed.len() * cut / CUTS;
            run(&seed[..at]);
            let mut changed = seed.clone();
            if let Some(byte) = changed.get_mut(at) {
                *byte = byte.wrapping_add(1 << (cut % 8));
            }
            run(&changed);
        }
    }
}

macro_rules! targets {
    ($($target:ident)*) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target), harness::$target);
        })*

        #[test]
        fn no_target_is_forgotten() {
            let manifest = include_str!("fuzz/Cargo.toml");
            assert_eq!(manifest.matches("[[bin]]").count(), [$(stringify!($target)),*].len());
            $(assert!(manifest.contains(concat!("name = \"", stringify!($target), "\"")));)*
        }
    };
}

targets!(amount csv detect direction header ofx profile reconcile slice token);
