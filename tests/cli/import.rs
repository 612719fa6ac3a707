//! `import` and `imports`: what is taken, what is refused, and with which exit code.

use std::fs;

use serde_json::json;

use crate::test_environment::{CHASE, CHASE_BALANCE, Run, TestEnvironment};

#[test]
fn imports_a_file_once() {
    let env = TestEnvironment::with_vault();
    env.write("chase.csv", CHASE);
    let first = env.json(&["import", "chase.csv", "--account", "Daily", "--create"]);
    let file = &first["imports"][0];
    assert_eq!(file["status"], "IMPORTED");
    assert_eq!(file["file"], "chase.csv");
    assert_eq!(file["accounts"][0]["added"], 6);
    assert_eq!(file["rejectedRows"], json!([]));
    assert_eq!(file["balanceGaps"], json!([]));
    let again = env.json(&["import", "chase.csv", "--account", "Daily", "--create"]);
    assert_eq!(again["imports"][0]["status"], "ALREADY_IMPORTED");
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6);
    assert_eq!(env.json(&["balances"])[0]["currentBalance"], CHASE_BALANCE);
}

#[test]
fn a_dry_run_changes_nothing() {
    let env = TestEnvironment::with_vault();
    env.write("chase.csv", CHASE);
    let report = env.json(&["import", "chase.csv", "--account", "Daily", "--create", "--dry-run"]);
    assert_eq!(report["imports"][0]["status"], "DRY_RUN");
    assert_eq!(report["imports"][0]["accounts"][0]["added"], 6);
    assert_eq!(env.json(&["accounts"]), json!([]));
}

#[test]
fn imports_standard_input() {
    let env = TestEnvironment::with_vault();
    let run = env.vault_with_input(&["import", "-", "--account", "Daily", "--create", "--json"], CHASE.as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6);
}

#[test]
fn imports_directories_and_patterns() {
    let env = TestEnvironment::with_vault();
    fs::create_dir(env.path("exports")).unwrap();
    env.write("exports/chase.csv", CHASE);
    env.write("exports/README.txt", "Things from the bank.\n");
    env.write("exports/.hidden.csv", "not looked at\n");
    let report = env.json(&["import", "exports", "--account", "Daily", "--create"]);
    let statuses: Vec<_> = report["imports"].as_array().unwrap().iter().map(|file| &file["status"]).collect();
    assert_eq!(statuses, ["NO_EXPORT", "IMPORTED"], "a hidden file is not looked at");
    assert_eq!(report["imports"][0]["error"], json!(null));
    let report = env.json(&["import", "exports/*.csv", "--account", "Daily", "--create"]);
    assert_eq!(report["imports"].as_array().unwrap().len(), 1);
    assert_eq!(report["imports"][0]["status"], "ALREADY_IMPORTED");
    // Whoever names a file expects rows of it.
    env.vault(&["import", "exports/README.txt", "--account", "Daily", "--create"]).fails(5);
}

