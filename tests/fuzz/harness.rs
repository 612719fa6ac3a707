//! What each fuzz target does with any bytes, and what must hold whatever they are.
//!
//! Shared by the targets in `fuzz_targets/` and by `tests/fuzz_seeds.rs`, which replays `seeds/` on every test run.
//! To fuzz: `cargo +nightly fuzz run --fuzz-dir tests/fuzz TARGET tests/fuzz/corpus/TARGET tests/fuzz/seeds/TARGET
//! -- -timeout=10 -max_total_time=300`, where the first directory takes what is found and must be there. A stable
//! toolchain does it too with `RUSTC_BOOTSTRAP=1`. `--no-default-features --features system-openssl` builds in half
//! the time. A crash is fixed with a unit test beside the code; a small file that reaches new code is put
//! into `seeds/`, but never one that comes from somebody's bank.

// Each target uses one of the functions.
#![allow(dead_code, unused_imports)]

mod history;
mod slices;
mod tables;

use std::fmt::{Debug, Display};
use std::sync::LazyLock;

use finvault::crypto::SecretBytes;
use finvault::import::formats::csv::{self, ProfileSet};
use finvault::import::formats::ofx as ofx_files;
use finvault::import::{self, DateOrder, ImportError, Parsed, ReadOptions, text};
use finvault::model::{Amount, Currency, DecimalMark, VaultId};
use finvault::share::Token;
use finvault::store::Head;
use finvault::store::RecoveryCode;
use finvault::store::Unlock;
use finvault::store::UnverifiedHeader;

pub(crate) use history::reconcile_bytes as reconcile;
pub(crate) use slices::slice;
pub(crate) use tables::direction;

/// Most bytes of a message, whatever is in the file.
const LONGEST_MESSAGE: usize = 2048;
/// Larger inputs are read once only.
const READ_TWICE: usize = 64 * 1024;

/// The vault whose head is parsed: `9999…`.
const VAULT: [u8; 26] = [7; 26];

/// Checks a message for people: it is short and holds no control character.
fn message(shown: &str) {
    assert!(shown.len() < LONGEST_MESSAGE, "{} bytes: {shown:.200}…", shown.len());
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
}

fn refused(error: &impl Display) {
    message(&error.to_string());
}

fn import_refused(error: &ImportError, lines: u64) {
    refused(error);
    assert!(!error.message.is_empty());
    error.field.iter().for_each(|text| message(text));
    assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)), "{error} in {lines} lines");
}

/// Counts the lines, with line ends of any kind.
fn lines_of(text: &str) -> u64 {
    1 + text.bytes().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64
}

/// Checks what every importer returns: statements, rows that are in the file, and messages that can be shown.
fn understood(parsed: &Parsed<'_>, lines: u64, most_rows: usize) {
    assert!(!parsed.statements.is_empty());
    message(&parsed.format);
    let rows: usize = parsed.statements.iter().map(|s| s.entries.len() + s.rejected.len()).sum();
    assert!(rows <= most_rows, "{rows} rows from {most_rows}");
    for statement in &parsed.statements {
        let at = statement.entries.iter().map(|e| e.line).chain(statement.rejected.iter().map(|r| r.line));
        at.for_each(|line| assert!((1..=lines).contains(&line), "line {line} of {lines}"));
        assert!(statement.entries.iter().all(|e| e.amount.currency() == statement.currency));
        for row in &statement.rejected {
            message(&format!("{} {} {}", row.field, row.found, row.reason));
            assert!(!row.reason.is_empty() && !row.field.is_empty());
        }
        statement.skipped.iter().for_each(|s| message(&s.what));
    }
}

/// Reads, checks the result, and checks that a second reading gives the same.
fn judged<'a>(text: &'a str, most_rows: usize, read: impl Fn(&'a str) -> Result<Parsed<'a>, ImportError>) {
    let lines = lines_of(text);
    let first = read(text);
    match &first {
        Ok(parsed) => understood(parsed, lines, most_rows),
        Err(error) => import_refused(error, lines),
    }
    if text.len() <= READ_TWICE {
        same(&first, &read(text));
    }
}

fn same(first: &impl Debug, second: &impl Debug) {
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "read twice");
}

/// Parsed once, not for every input.
static PROFILES: LazyLock<ProfileSet> = LazyLock::new(ProfileSet::builtin);

fn told(profile: Option<&str>) -> ReadOptions {
    ReadOptions {
        profile: profile.map(str::to_owned),
        currency: Some(Currency::USD),
        date_order: Some(DateOrder::Dmy),
        ..ReadOptions::default()
    }
}

fn row_tags(text: &str) -> usize {
    text.as_bytes().windows(8).filter(|w| w.eq_ignore_ascii_case(b"<STMTTRN")).count()
}

