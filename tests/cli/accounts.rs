//! `accounts`: numbers, balances that the owner sets, closed and removed accounts; and `imports forget`.

use serde_json::{Value, json};

use crate::test_environment::{CHASE, TestEnvironment};

/// Two rows without a balance.
const CASH: &str = "Date,Description,Amount\n2026-03-02,Kiosk,-4.00\n2026-03-05,Found,1.50\n";

fn with_cash(kind: &str) -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    env.write("cash.csv", CASH);
    env.vault(&["import", "cash.csv", "--account", "Cash", "--create", "--currency", "USD"]).ok();
    env.vault(&["accounts", "set-type", "Cash", kind]).ok();
    env
}

fn last_audit(env: &TestEnvironment) -> Value {
    env.json(&["audit"]).as_array().unwrap().last().unwrap().clone()
}

#[test]
fn sets_and_adds_numbers_and_shows_the_newest() {
    let env = with_cash("CHECKING");
    let number = |args: &[&str]| {
        let all = env.json(&[&["accounts", "set-number", "Cash"], args].concat());
        all[0]["accountNumberDisplay"].as_str().unwrap().to_owned()
    };
    assert_eq!(number(&["1234-5678"]), "5678");
    assert_eq!(number(&["DE02 1203 0000 0000 2020 51"]), "2051");
    assert_eq!(number(&["9999 1111", "--add"]), "1111");
    let entry = last_audit(&env);
    assert_eq!(entry["action"], "set-number");
    assert_eq!(entry["detail"], json!({ "added": true, "numberDisplay": "1111", "numbers": 2 }));
    // The number of the old card is set again: it is moved, and not doubled.
    assert_eq!(number(&["DE02 1203 0000 0000 2020 51", "--add"]), "2051");
    assert_eq!(last_audit(&env)["detail"]["numbers"], 2);
    env.vault(&["accounts", "set-number", "Cash", "none"]).fails(2);
    env.vault(&["accounts", "set-number", "Nobody", "1234"]).fails(2);
    env.vault(&["check"]).ok();
}

#[test]
fn refuses_the_number_of_another_account() {
    let env = with_cash("CHECKING");
    env.write("more.csv", CASH.replace("Kiosk", "Market"));
    env.vault(&["import", "more.csv", "--account", "Other", "--create", "--currency", "USD"]).ok();
    env.vault(&["accounts", "set-number", "Cash", "1234-5678"]).ok();
    let run = env.vault(&["accounts", "set-number", "Other", "12345678"]).fails(2);
    assert!(run.err.contains("…5678 is a number of the account \"Cash\""), "{}", run.err);
}

#[test]
fn counts_from_a_balance_that_the_owner_set() {
    let env = with_cash("CHECKING");
    assert_eq!(env.json(&["balances"])[0]["balanceSource"], "NONE");
    let set = env.json(&["accounts", "set-balance", "Cash", "20", "--on", "2026-03-02"]);
    assert_eq!(set[0]["currentBalance"], "21.50");
    assert_eq!(set[0]["balanceSource"], "OWNER");
    assert_eq!(set[0]["provenUpTo"], json!(null), "what the owner says proves nothing");
    let entry = last_audit(&env);
    assert_eq!(
        (&entry["action"], &entry["detail"]),
        (&json!("set-balance"), &json!({ "day": "2026-03-02", "set": true }))
    );
    // Set again, it is replaced; the newest day counts.
    env.vault(&["accounts", "set-balance", "Cash", "-3.00", "--on", "2026-03-02"]).ok();
    env.vault(&["accounts", "set-balance", "Cash", "30", "--on", "2026-03-04"]).ok();
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], "31.50");
    assert_eq!(env.json(&["balances", "--on", "2026-03-03"])[0]["currentBalance"], "-3.00");
    assert_eq!(env.json(&["balances", "--on", "2026-03-01"])[0]["currentBalance"], json!(null));
    let undone = env.json(&["accounts", "set-balance", "Cash", "--on", "2026-03-04", "--undo"]);
    assert_eq!(undone[0]["currentBalance"], "-1.50");
    let run = env.vault(&["accounts", "set-balance", "Cash", "--on", "2026-03-04", "--undo"]).fails(2);
    assert!(run.err.contains("you set no balance of \"Cash\" on 2026-03-04"), "{}", run.err);
    env.vault(&["accounts", "set-balance", "Cash", "1", "--on", "2199-01-01"]).fails(2);
    env.vault(&["accounts", "set-balance", "Cash", "1,5", "--on", "2026-03-04"]).fails(2);
    let run = env.vault(&["accounts", "set-balance", "Cash", "1.000", "--on", "2026-03-04"]).fails(2);
    assert!(run.err.contains("is 1000 to some and 1.00 to others: write 1000 or 1.00"), "{}", run.err);
    env.vault(&["accounts", "set-balance", "Cash", "--on", "2026-03-04"]).fails(2);
    env.vault(&["check"]).ok();
}

