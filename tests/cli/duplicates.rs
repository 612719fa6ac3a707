//! Rows in doubt: how they are listed, decided about, and shown.

use serde_json::json;

use crate::test_environment::TestEnvironment;

/// Two files that share one row of one day: nobody knows whether it is one.
fn two_files() -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    env.write("feb.csv", "Date,Description,Amount\n2026-02-10,RENT,-900.00\n2026-02-28,TRAM,-2.80\n");
    env.write("mar.csv", "Date,Description,Amount\n2026-02-28,TRAM,-2.80\n2026-03-10,RENT,-900.00\n");
    env.vault(&["import", "feb.csv", "--account", "Daily", "--create", "--currency", "EUR"]).ok();
    env.vault(&["import", "mar.csv", "--account", "Daily"]).ok();
    env
}

fn count(env: &TestEnvironment) -> usize {
    env.json(&["transactions"]).as_array().unwrap().len()
}

#[test]
fn a_pair_names_both_rows_and_can_be_decided() {
    let env = two_files();
    let pairs = env.json(&["duplicates"]);
    let pair = &pairs[0];
    assert_eq!((pairs.as_array().unwrap().len(), &pair["assumed"]), (1, &json!("SAME")), "{pairs}");
    let files: Vec<_> = pair["rows"].as_array().unwrap().iter().map(|row| (&row["file"], &row["line"])).collect();
    assert!(files.contains(&(&json!("feb.csv"), &json!(3))) && files.contains(&(&json!("mar.csv"), &json!(2))));
    assert_eq!(count(&env), 3);
    let id = pair["pairId"].as_str().unwrap();
    let decision = env.json(&["duplicates", "different", id]);
    assert_eq!((&decision["decision"], count(&env)), (&json!("DIFFERENT"), 4));
    assert_eq!(env.json(&["duplicates"]), json!([]), "what is decided is in doubt no more");
    env.vault(&["check"]).ok();

    let same = env.vault(&["duplicates", "same", id]);
    assert!(same.code == 2 && same.err.contains("dec-1 says otherwise"), "{} {}", same.code, same.err);
    env.vault(&["duplicates", "undo", "dec-1"]).ok();
    assert_eq!((count(&env), env.json(&["duplicates"])), (3, pairs));
    env.vault(&["duplicates", "undo", "dec-1"]).fails(2);
    env.vault(&["duplicates", "same", "1-999"]).fails(2);
    env.vault(&["duplicates", "same", "rent"]).fails(2);
}

#[test]
fn a_decision_outlives_an_undo_and_lies_dormant_meanwhile() {
    let env = two_files();
    let id = env.json(&["duplicates"])[0]["pairId"].as_str().unwrap().to_owned();
    env.vault(&["duplicates", "different", &id]).ok();
    env.vault(&["imports", "undo", "imp-2"]).ok();
    let shown = env.json(&["duplicates", "decisions"]);
    let lines: Vec<bool> = shown[0]["rows"].as_array().unwrap().iter().map(|row| row["line"].is_null()).collect();
    assert_eq!(lines.iter().filter(|dormant| **dormant).count(), 1, "{shown}");
    assert_eq!(count(&env), 2);
    env.vault(&["import", "mar.csv", "--account", "Daily"]).ok();
    assert_eq!(count(&env), 4, "the decision holds again");
    env.vault(&["check"]).ok();
}

