//! Statements of one account in one file: each shows its days for itself, as if it were a file of its own.

use finvault::import::{ReadOptions, SignRule};
use finvault::ops;
use finvault::ops::decisions::{self, About};
use finvault::ops::import::{ImportOptions, Source};
use finvault::ops::progress::Quiet;
use finvault::ops::query::Filter;
use finvault::ops::report::{FileReport, ImportStatus, Verdict};
use finvault::store::{Reader, Writer};

use crate::test_vault::{OfxStatement, TestVault, csv, ofx_of};

/// Reads a statement of a picture: a line for each row with day of January 2026, cents and name, its fields apart by two
/// spaces or more. A bank id stands behind an `@`; where there is none, the bank gives none.
fn drawn(picture: &str) -> OfxStatement {
    let rows = picture.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
        let fields: Vec<&str> = line.split("  ").map(str::trim).filter(|field| !field.is_empty()).collect();
        let (name, id) = fields[2].split_once('@').unwrap_or((fields[2], ""));
        (format!("2026-01-{}", fields[0]), fields[1].parse().unwrap(), id.to_owned(), name.to_owned())
    });
    OfxStatement::of(&rows.collect::<Vec<_>>())
}

/// Returns a statement with the ledger balance of a day.
fn with_balance(picture: &str, day: &str, cents: i64) -> OfxStatement {
    OfxStatement { balance: Some((format!("2026-01-{day}"), cents)), ..drawn(picture) }
}

/// Day, cents and text of every transaction.
fn rows(vault: &Reader) -> Vec<String> {
    let rows = ops::query::transactions(vault, &Filter::default()).unwrap();
    let line = |row: &ops::report::TransactionLine| {
        format!("{} {} {}", &row.posted_timestamp.to_string()[8..], row.amount, row.description)
    };
    let mut rows: Vec<String> = rows.iter().map(line).collect();
    rows.sort();
    rows
}

/// Rows that were added, present, updated and held, of the only account of a file.
#[track_caller]
fn counts(report: &FileReport) -> [u64; 4] {
    let [of] = report.accounts.as_slice() else { panic!("{:?}", report.accounts) };
    [of.added, of.present, of.updated, of.held]
}

#[track_caller]
fn sound(test: &TestVault, vault: &Reader) {
    let report = ops::check::run(vault, test.env()).unwrap();
    assert!(report.ok, "{:?}", report.findings);
}

/// Everything that the vault shows, in words.
fn shown(vault: &Reader) -> String {
    format!(
        "{:#?}\n{:#?}\n{:#?}\n{:#?}",
        ops::query::accounts(vault).unwrap(),
        ops::query::balances(vault, None).unwrap(),
        ops::query::transactions(vault, &Filter::default()).unwrap(),
        ops::duplicates::list(vault).unwrap(),
    )
}

/// What the vault shows, without the ids that the order of imports gives.
fn told(vault: &Reader) -> (Vec<String>, usize, String) {
    let balances = ops::query::balances(vault, None).unwrap();
    let of = &balances[0];
    let balance = format!("{:?} {:?} {:?}", of.current_balance, of.balance_as_of, of.proven_up_to);
    (rows(vault), ops::duplicates::list(vault).unwrap().len(), balance)
}

/// Two statements that show 5 January, and the days around it whole.
fn overlapping() -> [OfxStatement; 2] {
    let first = drawn(
        "02  -900  RENT
         04  -300  COFFEE
         04  -300  COFFEE
         05  -280  TRAM
         06  -700  BOOK",
    );
    let second = drawn(
        "03  -450  LUNCH
         04  -300  COFFEE
         04  -300  COFFEE
         05  -280  TRAM
         06  -700  BOOK
         09  2500  PAY",
    );
    [first, second]
}

#[test]
fn a_row_in_two_statements_is_one_transaction() {
    let test = TestVault::new();
    let mut vault = test.write();
    let report = test.import(&mut vault, &ofx_of(&overlapping()), "Daily");
    let once = [
        "02 -9.00 RENT",
        "03 -4.50 LUNCH",
        "04 -3.00 COFFEE",
        "04 -3.00 COFFEE",
        "05 -2.80 TRAM",
        "06 -7.00 BOOK",
        "09 25.00 PAY",
    ];
    assert_eq!(rows(&vault), once, "two coffees, not four");
    assert_eq!(counts(&report), [7, 4, 0, 0]);
    let days = (report.accounts[0].first.unwrap().to_string(), report.accounts[0].last.unwrap().to_string());
    assert_eq!(days, ("2026-01-02".to_owned(), "2026-01-09".to_owned()));
    let listed = ops::imports::list(&vault).unwrap();
    let [of] = listed[0].accounts.as_slice() else { panic!("{listed:?}") };
    assert_eq!((of.added, of.present, of.updated, listed[0].rows), (7, 4, 0, 11));
    let days = (of.first_posted.unwrap().to_string(), of.last_posted.unwrap().to_string());
    assert_eq!(days, ("2026-01-02".to_owned(), "2026-01-09".to_owned()));
    sound(&test, &vault);
}

