//! Which account a file goes to, by what proves it, and what is asked.

use serde_json::{Value, json};

use crate::test_environment::{Run, TestEnvironment};

/// A month of a bank whose files name no account: two different rows on most days.
const MARCH: &[(&str, &str, &str)] = &[
    ("03/02/2026", "-11.40", "BAKERY"),
    ("03/04/2026", "-62.00", "GARAGE"),
    ("03/05/2026", "-7.25", "KIOSK"),
    ("03/06/2026", "910.00", "WAGES"),
    ("03/09/2026", "-33.10", "MARKET"),
    ("03/11/2026", "-4.80", "TRAM"),
];

/// Returns a file in the layout of Wells Fargo: no header, no number, no kind.
fn wells_fargo(rows: &[(&str, &str, &str)]) -> String {
    rows.iter().map(|(day, amount, text)| format!("\"{day}\",\"{amount}\",\"*\",\"\",\"{text}\"\n")).collect()
}

/// Returns an OFX file of one account.
fn ofx(bank: &str, number: &str, kind: &str, rows: &[(&str, &str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(at, (day, amount, name))| {
            format!("<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{day}{at}<NAME>{name}</STMTTRN>\n")
        })
        .collect();
    let (open, close, from) = match kind {
        "CARD" => {
            ("CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS", "CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1", "CCACCTFROM")
        }
        _ => ("BANKMSGSRSV1><STMTTRNRS><STMTRS", "STMTRS></STMTTRNRS></BANKMSGSRSV1", "BANKACCTFROM"),
    };
    let (bank, kind) = match kind {
        "CARD" => (String::new(), String::new()),
        _ => (format!("<BANKID>{bank}"), format!("<ACCTTYPE>{kind}")),
    };
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><SIGNONMSGSRSV1><SONRS><FI><ORG>Fjord Bank</FI></SONRS>\
         </SIGNONMSGSRSV1><{open}><CURDEF>USD<{from}>{bank}<ACCTID>{number}{kind}</{from}>\n<BANKTRANLIST>\n{rows}\
         </BANKTRANLIST></{close}></OFX>\n"
    )
}

const TWO_ROWS: &[(&str, &str, &str)] = &[("20260305", "-12.00", "BOOKS"), ("20260312", "-8.50", "PLANTS")];

fn accounts(env: &TestEnvironment) -> Vec<String> {
    let lines = env.json(&["accounts"]);
    lines.as_array().unwrap().iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect()
}

/// Imports, which has to be refused, and returns the report of the last file.
fn refused(env: &TestEnvironment, args: &[&str]) -> Value {
    let mut all = vec!["import"];
    all.extend(args);
    all.push("--json");
    let run: Run = env.vault(&all).fails(5);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let imports = report["imports"].as_array().unwrap();
    imports.last().unwrap().clone()
}

#[test]
fn equal_rows_join_and_other_rows_are_asked_about() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", wells_fargo(&MARCH[..5]));
    env.write("b.csv", wells_fargo(&MARCH[1..]));
    env.write(
        "other.csv",
        wells_fargo(&[("03/03/2026", "-1.00", "A"), ("03/05/2026", "-2.00", "B"), ("03/10/2026", "-3.00", "C")]),
    );
    let first = env.json(&["import", "a.csv"]);
    assert_eq!(first["imports"][0]["accounts"][0]["created"], json!(true));
    let second = env.json(&["import", "b.csv"]);
    assert_eq!(second["imports"][0]["accounts"][0]["added"], 1, "{second}");
    assert_eq!(second["imports"][0]["remarks"], json!(["ACCOUNT_FROM_ROWS"]));
    let report = refused(&env, &["other.csv"]);
    assert_eq!(report["error"]["kind"], "NeedsOption");
    assert_eq!(accounts(&env), ["Wells Fargo"]);
}

#[test]
fn rows_that_cannot_be_of_one_account_are_refused_whatever_was_said() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", wells_fargo(MARCH));
    let other: Vec<_> = MARCH.iter().map(|(day, _, text)| (*day, "-0.50", *text)).collect();
    env.write("other.csv", wells_fargo(&other));
    env.vault(&["import", "a.csv", "--account", "Main", "--create"]).ok();
    let report = refused(&env, &["other.csv", "--account", "Main"]);
    assert_eq!(report["error"]["kind"], "Contradiction", "{report}");
}

