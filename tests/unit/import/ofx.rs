//! Fixtures under `tests/import/ofx/` beside what they must give, and what must be refused.

use std::fmt::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{looks_like, read};
use crate::import::{ImportError, ImportOption, Parsed, Problem, ReadOptions, Remedy};
use crate::model::{BalanceKind, Currency, Statement};

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import/ofx")
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap()
}

fn plain(text: &str) -> Result<Parsed<'_>, ImportError> {
    read(text, &ReadOptions::default())
}

fn summary_of(statement: &Statement<'_>) -> Value {
    let account = &statement.account;
    let entry = |e: &crate::model::Entry<'_>| {
        json!({
            "line": e.line, "day": e.day, "amount": e.amount, "description": &*e.description, "memo": &*e.memo,
            "bankId": e.bank_id.or_none(), "checkNumber": e.check_number(), "category": e.category(),
            "type": e.transaction_type.or_none(), "status": e.status.as_str(),
        })
    };
    let balance = |b: &crate::model::ReportedBalance| {
        let kind = if b.kind == BalanceKind::Ledger { "LEDGER" } else { "AVAILABLE" };
        json!({"kind": kind, "amount": b.amount, "asOf": b.as_of})
    };
    json!({
        "bankId": account.bank_id,
        "institution": account.institution,
        "number": account.number.as_ref().map(|n| n.full()),
        "kind": account.kind,
        "currency": statement.currency.code(),
        "declared": statement.declared.map(|p| json!([p.first(), p.last()])),
        "balances": statement.balances.iter().map(balance).collect::<Vec<_>>(),
        "entries": statement.entries.iter().map(entry).collect::<Vec<_>>(),
        "rejected": statement.rejected.iter()
            .map(|r| json!({"line": r.line, "field": r.field, "found": r.found, "reason": r.reason}))
            .collect::<Vec<_>>(),
        "skipped": statement.skipped.iter().map(|s| json!([s.what, s.count])).collect::<Vec<_>>(),
    })
}

fn summary(parsed: &Parsed<'_>) -> Value {
    json!({
        "format": parsed.format,
        "statements": parsed.statements.iter().map(summary_of).collect::<Vec<_>>(),
    })
}

#[test]
fn reads_every_fixture_as_expected() {
    let mut seen = 0;
    let mut wrong = String::new();
    for file in std::fs::read_dir(fixtures()).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|e| e != "ofx") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(looks_like(&text), "{path:?} is not detected");
        let found = summary(&plain(&text).unwrap_or_else(|e| panic!("{path:?}: {e}")));
        let expected = std::fs::read_to_string(path.with_extension("json")).unwrap_or_default();
        if serde_json::from_str::<Value>(&expected).ok().as_ref() != Some(&found) {
            writeln!(wrong, "{path:?} gives\n{}", serde_json::to_string_pretty(&found).unwrap()).unwrap();
        }
    }
    assert!(seen >= 7, "only {seen} fixtures were found");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ignores_line_ends_and_padding() {
    let text = fixture("sgml-checking.ofx");
    let expected = summary(&plain(&text).unwrap());
    // The memo over two lines keeps its line end as written, so it is compared without.
    let without_line_ends = |mut value: Value| {
        let memo = &mut value["statements"][0]["entries"][2]["memo"];
        *memo = Value::from(memo.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" "));
        value
    };
    for other in [text.replace('\n', "\r\n"), text.replace('\n', "\r"), format!("{text}\0\0\u{1a}\r\n\0")] {
        let found = summary(&plain(&other).unwrap());
        assert_eq!(without_line_ends(found), without_line_ends(expected.clone()));
    }
}

