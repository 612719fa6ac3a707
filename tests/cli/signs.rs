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

#[test]
fn a_command_for_a_file_with_bad_rows_answers_no_question_that_was_not_shown() {
    let env = TestEnvironment::with_vault();
    write(&env, "bad.csv", "2026-03-13,CAFE, PARIS,-4.50\n2026-03-14,PAY,1000.00\n");
    let refused = env.vault(&["import", "bad.csv", "--account", "Main", "--create", "--currency", "USD"]).fails(5);
    assert!(refused.err.contains("--skip-bad-rows") && !refused.err.contains("--sign out"), "{}", refused.err);
    let asked =
        env.vault(&["import", "bad.csv", "--account", "Main", "--create", "--currency", "USD", "--skip-bad-rows"]);
    assert!(asked.fails(5).err.contains("--sign"));
}

#[test]
fn a_status_that_nobody_knows_names_a_profile() {
    let env = TestEnvironment::with_vault();
    env.write("status.csv", "Date,Description,Amount,Status\n2026-03-13,A,-4.50,Posted\n2026-03-14,B,-5.50,Flumped\n");
    let refused = env.vault(&["import", "status.csv", "--account", "Main", "--create", "--currency", "USD"]).fails(5);
    assert!(refused.err.contains("write a profile for this file"), "{}", refused.err);
}

#[test]
fn whole_amounts_beside_small_numbers_are_no_cut_ones() {
    let env = TestEnvironment::with_vault();
    for (name, currency, rows) in [
        ("yen", "JPY", "Date,Description,Amount,Branch\n2026-03-13,A,-450,12\n2026-03-14,B,-900,14\n"),
        ("points", "USD", "Date,Description,Amount,Points\n2026-03-13,A,-12.45,12\n2026-03-14,B,-50,50\n"),
        ("note", "USD", "Date,Description,Amount,Note\n2026-03-13,A,-12.45,12\n2026-03-14,B,-50,50\n"),
        ("branch", "USD", "Date,Description,Amount,Branch\n2026-03-13,A,-45,12\n2026-03-14,B,-50,14\n"),
    ] {
        env.write("rows.csv", rows);
        env.vault(&["import", "rows.csv", "--account", name, "--create", "--currency", currency]).ok();
    }
    env.write("cut.csv", "Date,Description,Amount,Note\n2026-03-13,A,-12,45\n2026-03-14,B,-50,50\n");
    env.vault(&["import", "cut.csv", "--account", "cut", "--create", "--currency", "USD"]).fails(5);
}

#[test]
fn rows_that_the_account_has_with_the_opposite_sign_are_refused() {
    let env = TestEnvironment::with_vault();
    let rows =
        "2026-03-13,SHOES,-20.00\n2026-03-14,NOODLES,-31.50\n2026-03-18,PAYMENT,100.00\n2026-03-20,KIOSK,-7.00\n";
    write(&env, "a.csv", rows);
    env.vault(&["import", "a.csv", "--account", "Card", "--create", "--currency", "EUR", "--sign", "in"]).ok();
    // Another bank's columns and words, as an aggregator has them.
    let turned = "Date;Text;Amount\n13/03/2026;Shoes;20,00\n14/03/2026;Noodles;31,50\n18/03/2026;Payment;-100,00\n20/03/2026;Kiosk;7,00\n";
    env.write("b.csv", turned);
    let args = ["import", "b.csv", "--account", "Card", "--sign"];
    let refused = env.vault(&[&args[..], &["in"]].concat()).fails(5).err;
    let why = "the file shows rows of the account \"Card\" with the opposite sign, of which one is 20.00 on 2026-03-13";
    assert!(refused.contains(why) && refused.contains("vault imports undo"), "{refused}");
    env.vault(&[&args[..], &["out"]].concat()).ok();
    assert_eq!(amounts(&env), ["-20.00", "-31.50", "100.00", "-7.00"]);
}