#[test]
fn statements_that_share_only_a_day_meet_by_their_ids() {
    let statements = [
        drawn(
            "02  -900  RENT@A1
             05  -280  TRAM@A2
             05  -280  TRAM@A3",
        ),
        drawn(
            "05  -280  TRAM@A3
             05  -600  BREAD@A4
             07  -700  BOOK@A5",
        ),
    ];
    let test = TestVault::new();
    let mut vault = test.write();
    let report = test.import(&mut vault, &ofx_of(&statements), "Daily");
    let once = ["02 -9.00 RENT", "05 -2.80 TRAM", "05 -2.80 TRAM", "05 -6.00 BREAD", "07 -7.00 BOOK"];
    assert_eq!((rows(&vault), counts(&report)), (once.map(str::to_owned).to_vec(), [5, 1, 0, 0]));
    assert_eq!(report.possible_duplicates, 0);
    sound(&test, &vault);
}

#[test]
fn statements_of_other_days_add_up() {
    let statements = [drawn("02  -900  RENT\n03  -300  COFFEE"), drawn("20  -300  COFFEE\n21  -700  BOOK")];
    let test = TestVault::new();
    let mut vault = test.write();
    let report = test.import(&mut vault, &ofx_of(&statements), "Daily");
    assert_eq!((rows(&vault).len(), counts(&report)), (4, [4, 0, 0, 0]));
    sound(&test, &vault);
}

#[test]
fn a_dry_run_of_several_statements_equals_the_import() {
    let test = TestVault::new();
    let mut vault = test.write();
    let text = ofx_of(&[
        with_balance("02  -900  RENT\n05  -280  TRAM", "05", 10_000),
        drawn("05  -280  TRAM\n07  -700  BOOK"),
    ]);
    let mut import = |dry_run| {
        let read =
            ReadOptions { currency: Some("USD".parse().unwrap()), sign: Some(SignRule::In), ..ReadOptions::default() };
        let account = Some("Daily".to_owned());
        let options = ImportOptions { account, read, create: true, dry_run, ..ImportOptions::default() };
        let source = Source { name: "export".to_owned(), bytes: text.clone().into_bytes() };
        let report = ops::import::file(&mut vault, &source, &options, &Quiet, test.env()).unwrap();
        let balance = report.accounts[0].balance;
        let known: Vec<(String, bool)> = report.rows.iter().map(|row| (row.description.clone(), row.known)).collect();
        ((counts(&report), balance, report.possible_duplicates, report.balance_gaps.len()), known)
    };
    let (dry, known) = import(true);
    let expected = [("RENT", false), ("TRAM", false), ("TRAM", true), ("BOOK", false)];
    assert_eq!(known, expected.map(|(text, known)| (text.to_owned(), known)), "a row that a statement above shows");
    assert_eq!((dry.0, dry.2), ([3, 1, 0, 0], 1));
    assert_eq!(dry, import(false).0);
}

#[test]
fn an_undo_removes_all_statements_and_another_import_brings_them_back() {
    let test = TestVault::new();
    let mut vault = test.write();
    let other = ofx_of(&[drawn("05  -280  TRAM\n06  -700  BOOK\n07  -120  SOAP")]);
    test.import(&mut vault, &other, "Daily");
    let before = shown(&vault);
    let import = test.import(&mut vault, &ofx_of(&overlapping()), "Daily").import_id.unwrap();
    let with_both = shown(&vault);
    assert_eq!(rows(&vault).len(), 8);
    let undone = ops::imports::undo(&mut vault, import, test.env()).unwrap();
    assert_eq!((undone.removed, undone.kept), (5, 2), "each transaction once, also where two statements show it");
    assert_eq!(shown(&vault), before);
    sound(&test, &vault);
    let again = test.import(&mut vault, &ofx_of(&overlapping()), "Daily").import_id.unwrap();
    assert_eq!(shown(&vault).replace(&format!("{again}"), &format!("{import}")), with_both, "with the same ids");
    sound(&test, &vault);
}

