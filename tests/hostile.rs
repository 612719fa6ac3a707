//! Files that are no export, are damaged, or were made to hurt: each is refused for its true reason, with the place,
//! what was found and what to do; quickly, in little memory, and with the vault as it was.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/fixed.rs"]
mod fixed;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use finvault::crypto::SecretBytes;
use finvault::import::formats::csv::ProfileSet;
use finvault::import::{self, ImportError, Problem, ReadOptions, SignRule, text};
use finvault::model::{Currency, Env};
use finvault::ops::import::{ImportOptions, Source};
use finvault::ops::init::{KeyFile, NewKeys};
use finvault::ops::progress::Quiet;
use finvault::ops::query::Filter;
use finvault::ops::report::{FileReport, ImportStatus};
use finvault::ops::{self, audit, query};
use finvault::store::{Reader, Unlock, Vault, Writer};

use fixed::Fixed;

/// What is wrong with a file.
enum Fault {
    /// The whole file, at a line where there is one.
    File(Problem, Option<u64>),
    /// A row, at a line.
    Row(u64),
}

struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    fault: Fault,
    /// What the message says: the field, what was found, and why.
    says: &'static [&'static str],
}

fn case(name: &'static str, bytes: impl AsRef<[u8]>, fault: Fault, says: &'static [&'static str]) -> Case {
    Case { name, bytes: bytes.as_ref().to_vec(), fault, says }
}

const HEADER: &str = "Date,Description,Amount\n";
const GOOD: &str = "Date,Description,Amount\n2025-01-31,Tea,-1.50\n2025-02-01,Pay,1000.00\n";
const SGML: &str = "\
OFXHEADER:100
DATA:OFXSGML
VERSION:102

<OFX>
<BANKMSGSRSV1><STMTTRNRS><STMTRS>
<CURDEF>USD
<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20250131<TRNAMT>-1.50<FITID>1<NAME>Tea</STMTTRN>
</BANKTRANLIST>
</STMTRS></STMTTRNRS></BANKMSGSRSV1>
</OFX>
";

fn csv(row: &str) -> String {
    format!("{GOOD}{row}\n2025-02-03,More,-2.00\n")
}

/// Returns the text up to `before`.
fn cut<'a>(text: &'a str, before: &str) -> &'a str {
    &text[..text.find(before).unwrap()]
}

