//! Every `tests/import/csv/NAME.csv` is read as `NAME.json` says. With `FINVAULT_BLESS=1` the expectations are
//! rewritten, to be read over before they are committed.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::read::layout_of;
use super::*;
use crate::import::options::KnownAccount;
use crate::import::{DateOrder, ImportOption, Question, ReadOptions, Remedy, SignRule, text};
use crate::model::{AccountType, Currency, Entry, Statement};

fn options(json: &Value) -> ReadOptions {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let order = text("date_order").map(|order| order.parse().unwrap());
    ReadOptions {
        profile: text("profile"),
        currency: text("currency").map(|c| c.parse().unwrap()),
        date_order: order,
        sign: text("sign").map(|sign| sign.parse().unwrap()),
        ..ReadOptions::default()
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
        "line": e.line, "day": e.day, "amount": e.amount, "description": &*e.description, "memo": &*e.memo,
        "bank_id": e.bank_id.or_none(), "check_number": e.check_number(), "category": e.category(),
        "type": e.transaction_type.or_none(), "status": e.status.as_str(), "running_balance": e.running_balance(),
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

pub(super) fn question(q: &Question) -> String {
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
    let usd = ReadOptions { currency: Some(Currency::USD), ..ReadOptions::default() };
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
        let currency = usd.then_some(Currency::USD);
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

pub(super) fn euros() -> ReadOptions {
    ReadOptions { currency: Some(Currency::EUR), ..ReadOptions::default() }
}

/// Returns the amounts of a file that is read unasked and whole, or why it is not.
pub(super) fn amounts(text: &str) -> Result<Vec<String>, String> {
    let parsed = read(text, &euros(), &ProfileSet::builtin()).map_err(|error| error.to_string())?;
    let asked: Vec<String> = parsed.questions.iter().map(question).collect();
    let rejected = || parsed.statements.iter().flat_map(|s| &s.rejected);
    match (asked.as_slice(), rejected().next()) {
        ([], None) => {
            Ok(parsed.statements.iter().flat_map(|s| &s.entries).map(|entry| entry.amount.to_string()).collect())
        }
        ([], Some(row)) => Err(row.reason.clone()),
        (asked, _) => Err(asked.join("; ")),
    }
}

#[test]
fn refuses_or_asks_what_the_file_does_not_prove() {
    for (why, text, said) in [
        ("an amount cut in two", "Date,Text,Amount\n2026-01-13,X,-9,50\n2026-01-14,Y,-8,25\n", "unquoted separator"),
        (
            "another column where the only one has 0",
            "Date,Text,Money In,Zz\n2026-01-13,X,0.00,10.00\n2026-01-14,Y,25.00,0.00\n",
            "has a number where",
        ),
        (
            "such a column that alone shows its mark",
            "Date;Text;Betrag;Zz\n2026-01-13;X;-443;0\n2026-01-14;Y;0;80,50\n",
            "has a number where",
        ),
        (
            "words that tie with the signs",
            "Date,Text,Amount,Type\n2026-01-13,X,80.00,Expense\n2026-01-14,Y,-80.00,Expense\n2026-01-15,Z,500.00,Income\n",
            "sign:",
        ),
        (
            "a minus, CR, and neither",
            "Date,Text,Amount\n2026-01-13,X,10.00\n2026-01-14,Y,100.00 CR\n2026-01-15,Z,-5.00\n",
            "sign:",
        ),
        ("one name twice", "Date,Text,Amount,Amount\n2026-01-13,X,-9.00,91.00\n", "have one name"),
        ("letters of no pair", "Date,Text,Amount,Type\n2026-01-13,X,9.00,C\n2026-01-14,Y,8.00,S\n", "sign:"),
        ("letters under another name", "Date,Text,Amount,Person\n2026-01-13,X,9.00,C\n2026-01-14,Y,8.00,D\n", "sign:"),
        ("a kind of card", "Date,Text,Amount,Card Type\n2026-01-13,X,9.00,Debit\n2026-01-14,Y,8.00,Credit\n", "sign:"),
        (
            "words against signs",
            "Date;Text;Amount;S/H\n2026-01-13;X;-9,00;S\n2026-01-14;Y;8,00;H\n2026-01-15;Z;7,00;S\n",
            "sign:",
        ),
        (
            "words against words",
            "Date,Text,Amount,Type,D/C\n2026-01-13,X,9.50,Debit,C\n2026-01-14,Y,4.00,Credit,D\n",
            "sign:",
        ),
        (
            "payees' accounts",
            "Date,IBAN,Name,Amount\n2026-01-13,DE12500105170648489890,A,-9.00\n2026-01-14,DE02120300000000202051,B,-8.00\n",
            "several accounts",
        ),
        (
            "words with accents",
            "Date,Text,Amount\n2026-01-13,NÓMINA ACME,-2000.00\n2026-01-14,CAFE,8.00\n",
            "sign: card out in",
        ),
        (
            "trades",
            "Date,Type,Ticker,Shares,Text,Amount\n2026-01-13,Purchase,ABC,2,x,9.00\n2026-01-14,Sale,ABC,1,y,8.00\n",
            "list of trades",
        ),
        (
            "balances that contradict",
            "Date,Text,Amount,Balance\n2026-01-13,A,-9.00,91.00\n2026-01-14,B,-8.00,99.00\n2026-01-15,C,-7.00,92.00\n",
            "contradict the signs",
        ),
    ] {
        let found = amounts(text).expect_err(why);
        assert!(found.contains(said), "{why}: {found}");
    }
}

#[test]
fn rejects_a_number_that_the_separator_cut_in_two() {
    for text in [
        "Date,Text,Amount,Note\n2026-03-13,CAFE,-4,50,\n2026-03-14,GAS,-45,60,\n",
        "Date,Text,Amount,Note\n2026-03-13,CAFE,-4,50\n2026-03-14,GAS,-45,60\n",
        "Datum,Text,Betrag,Notiz\n13.03.2026,CAFE,-4,50,\n14.03.2026,LOHN,1000,00,\n",
        "Date,Text,Amount,Note\n2026-03-13,CAFE,-4.50,\n2026-03-14,PAY,1,000.00,\n",
        "Date,Amount,Balance,Text\n2026-03-13,-4.50,1,095.50,CAFE\n2026-03-14,-5.50,1,090.00,BAR\n",
        "Date,Text,Debit,Credit,Note\n2026-03-13,CAFE,4,50 EUR,,\n2026-03-14,PAY,,1,20,\n",
    ] {
        assert!(amounts(text).unwrap_err().contains("unquoted separator"), "{text}");
    }
    for (text, found) in [
        ("Date,Text,Amount,Note\n2026-03-13,CAFE,-4,50\n2026-03-14,GAS,-45,lunch\n", ["-4.00", "-45.00"]),
        ("Date,Text,Amount,Note\n2026-03-13,CAFE,-4,\"50\"\n2026-03-14,GAS,-45,\"60\"\n", ["-4.00", "-45.00"]),
        ("Date,Text,Amount,Code\n2026-03-13,CAFE,-4,50\n2026-03-14,GAS,-45,60\n", ["-4.00", "-45.00"]),
        ("Date,Text,Amount,Reference\n2026-03-13,A,-4,101\n2026-03-14,B,-45,102\n", ["-4.00", "-45.00"]),
        ("Date,Text,Amount\n2026-03-13,CAFE,-4,\n2026-03-14,GAS,-45,\n", ["-4.00", "-45.00"]),
        ("Date;Text;Amount;Note\n2026-03-13;CAFE;-4;50\n2026-03-14;GAS;-45;60\n", ["-4.00", "-45.00"]),
        ("Date,Amount,Text\n2026-03-13,-4,50 Cent Store, Main St\n2026-03-14,-45,GAS\n", ["-4.00", "-45.00"]),
    ] {
        assert_eq!(amounts(text).unwrap(), found, "{text}");
    }
}

#[test]
fn tells_payees_from_lines_that_state_balances() {
    let shop = "Date,Text,Amount\n2026-01-13,NEW BALANCE,-120.00\n2026-01-15,SALDO,-3.00\n2026-01-14,CAFE,-8.00\n";
    assert_eq!(amounts(shop).unwrap(), ["-120.00", "-3.00", "-8.00"]);
    let lines = "Date,Text,Amount\n2026-01-12,Opening balance,100.00\n2026-01-13,SHOP,-50.00\n\
                 2026-01-14,Available balance,80.00\n2026-01-14,Total debits,-50.00\n";
    assert_eq!(amounts(lines).unwrap(), ["-50.00"]);
    let parsed = read(lines, &euros(), &ProfileSet::builtin()).unwrap();
    let balances: Vec<_> =
        parsed.statements[0].balances.iter().map(|b| (b.kind.as_str(), b.as_of.to_string())).collect();
    assert_eq!(balances, [("LEDGER", "2026-01-11".to_owned()), ("AVAILABLE", "2026-01-14".to_owned())]);
}

#[test]
fn refuses_several_cards_that_nothing_ties_to_one_account() {
    let cards = |header: &str, rows: [&str; 3]| format!("Date,Text,Amount,{header}\n{}\n", rows.join("\n"));
    let bare = ["2026-03-01,A,-10.00,**** 1001", "2026-03-02,B,-20.00,**** 1002", "2026-03-03,C,5.00,**** 1001"];
    let error = read(&cards("Card Used", bare), &euros(), &ProfileSet::builtin()).unwrap_err();
    assert_eq!((error.remedy, error.field.as_deref()), (Remedy::WriteProfileForCards, Some("Card Used")));
    // One card's number is that of the account.
    let one = cards("Card Used", bare.map(|row| &row[..row.len() - 4])).replace("**** ", "**** 1001");
    let parsed = read(&one, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].account.number.as_ref().map(|n| n.full()), Some("**** 1001"));
    for (why, text) in [
        (
            "the balance goes on from card to card",
            cards(
                "Kartennummer,Balance",
                [
                    "2026-03-01,A,-10.00,**** 1001,90.00",
                    "2026-03-02,B,-20.00,**** 1002,70.00",
                    "2026-03-03,C,5.00,**** 1001,75.00",
                ],
            ),
        ),
        ("a number above the header", format!("Account number: 12345678\n{}", cards("Card Used", bare))),
        (
            "a row that no card paid",
            cards(
                "Card Used",
                ["2026-03-01,A,-10.00,**** 1001", "2026-03-02,B,-20.00,", "2026-03-03,C,5.00,**** 1002"],
            ),
        ),
    ] {
        assert_eq!(amounts(&text).unwrap(), ["-10.00", "-20.00", "5.00"], "{why}");
    }
    let total = cards("Card Used", [bare[0], bare[1], "2026-03-03,Total,-30.00,"]);
    assert!(amounts(&total).unwrap_err().contains("several cards"), "no card pays a total");
    let apart = ["2026-03-01,A,-10.00,1001,90.00", "2026-03-02,B,-20.00,1002,480.00", "2026-03-03,C,5.00,1002,485.00"];
    assert!(amounts(&cards("Card Used,Balance", apart)).unwrap_err().contains("several cards"));
}

#[test]
fn takes_one_of_two_amounts_only_where_they_are_equal_or_named_apart() {
    let file = |header: &str, rows: [&str; 2]| {
        format!("Date,Text,{header}\n2026-03-01,A,{}\n2026-03-02,B,{}\n", rows[0], rows[1])
    };
    for (why, header, rows) in [
        ("equal", "Amount,Betrag", ["-9.00,-9.0", "-8.00,-8.00"]),
        ("equal under one name", "Amount,Amount (EUR)", ["-9.00,-9.00", "-8.00,-8.00"]),
        ("equal balances", "Amount,Balance,Saldo", ["-9.00,91.00,91.00", "-8.00,83.00,83.00"]),
        ("the account's currency", "Amount,Amount in account currency", ["-7.50,-9.00", "-6.70,-8.00"]),
        ("after fees", "Gross,Net", ["-8.50,-9.00", "-7.50,-8.00"]),
        ("equal though one may be another", "Amount,Posted Amount", ["-9.00,-9.00", "-8.00,-8.00"]),
        ("one is never filled", "Amount,Betrag", ["-9.00,", "-8.00,"]),
        ("one has no number", "Amount,Betrag", ["-9.00,EUR", "-8.00,n/a"]),
        ("equal, and one shows its mark", "Amount,Betrag", ["-9,\"-9,00\"", "-8,\"-8,00\""]),
    ] {
        assert_eq!(amounts(&file(header, rows)).unwrap(), ["-9.00", "-8.00"], "{why}");
    }
    for (header, rows, said) in [
        (
            "Amount,Betrag",
            ["-9.00,-9.00", "-8.00,-7.00"],
            "the columns Amount and Betrag both name an amount: \"-8.00\" and \"-7.00\"",
        ),
        ("Amount,Betrag", ["-9.00,-9.00", ",-8.00"], "the columns Amount and Betrag"),
        ("Amount,Betrag", ["-9,\"-7,50\"", "-8,\"-6,70\""], "the columns Amount and Betrag"),
        ("Amount,Betrag", ["-9.00,7.50 S*", "-8.00,6.70 H*"], "the columns Amount and Betrag"),
        ("Amount,Balance,Saldo", ["-9,91,\"41,00\"", "-8,83,\"33,00\""], "the columns Balance and Saldo"),
        (
            "Amount,Posted Amount",
            ["-9.00,0.00", "-8.00,-8.00"],
            "the columns Posted Amount and Amount both name an amount",
        ),
        ("Amount,Account Amount", ["-9.00,-9.00", "-8.00,-17.00"], "the columns Account Amount and Amount"),
        ("Amount,Amount (EUR)", ["-9.00,-7.50", "-8.00,-6.70"], "the columns Amount and Amount (EUR)"),
        (
            "Debit,Withdrawals,Credit",
            ["9.00,7.50,", "8.00,6.70,"],
            "the columns Debit and Withdrawals both name money out",
        ),
        ("Amount,Balance,Saldo", ["-9.00,91.00,41.00", "-8.00,83.00,33.00"], "the columns Balance and Saldo"),
    ] {
        let found = amounts(&file(header, rows)).unwrap_err();
        assert!(found.contains(said), "{header}: {found}");
    }
}

#[test]
fn refuses_an_answer_that_the_balances_contradict() {
    let text =
        "Date,Text,Amount,Balance\n2026-03-01,A,10.00,90.00\n2026-03-02,B,20.00,110.00\n2026-03-03,C,5.00,105.00\n";
    let with = |sign: SignRule, kind: Option<AccountType>, text: &str| {
        let account = kind.map(|kind| KnownAccount::new(kind, Currency::EUR));
        let options = ReadOptions { sign: Some(sign), account, ..euros() };
        let parsed =
            read(text, &options, &ProfileSet::builtin()).map_err(|error| (error.remedy.clone(), error.to_string()))?;
        Ok((parsed.statements[0].entries.len(), parsed.statements[0].rejected.len()))
    };
    let leave_out = Remedy::LeaveOut(ImportOption::Sign);
    let said = |sign: SignRule| {
        format!(
            "the balances contradict {:?}: on line 3 the balance rises by the amount 20.00 to 110.00, on line 4 the \
             balance falls by the amount 5.00 to 105.00",
            sign.as_str()
        )
    };
    for sign in SignRule::ALL {
        assert_eq!(with(sign, Some(AccountType::Checking), text), Err((leave_out.clone(), said(sign))));
    }
    assert_eq!(with(SignRule::Out, None, text), Err((leave_out, said(SignRule::Out))));
    // Where the kind is not known, the answer is the one that the file asks for: money or a debt.
    assert_eq!(with(SignRule::In, None, text), Ok((2, 1)));
    // Where an opening balance tells of the oldest row too, the answer changes nothing.
    let opened = text.replace("2026-03-01,A", "2026-03-01,Opening balance,,80.00\n2026-03-01,A");
    assert_eq!(with(SignRule::In, Some(AccountType::Checking), &opened), Ok((3, 0)));
}

#[test]
fn a_balance_is_no_payee_and_its_line_names_no_account() {
    let bare = "Date,Text,Amount\n2026-01-12,Anfangssaldo,100.00\n2026-01-13,SHOP,-50.00\n";
    assert_eq!(amounts(bare).unwrap(), ["-50.00"]);
    let text = "Account name,Date,Text,Amount,Balance\nOpening balance,100.00\n\
                Mine,2026-01-13,SHOP,-50.00,50.00\n,2026-01-13,Closing balance,,50.00\n";
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    let names: Vec<_> = parsed.statements.iter().map(|s| s.account.name.as_deref()).collect();
    assert_eq!(names, [Some("Mine")]);
    assert!(parsed.statements[0].balances.iter().all(|b| b.amount.currency() == Currency::EUR));
}

#[test]
fn a_payment_is_money_in_on_a_card_only() {
    let text = "Date,Text,Amount,Type\n2026-01-13,SHOP,50.00,Purchase\n2026-01-14,RENT,9.00,Payment\n";
    let parsed = |kind| {
        let account = Some(KnownAccount::new(kind, Currency::EUR));
        read(text, &ReadOptions { account, ..euros() }, &ProfileSet::builtin()).unwrap()
    };
    assert_eq!(parsed(AccountType::Checking).questions.len(), 1);
    let card = parsed(AccountType::CreditCard);
    assert!(card.questions.is_empty() && !card.statements[0].entries[1].amount.is_negative());
}

#[test]
fn takes_the_number_above_the_header_before_the_other_partys() {
    let text = "Kontonummer;DE89370400440532013000\n\nBuchungstag;Text;Betrag;IBAN\n\
                13.01.2026;X;-9,50;DE12500105170648489890\n14.01.2026;Y;-8,00;DE12500105170648489890\n";
    let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements.len(), 1);
    assert_eq!(parsed.statements[0].account.number.as_ref().map(|n| n.full()), Some("DE89370400440532013000"));
}

#[test]
fn reads_a_store_card_by_its_types_and_a_currency_beside_the_amounts() {
    let card = "Date,Text,Amount,Type\n2026-01-13,CAFE,6.45,Purchase\n2026-01-14,THANK YOU,-100.00,Payment\n";
    assert_eq!(amounts(card).unwrap(), ["-6.45", "100.00"]);
    let polish = "#Data;#Opis;#Kwota\n2026-01-13;A;-5,00 PLN\n2026-01-14;B;2 500,00 PLN\n";
    let parsed = read(polish, &ReadOptions::default(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].currency.code(), "PLN");
}

#[test]
fn keeps_a_balance_that_stands_in_another_column() {
    let balances = |cells: &str| {
        let text =
            format!("Datum;Text;Betrag;Info;Ort\n01.03.2026;Anfangssaldo;;{cells}\n13.03.2026;Miete;-5,00;x;y\n");
        let parsed = read(&text, &euros(), &ProfileSet::builtin()).unwrap();
        let statement = &parsed.statements[0];
        let balances: Vec<String> = statement.balances.iter().map(|b| format!("{} on {}", b.amount, b.as_of)).collect();
        let skipped: Vec<String> = statement.skipped.iter().map(|s| s.what.clone()).collect();
        (balances, skipped)
    };
    let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(balances("100,00;"), (of(&["100.00 on 2026-02-28"]), of(&["balance line"])));
    assert_eq!(balances("100,00;90,00"), (of(&[]), of(&["balance line with more than one amount"])));
    assert_eq!(balances("4711;"), (of(&[]), of(&["balance line"])), "a number of anything");
}

#[test]
fn reads_turkish_headings() {
    let pair =
        "Tarih;Açıklama;Borç;Alacak;Bakiye\n01.03.2026;Kira;250,50;;9.749,50\n02.03.2026;Maaş;;10.000,00;19.749,50\n";
    assert_eq!(amounts(pair).unwrap(), ["-250.50", "10000.00"]);
    let lone = "Tarih;Açıklama;Tutar;Bakiye\n01.03.2026;Kira;-250,50;9.749,50\n02.03.2026;Maaş;10.000,00;19.749,50\n";
    assert_eq!(amounts(lone).unwrap(), ["-250.50", "10000.00"]);
}

#[test]
fn asks_for_the_day_first_under_headings_that_are_not_english() {
    let text = "Date,Description,Amount\n01-03-2026,Huur,-10.00\n02-03-2026,Loon,1000.00\n";
    let dutch = text.replace("Date,Description,Amount", "Datum,Omschrijving,Bedrag");
    assert_eq!(amounts(text), Err("date-order: mdy dmy".to_owned()));
    assert_eq!(amounts(&dutch), Err("date-order: dmy mdy".to_owned()));
}
