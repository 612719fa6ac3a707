//! Statements that print no minus: whether a fee is one, or was given back, is told by balances, ids and other statements.

use finvault::import::{ReadOptions, Remark, SignRule};
use finvault::ops;
use finvault::ops::import::{ImportOptions, Source};
use finvault::ops::progress::Quiet;
use finvault::ops::query::Filter;
use finvault::ops::report::{FileReport, ImportStatus};
use finvault::store::Writer;

use crate::test_vault::TestVault;

/// A statement of rows `DAY TYPE AMOUNT ID` of 2026, each in a line, and a balance `DAY AMOUNT` behind an `=`.
fn statement(number: &str, picture: &str) -> String {
    let (mut rows, mut balance) = (String::new(), String::new());
    for line in picture.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let day = |text: &str| format!("2026{}", text.replace('-', ""));
        match fields.as_slice() {
            ["=", on, amount] => {
                balance = format!("<LEDGERBAL><BALAMT>{amount}<DTASOF>{}</LEDGERBAL>", day(on));
            }
            [on, kind, amount, id] => rows.push_str(&format!(
                "<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{}<TRNAMT>{amount}<FITID>{id}<NAME>ROW {id}</STMTTRN>",
                day(on)
            )),
            other => panic!("{other:?}"),
        }
    }
    format!(
        "<STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>123456789<ACCTID>{number}<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST>{rows}</BANKTRANLIST>{balance}</STMTRS></STMTTRNRS>"
    )
}

fn file(statements: &[String]) -> String {
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1>{}</BANKMSGSRSV1></OFX>",
        statements.concat()
    )
}

fn import(test: &TestVault, vault: &mut Writer, statements: &[String]) -> FileReport {
    import_by(test, vault, statements, None)
}

fn import_by(test: &TestVault, vault: &mut Writer, statements: &[String], sign: Option<SignRule>) -> FileReport {
    let source = Source { name: "export.ofx".into(), bytes: file(statements).into_bytes() };
    let read = ReadOptions { sign, ..ReadOptions::default() };
    let options = ImportOptions { read, ..ImportOptions::default() };
    ops::import::file(vault, &source, &options, &Quiet, test.env()).unwrap()
}

/// The amounts of the account, in the order of days, after files of it were imported.
fn amounts(files: &[&str]) -> Vec<String> {
    amounts_by(&files.iter().map(|picture| (*picture, None)).collect::<Vec<_>>())
}

/// The same after files with what was said of their signs.
fn amounts_by(files: &[(&str, Option<SignRule>)]) -> Vec<String> {
    let test = TestVault::new();
    let mut vault = test.write();
    for (picture, sign) in files {
        let report = import_by(&test, &mut vault, &[statement("4711", picture)], *sign);
        assert!(report.status == ImportStatus::Imported, "{report:?}");
    }
    let mut rows = ops::query::transactions(&vault, &Filter::default()).unwrap();
    rows.sort_by_key(|row| row.posted_timestamp.to_string());
    rows.iter().map(|row| row.amount.to_string()).collect()
}

const SIGNED: &str = "01-05  DEBIT   -10.00  1
                      01-20  FEE     -25.00  2
                      01-21  CREDIT   20.00  3
                      =      01-31   100.00";

#[test]
fn balances_of_the_account_prove_that_a_fee_was_given_back() {
    // 100.00 + 25.00 + 500.00
    let february = "02-05  FEE   25.00  4
                    02-10  DEP  500.00  5
                    =      02-28  625.00";
    assert_eq!(amounts(&[SIGNED, february]), ["-10.00", "-25.00", "20.00", "25.00", "500.00"]);
}

#[test]
fn balances_of_the_account_prove_that_money_went_out_without_a_minus() {
    // 100.00 - 25.00 + 500.00
    let february = "02-05  DEBIT   25.00  4
                    02-10  CREDIT 500.00  5
                    =      02-28  575.00";
    assert_eq!(amounts(&[SIGNED, february])[3..], ["-25.00", "500.00"]);
    // Rows from before the earlier balance are in that balance.
    let overlapping = "01-21  CREDIT  20.00  3
                       02-05  DEBIT   25.00  4
                       02-10  CREDIT 500.00  5
                       =      02-28  575.00";
    assert_eq!(amounts(&[SIGNED, overlapping])[2..], ["20.00", "-25.00", "500.00"]);
}

#[test]
fn an_earlier_file_that_prints_a_minus_tells_that_a_fee_without_one_was_given_back() {
    let february = "02-05  FEE  25.00  4\n02-10  DEP  500.00  5";
    assert_eq!(amounts(&[SIGNED, february])[3..], ["25.00", "500.00"]);
    let test = TestVault::new();
    let mut vault = test.write();
    import(&test, &mut vault, &[statement("4711", SIGNED)]);
    let report = import(&test, &mut vault, &[statement("4711", february)]);
    assert_eq!(report.remarks, [Remark::SignFromEarlierFiles]);
}