fn small_cases() -> Vec<Case> {
    use Fault::{File, Row};
    use Problem::*;
    let xml = SGML.replacen("VERSION:102", "", 1).replace("OFXHEADER:100\nDATA:OFXSGML", "<?OFX VERSION=\"211\"?>");
    let laughs =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<OFX>&b;</OFX>";
    let columns = format!("{}\n", "Date,".repeat(1_000_000));
    let wide_row = csv(&format!("2025-02-02,x,1.00{}", ",1".repeat(1_000_000)));
    vec![
        case("nothing", "", File(Empty, None), &["the file is empty"]),
        case("blanks", " \r\n\t\n", File(Empty, None), &["the file is empty"]),
        case("a mark alone", b"\xef\xbb\xbf\r\n", File(Empty, None), &["the file is empty"]),
        case("a letter", "Dear customer,\nyour statement is ready.\n", File(UnknownFormat, Some(1)), &["date column"]),
        case("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", File(UnknownFormat, None), &["a gzip archive"]),
        case("zip", b"PK\x03\x04\x14\0\0\0\x08\0", File(UnknownFormat, None), &["a zip archive"]),
        case("png", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", File(UnknownFormat, None), &["a picture"]),
        case("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", File(UnknownFormat, None), &["a PDF document"]),
        case("noise", [1, 2, 3, 4, 5, 6, 7, 0, 130, 131].repeat(50), File(UnknownFormat, None), &["a binary file"]),
        case("OFX cut in a row", cut(SGML, "<NAME>"), File(Malformed, Some(10)), &["ends in the middle of STMTTRN"]),
        case("OFX cut behind it", cut(SGML, "</BANKTRAN"), File(Malformed, Some(10)), &["the middle of BANKTRANLIST"]),
        case("XML cut at its root", cut(&xml, "</OFX>"), File(Malformed, Some(11)), &["the middle of OFX"]),
        case("CSV cut in a row", format!("{GOOD}2025-02-0"), Row(4), &["Date", "2025-02-0"]),
        case("CSV cut in a text", format!("{GOOD}2025-02-02,\"Te"), File(Malformed, Some(4)), &["quoted field"]),
        case(
            "CSV overflow",
            csv("2025-02-02,x,9223372036854.775808"),
            Row(4),
            &["Amount", "36854.775808", "does not fit"],
        ),
        case(
            "OFX overflow",
            SGML.replace("-1.50", "-99999999999999999999.00"),
            Row(10),
            &["TRNAMT", "-99999999999999999999.00", "does not fit"],
        ),
        case("CSV without that day", csv("2025-02-29,x,1.00"), Row(4), &["Date", "2025-02-29", "calendar"]),
        case(
            "OFX without that day",
            SGML.replace("20250131", "20250431"),
            Row(10),
            &["DTPOSTED", "20250431", "calendar"],
        ),
        case("too few fields", csv("2025-02-02,x"), Row(4), &["row", "2 fields", "too few fields: 3 are expected"]),
        case("too many fields", csv("2025-02-02,x,y,1.00"), Row(4), &["row", "4 fields", "too many fields"]),
        case("OFX without an amount", SGML.replace("<TRNAMT>-1.50", ""), Row(10), &["TRNAMT", "missing"]),
        case(
            "broken UTF-8",
            b"Date,Caf\xc3\xa9 \xc3\xbc,Amount\nx,\xff,1\n",
            File(Encoding, Some(2)),
            &["byte 0xFF", "UTF-8"],
        ),
        case("no charset", b"Date,Caf\xe9\x81\xff\n", File(NeedsOption, Some(1)), &["encoding of the text is open"]),
        case("a NUL in CSV", csv("2025-02-02,x\0y,1.00"), File(Encoding, Some(4)), &["NUL byte"]),
        case("a NUL in OFX", SGML.replace("Tea", "T\0a"), File(Encoding, Some(10)), &["NUL byte"]),
        case("billion laughs", laughs, File(Malformed, Some(2)), &["<!DOCTYPE>", "document type or entity"]),
        case(
            "a hundred deep",
            format!("<OFX>\n{}", "<A>".repeat(100)),
            File(Limit, Some(2)),
            &["A: ", "deeper than 64"],
        ),
        case("a million columns", columns, File(Limit, Some(1)), &["more than 2048 fields"]),
        case("a row of a million", wide_row, File(Limit, Some(4)), &["more than 2048 fields"]),
        case("no statement", "<OFX><SIGNONMSGSRSV1></SIGNONMSGSRSV1></OFX>", File(Malformed, None), &["no statement"]),
        case("a row of nobody", "<OFX>\n<STMTTRN></STMTTRN></OFX>", File(Malformed, Some(2)), &["STMTTRN", "outside"]),
    ]
}

fn read(bytes: &[u8]) -> Result<(), ImportError> {
    let options = ReadOptions { currency: Some(Currency::USD), ..ReadOptions::default() };
    let decoded = text::decode(bytes, None)?;
    import::read(&decoded.text, &options, &ProfileSet::builtin()).map(|_| ())
}

// ---- the vault ------------------------------------------------------------------------------------------

fn new_vault(dir: &Path, env: Env<'_>) -> Writer {
    let (vault, state) = (dir.join("vault"), dir.join("state"));
    let key: Vec<u8> = env.random::<32>().to_vec();
    let key_file = SecretBytes::new(key.clone());
    let keys = NewKeys { passphrase: None, key_file: Some(KeyFile::Known(&key_file)), recovery_code: false };
    ops::init::run(&vault, &state, keys, env).unwrap();
    let unlock = Unlock::KeyFile(SecretBytes::new(key));
    Vault::find(&vault).unwrap().unlock(&unlock, &state).unwrap().writer(env).unwrap()
}

fn import_into(vault: &mut Writer, name: &str, bytes: Vec<u8>, env: Env<'_>) -> FileReport {
    let options = ImportOptions {
        account: Some("Mine".into()),
        read: ReadOptions { currency: Some(Currency::USD), sign: Some(SignRule::In), ..ReadOptions::default() },
        create: true,
        ..ImportOptions::default()
    };
    let source = Source { name: name.to_owned(), bytes };
    ops::import::file(vault, &source, &options, &Quiet, env).unwrap()
}

/// Returns everything that an import could change, as text.
fn state(vault: &Reader, dir: &Path) -> String {
    let mut out = String::new();
    let rows = query::transactions(vault, &Filter::default()).unwrap();
    let accounts = query::accounts(vault).unwrap();
    let imports = ops::imports::list(vault).unwrap();
    write!(out, "{rows:?} {accounts:?} {imports:?} {}", audit::show(vault).unwrap().len()).unwrap();
    for file in ["vault.db", "head"] {
        write!(out, " {:?}", std::fs::read(dir.join("vault").join(file)).unwrap()).unwrap();
    }
    out
}

#[test]
fn refuses_a_bad_file_for_its_reason_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let fixed = Fixed::new(0);
    let env = fixed.env();
    let mut vault = new_vault(dir.path(), env);
    let good = import_into(&mut vault, "good.csv", GOOD.into(), env);
    assert_eq!(good.status, ImportStatus::Imported, "{:?}", good.error);
    let before = state(&vault, dir.path());
    assert!(before.contains("Tea"));

    for Case { name, bytes, fault, says } in small_cases() {
        let report = import_into(&mut vault, name, bytes, env);
        assert_eq!((report.status, report.file.as_str()), (ImportStatus::Rejected, name));
        let error = report.error.unwrap();
        let (kind, message) = match fault {
            Fault::File(problem, line) => {
                assert_eq!(error.line, line, "{name}: {error}");
                (problem, error.to_string())
            }
            Fault::Row(line) => {
                let lines: Vec<u64> = report.rejected_rows.iter().map(|row| row.line).collect();
                assert_eq!(lines, [line], "{name}: {}", error.message);
                (Problem::BadRows, report.rejected_rows[0].reason.clone())
            }
        };
        assert_eq!(error.problem, kind, "{name}: {message}");
        for part in says {
            assert!(message.contains(part), "{name}: {part:?} is not in {message:?}");
        }
        assert!(message.len() < 300 && !message.chars().any(char::is_control), "{name}: {message:?}");
        assert!(state(&vault, dir.path()) == before, "{name} changed the vault");
    }
    assert!(ops::check::run(&vault, env).is_ok());
}