#[test]
fn reads_files_without_a_header_and_names_versions() {
    let body = fixture("comma.ofx");
    for (header, format) in [
        ("", "OFX"),
        ("OFXHEADER:100\nVERSION:102\n", "OFX 1.0.2"),
        ("OFXHEADER : 100 DATA : OFXSGML VERSION : 151", "OFX 1.5.1"),
        ("<?xml version=\"1.0\"?><?OFX OFXHEADER='200' VERSION='220' SECURITY='NONE'?>", "OFX 2.2.0"),
        ("<START><OFXHEADER>100</OFXHEADER><VERSION>103</VERSION></START> odd words\n", "OFX 1.0.3"),
        ("VERSION:1x2\n", "OFX"),
    ] {
        let text = format!("{header}{body}");
        assert!(looks_like(&text), "{header:?}");
        let parsed = plain(&text).unwrap();
        assert_eq!((parsed.format.as_str(), parsed.statements[0].entries.len()), (format, 3), "{header:?}");
    }
}

#[test]
fn refuses_other_formats() {
    for text in ["", "Date,Amount\n2024-01-01,5\n", "<OFC></OFC>", "<?xml version=\"1.0\"?><Document/>", "<OFXISH>"] {
        assert!(!looks_like(text), "{text:?}");
    }
    assert!(looks_like("\u{feff}\r\n ofxheader:100\r\n"));
}

#[test]
fn refuses_a_file_cut_off_anywhere() {
    for name in ["sgml-checking.ofx", "xml-bank-and-card.ofx", "investment.ofx", "one-line.ofx"] {
        let text = fixture(name);
        let text = text.trim_end();
        let last = text.to_ascii_uppercase().rfind("</OFX>").unwrap();
        // Only the end tag of the root may be missing, and only where elements need no end tags at all.
        let is_sgml = !text.starts_with("<?xml");
        let whole = if is_sgml { text[..last].trim_end().len() } else { text.len() };
        for end in (0..whole).filter(|end| text.is_char_boundary(*end)) {
            let error = plain(&text[..end]).map(|p| summary(&p)).expect_err(&format!("{name} cut at byte {end}"));
            assert!(matches!(error.problem, Problem::Malformed | Problem::Empty), "{name} at {end}: {error}");
        }
        for end in whole + 1..text.len() {
            // What is left of the end tag shows that the file was cut, even if only there.
            let is_blank_end = is_sgml && text[whole..end].trim().is_empty();
            assert_eq!(plain(&text[..end]).is_ok(), is_blank_end, "{name} cut at byte {end}");
        }
        assert_eq!(summary(&plain(&text[..whole]).unwrap()), summary(&plain(text).unwrap()), "{name}");
    }
    let error = plain(fixture("sgml-checking.ofx").split("<TRNAMT>+2500").next().unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "line 62: the file ends in the middle of STMTTRN");
}

#[test]
fn refuses_a_file_with_a_missing_part() {
    let text = fixture("joined.ofx");
    let hole = text.replacen("</STMTRS></STMTTRNRS></BANKMSGSRSV1>", "", 1);
    assert_eq!(plain(&hole).unwrap_err().to_string(), "line 18: a new part of the file begins in the middle of STMTRS");
    let hole = text.replacen("</STMTTRNRS></BANKMSGSRSV1>", "", 1);
    assert_eq!(plain(&hole).unwrap_err().problem, Problem::Malformed);
}

#[test]
fn refuses_files_without_statements_and_says_why() {
    let sign_on = "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Signon invalid\u{1b}[2J</STATUS>\
                   </SONRS></SIGNONMSGSRSV1></OFX>";
    let error = plain(sign_on).unwrap_err();
    assert_eq!(error.problem, Problem::Malformed);
    assert_eq!(
        error.message,
        "the file holds no statement of an account, the bank's server answered \"Signon invalid\u{fffd}[2J\""
    );
    let error = plain("<OFX><LOANMSGSRSV1><LOANSTMTRS><CURDEF>USD</LOANSTMTRS></LOANMSGSRSV1></OFX>").unwrap_err();
    assert_eq!(error.message, "the file holds no statement of an account, only LOANSTMTRS");
    assert_eq!(plain(" \r\n\0").unwrap_err().problem, Problem::Empty);
    let error = plain("<OFX>\n<STMTTRN><TRNAMT>5</STMTTRN></OFX>").unwrap_err();
    assert_eq!(error.to_string(), "line 2: STMTTRN: a transaction outside a statement");
}

