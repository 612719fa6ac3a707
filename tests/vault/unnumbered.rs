//! Statements of one file that name no account, or only the end of its number: they are of one only where something tells.

use finvault::ops;
use finvault::ops::import::{ImportOptions, Source};
use finvault::ops::progress::Quiet;
use finvault::ops::report::{FileReport, ImportStatus};

use crate::test_vault::TestVault;

/// A statement with a row of a day of March 2026, and a balance of another day, both as `DAY AMOUNT`.
fn statement(account: &str, row: &str, balance: &str) -> String {
    let parts = |text: &str| text.split_once(' ').map(|(day, amount)| (day.to_owned(), amount.to_owned())).unwrap();
    let ((day, amount), (on, holds)) = (parts(row), parts(balance));
    format!(
        "<STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>123456789{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>202603{day}<TRNAMT>{amount}<FITID>{day}<NAME>ROW</STMTTRN>\
         </BANKTRANLIST><LEDGERBAL><BALAMT>{holds}<DTASOF>202603{on}</LEDGERBAL></STMTRS></STMTTRNRS>"
    )
}

fn import(statements: &[String], account: Option<&str>) -> FileReport {
    let test = TestVault::new();
    let head = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>Tarn</FI></SONRS>\
                </SIGNONMSGSRSV1><BANKMSGSRSV1>";
    let bytes = format!("{head}{}</BANKMSGSRSV1></OFX>", statements.concat()).into_bytes();
    let options = ImportOptions { account: account.map(str::to_owned), create: true, ..ImportOptions::default() };
    let source = Source { name: "export.ofx".into(), bytes };
    ops::import::file(&mut test.write(), &source, &options, &Quiet, test.env()).unwrap()
}

#[test]
fn balances_of_one_day_that_differ_are_of_two_accounts_whatever_was_said() {
    for number in ["", "<ACCTID>XXXXXXXX", "<ACCTID>XXXX1234"] {
        let both = [statement(number, "10 -10.00", "31 90.00"), statement(number, "11 -20.00", "31 50.00")];
        for account in [None, Some("A")] {
            let report = import(&both, account);
            let error = report.error.unwrap();
            assert!(error.message.contains("at the end of 2026-03-31 one holds 90.00"), "{number:?}: {error:?}");
        }
    }
    let whole = "<ACCTID>55501234";
    let both = [statement(whole, "10 -10.00", "31 90.00"), statement(whole, "11 -20.00", "31 50.00")];
    assert_eq!(import(&both, None).status, ImportStatus::Imported, "a whole number tells");
}

#[test]
fn statements_without_a_number_are_of_one_account_where_a_balance_goes_on() {
    let first = statement("", "10 -10.00", "15 90.00");
    let report = import(&[first.clone(), statement("", "20 -20.00", "31 70.00")], None);
    assert_eq!((report.status, report.accounts.len()), (ImportStatus::Imported, 1));
    let both = [first, statement("", "20 -20.00", "31 50.00")];
    let report = import(&both, None);
    assert_eq!(report.status, ImportStatus::Rejected);
    assert!(report.questions[0].message.contains("2 statements without an account number"), "{report:?}");
    assert_eq!(import(&both, Some("A")).status, ImportStatus::Imported, "it was said");
}