#[test]
fn statements_and_files_tell_the_same_in_any_order() {
    let third = ofx_of(&[drawn("01  -100  TEA\n04  -300  COFFEE\n04  -300  COFFEE\n05  -280  TRAM")]);
    let [first, second] = overlapping();
    let both = ofx_of(&[first, second]);
    let [first, second] = overlapping();
    let single = [ofx_of(&[first]), ofx_of(&[second]), third.clone()];
    let told_by = |files: &[&String]| {
        let test = TestVault::new();
        let mut vault = test.write();
        for file in files {
            test.import(&mut vault, file, "Daily");
        }
        sound(&test, &vault);
        told(&vault)
    };
    let expected = told_by(&[&single[0], &single[1], &single[2]]);
    assert_eq!(expected.0.len(), 8);
    assert_eq!(told_by(&[&both, &third]), expected);
    assert_eq!(told_by(&[&third, &both]), expected);
    assert_eq!(told_by(&[&third, &single[1], &single[0]]), expected);
}

#[test]
fn two_accounts_of_one_file_stay_two() {
    let [first, second] = overlapping();
    let second = OfxStatement { number: "000111222333", ..second };
    let test = TestVault::new();
    let mut vault = test.write();
    let source = Source { name: "both".to_owned(), bytes: ofx_of(&[first, second]).into_bytes() };
    let report = ops::import::file(&mut vault, &source, &ImportOptions::default(), &Quiet, test.env()).unwrap();
    let counted: Vec<(u64, u64, bool)> = report.accounts.iter().map(|of| (of.added, of.present, of.created)).collect();
    assert_eq!(counted, [(5, 0, true), (6, 0, true)]);
    assert_eq!(rows(&vault).len(), 11);
}

#[test]
fn two_statements_make_one_account() {
    let test = TestVault::new();
    let mut vault = test.write();
    let source = Source { name: "both".to_owned(), bytes: ofx_of(&overlapping()).into_bytes() };
    let report = ops::import::file(&mut vault, &source, &ImportOptions::default(), &Quiet, test.env()).unwrap();
    assert_eq!(report.status, ImportStatus::Imported, "{report:?}");
    assert!(report.accounts[0].created);
    assert_eq!((counts(&report), rows(&vault).len()), ([7, 4, 0, 0], 7));
    assert_eq!(ops::query::accounts(&vault).unwrap().len(), 1);
}

/// A card that was replaced: its rows stand under both numbers.
#[test]
fn two_numbers_of_one_account_show_a_row_once() {
    let [first, second] = overlapping();
    let new = |statement| OfxStatement { number: "000111222333", ..statement };
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &ofx_of(&[drawn("01  -100  TEA")]), "Daily");
    let options = ImportOptions { account: Some("Daily".to_owned()), add_number: true, ..ImportOptions::default() };
    let take = |vault: &mut Writer, text: String, options: &ImportOptions| {
        let source = Source { name: "card".to_owned(), bytes: text.into_bytes() };
        ops::import::file(vault, &source, options, &Quiet, test.env()).unwrap()
    };
    take(&mut vault, ofx_of(&[new(drawn("20  -110  PEN"))]), &options);
    let report = take(&mut vault, ofx_of(&[first, new(second)]), &ImportOptions::default());
    assert_eq!(report.status, ImportStatus::Imported, "{report:?}");
    assert_eq!((counts(&report), rows(&vault).len()), ([7, 4, 0, 0], 9));
    sound(&test, &vault);
}