#[test]
fn refuses_hostile_files_quickly() {
    let deep = format!("<OFX>\n{}", "<A>".repeat(1_000_000));
    let error = plain(&deep).unwrap_err();
    assert_eq!((error.problem, error.line), (Problem::Limit, Some(2)));
    for declared in
        ["<!DOCTYPE ofx [<!ENTITY a \"aaaa\">]>\n", "<?xml version=\"1.0\"?>\n<!doctype ofx>", "<!ENTITY a>"]
    {
        let error = plain(&format!("{declared}{}", fixture("comma.ofx"))).unwrap_err();
        assert!(error.message.starts_with("a document type or entity declaration"), "{declared}: {error}");
    }
    let error = plain(&fixture("comma.ofx").replace("Imposto", "Imp\0sto")).unwrap_err();
    assert_eq!(error.to_string(), "line 24: a NUL byte inside the text");
    for open in ["<!-- ", "<![CDATA[ ", "<?pi "] {
        let error = plain(&fixture("comma.ofx").replace("Imposto", open)).unwrap_err();
        assert_eq!((error.problem, error.line), (Problem::Malformed, Some(24)), "{open}");
    }
    // Each would take hours if it were read again and again.
    for piece in ["<", "<a ", "<!--x-->", "<x>&", "</x", "<x></x>", "<x> <!---->", "<STMTTRN", "<![CDATA[]]>", "<?a?>"]
    {
        let text = format!("<OFX><STMTRS><STMTTRN><MEMO>{}", piece.repeat(300_000));
        assert!(plain(&text).is_err(), "{piece}");
    }
    // The same inside a value that is decoded.
    let row = "<OFX><STMTRS><CURDEF>USD<STMTTRN><DTPOSTED>20240101<TRNAMT>1<MEMO>x";
    for piece in
        ["<?a <!-- ?>", "<?a <![CDATA[ ?>", "<!-- <![CDATA[ -->", "<![CDATA[<!--]]>", "&", "&#", "&<", "< ", "<!"]
    {
        let text = format!("{row}{}y</STMTTRN></STMTRS></OFX>", piece.repeat(300_000));
        let parsed = plain(&text).unwrap();
        let found: &str = &parsed.statements[0].entries[0].description;
        assert!(found.starts_with('x') && found.ends_with('y') && !found.contains("<?"), "{piece}: {found:.20}");
    }
}

#[test]
fn keeps_messages_short_for_hostile_files() {
    let sections = (0..300).map(|n| format!("<{}{n}MSGSRSV1></{}{n}MSGSRSV1>", "X".repeat(80), "X".repeat(80)));
    let error = plain(&format!("<OFX>{}</OFX>", sections.collect::<String>())).unwrap_err();
    assert!(error.to_string().len() < 1024, "{error}");
}

#[test]
fn takes_the_currency_from_the_file_or_the_option() {
    let text = fixture("comma.ofx");
    let nameless = text.replace("<CURDEF>BRL\n", "");
    let error = plain(&nameless).unwrap_err();
    assert_eq!((error.problem, error.line, error.field.as_deref()), (Problem::NeedsOption, Some(4), Some("CURDEF")));
    assert!(matches!(&error.remedy, Remedy::Answer(q) if q[0].option == ImportOption::Currency), "{error:?}");
    let yen = ReadOptions { currency: Some("JPY".parse().unwrap()), ..ReadOptions::default() };
    let parsed = read(&nameless, &yen).unwrap();
    assert_eq!(format!("{:?}", parsed.statements[0].entries[0].amount), "1234 JPY");
    assert_eq!(read(&text, &yen).unwrap_err().problem, Problem::NeedsOption);
    // CURDEF behind the rows is out of order, and still counts for all of them.
    let late = nameless.replace("</BANKTRANLIST>", "</BANKTRANLIST><CURDEF>BRL");
    let amounts = |text: &str| plain(text).unwrap().statements[0].entries.iter().map(|e| e.amount).collect::<Vec<_>>();
    assert_eq!(amounts(&late), amounts(&text));
}

