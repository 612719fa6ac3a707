//! The report of an import, as a person reads it.

use super::*;
use crate::cli::importing::notes;
use crate::import::Remark;
use crate::model::EntryStatus;
use crate::model::{AccountId, Amount, Currency, Day, Micros, Skipped};
use crate::ops::import::unreadable;
use crate::ops::report::GapCause;
use crate::ops::report::{RejectedRowReport, RowLine};

fn usd(cents: i64) -> Amount {
    Amount::from_micros(Micros::new(cents * 10_000), Currency::USD)
}

fn on(day: &str) -> Day {
    day.parse().unwrap()
}

fn file(name: &str, status: ImportStatus, accounts: Vec<AccountCounts>) -> FileReport {
    let unread = unreadable(name, std::io::ErrorKind::NotFound.into());
    FileReport { status, accounts, error: None, ..unread }
}

fn account(id: i64, name: &str, days: (&str, &str), balance: i64) -> AccountCounts {
    AccountCounts {
        account_id: Some(AccountId::new(id)),
        name: name.to_owned(),
        created: false,
        first: Some(on(days.0)),
        last: Some(on(days.1)),
        balance: Some(usd(balance)),
        balance_source: BalanceSource::Reported,
        proven_up_to: None,
        added: 58,
        present: 12,
        updated: 0,
        held: 0,
    }
}

/// Two files as in the design, and what is only counted.
fn imports() -> Vec<FileReport> {
    let checking = AccountCounts {
        proven_up_to: Some(on("2026-02-28")),
        ..account(1, "Chase Checking 1234", ("2026-01-05", "2026-02-28"), 1_372_159)
    };
    let card = AccountCounts {
        created: true,
        added: 4,
        present: 0,
        ..account(2, "Kennebec Card 3334", ("2026-03-02", "2026-03-30"), -17_108)
    };
    let mut kennebec = file("kennebec.qfx", ImportStatus::Imported, vec![card]);
    let gap = BalanceGap {
        account_id: Some(AccountId::new(2)),
        from: on("2026-03-02"),
        to: on("2026-03-09"),
        amount: usd(-1240),
        cause: Some(GapCause::NoFile),
        cause_from: Some(on("2026-03-04")),
        cause_to: Some(on("2026-03-08")),
    };
    kennebec.balance_gaps = vec![gap];
    kennebec.possible_duplicates = 3;
    kennebec.remarks = vec![Remark::DebtTurned];
    // Two statements of one file count for themselves.
    let skipped = |what: &str, count| Skipped { what: what.to_owned(), count };
    kennebec.skipped = vec![skipped("BUYSTOCK", 2), skipped("balance line", 1), skipped("balance line", 1)];
    kennebec.rejected_rows = vec![RejectedRowReport { line: 7, reason: "Date \"30 February\": not a day".into() }];
    let mut all = vec![file("Chase1234_Activity_20260301.CSV", ImportStatus::Imported, vec![checking]), kennebec];
    all.extend((0..4).map(|_| file("scan.pdf", ImportStatus::NoExport, Vec::new())));
    all
}

fn text(imports: &[FileReport], width: usize) -> String {
    let mut lines = files(imports, width).unwrap();
    lines.extend(wrapped(&total(imports), "", width));
    lines.extend(notes::all(imports, width));
    lines.join("\n")
}

#[test]
fn says_whose_each_file_is_and_what_it_comes_to() {
    insta::assert_snapshot!(text(&imports(), 80), @r#"
    Chase1234_Activity_20260301.CSV
      Chase Checking 1234  58 new, 12 known     5 Jan to 28 Feb 2026
                           balance 13,721.59 USD, proven up to 28 Feb
    kennebec.qfx
      Kennebec Card 3334   4 new (new account)  2 Mar to 30 Mar 2026
                           balance -171.08 USD as the bank said; 12.40 missing
                           before 9 Mar
    2 files: 62 new rows in 2 accounts, 12 known. 4 files are no exports.

    Rows are missing between two balances:
      Kennebec Card 3334, 2 Mar to 9 Mar 2026: 12.40 USD went out without a row; no
      file has rows of 4 Mar to 8 Mar 2026
      Import the file that has the missing rows; `vault imports undo ID` takes a
      wrong file back.

    Rows that may be one or two transactions:
      3 of kennebec.qfx
      `vault duplicates` lists them.

    How it was read:
      what is owed was printed as a positive balance: it was turned (kennebec.qfx)
      `vault imports undo ID` takes a file back that was read wrongly.

    Understood and not imported:
      2 BUYSTOCK of kennebec.qfx
      2 balance lines of kennebec.qfx

    Rows that cannot be read and were left out:
      kennebec.qfx: line 7: Date "30 February": not a day
    "#);
}

#[test]
fn keeps_within_a_narrow_terminal() {
    let mut imports = imports();
    imports[0].file = "a/very/long/path/of/downloads/Chase1234_Activity_20260301.CSV".into();
    imports[0].accounts[0].name = "Kennebec Valley Federal Credit Union Checking 3456".into();
    let text = text(&imports, 60);
    assert!(text.lines().all(|line| measure_text_width(line) <= 60), "{text}");
    assert!(text.contains("5 Jan to 28 Feb 2026") && text.contains("13,721.59 USD"), "{text}");
}

#[test]
fn only_counts_what_is_known() {
    let known: Vec<_> = (0..12).map(|_| file("a.csv", ImportStatus::AlreadyImported, Vec::new())).collect();
    assert_eq!(text(&known, 80), "12 files are known.");
    assert_eq!(text(&known[..1], 80), "1 file is known.");
    assert_eq!(text(&[], 80), "There are no files.");
    let mut mixed = vec![file("b.csv", ImportStatus::Ignored, Vec::new())];
    mixed.push(file("c.csv", ImportStatus::Rejected, Vec::new()));
    assert_eq!(text(&mixed, 80), "1 file is ignored. 1 file was not imported.");
}

#[test]
fn shows_the_very_rows_of_a_dry_run() {
    let row = |line, description: &str, known| RowLine {
        line,
        name: "Daily".into(),
        posted_timestamp: on("2026-03-05"),
        amount: usd(-1250),
        description: description.into(),
        status: EntryStatus::Posted,
        known,
    };
    let daily =
        AccountCounts { balance: None, added: 1, present: 1, ..account(1, "Daily", ("2026-03-05", "2026-03-05"), 0) };
    let mut dry = file("a.csv", ImportStatus::DryRun, vec![daily]);
    dry.rows = vec![row(2, "GROCERY\u{1b}[2J", true), row(3, "RENT", false)];
    insta::assert_snapshot!(text(&[dry], 80), @r"
    a.csv
      Daily  1 new, 1 known  5 Mar 2026
             no balance reported
      Day         Amount       Description
      2026-03-05  -12.50  USD  GROCERY�[2J  known
      2026-03-05  -12.50  USD  RENT         new
    1 file: 1 new row in 1 account, 1 known. This was a dry run: nothing was
    changed.
    ");
}