/// A list is one statement, whatever its columns tell apart: two people buy the same coffee with two cards.
#[test]
fn equal_rows_of_two_cards_in_one_list_are_two() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &ofx_of(&[drawn("01  -100  TEA")]), "Daily");
    let add = ImportOptions { account: Some("Daily".to_owned()), add_number: true, ..ImportOptions::default() };
    let take = |vault: &mut Writer, text: String, options: &ImportOptions| {
        let source = Source { name: "card".to_owned(), bytes: text.into_bytes() };
        ops::import::file(vault, &source, options, &Quiet, test.env()).unwrap()
    };
    let other = OfxStatement { number: "000111222333", ..drawn("20  -110  PEN") };
    take(&mut vault, ofx_of(&[other]), &add);
    let mut list = String::from("Account Number,Date,Description,Amount,Currency\n");
    for (day, number, text, amount) in [
        ("02", "000987654321", "RENT", "-9.00"),
        ("03", "000987654321", "COFFEE", "-3.00"),
        ("03", "000111222333", "COFFEE", "-3.00"),
        ("04", "000111222333", "PAY", "25.00"),
        ("05", "000987654321", "BOOK", "-7.00"),
    ] {
        list.push_str(&format!("{number},2026-01-{day},{text},{amount},USD\n"));
    }
    let read = ReadOptions { sign: Some(SignRule::In), ..ReadOptions::default() };
    let report = take(&mut vault, list, &ImportOptions { read, ..ImportOptions::default() });
    assert_eq!(report.status, ImportStatus::Imported, "{report:?}");
    assert_eq!((counts(&report), rows(&vault).len()), ([5, 0, 0, 0], 7));
    sound(&test, &vault);
}

#[test]
fn a_section_of_a_list_is_no_statement() {
    let text = "Date,Description,Amount\nPosted Transactions\n2026-01-02,RENT,-9.00\n2026-01-03,COFFEE,-3.00\n\
                2026-01-03,COFFEE,-3.00\nPending Transactions\n2026-01-03,COFFEE,-3.00\n";
    let test = TestVault::new();
    let mut vault = test.write();
    let report = test.import(&mut vault, text, "Daily");
    assert_eq!(counts(&report), [4, 0, 0, 0]);
    let imported = ops::imports::list(&vault).unwrap();
    assert_eq!((imported[0].rows, imported[0].accounts.len()), (4, 1));
}

/// One cut day between two statements: the second may show the first one's tram, or another.
fn in_doubt() -> String {
    ofx_of(&[drawn("02  -900  RENT\n05  -280  TRAM"), drawn("05  -280  TRAM\n07  -700  BOOK")])
}

#[test]
fn a_decision_about_two_statements_survives_an_undo() {
    for same in [true, false] {
        let test = TestVault::new();
        let mut vault = test.write();
        let import = test.import(&mut vault, &in_doubt(), "Daily");
        assert_eq!(import.possible_duplicates, 1);
        let pairs = ops::duplicates::list(&vault).unwrap();
        assert_eq!((pairs.len(), pairs[0].reason), (1, "shared day"));
        assert_eq!(pairs[0].rows[0].import_id, pairs[0].rows[1].import_id);
        let decision = decisions::decide(&mut vault, About::Pair(pairs[0].pair_id), same, test.env()).unwrap();
        let lines = decision.rows.each_ref().map(|row| row.line);
        assert!(lines[0].is_some() && lines[1].is_some() && lines[0] != lines[1], "{lines:?}");
        let trams = |vault: &Reader| rows(vault).iter().filter(|row| row.contains("TRAM")).count();
        let expected = if same { 1 } else { 2 };
        assert_eq!((trams(&vault), ops::duplicates::list(&vault).unwrap().len()), (expected, 0));
        ops::imports::undo(&mut vault, import.import_id.unwrap(), test.env()).unwrap();
        assert!(rows(&vault).is_empty());
        assert!(decisions::list(&vault).unwrap()[0].rows.iter().all(|row| row.line.is_none()), "it rests");
        let report = test.import(&mut vault, &in_doubt(), "Daily");
        assert_eq!((trams(&vault), report.possible_duplicates), (expected, 0));
        assert_eq!(decisions::list(&vault).unwrap()[0].rows.each_ref().map(|row| row.line), lines);
        sound(&test, &vault);
        decisions::undo(&mut vault, decision.decision_id, test.env()).unwrap();
        assert_eq!(ops::duplicates::list(&vault).unwrap().len(), 1);
        sound(&test, &vault);
    }
}