#[test]
fn an_opening_balance_goes_on_where_one_account_ends() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Balance\n";
    env.write("jan.csv", format!("{header}2026-01-05,A,-10.00,90.00\n2026-01-20,B,-5.00,85.00\n"));
    env.write("feb.csv", format!("{header}2026-02-05,C,-1.00,84.00\n2026-02-20,D,-2.00,82.00\n"));
    env.write("far.csv", format!("{header}2026-02-05,C,-1.00,70.00\n2026-02-20,D,-2.00,68.00\n"));
    env.vault(&["import", "jan.csv", "--account", "Main", "--create", "--currency", "USD"]).ok();
    assert_eq!(refused(&env, &["far.csv", "--currency", "USD"])["error"]["kind"], "NeedsOption");
    let report = env.json(&["import", "feb.csv", "--currency", "USD"]);
    assert_eq!(report["imports"][0]["accounts"][0]["name"], "Main");
    assert_eq!(report["imports"][0]["remarks"], json!(["ACCOUNT_FROM_BALANCE"]));
}

#[test]
fn digits_in_the_name_of_a_file_tell_the_account_unless_they_are_a_date() {
    let env = TestEnvironment::with_vault();
    env.write("card.ofx", ofx("", "4000123412342026", "CARD", TWO_ROWS));
    env.write("main.ofx", ofx("071000013", "55504711", "CHECKING", TWO_ROWS));
    env.vault(&["import", "card.ofx", "main.ofx"]).ok();
    let file = "Date,Description,Amount\n2026-04-02,LAMP,-9.00\n2026-04-03,RUG,-8.00\n";
    env.write("export 4711 2026-04.csv", file);
    env.write("export 2026.csv", format!("{file}2026-04-04,SOFA,-7.00\n"));
    let report = env.json(&["import", "export 4711 2026-04.csv", "--currency", "USD"]);
    assert_eq!(report["imports"][0]["accounts"][0]["name"], "Fjord Bank Checking 4711");
    assert_eq!(refused(&env, &["export 2026.csv", "--currency", "USD"])["error"]["kind"], "NeedsOption");
}

#[test]
fn a_new_number_is_asked_about_where_its_rows_are_known_and_can_be_refused() {
    let env = TestEnvironment::with_vault();
    env.write("old.ofx", ofx("071000013", "55504711", "CHECKING", TWO_ROWS));
    env.write("new.ofx", ofx("071000013", "66608822", "CHECKING", TWO_ROWS));
    env.write(
        "apart.ofx",
        ofx("071000013", "77709933", "CHECKING", &[("20260401", "-1.00", "TEA"), ("20260402", "-2.00", "HAM")]),
    );
    env.vault(&["import", "old.ofx"]).ok();
    assert_eq!(refused(&env, &["new.ofx"])["error"]["kind"], "NeedsOption");
    let report = refused(&env, &["new.ofx"]);
    let options: Vec<&str> =
        report["questions"].as_array().unwrap().iter().flat_map(|q| q["option"].as_str()).collect();
    assert_eq!(options, ["account", "add-number"]);
    assert!(report["error"]["command"].as_str().unwrap().contains("--account NAME --add-number"), "{report}");
    let report = refused(&env, &["new.ofx", "--account", "Fjord Bank Checking 4711"]);
    assert_eq!(report["questions"][0]["option"], "add-number", "{report}");
    assert!(report["error"]["command"].as_str().unwrap().contains("4711' --add-number"), "{report}");
    let report = env.json(&["import", "new.ofx", "--account", "Fjord Bank Checking 4711", "--add-number"]);
    assert_eq!(report["imports"][0]["remarks"], json!(["NUMBER_ADDED"]));
    assert_eq!(report["imports"][0]["accounts"][0]["present"], 2);
    assert_eq!(env.json(&["accounts"])[0]["accountNumberDisplay"], "8822");
    let report = env.json(&["import", "old.ofx"]);
    assert_eq!(report["imports"][0]["status"], "ALREADY_IMPORTED", "the older number is the account's, too");
    env.vault(&["import", "apart.ofx"]).ok();
    assert_eq!(accounts(&env), ["Fjord Bank Checking 4711", "Fjord Bank Checking 9933"]);
}

