//! `policy` on the command line, and who approves: a person on the page, or a rule.

use serde_json::{Value, json};

use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

const SHARE: [&str; 9] =
    ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan application", "--expires", "30d"];
const ALLOW: [&str; 6] = ["policy", "allow", "--to", "Acme", "--scope", "balances"];

fn with(words: &[&'static str], more: &[&'static str]) -> Vec<&'static str> {
    [words, more].concat()
}

/// The details of every entry of one kind, oldest first.
fn logged(env: &TestEnvironment, action: &str) -> Vec<Value> {
    let log = env.json(&["audit"]);
    log.as_array().unwrap().iter().filter(|line| line["action"] == action).map(|line| line["detail"].clone()).collect()
}

#[test]
fn shows_allows_denies_and_removes_rules() {
    let env = TestEnvironment::with_data();
    assert_eq!(env.json(&["policy"]), json!([]));
    env.vault(&ALLOW).fails(4);
    let made = env.json(&with(&ALLOW, &["--yes"]));
    assert_eq!(made["suspended"], json!([]));
    let rule = &made["rule"];
    assert_eq!((&rule["ruleId"], &rule["effect"], &rule["recipient"]), (&json!("1"), &json!("ALLOW"), &json!("Acme")));
    assert_eq!((&rule["maxDays"], &rule["windowDays"], &rule["maxRows"]), (&json!(30), &json!(90), &Value::Null));
    assert_eq!((&rule["accountIds"], &rule["once"]), (&json!(["acc-1"]), &json!(false)));
    let narrow = ["--account", "Daily", "--max-days", "9", "--window", "3650", "--max-rows", "5", "--once", "--yes"];
    let narrow = env.json(&with(&ALLOW, &narrow))["rule"].clone();
    assert_eq!((&narrow["maxDays"], &narrow["windowDays"], &narrow["maxRows"]), (&json!(9), &json!(3650), &json!(5)));
    env.vault(&with(&ALLOW, &["--account", "Dail", "--yes"])).fails(2);

    assert_eq!(env.json(&["policy", "deny", "--scope", "account-numbers"])["rule"]["effect"], "DENY");
    assert_eq!(env.json(&["policy", "show"]).as_array().unwrap().len(), 3);
    assert!(env.vault(&["policy", "--format", "csv"]).ok().out.starts_with("ruleId,effect,recipient,scopes,"));
    // Less can leave without asking; more cannot.
    env.vault(&["policy", "remove", "2"]).ok();
    env.vault(&["policy", "remove", "2"]).fails(2);
    env.vault(&["policy", "remove", "3"]).fails(4);
    env.vault(&["policy", "remove", "3", "--yes"]).ok();
    assert_eq!(env.json(&["policy", "deny", "--to", "Bad Corp"])["rule"]["ruleId"], "4");
    let changes: Vec<Value> = logged(&env, "policy").iter().map(|detail| detail["change"].clone()).collect();
    assert_eq!(changes, ["allow", "allow", "deny", "remove", "remove", "deny"]);
}

#[test]
fn tests_a_share_with_its_own_words() {
    let env = TestEnvironment::with_data();
    let test = ["policy", "test", "--scope", "balances", "--to", "Acme", "--expires", "30d"];
    let run = env.vault(&with(&test, &["--json"])).fails(4);
    let told: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&told["answer"], &told["rule"]), (&json!("ASK"), &Value::Null));
    assert!(told["reasons"][0].as_str().unwrap().contains("no rule"), "{told}");
    env.vault(&with(&ALLOW, &["--yes"])).ok();
    assert_eq!(env.json(&test)["rule"], "1");
    env.vault(&["policy", "test", "--scope", "balances", "--to", "Acme", "--expires", "31d"]).fails(4);
    env.vault(&["policy", "deny", "--to", "ACME"]).ok();
    assert!(env.vault(&test).fails(4).out.contains("rule 2 denies"));
    assert_eq!(logged(&env, "refuse"), Vec::<Value>::new(), "a test is no refusal");
}

