//! Every `tests/import/csv/NAME.csv` is read as `NAME.json` says. With `FINVAULT_BLESS=1` the expectations are
//! rewritten, to be read over before they are committed.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::read::layout_of;
use super::*;
use crate::import::{DateOrder, Question, ReadOptions, Remedy, text};
use crate::model::{Entry, Statement};

fn options(json: &Value) -> ReadOptions {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let order = text("date_order").map(|order| order.parse().unwrap());
    ReadOptions {
        profile: text("profile"),
        currency: text("currency").map(|c| c.parse().unwrap()),
        date_order: order,
        sign: text("sign").map(|sign| sign.parse().unwrap()),
        account: None,
    }
}

/// Returns an object without its null and empty values, so that expectations stay short.
fn short(value: Value) -> Value {
    let keep = |v: &Value| !v.is_null() && v.as_str() != Some("") && v.as_array().is_none_or(|a| !a.is_empty());
    match value {
        Value::Object(map) => Value::Object(map.into_iter().filter(|(_, v)| keep(v)).collect::<Map<_, _>>()),
        other => other,
    }
}

fn entry(e: &Entry<'_>) -> Value {
    short(json!({
        "line": e.line, "day": e.day, "amount": e.amount, "description": e.description, "memo": e.memo,
        "bank_id": e.bank_id, "check_number": e.check_number, "category": e.category, "type": e.transaction_type,
        "status": e.status.as_str(), "running_balance": e.running_balance,
    }))
}

fn statement(s: &Statement<'_>) -> Value {
    short(json!({
        "institution": s.account.institution, "kind": s.account.kind, "name": s.account.name,
        "number": s.account.number.as_ref().map(|n| n.full()), "currency": s.currency.code(),
        "declared": s.declared.map(|p| format!("{} to {}", p.first(), p.last())),
        "balances": s.balances.iter().map(|b| format!("{:?} {} on {}", b.kind, b.amount, b.as_of)).collect::<Vec<_>>(),
        "entries": s.entries.iter().map(entry).collect::<Vec<_>>(),
        "rejected": s.rejected.iter()
            .map(|r| format!("line {}, {}: {:?}: {}", r.line, r.field, r.found, r.reason)).collect::<Vec<_>>(),
        "skipped": s.skipped.iter().map(|k| format!("{} × {}", k.count, k.what)).collect::<Vec<_>>(),
    }))
}

fn question(q: &Question) -> String {
    format!("{}: {}", q.option, q.choices.join(" "))
}

fn remedy(remedy: &Remedy) -> String {
    match remedy {
        Remedy::Answer(questions) => questions.iter().map(question).collect::<Vec<_>>().join("; "),
        other => format!("{other:?}"),
    }
}

fn outcome(bytes: &[u8], options: &ReadOptions) -> Value {
    let decoded = match text::decode(bytes, None) {
        Ok(decoded) => decoded,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    match crate::import::read(&decoded.text, options, &ProfileSet::builtin()) {
        Ok(parsed) => short(json!({
            "profile": parsed.profile,
            "questions": parsed.questions.iter().map(question).collect::<Vec<_>>(),
            "remarks": parsed.remarks,
            "statements": parsed.statements.iter().map(statement).collect::<Vec<_>>(),
        })),
        Err(e) => short(json!({ "error": e.to_string(), "problem": e.problem, "remedy": remedy(&e.remedy) })),
    }
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/csv");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "csv"));
    files.sort();
    files
}

#[test]
fn reads_every_fixture_as_expected() {
    let bless = std::env::var_os("FINVAULT_BLESS").is_some();
    let files = fixtures();
    assert!(files.len() >= 30, "{} fixtures", files.len());
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let expectation = path.with_extension("json");
        let expected: Value = serde_json::from_str(&std::fs::read_to_string(&expectation).unwrap()).unwrap();
        let read = |case: &Value| {
            let options_of = case["options"].clone();
            let result = outcome(&bytes, &options(&options_of));
            json!({ "options": options_of, "result": result })
        };
        let cases: Vec<Value> = expected["cases"].as_array().unwrap().iter().map(read).collect();
        let found = json!({ "cases": cases });
        if bless {
            std::fs::write(&expectation, serde_json::to_string_pretty(&found).unwrap() + "\n").unwrap();
        } else {
            assert_eq!(found, expected, "{}", path.display());
        }
    }
}

/// Makes files with rows of every kind, damaged or not.
fn damaged() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        Just("2024-01-31".to_owned()),
        Just("01/02/2024".to_owned()),
        Just("-1.000,00".to_owned()),
        Just("$5".to_owned()),
        Just("Pending".to_owned()),
        Just("EUR".to_owned()),
        Just(String::new()),
        "[\"a-z0-9,.;\n\t€ -]{0,8}",
    ];
    let row = proptest::collection::vec(cell, 0..8).prop_map(|cells| cells.join(","));
    let header = prop_oneof![
        Just("Date,Description,Amount,Currency,Balance,Fee,Status"),
        Just("Date,Payee,Debit,Credit,Balance,Account Number"),
        Just("Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #"),
        Just("Status,Date,Description,Debit,Credit"),
        Just("Buchung;Text;Betrag;Währung"),
        Just(""),
    ];
    (header, proptest::collection::vec(row, 0..12)).prop_map(|(h, rows)| format!("{h}\n{}", rows.join("\n")))
}

#[test]
fn keeps_messages_short_for_hostile_files() {
    let wide = |rows: &str| format!("Transaction{}Date,Text,Amount\n{rows}", " ".repeat(9_000));
    let far = "0".repeat(9_000);
    let usd = ReadOptions { currency: Some(crate::model::Currency::USD), ..ReadOptions::default() };
    for rows in [
        format!("1/2/2024 1{far},x,1.50\n"),
        "1/2/2024,x,1.50\n31/31/2024,x,1.50\n".to_owned(),
        format!("31/12/2024,x,1{far}.5\n31/12/2024,x,\u{1b}[31m1{far}\n"),
        format!("31/12/2024,x,1.500{}\n", "$".repeat(9_000)),
    ] {
        let text = wide(&rows);
        let shown = match read(&text, &usd, &ProfileSet::builtin()) {
            Ok(parsed) => format!("{:?}{:?}", parsed.statements[0].rejected, parsed.questions),
            Err(error) => format!("{error}{:?}", error.remedy),
        };
        assert!(shown.len() < 1024 && shown.len() > 2 && !shown.contains('\u{1b}'), "{shown:.400}");
    }
}

proptest! {
    #[test]
    fn counts_every_row_and_does_not_panic(text in damaged(), usd in any::<bool>()) {
        let currency = usd.then_some(crate::model::Currency::USD);
        for date_order in [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)] {
            let options = ReadOptions { currency, date_order, ..ReadOptions::default() };
            let Ok(parsed) = read(&text, &options, &ProfileSet::builtin()) else { continue };
            let layout = layout_of(&text, &options, &ProfileSet::builtin()).unwrap();
            let (mut rows, mut fields, mut records) = (layout.rows, Vec::new(), 0);
            while rows.next(&mut fields).unwrap().is_some() {
                records += 1;
            }
            let counted = |s: &Statement<'_>| {
                s.entries.len() as u64 + s.rejected.len() as u64 + s.skipped.iter().map(|k| k.count).sum::<u64>()
            };
            prop_assert_eq!(parsed.statements.iter().map(counted).sum::<u64>(), records);
        }
    }

    #[test]
    fn does_not_panic_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = outcome(&bytes, &ReadOptions::default());
    }
}
