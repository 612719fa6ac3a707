//! What `vault restore` says of the vault that gives way: all that it has and the restored one has not.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::backup::{in_dir, with_dest};
use crate::faults::traced;
use crate::files::{copy_tree, tree};
use crate::restore::{restore, with_backup};
use crate::test_environment::{Run, TestEnvironment, run};

const WRITTEN_DAY: &str = "2026-03-20";

/// Returns a home with a vault that was changed in many ways since its backup.
fn changed_since() -> (TestEnvironment, PathBuf) {
    let (env, backup) = with_backup();
    env.vault(&["policy", "deny", "--to", "Evil", "--yes"]).ok();
    env.vault(&["imports", "undo", "imp-1"]).ok();
    env.write("more.csv", "Date,Description,Amount\n2026-04-01,LATER,-1.00\n2026-04-02,LATER STILL,-2.00\n");
    env.vault(&["import", "more.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    env.write("then.csv", "Date,Description,Amount\n2026-04-03,LATER,-1.00\n2026-04-04,THE LAST,-2.00\n");
    env.vault(&["import", "then.csv", "--account", "Purse"]).ok();
    env.vault(&["accounts", "set-balance", "Purse", "100", "--on", WRITTEN_DAY]).ok();
    env.vault(&["accounts", "rename", "acc-1", "Household"]).ok();
    env.vault(&["duplicates", "different", "txn-7", "txn-9"]).ok();
    env.write("left.csv", "Date,Description,Amount\n");
    env.vault(&["imports", "ignore", "left.csv"]).ok();
    (env, backup)
}

/// Both sentences, as they are shown.
const LACKS: &str = "It lacks, of the present vault: 2 imported files (more.csv, then.csv), 1 account, 1 decision, 1 set balance, 1 policy rule \
                     (denied: Evil), 1 ignored file";
const AGAIN: &str = "It has again what the present vault has no more: 1 imported file (";

#[test]
fn every_kind_that_is_given_up_is_named() {
    let (env, backup) = changed_since();
    let ran = restore(&env, &backup, &[]).ok();
    let said = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for sentence in [LACKS, "1 changed account;", "of its log in all.", AGAIN] {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
}

#[test]
fn a_log_that_alone_went_on_is_said() {
    let (env, backup) = with_backup();
    env.vault(&["policy", "deny", "--to", "Evil", "--yes"]).ok();
    env.vault(&["policy", "remove", "1", "--yes"]).ok();
    let ran = restore(&env, &backup, &[]).ok();
    let sentence = "It lacks, of the present vault: 2 later entries of its log, and none of what it holds.";
    assert!(ran.err.contains(sentence), "{}", ran.err);
}

#[test]
fn a_place_that_is_adopted_tells_what_it_lacks_of_the_vault_that_it_leaves() {
    for at_once in [true, false] {
        let (env, backup) = changed_since();
        if !at_once {
            let looked = restore(&env, &backup, &["--to", "apart"]).ok();
            assert!(looked.err.contains("(denied: Evil)"), "{}", looked.err);
        }
        let file: &[&str] = if at_once { &[backup.to_str().unwrap()] } else { &[] };
        let adopt = ["restore", "--to", "apart", "--adopt", "--yes"];
        let report = env.json(&[&adopt[..], file].concat());
        let (lacks, revived) = (&report["lacks"], &report["lacks"]["revived"]);
        assert_eq!((&lacks["known"], &lacks["imports"][0]), (&true.into(), &"more.csv".into()), "{lacks}");
        assert_eq!(
            (&lacks["rules"], &lacks["balances"], &lacks["decisions"]),
            (&serde_json::json!(["1"]), &1.into(), &1.into())
        );
        assert_eq!(lacks["changedAccounts"], serde_json::json!(["acc-1"]));
        assert_eq!(revived["imports"].as_array().unwrap().len(), 1, "{revived}");
    }
}

/// What a restore tells, in one line.
fn told(env: &TestEnvironment, backup: &Path, more: &[&str]) -> String {
    restore(env, backup, more).ok().err.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_vault_with_a_new_master_key_is_opened_by_its_own_header() {
    let (env, backup) = with_backup();
    env.vault(&["keys", "rotate", "--yes"]).ok();
    env.write("more.csv", "Date,Description,Amount\n2026-04-01,LATER,-1.00\n2026-04-02,LATER STILL,-2.00\n");
    env.vault(&["import", "more.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    let said = told(&env, &backup, &[]);
    assert!(said.contains("It lacks, of the present vault: 1 imported file (more.csv), 1 account"), "{said}");
}

#[test]
fn an_interrupted_change_of_the_present_vault_does_not_hide_what_it_holds() {
    let (env, backup) = with_backup();
    env.vault(&["policy", "deny", "--to", "Evil", "--yes"]).ok();
    let journal = env.vault_dir().join("vault.db-journal");
    traced(&env, &["accounts", "rename", "Daily", "Other"], "unlink", "signal=KILL:when=1", &[&journal]);
    assert!(journal.exists());
    let said = told(&env, &backup, &[]);
    assert!(said.contains("1 policy rule (denied: Evil)"), "{said}");
}

#[test]
fn a_present_vault_that_cannot_be_read_is_told_with_the_reason() {
    let (env, backup) = with_backup();
    env.vault(&["keys", "replace", "key-file", "--new-key-file", "other.key"]).ok();
    let said = told(&env, &backup, &["--to", "apart"]);
    assert!(!said.contains("is not known"), "the same master key: {said}");
    let rotated = run({
        let mut command = env.command(&["keys", "rotate", "--yes"]);
        command.env("FINVAULT_KEY_FILE", "other.key");
        command
    });
    rotated.ok();
    let said = told(&env, &backup, &["--to", "rotated"]);
    assert!(said.contains("is not known: it does not open with this secret."), "{said}");
    fs::write(env.vault_dir().join("header.toml"), "gone").unwrap();
    let said = told(&env, &backup, &[]);
    assert!(said.contains("is not known: the header is damaged"), "{said}");
}

#[test]
fn ways_in_that_end_or_open_again_are_named() {
    for rotated in [false, true] {
        let env = with_dest();
        env.vault(&["keys", "add", "key-file", "--new-key-file", "leaked"]).ok();
        env.vault(&["backup", "dest"]).ok();
        env.vault(&["keys", "remove", "2", "--yes"]).ok();
        env.vault(&["keys", "add", "recovery-code"]).ok();
        if rotated {
            env.vault(&["keys", "rotate", "--yes", "--drop-others", "--recovery-code"]).ok();
        }
        let said = told(&env, &in_dir(&env, "dest")[0], &[]);
        let ended = if rotated { 4 } else { 3 };
        let ended = format!("It lacks, of the present vault: 1 way in (key slot {ended} (recovery code));");
        assert!(said.contains(&ended), "{said}");
        assert!(said.contains("what the present vault has no more: 1 way in (key slot 2 (key file))."), "{said}");
    }
}

#[test]
fn a_backup_that_continues_from_the_present_vault_tells_what_is_new() {
    let (env, backup) = with_backup();
    let other = |args: &[&str]| {
        let mut command = env.bare_command("other", args);
        command.env("FINVAULT_KEY_FILE", env.path("key")).env("FINVAULT_DIR", "vault");
        run(command)
    };
    fs::create_dir_all(env.root().join("other")).unwrap();
    other(&["restore", backup.to_str().unwrap(), "--yes"]).ok();
    fs::write(
        env.root().join("other/more.csv"),
        "Date,Description,Amount\n2026-04-01,TEA,-1.00\n2026-04-02,TEA,-2.00\n",
    )
    .unwrap();
    other(&["import", "more.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    other(&["accounts", "rename", "acc-1", "Household"]).ok();
    other(&["backup", "carried.tar"]).ok();
    let carried = env.root().join("other/carried.tar");
    let said = told(&env, &carried, &["--to", "apart"]);
    let new = "It has, beyond the present vault: 1 imported file (more.csv), 1 account, 1 remembered answer, 1 changed account.";
    assert!(said.contains("It continues from the present vault, with ") && said.contains(new), "{said}");
    assert!(!said.contains("It lacks") && !said.contains("no more"), "{said}");
    // Changed on both sides, it continues from none.
    env.vault(&["policy", "deny", "--to", "Evil", "--yes"]).ok();
    let said = told(&env, &carried, &[]);
    assert!(said.contains("It lacks, of the present vault: 1 policy rule (denied: Evil), 1 changed account"), "{said}");
}

#[test]
fn ways_in_that_a_restore_changed_are_told_as_long_as_it_matters() {
    let env = with_dest();
    env.vault(&["keys", "add", "key-file", "--new-key-file", "leaked"]).ok();
    env.vault(&["backup", "dest"]).ok();
    env.vault(&["keys", "remove", "2", "--yes"]).ok();
    env.vault(&["keys", "add", "recovery-code"]).ok();
    let ways_in = || env.json(&["status"])["waysIn"].clone();
    let nothing = serde_json::json!({"known": true, "ended": [], "again": []});
    assert_eq!(ways_in(), nothing);
    let code = serde_json::json!({"slotId": 3, "kind": "recovery-code"});
    let file = serde_json::json!({"slotId": 2, "kind": "key-file"});
    // Once more from the same backup: what is lost stays lost, and what came back is still there.
    for _ in 0..2 {
        restore(&env, &in_dir(&env, "dest")[0], &[]).ok();
        assert_eq!(ways_in(), serde_json::json!({"known": true, "ended": [code], "again": [file]}));
    }
    let shown = env.vault(&["status"]).ok().out;
    let listed = env.vault(&["keys", "list"]).ok().err;
    for sentence in ["ended by a restore: key slot 3 (recovery code)", "since a restore: key slot 2 (key file)"] {
        assert!(shown.contains(sentence) && listed.contains(sentence), "{sentence}: {shown}{listed}");
    }
    env.vault(&["keys", "remove", "2", "--yes"]).ok();
    assert_eq!(ways_in(), serde_json::json!({"known": true, "ended": [code], "again": []}));
    env.vault(&["keys", "add", "recovery-code"]).ok();
    assert_eq!(ways_in(), nothing);
    assert!(!env.vault(&["keys", "list"]).ok().err.contains("restore"));
}

#[test]
fn a_number_that_two_key_slots_had_is_said_to_be_of_another() {
    let env = with_dest();
    env.vault(&["backup", "before.tar"]).ok();
    let add = || env.vault(&["keys", "add", "recovery-code"]).ok();
    add();
    env.vault(&["backup", "with-code.tar"]).ok();
    restore(&env, &env.path("before.tar"), &[]).ok();
    add();
    let said = told(&env, &env.path("with-code.tar"), &[]);
    for sentence in ["1 way in (key slot 2 (recovery code))", "no more: 1 way in (another key slot 2 (recovery code))"]
    {
        assert!(said.contains(sentence), "{sentence}: {said}");
    }
    // Also after the same restore once more.
    for _ in 0..2 {
        let listed = env.vault(&["keys", "list"]).ok().err;
        for sentence in ["restore: key slot 2 (recovery code)", "restore: another key slot 2 (recovery code)"] {
            assert!(listed.contains(sentence), "{sentence}: {listed}");
        }
        restore(&env, &env.path("with-code.tar"), &[]).ok();
    }
}

#[test]
fn ways_in_of_a_vault_that_could_not_be_compared_are_not_known() {
    let (env, backup) = with_backup();
    fs::write(env.vault_dir().join("header.toml"), "gone").unwrap();
    restore(&env, &backup, &[]).ok();
    assert_eq!(env.json(&["status"])["waysIn"], serde_json::json!({"known": false, "ended": [], "again": []}));
    let shown = env.vault(&["status"]).ok().out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("which of its ways in do not open this one is not known"), "{shown}");
    // Where none gave way, nothing ended.
    fs::remove_dir_all(env.vault_dir()).unwrap();
    restore(&env, &backup, &[]).ok();
    assert_eq!(env.json(&["status"])["waysIn"], serde_json::json!({"known": true, "ended": [], "again": []}));
}

/// Every file below a directory, with its bytes.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let files = tree(dir).into_iter().map(|path| dir.join(path)).filter(|path| path.is_file());
    files.filter(|path| !path.ends_with("lock")).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// The vault goes on in another directory, under the newest version, and comes back by a backup.
#[test]
fn a_present_vault_of_any_version_is_compared_and_stays_as_it_is() {
    for version in ["schema-1", "schema-2"] {
        let env = TestEnvironment::empty();
        for place in ["here", "there"] {
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vaults").join(version);
            copy_tree(&kept, &env.root().join(place).join("old"));
        }
        let at = |place: &str, args: &[&str]| {
            let mut command = env.bare_command(place, args);
            command.env("FINVAULT_DIR", "old/vault").env("FINVAULT_KEY_FILE", "old/key");
            run(command)
        };
        let seq = |ran: Run| -> u64 { serde_json::from_str::<Value>(&ran.out).unwrap()["auditSeq"].as_u64().unwrap() };
        let first = seq(at("here", &["backup", "before.tar", "--json"]).ok());
        at("there", &["policy", "deny", "--to", "Evil", "--yes"]).ok();
        at("there", &["imports", "undo", "imp-1", "--yes"]).ok();
        let entries = seq(at("there", &["backup", "after.tar", "--json"]).ok()) - first;
        let here = env.root().join("here");
        fs::copy(env.root().join("there/after.tar"), here.join("after.tar")).unwrap();
        let before = contents(&here.join("old/vault"));
        let told = |args: &[&str]| at("here", args).ok().err.split_whitespace().collect::<Vec<_>>().join(" ");
        let same = told(&["restore", "before.tar", "--to", "same"]);
        assert!(same.contains("It lacks nothing of the present vault."), "{version}: {same}");
        let goes_on = format!("It continues from the present vault, with {entries} later entries of the log.");
        let parts = [goes_on.as_str(), "1 policy rule (denied: Evil)", "There, this was taken away: 1 imported file"];
        let adopt: [&[&str]; 2] =
            [&["restore", "after.tar", "--to", "apart"], &["restore", "--to", "apart", "--adopt", "--yes"]];
        for args in adopt {
            let said = told(args);
            assert!(parts.iter().all(|part| said.contains(part)), "{version}: {said}");
        }
        // But for its sealed slices, which the adoption takes away.
        let slices = |files: Vec<(PathBuf, Vec<u8>)>| -> Vec<_> {
            files.into_iter().filter(|(path, _)| !path.to_str().unwrap().contains("/outbox/")).collect()
        };
        assert_eq!(slices(contents(&here.join("old/vault"))), slices(before), "{version}");
        let left = tree(&here).into_iter().filter(|path| format!("{path:?}").contains("unpacked")).count();
        assert_eq!(left, 0, "{version}");
    }
}