#[test]
fn imports_the_good_file_beside_a_bad_one() {
    let env = TestEnvironment::with_vault();
    env.write("chase.csv", CHASE);
    env.write("bad.csv", "this is a letter\nnot an export\n");
    let run = env.vault(&["import", "bad.csv", "chase.csv", "--account", "Daily", "--create", "--json"]).fails(5);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["imports"][0]["status"], "REJECTED");
    assert_eq!(report["imports"][1]["status"], "IMPORTED");
    let error: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(error["error"]["kind"], "bad-input");
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6);
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_report_of_those_before_it() {
    let env = TestEnvironment::with_vault();
    env.write("chase.csv", CHASE);
    env.write("bad.csv", "this is a letter\n");
    // A directory as standard input opens and cannot be read.
    let read_directory = |extra: &[&str]| {
        let mut command =
            env.command(&["import", "chase.csv", "bad.csv", "-", "chase.csv", "--account", "Daily", "--create"]);
        command.args(extra).stdin(fs::File::open(env.root()).unwrap());
        Run::from(command.output().unwrap())
    };
    let run = read_directory(&["--json"]);
    assert_eq!(run.code, 5, "{}", run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let statuses: Vec<_> = report["imports"].as_array().unwrap().iter().map(|file| &file["status"]).collect();
    assert_eq!(statuses, ["IMPORTED", "REJECTED", "REJECTED", "ALREADY_IMPORTED"]);
    let unread = &report["imports"][2];
    assert_eq!((&unread["error"]["kind"], &unread["sha256"]), (&json!("Unreadable"), &json!(null)), "{report}");
}

#[test]
fn a_folder_without_rows_is_nothing_to_complain_about() {
    let env = TestEnvironment::with_vault();
    for folder in ["empty", "letters", "papers"] {
        fs::create_dir(env.path(folder)).unwrap();
    }
    env.write("letters/letter.txt", "Dear customer,\n");
    env.write("letters/list.csv", "eggs, 12\nmilk, 2.50\n");
    env.write("letters/blank.csv", "\n");
    env.write("letters/scan.pdf", b"%PDF-1.7 5 March 2026 1.00");
    for folder in ["empty", "letters"] {
        env.vault(&["import", folder]).ok();
    }
    // What may hold rows is named, also when its format is not known.
    env.write("papers/statement.sta", ":20:STARTUMS\n:25:10020030/1234567\n:28C:1\n:60F:C240101EUR1,00\n");
    let run = env.vault(&["import", "papers"]).fails(5);
    assert!(run.err.contains("statement.sta") && run.err.contains("MT940"), "{}", run.err);
    assert_eq!(env.json(&["imports"]), json!([]));
}

#[test]
fn a_file_without_permission_takes_no_other_with_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let env = TestEnvironment::with_vault();
    fs::create_dir(env.path("exports")).unwrap();
    let closed = env.write("exports/a.csv", CHASE);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads every file, so one that cannot be read by anybody is there, too.
    symlink("nowhere", env.path("exports/b.csv")).unwrap();
    env.write("exports/c.csv", CHASE);
    let run = env.vault(&["import", "exports", "--account", "Daily", "--create", "--json"]).fails(5);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["imports"][1]["error"]["kind"], "Unreadable", "{report}");
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6);
}

#[test]
fn a_second_run_over_a_folder_says_one_line() {
    let env = TestEnvironment::with_vault();
    fs::create_dir(env.path("exports")).unwrap();
    env.write("exports/chase.csv", CHASE);
    env.write("exports/note.txt", "call the bank\n");
    let first = env.vault(&["import", "exports", "--account", "Daily", "--create"]).ok();
    assert_eq!(
        first.out,
        "exports/chase.csv\n  Daily  6 new (new account)  5 Jan to 9 Mar 2026\n         balance 1,662.10 USD, proven up to 9 Mar\n\
         1 file: 6 new rows in 1 account. 1 file is no export.\n"
    );
    let second = env.vault(&["import", "exports", "--account", "Daily"]).ok();
    assert_eq!((second.out.as_str(), second.err.as_str()), ("1 file is known. 1 file is no export.\n", ""));
    let quiet = env.vault(&["import", "exports", "--account", "Daily", "--quiet"]).ok();
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
}

#[test]
fn says_the_same_reason_once_and_ends_in_the_command() {
    let env = TestEnvironment::with_vault();
    let rows = "Date,Description,Amount\n03/04/2026,A,-1.00\n";
    env.write("a file.csv", rows);
    env.write("b.csv", rows.replace(",A,", ",B,"));
    env.write("chase.csv", CHASE);
    let args = ["import", "a file.csv", "b.csv", "chase.csv", "--account", "Daily", "--create", "--currency", "USD"];
    let run = env.vault(&args).fails(5);
    assert_eq!(run.err.matches("month first").count(), 1, "{}", run.err);
    let command = "vault import 'a file.csv' b.csv --account Daily --create --currency USD --date-order mdy\n";
    assert!(run.err.contains("not imported: a file.csv, b.csv\n") && run.err.contains(command), "{}", run.err);
    assert!(run.out.contains("6 new (new account)"), "{}", run.out);
    let quiet = env.vault(&[&args[..], &["--quiet"]].concat()).fails(5);
    assert!(quiet.out.is_empty() && quiet.err.contains(command), "{}", quiet.err);
    // The command that is named goes through.
    let words =
        ["import", "a file.csv", "b.csv", "--account", "Daily", "--create", "--currency", "USD", "--date-order", "mdy"];
    env.vault(&words).ok();
}