#[test]
fn an_undo_takes_back_what_the_file_told_of_the_account() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n2026-01-01,A,-1.00\n2026-01-02,B,-2.00\n");
    env.write("a.ofx", ofx("071000013", "55504711", "CHECKING", TWO_ROWS));
    env.write("more.ofx", ofx("071000013", "55504711", "CHECKING", &[("20260405", "-3.00", "PENS")]));
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "USD"]).ok();
    env.vault(&["import", "a.ofx", "--account", "Main"]).ok();
    env.vault(&["imports", "undo", "imp-2"]).ok();
    let line = &env.json(&["accounts"])[0];
    assert_eq!((&line["accountNumberDisplay"], &line["accountType"]), (&json!(null), &json!("OTHER")));
    let report = env.json(&["import", "more.ofx"]);
    assert_ne!(report["imports"][0]["accounts"][0]["name"], "Main", "{report}");
}

#[test]
fn a_number_of_another_account_cannot_be_added() {
    let env = TestEnvironment::with_vault();
    env.write("old.ofx", ofx("", "4000123412344711", "CARD", TWO_ROWS));
    env.write("other.ofx", ofx("", "4000123412348822", "CARD", &[("20260401", "-1.00", "TEA")]));
    env.write("more.ofx", ofx("", "4000123412348822", "CARD", &[("20260501", "-2.00", "HAM")]));
    env.vault(&["import", "old.ofx", "--account", "Visa", "--create"]).ok();
    env.vault(&["import", "other.ofx", "--account", "Other", "--create"]).ok();
    for more in [&["more.ofx", "--account", "Visa"][..], &["more.ofx", "--account", "Visa", "--add-number"]] {
        let report = refused(&env, more);
        assert_eq!(report["error"]["kind"], "Contradiction", "{report}");
        assert!(report["error"]["message"].as_str().unwrap().contains("\"Other\""), "{report}");
    }
}

#[test]
fn a_round_balance_of_another_layout_and_one_of_months_ago_prove_nothing() {
    let env = TestEnvironment::with_vault();
    env.write("chk.csv", "Date,Description,Amount,Balance\n2026-01-05,A,-10.00,1010.00\n2026-01-20,B,-10.00,1000.00\n");
    env.write("sav.csv", "Datum;Text;Betrag;Saldo\n05.02.2026;C;-1,00;999,00\n20.02.2026;D;-2,00;997,00\n");
    env.write("late.csv", "Date,Description,Amount,Balance\n2026-06-05,C,-1.00,999.00\n2026-06-20,D,-2.00,997.00\n");
    let both = env.vault(&["import", "chk.csv", "sav.csv", "--currency", "USD"]).fails(5);
    assert_eq!(both.err.matches("hint: vault import").count(), 2, "{}", both.err);
    env.vault(&["import", "chk.csv", "--account", "Main", "--create", "--currency", "USD"]).ok();
    for file in ["sav.csv", "late.csv"] {
        assert_eq!(refused(&env, &[file, "--currency", "USD"])["error"]["kind"], "NeedsOption", "{file}");
    }
}

#[test]
fn files_that_join_each_other_are_one_question() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Balance\n";
    env.write("jan.csv", format!("{header}2026-01-05,A,-10.00,90.00\n2026-01-20,B,-5.00,85.00\n"));
    env.write("feb.csv", format!("{header}2026-02-05,C,-1.00,84.00\n2026-02-20,D,-2.00,82.00\n"));
    env.write("far.csv", format!("{header}2026-02-05,C,-1.00,70.00\n2026-02-20,D,-2.00,68.00\n"));
    let run = env.vault(&["import", "feb.csv", "far.csv", "jan.csv", "--currency", "USD"]).fails(5);
    let commands: Vec<&str> = run.err.lines().filter_map(|line| line.trim().strip_prefix("hint: vault ")).collect();
    let wanted = ["feb.csv jan.csv", "far.csv"];
    let line = |files: &str| format!("import {files} --account NAME --create --currency USD");
    assert_eq!(commands, wanted.map(line), "{}", run.err);
    let report = env.json(&["import", "feb.csv", "jan.csv", "--account", "Main", "--create", "--currency", "USD"]);
    assert_eq!(report["imports"][1]["accounts"][0]["provenUpTo"], "2026-02-20", "{report}");
}