#[test]
fn rows_that_lie_too_far_apart_cannot_be_said_to_be_one() {
    let test = TestVault::new();
    let mut vault = test.write();
    for picture in ["02  -5000  CAR", "12  -5000  CAR HIRE", "13  -5000  CAR HIRE CO"] {
        let file = ofx_of(&[OfxStatement { balance: None, ..drawn(picture) }]);
        test.import(&mut vault, &file, "Daily");
    }
    let ids: Vec<_> = ops::query::transactions(&vault, &Filter::default()).unwrap();
    let id = |day: &str| ids.iter().find(|row| row.posted_timestamp.to_string().ends_with(day)).unwrap().transaction_id;
    let mut decide = |one: &str, other: &str| {
        let about = About::Transactions(id(one), id(other));
        decisions::decide(&mut vault, about, true, test.env()).map(|_| ()).map_err(|error| error.to_string())
    };
    let apart = decide("02", "13").unwrap_err();
    assert!(apart.contains("11 days apart, and those of one transaction lie at most 10"), "{apart}");
    decide("12", "13").unwrap();
    // Each of the two is near enough, and all three are not.
    let before = decide("02", "12").unwrap_err();
    assert!(before.contains("11 days apart"), "{before}");
    assert_eq!(decisions::list(&vault).unwrap().len(), 1);
    assert_eq!(rows(&vault).len(), 2);
    sound(&test, &vault);
}

#[test]
fn rows_of_one_statement_cannot_be_said_to_be_one() {
    let test = TestVault::new();
    let mut vault = test.write();
    let statements = [drawn("02  -900  RENT\n03  -300  COFFEE\n03  -300  COFFEE"), drawn("09  -300  COFFEE")];
    test.import(&mut vault, &ofx_of(&statements), "Daily");
    let all = ops::query::transactions(&vault, &Filter::default()).unwrap();
    let coffees: Vec<_> = all.iter().filter(|row| row.description == "COFFEE").map(|row| row.transaction_id).collect();
    let mut decide = |one: usize, other: usize| {
        decisions::decide(&mut vault, About::Transactions(coffees[one], coffees[other]), true, test.env())
    };
    let same_day: Vec<usize> = (0..3)
        .filter(|at| {
            all.iter().any(|row| row.transaction_id == coffees[*at] && row.posted_timestamp.to_string() == "2026-01-03")
        })
        .collect();
    let late = (0..3).find(|at| !same_day.contains(at)).unwrap();
    let error = decide(same_day[0], same_day[1]).unwrap_err();
    assert!(error.to_string().contains("one statement shows both"), "{error}");
    assert_eq!(decide(same_day[0], late).unwrap().verdict, Verdict::Same);
    sound(&test, &vault);
}

#[test]
fn a_balance_includes_what_its_own_statement_shows() {
    // The first was made at noon of 5 January, the second begins on that day and has no balance.
    let noon = || with_balance("02  -900  RENT\n05  -280  TRAM", "05", 10_000);
    let evening = "05  -280  TRAM\n05  -600  BREAD\n07  -700  BOOK";
    for statements in [[noon(), drawn(evening)], [drawn(evening), noon()]] {
        let test = TestVault::new();
        let mut vault = test.write();
        let report = test.import(&mut vault, &ofx_of(&statements), "Daily");
        assert_eq!(report.accounts[0].balance.unwrap().to_string(), "87.00", "BREAD and BOOK come after it");
        let on = ops::query::balances(&vault, Some("2026-01-05".parse().unwrap())).unwrap();
        assert_eq!(on[0].current_balance.unwrap().to_string(), "94.00");
    }
    // Of two balances of one day that one counts whose statement shows more of it.
    let evening = || with_balance(evening, "05", 9_400);
    for statements in [[noon(), evening()], [evening(), noon()]] {
        let test = TestVault::new();
        let mut vault = test.write();
        test.import(&mut vault, &ofx_of(&statements), "Daily");
        let on = ops::query::balances(&vault, Some("2026-01-05".parse().unwrap())).unwrap();
        assert_eq!(on[0].current_balance.unwrap().to_string(), "94.00");
        sound(&test, &vault);
    }
}

#[test]
fn a_merge_takes_every_statement_and_gives_it_back() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-04", -300, "COFFEE", None), ("2026-01-20", -110, "PEN", None)]), "New");
    test.import(&mut vault, &ofx_of(&overlapping()), "Old");
    let before = (shown(&vault), ops::imports::list(&vault).unwrap().len());
    let report = ops::accounts::merge(&mut vault, "Old", "New", test.env()).unwrap();
    assert_eq!(report.added + report.present + report.updated, 11, "{report:?}");
    let merged = rows(&vault);
    assert_eq!(merged.iter().filter(|row| row.contains("TRAM") || row.contains("BOOK")).count(), 2, "{merged:?}");
    sound(&test, &vault);
    ops::accounts::unmerge(&mut vault, "Old", test.env()).unwrap();
    assert_eq!((shown(&vault), ops::imports::list(&vault).unwrap().len()), before);
    sound(&test, &vault);
}