/// Reads a statement with nothing but these amounts.
fn amounts(currency: &str, amounts: &[&str]) -> Vec<Result<String, String>> {
    let mut text = format!("<OFX><STMTRS><CURDEF>{currency}<BANKTRANLIST>");
    for (n, amount) in amounts.iter().enumerate() {
        write!(text, "\n<STMTTRN><DTPOSTED>20240101<TRNAMT>{amount}<FITID>{n}</STMTTRN>").unwrap();
    }
    text.push_str("</BANKTRANLIST></STMTRS></OFX>");
    let options = ReadOptions { currency: Some(currency.parse().unwrap()), ..ReadOptions::default() };
    let parsed = read(&text, &options).unwrap();
    let statement = &parsed.statements[0];
    assert_eq!(statement.entries.len() + statement.rejected.len(), amounts.len());
    let mut rows: Vec<_> = statement.entries.iter().map(|e| (e.line, Ok(e.amount.to_string()))).collect();
    rows.extend(statement.rejected.iter().map(|r| (r.line, Err(r.reason.clone()))));
    rows.sort_by_key(|(line, _)| *line);
    rows.into_iter().map(|(_, row)| row).collect()
}

#[test]
fn an_amount_and_a_balance_that_stand_twice_prove_nothing() {
    let rows = amounts("USD", &["-1.00<TRNAMT>-2.00", "-3.00<TRNAMT>-3.00", "-4.00<DTPOSTED>20240102"]);
    let twice = || Err("stands twice in the row, with different values".to_owned());
    assert_eq!(rows, [twice(), Ok("-3.00".to_owned()), twice()]);
    let balances = |of: &str| {
        let row = "<STMTTRN><DTPOSTED>20240101<TRNAMT>-1.00<FITID>1</STMTTRN>";
        let text = format!("<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>{row}</BANKTRANLIST>{of}</STMTRS></OFX>");
        let parsed = plain(&text).unwrap();
        parsed.statements[0].balances.iter().map(|b| b.amount.to_string()).collect::<Vec<_>>()
    };
    let ledger = |amount: &str, day: u32| format!("<LEDGERBAL><BALAMT>{amount}<DTASOF>2024013{day}</LEDGERBAL>");
    assert_eq!(balances(&(ledger("100.00", 1) + &ledger("90.00", 1))), Vec::<String>::new());
    assert_eq!(balances(&(ledger("100.00", 1) + &ledger("90.00", 0))), ["100.00", "90.00"]);
    assert_eq!(balances(&ledger("100.00<BALAMT>90.00", 1)), Vec::<String>::new());
    let available = "<AVAILBAL><BALAMT>90.00<DTASOF>20240131</AVAILBAL>";
    assert_eq!(balances(&(ledger("100.00", 1) + available)), ["100.00", "90.00"]);
}

#[test]
fn decides_the_decimal_mark_on_the_column() {
    let read = |currency: &str, written: &[&str]| {
        amounts(currency, written).into_iter().map(|r| r.unwrap_or_else(|e| e)).collect::<Vec<_>>()
    };
    assert_eq!(read("USD", &["1,234", "5.00"]), ["1234.00", "5.00"]);
    assert_eq!(read("EUR", &["1,234", "5,00"]), ["1.234", "5.00"]);
    assert_eq!(read("EUR", &["-1.000", "5,00", "7"]), ["-1000.00", "5.00", "7.00"]);
    assert_eq!(read("USD", &["0.123", "1234.567", ".5", "1'000.50"]), ["0.123", "1234.567", "0.50", "1000.50"]);
    assert_eq!(read("EUR", &["1.234.567", "1.5,5"])[0], "1234567.00");
    assert_eq!(read("KWD", &["1.234"]), ["1.234"]);
    assert_eq!(read("JPY", &["1,234"]), ["1234"]);
    let unknown = "can be read with decimals or with thousands, and no other amount tells which";
    assert_eq!(read("USD", &["1.234", "5"]), [unknown, "5.00"]);
    assert_eq!(read("USD", &["5.00", "5,00", "1,234"]), ["5.00", "5.00", unknown]);
}