#[test]
fn two_transactions_can_be_said_to_be_one_unless_a_file_shows_both() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n2026-02-10,CAFE,-4.00\n2026-02-11,CAFE,-4.00\n2026-02-12,BUS,-1.00\n");
    env.write("b.csv", "Date,Details,Amount\n2026-02-20,KIOSK,-4.00\n2026-02-22,BUS,-1.00\n");
    env.vault(&["import", "a.csv", "--account", "Daily", "--create", "--currency", "EUR"]).ok();
    env.vault(&["import", "b.csv", "--account", "Daily", "--currency", "EUR"]).ok();
    let ids: Vec<String> = env
        .json(&["transactions"])
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["transactionId"].as_str().unwrap().to_owned())
        .collect();
    let run = env.vault(&["duplicates", "same", &ids[0], &ids[1]]).fails(2);
    assert!(run.err.contains("one statement shows both"), "{}", run.err);
    for verdict in ["same", "different"] {
        let run = env.vault(&["duplicates", verdict, &ids[0], &ids[0]]).fails(2);
        assert!(run.err.contains("both are the same row"), "{}", run.err);
    }
    env.vault(&["duplicates", "same", &ids[1], &ids[3]]).ok();
    assert_eq!(count(&env), 4);
    let rows = env.json(&["transactions", "show", &ids[1]]);
    let whys: Vec<_> = rows["rows"].as_array().unwrap().iter().map(|row| row["why"].as_str().unwrap()).collect();
    assert_eq!(whys, ["shown", "you said so"], "{rows}");
    let run = env.vault(&["duplicates", "same", &ids[0], &ids[3]]);
    assert_eq!(run.code, 2, "a.csv shows both: {} {}", run.out, run.err);
    env.vault(&["transactions", "show", "txn-99"]).fails(2);
    env.vault(&["check"]).ok();
}

#[test]
fn a_decision_holds_in_merged_accounts() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n2026-02-10,RENT,-900.00\n2026-02-28,TRAM,-2.80\n");
    env.write("b.csv", "Date,Description,Amount\n2026-02-28,TRAM,-2.80\n2026-03-10,RENT,-900.00\n");
    env.vault(&["import", "a.csv", "--account", "One", "--create", "--currency", "EUR"]).ok();
    env.vault(&["import", "b.csv", "--account", "Two", "--create", "--currency", "EUR"]).ok();
    env.vault(&["accounts", "merge", "Two", "One"]).ok();
    let id = env.json(&["duplicates"])[0]["pairId"].as_str().unwrap().to_owned();
    env.vault(&["duplicates", "different", &id]).ok();
    assert_eq!(count(&env), 4);
    env.vault(&["check"]).ok();
    env.vault(&["accounts", "merge", "Two", "--undo"]).ok();
    env.vault(&["check"]).ok();
    env.vault(&["duplicates", "undo", "dec-1"]).ok();
    env.vault(&["check"]).ok();
}

#[test]
fn two_statements_of_one_file_are_told_apart_by_their_lines() {
    let env = TestEnvironment::with_vault();
    let row = |day: &str, amount: &str, name: &str| {
        format!("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{day}<TRNAMT>{amount}<NAME>{name}</STMTTRN>\n")
    };
    let statement = |rows: [String; 2]| {
        let from = "<BANKACCTFROM><BANKID>1<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>";
        let rows = rows.concat();
        format!("<STMTTRNRS><STMTRS><CURDEF>EUR{from}<BANKTRANLIST>\n{rows}</BANKTRANLIST></STMTRS></STMTTRNRS>\n")
    };
    let february = statement([row("0210", "-900.00", "RENT"), row("0228", "-2.80", "TRAM")]);
    let march = statement([row("0228", "-2.80", "TRAM"), row("0310", "-900.00", "RENT")]);
    let head = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1>\n";
    env.write("year.ofx", format!("{head}{february}{march}</BANKMSGSRSV1></OFX>\n"));

    let report = env.json(&["import", "year.ofx"]);
    let accounts = report["imports"][0]["accounts"].as_array().unwrap();
    assert_eq!((accounts.len(), &accounts[0]["added"], &accounts[0]["present"]), (1, &json!(3), &json!(1)), "{report}");
    assert_eq!(report["imports"][0]["possibleDuplicates"], json!(1));
    let imports = env.json(&["imports"]);
    assert_eq!((imports[0]["accounts"].as_array().unwrap().len(), &imports[0]["rows"]), (1, &json!(4)), "{imports}");

    let pair = env.json(&["duplicates"])[0].clone();
    let mut lines: Vec<_> = pair["rows"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [8, 11], "{pair}");
    env.vault(&["duplicates", "different", pair["pairId"].as_str().unwrap()]).ok();
    assert_eq!(count(&env), 4);
    env.vault(&["check"]).ok();
}
