//! The exit codes of `docs/exit-codes.md`, one by one, and that nothing ever waits without a terminal.

use std::fs::{self, File, OpenOptions};

use crate::faults::traced;
use crate::files::copy_tree;
use crate::test_environment::{Run, TestEnvironment, run};

#[test]
fn exits_2_on_wrong_usage() {
    let env = TestEnvironment::with_vault();
    for args in [
        &["nonsense"][..],
        &["share"],
        &["import"],
        &["balances", "--on", "2026-02-30"],
        &["transactions", "--limit", "0"],
        &["share", "--scope", "everything", "--to", "A", "--purpose", "b", "--expires", "1d"],
        &["share", "--scope", "balances", "--to", "A", "--purpose", "b", "--expires", "12h"],
        &["share", "--approve", "00", "--to", "A"],
        &["revoke", "../../etc/passwd"],
        &["imports", "undo", "0"],
        &["policy", "allow", "--to", "A"],
        &["policy", "deny"],
        &["policy", "remove", "7"],
        &["policy", "test", "--scope", "balances", "--to", "A"],
        &["check", "--json", "--format", "csv"],
        &["accounts", "--key-file", "key", "--passphrase-file", "key"],
        &["accounts", "--passphrase-file", "key", "--passphrase-command", "true"],
        &["open", "--format", "csv"],
    ] {
        env.vault(args).fails(2);
    }
}

#[test]
fn exits_3_when_the_key_is_missing_or_wrong() {
    let env = TestEnvironment::with_vault();
    env.write("wrong", [7; 32]);
    let run_with = |args: &[&str]| run(env.bare_command("home", args)).fails(3);
    run_with(&["accounts", "--key-file", "wrong"]);
    run_with(&["accounts", "--key-file", "missing"]);
    run_with(&["accounts", "--passphrase-command", "exit 1"]);
    let silent = run_with(&["accounts"]);
    assert!(silent.err.contains("--key-file"), "{}", silent.err);
    env.write("token", "no token\n");
    run_with(&["open", "--token-file", "token"]);
    run_with(&["open"]);
}

#[test]
fn exits_6_on_an_integrity_failure() {
    let env = TestEnvironment::with_data();
    let database = env.vault_dir().join("vault.db");
    let mut bytes = fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0x55);
    fs::write(&database, bytes).unwrap();
    let run = env.vault(&["check"]).fails(6);
    assert!(!run.err.contains("GROCERY"), "{}", run.err);

    let env = TestEnvironment::with_data();
    let header = env.vault_dir().join("header.toml");
    let text = fs::read_to_string(&header).unwrap();
    let (before, mac) = text.rsplit_once("mac = \"").unwrap();
    let other = if mac.starts_with('0') { "1" } else { "0" };
    fs::write(&header, format!("{before}mac = \"{other}{}", &mac[1..])).unwrap();
    env.vault(&["accounts"]).fails(6);
    let run = env.vault(&["check", "--json"]).fails(6);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&report["ok"], &report["findings"][0]["kind"]), (&false.into(), &"unlock".into()), "{report}");
}

#[test]
fn exits_6_on_an_older_vault_until_it_is_accepted() {
    let env = TestEnvironment::with_data();
    let old = env.root().join("old");
    copy_tree(&env.vault_dir(), &old);
    env.vault(&["accounts", "rename", "Daily", "Newer"]).ok();
    fs::remove_dir_all(env.vault_dir()).unwrap();
    copy_tree(&old, &env.vault_dir());
    let run = env.vault(&["balances"]).fails(6);
    assert!(run.err.contains("audit accept"), "{}", run.err);
    env.vault(&["audit", "accept"]).fails(4);
    env.vault(&["audit", "accept", "--yes"]).ok();
    assert_eq!(env.json(&["accounts"])[0]["name"], "Daily");
}

#[test]
fn exits_7_while_the_vault_is_in_use() {
    let env = TestEnvironment::with_data();
    let lock: File = OpenOptions::new().read(true).write(true).open(env.vault_dir().join("lock")).unwrap();
    lock.lock().unwrap();
    env.vault(&["accounts", "rename", "Daily", "X"]).fails(7);
    env.vault(&["balances"]).fails(7);
    lock.unlock().unwrap();
    env.vault(&["balances"]).ok();
}

#[test]
fn reports_a_missing_vault_before_it_asks_for_a_secret() {
    let env = TestEnvironment::empty();
    let run = env.vault(&["accounts"]).fails(1);
    assert!(run.err.contains("vault init"), "{}", run.err);
}

#[test]
fn reads_a_vault_without_a_home_and_refuses_to_change_it() {
    let env = TestEnvironment::with_data();
    let dir = env.vault_dir();
    let homeless = |home: Option<&str>, args: &[&str]| {
        let mut command = env.command(args);
        command.arg("--vault").arg(&dir).env_remove("HOME");
        run(match home {
            Some(home) => {
                command.env("HOME", home);
                command
            }
            None => command,
        })
    };
    let missing = env.root().join("missing");
    for home in [None, Some(""), Some("relative"), missing.to_str()] {
        let read = homeless(home, &["balances"]).ok();
        assert!(read.err.contains("no anchor"), "{home:?}: {}", read.err);
        let changed = homeless(home, &["accounts", "rename", "Daily", "X"]).fails(2);
        assert!(changed.err.contains("XDG_STATE_HOME"), "{home:?}: {}", changed.err);
    }
    assert!(!missing.exists());
    assert_eq!(env.json(&["accounts"])[0]["name"], "Daily");
}

