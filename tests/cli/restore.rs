//! `vault restore`: what it puts in place, what it keeps, and what it never revives.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::backup::{change, in_dir, with_dest};
use crate::files::tree;
use crate::terminal::at_terminal;
use crate::test_environment::{CHASE_BALANCE, Run, TestEnvironment, run};

/// Returns a home with a vault, and a backup of it.
pub(crate) fn with_backup() -> (TestEnvironment, PathBuf) {
    let env = with_dest();
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    (env, backup)
}

pub(crate) fn restore(env: &TestEnvironment, backup: &Path, more: &[&str]) -> Run {
    env.vault(&[&["restore", backup.to_str().unwrap(), "--yes"], more].concat())
}

/// Returns the directories that are kept beside the vault's.
pub(crate) fn kept(env: &TestEnvironment) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(env.vault_dir().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| *path != env.vault_dir())
        .collect();
    found.sort();
    found
}

pub(crate) fn balance(env: &TestEnvironment) -> Value {
    env.json(&["balances"])[0]["currentBalance"].clone()
}

/// Approves a grant that opens from the outbox, and returns its id.
pub(crate) fn share(env: &TestEnvironment, name: &str) -> String {
    let args = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan", "--expires", "20d", "--yes"];
    let shared = env.json(&args);
    env.write(name, shared["token"].as_str().unwrap());
    shared["grantId"].as_str().unwrap().to_owned()
}

pub(crate) fn status_of(env: &TestEnvironment, grant: &str) -> String {
    let grants = env.json(&["grants"]);
    let of_grant = grants.as_array().unwrap().iter().find(|one| one["grantId"] == grant);
    of_grant.map_or("UNKNOWN".to_owned(), |one| one["status"].as_str().unwrap().to_owned())
}