#[test]
fn a_pair_of_both_signs_does_not_hide_rows_with_the_opposite_sign() {
    let env = TestEnvironment::with_vault();
    let rows = |sign: &str, other: &str| {
        let pair = "2026-03-16,LOAN OUT,-50.00\n2026-03-16,LOAN BACK,50.00\n2026-03-17,GIFT,5.00\n";
        let line = |(day, text, sign, amount)| format!("2026-03-{day},{text},{sign}{amount}\n");
        let rows = [(13, "SHOES", sign, "20.00"), (14, "NOODLES", sign, "31.50"), (18, "WAGES", other, "100.00")];
        rows.map(line).concat() + pair
    };
    write(&env, "a.csv", &rows("-", ""));
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "EUR"]).ok();
    env.write("b.csv", format!("Day,Text,Amount\n{}", rows("", "-")));
    let args = ["import", "b.csv", "--account", "Main", "--sign", "in"];
    assert!(env.vault(&args).fails(5).err.contains("with the opposite sign, of which one is 20.00 on 2026-03-13"));
    // Money that comes and goes on a day is in both directions in both files.
    env.write("c.csv", format!("Day,Text,Amount\n{}", rows("-", "")));
    env.vault(&["import", "c.csv", "--account", "Main", "--sign", "in"]).ok();
    assert_eq!(amounts(&env), ["-20.00", "-31.50", "-50.00", "50.00", "5.00", "100.00"]);
}

#[test]
fn running_balances_tell_which_of_two_files_has_the_opposite_sign() {
    let env = TestEnvironment::with_vault();
    write(&env, "a.csv", "2026-03-13,SHOES,20.00\n2026-03-14,NOODLES,31.50\n2026-03-18,WAGES,-100.00\n");
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "EUR", "--sign", "in"]).ok();
    let rows = "2026-03-13,SHOES,-20.00,480.00\n2026-03-14,NOODLES,-31.50,448.50\n2026-03-18,WAGES,100.00,548.50\n";
    env.write("b.csv", format!("Date,Description,Amount,Balance\n{rows}"));
    let refused = env.vault(&["import", "b.csv", "--account", "Main"]).fails(5).err;
    assert!(refused.contains("agree with its signs, so that those of imp-1 are likely wrong"), "{refused}");
    env.vault(&["imports", "undo", "1", "--yes"]).ok();
    env.vault(&["import", "b.csv", "--account", "Main"]).ok();
    // Without balances, nothing tells which of the two is wrong.
    write(&env, "c.csv", "2026-03-13,SHOES,20.00\n2026-03-14,NOODLES,31.50\n2026-03-18,WAGES,-100.00\n");
    let refused = env.vault(&["import", "c.csv", "--account", "Main", "--sign", "in"]).fails(5).err;
    assert!(refused.contains("with the opposite sign") && !refused.contains("likely wrong"), "{refused}");
}

#[test]
fn how_debits_and_credits_are_printed_holds_for_later_files_of_the_account_that_show_it_not() {
    let env = TestEnvironment::with_vault();
    let file = |name: &str, rows: &str| env.write(name, format!("Date,Text,Debit,Credit\n{rows}"));
    file("a.csv", "2026-03-13,SHOES,20.00,\n2026-03-14,BUS,3.00,\n2026-03-15,TEA,4.00,\n2026-03-16,PAY,,50.00\n");
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "EUR"]).ok();
    file("b.csv", "2026-04-13,SHOES,-20.00,\n");
    let report = env.json(&["import", "b.csv", "--account", "Main"]);
    assert_eq!(report["imports"][0]["remarks"], serde_json::json!(["SIGN_FROM_EARLIER_FILES"]));
    assert_eq!(amounts(&env), ["-20.00", "-3.00", "-4.00", "50.00", "20.00"]);
    // One credit proves nothing, but differs; of another account it tells nothing at all.
    file("c.csv", "2026-05-13,PAY,,-6.00\n");
    let refused = env.vault(&["import", "c.csv", "--account", "Main"]).fails(5).err;
    assert!(
        refused.contains("money in have a minus, and those of earlier") && refused.contains("write a profile"),
        "{refused}"
    );
    file("other.csv", "2026-04-13,BOOTS,-20.00,\n");
    env.vault(&["import", "other.csv", "--account", "Other", "--create", "--currency", "EUR"]).ok();
    assert_eq!(amounts(&env).iter().filter(|amount| *amount == "-20.00").count(), 2);
    file("d.csv", "2026-06-13,SHOES,-20.00,\n2026-06-14,BUS,-3.00,\n2026-06-15,TEA,-4.00,\n");
    let refused = env.vault(&["import", "d.csv", "--account", "Main"]).fails(5).err;
    assert!(
        refused.contains("money out have a minus, and those of earlier files of the account have none"),
        "{refused}"
    );
    // An import that was taken back tells nothing.
    env.vault(&["imports", "undo", "1", "--yes"]).ok();
    env.vault(&["import", "d.csv", "--account", "Main"]).ok();
    // Amounts that are too few to prove anything, and differ.
    file("e.csv", "2026-01-13,HAT,9.00,\n");
    env.vault(&["import", "e.csv", "--account", "Third", "--create", "--currency", "EUR"]).ok();
    file("f.csv", "2026-02-13,HAT,-9.00,\n");
    let refused = env.vault(&["import", "f.csv", "--account", "Third"]).fails(5).err;
    assert!(refused.contains("those of earlier files of the account have none"), "{refused}");
}