/// Reads a statement of these elements and rows.
fn statement(head: &str, rows: &[&str], tail: &str, said: Option<&str>) -> Value {
    let rows = rows
        .iter()
        .enumerate()
        .map(|(n, row)| format!("\n<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2024010{}{row}</STMTTRN>", n + 1));
    let list = format!("<BANKTRANLIST>{}</BANKTRANLIST>", rows.collect::<String>());
    let text = format!("<OFX><STMTRS>{head}{list}{tail}</STMTRS></OFX>");
    let options = ReadOptions { currency: said.map(|code| code.parse().unwrap()), ..ReadOptions::default() };
    read(&text, &options).map_or_else(|error| json!(error.to_string()), |parsed| summary_of(&parsed.statements[0]))
}

#[test]
fn a_row_that_corrects_another_one_is_refused() {
    for (tags, is_read) in [
        ("", true),
        ("<CORRECTFITID>2", true),
        ("<CORRECTFITID>0", true),
        ("<CORRECTFITID>2<CORRECTACTION>REPLACE", true),
        ("<CORRECTFITID>1", false),
        ("<CORRECTFITID>1<CORRECTACTION>REPLACE", false),
        ("<CORRECTFITID>2<CORRECTACTION>DELETE", false),
    ] {
        let found =
            statement("<CURDEF>USD", &["<TRNAMT>-1.00<FITID>1", &format!("<TRNAMT>-2.00<FITID>2{tags}")], "", None);
        assert_eq!(found["rejected"].as_array().unwrap().is_empty(), is_read, "{tags}: {found}");
    }
}