#[test]
fn tells_programs_every_question_and_the_command() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n03/04/2026,A,-1.00\n");
    let run = env.vault(&["import", "a.csv", "--account", "Daily", "--create", "--json"]).fails(5);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let file = &report["imports"][0];
    let options: Vec<&str> =
        file["questions"].as_array().unwrap().iter().map(|question| question["option"].as_str().unwrap()).collect();
    assert!(options.contains(&"date-order"), "{file}");
    assert_eq!(
        file["questions"][options.iter().position(|o| *o == "date-order").unwrap()]["choices"],
        json!(["mdy", "dmy"])
    );
    let command = file["error"]["command"].as_str().unwrap();
    assert!(command.starts_with("vault import a.csv --account Daily --create --"), "{command}");
    let error: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!(error["error"]["command"], file["error"]["command"]);
}

#[test]
fn a_dry_run_shows_the_very_rows() {
    let env = TestEnvironment::with_data();
    let newer =
        CHASE.replace("DEBIT,03/09/2026", "DEBIT,03/10/2026,\"NEW ROW\",-2.00,DEBIT_CARD,1660.10,,\nDEBIT,03/09/2026");
    env.write("newer.csv", newer);
    let args = ["import", "newer.csv", "--account", "Daily", "--dry-run"];
    let report = env.json(&args);
    let rows = report["imports"][0]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 7);
    let new: Vec<_> = rows.iter().filter(|row| row["known"] == json!(false)).collect();
    assert_eq!(new.len(), 1);
    assert_eq!(
        (&new[0]["postedTimestamp"], &new[0]["amount"], &new[0]["name"]),
        (&json!("2026-03-10"), &json!("-2.00"), &json!("Daily"))
    );
    let table = env.vault(&args).ok();
    assert!(table.out.contains("2026-03-10") && table.out.contains("NEW ROW"), "{}", table.out);
    // What then happens is the same.
    let done = env.json(&args[..4]);
    for field in ["added", "present", "first", "last", "balance"] {
        assert_eq!(done["imports"][0]["accounts"][0][field], report["imports"][0]["accounts"][0][field], "{field}");
    }
    assert_eq!(done["imports"][0]["rows"], json!([]));
}

#[test]
fn tells_which_slices_follow() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "transactions", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    env.vault(&share).ok();
    env.write("newer.csv", "Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #\nDEBIT,03/10/2026,\"NEW ROW\",-2.00,DEBIT_CARD,1660.10,,\n");
    let report = env.json(&["import", "newer.csv", "--account", "Daily"]);
    let resealed = &report["resealed"][0];
    assert_eq!(
        (&resealed["recipient"], &resealed["version"], &resealed["rowsAdded"]),
        (&json!("Acme"), &json!(2), &json!(1))
    );
}

#[test]
fn a_named_file_without_content_is_refused() {
    let env = TestEnvironment::with_vault();
    env.vault(&["import", "/dev/null"]).fails(5);
}

