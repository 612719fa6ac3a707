//! Running balances: which row each is of, and what is reported of them.

use super::tests::euros;
use super::*;
use crate::import::{KnownAccount, ReadOptions, Remark, Style};
use crate::model::{AccountType, Currency};

/// Returns the running balances of a file, those that it reports, and whether it is said that they stood before their rows (or
/// that they are left out).
fn balances(rows: &[&str]) -> (Vec<String>, Vec<String>, Vec<Remark>) {
    let file = format!("Date,Text,Amount,Balance\n{}\n", rows.join("\n"));
    let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
    assert!(parsed.questions.is_empty(), "{file}");
    let statement = &parsed.statements[0];
    let running = statement.entries.iter().map(|e| e.running_balance().map_or_else(String::new, |b| b.to_string()));
    let reported = statement.balances.iter().map(|b| format!("{} on {}", b.amount, b.as_of));
    (running.collect(), reported.collect(), parsed.remarks)
}

const BEFORE: [&str; 4] =
    ["2026-03-02,A,-10.00,100.00", "2026-03-03,B,-20.00,90.00", "2026-03-04,C,5.00,70.00", "2026-03-05,D,-1.00,75.00"];

#[test]
fn balances_that_all_rows_prove_to_stand_before_them_are_those_of_the_rows_before() {
    let (running, reported, remarks) = balances(&BEFORE);
    assert_eq!(running, ["90.00", "70.00", "75.00", ""]);
    assert_eq!((reported, remarks), (vec!["75.00 on 2026-03-04".to_owned()], vec![Remark::BalancesBefore]));
    let (running, reported, remarks) = balances(&BEFORE.map(|row| row).into_iter().rev().collect::<Vec<_>>());
    assert_eq!(running, ["", "75.00", "70.00", "90.00"], "newest first");
    assert_eq!((reported, remarks), (vec!["75.00 on 2026-03-04".to_owned()], vec![Remark::BalancesBefore]));
    let of_one_day = BEFORE.map(|row| row.replace("03-05", "03-04"));
    let (_, reported, _) = balances(&of_one_day.each_ref().map(String::as_str));
    assert_eq!(reported, ["70.00 on 2026-03-03"], "the last row of the newest day has none");
}

#[test]
fn balances_stand_before_the_rows_of_a_later_file_that_proves_nothing_as_in_earlier_ones() {
    let of = |earlier: &str, rows: &[&str]| {
        let earlier = Style::of_words(earlier);
        let account = Some(KnownAccount { earlier, ..KnownAccount::new(AccountType::Other, Currency::EUR) });
        let file = format!("Date,Text,Amount,Balance\n{}\n", rows.join("\n"));
        let parsed = read(&file, &ReadOptions { account, ..euros() }, &ProfileSet::builtin()).unwrap();
        let running = parsed.statements[0].entries.iter().map(|e| e.running_balance().map(|b| b.to_string()));
        (running.map(Option::unwrap_or_default).collect::<Vec<_>>(), parsed.style.to_words().unwrap_or_default())
    };
    assert_eq!(of("", &BEFORE).1, "in balance-before");
    let (one, two) = (["2026-04-02,A,-10.00,90.00"], ["2026-04-02,A,-10.00,90.00", "2026-04-05,B,-20.00,300.00"]);
    for earlier in ["", "balance-after"] {
        assert_eq!(of(earlier, &one), (vec!["90.00".to_owned()], "in".to_owned()));
        assert_eq!(of(earlier, &two).0, ["90.00", "300.00"]);
    }
    assert_eq!(of("balance-before", &one), (vec![String::new()], "in".to_owned()));
    assert_eq!(of("balance-before", &["2026-04-02,A,-10.00,90.00", "2026-04-05,B,-20.00,80.00"]).0, ["80.00", ""]);
    assert_eq!(of("balance-before", &two).0, ["", ""], "what is between them is not known");
    assert_eq!(
        of("balance-before", &["2026-04-02,A,-10.00,90.00", "2026-04-02,B,-20.00,80.00"]).0,
        ["", ""],
        "of one day"
    );
    // Rows that prove where their balances stand.
    let after = ["2026-04-02,A,-10.00,90.00", "2026-04-05,B,-20.00,70.00"];
    assert_eq!(
        of("balance-before", &after),
        (vec!["90.00".to_owned(), "70.00".to_owned()], "in balance-after".to_owned())
    );
    assert_eq!(of("balance-after", &BEFORE).1, "in balance-before");
}

