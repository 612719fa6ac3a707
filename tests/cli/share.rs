//! `share`, `open`, `grants`, `revoke`: the line from an approval to its end.

use std::fs;

use serde_json::{Value, json};

use crate::test_environment::{CHASE_BALANCE, TestEnvironment};

const BALANCES: [&str; 10] =
    ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan application", "--expires", "30d", "--yes"];

/// Shares balances with Acme by the policy, and gives the report.
fn share(env: &TestEnvironment, more: &[&str]) -> Value {
    let report = env.json(&[&BALANCES[..], more].concat());
    env.write("token", format!("{}\n", report["token"].as_str().unwrap()));
    fs::copy(env.path("token"), env.root().join("other/token")).unwrap();
    report
}

#[test]
fn shares_opens_and_revokes_a_slice() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let report = share(&env, &["--out", "acme.slice"]);
    assert_eq!(report["out"], "acme.slice");
    assert!(report["token"].as_str().unwrap().starts_with("vlt_"));

    // The recipient: no vault, no key, only the file and the token.
    fs::copy(env.path("acme.slice"), env.root().join("other/acme.slice")).unwrap();
    let run = env.elsewhere(&["open", "acme.slice", "--token-file", "token", "--json"]).ok();
    let slice: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(slice["accounts"][0]["currentBalance"], CHASE_BALANCE);
    assert!(slice.get("transactions").is_none_or(|rows| rows.as_array().is_none_or(Vec::is_empty)));
    assert!(!run.out.contains("GROCERY"), "balances hold no descriptions: {}", run.out);
    let table = env.elsewhere(&["open", "acme.slice", "--token-file", "token"]).ok();
    assert!(table.out.contains(CHASE_BALANCE), "{}", table.out);

    // The outbox: no key either.
    let mut outbox = env.bare_command("home", &["open", "--token-file", "token", "--json"]);
    outbox.env_remove("FINVAULT_KEY_FILE");
    crate::test_environment::run(outbox).ok();

    let grants = env.json(&["grants"]);
    assert_eq!(grants[0]["status"], "ACTIVE");
    assert_eq!(grants[0]["recipient"], "Acme");
    assert_eq!(grants[0]["purpose"], "Loan application");
    let id = grants[0]["grantId"].as_str().unwrap();
    assert_eq!(id, report["grantId"]);
    assert_eq!(env.json(&["grants", "show", id])["grantId"], id);

    let revoked = env.json(&["revoke", id]);
    assert_eq!(revoked["status"], "REVOKED");
    assert!(!revoked["stops"].as_array().unwrap().is_empty());
    assert!(!revoked["remains"].as_array().unwrap().is_empty());
    let run = env.vault(&["open", "--token-file", "token"]).fails(4);
    assert_eq!(run.out, "");
    assert_eq!(env.json(&["grants"])[0]["status"], "REVOKED");
    let actions: Vec<Value> =
        env.json(&["audit"]).as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
    for action in ["init", "import", "policy", "share", "activate", "open", "revoke"] {
        assert!(actions.contains(&json!(action)), "{action} in {actions:?}");
    }
    env.vault(&["check"]).ok();
    env.vault(&["audit", "verify"]).ok();
}

#[test]
fn prints_only_the_token_on_stdout() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let run = env.vault(&BALANCES).ok();
    assert_eq!(run.out.lines().count(), 1);
    assert!(run.out.starts_with("vlt_"));
    assert!(!run.err.contains(run.out.trim()));
}

