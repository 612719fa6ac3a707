//! Reads bytes as the files of one account, and reconciles them.

use std::collections::{HashMap, HashSet};

use finvault::import::reconcile::{Decisions, File, Pairs, Row, pair, reconcile};
use finvault::model::{Day, Micros, Period};

/// Few of each, so that rows collide. The smallest and the largest amounts are among them.
const TEXTS: [&str; 8] = ["COFFEE", "coffee  ", "RENT", "PENDING COFFEE", "", "RENT 12", "Ⅷß", "COFFEE SHOP"];
const AMOUNTS: [i64; 8] = [-1, -1_000_000, 2_500_000, i64::MAX, i64::MIN, 0, -1_010_000, 1];
const IDS: [&str; 4] = ["1", "2", "Ⅷ", ""];
const MOST_FILES: usize = 12;
const MOST_ROWS: u8 = 24;

/// Checks that every row of a file is a transaction of its own, that each transaction is shown by one row, and that the
/// order in which rows come plays no part.
///
/// A file is a byte of flags (`1` the second source, `2` ids, `4` balances), a byte of how many rows, and two bytes for
/// each; a flag byte over 0xE0 is a decision about two rows of the bytes that follow.
pub(crate) fn reconcile_bytes(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let (mut files, mut rows): (Vec<File>, Vec<Row<'_>>) = (Vec::new(), Vec::new());
    let mut said: Vec<(bool, u8, u8)> = Vec::new();
    while let (Some(flags), Some(count)) = (bytes.next(), bytes.next()) {
        if flags >= 0xe0 {
            said.push((flags & 1 == 1, count, bytes.next().unwrap_or(0)));
            continue;
        }
        if files.len() == MOST_FILES {
            break;
        }
        let from = rows.len();
        for place in 0..u32::from(count % MOST_ROWS) {
            let (Some(a), Some(b)) = (bytes.next(), bytes.next()) else { break };
            rows.push(row(files.len() as u32, place, rows.len() as u64 + 1, flags, [a, b]));
        }
        let days = || rows[from..].iter().map(|row| row.day);
        let posted = || rows[from..].iter().filter(|row| !row.pending).map(|row| row.day);
        let (Some(first), Some(last)) = (days().min(), days().max()) else { continue };
        let covers = Period::new(posted().min().unwrap_or(first), posted().max().unwrap_or(last)).unwrap();
        files.push(File { source: u32::from(flags & 1), covers, reach: last });
    }
    let mut pairs = Pairs::default();
    for one in 0..files.len() {
        for other in 0..one {
            let of = |file: usize| rows.iter().filter(|row| row.file == file as u32).copied().collect::<Vec<_>>();
            let told = pair(&files[one], &of(one), &files[other], &of(other));
            pairs.put(one as u32, other as u32, told);
        }
    }
    let mut decisions = Decisions::default();
    for (same, a, b) in said.into_iter().filter(|_| !rows.is_empty()) {
        let (a, b) = (u32::from(a) % rows.len() as u32, u32::from(b) % rows.len() as u32);
        if a != b && same {
            decisions.same.push((a, b));
        } else if a != b {
            decisions.different.insert((a, b));
        }
    }
    check(&files, &rows, &pairs, &decisions);
}

fn row(file: u32, place: u32, id: u64, flags: u8, [a, b]: [u8; 2]) -> Row<'static> {
    Row {
        file,
        place,
        id,
        day: Day::from_epoch_days(20_000 + i32::from(a >> 4)).unwrap(),
        amount: Micros::new(AMOUNTS[usize::from(a & 7)]),
        text: TEXTS[usize::from(b & 7)],
        bank_id: (flags & 2 != 0).then(|| IDS[usize::from(b >> 3 & 3)]),
        running: (flags & 4 != 0).then(|| Micros::new(AMOUNTS[usize::from(b >> 5)])),
        pending: a & 8 != 0 && b & 0x80 != 0,
        rest: [None; 4],
    }
}

fn check(files: &[File], rows: &[Row<'_>], pairs: &Pairs, decisions: &Decisions) {
    let outcome = reconcile(files, rows, pairs, decisions);
    let mut of_file: HashSet<(u64, u32)> = HashSet::new();
    let mut leads: HashMap<u64, usize> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        let txn = outcome.transaction[at];
        assert!(of_file.insert((txn, row.file)), "two rows of file {} are transaction {txn}", row.file);
        assert!(row.pending || outcome.counts[at], "a posted row does not count");
        assert!(outcome.counts[at] || !outcome.leads[at]);
        *leads.entry(txn).or_default() += usize::from(outcome.leads[at]);
        if outcome.counts[at] {
            assert!(txn <= row.id);
        }
    }
    assert!(leads.values().all(|count| *count <= 1));
    for doubt in &outcome.doubts {
        let of = |row: u32| outcome.transaction[row as usize];
        assert_eq!(of(doubt.row) == of(doubt.other), doubt.assumed_same, "{doubt:?}");
    }
    if decisions.same.is_empty() && decisions.different.is_empty() {
        let mut turned: Vec<Row<'_>> = rows.to_vec();
        turned.reverse();
        let other = reconcile(files, &turned, pairs, decisions);
        let backwards: Vec<u64> = other.transaction.into_iter().rev().collect();
        assert_eq!(outcome.transaction, backwards);
    }
}
