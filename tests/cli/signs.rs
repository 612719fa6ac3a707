//! Which way money went: what was answered once, and for which files it holds.

use crate::test_environment::TestEnvironment;

const HEADER: &str = "Date,Description,Amount\n";

/// Writes a file of rows.
fn write(env: &TestEnvironment, name: &str, rows: &str) {
    env.write(name, format!("{HEADER}{rows}"));
}

/// Returns the amounts of all rows, oldest first.
fn amounts(env: &TestEnvironment) -> Vec<String> {
    let rows = env.json(&["transactions"]);
    rows.as_array().unwrap().iter().map(|row| row["amount"].as_str().unwrap().to_owned()).collect()
}

/// Returns a vault with a file of a card, whose amounts have no sign.
fn with_card() -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    write(&env, "card.csv", "2026-03-13,A,1.00\n2026-03-14,B,2.00\n");
    let args = ["import", "card.csv", "--account", "Card", "--create", "--currency", "EUR", "--sign", "card"];
    env.vault(&args).ok();
    assert_eq!(amounts(&env), ["-1.00", "-2.00"]);
    env
}

#[test]
fn a_rule_of_signs_holds_for_later_files_of_its_account() {
    let env = with_card();
    write(&env, "more.csv", "2026-04-13,C,3.00\n");
    let report = env.json(&["import", "more.csv", "--account", "Card"]);
    assert_eq!(report["imports"][0]["remarks"], serde_json::json!(["SIGN_FROM_EARLIER_FILES"]));
    assert_eq!(amounts(&env), ["-1.00", "-2.00", "-3.00"]);
}

#[test]
fn a_rule_of_signs_does_not_hold_for_another_account_of_the_same_columns() {
    let env = with_card();
    write(&env, "other.csv", "2026-03-13,PAY,3.00\n");
    let args = ["import", "other.csv", "--account", "Checking", "--create", "--currency", "EUR"];
    assert!(env.vault(&args).fails(5).err.contains("no amount has a sign"));
    let answers = env.vault(&["imports", "answers"]).ok().out;
    assert!(!answers.contains("sign"), "{answers}");
}

#[test]
fn words_that_contradict_a_rule_of_signs_are_asked_about_once() {
    let env = with_card();
    let rows = |month: u32| format!("2026-{month:02}-13,CAFE,-3.00\n2026-{month:02}-14,PAYMENT RECEIVED,4.00\n");
    write(&env, "b.csv", &rows(4));
    let args = ["import", "b.csv", "--account", "Card"];
    let asked = env.vault(&args).fails(5).err;
    let why = "line 3: PAYMENT RECEIVED is printed with no minus, and earlier files say that a minus is money in";
    assert!(asked.contains(why) && asked.contains("--sign in"), "{asked}");
    env.vault(&[&args[..], &["--sign", "card"]].concat()).ok();
    assert_eq!(amounts(&env), ["-1.00", "-2.00", "3.00", "-4.00"]);
    // The same doubt is not asked again for the account.
    write(&env, "c.csv", &rows(5));
    let report = env.json(&["import", "c.csv", "--account", "Card"]);
    assert_eq!(report["imports"][0]["remarks"], serde_json::json!(["ANSWERS_REMEMBERED"]));
    assert_eq!(amounts(&env)[4..], ["3.00", "-4.00"]);
    // For another account it is.
    let args = ["import", "b.csv", "--account", "Second", "--create", "--currency", "EUR"];
    write(&env, "b.csv", &rows(6));
    env.vault(&args).ok();
    assert_eq!(amounts(&env)[6..], ["-3.00", "4.00"], "nothing contradicts a printed minus");
}