#[test]
fn the_present_vault_is_kept_and_the_restored_one_has_its_place() {
    let (env, backup) = with_backup();
    env.write("more.csv", "Date,Description,Amount\n2026-04-01,LATER,-1.00\n2026-04-02,LATER STILL,-2.00\n");
    env.vault(&["import", "more.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    let names = |dir: &Path| -> Vec<PathBuf> {
        let mut names: Vec<PathBuf> =
            tree(dir).into_iter().map(|path| Path::new(&path).strip_prefix(dir).unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let before = names(&env.vault_dir());
    let ran = restore(&env, &backup, &[]).ok();
    for said in ["1 account, 6 transactions", "more.csv", "All of it was checked", "kept in"] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    assert_eq!(balance(&env), CHASE_BALANCE);
    assert_eq!(env.json(&["accounts"]).as_array().unwrap().len(), 1);
    assert_eq!(env.json(&["check"])["ok"], true);
    let kept = kept(&env);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0].to_str().unwrap().contains("finvault.before-"), "{kept:?}");
    assert_eq!(names(&kept[0]), before);
    // It opens, to be looked at: this machine has seen a newer state since.
    let old = kept[0].to_str().unwrap();
    env.vault(&["--vault", old, "accounts"]).fails(6);
    let run = env.vault(&["--vault", old, "--inspect", "accounts", "--json"]).ok();
    assert!(run.out.contains("Purse"), "{}", run.out);
    let log = env.vault(&["audit", "--format", "csv"]).ok().out;
    assert!(log.contains("restore") && log.contains("backup="), "{log}");
    // The restored one goes on: it can be changed and backed up.
    env.vault(&["import", "more.csv", "--account", "Purse", "--create", "--currency", "USD"]).ok();
    assert_eq!(env.json(&["check"])["ok"], true);
    env.vault(&["backup", "dest"]).ok();
}

#[test]
fn a_question_comes_first_and_a_no_leaves_everything() {
    let (env, backup) = with_backup();
    change(&env, 1);
    let before = (tree(&env.vault_dir()), fs::read(env.vault_dir().join("vault.db")).unwrap());
    let args = ["restore", backup.to_str().unwrap()];
    let no_terminal = env.vault(&args).fails(4);
    assert!(no_terminal.err.contains("--yes"), "{}", no_terminal.err);
    let question = ("Make this one the vault?", "n", false);
    assert_eq!(at_terminal(&env, "shown", &args, &[question], &[]).code, 4);
    assert_eq!(before, (tree(&env.vault_dir()), fs::read(env.vault_dir().join("vault.db")).unwrap()));
    assert!(kept(&env).is_empty(), "{:?}", kept(&env));
    at_terminal(&env, "shown", &args, &[("Make this one the vault?", "y", false)], &[]).ok();
    assert_eq!(kept(&env).len(), 1);
}

#[test]
fn a_vault_that_changed_before_the_answer_is_not_given_up() {
    let (env, backup) = with_backup();
    let at_question = |args: &[&str], change: &str| {
        let change = format!("{} {change} >/dev/null 2>&1", env!("CARGO_BIN_EXE_vault"));
        let args = [&["restore", backup.to_str().unwrap()], args].concat();
        at_terminal(&env, "-", &args, &[("Make ", "y", false)], &[("BEFORE_ANSWER", &change)])
    };
    let adopt = ["--to", "apart", "--adopt"];
    for (args, change) in [
        (&[][..], "accounts rename acc-1 First"),
        (&[], "keys rotate --yes"),
        (&adopt, "accounts rename acc-1 Second"),
        (&adopt, "keys rotate --yes"),
    ] {
        let run = at_question(args, change);
        assert_eq!(run.code, 7, "{change}: {}", run.out);
        assert!(run.out.contains("changed the present vault meanwhile"), "{change}: {}", run.out);
        assert!(kept(&env).is_empty() && !env.path("apart").exists(), "{change}");
    }
    assert!(env.vault(&["accounts", "--json"]).ok().out.contains("Second"));
    // What only looks at it is no change.
    assert_eq!(at_question(&[], "balances").code, 0);
}

#[test]
fn on_a_machine_without_a_vault_it_becomes_the_vault() {
    let (env, backup) = with_backup();
    env.allow_sharing();
    fs::remove_file(&backup).unwrap();
    let grant = share(&env, "token");
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    let bring = |name: &str, from: PathBuf| fs::copy(from, env.root().join("other").join(name)).unwrap();
    bring("backup.tar", backup);
    bring("key", env.path("key"));
    let other = |args: &[&str]| {
        let mut command = env.bare_command("other", args);
        command.env("FINVAULT_KEY_FILE", "key");
        run(command)
    };
    let ran = other(&["restore", "backup.tar", "--yes"]).ok();
    assert!(ran.err.contains("is in place: ") && ran.err.contains("1 grant is suspended"), "{}", ran.err);
    assert!(
        other(&["balances"]).ok().out.contains("1,662.10") || other(&["balances"]).ok().out.contains(CHASE_BALANCE)
    );
    // Nothing is known there of what was revoked since: the log says so.
    let log = other(&["audit", "--format", "csv"]).ok().out;
    assert!(log.contains("cannot know of later revocations"), "{log}");
    assert!(other(&["grants"]).ok().out.contains("SUSPENDED"));
    other(&["open", "--token-file", env.path("token").to_str().unwrap()]).fails(4);
    assert!(other(&["check"]).ok().out.is_empty());
    other(&["policy", "allow", "--to", "Acme", "--scope", "balances", "--yes"]);
    let resumed = other(&["grants", "resume", &grant, "--yes"]);
    let said = resumed.err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("cannot know of later revocations"), "{said}");
    // The vault that stayed behind is as it was.
    assert_eq!(status_of(&env, &grant), "ACTIVE");
}

#[test]
fn what_ended_after_the_backup_stays_ended_and_the_rest_is_suspended() {
    let (env, first) = with_backup();
    env.allow_sharing();
    let (revoked, living) = (share(&env, "revoked"), share(&env, "living"));
    fs::remove_file(&first).unwrap();
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    let later = share(&env, "later");
    env.vault(&["revoke", &revoked]).ok();
    env.vault(&["open", "--token-file", "living"]).ok();
    restore(&env, &backup, &[]).ok();
    assert_eq!(status_of(&env, &revoked), "REVOKED");
    assert_eq!(status_of(&env, &living), "SUSPENDED");
    assert_eq!(status_of(&env, &later), "UNKNOWN");
    for token in ["revoked", "living", "later"] {
        env.vault(&["open", "--token-file", token]).fails(4);
    }
    assert_eq!(env.json(&["check"])["ok"], true);
    // The opening after the backup counts.
    let grants = env.json(&["grants"]);
    let used = grants.as_array().unwrap().iter().find(|one| one["grantId"] == *living).unwrap()["usedCount"].clone();
    assert_eq!(used, 1);
    env.vault(&["grants", "resume", &revoked, "--yes"]).fails(2);
    env.vault(&["grants", "resume", &living, "--yes"]).ok();
    env.vault(&["open", "--token-file", "living"]).ok();
}

