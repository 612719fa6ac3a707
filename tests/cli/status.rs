//! How a vault stands: with its key, without it, and what needs attention.

use std::fs;
use std::path::Path;

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
fn a_wrong_key_or_no_vault_is_an_error() {
    let env = TestEnvironment::with_data();
    env.write("other", (0..64u8).collect::<Vec<_>>());
    env.vault(&["status", "--key-file", "other"]).fails(3);
    env.elsewhere(&["status"]).fails(1);
    let header = env.vault_dir().join("header.toml");
    fs::write(&header, "nonsense").unwrap();
    run(env.bare_command("home", &["status"])).fails(6);
}

/// Every restore keeps a vault. None of them is forgotten, and whoever ends an old secret is told what it still opens.
#[test]
fn what_restores_kept_is_named_and_a_new_master_key_reaches_none_of_it() {
    let env = with_dest();
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    assert_eq!(without_key(&env)["kept"], json!([]));
    for _ in 0..2 {
        env.vault(&["restore", backup.to_str().unwrap(), "--yes"]).ok();
    }
    fs::write(env.vault_dir().join("vault.db.before-migration"), [0; 4096]).unwrap();
    let status = without_key(&env);
    let kept = status["kept"].as_array().unwrap().clone();
    assert_eq!(kept.len(), 2, "{status}");
    assert!(kinds(&status).contains(&"kept"), "{status}");
    let shown = run(env.bare_command("home", &["status"])).ok().out;
    assert!(shown.contains("2 vaults from before a restore are kept"), "{shown}");
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
