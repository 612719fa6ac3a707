//! How far balances and rows prove each other.

use finvault::ops;
use finvault::store::Writer;

use crate::test_vault::{OfxRow, OfxStatement, TestVault, csv, money, ofx, ofx_of};

/// Returns the day up to which the only account is proven, or `-`.
fn proven(vault: &Writer) -> String {
    let balances = ops::query::balances(vault, None).unwrap();
    let accounts = ops::query::accounts(vault).unwrap();
    assert_eq!(balances[0].proven_up_to, accounts[0].proven_up_to);
    balances[0].proven_up_to.map_or_else(|| "-".to_owned(), |day| day.to_string())
}

/// Returns an OFX file with a ledger balance. A row is day and cents.
pub(crate) fn statement(rows: &[(&str, i64)], as_of: &str, balance: i64) -> String {
    let row = |(index, (day, cents)): (usize, &(&str, i64))| -> OfxRow {
        ((*day).to_owned(), *cents, format!("{day}-{index}"), format!("Shop {cents}"))
    };
    let rows: Vec<OfxRow> = rows.iter().enumerate().map(row).collect();
    let ledger = format!("<LEDGERBAL><BALAMT>{}<DTASOF>{}</LEDGERBAL>", money(balance), as_of.replace('-', ""));
    ofx(&rows).replace("</STMTRS>", &format!("{ledger}</STMTRS>"))
}

#[test]
fn one_balance_proves_nothing_and_two_prove_the_rows_between() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &statement(&[("2026-01-05", -500), ("2026-01-31", -100)], "2026-01-31", 9_400), "A");
    assert_eq!(proven(&vault), "-");
    test.import(&mut vault, &statement(&[("2026-02-10", -400), ("2026-02-20", 1_000)], "2026-02-20", 10_000), "A");
    assert_eq!(proven(&vault), "2026-02-20");
}

#[test]
fn a_day_of_which_the_file_shows_no_row_is_not_proven() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &statement(&[("2026-01-05", -500)], "2026-01-31", 9_500), "A");
    test.import(&mut vault, &statement(&[("2026-02-10", -400)], "2026-02-28", 9_100), "A");
    assert_eq!(proven(&vault), "2026-02-27");
}

#[test]
fn a_missing_row_ends_the_proof_before_it() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &statement(&[("2026-01-05", -500)], "2026-01-05", 9_500), "A");
    test.import(&mut vault, &statement(&[("2026-02-10", -400)], "2026-02-10", 9_100), "A");
    // 2.50 were paid between the files.
    test.import(&mut vault, &statement(&[("2026-03-10", -100)], "2026-03-10", 8_750), "A");
    assert_eq!(proven(&vault), "2026-02-10");
    test.import(&mut vault, &statement(&[("2026-04-10", -50)], "2026-04-10", 8_700), "A");
    assert_eq!(proven(&vault), "2026-02-10", "the gap is still there");
    test.import(&mut vault, &csv([("2026-02-20", -250, "Shop 250", None)]), "A");
    assert_eq!(proven(&vault), "2026-04-10", "the missing row came");
}

#[test]
fn a_running_balance_proves_the_rows_of_its_file() {
    for newest_first in [false, true] {
        let test = TestVault::new();
        let mut vault = test.write();
        let mut rows = vec![
            ("2026-01-05", -500, "Rent", Some(9_500)),
            ("2026-03-09", -100, "Tea", Some(9_400)),
            ("2026-03-09", -250, "Book", Some(9_150)),
            ("2026-03-12", 700, "Pay", Some(9_850)),
        ];
        if newest_first {
            rows.reverse();
        }
        test.import(&mut vault, &csv(rows), "A");
        assert_eq!(proven(&vault), "2026-03-12");
        let january = Some("2026-01-31".parse().unwrap());
        assert_eq!(ops::query::balances(&vault, january).unwrap()[0].proven_up_to, None, "one row proves nothing");
    }
}