#[test]
fn shares_nothing_without_a_person_unless_the_policy_allows_it() {
    let env = TestEnvironment::with_data();
    let run = env.vault(&BALANCES).fails(4);
    assert!(run.err.contains("policy allow --to Acme"), "the refusal says what would allow it: {}", run.err);
    let unasked: Vec<&str> = BALANCES.iter().copied().filter(|word| *word != "--yes").collect();
    env.vault(&unasked).fails(4);
    env.allow_sharing();
    env.vault(&unasked).fails(4);
    env.vault(&["share", "--scope", "balances", "--to", "Other", "--purpose", "x", "--expires", "1d", "--yes"])
        .fails(4);
    env.vault(&["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "91d", "--yes"])
        .fails(4);
    env.vault(&["share", "--scope", "account-numbers", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes"])
        .fails(4);
    env.vault(&["policy", "deny", "--to", "Acme"]).ok();
    env.vault(&BALANCES).fails(4);
    assert_eq!(env.json(&["grants"]), json!([]));
}

#[test]
fn approves_a_preview_by_its_hash() {
    let env = TestEnvironment::with_data();
    let mut preview: Vec<&str> = BALANCES[..9].to_vec();
    preview.push("--preview");
    let shown = env.json(&preview);
    assert_eq!(shown["slice"]["accounts"][0]["currentBalance"], CHASE_BALANCE);
    let hash = shown["sliceHash"].as_str().unwrap();
    assert_eq!(env.json(&["grants"]), json!([]));
    // Without a terminal nobody has said yes: the policy decides.
    let refused = env.vault(&["share", "--approve", hash]).fails(4);
    assert!(refused.err.contains("policy allow --to Acme"), "{}", refused.err);
    assert_eq!(env.json(&["grants"]), json!([]));
    env.allow_sharing();
    let report = env.json(&["share", "--approve", hash]);
    assert_eq!(report["sliceHash"], hash);
    assert_eq!(env.json(&["grants"])[0]["sliceHash"], hash);
    env.vault(&["share", "--approve", &"0".repeat(64)]).fails(4);
}

#[test]
fn refuses_a_preview_whose_data_changed() {
    let env = TestEnvironment::with_data();
    let mut preview: Vec<&str> = BALANCES[..9].to_vec();
    preview.push("--preview");
    let hash = env.json(&preview)["sliceHash"].as_str().unwrap().to_owned();
    let import = env.json(&["imports"])[0]["importId"].as_str().unwrap().to_owned();
    env.vault(&["imports", "undo", &import]).ok();
    env.vault(&["share", "--approve", &hash]).fails(4);
    assert_eq!(env.json(&["grants"]), json!([]));
}

#[test]
fn narrowing_options_limit_days_rows_and_fields() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let args = [
        "share",
        "--scope",
        "transactions,transactions.detail",
        "--to",
        "Acme",
        "--purpose",
        "Rent check",
        "--expires",
        "2w",
        "--yes",
        "--since",
        "2026-02-01",
        "--until",
        "2026-02-28",
        "--debits-only",
        "--fields",
        "amount,postedTimestamp,description",
        "--limit",
        "2",
        "--out",
        "rent.slice",
    ];
    let report = env.json(&args);
    env.write("token", report["token"].as_str().unwrap());
    let slice = env.json(&["open", "rent.slice", "--token-file", "token"]);
    let rows = slice["transactions"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(row["postedTimestamp"].as_str().unwrap().starts_with("2026-02"), "{row}");
        assert!(row["amount"].as_str().is_some(), "{row}");
        assert!(row.get("category").is_none() && row.get("checkNumber").is_none(), "{row}");
    }
    assert!(!slice.to_string().contains("1500.00"), "a credit: {slice}");
}

#[test]
fn opens_a_single_use_grant_once() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    share(&env, &["--once"]);
    env.vault(&["open", "--token-file", "token"]).ok();
    let second = env.vault(&["open", "--token-file", "token"]).fails(4);
    assert_eq!(second.out, "");
    assert!(second.err.contains("used up"), "{}", second.err);
    assert_eq!(env.json(&["grants"])[0]["status"], "USED_UP");
}

#[test]
fn one_wrong_character_or_byte_opens_nothing() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let report = share(&env, &["--out", "a.slice"]);
    let token = report["token"].as_str().unwrap().to_owned();
    let other = env.json(&BALANCES)["token"].as_str().unwrap().to_owned();
    env.write("other", other);
    assert_eq!(env.vault(&["open", "a.slice", "--token-file", "other"]).fails(3).out, "");
    for place in [0, 5, 25, token.len() - 1] {
        let mut wrong = token.clone().into_bytes();
        wrong[place] = if wrong[place] == b'2' { b'3' } else { b'2' };
        env.write("wrong", &wrong);
        let run = env.vault(&["open", "a.slice", "--token-file", "wrong"]).fails(3);
        assert_eq!(run.out, "", "character {place}");
        assert!(!run.err.contains(&token[24..40]), "the token is repeated: {}", run.err);
    }
    let sealed = fs::read(env.path("a.slice")).unwrap();
    for place in [0, 20, sealed.len() / 2, sealed.len() - 1] {
        let mut wrong = sealed.clone();
        wrong[place] ^= 1;
        env.write("wrong.slice", &wrong);
        let run = env.vault(&["open", "wrong.slice", "--token-file", "token"]);
        assert!([3, 5, 6].contains(&run.code), "byte {place}: {} {}", run.code, run.err);
        assert_eq!(run.out, "", "byte {place}");
    }
    env.write("cut.slice", &sealed[..sealed.len() / 2]);
    assert_eq!(env.vault(&["open", "cut.slice", "--token-file", "token"]).out, "");
}

#[test]
fn reseals_an_ongoing_grant_when_its_data_change() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    share(&env, &[]);
    let before = env.json(&["open", "--token-file", "token"]);
    env.write("next.csv", "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\nDEBIT,03/12/2026,\"BAKERY\",-2.10,DEBIT_CARD,1660.00,,\n");
    env.vault(&["import", "next.csv", "--account", "Daily", "--create"]).ok();
    let after = env.json(&["open", "--token-file", "token"]);
    assert_eq!(before["accounts"][0]["currentBalance"], CHASE_BALANCE);
    assert_eq!(after["accounts"][0]["currentBalance"], "1660.00");
}

