//! How a vault stands: with its key, without it, and what needs attention.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::UNIX_EPOCH;

use finvault::model::Timestamp;
use serde_json::{Value, json};

use crate::backup::{in_dir, with_dest};
use crate::test_environment::{TestEnvironment, run};

fn kinds(status: &Value) -> Vec<&str> {
    status["attention"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

/// Runs `status --json` with no secret named.
fn without_key(env: &TestEnvironment) -> Value {
    let ran = run(env.bare_command("home", &["status", "--json"])).ok();
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn tells_without_a_key_what_needs_none() {
    let env = TestEnvironment::with_data();
    let before = crate::files::tree(&env.vault_dir());
    let status = without_key(&env);
    assert_eq!(status["vault"], env.vault_dir().to_str().unwrap());
    assert_eq!(status["keySlots"], serde_json::json!(["key-file"]));
    assert!(status["holds"].is_null() && status["lastBackup"].is_null());
    assert_eq!(kinds(&status), ["one-way-in", "backup"]);
    let files = before.iter().map(|name| fs::metadata(env.vault_dir().join(name)).unwrap());
    let size: u64 = files.filter(|data| data.is_file()).map(|data| data.len()).sum();
    assert_eq!(status["sizeBytes"], size);
    assert_eq!(crate::files::tree(&env.vault_dir()), before);
    let ran = run(env.bare_command("home", &["status"])).ok();
    assert!(ran.out.contains("`vault unlock` first") && !ran.out.contains("Daily"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 200), "{}", ran.out);
}

#[test]
fn tells_with_a_key_what_the_vault_holds() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan", "--expires", "3d", "--yes"];
    env.json(&share);
    let status = env.json(&["status"]);
    assert_eq!((&status["holds"]["accounts"], &status["holds"]["transactions"]), (&1.into(), &6.into()));
    assert_eq!(status["holds"]["lastPosted"], "2026-03-09");
    assert_eq!(status["holds"]["activeGrants"][0]["recipient"], "Acme");
    assert_eq!(kinds(&status), ["one-way-in", "backup", "ends-soon"]);
    let shown = env.vault(&["status"]).ok().out;
    assert!(shown.contains("1 account, 6 transactions, the last of 9 Mar 2026"), "{shown}");
    assert!(shown.contains("with Acme until"), "{shown}");

    env.vault(&["policy", "deny", "--to", "Acme"]).ok();
    assert_eq!(kinds(&env.json(&["status"])), ["one-way-in", "backup", "suspended"]);
}

#[test]
fn names_the_database_from_before_a_migration() {
    let env = TestEnvironment::with_data();
    assert!(without_key(&env)["snapshot"].is_null());
    let snapshot = env.vault_dir().join("vault.db.before-migration");
    fs::write(&snapshot, [0; 4096]).unwrap();
    let named = &without_key(&env)["snapshot"];
    assert_eq!((&named["file"], &named["sizeBytes"]), (&snapshot.to_str().unwrap().into(), &4096.into()));
    let ran = run(env.bare_command("home", &["status"])).ok();
    assert!(ran.out.contains("before a migration: ") && ran.out.contains("4.0 kB"), "{}", ran.out);
    env.vault(&["check"]).ok();
}

#[test]
fn unproven_accounts_need_attention() {
    let env = TestEnvironment::with_vault();
    env.write("plain.csv", "Date,Description,Amount\n2026-03-01,A,-1.00\n2026-03-02,B,2.00\n");
    env.vault(&["import", "plain.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    let status = env.json(&["status"]);
    assert!(kinds(&status).contains(&"unproven"), "{status}");
    assert!(status.to_string().contains("Purse"));
}

#[test]
fn a_gap_between_balances_needs_attention() {
    let env = TestEnvironment::with_vault();
    let header = "Date,Description,Amount,Balance\n";
    env.write("a.csv", format!("{header}2026-03-01,A,-1.00,99.00\n2026-03-02,B,-2.00,97.00\n"));
    env.write("b.csv", format!("{header}2026-03-05,C,-3.00,90.00\n2026-03-06,D,-1.00,89.00\n"));
    env.vault(&["import", "a.csv", "--account", "Main", "--create", "--currency", "USD"]).ok();
    assert!(!kinds(&env.json(&["status"])).contains(&"gap"));
    env.vault(&["import", "b.csv", "--account", "Main"]).ok();
    let status = env.vault(&["status"]).ok().out;
    assert!(status.contains("Main: between 2026-03-02 and 2026-03-06, 4.00 USD went out without a row"), "{status}");
    assert!(kinds(&env.json(&["status"])).contains(&"gap"));
    // Also where each day has a balance.
    env.write("d.csv", format!("{header}2026-03-08,E,-1.00,80.00\n2026-03-09,F,-1.00,79.00\n"));
    env.vault(&["import", "d.csv", "--account", "Main"]).ok();
    let status = env.vault(&["status"]).ok().out;
    assert!(status.contains("Main: between 2026-03-02 and 2026-03-06, 4.00 USD"), "{status}");
    env.vault(&["imports", "undo", "imp-3", "--yes"]).ok();
    env.write("c.csv", format!("{header}2026-03-03,X,-4.00,93.00\n"));
    env.vault(&["import", "c.csv", "--account", "Main"]).ok();
    assert!(!kinds(&env.json(&["status"])).contains(&"gap"));
}

#[test]
fn a_wrong_key_or_no_vault_is_an_error() {
    let env = TestEnvironment::with_data();
    env.write("other", (0..64u8).collect::<Vec<_>>());
    let wrong = env.vault(&["status", "--key-file", "other"]).fails(3);
    assert!(wrong.out.contains(env.vault_dir().to_str().unwrap()) && wrong.out.contains("Ways in"), "{}", wrong.out);
    assert!(wrong.out.contains("could not be opened") && wrong.err.contains("wrong key file"), "{}", wrong.err);
    let wrong = env.vault(&["status", "--json", "--key-file", "other"]).fails(3);
    let told: Value = serde_json::from_str(&wrong.out).unwrap();
    assert!(told["holds"].is_null() && kinds(&told) == ["one-way-in", "backup"], "{told}");
    env.vault(&["status", "--key-file", "missing"]).fails(3);
    env.elsewhere(&["status"]).fails(1);
    let header = env.vault_dir().join("header.toml");
    fs::write(&header, "nonsense").unwrap();
    let told = run(env.bare_command("home", &["status"])).fails(6);
    let vault = format!("Vault     {}, ", env.vault_dir().display());
    for part in [&vault, "Ways in   not known", "the header is damaged", "`vault restore FILE` puts one in its place"] {
        assert!(told.out.contains(part), "{part}: {}", told.out);
    }
    assert!(!told.out.contains("Backup    none"), "{}", told.out);
    assert!(told.err.starts_with("error: "), "{}", told.err);
    let told = run(env.bare_command("home", &["status", "--json"])).fails(6);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    assert!(report["vaultId"].is_null() && kinds(&report) == ["damaged"], "{report}");
    assert!(report["sizeBytes"].as_u64().unwrap() > 4096, "{report}");
    // A database without a header is one, too.
    fs::remove_file(&header).unwrap();
    let told = run(env.bare_command("home", &["status"])).fails(6);
    assert!(told.out.contains("header.toml is missing"), "{}", told.out);
}

#[test]
fn a_vault_without_its_database_is_damaged_with_a_key_and_without() {
    let env = TestEnvironment::with_data();
    fs::rename(env.vault_dir().join("vault.db"), env.path("away.db")).unwrap();
    for args in [&["status"][..], &["status", "--key-file", "key"]] {
        let told = run(env.bare_command("home", args)).fails(6);
        for part in
            ["Ways in   not known", "vault.db: the file is missing", "`vault restore FILE` puts one in its place"]
        {
            assert!(told.out.contains(part), "{part}: {}", told.out);
        }
    }
    let told = run(env.bare_command("home", &["status", "--json"])).fails(6);
    let report: Value = serde_json::from_str(&told.out).unwrap();
    assert!(report["vaultId"].is_null() && kinds(&report) == ["damaged"], "{report}");
    fs::rename(env.path("away.db"), env.vault_dir().join("vault.db")).unwrap();
    env.vault(&["status"]).ok();
}

/// Every restore keeps a vault. None of them is forgotten, and whoever ends an old secret is told what it still opens.
#[test]
fn what_restores_kept_is_named_and_a_new_master_key_reaches_none_of_it() {
    let env = with_dest();
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    assert_eq!(without_key(&env)["kept"], json!([]));
    for earlier in [false, true] {
        let told = env.vault(&["restore", backup.to_str().unwrap(), "--yes"]).ok().err;
        assert_eq!(told.contains("Earlier restores kept:"), earlier, "{told}");
    }
    fs::write(env.vault_dir().join("vault.db.before-migration"), [0; 4096]).unwrap();
    let status = without_key(&env);
    let kept = status["kept"].as_array().unwrap().clone();
    assert_eq!(kept.len(), 2, "{status}");
    assert!(kinds(&status).contains(&"kept"), "{status}");
    let shown = run(env.bare_command("home", &["status"])).ok().out;
    assert!(shown.contains("2 vaults from before a restore are kept"), "{shown}");
    assert!(shown.contains("when you miss nothing, `rm -r DIR` removes it"), "{shown}");
    assert!(shown.contains("the next migration replaces it, `vault keys rotate` removes it"), "{shown}");
    let mut expected = Vec::new();
    for one in &kept {
        let dir = one["dir"].as_str().unwrap();
        let files = crate::files::tree(Path::new(dir));
        let size: u64 =
            files.iter().map(|path| fs::metadata(path).unwrap()).filter(|d| d.is_file()).map(|d| d.len()).sum();
        assert_eq!(one["sizeBytes"], size);
        assert!(shown.contains(&format!("before a restore: {dir}")), "{shown}");
        expected.push(json!({"kind": "kept-vault", "path": dir}));
    }
    expected.push(json!({"kind": "backups", "path": env.path("dest").canonicalize().unwrap()}));

    // Nothing ended: nothing is said.
    assert_eq!(env.json(&["keys", "add", "key-file", "--new-key-file", "key2"])["oldCopies"], json!([]));
    assert_eq!(env.json(&["keys", "remove", "2", "--yes"])["oldCopies"], json!(expected));
    let told = env.vault(&["keys", "rotate"]).ok().err;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for one in &expected {
        assert!(told.contains(one["path"].as_str().unwrap()), "{told}");
    }
    // They open as they did, and only their owner removes them.
    for one in &kept {
        env.vault(&["--vault", one["dir"].as_str().unwrap(), "--inspect", "accounts"]).ok();
        fs::remove_dir_all(one["dir"].as_str().unwrap()).unwrap();
    }
    let status = without_key(&env);
    assert_eq!((&status["kept"], &status["snapshot"]), (&json!([]), &Value::Null));
    assert!(!kinds(&status).contains(&"kept"), "{status}");
}

/// A vault that was put back ends with 6, and what needs no key is told all the same.
#[test]
fn an_older_vault_is_an_error_beside_what_needs_no_key() {
    let env = TestEnvironment::with_data();
    let before = fs::read(env.vault_dir().join("vault.db")).unwrap();
    env.vault(&["accounts", "rename", "Daily", "Other"]).ok();
    fs::write(env.vault_dir().join("vault.db"), before).unwrap();
    let ran = env.vault(&["status", "--json"]).fails(6);
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(told["holds"].is_null() && kinds(&told) == ["one-way-in", "backup"], "{told}");
    assert!(env.vault(&["status"]).fails(6).out.contains("Ways in"));
}

/// Returns the note of what was last done with the vault.
fn note(env: &TestEnvironment) -> PathBuf {
    let is_note = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "last");
    in_dir(env, ".local/state/finvault").into_iter().find(is_note).expect("something was noted")
}

#[test]
fn a_backup_with_other_keys_than_the_vault_needs_attention() {
    let env = with_dest();
    let says = |status: &Value| status["attention"].to_string().contains("the keys changed since the last backup");
    env.vault(&["backup", "dest"]).ok();
    assert_eq!(kinds(&without_key(&env)), ["one-way-in"]);
    let first = in_dir(&env, "dest").remove(0);
    env.vault(&["keys", "add", "key-file", "--new-key-file", "second"]).ok();
    let status = without_key(&env);
    assert!(says(&status) && kinds(&status) == ["backup"], "{status}");
    env.vault(&["backup", "dest"]).ok();
    assert!(kinds(&without_key(&env)).is_empty());
    // A vault from a backup, whose keys then change, has the generation of the last backup and not its keys.
    env.vault(&["restore", first.to_str().unwrap(), "--yes"]).ok();
    assert!(says(&without_key(&env)));
    env.vault(&["keys", "add", "key-file", "--new-key-file", "third"]).ok();
    assert!(says(&without_key(&env)));
    env.vault(&["backup", "dest"]).ok();
    assert!(!says(&without_key(&env)));
    env.vault(&["keys", "rotate", "--drop-others"]).ok();
    assert!(says(&without_key(&env)));
}

#[test]
fn a_backup_that_was_passed_on_is_noted_and_its_keeping_is_not_claimed() {
    let env = with_dest();
    let stream = |out: Stdio| env.command(&["backup", "-"]).stdout(out).stderr(Stdio::null()).status().unwrap();
    assert!(!stream(fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into()).success());
    assert!(without_key(&env)["lastBackup"].is_null());
    assert!(stream(fs::File::create(env.path("taken")).unwrap().into()).success());
    let status = without_key(&env);
    assert!(status["lastBackup"]["time"].is_string() && status["lastBackup"]["file"].is_null(), "{status}");
    assert_eq!(kinds(&status), ["one-way-in"]);
    let shown = run(env.bare_command("home", &["status"])).ok().out;
    assert!(shown.contains("passed on to standard output; whether it was kept is not known"), "{shown}");
    env.vault(&["keys", "add", "key-file", "--new-key-file", "second"]).ok();
    assert_eq!(kinds(&without_key(&env)), ["backup"]);
    // The newer one counts, and the place of the other one is not forgotten.
    env.vault(&["backup", "dest"]).ok();
    assert!(without_key(&env)["lastBackup"]["file"].is_string());
    let text = fs::read_to_string(note(&env)).unwrap();
    assert!(text.contains("[backup]") && text.contains("[passed_on]"), "{text}");
}

#[test]
fn a_backup_of_more_than_30_days_ago_needs_attention() {
    let env = with_dest();
    env.vault(&["backup", "dest"]).ok();
    let note = note(&env);
    let text = fs::read_to_string(&note).unwrap();
    let status = without_key(&env);
    let time = status["lastBackup"]["time"].as_str().unwrap();
    let now = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    for (days, is_old) in [(29, false), (31, true), (400, true)] {
        let then = Timestamp::from_unix(now - days * 86_400).to_string();
        fs::write(&note, text.replace(time, &then)).unwrap();
        let status = without_key(&env);
        assert_eq!(status["lastBackup"]["time"], then, "{text}");
        assert_eq!(kinds(&status).contains(&"backup"), is_old, "{days}: {status}");
        assert_eq!(status["attention"].to_string().contains("the last backup is"), is_old, "{days}: {status}");
    }
}

#[test]
fn a_check_that_could_not_open_a_changed_vault_found_something() {
    let env = TestEnvironment::with_data();
    env.vault(&["check"]).ok();
    let database = env.vault_dir().join("vault.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[100] ^= 1;
    fs::write(&database, bytes).unwrap();
    assert!(env.vault(&["check"]).fails(6).out.contains("unlock"));
    let status = run(env.bare_command("home", &["status"])).ok().out;
    assert!(status.contains("something was wrong") && !status.contains("all was well"), "{status}");
}

#[test]
fn a_check_that_found_something_needs_attention_until_one_finds_nothing() {
    let env = TestEnvironment::with_data();
    let strange = env.vault_dir().join("outbox/strange");
    fs::write(&strange, "not ours").unwrap();
    env.vault(&["check"]).fails(6);
    let status = without_key(&env);
    assert!(kinds(&status).contains(&"check") && status["lastCheck"]["ok"] == false, "{status}");
    let shown = run(env.bare_command("home", &["status"])).ok().out;
    assert!(shown.contains("something was wrong") && shown.contains("`vault check` says what"), "{shown}");
    fs::remove_file(&strange).unwrap();
    env.vault(&["check"]).ok();
    assert!(!kinds(&without_key(&env)).contains(&"check"));
}