#[test]
fn a_bad_file_changes_nothing() {
    let env = TestEnvironment::with_vault();
    let header = CHASE.lines().next().unwrap();
    let cases: [(&str, Vec<u8>); 8] = [
        ("empty.csv", Vec::new()),
        ("letter.csv", b"Dear customer,\nhello\n".to_vec()),
        ("nul.csv", b"\0\0\0\0\0\0\0\0".to_vec()),
        ("day.csv", format!("{header}\nDEBIT,02/30/2026,\"X\",-1.00,DEBIT_CARD,1.00,,\n").into_bytes()),
        ("overflow.csv", format!("{header}\nDEBIT,02/20/2026,\"X\",-99999999999999999999.00,DEBIT_CARD,1.00,,\n").into_bytes()),
        ("short.csv", format!("{header}\nDEBIT,02/20/2026\n").into_bytes()),
        ("deep.ofx", format!("OFXHEADER:100\n\n<OFX>{}", "<A>".repeat(1_000_000)).into_bytes()),
        ("dtd.ofx", b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]><?OFX OFXHEADER=\"200\" VERSION=\"211\"?><OFX>&x;</OFX>".to_vec()),
    ];
    for (name, bytes) in &cases {
        env.write(name, bytes);
        let run = env.vault(&["import", name, "--account", "Daily", "--create"]).fails(5);
        assert!(run.err.contains(name), "{name} is not named: {}", run.err);
    }
    let day = env.vault(&["import", "day.csv", "--account", "Daily", "--create"]).fails(5);
    assert!(day.err.contains("line 2") && day.err.contains("02/30/2026"), "{}", day.err);
    for name in ["none.csv", "*.none"] {
        env.vault(&["import", name, "--account", "Daily", "--create"]).fails(5);
    }
    assert_eq!(env.json(&["imports"]), json!([]));
    assert_eq!(env.json(&["transactions"]), json!([]));
    env.vault(&["check"]).ok();
}

#[test]
fn imports_the_good_rows_of_a_bad_file_only_with_skip_bad_rows() {
    let env = TestEnvironment::with_vault();
    env.write("chase.csv", CHASE.replace("02/11/2026", "02/31/2026"));
    env.vault(&["import", "chase.csv", "--account", "Daily", "--create"]).fails(5);
    let report = env.json(&["import", "chase.csv", "--account", "Daily", "--create", "--skip-bad-rows"]);
    assert_eq!(report["imports"][0]["accounts"][0]["added"], 5);
    assert_eq!(report["imports"][0]["rejectedRows"][0]["line"], 4);
}

#[test]
fn a_file_of_which_no_row_is_left_is_refused() {
    let env = TestEnvironment::with_vault();
    env.write("bad.csv", "Date,Description,Amount\n2026-02-30,A,1.00\n2026-02-31,B,2.00\n");
    let args = ["import", "bad.csv", "--account", "A", "--create", "--currency", "USD", "--skip-bad-rows", "--json"];
    let run = env.vault(&args).fails(5);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["imports"][0]["status"], "REJECTED");
    assert_eq!(report["imports"][0]["rejectedRows"].as_array().unwrap().len(), 2);
    assert_eq!(env.json(&["accounts"]), json!([]));
}

#[test]
fn undoes_an_import_and_imports_the_file_again() {
    let env = TestEnvironment::with_data();
    let imports = env.json(&["imports"]);
    let id = imports[0]["importId"].as_str().unwrap();
    assert_eq!(env.json(&["imports", "show", id])["importId"], id);
    assert_eq!(env.json(&["imports", "undo", id])["removed"], 6);
    assert_eq!(env.json(&["transactions"]), json!([]));
    let again = env.json(&["import", "chase.csv", "--account", "Daily", "--create"]);
    assert_eq!(again["imports"][0]["status"], "IMPORTED");
    assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6);
    env.vault(&["imports", "undo", "imp-999"]).fails(2);
}