#[test]
fn rows_of_the_last_day_that_the_file_does_not_show_leave_the_day_unproven() {
    let test = TestVault::new();
    let mut vault = test.write();
    let rows = [("2026-03-09", -100, "Tea", Some(9_400)), ("2026-03-12", 700, "Pay", Some(10_100))];
    test.import(&mut vault, &csv(rows), "A");
    assert_eq!(proven(&vault), "2026-03-12");
    test.import(&mut vault, &csv([("2026-03-12", -30, "Bus", None), ("2026-03-13", -40, "Bus", None)]), "A");
    assert_eq!(proven(&vault), "2026-03-11");
}

#[test]
fn of_two_files_with_one_balance_the_longer_proves_it_in_either_order() {
    let one = csv([("2026-01-02", -250, "Rent", Some(9_500))]);
    let both = csv([("2026-01-02", -250, "Rent", Some(9_500)), ("2026-01-01", -250, "Tea", Some(9_750))]);
    for files in [[&one, &both], [&both, &one]] {
        let test = TestVault::new();
        let mut vault = test.write();
        files.iter().for_each(|text| drop(test.import(&mut vault, text, "A")));
        assert_eq!(proven(&vault), "2026-01-02");
    }
}

/// Returns the gap that an import shows, as its days and amount.
fn gap(report: &ops::report::FileReport) -> String {
    let gaps = report.balance_gaps.iter().map(|gap| format!("{} to {} {}", gap.from, gap.to, gap.amount));
    gaps.collect::<Vec<_>>().join(", ")
}

#[test]
fn running_balances_of_the_only_file_show_where_rows_do_not_fit() {
    let rows = [
        ("2024-01-02", -1_000, "Shop", Some(99_000)),
        ("2024-01-10", 50_000, "Pay", Some(149_000)),
        ("2024-01-20", -9_000, "Food", Some(140_000)),
        ("2024-01-30", -2_000, "Taxi", Some(138_000)),
        ("2024-02-10", -10_000, "Rent", Some(128_000)),
        ("2024-03-10", -10_000, "Rent", Some(118_000)),
        ("2024-04-10", -10_000, "Rent", Some(108_000)),
    ];
    let foreign = csv([("2024-01-15", 30_000, "In", None), ("2024-01-16", 131, "Interest", None)]);
    for count in 5..=rows.len() {
        let test = TestVault::new();
        let mut vault = test.write();
        test.import(&mut vault, &csv(rows[..count].iter().copied()), "A");
        assert_eq!(proven(&vault), rows[count - 1].0);
        let report = test.import(&mut vault, &foreign, "A");
        assert_eq!(
            (proven(&vault).as_str(), gap(&report).as_str()),
            ("2024-01-10", "2024-01-10 to 2024-01-20 -301.31")
        );
        // A later balance does not close the gap.
        test.import(
            &mut vault,
            &statement(&[("2024-05-10", -10_000)], "2024-05-10", rows[count - 1].3.unwrap() - 10_000),
            "A",
        );
        assert_eq!(proven(&vault), "2024-01-10");
    }
    for left_out in [1, 2, 3] {
        let test = TestVault::new();
        let mut vault = test.write();
        let (before, after) = (rows[left_out - 1].0, rows[left_out + 1].0);
        let left = rows.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, row)| *row);
        let report = test.import(&mut vault, &csv(left), "A");
        // One row proves nothing.
        assert_eq!(proven(&vault), if left_out == 1 { "-" } else { before });
        assert_eq!(gap(&report), format!("{before} to {after} {}", money(rows[left_out].1)));
    }
}

#[test]
fn a_row_in_each_quarter_is_enough_for_a_running_balance() {
    let test = TestVault::new();
    let mut vault = test.write();
    let rows =
        ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"].into_iter().zip([10_300, 10_600, 10_900, 11_200]);
    test.import(&mut vault, &csv(rows.map(|(day, held)| (day, 300, "Interest", Some(held)))), "A");
    assert_eq!(proven(&vault), "2024-12-31");
}

