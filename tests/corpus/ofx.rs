//! OFX files, compared with what other parsers read from them.
//!
//! `truth.jsonl` has one JSON object per file: `file`, `raw_stmttrn`, `raw_stmts`, `raw_inv`, and per parser `ok` and
//! `accounts` with `n` rows and their `sum`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use finvault::import::formats::ofx;
use finvault::import::{Problem, ReadOptions, text};
use finvault::model::{Amount, BalanceKind, Currency, DecimalMark};
use serde_json::Value;

use crate::Log;

fn truth(dir: &Path) -> BTreeMap<String, Value> {
    let lines = std::fs::read_to_string(dir.join("truth.jsonl")).unwrap();
    let parse = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        (value["file"].as_str().unwrap().to_owned(), value)
    };
    lines.lines().map(parse).collect()
}

fn micros(text: &str) -> i64 {
    Amount::parse(text, DecimalMark::Dot, Currency::USD).unwrap().micros().get()
}

/// What one parser found in each statement: the number of rows, their sum and the ledger balance.
type Found = Vec<(u64, i64, Option<i64>)>;

/// Returns what this library reads and how many rows it rejects, or why it refuses the file.
fn ours(bytes: &[u8], log: Log) -> Result<(Found, u64), String> {
    let decoded = text::decode(bytes, None).map_err(|e| e.to_string())?;
    let mut parsed = ofx::read(&decoded.text, &ReadOptions::default());
    if parsed.as_ref().is_err_and(|e| e.problem == Problem::NeedsOption) {
        let options = ReadOptions { currency: Some(Currency::USD), ..ReadOptions::default() };
        parsed = ofx::read(&decoded.text, &options);
    }
    let parsed = parsed.map_err(|e| e.to_string())?;
    let mut rejected = 0;
    let mut found = Found::new();
    for statement in &parsed.statements {
        for row in &statement.rejected {
            log.line(format_args!("  rejected: line {}, {}: {:?} {}", row.line, row.field, row.found, row.reason));
            // The corpus justifies one kind of rejection: there is nothing in the field to read.
            assert!(!row.found.contains(|c: char| c.is_ascii_digit()), "{row:?}");
            rejected += 1;
        }
        let sum = statement.entries.iter().map(|e| e.amount.micros().get()).sum();
        let ledger = statement.balances.iter().find(|b| b.kind == BalanceKind::Ledger).map(|b| b.amount.micros().get());
        // The others count a row that states a balance as a row; those of the corpus state zero.
        let stated = statement.skipped.iter().find(|s| s.what == "row that states a balance").map_or(0, |s| s.count);
        found.push((statement.entries.len() as u64 + stated, sum, ledger));
    }
    found.sort_unstable();
    Ok((found, rejected))
}

fn theirs(truth: &Value, parser: &str) -> Option<Found> {
    let result = &truth[parser];
    let accounts = result["accounts"].as_array().filter(|_| result["ok"] == true)?;
    let one = |account: &Value| {
        let sum = account["sum"].as_str().map_or(0, micros);
        (account["n"].as_u64().unwrap(), sum, account["ledger"].as_str().map(micros))
    };
    let mut found: Found = accounts.iter().map(one).collect();
    found.sort_unstable();
    Some(found)
}

/// Whether two parsers agree. We report no ledger balance whose day is `00000000`; others do.
fn agree(own: &Found, other: &Found) -> bool {
    let same = |a: &(u64, i64, Option<i64>), b: &(u64, i64, Option<i64>)| {
        (a.0, a.1) == (b.0, b.1) && (a.2 == b.2 || a.2.is_none())
    };
    own.len() == other.len() && own.iter().zip(other).all(|(a, b)| same(a, b))
}

fn rows(found: &Found) -> u64 {
    found.iter().map(|(n, ..)| n).sum()
}

/// Every file is read at least as well as the other parsers read it.
pub(crate) fn is_read_as_well_as_by_others(dir: &Path, log: Log) {
    let truth = truth(dir);
    let mut complete: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut files, mut banking, mut agreed) = (0, 0, 0);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir.join("ofx")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        files += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let raw = bytes.windows(9).filter(|w| w.eq_ignore_ascii_case(b"<STMTTRN>")).count() as u64;
        let known = truth.get(&format!("ofx/{name}"));
        let is_banking = known.is_some_and(|t| t["raw_stmts"] != 0 && t["raw_inv"] == 0);
        banking += u32::from(is_banking);
        let read = ours(&bytes, log);
        match &read {
            Ok((found, rejected)) => {
                assert!(ofx::looks_like(&text::decode(&bytes, None).unwrap().text), "{name}: not detected");
                log.line(format_args!("{name}: {} statements, {} rows, {rejected} rejected", found.len(), rows(found)));
                assert_eq!(rows(found) + rejected, raw, "{name}: rows were lost");
                *complete.entry("finvault").or_default() += u32::from(is_banking);
            }
            Err(message) => log.line(format_args!("{name}: refused: {message}")),
        }
        let Some(known) = known.filter(|_| is_banking) else { continue };
        for parser in ["ofxtools", "ofxparse", "libofx"] {
            let found = theirs(known, parser);
            let whole = found.as_ref().is_some_and(|f| rows(f) == raw);
            *complete.entry(parser).or_default() += u32::from(whole);
            // libofx reports neither sums nor, with one account twice, statements.
            if let (Some(found), true) = (found, parser != "libofx") {
                let (own, _) = read.as_ref().unwrap_or_else(|e| panic!("{name}: {parser} reads it, we say: {e}"));
                assert!(agree(own, &found), "{name}: {parser} reads {found:?}, we read {own:?}");
                agreed += 1;
            }
        }
    }
    log.line(format_args!("{files} files, {banking} with bank or card statements only; {agreed} comparisons agree"));
    for (parser, count) in &complete {
        log.line(format_args!("{parser:>10}: {count} complete of {banking}"));
    }
    assert!(complete["finvault"] >= complete["libofx"], "libofx reads more files whole");
}