#[test]
fn balances_before_their_rows_are_so_in_later_files_of_the_account() {
    let env = TestEnvironment::with_vault();
    let file = |name: &str, rows: &str| env.write(name, format!("Date,Text,Amount,Balance\n{rows}"));
    file(
        "a.csv",
        "2026-03-02,A,-10.00,100.00\n2026-03-03,B,-20.00,90.00\n2026-03-04,C,5.00,70.00\n2026-03-05,D,-1.00,75.00\n",
    );
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "EUR"]).ok();
    let balance = || env.json(&["balances"])[0]["currentBalance"].clone();
    assert_eq!(balance(), "74.00");
    file("b.csv", "2026-04-02,E,-4.00,74.00\n");
    let report = env.json(&["import", "b.csv", "--account", "Main"]);
    assert_eq!(report["imports"][0]["remarks"][0], "BALANCES_BEFORE");
    assert_eq!(balance(), "70.00");
}

/// Returns an OFX file of a month of 2026, with rows `TYPE AMOUNT`, a day each.
fn ofx(month: u32, rows: &[&str]) -> String {
    let row = |(at, row): (usize, &&str)| {
        let (kind, amount) = row.split_once(' ').unwrap();
        let day = format!("2026{month:02}{:02}", at + 1);
        format!("<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{day}<NAME>ROW {at}</STMTTRN>")
    };
    format!(
        "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>12345678\
         <ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>{}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
        rows.iter().enumerate().map(row).collect::<String>()
    )
}

#[test]
fn an_ofx_file_that_prints_a_minus_is_asked_about_where_the_one_before_printed_none() {
    let env = TestEnvironment::with_vault();
    env.write("march.ofx", ofx(3, &["DEBIT 30.00", "DEBIT 20.00", "CREDIT 500.00"]));
    env.vault(&["import", "march.ofx", "--account", "Main", "--create"]).ok();
    assert_eq!(amounts(&env), ["-30.00", "-20.00", "500.00"], "the types told");
    // Types that agree with what is printed leave nothing open.
    env.write("january.ofx", ofx(1, &["DEBIT -1.00", "CREDIT 1.00"]));
    env.vault(&["import", "january.ofx", "--dry-run"]).ok();
    env.write("february.ofx", ofx(2, &["OTHER -7.00", "CREDIT 400.00"]));
    let asked = env.vault(&["import", "february.ofx"]).fails(5).err;
    assert!(asked.contains("imp-1 of the account does not") && asked.contains("--sign in"), "{asked}");
    env.vault(&["import", "february.ofx", "--sign", "in"]).ok();
    assert_eq!(amounts(&env), ["-7.00", "400.00", "-30.00", "-20.00", "500.00"]);
    // Now the newest file prints one, too.
    env.write("april.ofx", ofx(4, &["DEBIT -8.00", "CREDIT 600.00"]));
    env.vault(&["import", "april.ofx"]).ok();
    // Money in alone says nothing of a minus.
    let env = TestEnvironment::with_vault();
    env.write("march.ofx", ofx(3, &["CREDIT 30.00", "CREDIT 20.00"]));
    env.vault(&["import", "march.ofx", "--account", "Main", "--create"]).ok();
    env.write("february.ofx", ofx(2, &["DEBIT -7.00"]));
    env.vault(&["import", "february.ofx"]).ok();
}