#[test]
fn refuses_a_balance_that_the_files_prove_wrong() {
    let env = TestEnvironment::with_data();
    // Reported for that very day.
    let run = env.vault(&["accounts", "set-balance", "Daily", "1.00", "--on", "2026-03-09"]).fails(2);
    assert!(run.err.contains("held 1662.10 at the end of 2026-03-09"), "{}", run.err);
    env.vault(&["accounts", "set-balance", "Daily", "1662.10", "--on", "2026-03-09"]).ok();
    assert_eq!(env.json(&["balances"])[0]["balanceSource"], "REPORTED");
    let next = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n\
                DEBIT,03/12/2026,\"BAKERY\",-2.10,DEBIT_CARD,1660.00,,\n";
    env.write("next.csv", next);
    env.vault(&["import", "next.csv", "--account", "Daily"]).ok();
    // Between two balances that prove each other.
    let run = env.vault(&["accounts", "set-balance", "Daily", "1.00", "--on", "2026-03-11"]).fails(2);
    assert!(run.err.contains("held 1662.10 at the end of 2026-03-11"), "{}", run.err);
    // After the last one nothing is proven: the difference is said.
    let run = env.vault(&["accounts", "set-balance", "Daily", "1.00", "--on", "2026-03-20"]).ok();
    assert!(run.err.contains("it held 1660.00 on 2026-03-20"), "{}", run.err);
    assert_eq!(env.json(&["balances"])[0]["balanceSource"], "OWNER");
}

/// What a comma means is told by the account's currency.
#[test]
fn an_amount_is_read_by_the_currency_of_its_account() {
    let env = with_cash("CHECKING");
    env.write("dinar.csv", CASH.replace("Kiosk", "Market"));
    env.vault(&["import", "dinar.csv", "--account", "Dinar", "--create", "--currency", "KWD"]).ok();
    let set = |account, amount| env.vault(&["accounts", "set-balance", account, amount, "--on", "2026-03-01"]);
    set("Cash", "1,000").ok();
    assert_eq!(env.json(&["balances", "--on", "2026-03-01"])[0]["currentBalance"], "1000.00");
    let run = set("Dinar", "1,000").fails(2);
    assert!(run.err.contains("is 1000 to some and 1.00 to others"), "{}", run.err);
    set("Dinar", "1.234").fails(2);
    set("Dinar", "1.2340").ok();
    assert_eq!(env.json(&["balances", "--on", "2026-03-01"])[1]["currentBalance"], "1.234");
    // A sign of another currency is not dropped.
    set("Cash", "€5").fails(2);
}