// ---- size -----------------------------------------------------------------------------------------------

/// Held by each test that measures memory: they run one at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// Returns a line of `/proc/self/status` in MiB, or `None` on systems without that file.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let rest = status.lines().find_map(|l| l.strip_prefix(line))?;
    Some(rest.trim_start_matches(':').trim().split(' ').next()?.parse::<u64>().ok()? / 1024)
}

/// Asserts that a large file is refused with less than 96 MiB of memory beside the file, and returns the error.
fn refused_cheaply(name: &str, bytes: &[u8]) -> ImportError {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // Resets the peak of resident memory.
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = memory("VmRSS");
    let error = read(bytes).unwrap_err();
    if let (true, Some(before), Some(peak)) = (reset, before, memory("VmHWM")) {
        assert!(peak.saturating_sub(before) < 96, "{name} took {} MiB", peak - before);
    }
    assert!(error.to_string().len() < 300, "{name}: {error}");
    error
}

const MIB: usize = 1024 * 1024;

#[test]
fn refuses_large_malformed_files_in_little_memory() {
    let error = refused_cheaply("brackets", &vec![b'<'; 100 * MIB]);
    assert_eq!((error.problem, error.line), (Problem::Limit, Some(1)));
    let error = refused_cheaply("blanks", &vec![b' '; 100 * MIB]);
    assert_eq!(error.problem, Problem::Empty);
    let error = refused_cheaply("deep", format!("<OFX>\n{}", "<A>".repeat(1_000_000)).as_bytes());
    assert_eq!((error.problem, error.line, error.field.as_deref()), (Problem::Limit, Some(2), Some("A")));
    let error = refused_cheaply(
        "brackets in a value",
        format!("{}{}", cut(SGML, "</STMTTRN"), "<".repeat(10 * MIB)).as_bytes(),
    );
    assert_eq!((error.problem, error.line), (Problem::Malformed, Some(10)));
}

#[test]
fn refuses_a_line_that_is_too_long() {
    for (name, start) in [("first", String::new()), ("second", HEADER.to_owned()), ("quoted", format!("{HEADER}\""))] {
        let line = if start.is_empty() { 1 } else { 2 };
        let error = refused_cheaply(name, format!("{start}{}\n", "x".repeat(50 * MIB)).as_bytes());
        assert_eq!((error.problem, error.line), (Problem::Limit, Some(line)), "{error}");
    }
    let error = refused_cheaply("fields", format!("{HEADER}2025-01-31,{}\n", "1,".repeat(25 * MIB)).as_bytes());
    assert_eq!((error.problem, error.line), (Problem::Limit, Some(2)), "{error}");
}