#[test]
fn overwrites_no_file() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    env.write("a.slice", "mine");
    env.vault(&[&BALANCES[..], &["--out", "a.slice"]].concat()).fails(1);
    assert_eq!(fs::read(env.path("a.slice")).unwrap(), b"mine");
    env.vault(&[&BALANCES[..], &["--out", "nowhere/a.slice"]].concat()).fails(1);
    assert_eq!(env.json(&["grants"]), json!([]));
}

#[test]
fn makes_no_token_when_stdout_goes_nowhere() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    // Rust opens a closed stdout as the null device before the program begins.
    for out in ["> /dev/null", ">&-"] {
        let mut words = vec!["-c".to_owned(), format!("exec \"$0\" \"$@\" {out}")];
        let command = env.command(&BALANCES);
        words.push(command.get_program().to_str().unwrap().to_owned());
        words.extend(command.get_args().map(|arg| arg.to_str().unwrap().to_owned()));
        let mut shell = std::process::Command::new("sh");
        shell.args(words).env_clear().current_dir(command.get_current_dir().unwrap());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let done = shell.output().unwrap();
        assert_eq!(done.status.code(), Some(1), "{out}: {}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!(env.json(&["grants"]), json!([]), "nothing was shared");
}

/// Shares the rows of January and later with Acme, and gives the grant's id.
fn share_rows(env: &TestEnvironment) -> String {
    let args =
        ["share", "--scope", "transactions.detail,accounts", "--to", "Acme", "--purpose", "x", "--expires", "30d"];
    let report = env.json(&[&args[..], &["--yes"]].concat());
    env.write("token", report["token"].as_str().unwrap());
    report["grantId"].as_str().unwrap().to_owned()
}

#[test]
fn every_command_that_changes_what_a_slice_shows_says_for_whom_it_was_sealed_again() {
    let env = TestEnvironment::with_data();
    env.write("one.csv", "Date,Description,Amount\n2026-03-20,Bus,-2.00\n2026-03-21,Tea,-1.00\n2026-03-22,Rye,-1.50\n");
    env.write("two.csv", "Date,Description,Amount\n2026-03-20,Bus,-2.00\n2026-03-22,Rye,-1.50\n");
    env.vault(&["import", "one.csv", "--account", "Other", "--create", "--currency", "USD", "--sign", "in"]).ok();
    env.allow_sharing();
    let id = share_rows(&env);
    let shown = env.json(&["grants", "show", &id]);
    assert_eq!((&shown["since"], &shown["firstDay"]), (&json!("2026-01-05"), &json!("2026-01-05")));
    let rows = || env.json(&["open", "--token-file", "token"])["transactions"].as_array().unwrap().len();
    let says = |args: &[&str], what: &str| {
        let run = env.vault(args).ok();
        let expected = format!("note: the slice was sealed again for Acme (grant {id}): version ");
        assert!(run.err.contains(&expected) && run.err.contains(what), "{args:?}: {}", run.err);
        let run = env.vault(&[args, &["--json"]].concat());
        assert!(!run.err.contains("sealed again"), "done before: {}", run.err);
    };
    says(&["accounts", "rename", "Other", "Pocket"], "version 2");
    says(&["accounts", "set-type", "Pocket", "savings"], "version 3");
    says(&["accounts", "set-number", "Pocket", "998877"], "version 4");
    says(&["imports", "undo", "imp-2"], "version 5, 3 rows fewer");
    assert_eq!(rows(), 6);
    let args = ["import", "one.csv", "two.csv", "--account", "Pocket", "--currency", "USD", "--sign", "in"];
    let report = env.json(&args);
    assert_eq!(report["resealed"], json!([{ "grantId": id, "recipient": "Acme", "version": 6, "rowsAdded": 3 }]));
    assert_eq!(rows(), 9);
    // A row that may be one or two.
    env.write("three.csv", "Date,Description,Amount\n2026-03-22,Rye,-1.50\n2026-03-24,Ale,-3.00\n");
    env.vault(&["import", "three.csv", "--account", "Pocket", "--currency", "USD", "--sign", "in"]).ok();
    let pairs = env.json(&["duplicates"]);
    let pair = pairs[0]["pairId"].as_str().unwrap();
    let other = if pairs[0]["assumed"] == "SAME" { "different" } else { "same" };
    says(&["duplicates", other, pair], "1 row");
    let run = env.vault(&["duplicates", "undo", "dec-1"]).ok();
    assert!(run.err.contains("sealed again for Acme"), "{}", run.err);
    // Balances.
    share(&env, &[]);
    let run = env.vault(&["accounts", "set-balance", "Pocket", "50.00", "--on", "2026-03-22"]).ok();
    assert!(run.err.contains("sealed again for Acme"), "{}", run.err);
    let run = env.vault(&["accounts", "set-balance", "Pocket", "--undo", "--on", "2026-03-22", "--json"]).ok();
    assert!(run.err.starts_with("{\"notice\":\"the slice was sealed again for Acme"), "{}", run.err);
    let run = env.vault(&["imports", "forget", "imp-3", "--yes"]).ok();
    assert!(run.err.contains("sealed again for Acme"), "{}", run.err);
}

#[test]
fn older_files_show_no_older_rows_and_seal_nothing() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    share_rows(&env);
    let slice = || env.json(&["open", "--token-file", "token"]);
    let before = slice();
    let terms = before["grant"]["labelledTerms"].to_string();
    assert!(terms.contains("shows the days from 2026-01-05, and none before it"), "{terms}");
    env.write("old.csv", "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\nDEBIT,12/05/2023,\"RENT 2023\",-659.30,ACH_DEBIT,,,\n");
    let report = env.json(&["import", "old.csv", "--account", "Daily"]);
    assert_eq!(report["imports"][0]["accounts"][0]["added"], 1);
    assert_eq!(report["resealed"], json!([]));
    assert_eq!(slice(), before);
}

#[test]
fn the_name_of_an_account_gives_no_number_away() {
    let env = TestEnvironment::with_data();
    env.vault(&["accounts", "set-number", "Daily", "000123456789"]).ok();
    env.vault(&["accounts", "rename", "Daily", "Daily 0001-2345.6789"]).ok();
    env.allow_sharing();
    let name = |fields: &str| {
        let args =
            ["share", "--scope", "accounts", "--fields", fields, "--to", "Acme", "--purpose", "x", "--expires", "1d"];
        let report = env.json(&[&args[..], &["--yes", "--once"]].concat());
        env.write("token", report["token"].as_str().unwrap());
        env.json(&["open", "--token-file", "token"])["accounts"][0]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(name("name,accountNumberDisplay"), "Daily ••••6789");
    assert_eq!(name("name"), "Daily ••••");
    env.vault(&["accounts", "rename", "acc-1", "Daily 6789"]).ok();
    assert_eq!(name("name,accountNumberDisplay"), "Daily 6789");
    assert_eq!(name("name"), "Daily ••••");
}