#[test]
fn a_file_that_came_too_early_is_tried_again_after_the_others() {
    let env = TestEnvironment::with_vault();
    env.write("4711.csv", "Date,Description,Amount\n2026-04-02,LAMP,-9.00\n2026-04-03,RUG,-8.00\n");
    env.write("main.ofx", ofx("071000013", "55504711", "CHECKING", TWO_ROWS));
    let report = env.json(&["import", "4711.csv", "main.ofx", "--currency", "USD"]);
    assert_eq!(report["imports"][0]["accounts"][0]["name"], "Fjord Bank Checking 4711", "{report}");
    assert_eq!(report["imports"][0]["remarks"], json!(["ACCOUNT_FROM_FILE_NAME"]));
}

#[test]
fn an_account_that_was_named_has_to_exist_or_is_made() {
    let env = TestEnvironment::with_data();
    env.write("a.csv", wells_fargo(MARCH));
    let run = env.vault(&["import", "a.csv", "--account", "Dayly"]).fails(2);
    assert!(run.err.contains("Daily") && run.err.contains("--create"), "{}", run.err);
    env.vault(&["import", "a.csv", "--account", "Savings", "--create"]).ok();
    assert_eq!(accounts(&env), ["Daily", "Savings"]);
}

#[test]
fn files_of_several_accounts_under_one_name_are_refused_before_any_is_imported() {
    let env = TestEnvironment::with_vault();
    env.write("a.ofx", ofx("071000013", "55504711", "CHECKING", TWO_ROWS));
    env.write("b.ofx", ofx("071000013", "66608822", "CHECKING", TWO_ROWS));
    env.vault(&["import", "a.ofx", "b.ofx", "--account", "Main", "--create"]).fails(2);
    assert_eq!(env.json(&["imports"]), json!([]));
    env.write("mint.csv", "Date,Description,Amount,Account Name\n2026-03-01,A,-1.00,Visa\n2026-03-02,B,-2.00,Loan\n");
    env.vault(&["import", "mint.csv", "--account", "Main", "--create", "--currency", "USD"]).fails(2);
}

#[test]
fn names_in_a_column_are_accounts_of_their_own() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Account Name\n";
    env.write("one.csv", format!("{header}2026-03-01,A,-1.00,Visa\n2026-03-02,B,-2.00,Cash\n"));
    env.write("two.csv", format!("{header}2026-04-01,C,-3.00,Cash\n2026-04-02,D,-4.00,Visa\n"));
    env.vault(&["import", "one.csv", "--currency", "USD"]).ok();
    let report = env.json(&["import", "two.csv", "--currency", "USD"]);
    assert_eq!(report["imports"][0]["accounts"].as_array().unwrap().len(), 2);
    assert_eq!(accounts(&env), ["Visa", "Cash"]);
    let balances = env.json(&["transactions", "--account", "Cash"]);
    assert_eq!(balances.as_array().unwrap().len(), 2);
}

#[test]
fn a_new_name_with_rows_of_a_renamed_account_is_asked_about() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Account Name\n";
    let rows = "2026-03-13,Cafe,-4.50,Everyday\n2026-03-15,Rent,-1000.00,Everyday\n2026-03-14,Refund,12.00,Sapphire\n";
    env.write("one.csv", format!("{header}{rows}"));
    env.write("two.csv", format!("{header}2026-03-20,Job,2000.00,Everyday\n{rows}"));
    env.vault(&["import", "one.csv", "--currency", "USD"]).ok();
    env.vault(&["accounts", "rename", "Everyday", "Main"]).ok();
    let asked = env.vault(&["import", "two.csv", "--currency", "USD"]).fails(5);
    let message = "the name \"Everyday\" is new, but it has rows of an account that the vault has";
    assert!(asked.err.contains(message), "{}", asked.err);
    assert!(asked.err.contains("rename the account of the vault back to \"Everyday\""), "{}", asked.err);
    assert_eq!(accounts(&env), ["Main", "Sapphire"]);
    env.vault(&["accounts", "rename", "Main", "Everyday"]).ok();
    env.vault(&["import", "two.csv", "--currency", "USD"]).ok();
    assert_eq!(accounts(&env), ["Everyday", "Sapphire"]);
}

