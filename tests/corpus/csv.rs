//! CSV files: nothing panics, each refusal says why, and each row of an accepted file is accounted for.

use std::path::{Path, PathBuf};

use finvault::import::formats::csv::ProfileSet;
use finvault::import::{self, DateOrder, ImportError, Parsed, Problem, ReadOptions, text};
use finvault::model::Amount;

use crate::Log;

/// Reads with the options that a person would give when asked: a currency, and either order of dates.
fn read<'a>(text: &'a str, profiles: &ProfileSet) -> Result<(Parsed<'a>, &'static str), ImportError> {
    let usd = Some("USD".parse().unwrap());
    let attempts = [
        ("", ReadOptions::default()),
        ("currency", ReadOptions { currency: usd, ..ReadOptions::default() }),
        ("mdy", ReadOptions { date_order: Some(DateOrder::Mdy), ..ReadOptions::default() }),
        ("currency mdy", ReadOptions { currency: usd, date_order: Some(DateOrder::Mdy), ..ReadOptions::default() }),
        ("currency dmy", ReadOptions { currency: usd, date_order: Some(DateOrder::Dmy), ..ReadOptions::default() }),
    ];
    let mut last = None;
    for (with, options) in attempts {
        match import::read(text, &options, profiles) {
            Ok(parsed) => return Ok((parsed, with)),
            Err(error) if error.problem == Problem::NeedsOption => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap())
}

/// Counts the records as the `csv` crate does, without blank ones.
fn records(text: &str, delimiter: u8) -> u64 {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().filter(|r| r.as_ref().is_ok_and(|r| r.len() > 1 || r.iter().any(|f| !f.trim().is_empty()))).count()
        as u64
}

/// Shows how many rows fit the running balance beside them: wrong signs and fees would show here.
fn chains(parsed: &Parsed<'_>, log: Log) {
    for statement in &parsed.statements {
        let rows: Vec<_> = statement.entries.iter().filter_map(|e| Some((e.amount, e.running_balance()?))).collect();
        let fits = |later: &(Amount, Amount), earlier: &(Amount, Amount)| {
            earlier.1.checked_add(later.0).is_ok_and(|sum| sum == later.1)
        };
        let oldest_first = rows.windows(2).filter(|w| fits(&w[1], &w[0])).count();
        let newest_first = rows.windows(2).filter(|w| fits(&w[0], &w[1])).count();
        if rows.len() > 1 {
            log.line(format_args!(
                "            {} of {} balances follow",
                oldest_first.max(newest_first),
                rows.len() - 1
            ));
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.is_file());
    files.sort();
    files
}

/// Every file is read, or refused for a reason.
pub(crate) fn is_read_or_refused_for_a_reason(corpus: &Path, log: Log) {
    let profiles = ProfileSet::builtin();
    let (mut accepted, mut clean, mut refused) = (0, 0, 0);
    for path in files(&corpus.join("csv")) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let decoded = text::decode(&bytes, None);
        let outcome =
            decoded.as_ref().map_err(Clone::clone).and_then(|d| read(&d.text, &profiles).map(|r| (r, &d.text)));
        match outcome {
            Err(error) => {
                refused += 1;
                assert!(!error.message.is_empty(), "{name}: {error:?}");
                log.line(format_args!("refused   {name}: {:?} {error}", error.problem));
            }
            Ok(((parsed, with), text)) => {
                accepted += 1;
                let sum = |count: &dyn Fn(&finvault::model::Statement<'_>) -> u64| {
                    parsed.statements.iter().map(count).sum::<u64>()
                };
                let entries = sum(&|s| s.entries.len() as u64);
                let rejected = sum(&|s| s.rejected.len() as u64);
                let skipped = sum(&|s| s.skipped.iter().map(|x| x.count).sum());
                clean += u64::from(rejected == 0);
                let profile = parsed.profile.as_deref().unwrap_or_default();
                log.line(format_args!(
                    "accepted  {name}: {profile} [{with}] {} statements, {entries} entries, {rejected} rejected, {skipped} skipped",
                    parsed.statements.len(),
                ));
                chains(&parsed, log);
                for row in parsed.statements.iter().flat_map(|s| &s.rejected).take(3) {
                    log.line(format_args!("            {row:?}"));
                }
                // The header and what stands above it are the only records that are not rows.
                let all = [b',', b';', b'\t', b'|'].map(|d| records(text, d));
                let read = entries + rejected + skipped;
                assert!(all.iter().any(|n| (read..=read + 20).contains(n)), "{name}: {read} of {all:?} records");
            }
        }
    }
    log.line(format_args!("{accepted} accepted ({clean} without a rejected row), {refused} refused"));
    assert!(accepted >= 115 && clean >= 100, "{accepted} files accepted, {clean} of them whole");
}
