//! The questions of an import, asked at a real terminal.

use std::fs;

use serde_json::json;

use crate::terminal::{at_terminal, run_line};
use crate::test_environment::{CHASE, TestEnvironment};

/// Days that can be read in two ways, no currency, and no account.
const OPEN: &str = "Date,Description,Amount\n03/04/2026,GROCERY,-12.30\n05/04/2026,RENT,-650.00\n";
const DOWN: &str = "\u{1b}[B";
const RIGHT: &str = "\u{1b}[C";

#[test]
fn asks_for_what_is_open_and_shows_the_rows_of_each_answer() {
    let env = TestEnvironment::with_vault();
    env.write("my bank 2026.csv", OPEN);
    let steps = [
        ("2026-03-04   -12.30  GROCERY", DOWN, false),
        ("for only this file (right arrow: every later file of this layout, too)", "", false),
        ("Which currency?", "eur", false),
    ];
    let run = at_terminal(&env, "-", &["import", "my bank 2026.csv"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("2 new (new account)"), "{}", run.out);
    assert!(run.out.contains("Name of the new account My Bank, for only this file"), "{}", run.out);
    let rows = env.json(&["transactions"]);
    assert_eq!(rows[0]["postedTimestamp"], "2026-04-03", "{rows}");
    let accounts = env.json(&["accounts"]);
    assert_eq!((&accounts[0]["name"], &accounts[0]["currency"]), (&json!("My Bank"), &json!("EUR")));
    assert_eq!(
        env.json(&["imports", "answers"]).as_array().unwrap().iter().filter(|a| a["option"] == "account").count(),
        0
    );
}

#[test]
fn an_answer_for_every_file_of_the_layout_is_not_asked_again() {
    let env = TestEnvironment::with_vault();
    let rows = |day| format!("Date,Description,Amount\n2026-03-{day},GROCERY,-12.30\n");
    env.write("a.csv", rows(14));
    env.write("b.csv", rows(25));
    let steps = [("Name of the new account", &format!("{RIGHT}Daily")[..], false)];
    let run = at_terminal(&env, "-", &["import", "a.csv", "--currency", "USD"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("Daily, for every later file of this layout, too"), "{}", run.out);
    let run = at_terminal(&env, "-", &["import", "b.csv", "--currency", "USD"], &[], &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(env.json(&["accounts"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_list_of_accounts_says_what_the_answer_counts_for() {
    let env = TestEnvironment::with_data();
    let rows = |day| format!("Date,Description,Amount\n2026-03-{day},GROCERY,-12.30\n");
    env.write("a.csv", rows(14));
    env.write("b.csv", rows(25));
    let steps = [("for only this file", RIGHT, false)];
    let run = at_terminal(&env, "-", &["import", "a.csv", "--currency", "USD"], &steps, &[("SIZE", "80x24")]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("Which account? Daily, for every later file of this layout, too"), "{}", run.out);
    let run = at_terminal(&env, "-", &["import", "b.csv", "--currency", "USD"], &[], &[]);
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn offers_the_accounts_that_there_are() {
    let env = TestEnvironment::with_data();
    env.write("other.csv", "Date,Description,Amount\n2026-03-14,GROCERY,-12.30\n");
    let steps = [("a new account", "", false)];
    let run = at_terminal(&env, "-", &["import", "other.csv", "--currency", "USD"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("> Daily"), "{}", run.out);
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 7);
}

/// The lock, and with it what was tried, is given up while a person thinks.
#[test]
fn a_dry_run_goes_on_from_its_files_after_a_question() {
    let env = TestEnvironment::with_vault();
    crate::gaps::month(&env, "a.ofx", 1, ["-5.00", "-6.00"], "100.00");
    env.write("b.csv", "Date,Description,Amount\n2026-01-10,ROW 10,-5.00\n2026-02-14,GROCERY,-12.30\n");
    let import = ["import", "a.ofx", "b.csv", "--currency", "USD"];
    let steps = [("a new account", "", false)];
    for dry_run in [&["--dry-run"][..], &[]] {
        let run = at_terminal(&env, "-", &[&import[..], dry_run].concat(), &steps, &[]);
        assert_eq!(run.code, 0, "{}", run.out);
        assert!(run.out.contains("2 files: 3 new rows in 1 account, 1 known."), "{}", run.out);
        let accounts = env.json(&["accounts"]).as_array().unwrap().len();
        assert_eq!(accounts, usize::from(dry_run.is_empty()));
    }
}

/// Accounts of a file that differ in their currency alone are one question, and one name.
#[test]
fn a_file_of_two_currencies_is_asked_about_once() {
    let env = TestEnvironment::with_vault();
    let rows = |day: u8| {
        format!("Date,Description,Amount,Currency\n2026-03-{day},TEA,-1.00,USD\n2026-03-{day},KAFFEE,-2.00,EUR\n")
    };
    env.write("wallet.csv", rows(11));
    env.write("later.csv", rows(21));
    let steps = [("Name of the new account [Wallet]", "", false)];
    let run = at_terminal(&env, "-", &["import", "wallet.csv"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let names = || {
        let accounts = env.json(&["accounts"]);
        let all = accounts.as_array().unwrap().iter();
        all.map(|account| format!("{} {}", account["name"].as_str().unwrap(), account["transactionCount"])).collect()
    };
    let made: Vec<String> = names();
    assert_eq!(made, ["Wallet USD 1", "Wallet EUR 1"]);
    let steps = [("> Wallet", "", false)];
    let run = at_terminal(&env, "-", &["import", "later.csv"], &steps, &[]);
    assert_eq!((run.code, run.out.matches("does not tell which account it is of").count()), (0, 1), "{}", run.out);
    let both: Vec<String> = names();
    assert_eq!(both, ["Wallet USD 2", "Wallet EUR 2"]);
    // Without a terminal it is one reason, too.
    env.write("third.csv", rows(29));
    let refused = env.vault(&["import", "third.csv"]).fails(5);
    assert_eq!(refused.err.matches("does not tell which account it is of").count(), 1, "{}", refused.err);
}

#[test]
fn no_answer_leaves_the_file_out_and_imports_the_others() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", OPEN);
    env.write("chase.csv", CHASE);
    let run = at_terminal(&env, "-", &["import", "a.csv", "chase.csv"], &[("month first", "q", false)], &[]);
    assert_eq!(run.code, 5, "{}", run.out);
    assert!(run.out.contains("6 new (new account)") && run.out.contains("--date-order mdy"), "{}", run.out);
}

#[test]
fn rows_that_no_answer_makes_readable_are_told_before_anything_is_asked() {
    let env = TestEnvironment::with_vault();
    env.write("bad.csv", "Date,Description,Amount\n2026-03-01,A,zz\n");
    env.write("half.csv", "Date,Description,Amount\n03/04/2026,A,zz\n03/04/2026,B,-1.00\n");
    for (file, told) in [("bad.csv", "none of its rows can be read"), ("half.csv", "1 row cannot be read")] {
        let run = at_terminal(&env, "-", &["import", file], &[], &[]);
        assert_eq!(run.code, 5, "{}", run.out);
        assert!(run.out.contains(told) && !run.out.contains("leaves the file out"), "{}", run.out);
    }
    let refused = env.vault(&["import", "bad.csv"]).fails(5);
    assert!(!refused.err.contains("--account"), "{}", refused.err);
    // No command answers what was not asked; without the bad rows the file is asked about.
    let refused = env.vault(&["import", "half.csv"]).fails(5);
    assert!(refused.err.contains("--skip-bad-rows") && !refused.err.contains("--date-order"), "{}", refused.err);
    let asked = env.vault(&["import", "half.csv", "--skip-bad-rows"]).fails(5);
    let command = asked.err.lines().last().and_then(|line| line.strip_prefix("hint: vault ")).unwrap();
    let command = command.replace("NAME", "A").replace("CODE", "EUR");
    assert!(command.contains("--date-order") && command.contains("--skip-bad-rows"), "{command}");
    env.vault(&command.split(' ').collect::<Vec<_>>()).ok();
    // Where only a profile says the decimal mark, either may make the rows readable.
    env.write("mark.csv", "Date;Description;Amount\n2026-03-01;A;1.234\n2026-03-02;B;zz\n");
    let refused = env.vault(&["import", "mark.csv"]).fails(5);
    assert!(refused.err.contains("decimals or thousands"), "{}", refused.err);
}

#[test]
fn no_amount_is_shown_with_a_sign_that_is_asked_later() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n03/04/2026,A,10.00\n05/04/2026,B,20.00\n");
    let steps = [
        ("How are the dates written?", "", false),
        ("What is an amount without a minus?", "", false),
        ("Name of the new account", "A", false),
        ("Which currency?", "eur", false),
    ];
    let run = at_terminal(&env, "-", &["import", "a.csv"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    let at = |text: &str| run.out.find(text).unwrap_or_else(|| panic!("{text}: {}", run.out));
    assert!(at("10.00  A") < at("What is an amount without a minus?"), "{}", run.out);
    assert!(at("-10.00  A") > at("What is an amount without a minus?"), "{}", run.out);
    assert!(at("What is an amount without a minus?") < at("Which currency?"), "{}", run.out);
}

#[test]
fn a_question_of_an_import_can_be_stopped_and_goes_on() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", OPEN);
    let steps = [
        json!(["month first", "\u{1a}", "key"]),
        // Enter answers what is asked again.
        json!(["stopped with 148", "", false]),
        json!(["Name of the new account", "A", false]),
        json!(["Which currency?", "\u{1a}", "key"]),
        json!(["stopped with 148", "eur", false]),
    ];
    let line =
        format!("{} import a.csv; echo stopped with $?; fg; echo stopped with $?; fg", env!("CARGO_BIN_EXE_vault"));
    let run = run_line(&env, "-", &["/bin/bash", "--norc", "-m", "-c", &line], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(env.json(&["accounts"])[0]["currency"], "EUR");
}

#[test]
fn nothing_is_locked_while_a_person_thinks() {
    let env = TestEnvironment::with_data();
    env.write("a.csv", OPEN);
    let rename = format!("{} accounts rename Daily Renamed", env!("CARGO_BIN_EXE_vault"));
    let steps = [("month first", "q", false)];
    let run = at_terminal(&env, "-", &["import", "a.csv"], &steps, &[("BEFORE_ANSWER", &rename)]);
    assert_eq!(run.code, 5, "{}", run.out);
    assert_eq!(env.json(&["accounts"])[0]["name"], "Renamed");
}

#[test]
fn programs_and_those_who_say_yes_are_not_asked() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", OPEN);
    for option in ["--json", "--yes"] {
        let run = at_terminal(&env, "-", &["import", "a.csv", option], &[], &[]);
        assert_eq!(run.code, 5, "{option}: {}", run.out);
        assert!(!run.out.contains("arrow keys"), "{option}: {}", run.out);
    }
}

#[test]
fn files_that_join_each_other_are_asked_about_once() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Balance\n";
    env.write("jan.csv", format!("{header}2026-01-05,A,-10.00,90.00\n2026-01-20,B,-5.00,85.00\n"));
    env.write("feb.csv", format!("{header}2026-02-05,C,-1.00,84.00\n2026-02-20,D,-2.00,82.00\n"));
    let steps = [("for only these 2 files", "", false)];
    let run = at_terminal(&env, "-", &["import", "feb.csv", "jan.csv", "--currency", "USD"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("2 files: 4 new rows in 1 account"), "{}", run.out);
    assert_eq!(env.json(&["accounts"])[0]["name"], "Feb");
}

#[test]
fn files_that_seem_to_be_of_one_account_can_be_of_two() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Balance\n";
    env.write("jan.csv", format!("{header}2026-01-05,A,-10.00,90.00\n2026-01-20,B,-5.00,85.00\n"));
    env.write("feb.csv", format!("{header}2026-02-05,C,-1.00,84.00\n2026-02-20,D,-2.00,82.00\n"));
    let steps = [("for only these 2 files", &format!("{RIGHT}One")[..], false), ("a new account", "\u{1b}", false)];
    let run = at_terminal(&env, "-", &["import", "feb.csv", "jan.csv", "--currency", "USD"], &steps, &[]);
    assert!(run.out.contains("2 new (new account)"), "{}", run.out);
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 2, "{}", run.out);
}

#[test]
fn a_typed_answer_can_be_refused_and_the_questions_stopped() {
    let env = TestEnvironment::with_vault();
    let file = "Date,Description,Amount\n2026-03-14,GROCERY,-12.30\n";
    env.write("a.csv", file);
    env.write("b.csv", file.replace("Date", "Day"));
    env.write("chase.csv", CHASE);
    for (key, asked) in [("\u{1b}", 2), ("\u{3}", 1)] {
        let steps = [("Which account?", key, false), ("Which account?", key, false)];
        let run = at_terminal(&env, "-", &["import", "a.csv", "b.csv", "chase.csv"], &steps[..asked], &[]);
        assert_eq!(run.code, 5, "{}", run.out);
        assert!(run.out.contains("2 files were not imported"), "{key:?}: {}", run.out);
    }
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6, "the file that needed no answer is there");
}

#[test]
fn a_new_number_is_added_to_an_account_when_the_person_says_so() {
    let env = TestEnvironment::with_vault();
    let card = |number: &str, day: &str| {
        format!(
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD\
             <CCACCTFROM><ACCTID>{number}</CCACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}\
             <TRNAMT>-8.00<FITID>{day}<NAME>TEA</STMTTRN></BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>\
             </OFX>\n"
        )
    };
    env.write("old.ofx", card("4000123412344711", "20260305"));
    env.write("new.ofx", card("4000123412348822", "20260405"));
    env.vault(&["import", "old.ofx", "--account", "Card", "--create"]).ok();
    let steps = [("such as a replaced card: add it", "", false)];
    let run = at_terminal(&env, "-", &["import", "new.ofx", "--account", "Card"], &steps, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("beside those it had"), "{}", run.out);
    assert_eq!(env.json(&["accounts"])[0]["accountNumberDisplay"], "8822");
}

#[test]
fn an_order_of_days_that_a_file_proves_is_not_overruled_by_what_was_said_of_another() {
    let env = TestEnvironment::with_vault();
    let file = |name: &str, rows: &[&str]| {
        let rows: String = rows.iter().map(|day| format!("{day},SHOP {day},-5.00\n")).collect();
        env.write(name, format!("Date,Description,Amount\n{rows}"));
    };
    file("a.csv", &["04/02/25", "05/02/25"]);
    env.vault(&["import", "a.csv", "--account", "Daily", "--create", "--currency", "USD", "--date-order", "dmy"]).ok();
    // The 30th of February is a misprint, and what was said of the other days holds.
    file("b.csv", &["26/02/25", "30/02/25"]);
    let refused = env.vault(&["import", "b.csv", "--account", "Daily"]).fails(5);
    assert!(refused.err.contains("1 row cannot be read"), "{}", refused.err);
    file("c.csv", &["03/13/25"]);
    let refused = env.vault(&["import", "c.csv", "--account", "Daily"]).fails(5);
    assert!(refused.err.contains("the dates of this file are month first"), "{}", refused.err);
    env.vault(&["import", "c.csv", "--account", "Daily", "--date-order", "mdy"]).ok();
    // What was said last holds from now on.
    file("d.csv", &["04/05/25"]);
    env.vault(&["import", "d.csv", "--account", "Daily"]).ok();
    assert_eq!(env.json(&["transactions", "--search", "04/05/25"])[0]["postedTimestamp"], "2025-04-05");
}

#[test]
fn the_hint_for_rows_that_a_profile_does_not_read_is_to_correct_it() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Status,Date,Description,Debit,Credit\nCleared,03/13/2026,A,zz,\n");
    let refused = env.vault(&["import", "a.csv", "--account", "A", "--create"]).fails(5);
    assert!(refused.err.contains("hint: correct the profile that read the file"), "{}", refused.err);
}

/// An editor leaves hidden files beside the one that it writes.
#[test]
fn hidden_files_beside_the_profiles_are_none() {
    let env = TestEnvironment::with_vault();
    fs::create_dir_all(env.path(".config/finvault/profiles")).unwrap();
    env.write(".config/finvault/profiles/.shop.toml", "no = profile");
    env.write("a.csv", "Date,Description,Amount,Balance\n2026-03-13,A,1.00,1.00\n2026-03-14,B,2.00,3.00\n");
    env.vault(&["import", "a.csv", "--account", "A", "--create", "--currency", "USD", "--sign", "in"]).ok();
    env.write(".config/finvault/profiles/shop.toml", "no = profile");
    let refused = env.vault(&["import", "a.csv", "--account", "A"]).fails(2);
    assert!(
        refused.err.contains("your CSV profile cannot be used: ") && refused.err.contains("/shop.toml"),
        "{}",
        refused.err
    );
}