#[test]
fn finds_the_vault_by_option_variable_and_xdg_directory() {
    let env = TestEnvironment::empty();
    env.vault(&["--vault", "mine", "init", "--key-file", "key"]).ok();
    env.vault(&["accounts", "--vault", "mine"]).ok();
    let mut named = env.command(&["accounts"]);
    named.env("FINVAULT_DIR", "mine");
    run(named).ok();
    assert!(!env.vault_dir().exists());
    let mut xdg = env.command(&["init", "--key-file", "key2"]);
    xdg.env("XDG_DATA_HOME", env.path("data")).env("XDG_STATE_HOME", env.path("state"));
    run(xdg).ok();
    assert!(env.path("data/finvault/header.toml").exists() && env.path("state/finvault").exists());
    let mut homeless = env.command(&["accounts"]);
    homeless.env_remove("HOME");
    run(homeless).fails(2);
}

#[test]
fn tells_the_cause_of_a_system_error_once_and_in_words() {
    let env = TestEnvironment::with_vault();
    env.write("file", "x");
    std::os::unix::fs::symlink("nowhere", env.path("dangling.csv")).unwrap();
    fs::create_dir(env.path("folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", env.path("folder/dangling.csv")).unwrap();
    let cases: &[&[&str]] = &[
        &["init", "--vault", "new", "--key-file", "none/key"],
        &["init", "--vault", "file/vault", "--key-file", "other"],
        &["import", "none.csv"],
        &["import", "dangling.csv"],
        &["import", "folder"],
        &["open", "none.slice", "--token-file", "/dev/null"],
        &["open", "--token-file", "none"],
        &["accounts", "--key-file", "none"],
        &["accounts", "--key-file", "folder"],
        &["accounts", "--passphrase-file", "folder"],
        &["accounts", "--passphrase-fd", "77"],
        &["accounts", "--vault", "file"],
    ];
    for args in cases {
        for json in [&[][..], &["--json"]] {
            let run = env.vault(&[args, json].concat());
            assert_ne!(run.code, 0, "{args:?}: {}", run.err);
            for cause in ["No such file or directory", "Not a directory", "Is a directory"] {
                let told = run.err.matches(cause).count();
                assert!(told < 2, "{args:?} tells {told} times: {}", run.err);
            }
            assert!(
                !run.err.contains("os error") && !run.out.contains("os error"),
                "{args:?}: {} {}",
                run.out,
                run.err
            );
        }
    }
    let mut command = env.command(&["accounts"]);
    command.env("XDG_STATE_HOME", env.path("file"));
    let run = run(command);
    assert!(!run.err.contains("os error"), "{}", run.err);
}

/// Whatever fails: an error names a path once, and none of a temporary file that is not there.
#[test]
fn an_error_names_a_path_once() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    env.write("token", env.vault(&share).ok().out);
    env.write("file", "x");
    fs::create_dir(env.path("dir")).unwrap();
    fs::create_dir(env.path("dir/in")).unwrap();
    let mut told = 0;
    let mut once = |run: &Run, what: &str| {
        let message = run.err.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
        let all = format!("{message} {}", run.out);
        let words = all.split_whitespace().map(|word| word.trim_matches(['"', ':', ',', '(', ')', '.', ';']));
        let paths: Vec<&str> = words.filter(|word| word.starts_with('/') || word.contains("4711")).collect();
        let different: std::collections::BTreeSet<&&str> = paths.iter().collect();
        assert_eq!(paths.len(), different.len(), "{what}: {all}");
        assert!(!all.contains(" at path ") && !all.contains(".finvault-"), "{what}: {all}");
        told += usize::from(!paths.is_empty());
    };
    for name in ["none4711/x", "none4711", "file/x", "dir", "file"] {
        let named: &[&[&str]] = &[
            &["--vault", name, "balances"],
            &["--vault", name, "init", "--key-file", "key4711"],
            &["--vault", "dir/new", "init", "--key-file", name],
            &["--vault", "dir/new", "init", "--passphrase-file", name],
            &["balances", "--key-file", name],
            &["balances", "--recovery-code-file", name],
            &["open", "--token-file", name],
            &["open", name, "--token-file", "token"],
            &["open", "--token-file", "token", "--out", name],
            &[&share[..], &["--out", name]].concat(),
            &["import", name, "--account", "Daily"],
            &["imports", "ignore", name],
        ];
        for arguments in named {
            let run = env.vault(arguments);
            if run.code == 0 {
                fs::remove_dir_all(env.path("none4711"))
                    .or_else(|_| fs::remove_file(env.path("none4711")))
                    .unwrap_or(());
            }
            once(&run, &format!("{arguments:?}"));
        }
    }
    // Files of the vault, the state directory and a place of the person's that cannot be opened or made.
    let out = [&share[..], &["--out", "out4711"]].concat();
    for arguments in
        [&["accounts", "rename", "Daily", "Daily"][..], &out, &["open", "--token-file", "token", "--out", "d4711"]]
    {
        for (calls, errors) in
            [("openat", ["EIO", "EACCES"]), ("mkdir", ["ENOSPC", "EROFS"]), ("fsync", ["EIO", "EROFS"])]
        {
            for error in errors {
                for number in (1..70).step_by(if calls == "openat" { 11 } else { 1 }) {
                    let fault = format!("error={error}:when={number}");
                    let run = traced(&env, arguments, calls, &fault, &[]);
                    once(&run, &format!("{arguments:?} {calls} {fault}"));
                    let _ = fs::remove_file(env.path("out4711"));
                    let _ = fs::remove_dir_all(env.path("d4711"));
                    if run.code == 0 && calls != "openat" {
                        break;
                    }
                }
            }
        }
    }
    assert!(told >= 30, "{told} errors named a path");
}