#[test]
fn a_list_of_pending_rows_ends_where_another_list_begins() {
    let pending = "<STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20240130<TRNAMT>-8.00<NAME>HOTEL</STMTTRNP>";
    let found = statement(
        &format!("<CURDEF>USD<BANKTRANLISTP><DTASOF>20240131{pending}"),
        &["<TRNAMT>-1.00<FITID>1", "<TRNAMT>-2.00<FITID>2"],
        "",
        None,
    );
    let states = |found: &Value| {
        let rows = found["entries"].as_array().unwrap().iter();
        rows.map(|row| row["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(&found), ["PENDING", "POSTED", "POSTED"]);
    let text = "<OFX><STMTRS><CURDEF>USD<BANKTRANLIST>\
                <STMTTRN><TRNTYPE>HOLD<DTPOSTED>20240101<TRNAMT>-2.00<FITID>2</STMTTRN></BANKTRANLIST></STMTRS></OFX>";
    assert_eq!(states(&summary_of(&plain(text).unwrap().statements[0])), ["PENDING"]);
    // A word alone at one end of the name.
    for (name, wanted) in [("PENDING - CAFE", "PENDING"), ("CAFE (pending)", "PENDING"), ("PENDINGTON LTD", "POSTED")] {
        let row = format!("<TRNAMT>-2.00<FITID>1<NAME>{name}");
        assert_eq!(states(&statement("<CURDEF>USD", &[&row], "", None)), [wanted], "{name}");
    }
}

#[test]
fn zeros_are_the_number_of_no_account() {
    for (written, number) in [
        ("000000", json!(null)),
        ("XXXXXX", json!(null)),
        ("UNKNOWN", json!(null)),
        ("MAIN", json!("MAIN")),
        ("0012", json!("0012")),
    ] {
        let account = format!("<CURDEF>USD<BANKACCTFROM><ACCTID>{written}</BANKACCTFROM>");
        assert_eq!(statement(&account, &["<TRNAMT>-1.00<FITID>1"], "", None)["number"], number, "{written}");
    }
}

#[test]
fn money_of_another_currency_is_none_of_the_statement() {
    let pounds = "<TRNAMT>-10.00<FITID>1<CURRENCY><CURRATE>1.1<CURSYM>GBP</CURRENCY>";
    let plain = "<TRNAMT>-5.00<FITID>2<CURRENCY><CURSYM>EUR</CURRENCY>";
    for (head, tail, said) in [("<CURDEF>EUR", "", None), ("", "<CURDEF>EUR", None), ("", "", Some("EUR"))] {
        let found = statement(head, &[pounds, plain], tail, said);
        assert_eq!(found["entries"].as_array().unwrap().len(), 1, "{head}{tail}: {found}");
        assert_eq!(found["rejected"][0]["reason"], "the amount is in GBP, the statement in EUR", "{head}{tail}");
    }
    let balance = "<LEDGERBAL><BALAMT>100.00<DTASOF>20240131<CURRENCY><CURSYM>GBP</CURRENCY></LEDGERBAL>";
    let found = statement("<CURDEF>EUR", &[plain], balance, None);
    assert_eq!((&found["balances"], &found["skipped"]), (&json!([]), &json!([["LEDGERBAL in GBP", 1]])));
    assert_eq!(
        statement("<CURDEF>USD<CURDEF>EUR", &[plain], "", None),
        "line 1: CURDEF: the statement names two currencies, USD and EUR"
    );
}

#[test]
fn the_currency_of_the_statement_tells_the_decimal_mark() {
    let amounts = |code: &str, row: &str| {
        let found = statement(&format!("<CURDEF>{code}"), &[row], "", None);
        found["entries"][0]["amount"].clone()
    };
    assert_eq!(amounts("KWD", "<TRNAMT>-10.500<FITID>1"), json!("-10.500"));
    assert_eq!(amounts("JPY", "<TRNAMT>-1,500<FITID>1"), json!("-1500"));
    assert_eq!(amounts("USD", "<TRNAMT>-1,500<FITID>1"), json!(null));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn does_not_panic_on_any_text(text in "(?s).{0,400}") {
        let _ = (looks_like(&text), plain(&text).is_ok());
    }

    /// Pieces of OFX in any order: nothing panics, and of what is accepted no row is missing.
    #[test]
    fn loses_no_row_in_any_order(pieces in proptest::collection::vec(piece(), 0..60)) {
        let text = format!("<OFX><STMTRS>{}</STMTRS></OFX>", pieces.concat());
        let options = ReadOptions { currency: Some(Currency::EUR), ..ReadOptions::default() };
        if let Ok(parsed) = read(&text, &options) {
            let rows: usize = parsed.statements.iter().map(|s| s.entries.len() + s.rejected.len()).sum();
            prop_assert_eq!(rows, ["<STMTTRN>", "<STMTTRNP>", "<STMTTRN/>"].iter().map(|tag| text.matches(tag).count()).sum::<usize>());
        }
    }

    #[test]
    fn does_not_panic_on_damaged_files(at in 0usize..3000, length in 0usize..40, with in "[<>/&!\\[\\]A-Z\u{e9}\0-]{0,6}") {
        for name in ["sgml-checking.ofx", "xml-bank-and-card.ofx"] {
            let mut chars: Vec<char> = fixture(name).chars().collect();
            let start = at.min(chars.len());
            let end = (start + length).min(chars.len());
            chars.splice(start..end, with.chars());
            let _ = plain(&chars.iter().collect::<String>()).is_ok();
        }
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "<STMTTRN>",
        "</STMTTRN>",
        "<STMTTRNP>",
        "</STMTTRNP>",
        "<BANKTRANLIST>",
        "</BANKTRANLIST>",
        "<CURRENCY>",
        "</CURRENCY>",
        "<DTPOSTED>20240101",
        "<TRNAMT>5",
        "<TRNAMT>1.234",
        "<TRNAMT>,5</TRNAMT>",
        "<NAME>x",
        "<NAME>",
        "<MEMO>",
        "<PAYEE>",
        "</PAYEE>",
        "<X>",
        "</X>",
        "<X/>",
        "<LEDGERBAL>",
        "</LEDGERBAL>",
        "<BALAMT>1",
        "<INVTRANLIST>",
        "<BANKACCTFROM>",
        "</BANKACCTFROM>",
        "<ACCTID>1",
        "<DTASOF>20240101",
        "<STMTTRN/>",
        " a < b ",
        "<!-- c -->",
        "\n",
    ])
}