#[test]
fn a_place_of_its_own_is_only_read_until_it_is_adopted() {
    let (env, backup) = with_backup();
    change(&env, 1);
    let anchor = || fs::read(in_dir(&env, ".local/state/finvault").remove(0)).unwrap();
    let before = anchor();
    let to = env.path("apart");
    let to = to.to_str().unwrap();
    restore(&env, &backup, &["--to", to]).ok();
    assert_eq!(anchor(), before);
    let read = env.vault(&["--vault", to, "accounts", "--json"]).ok();
    assert!(read.out.contains("\"Daily\""), "{}", read.out);
    let contents = || {
        let paths = tree(&PathBuf::from(to)).into_iter();
        paths.map(|path| (fs::read(&path).ok(), path)).collect::<Vec<_>>()
    };
    let files = contents();
    let write = env.vault(&["--vault", to, "accounts", "rename", "Daily", "Other"]).fails(4);
    assert!(write.err.contains("--adopt"), "{}", write.err);
    assert!(env.vault(&["--vault", to, "check"]).ok().out.is_empty());
    assert!(files.iter().filter(|(bytes, _)| bytes.is_some()).count() >= 3);
    assert!(contents() == files, "every byte is as it was");
    assert_eq!(anchor(), before);
    // The present vault goes on.
    assert!(env.vault(&["accounts", "--json"]).ok().out.contains("Daily 1"));
    // A second time, something lies there.
    restore(&env, &backup, &["--to", to]).fails(1);

    env.vault(&["restore", "--to", to, "--adopt"]).fails(4);
    env.vault(&["restore", "--to", to, "--adopt", "--yes"]).ok();
    env.vault(&["--vault", to, "accounts", "rename", "Daily", "Other"]).ok();
    // The one that was left is an older state of the same vault now.
    env.vault(&["accounts"]).fails(6);
    env.vault(&["restore", "--to", to, "--adopt", "--yes"]).fails(2);
}

#[test]
fn what_is_damaged_or_foreign_is_not_restored() {
    let (env, backup) = with_backup();
    let before = tree(&env.root().join("home"));
    let bytes = fs::read(&backup).unwrap();
    let mut flipped = bytes.clone();
    let middle = bytes.len() / 2;
    flipped[middle] ^= 1;
    for (name, content, code) in [
        ("cut.tar", &bytes[..bytes.len() / 2], 6),
        ("flipped.tar", &flipped[..], 6),
        ("note.txt", &b"no backup at all"[..], 5),
        ("empty.tar", &b""[..], 5),
    ] {
        env.write(name, content);
        restore(&env, &env.path(name), &[]).fails(code);
        fs::remove_file(env.path(name)).unwrap();
    }
    restore(&env, &env.path("missing.tar"), &[]).fails(5);
    let wrong = env.write("wrong", (0..64u8).collect::<Vec<_>>());
    let refused = env.bare_command("home", &["restore", backup.to_str().unwrap(), "--yes", "--key-file", "wrong"]);
    let refused = run(refused).fails(3);
    assert!(
        refused.err.contains("when the backup was made") && !refused.err.contains("vault status"),
        "{}",
        refused.err
    );
    fs::remove_file(wrong).unwrap();
    assert_eq!(tree(&env.root().join("home")), before);
    // Another vault's backup does not take the place of this one.
    let other = TestEnvironment::with_vault();
    fs::create_dir(other.path("dest")).unwrap();
    other.vault(&["backup", "dest"]).ok();
    let run = restore(&env, &in_dir(&other, "dest")[0], &[]).fails(1);
    assert!(run.err.contains("another vault"), "{}", run.err);
    assert_eq!(balance(&env), CHASE_BALANCE);
}

#[test]
fn a_vault_that_opens_no_more_is_restored() {
    for broken in ["header.toml", "vault.db"] {
        let (env, backup) = with_backup();
        fs::write(env.vault_dir().join(broken), "gone").unwrap();
        assert_ne!(env.vault(&["balances"]).code, 0);
        let ran = restore(&env, &backup, &[]).ok();
        assert!(ran.err.contains("is not known"), "{}", ran.err);
        assert_eq!(balance(&env), CHASE_BALANCE);
        assert_eq!(fs::read(kept(&env)[0].join(broken)).unwrap(), b"gone");
        assert_eq!(env.json(&["check"])["ok"], true);
    }
}