#[test]
fn balances_after_their_rows_stay_there_whatever_else_would_fit() {
    for (rows, last) in [
        (["02,A,-5.00,95.00", "03,B,-5.00,90.00", "04,C,-5.00,85.00", "05,D,-5.00,80.00"], "80.00 on 2026-03-05"),
        (["05,D,-1.00,74.00", "04,C,5.00,75.00", "03,B,-20.00,70.00", "02,A,-10.00,90.00"], "74.00 on 2026-03-05"),
        (["02,A,-10.00,90.00", "02,B,-20.00,70.00", "02,C,5.00,75.00", "02,D,-1.00,74.00"], "74.00 on 2026-03-02"),
        (["02,B,-20.00,70.00", "02,A,-10.00,90.00", "03,D,-1.00,74.00", "03,C,5.00,75.00"], "74.00 on 2026-03-03"),
    ] {
        let rows = rows.map(|row| format!("2026-03-{row}"));
        let (running, reported, remarks) = balances(&rows.each_ref().map(String::as_str));
        assert!(running.iter().all(|balance| !balance.is_empty()), "{rows:?}");
        assert_eq!((reported, remarks), (vec![last.to_owned()], vec![]), "{rows:?}");
    }
    // Gaps alone do not make a balance that of the row before.
    let (_, reported, remarks) = balances(&["2026-03-02,A,-10.00,90.00", "2026-03-05,B,-20.00,12.00"]);
    assert_eq!((reported.first().map(String::as_str), remarks), (Some("12.00 on 2026-03-05"), vec![]));
}

#[test]
fn balances_that_may_stand_before_or_after_their_rows_are_left_out() {
    let gap = [
        "2026-03-02,A,-10.00,100.00",
        "2026-03-03,B,-20.00,90.00",
        "2026-03-04,C,5.00,70.00",
        "2026-03-07,D,-1.00,9.00",
    ];
    // Rows of a day from the oldest, and days from the newest; and days in no order.
    let turned = [
        "2026-01-02,C,5.00,70.00",
        "2026-01-02,D,-1.00,75.00",
        "2025-12-31,A,-10.00,100.00",
        "2025-12-31,B,-20.00,90.00",
        "2025-12-30,Z,3.00,97.00",
    ];
    let mixed = [BEFORE[1], BEFORE[0], BEFORE[3], BEFORE[2]];
    for rows in [&BEFORE[..2], &gap[..], &turned[..], &mixed[..]] {
        let (running, reported, remarks) = balances(rows);
        assert!(running.iter().all(String::is_empty), "{rows:?}");
        assert_eq!((reported, remarks), (vec![], vec![Remark::BalancesLeftOut]), "{rows:?}");
    }
}

#[test]
fn balances_of_one_day_are_a_debt_only_where_the_kind_of_the_account_is_known() {
    // Either a debt of 500.00, the newest first, or 1475.00, from balances before the rows.
    let rows = ["2026-03-02,PAY,1000.00,500.00", "2026-03-02,CAFE,-5.00,1500.00", "2026-03-02,SHOP,-20.00,1495.00"];
    let (_, reported, remarks) = balances(&rows);
    assert_eq!((reported, remarks), (vec![], vec![Remark::BalancesLeftOut]));
    let file = format!("Date,Text,Amount,Balance\n{}\n", rows.join("\n"));
    let account = KnownAccount::new(AccountType::Loan, "EUR".parse().unwrap());
    let options = ReadOptions { account: Some(account), ..euros() };
    let parsed = read(&file, &options, &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].balances[0].amount.to_string(), "-500.00");
}

