//! Filters, order and names of `transactions`, `balances` and `share`: periods, money, parts of names, ids by their beginning.

use serde_json::{Value, json};

use crate::test_environment::TestEnvironment;

fn with_two_accounts() -> TestEnvironment {
    let env = TestEnvironment::with_data();
    env.write(
        "card.csv",
        "Date,Description,Amount,Category,Memo\n2026-02-14,FLOWERS,-30.00,Gifts,for Ann\n2026-03-01,BOOKS,-12.50,Leisure,\n\
         2026-03-02,BUS,-2.80,,\n",
    );
    env.vault(&["import", "card.csv", "--account", "Daily card", "--create", "--currency", "EUR"]).ok();
    env.vault(&["accounts", "set-number", "Daily card", "4000 1234 5678 9010"]).ok();
    env
}

fn descriptions(env: &TestEnvironment, args: &[&str]) -> Vec<String> {
    let rows = env.json(&[&["transactions"], args].concat());
    rows.as_array().unwrap().iter().map(|row| row["description"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn periods_are_one_notation_everywhere() {
    let env = with_two_accounts();
    let count = |args: &[&str]| descriptions(&env, args).len();
    assert_eq!(count(&["-p", "2026"]), 9);
    assert_eq!(count(&["-p", "2026q1"]), 9);
    assert_eq!(count(&["--period", "2026-02"]), 5);
    assert_eq!(count(&["-p", "2026-02..2026-03-01"]), 6);
    assert_eq!(count(&["-p", "2026-03.."]), 3);
    assert_eq!(count(&["-p", "..2026-01"]), 1);
    assert_eq!(count(&["--since", "2026-02", "--until", "2026-02"]), 5);
    assert_eq!(count(&["--until", "lastyear"]), 0);
    assert_eq!(env.json(&["balances", "--on", "2026q1"])[0]["currentBalance"], "1662.10");
    for bad in [
        &["transactions", "-p", "march"][..],
        &["transactions", "--since", "..2026"],
        &["transactions", "--until", "2026.."],
        &["transactions", "-p", "2026", "--since", "2026-02"],
        &["transactions", "--since", "2026-03", "--until", "2026-02"],
        &["balances", "--on", "2026.."],
    ] {
        let run = env.vault(bad).fails(2);
        assert_eq!(run.out, "", "{bad:?}");
    }
    let run = env.vault(&["transactions", "-p", "march"]).fails(2);
    assert!(run.err.contains("2026q1"), "{}", run.err);
    // What is written as a day is told as one.
    let share = ["share", "--scope", "balances", "--to", "A", "--purpose", "x", "--expires", "2026-02-31"];
    for args in [
        &["transactions", "-p", "2026-02-01..2026-02-31"][..],
        &["accounts", "set-balance", "Daily", "5", "--on", "2026-02-31"],
        &share,
    ] {
        let run = env.vault(args).fails(2);
        assert!(run.err.contains("\"2026-02-31\" is not a day of the calendar"), "{}", run.err);
    }
}

#[test]
fn the_newest_row_does_not_depend_on_the_order_of_accounts() {
    let env = TestEnvironment::with_data();
    for (name, text) in [("One", "TEA"), ("Two", "CAKE")] {
        let file = format!("{name}.csv");
        env.write(&file, format!("Date,Description,Amount\n2026-04-01,{text},-3.00\n2026-03-01,{text},-4.00\n"));
        env.vault(&["import", &file, "--account", name, "--create", "--currency", "EUR"]).ok();
    }
    for more in [&["--limit", "1"][..], &["--limit", "1", "--sort", "amount"], &[]] {
        let list = |accounts: [&str; 2]| {
            descriptions(&env, &[&["--account", accounts[0], "--account", accounts[1]], more].concat())
        };
        assert_eq!(list(["One", "Two"]), list(["Two", "One"]), "{more:?}");
    }
}

#[test]
fn an_account_is_named_by_any_part_that_no_other_one_has() {
    let env = with_two_accounts();
    assert_eq!(descriptions(&env, &["--account", "card"]).len(), 3);
    assert_eq!(descriptions(&env, &["--account", "9010"]).len(), 3);
    assert_eq!(descriptions(&env, &["--account", "5678-9010"]).len(), 3);
    // A whole name is that account, also where it is a part of another one.
    assert_eq!(descriptions(&env, &["--account", "daily"]).len(), 6);
    assert_eq!(descriptions(&env, &["--account", "daily", "--account", "card", "--account", "acc-2"]).len(), 9);
    let run = env.vault(&["transactions", "--account", "dai"]).fails(2);
    assert!(run.err.contains("Daily, Daily card"), "{}", run.err);
    env.vault(&["transactions", "--account", "savings"]).fails(2);
    // What changes, and what leaves, is named whole.
    env.vault(&["accounts", "rename", "card", "X"]).fails(2);
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes"];
    env.vault(&[&share[..], &["--account", "card"]].concat()).fails(2);
}

#[test]
fn amounts_are_written_as_money() {
    let env = with_two_accounts();
    assert_eq!(descriptions(&env, &["--min", "$1,000"]), ["ACME WORKS PAYROLL"]);
    assert_eq!(descriptions(&env, &["--max=-30"]).len(), 4);
    assert_eq!(descriptions(&env, &["--max=-€12.50"]), ["FLOWERS", "BOOKS"]);
    assert_eq!(descriptions(&env, &["--max", "-12.50 EUR", "--min", "-20"]), ["BOOKS"]);
    let run = env.vault(&["transactions", "--min", "5 CHF"]).fails(2);
    assert!(run.err.contains("CHF"), "{}", run.err);
    env.vault(&["transactions", "--min", "five"]).fails(2);
    let run = env.vault(&["transactions", "--min", "1.000"]).fails(2);
    assert!(run.err.contains("is 1000 to some and 1.00 to others: write 1000 or 1.00"), "{}", run.err);
}

#[test]
fn search_looks_at_all_text_and_every_word_counts() {
    let env = with_two_accounts();
    assert_eq!(descriptions(&env, &["--search", "for ann"]), ["FLOWERS"]);
    assert_eq!(descriptions(&env, &["--search", "leis"]), ["BOOKS"]);
    assert_eq!(descriptions(&env, &["--search", "check", "--search", "1042"]), ["CHECK 1042"]);
    assert_eq!(descriptions(&env, &["--search", "coffee", "--search", "books"]), [""; 0]);
    assert_eq!(descriptions(&env, &["--category", "gifts", "--category", "LEISURE"]), ["FLOWERS", "BOOKS"]);
    let without = descriptions(&env, &["--uncategorised", "--account", "card"]);
    assert_eq!(without, ["BUS"]);
    env.vault(&["transactions", "--uncategorised", "--category", "Gifts"]).fails(2);
    // A category without a row here is no mistake; one that no account has is.
    assert_eq!(descriptions(&env, &["--category", "gifts", "--search", "books"]), [""; 0]);
    let run = env.vault(&["transactions", "--category", "Gits", "--account", "card"]).fails(2);
    assert!(run.err.contains("did you mean Gifts? The newest have: Gifts, "), "{}", run.err);
    // Also beside one that has rows.
    let run = env.vault(&["transactions", "--category", "Leisure", "--category", "Gits"]).fails(2);
    assert!(run.err.contains("no transaction here has the category \"Gits\""), "{}", run.err);
}

#[test]
fn lists_in_any_order() {
    let env = with_two_accounts();
    let card = |args: &[&str]| descriptions(&env, &[&["--account", "card"], args].concat());
    assert_eq!(card(&[]), ["FLOWERS", "BOOKS", "BUS"]);
    assert_eq!(card(&["--reverse"]), ["BUS", "BOOKS", "FLOWERS"]);
    assert_eq!(card(&["--sort", "description"]), ["BOOKS", "BUS", "FLOWERS"]);
    assert_eq!(card(&["--sort", "amount", "--limit", "2"]), ["FLOWERS", "BOOKS"]);
    assert_eq!(card(&["--sort", "amount", "--reverse", "--limit", "1"]), ["BUS"]);
    assert_eq!(card(&["--sort", "category"]), ["FLOWERS", "BOOKS", "BUS"]);
    assert_eq!(card(&["--limit", "2"]), ["BOOKS", "BUS"]);
    assert_eq!(card(&["--limit", "2", "--reverse"]), ["BUS", "BOOKS"]);
    env.vault(&["transactions", "--sort", "size"]).fails(2);
}

#[test]
fn what_the_account_held_is_shown_where_it_is_reported_or_proven() {
    let env = with_two_accounts();
    let held = |args: &[&str]| -> Vec<Value> {
        let rows = env.json(&[&["transactions"], args].concat());
        rows.as_array().unwrap().iter().map(|row| row["runningBalance"].clone()).collect()
    };
    assert_eq!(
        held(&["--account", "Daily"]),
        ["340.70", "336.45", "332.20", "207.20", "1707.20", "1662.10"].map(Value::from)
    );
    assert_eq!(held(&["--account", "Daily", "--search", "rent"]), ["340.70"].map(Value::from));
    // No bank told what the card held, and of several accounts none is told.
    assert_eq!(held(&["--account", "card"]), [json!(null), json!(null), json!(null)]);
    assert!(held(&[]).iter().all(Value::is_null));
    // Two reported balances prove the ends of the days between them, and no day before or after.
    let ofx = |id: &str, day: &str, amount: &str| {
        format!("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{id}<NAME>{id}</STMTTRN>")
    };
    let file = |rows: String, first: &str, last: &str, balance: &str| {
        format!(
            "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n\
             OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>\
             <STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>777888<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\
             <DTSTART>{first}<DTEND>{last}{rows}</BANKTRANLIST><LEDGERBAL><BALAMT>{balance}<DTASOF>{last}</LEDGERBAL></STMTRS>\
             </STMTTRNRS></BANKMSGSRSV1></OFX>"
        )
    };
    env.write("a.ofx", file(ofx("A1", "20260105", "-1.00"), "20260101", "20260131", "100.00"));
    let rows = [("B1", "20260203", "-2.00"), ("B2", "20260203", "-3.00"), ("B3", "20260220", "-5.00")];
    let rows = rows.map(|(id, day, amount)| ofx(id, day, amount)).concat();
    env.write("b.ofx", file(rows, "20260201", "20260228", "90.00"));
    env.write("c.ofx", file(ofx("C1", "20260310", "-7.00"), "20260301", "20260331", "80.00"));
    env.vault(&["import", "a.ofx", "b.ofx", "c.ofx", "--account", "Bank", "--create"]).ok();
    let expected = [json!(null), json!(null), json!("95.00"), json!("90.00"), json!(null)];
    assert_eq!(held(&["--account", "Bank"]), expected);
}

#[test]
fn short_forms_are_the_same_commands() {
    let env = TestEnvironment::with_data();
    for (short, long) in [("bal", "balances"), ("reg", "transactions"), ("tx", "transactions"), ("acc", "accounts")] {
        assert_eq!(env.vault(&[short]).ok().out, env.vault(&[long]).ok().out, "{short}");
    }
}

#[test]
fn a_grant_is_named_by_the_beginning_of_its_id() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes"];
    let id = env.json(&share)["grantId"].as_str().unwrap().to_owned();
    let other = if id.starts_with("zzz") { "yyy" } else { "zzz" };
    assert_eq!(env.json(&["grants", "show", &id[..5]])["grantId"], id.as_str());
    let run = env.vault(&["revoke", other]).fails(2);
    assert!(run.err.contains(other), "{}", run.err);
    env.vault(&["revoke", &id[..2]]).fails(2);
    env.vault(&["revoke", "Ö!"]).fails(2);
    assert_eq!(env.json(&["revoke", &id[..3]])["grantId"], id.as_str());
    assert_eq!(env.json(&["grants"])[0]["status"], "REVOKED");
}

#[test]
fn a_grant_ends_with_the_day_that_is_named() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = |expires: &str| {
        env.vault(&[
            "share",
            "--scope",
            "balances",
            "--to",
            "Acme",
            "--purpose",
            "x",
            "--preview",
            "--json",
            "--expires",
            expires,
        ])
    };
    let told = |expires: &str| -> Value { serde_json::from_str(&share(expires).ok().out).unwrap() };
    let month = told("thismonth")["expirationTime"].as_str().unwrap().to_owned();
    assert!(month.ends_with("T23:59:59Z"), "{month}");
    let year = told("1y")["expirationTime"].as_str().unwrap().to_owned();
    assert!(!year.is_empty() && year > month, "{year}");
    for bad in ["2020-01-01", "lastyear", "2199", "2y", "soon", "2020.."] {
        share(bad).fails(2);
    }
}

#[test]
fn what_narrows_no_data_of_the_scopes_is_an_error() {
    let env = TestEnvironment::with_data();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--preview"];
    for idle in [&["--since", "2026"][..], &["-p", "2026q1"], &["--credits-only"], &["--limit", "5"]] {
        let run = env.vault(&[&share[..], idle].concat()).fails(2);
        assert!(run.err.contains("no scope here shows them"), "{idle:?}: {}", run.err);
    }
    // Balances of a later day are not shown: that applies.
    env.vault(&[&share[..], &["--until", "2026-03-31"]].concat()).ok();
}

#[test]
fn one_row_is_no_plural() {
    let env = TestEnvironment::with_vault();
    env.write("one.csv", "Date,Description,Amount\n2026-04-01,TEA,-1.00\n");
    env.vault(&["import", "one.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    let shown = env.vault(&["imports"]).ok();
    assert!(shown.out.contains("1 import, 1 row\n"), "{}", shown.out);
}