#[test]
fn asks_before_a_debt_becomes_a_credit() {
    let env = with_cash("CREDITCARD");
    let run = env.vault(&["accounts", "set-balance", "Cash", "171.08", "--on", "2026-03-05"]).fails(4);
    assert!(run.err.contains("confirm"), "{}", run.err);
    assert_eq!(env.json(&["balances"])[0]["balanceSource"], "NONE");
    env.vault(&["accounts", "set-balance", "Cash", "-171.08", "--on", "2026-03-05"]).ok();
    env.vault(&["accounts", "set-balance", "Cash", "171.08", "--on", "2026-03-05", "--yes"]).ok();
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], "171.08");
}

#[test]
fn leaves_closed_accounts_out_of_lists() {
    let env = TestEnvironment::with_data();
    let closed = env.json(&["accounts", "close", "Daily"]);
    assert_eq!(closed[0]["closed"], true);
    assert_eq!(env.json(&["accounts"]), json!([]));
    assert_eq!(env.json(&["balances"]), json!([]));
    assert_eq!(env.json(&["accounts", "list", "--all"]), closed);
    assert_eq!(env.json(&["balances", "--all"])[0]["name"], "Daily");
    assert!(env.vault(&["accounts"]).ok().err.contains("closed: 1"));
    for list in ["accounts", "balances"] {
        let run = env.vault(&[list]).ok();
        assert!(run.err.contains("no open accounts") && !run.err.contains("yet"), "{}", run.err);
    }
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6);
    let share = ["share", "--scope", "balances", "--to", "A", "--purpose", "p", "--expires", "1d", "--preview"];
    env.vault(&share).fails(2);
    env.vault(&[&share[..], &["--account", "Daily"]].concat()).ok();
    // A file that shows its number is asked about.
    env.vault(&["accounts", "set-number", "Daily", "55551234"]).ok();
    let next = "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n\
                DEBIT,03/12/2026,\"BAKERY\",-2.10,DEBIT_CARD,1660.00,,\n";
    env.write("Chase1234.csv", next);
    let run = env.vault(&["import", "Chase1234.csv"]).fails(5);
    assert!(run.err.contains("\"Daily\", which is closed"), "{}", run.err);
    env.vault(&["import", "Chase1234.csv", "--account", "Daily"]).ok();
    env.vault(&["accounts", "close", "Daily"]).fails(2);
    assert_eq!(env.json(&["accounts", "close", "Daily", "--undo"])[0]["closed"], false);
    env.vault(&["accounts", "close", "Daily", "--undo"]).fails(2);
    assert_eq!(env.json(&["accounts"]).as_array().unwrap().len(), 1);
    env.vault(&["check"]).ok();
}

#[test]
fn removes_only_an_account_that_holds_nothing() {
    let env = TestEnvironment::with_data();
    let run = env.vault(&["accounts", "remove", "Daily"]).fails(2);
    assert!(run.err.contains("it has import imp-1"), "{}", run.err);
    env.vault(&["imports", "undo", "imp-1"]).ok();
    env.vault(&["accounts", "set-balance", "Daily", "5", "--on", "2026-03-01"]).ok();
    let run = env.vault(&["accounts", "remove", "Daily"]).fails(2);
    assert!(run.err.contains("the balance that you set on 2026-03-01"), "{}", run.err);
    env.vault(&["accounts", "set-balance", "Daily", "--on", "2026-03-01", "--undo"]).ok();
    assert_eq!(env.json(&["accounts", "remove", "Daily"]), json!([]));
    env.vault(&["accounts", "remove", "Daily"]).fails(2);
    env.vault(&["check"]).ok();
    // The id is never given again, and the file can come back.
    let again = env.json(&["import", "chase.csv", "--account", "Daily", "--create"]);
    assert_eq!(again["imports"][0]["status"], "IMPORTED");
    assert_eq!(env.json(&["accounts"])[0]["accountId"], "acc-2");
    env.vault(&["check"]).ok();
}