#[test]
fn a_row_that_the_account_has_keeps_its_sign() {
    let first = "01-05  DEBIT  -10.00  1
                 01-20  FEE     25.00  2
                 01-21  DEP     30.00  3";
    let again = "01-20  FEE     25.00  2
                 01-21  DEP     30.00  3";
    assert_eq!(amounts(&[first, again]), ["-10.00", "25.00", "30.00"]);
}

#[test]
fn another_statement_of_the_file_tells_too() {
    let test = TestVault::new();
    let mut vault = test.write();
    let other = statement("0815", "02-05  FEE  25.00  4\n02-10  DEP  500.00  5");
    import(&test, &mut vault, &[statement("4711", SIGNED), other]);
    let rows = ops::query::transactions(&vault, &Filter::default()).unwrap();
    assert_eq!(rows.iter().filter(|row| row.amount.is_negative()).count(), 2);
}

#[test]
fn a_file_without_a_minus_tells_the_next_one_of_its_account() {
    let unsigned = "01-05  DEBIT   10.00  1
                    01-06  DEBIT   12.00  2
                    01-21  CREDIT  20.00  3";
    assert_eq!(amounts(&[unsigned, "02-05  FEE  25.00  4"]), ["-10.00", "-12.00", "20.00", "-25.00"]);
}

#[test]
fn rows_without_a_minus_in_an_account_that_prints_one_are_asked_about() {
    let test = TestVault::new();
    let mut vault = test.write();
    import(&test, &mut vault, &[statement("4711", SIGNED)]);
    for rows in ["02-05  DEBIT  10.00  4\n02-06  DEBIT  12.00  5\n02-10  DEP  500.00  6", "02-05  DEBIT  25.00  4"] {
        let report = import(&test, &mut vault, &[statement("4711", rows)]);
        assert_eq!(report.status, ImportStatus::Rejected, "{rows}");
        assert_eq!(report.questions[0].choices, ["in", "out", "card"]);
    }
    // What a machine took in.
    let report = import(&test, &mut vault, &[statement("4711", "02-05  ATM  200.00  4")]);
    assert_eq!((report.status, report.remarks), (ImportStatus::Imported, vec![Remark::SignFromEarlierFiles]));
}

#[test]
fn an_answer_that_balances_of_the_account_contradict_is_refused() {
    let february = "02-05  FEE   25.00  4
                    =      02-28  125.00";
    let (given_back, other) = (Some(SignRule::In), Some(SignRule::Out));
    assert_eq!(amounts_by(&[(SIGNED, None), (february, given_back)])[3..], ["25.00"]);
    let test = TestVault::new();
    let mut vault = test.write();
    import(&test, &mut vault, &[statement("4711", SIGNED)]);
    let report = import_by(&test, &mut vault, &[statement("4711", february)], other);
    let message = "other files of the account prove that the amounts are money in, and \"out\" was said";
    assert_eq!(report.error.unwrap().message, message);
}

#[test]
fn an_answer_of_an_earlier_file_gives_way_to_balances() {
    let first = "01-05  DEBIT   10.00  1
                 01-06  DEBIT   12.00  2
                 01-21  XFER    50.00  3
                 =      01-31  140.00";
    // 140.00 - 30.00 + 80.00
    let second = "02-05  DEBIT   30.00  4
                  02-06  XFER    80.00  5
                  =      02-28  190.00";
    let answered = [(first, Some(SignRule::Out)), (second, None)];
    assert_eq!(amounts_by(&answered), ["-10.00", "-12.00", "-50.00", "-30.00", "80.00"]);
}

#[test]
fn an_answer_of_money_in_does_not_tell_that_a_minus_is_printed() {
    let test = TestVault::new();
    let mut vault = test.write();
    let given_back = statement("4711", "01-05  DEBIT  10.00  1\n01-06  DEBIT  12.00  2");
    assert_eq!(import_by(&test, &mut vault, &[given_back], Some(SignRule::In)).status, ImportStatus::Imported);
    let report = import(&test, &mut vault, &[statement("4711", "02-05  DEBIT  25.00  4")]);
    assert_eq!((report.status, report.questions[0].choices[0].as_str()), (ImportStatus::Rejected, "out"));
}

#[test]
fn balances_prove_a_transfer_out_of_an_account_whose_files_have_no_signs() {
    let unsigned = "01-05  DEBIT   10.00  1
                    01-06  DEBIT   12.00  2
                    01-21  CREDIT  50.00  3
                    =      01-31  140.00";
    // 140.00 - 30.00
    let transfer = "02-05  XFER  30.00  4";
    assert_eq!(amounts(&[unsigned, &format!("{transfer}\n=  02-28  110.00")])[3..], ["-30.00"]);
    let test = TestVault::new();
    let mut vault = test.write();
    import(&test, &mut vault, &[statement("4711", unsigned)]);
    let report = import(&test, &mut vault, &[statement("4711", transfer)]);
    assert_eq!((report.status, report.questions[0].choices[0].as_str()), (ImportStatus::Rejected, "out"));
}
