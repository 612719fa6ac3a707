//! What is kept, compared with what restic keeps of snapshots of the same times.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn times(texts: &[&str]) -> Vec<Timestamp> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn restic(repository: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("restic");
    command.args(["--no-cache", "--quiet"]).args(arguments).current_dir(repository.parent().unwrap());
    command
        .env("RESTIC_REPOSITORY", repository)
        .env("RESTIC_PASSWORD", "x")
        .env("TZ", "UTC")
        .env("HOME", "/nonexistent");
    let output = command.stdin(Stdio::null()).output().expect("restic is needed for this test");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Around the ends of hours, days, ISO weeks, months and years, and long gaps.
const TIMES: &[&str] = &[
    "2020-12-28T00:00:00Z",
    "2020-12-31T23:59:59Z",
    "2021-01-01T00:00:00Z",
    "2021-01-03T23:59:59Z",
    "2021-01-04T00:00:00Z",
    "2024-02-29T12:00:00Z",
    "2024-12-29T23:00:00Z",
    "2024-12-30T00:30:00Z",
    "2025-01-05T10:00:00Z",
    "2026-06-30T22:10:00Z",
    "2026-06-30T22:50:00Z",
    "2026-06-30T23:00:00Z",
    "2026-07-01T00:00:00Z",
    "2026-07-01T00:00:01Z",
    "2026-07-05T12:00:00Z",
    "2026-07-06T12:00:00Z",
];

#[test]
fn keeps_what_restic_keeps() {
    let dir = tempfile::tempdir().unwrap();
    let repository = dir.path().join("repository");
    std::fs::write(dir.path().join("file"), "tiny").unwrap();
    restic(&repository, &["init"]);
    for time in TIMES {
        let local = time.replace('T', " ").replace('Z', "");
        restic(&repository, &["backup", "--host", "h", "--time", &local, "file"]);
    }
    // Newer versions keep the oldest of all, too, while a number is not used up.
    let groups: Value =
        serde_json::from_str(&restic(&repository, &["forget", "--dry-run", "--json", "--keep-yearly=99"])).unwrap();
    let is_kept = |group: &Value| group["keep"].as_array().unwrap().iter().any(|one| one["time"] == TIMES[0]);
    let keeps_oldest = is_kept(&groups[0]);
    let newest_first: Vec<Timestamp> = times(TIMES).into_iter().rev().collect();
    let reasons = |retention: &Retention| {
        // To an older restic, the oldest is one like the others: as if there were another one of its very time.
        let more = if keeps_oldest { None } else { newest_first.last() };
        retention.reasons(&newest_first.iter().chain(more).copied().collect::<Vec<_>>())
    };
    let numbers = [[1, 0, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0], [99, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 5, 0, 0, 0, 0]];
    let more = [[0, 0, 1, 0, 0, 0], [0, 0, 7, 0, 0, 0], [0, 0, 0, 3, 0, 0], [0, 0, 0, 50, 0, 0], [0, 0, 0, 0, 4, 0]];
    let last = [[0, 0, 0, 0, 0, 2], [0, 0, 0, 0, 0, 9], [1, 2, 3, 2, 3, 2], [0, 0, 7, 4, 12, 3], [2, 24, 7, 5, 12, 75]];
    for counts in numbers.into_iter().chain(more).chain(last) {
        let [last, hourly, daily, weekly, monthly, yearly] = counts;
        let retention = Retention { last, hourly, daily, weekly, monthly, yearly };
        let ours: BTreeMap<String, Vec<&str>> = newest_first
            .iter()
            .zip(reasons(&retention))
            .filter(|(_, reasons)| !reasons.is_empty())
            .map(|(time, reasons)| (time.to_string(), reasons.iter().map(|reason| reason.as_str()).collect()))
            .collect();
        let words = ["last", "hourly", "daily", "weekly", "monthly", "yearly"];
        let flags = words.iter().zip(counts).filter(|(_, count)| *count > 0);
        let flags: Vec<String> = flags.map(|(word, count)| format!("--keep-{word}={count}")).collect();
        let arguments: Vec<&str> =
            ["forget", "--dry-run", "--json"].into_iter().chain(flags.iter().map(String::as_str)).collect();
        let groups: Value = serde_json::from_str(&restic(&repository, &arguments)).unwrap();
        let theirs: BTreeMap<String, Vec<&str>> = groups[0]["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let time: Timestamp = one["snapshot"]["time"].as_str().unwrap().parse().unwrap();
                let matches = one["matches"].as_array().unwrap().iter();
                let word = |text: &Value| {
                    let text = text.as_str().unwrap().to_owned();
                    *words.iter().find(|word| text.contains(*word)).unwrap_or_else(|| panic!("{text}"))
                };
                (time.to_string(), matches.map(word).collect())
            })
            .collect();
        assert_eq!(ours, theirs, "{flags:?}");
        assert_eq!(groups[0]["keep"].as_array().unwrap().len(), ours.len());
    }
}

proptest! {
    #[test]
    fn always_keeps_the_newest_and_never_more_than_it_may(
        mut unix in prop::collection::vec(1_700_000_000i64..1_900_000_000, 1..40),
        counts in prop::array::uniform6(0u32..6),
    ) {
        unix.sort_unstable_by(|a, b| b.cmp(a));
        let newest_first: Vec<Timestamp> = unix.into_iter().map(Timestamp::from_unix).collect();
        let [last, hourly, daily, weekly, monthly, yearly] = counts;
        let retention = Retention { last, hourly, daily, weekly, monthly, yearly };
        let reasons = retention.reasons(&newest_first);
        prop_assert_eq!(reasons.len(), newest_first.len());
        prop_assert_eq!(reasons[0].is_empty(), retention.is_empty());
        for (reason, most) in [
            (KeepReason::Last, last), (KeepReason::Hourly, hourly), (KeepReason::Daily, daily),
            (KeepReason::Weekly, weekly), (KeepReason::Monthly, monthly), (KeepReason::Yearly, yearly),
        ] {
            prop_assert!(reasons.iter().filter(|of| of.contains(&reason)).count() <= most as usize);
        }
    }
}

#[test]
fn keeps_the_oldest_until_the_numbers_are_used_up() {
    let days = times(&["2026-07-06T12:00:00Z", "2026-07-06T11:00:00Z", "2026-07-06T10:00:00Z"]);
    let daily = |daily| Retention { daily, ..Retention::default() }.reasons(&days);
    assert_eq!(daily(2), [vec![KeepReason::Daily], vec![], vec![KeepReason::Daily]]);
    assert_eq!(daily(1), [vec![KeepReason::Daily], vec![], vec![]]);
}

#[test]
fn keeps_nothing_of_nothing() {
    assert!(Retention { daily: 3, ..Retention::default() }.reasons(&[]).is_empty());
}