#[test]
fn closing_names_the_grants_that_go_on_with_the_account() {
    let env = TestEnvironment::with_data();
    env.vault(&["policy", "allow", "--to", "A", "--scope", "balances", "--yes"]).ok();
    let share = ["share", "--scope", "balances", "--to", "A", "--purpose", "p", "--expires", "1d", "--yes"];
    let shared = env.json(&share);
    let grant = shared["grantId"].as_str().unwrap();
    let closed = env.vault(&["accounts", "close", "Daily"]).ok();
    assert!(
        closed.err.contains(&format!("grant {grant} for A still shows it: `vault revoke {grant}`")),
        "{}",
        closed.err
    );
    assert_eq!(env.json(&["grants", "show", grant])["accounts"][0]["closed"], true);
    assert!(env.vault(&["grants", "show", grant]).ok().out.contains("Daily (acc-1, closed)"));
    for ends in [&["policy", "remove", "1", "--yes"][..], &["revoke", grant]] {
        env.vault(&["accounts", "close", "Daily", "--undo"]).ok();
        env.vault(ends).ok();
        let closed = env.vault(&["accounts", "close", "Daily"]).ok();
        assert!(!closed.err.contains("shows it"), "{}", closed.err);
    }
}

#[test]
fn keeps_an_account_that_a_grant_names() {
    let env = TestEnvironment::with_data();
    env.vault(&["policy", "allow", "--to", "A", "--scope", "balances", "--yes"]).ok();
    let share = ["share", "--scope", "balances", "--to", "A", "--purpose", "p", "--expires", "1d", "--yes", "--json"];
    let run = env.vault(&share).ok();
    let grant = serde_json::from_str::<Value>(&run.out).unwrap()["grantId"].as_str().unwrap().to_owned();
    env.vault(&["imports", "undo", "imp-1"]).ok();
    let run = env.vault(&["accounts", "remove", "Daily"]).fails(2);
    assert!(run.err.contains(&format!("grant {grant}")), "{}", run.err);
    env.vault(&["revoke", &grant]).ok();
    assert_eq!(env.json(&["accounts", "remove", "Daily"]), json!([]));
}

#[test]
fn forgets_an_import_for_good() {
    let env = TestEnvironment::with_data();
    let run = env.vault(&["imports", "forget", "imp-1"]).fails(4);
    assert!(run.err.contains("--yes"), "{}", run.err);
    assert_eq!(env.json(&["imports"]).as_array().unwrap().len(), 1);
    let share =
        ["share", "--scope", "transactions", "--to", "A", "--purpose", "p", "--expires", "1d", "--preview", "--json"];
    let hash = serde_json::from_str::<Value>(&env.vault(&share).ok().out).unwrap()["sliceHash"].clone();
    let gone = env.json(&["imports", "forget", "imp-1", "--yes"]);
    assert_eq!(gone, json!({ "importId": "imp-1", "removed": 6, "kept": 0 }));
    assert_eq!(env.json(&["imports"]), json!([]));
    assert_eq!(env.json(&["transactions"]), json!([]));
    let entry = last_audit(&env);
    assert_eq!((&entry["action"], &entry["detail"]), (&json!("forget"), &json!({ "kept": 0, "removed": 6 })));
    // The preview held its rows.
    env.vault(&["share", "--approve", hash.as_str().unwrap(), "--yes"]).fails(4);
    env.vault(&["imports", "forget", "imp-1", "--yes"]).fails(2);
    env.vault(&["imports", "undo", "imp-1"]).fails(2);
    env.vault(&["check"]).ok();
    env.write("chase.csv", CHASE);
    let again = env.json(&["import", "chase.csv", "--account", "Daily"]);
    assert_eq!(again["imports"][0]["status"], "IMPORTED");
    // An import that was undone can be forgotten as well.
    env.vault(&["imports", "undo", "imp-2"]).ok();
    assert_eq!(env.json(&["imports", "forget", "imp-2", "--yes"])["removed"], 0);
    env.vault(&["check"]).ok();
}