/// An amount: it has the digits that are written and at most one sign, and what is printed is read again.
pub(crate) fn amount(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let digits = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.trim_matches('0').to_owned()
    };
    for (mark, currency) in [(DecimalMark::Dot, Currency::USD), (DecimalMark::Comma, Currency::EUR)] {
        let Ok(amount) = Amount::parse(text, mark, currency) else { continue };
        let printed = amount.to_string();
        assert_eq!(digits(&printed), digits(text), "{text:?}");
        assert_eq!(Amount::parse(&printed, DecimalMark::Dot, currency), Ok(amount));
        let signs = text.chars().filter(|c| matches!(c, '-' | '+' | '(' | '\u{2212}' | '\u{2013}')).count();
        assert!(signs <= 1 && text.matches('(').count() == text.matches(')').count(), "{text:?}");
        let negated = Amount::parse(&format!("-{text}"), mark, currency);
        assert!(negated.is_err() || negated == amount.checked_neg(), "{text:?}");
    }
}

/// An OFX file: an accepted one loses no row and invents none.
pub(crate) fn ofx(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let rows = row_tags(&text);
    ofx_files::looks_like(&text);
    judged(&text, rows, |text| ofx_files::read(text, &told(None)));
    judged(&text, rows, |text| ofx_files::read(text, &ReadOptions::default()));
}

/// A CSV file, with every kind of option.
pub(crate) fn csv(bytes: &[u8]) {
    let Ok(decoded) = text::decode(bytes, None) else { return };
    let rows = usize::try_from(lines_of(&decoded.text)).unwrap_or(usize::MAX);
    for options in [ReadOptions::default(), told(None), told(Some("generic"))] {
        judged(&decoded.text, rows, |text| csv::read(text, &options, &PROFILES));
    }
}

/// Any file, as `vault import` reads it: decoded, its format found, parsed.
pub(crate) fn detect(bytes: &[u8]) {
    let lines = 1 + bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64;
    let decoded = match text::decode(bytes, None) {
        Ok(decoded) => decoded,
        Err(error) => return import_refused(&error, lines),
    };
    assert!(!decoded.text.contains('\0'));
    let rows = row_tags(&decoded.text).max(usize::try_from(lines_of(&decoded.text)).unwrap_or(usize::MAX));
    for options in [ReadOptions::default(), told(None), told(Some("citi-card"))] {
        judged(&decoded.text, rows, |text| import::read(text, &options, &PROFILES));
    }
}

/// A user's own profile; what follows a line `%%` is a file read with it.
pub(crate) fn profile(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (profile, file) = text.split_once("\n%%\n").unwrap_or((text, "When,What,How much\n31/12/2024,Tea,-1.50\n"));
    let builtin = PROFILES.names().count();
    match ProfileSet::with_user(vec![("own.toml".to_owned(), profile.to_owned())]) {
        Ok(set) => {
            let names: Vec<&str> = set.names().collect();
            assert!(names.is_sorted() && (builtin..=builtin + 1).contains(&names.len()), "{names:?}");
            let rows = usize::try_from(lines_of(file)).unwrap_or(usize::MAX);
            for options in [ReadOptions::default(), told(None)] {
                judged(file, rows, |text| csv::read(text, &options, &set));
            }
        }
        Err(error) => {
            refused(&error);
            let lines = usize::try_from(lines_of(profile)).unwrap_or(usize::MAX);
            assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)), "{error}");
        }
    }
}

/// The files of a vault that are read before anything is unlocked, and a recovery code as somebody types it.
pub(crate) fn header(bytes: &[u8]) {
    match UnverifiedHeader::parse(bytes) {
        Ok(header) => {
            let kinds = header.claimed_kinds();
            assert!((1..=3).contains(&kinds.len()));
            // The key file of the seeds. No passphrase is tried: that is slow on purpose.
            match header.unlock(&Unlock::KeyFile(SecretBytes::new((0..32).map(|i| i * 7).collect()))) {
                Ok((header, master)) => assert_eq!(header.to_bytes(&master), bytes),
                Err(error) => refused(&error),
            }
        }
        Err(error) => refused(&error),
    }
    match Head::parse(bytes, &VaultId::from_random(VAULT), &|_, _| true) {
        Ok(head) => {
            let written = head.to_bytes(&|_| [0; 64]);
            let signed = written.len() - "signature = \n".len() - 88;
            assert_eq!(bytes.get(..signed), written.get(..signed));
        }
        Err(error) => refused(&error),
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match RecoveryCode::parse(text) {
        Ok(code) => {
            let again = RecoveryCode::parse(&code.grouped()).expect("its own form is read");
            assert_eq!(*again.grouped(), *code.grouped());
        }
        Err(error) => refused(&error),
    }
}

/// A token as somebody pastes it: one form only, and no error repeats it.
pub(crate) fn token(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Token::parse(text) {
        Ok(token) => {
            assert_eq!(*token.reveal(), text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'));
            let _ = token.secret().prk();
            assert!(!format!("{token:?}").contains(&token.reveal()[24..]));
        }
        Err(error) => refused(&error),
    }
}
