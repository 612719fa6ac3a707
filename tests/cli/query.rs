//! `accounts`, `balances`, `transactions`: filters and shapes.

use serde_json::{Value, json};

use crate::test_environment::TestEnvironment;

fn amounts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|line| line["amount"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn json_has_the_documented_fields() {
    let env = TestEnvironment::with_data();
    let account = env.json(&["accounts"]);
    assert_eq!(
        account,
        json!([{
            "accountId": "acc-1", "name": "Daily", "accountType": "CHECKING", "accountNumberDisplay": null,
            "currency": "USD", "closed": false, "transactionCount": 6, "firstPosted": "2026-01-05", "lastPosted": "2026-03-09",
            "provenUpTo": "2026-03-09"
        }])
    );
    let balance = env.json(&["balances"]);
    assert_eq!(
        balance,
        json!([{
            "accountId": "acc-1", "name": "Daily", "accountType": "CHECKING", "currency": "USD",
            "currentBalance": "1662.10", "availableBalance": null, "balanceAsOf": "2026-03-09",
            "balanceSource": "REPORTED", "availableBalanceAsOf": null, "provenUpTo": "2026-03-09"
        }])
    );
    let rows = env.json(&["transactions", "--since", "2026-02-11", "--until", "2026-02-11"]);
    let row = &rows[0];
    assert_eq!(row["amount"], "-125.00");
    assert_eq!(row["debitCreditMemo"], "DEBIT");
    assert_eq!(row["postedTimestamp"], "2026-02-11");
    assert_eq!(row["status"], "POSTED");
    assert_eq!(row["importId"], "imp-1");
    assert_eq!(row["accountId"], "acc-1");
}

#[test]
fn filters_transactions() {
    let env = TestEnvironment::with_data();
    let filtered = |args: &[&str]| amounts(&env.json(&[&["transactions"], args].concat()));
    assert_eq!(filtered(&[]).len(), 6);
    assert_eq!(filtered(&["--since", "2026-02-27"]).len(), 2);
    assert_eq!(filtered(&["--until", "2026-01-31"]), ["-659.30"]);
    assert_eq!(filtered(&["--min", "0"]), ["1500.00"]);
    assert_eq!(filtered(&["--max", "-125"]).len(), 2);
    assert_eq!(filtered(&["--text", "coffee"]), ["-4.25", "-4.25"]);
    assert_eq!(filtered(&["--status", "pending"]).len(), 0);
    assert_eq!(filtered(&["--account", "daily"]).len(), 6);
    assert_eq!(filtered(&["--account", "acc-1", "--limit", "1"]), ["-45.10"]);
    env.vault(&["transactions", "--account", "nothing"]).fails(2);
}

#[test]
fn composed_and_decomposed_letters_are_the_same() {
    let env = TestEnvironment::with_vault();
    env.write(
        "a.csv",
        "Date,Description,Amount,Category\n2026-05-03,Cafe\u{301} X,-1.00,Cafe\u{301}\n2026-05-04,Y,2.00,Z\n",
    );
    env.write("b.csv", "Date,Description,Amount\n2026-05-05,W,-1.00\n2026-05-06,V,2.00\n");
    env.vault(&["import", "a.csv", "--account", "Cafe\u{301}", "--create", "--currency", "EUR"]).ok();
    for filter in [["--search", "CAFÉ x"], ["--category", "café"], ["--account", "fé"]] {
        let found = env.json(&[&["transactions"], &filter[..]].concat());
        assert_eq!(amounts(&found)[0], "-1.00", "{filter:?}");
    }
    env.vault(&["import", "b.csv", "--account", "Café", "--create", "--currency", "EUR"]).ok();
    let accounts = env.json(&["accounts"]);
    assert_eq!(accounts.as_array().unwrap().len(), 1);
    assert_eq!(accounts[0]["name"], "Cafe\u{301}");
}

#[test]
fn shows_the_balance_on_another_day() {
    let env = TestEnvironment::with_data();
    let next = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n\
                DEBIT,03/12/2026,\"BAKERY\",-2.10,DEBIT_CARD,1660.00,,\n";
    env.write("next.csv", next);
    env.vault(&["import", "next.csv", "--account", "Daily", "--create"]).ok();
    let on = |day: &str| env.json(&["balances", "--on", day])[0].clone();
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], "1660.00");
    assert_eq!(on("2026-03-12")["currentBalance"], "1660.00");
    assert_eq!(on("2026-03-11")["currentBalance"], "1662.10");
    assert_eq!(on("2026-03-09")["balanceSource"], "REPORTED");
    // No balance is guessed before the first one that was reported.
    assert_eq!(on("2025-12-31")["currentBalance"], json!(null));
    assert_eq!(on("2025-12-31")["balanceSource"], "NONE");
}

#[test]
fn a_balance_printed_in_the_middle_of_a_day_is_not_that_of_its_end() {
    let env = TestEnvironment::with_vault();
    let file = "Date,Text,Amount,Balance\n2026-03-02,A,-10.00,\n2026-03-02,B,-5.00,85.00\n2026-03-03,C,-20.00,65.00\n\
                2026-03-03,D,-2.00,\n2026-03-04,E,5.00,68.00\n";
    env.write("a.csv", file);
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "EUR"]).ok();
    let on = |day: &str| env.json(&["balances", "--on", day])[0]["currentBalance"].clone();
    assert_eq!(
        (on("2026-03-02"), on("2026-03-03"), on("2026-03-04")),
        (json!("85.00"), json!("63.00"), json!("68.00"))
    );
}

#[test]
fn renames_an_account_and_sets_its_type() {
    let env = TestEnvironment::with_data();
    let lines = env.json(&["accounts", "rename", "Daily", "Every day"]);
    assert_eq!(lines[0]["name"], "Every day");
    let lines = env.json(&["accounts", "set-type", "Every day", "savings"]);
    assert_eq!(lines[0]["accountType"], "SAVINGS");
    env.vault(&["accounts", "rename", "Daily", "X"]).fails(2);
    env.vault(&["accounts", "rename", "Every day", "a\u{1b}[2J"]).fails(2);
    env.vault(&["accounts", "set-type", "Every day", "cheque"]).fails(2);
}

#[test]
fn prints_a_table() {
    let env = TestEnvironment::with_data();
    let run = env.vault(&["balances"]).ok();
    insta::assert_snapshot!(run.out, @r"
    Id     Name   Type        Current  As of       Source    Proven to
    acc-1  Daily  CHECKING  $1,662.10  2026-03-09  REPORTED  2026-03-09

    1 account
    ");
    assert_eq!(run.err, "");
}

#[test]
fn prints_csv() {
    let env = TestEnvironment::with_data();
    let run = env.vault(&["transactions", "--format", "csv", "--since", "2026-02-27"]).ok();
    let lines: Vec<&str> = run.out.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "{}", run.out);
    assert!(lines[0].starts_with("transactionId,accountId,account,postedTimestamp,amount,currency,"), "{}", lines[0]);
    assert!(run.out.contains(",Daily,2026-03-09,-45.10,USD,1662.10,DEBIT,CORNER GROCERY #12,"), "{}", run.out);
}