#[test]
fn one_name_in_the_files_of_two_banks_is_asked_about() {
    let env = TestEnvironment::with_vault();
    let pine = "Account Name,Date,Description,Amount,Currency\n";
    let oak = "Account Name,Posted,Payee,Debit,Credit,Currency\n";
    env.write("pine.csv", format!("{pine}Checking,2026-03-13,A,-1.00,USD\nChecking,2026-03-14,B,-1.50,USD\n"));
    env.write("pine-later.csv", format!("{pine}Checking,2026-03-16,C,-1.00,USD\nChecking,2026-03-17,D,-1.50,USD\n"));
    env.write("oak.csv", format!("{oak}Checking,2026-03-15,E,2.00,,USD\nChecking,2026-03-16,F,,3.00,USD\n"));
    env.vault(&["import", "pine.csv"]).ok();
    env.vault(&["import", "pine-later.csv"]).ok();
    let asked = env.vault(&["import", "oak.csv"]).fails(5);
    assert!(
        asked.err.contains("an account is called \"Checking\" as in the file, which may be of another bank"),
        "{}",
        asked.err
    );
    assert!(asked.err.contains("--account"), "{}", asked.err);
    assert_eq!(accounts(&env), ["Checking"]);
    env.vault(&["import", "oak.csv", "--account", "Oak", "--create", "--always"]).ok();
    assert_eq!(accounts(&env), ["Checking", "Oak"]);
    env.write("oak-later.csv", format!("{oak}Checking,2026-03-18,G,2.00,,USD\nChecking,2026-03-19,H,,3.00,USD\n"));
    env.vault(&["import", "oak-later.csv"]).ok();
    assert_eq!(env.json(&["transactions", "--account", "Oak"]).as_array().unwrap().len(), 4);
    assert_eq!(env.json(&["transactions", "--account", "Checking"]).as_array().unwrap().len(), 4);
}

#[test]
fn a_named_account_stands_for_one_of_each_currency() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Currency\n";
    env.write("one.csv", format!("{header}2026-03-01,A,-1.00,USD\n2026-03-02,B,-2.00,EUR\n"));
    env.write("two.csv", format!("{header}2026-04-01,C,-3.00,EUR\n2026-04-02,D,-4.00,USD\n"));
    env.vault(&["import", "one.csv", "--account", "Wise", "--create"]).ok();
    assert_eq!(accounts(&env), ["Wise USD", "Wise EUR"]);
    env.vault(&["import", "two.csv", "--account", "Wise"]).ok();
    let counts: Vec<Value> =
        env.json(&["accounts"]).as_array().unwrap().iter().map(|line| line["transactionCount"].clone()).collect();
    assert_eq!(counts, [json!(2), json!(2)]);
}

#[test]
fn a_standing_answer_holds_until_a_file_contradicts_it() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount\n";
    let file = |rows: &[(&str, &str)]| {
        let rows: String = rows.iter().map(|(day, amount)| format!("{day},SHOP {amount},{amount}\n")).collect();
        format!("{header}{rows}")
    };
    env.write(
        "a.csv",
        file(&[
            ("2026-01-02", "-1.00"),
            ("2026-01-05", "-2.00"),
            ("2026-01-06", "-3.00"),
            ("2026-01-07", "-4.00"),
            ("2026-01-30", "-5.00"),
        ]),
    );
    env.write("b.csv", file(&[("2026-02-02", "-6.00"), ("2026-02-03", "-7.00")]));
    env.write(
        "other.csv",
        file(&[
            ("2026-01-03", "-1.10"),
            ("2026-01-08", "-2.20"),
            ("2026-01-09", "-3.30"),
            ("2026-01-10", "-4.40"),
            ("2026-01-29", "-5.50"),
        ]),
    );
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--always", "--currency", "USD"]).ok();
    assert_eq!(env.json(&["import", "b.csv", "--currency", "USD"])["imports"][0]["accounts"][0]["name"], "Main");
    let answers = env.json(&["imports", "answers"]);
    let options: Vec<&str> = answers.as_array().unwrap().iter().map(|a| a["option"].as_str().unwrap()).collect();
    assert_eq!(options, ["currency", "account"]);
    assert_eq!(refused(&env, &["other.csv", "--currency", "USD"])["error"]["kind"], "NeedsOption");
    assert_eq!(env.json(&["imports", "answers"]).as_array().unwrap().len(), 1, "the standing answer is void");
}

#[test]
fn the_same_bytes_are_known_before_anything_is_asked() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n2026-03-01,A,-1.00\n2026-03-02,B,-2.00\nnonsense,C,-3.00\n");
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "USD", "--skip-bad-rows"]).ok();
    assert_eq!(env.json(&["import", "a.csv"])["imports"][0]["status"], "ALREADY_IMPORTED");
    let report = refused(&env, &["a.csv", "--account", "Second", "--create", "--currency", "USD"]);
    assert!(report["error"]["message"].as_str().unwrap().contains("imp-1"), "{report}");
    assert_eq!(accounts(&env), ["Main"]);
}