#[test]
fn reads_a_backup_from_a_pipe() {
    let (env, backup) = with_backup();
    change(&env, 1);
    let bytes = fs::read(&backup).unwrap();
    env.vault_with_input(&["restore", "-", "--yes"], &bytes).ok();
    assert!(env.vault(&["accounts", "--json"]).ok().out.contains("\"Daily\""));
    env.vault_with_input(&["restore", "-", "--yes"], &bytes[..1000]).fails(6);
}

#[test]
fn an_empty_mount_point_is_refused_with_a_directory_in_it() {
    let (env, backup) = with_backup();
    let script = format!(
        "set -e; mkdir disk; mount -t tmpfs tmpfs disk
         set +e; '{0}' restore '{1}' --to disk --key-file key 2>err.txt; code=$?; set -e
         [ $code = 1 ] && grep -q 'a new directory on that disk: .*/disk/vault' err.txt || {{ cat err.txt; exit 9; }}
         '{0}' restore '{1}' --to disk/vault --key-file key",
        env!("CARGO_BIN_EXE_vault"),
        backup.display()
    );
    let mut shell = std::process::Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", &script]).env_clear();
    shell.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", env.path("")).current_dir(env.path(""));
    run(shell).ok();
}

#[test]
fn what_earlier_restores_kept_is_replaced_only_when_the_owner_says_so() {
    let (env, backup) = with_backup();
    let file = backup.to_str().unwrap();
    let steps = |answer| [("Make this one the vault?", "y", false), ("replace them?", answer, false)];
    change(&env, 1);
    restore(&env, &backup, &[]).ok();
    let first = kept(&env);
    // The vault that is kept now has nothing that the restored one lacks, so nobody is asked.
    at_terminal(&env, "-", &["restore", file], &steps("y")[..1], &[]).ok();
    assert_eq!(kept(&env).len(), 2);
    change(&env, 2);
    restore(&env, &backup, &[]).ok();
    assert_eq!(kept(&env).len(), 3, "--yes removes none");
    // Something else has such a name, and one of them has a file of its owner's, one a foreign slice.
    let other = env.vault_dir().with_file_name("finvault.before-20200101T000000Z");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("diary.txt"), "mine").unwrap();
    fs::write(first[0].join("notes.txt"), "mine").unwrap();
    change(&env, 3);
    let shown = at_terminal(&env, "-", &["restore", file], &steps("n"), &[]).ok().out;
    let text: String = shown.split_whitespace().collect();
    assert!(text.contains(first[0].to_str().unwrap()) && shown.contains(" kB:"), "{shown}");
    let before = kept(&env);
    assert_eq!(before.len(), 5);
    change(&env, 4);
    let shown = at_terminal(&env, "-", &["restore", file], &steps("y"), &[]).ok().out;
    assert_eq!(shown.matches("stays").count(), 2, "{shown}");
    let left = kept(&env);
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left.contains(&other) && left.contains(&first[0]), "{left:?}");
    assert!(first[0].join("header.toml").exists() && first[0].join("vault.db").exists());
    assert!(!before.contains(left.iter().find(|dir| **dir != other && **dir != first[0]).unwrap()));
    assert_eq!(env.json(&["check"])["ok"], true);
}

#[test]
fn a_kept_vault_that_is_half_removed_is_removed_by_the_next_restore() {
    let (env, backup) = with_backup();
    change(&env, 1);
    restore(&env, &backup, &[]).ok();
    let half = kept(&env).remove(0);
    let id = env.json(&["status"])["vaultId"].as_str().unwrap().to_owned();
    let marker = format!("a directory that changes places with a vault's\n{id}\nremove\n");
    fs::write(half.join(".finvault-exchange.tmp"), marker).unwrap();
    fs::remove_file(half.join("header.toml")).unwrap();
    // Of another one only the directory is left.
    let empty = env.vault_dir().with_file_name("finvault.before-20260101T000000Z");
    fs::create_dir(&empty).unwrap();
    change(&env, 2);
    let steps = [("Make this one the vault?", "y", false), ("replace them?", "y", false)];
    at_terminal(&env, "-", &["restore", backup.to_str().unwrap()], &steps, &[]).ok();
    assert!(!half.exists() && !empty.exists() && kept(&env).len() == 1, "{:?}", kept(&env));
}