#[test]
fn one_balance_beside_all_rows_is_left_out() {
    for balance in ["0.00", "12.50"] {
        let rows =
            ["2026-03-02,A,-1.00,", "2026-03-03,B,-2.00,", "2026-03-04,C,0.00,"].map(|row| format!("{row}{balance}"));
        let (_, reported, remarks) = balances(&rows.each_ref().map(String::as_str));
        assert_eq!((reported, remarks), (vec![], vec![Remark::BalancesLeftOut]), "{balance}");
    }
    let (_, reported, _) = balances(&["2026-03-02,A,-1.00,0.00", "2026-03-03,B,0.00,0.00"]);
    assert_eq!(reported, ["0.00 on 2026-03-03"], "one row has an amount");
}

#[test]
fn a_balance_is_that_of_the_end_of_a_day_only_where_it_is_of_the_last_row() {
    let (_, reported, _) = balances(&["2026-03-02,A,-10.00,90.00", "2026-03-04,B,5.00,95.00", "2026-03-04,C,-1.00,"]);
    assert_eq!(reported, ["90.00 on 2026-03-02"]);
    for rows in [
        ["2026-03-02,A,-10.00,90.00", "2026-03-04,C,-1.00,", "2026-03-04,B,5.00,94.00"],
        ["2026-03-04,B,5.00,94.00", "2026-03-04,C,-1.00,", "2026-03-02,A,-10.00,90.00"],
    ] {
        let (_, reported, _) = balances(&rows);
        assert_eq!(reported, ["94.00 on 2026-03-04"], "{rows:?}");
    }
}

#[test]
fn a_debt_is_proven_by_more_than_one_of_many_balances() {
    // The balance of the morning beside each row: one falls by the amount of its row, by chance.
    let mornings = [
        "2026-03-02,A,-10.00,100.00",
        "2026-03-02,B,-20.00,100.00",
        "2026-03-03,C,5.00,70.00",
        "2026-03-03,D,-1.00,70.00",
        "2026-03-04,E,-4.00,74.00",
        "2026-03-05,F,-6.00,70.00",
    ];
    let (_, reported, remarks) = balances(&mornings);
    assert_eq!((reported, remarks), (vec![], vec![Remark::BalancesLeftOut]));
    // Two of three do, and the third is a gap.
    let owed = [
        "2026-03-02,A,-10.00,10.00",
        "2026-03-03,B,-20.00,30.00",
        "2026-03-07,C,-5.00,99.00",
        "2026-03-08,D,9.00,90.00",
    ];
    let (_, reported, remarks) = balances(&owed);
    assert_eq!(
        (reported.first().map(String::as_str), remarks),
        (Some("-90.00 on 2026-03-08"), vec![Remark::DebtTurned])
    );
}

#[test]
fn balances_before_the_rows_of_one_account_leave_those_of_another_in_doubt() {
    let row = |account: &str, row: &str| format!("{account},{row}");
    let first = BEFORE.map(|of_first| row("11112222", of_first));
    for (others, remarks) in [
        (&["2026-03-05,X,-40.00,300.00"][..], vec![Remark::BalancesBefore, Remark::BalancesLeftOut]),
        (
            &["2026-03-05,X,-40.00,300.00", "2026-03-06,Y,-40.00,260.00"],
            vec![Remark::BalancesBefore, Remark::BalancesLeftOut],
        ),
        (&["2026-03-05,X,-40.00,300.00", "2026-03-06,Y,-50.00,250.00"], vec![Remark::BalancesBefore]),
    ] {
        let others = others.iter().map(|other| row("33334444", other));
        let rows: Vec<String> = first.iter().cloned().chain(others).collect();
        let file = format!("Account,Date,Text,Amount,Balance\n{}\n", rows.join("\n"));
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        assert_eq!(parsed.remarks, remarks, "{file}");
        assert_eq!(parsed.statements[1].balances.is_empty(), remarks.len() == 2, "{file}");
    }
}