#[test]
fn a_file_without_rows_makes_no_account() {
    let env = TestEnvironment::with_vault();
    env.write("empty.csv", "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\n");
    let report = refused(&env, &["empty.csv"]);
    assert_eq!(report["error"]["kind"], "Empty", "{report}");
    assert_eq!(accounts(&env), Vec::<String>::new());
}

#[test]
fn an_account_takes_number_and_kind_from_a_file_and_says_so() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n2026-01-01,A,-1.00\n2026-01-02,B,-2.00\n");
    env.write("a.ofx", ofx("071000013", "55504711", "CHECKING", TWO_ROWS));
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "USD"]).ok();
    let report = env.json(&["import", "a.ofx", "--account", "Main"]);
    assert_eq!(report["imports"][0]["remarks"], json!(["NUMBER_LEARNED", "KIND_LEARNED"]));
    let line = &env.json(&["accounts"])[0];
    assert_eq!((&line["accountNumberDisplay"], &line["accountType"]), (&json!("4711"), &json!("CHECKING")));
}

#[test]
fn two_kinds_under_one_number_are_two_accounts_and_a_part_of_a_number_is_the_whole() {
    let env = TestEnvironment::with_vault();
    env.write("a.ofx", ofx("071000013", "778899", "CHECKING", TWO_ROWS));
    env.write("b.ofx", ofx("071000013", "00-7788 99", "SAVINGS", &[("20260331", "0.40", "INTEREST")]));
    env.vault(&["import", "a.ofx", "b.ofx"]).ok();
    assert_eq!(accounts(&env), ["Fjord Bank Checking 8899", "Fjord Bank Savings 8899"]);
    env.write("c.ofx", ofx("071000013", "XX8899", "SAVINGS", &[("20260430", "0.50", "INTEREST")]));
    let report = env.json(&["import", "c.ofx"]);
    assert_eq!(report["imports"][0]["accounts"][0]["name"], "Fjord Bank Savings 8899");
}

#[test]
fn a_balance_that_is_printed_as_owed_is_turned_once_two_files_prove_it() {
    let env = TestEnvironment::with_vault();
    let card = |day: &str, owed: &str, rows: &[(&str, &str, &str)]| {
        let balance = format!("</BANKTRANLIST><LEDGERBAL><BALAMT>{owed}<DTASOF>{day}</LEDGERBAL>");
        ofx("", "4000000000001111", "CARD", rows).replace("</BANKTRANLIST>", &balance)
    };
    env.write("jan.ofx", card("20260131", "70.00", &[("20260110", "-70.00", "SHOES")]));
    env.write("feb.ofx", card("20260228", "95.50", &[("20260210", "-25.50", "BOOKS")]));
    env.vault(&["import", "jan.ofx"]).ok();
    let report = env.json(&["import", "feb.ofx"]);
    assert_eq!(report["imports"][0]["remarks"], json!(["DEBT_TURNED"]));
    assert_eq!(report["imports"][0]["balanceGaps"], json!([]));
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], "-95.50");
    let id = report["imports"][0]["importId"].as_str().unwrap().to_owned();
    env.vault(&["imports", "undo", &id]).ok();
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], "70.00", "one balance proves nothing");
}

#[test]
fn balances_of_one_day_that_differ_are_two_accounts_whatever_is_said() {
    let env = TestEnvironment::with_vault();
    let file = |rows: &str| format!("Date,Description,Amount,Balance\n{rows}");
    env.write("a.csv", file("2026-01-13,TEA,-9.50,90.50\n2026-01-14,BOOK,-4.00,86.50\n"));
    env.write("b.csv", file("2026-01-13,PEN,-1.50,490.50\n2026-01-14,INK,-4.50,486.00\n"));
    env.vault(&["import", "a.csv", "--account", "A", "--create", "--currency", "EUR"]).ok();
    let run = env.vault(&["import", "b.csv", "--account", "A"]);
    assert_eq!(run.code, 5);
    assert!(run.err.contains("86.50") && run.err.contains("486.00"), "{}", run.err);
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], "86.50");
}