#[test]
fn an_old_gap_stays_a_gap_however_many_balances_follow() {
    let test = TestVault::new();
    let mut vault = test.write();
    let mut held = 10_000;
    for month in 0..30 {
        let day = format!("{}-{:02}-15", 2020 + month / 12, month % 12 + 1);
        held -= 100;
        // The third month has one row more than its file shows.
        held -= if month == 2 { 250 } else { 0 };
        test.import(&mut vault, &statement(&[(&day, -100)], &day, held), "A");
    }
    assert_eq!(proven(&vault), "2020-02-15");
    test.import(&mut vault, &csv([("2020-03-01", -250, "Shop 250", None)]), "A");
    assert_eq!(proven(&vault), "2022-06-15");
}

/// Returns an OFX file of rows `DAY CENTS NAME ID` of January 2026, with a ledger balance.
fn listed(rows: &[(&str, i64, &str, &str)], as_of: &str, balance: i64) -> String {
    let row = |(day, cents, name, id): &(&str, i64, &str, &str)| -> OfxRow {
        (format!("2026-01-{day}"), *cents, (*id).to_owned(), (*name).to_owned())
    };
    let rows: Vec<OfxRow> = rows.iter().map(row).collect();
    let ledger = format!("<LEDGERBAL><BALAMT>{}<DTASOF>202601{as_of}</LEDGERBAL>", money(balance));
    ofx(&rows).replace("</STMTRS>", &format!("{ledger}</STMTRS>"))
}

#[test]
fn a_row_that_is_in_the_balance_of_its_day_and_in_the_next_file_is_no_gap() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &listed(&[("10", -1_000, "TEA", "1"), ("12", -400, "TRAM", "2")], "12", 8_400), "A");
    // 84.00 - 1.00: the bus was in the 84.00 already.
    let rows = [("12", -400, "TRAM", "2"), ("12", -200, "BUS", "3"), ("20", -100, "GUM", "4")];
    test.import(&mut vault, &listed(&rows, "20", 8_300), "A");
    assert_eq!(proven(&vault), "2026-01-20");
    let of_day = ops::query::balances(&vault, Some("2026-01-15".parse().unwrap())).unwrap();
    assert_eq!(of_day[0].current_balance.unwrap().to_string(), "84.00");
}

#[test]
fn a_row_of_a_balance_that_has_another_day_now_is_not_proven_there() {
    let test = TestVault::new();
    let mut vault = test.write();
    test.import(&mut vault, &listed(&[("05", -400, "TRAM", "1"), ("06", -900, "BAR", "2")], "06", 8_700), "A");
    // The bank numbers its rows from 1 again: this may be the tram that the balance of 87.00 includes.
    test.import(&mut vault, &listed(&[("09", -400, "TRAM", "1"), ("10", -500, "TEA", "2")], "10", 7_800), "A");
    assert_eq!(proven(&vault), "-");
}

#[test]
fn a_row_that_may_be_there_twice_is_in_no_balance_of_its_day_twice() {
    let test = TestVault::new();
    let mut vault = test.write();
    let row = |day: &str, cents: i64, id: &str| -> OfxRow {
        (format!("2026-01-{day}"), cents, id.to_owned(), format!("Shop {cents}"))
    };
    let statement = |rows: &[OfxRow], day: &str, cents: i64| OfxStatement {
        balance: Some((format!("2026-01-{day}"), cents)),
        ..OfxStatement::of(rows)
    };
    // 100.00 - 1.00, whether the coffee of the 20th was one or two.
    let both = [
        statement(&[row("09", -250, "1"), row("20", -400, "2")], "20", 10_000),
        statement(&[row("20", -400, "1"), row("27", -100, "2")], "28", 9_900),
    ];
    test.import(&mut vault, &ofx_of(&both), "A");
    assert_eq!(ops::duplicates::list(&vault).unwrap().len(), 1);
    assert_eq!(proven(&vault), "-");
}