#[test]
fn yes_is_bound_by_the_policy_on_a_terminal_too() {
    let env = TestEnvironment::with_data();
    let run = at_terminal(&env, "token", &with(&SHARE, &["--yes"]), &[], &[]);
    assert_eq!(run.code, 4, "{}", run.out);
    env.vault(&with(&ALLOW, &["--yes"])).ok();
    let run = at_terminal(&env, "token", &with(&SHARE, &["--yes"]), &[], &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(logged(&env, "share")[0]["approvedBy"], "rule");
    assert_eq!(logged(&env, "refuse").len(), 1);
}

#[test]
fn the_hash_of_a_preview_is_no_answer() {
    let env = TestEnvironment::with_data();
    let preview = || env.json(&with(&SHARE, &["--preview"]))["sliceHash"].as_str().unwrap().to_owned();
    let hash = preview();
    let approve = ["share", "--approve", &hash];
    env.vault(&approve).fails(4);
    env.vault(&[&approve[..], &["--yes"]].concat()).fails(4);
    let run = at_terminal(&env, "token", &[&approve[..], &["--yes"]].concat(), &[], &[]);
    assert_eq!(run.code, 4, "{}", run.out);
    // The page is shown again, and its default is no.
    let run = at_terminal(&env, "token", &approve, &[("[y/N]", "", false)], &[]);
    assert_eq!(run.code, 4, "{}", run.out);
    assert!(run.out.contains("Loan application") && run.out.contains("1,662.10 USD"), "{}", run.out);
    assert_eq!(env.json(&["grants"]), json!([]));
    let refused: Vec<Value> = logged(&env, "refuse").iter().map(|detail| detail["refusedBy"].clone()).collect();
    assert_eq!(refused, ["policy", "policy", "policy", "person"]);
    let run = at_terminal(&env, "token", &approve, &[("[y/N]", "y", false)], &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let id = env.json(&["grants"])[0]["grantId"].as_str().unwrap().to_owned();
    let record = env.json(&["grants", "show", &id]);
    assert_eq!((&record["approvedBy"], &record["rule"]), (&json!("person"), &Value::Null));
    assert_eq!(record["sliceHash"], json!(hash));
    assert_eq!(logged(&env, "share")[0]["approvedBy"], "person");

    env.vault(&with(&ALLOW, &["--yes"])).ok();
    env.vault(&["share", "--approve", &preview()]).ok();
    assert_eq!(logged(&env, "share")[1]["rule"], "1");
}

#[test]
fn nobody_approves_what_is_denied() {
    let env = TestEnvironment::with_data();
    let run = at_terminal(&env, "token", &SHARE, &[("[y/N]", "y", false)], &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let id = env.json(&["grants"])[0]["grantId"].as_str().unwrap().to_owned();
    assert_eq!(env.json(&["policy", "deny", "--to", "\u{410}cme"])["suspended"], json!([id]));
    env.vault(&["open", "--token-file", "token"]).fails(4);
    let run = at_terminal(&env, "token2", &SHARE, &[("[y/N]", "y", false)], &[]);
    assert_eq!(run.code, 4, "{}", run.out);
    let run = at_terminal(&env, "-", &["grants", "resume", &id], &[("[y/N]", "y", false)], &[]);
    assert_eq!(run.code, 4, "{}", run.out);
    env.vault(&["policy", "remove", "1", "--yes"]).ok();
    env.vault(&["grants", "resume", &id, "--yes"]).fails(4);
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
    let run = at_terminal(&env, "-", &["grants", "resume", &id], &[("[y/N]", "y", false)], &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    env.vault(&["open", "--token-file", "token"]).ok();
}

#[test]
fn an_import_says_which_slices_the_policy_stopped() {
    let env = TestEnvironment::with_data();
    let rows = ["--max-rows", "6", "--window", "3650", "--yes"];
    env.vault(&[&["policy", "allow", "--to", "Acme", "--scope", "transactions"], &rows[..]].concat()).ok();
    let share = ["share", "--scope", "transactions", "--to", "Acme", "--purpose", "p", "--expires", "30d", "--yes"];
    let id = env.json(&share)["grantId"].as_str().unwrap().to_owned();
    let record = env.json(&["grants", "show", &id]);
    assert_eq!((&record["rows"], &record["rule"], &record["approvedBy"]), (&json!(6), &json!("1"), &json!("rule")));
    assert_eq!((&record["firstDay"], &record["lastDay"]), (&json!("2026-01-05"), &json!("2026-03-09")));
    assert_eq!(record["accounts"], json!([{ "accountId": "acc-1", "name": "Daily", "closed": false }]));
    assert!(record["fields"].as_array().unwrap().contains(&json!("amount")), "{record}");
    let shown = env.vault(&["grants", "show", &id]).ok().out;
    for text in ["Daily (acc-1)", "Approved by", "Audit entry", "2026-01-05", "Fields", "Rows"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    env.write("next.csv", "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\nDEBIT,03/12/2026,\"BAKERY\",-2.10,DEBIT_CARD,1660.00,,\n");
    let report = env.json(&["import", "next.csv", "--account", "Daily"]);
    assert_eq!((&report["resealed"], &report["suspended"][0]["grantId"]), (&json!([]), &json!(id)));
    assert!(report["suspended"][0]["reasons"][0].as_str().unwrap().contains("allows 6 rows"), "{report}");
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
    env.vault(&["check"]).ok();
}