#[test]
fn a_gap_is_told_with_its_likely_cause() {
    let import = |env: &TestEnvironment, name: &str, rows: &str| {
        env.write(name, format!("Date,Description,Amount,Balance\n{rows}"));
        let args = ["import", name, "--account", "Daily", "--create", "--currency", "USD", "--sign", "in"];
        env.json(&args)["imports"][0]["balanceGaps"].clone()
    };
    let env = TestEnvironment::with_vault();
    import(&env, "a.csv", "2026-01-05,Tea,-5.00,95.00\n2026-01-06,Tea,-5.00,90.00\n");
    let gaps = import(&env, "b.csv", "2026-01-20,Book,-1.00,79.00\n2026-01-21,Book,-1.00,78.00\n");
    let account = &env.json(&["accounts"])[0]["accountId"];
    let no_file = json!([{
        "accountId": account, "from": "2026-01-06", "to": "2026-01-21", "amount": "-10.00",
        "cause": "NO_FILE", "causeFrom": "2026-01-07", "causeTo": "2026-01-19",
    }]);
    assert_eq!(gaps, no_file);
    let env = TestEnvironment::with_vault();
    import(&env, "a.csv", "2026-01-05,Tea,-5.00,95.00\n2026-01-06,Tea,-5.00,90.00\n");
    import(&env, "b.csv", "2026-01-07,Book,-1.00,89.00\n2026-01-21,Book,-1.00,88.00\n");
    let gaps = import(&env, "c.csv", "2026-01-08,Rent,-7.00,\n2026-01-09,Ink,-3.00,\n");
    assert_eq!(gaps[0]["amount"], "10.00");
    assert_eq!(gaps[0]["cause"], json!(null), "no row and no pair has just this amount, and a file covers the days");
    let env = TestEnvironment::with_vault();
    import(&env, "a.csv", "2026-01-05,Tea,-5.00,95.00\n2026-01-06,Tea,-5.00,90.00\n");
    import(&env, "b.csv", "2026-01-07,Book,-1.00,89.00\n2026-01-21,Book,-1.00,88.00\n");
    let gaps = import(&env, "c.csv", "2026-01-08,Rent,-7.00,\n");
    assert_eq!((&gaps[0]["cause"], &gaps[0]["causeFrom"]), (&json!("EXTRA_ROW"), &json!("2026-01-08")));
}

#[test]
fn reads_the_examples_to_the_last_cent() {
    let env = TestEnvironment::with_vault();
    let examples = format!("{}/examples/exports", env!("CARGO_MANIFEST_DIR"));
    for (file, account, extra) in [
        ("chase-checking.csv", "Household checking", None),
        ("wells-fargo-savings.csv", "Rainy day", None),
        ("citi-card.csv", "Citi card", None),
        ("us-bank-checking.csv", "Bicycle repairs", Some("us-bank")),
    ] {
        let path = format!("{examples}/{file}");
        let mut args = vec!["import", path.as_str(), "--account", account, "--create"];
        args.extend(extra.iter().flat_map(|profile| ["--profile", profile]));
        assert_eq!(env.json(&args)["imports"][0]["balanceGaps"], json!([]), "{file}");
    }
    env.vault(&["import", &format!("{examples}/*.ofx")]).ok();
    let balances = env.json(&["balances"]);
    let mut found: Vec<(&str, Option<&str>)> = balances
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["currency"].as_str().unwrap(), line["currentBalance"].as_str()))
        .collect();
    found.sort_unstable();
    let usd = |amount| ("USD", amount);
    assert_eq!(
        found,
        [
            ("EUR", Some("1278.34")),
            usd(None),
            usd(None),
            usd(None),
            usd(Some("-171.08")),
            usd(Some("1885.39")),
            usd(Some("7253.49"))
        ]
    );
}

#[test]
fn keeps_ignored_files_out_of_imports() {
    let env = TestEnvironment::with_vault();
    env.write("chase.csv", CHASE);
    env.write("copy.csv", CHASE);
    let ignored = env.json(&["imports", "ignore", "chase.csv"]);
    assert_eq!(ignored[0]["file"], "chase.csv");
    let hash = ignored[0]["sha256"].as_str().unwrap().to_owned();
    // The content counts, and not the name.
    let report = env.json(&["import", "copy.csv", "--account", "Daily", "--create"]);
    assert_eq!(report["imports"][0]["status"], "IGNORED");
    assert_eq!(report["imports"][0]["sha256"], hash);
    assert_eq!(env.json(&["accounts"]), json!([]));
    // Once more changes nothing.
    assert_eq!(env.json(&["imports", "ignore", &hash.to_uppercase()]), ignored);
    assert_eq!(env.json(&["imports", "ignore", &hash, "--undo"]), json!([]));
    let run = env.vault(&["imports", "ignore", "copy.csv", "--undo"]).fails(2);
    assert!(run.err.contains("copy.csv is not ignored"), "{}", run.err);
    env.vault(&["imports", "ignore", "none.csv"]).fails(5);
    env.vault(&["imports", "ignore", "--undo"]).fails(2);
    assert_eq!(env.json(&["import", "copy.csv", "--account", "Daily", "--create"])["imports"][0]["status"], "IMPORTED");
    env.vault(&["check"]).ok();
}

#[test]
fn refuses_to_remove_an_answer_that_there_is_not() {
    let env = TestEnvironment::with_vault();
    assert_eq!(env.json(&["imports", "answers"]), json!([]));
    let run = env.vault(&["imports", "answers", "remove", "3"]).fails(2);
    assert!(run.err.contains("there is no answer 3"), "{}", run.err);
}

#[test]
fn remembers_an_encoding_for_files_that_begin_alike() {
    let env = TestEnvironment::with_vault();
    // A byte that is a letter in several code pages, in a word that none of their languages is known by.
    let file =
        |day: &str| [b"Date,Description,Amount\n2026-03-".as_slice(), day.as_bytes(), b",\xb3K,-1.50\n"].concat();
    fs::write(env.path("a.csv"), file("14")).unwrap();
    fs::write(env.path("b.csv"), file("25")).unwrap();
    let args = ["--account", "Daily", "--create", "--currency", "PLN"];
    let run = env.vault(&[&["import", "a.csv"], &args[..]].concat());
    assert_eq!(run.code, 5, "{}", run.out);
    assert!(run.err.contains("--encoding windows-1250"), "{}", run.err);
    env.vault(&[&["import", "a.csv", "--encoding", "windows-1250"], &args[..]].concat()).ok();
    let run = env.vault(&["import", "b.csv", "--account", "Daily"]).ok();
    assert!(run.err.contains("answered") || run.out.contains("answered"), "{} {}", run.out, run.err);
    assert_eq!(env.json(&["transactions"])[1]["description"], "łK");
    // It is told once: the second file needed no answer.
    let told = "your answer about a layout is remembered: encoding windows-1250";
    let audit = env.vault(&["audit"]).ok().out;
    assert_eq!(audit.matches(told).count(), 1, "{audit}");
    env.vault(&["imports", "answers", "remove", "2"]).ok();
    let audit = env.vault(&["audit"]).ok().out;
    assert!(audit.contains("answer 2 was forgotten: encoding windows-1250"), "{audit}");
}

#[test]
fn a_dry_run_shows_the_rows_of_a_file_that_leaves_something_open() {
    let env = TestEnvironment::with_vault();
    env.write("a.csv", "Date,Description,Amount\n2026-03-14,GROCERY,12.30\n");
    let run = env.vault(&["import", "a.csv", "--dry-run", "--account", "A", "--create", "--currency", "EUR"]);
    assert_eq!(run.code, 5);
    assert!(run.err.contains("GROCERY") && run.err.contains("--sign out"), "{} {}", run.out, run.err);
}

#[test]
fn counts_notes_in_any_encoding_as_no_exports() {
    let env = TestEnvironment::with_vault();
    let notes: [&[u8]; 3] = [b"M\xf6bel f\xfcr Caf\xe9 \xa7", b"caf\xe9 na\xefve \xb9\xe6\xb3", b"\x92\xf0\x81 q"];
    fs::create_dir(env.path("in")).unwrap();
    for (number, note) in notes.iter().enumerate() {
        fs::write(env.path(&format!("in/{number}.txt")), note).unwrap();
    }
    let run = env.vault(&["import", "in"]).ok();
    assert_eq!((run.out.as_str(), run.err.as_str()), ("3 files are no exports.\n", ""));
}
