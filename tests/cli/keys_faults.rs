//! A change of the keys that is killed, or whose disk fails: the old state or the new one, and nothing between.
//!
//! Calls are made to fail by strace: some of them, and every one with FINVAULT_TEST_ALL_FAULTS=1.

use std::fs;

use crate::files::{copy_tree, tree};
use crate::strace::under_strace;
use crate::test_environment::TestEnvironment;

/// Set to fail every call instead of some.
const ALL: &str = "FINVAULT_TEST_ALL_FAULTS";

/// The calls that change files, and how far apart those are that fail in the short form.
const CHANGES: &[(&str, usize)] = &[
    ("mkdir,mkdirat", 1),
    ("rename,renameat,renameat2,linkat", 2),
    ("unlink,unlinkat,rmdir", 4),
    ("fsync,fdatasync", 8),
    ("pwrite64", 17),
    ("write", 5),
    ("ftruncate", 2),
];

/// A command, and which of `key`, `key2` and `key3` open the vault after it. Before, the first two do.
const COMMANDS: &[(&[&str], [bool; 3])] = &[
    (&["keys", "add", "key-file", "--new-key-file", "key3"], [true, true, true]),
    (&["keys", "replace", "key-file", "--slot", "2", "--new-key-file", "key3"], [true, false, true]),
    (&["keys", "remove", "2", "--yes"], [true, false, false]),
    (&["keys", "rotate", "--drop-others"], [true, false, false]),
];

fn injected(env: &TestEnvironment, arguments: &[&str], calls: &str, fault: &str) -> (Option<i32>, String) {
    let plain = env.command(arguments);
    let output = under_strace(&plain, &[format!("{calls}:{fault}")], &[]).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Which of the keys open the vault.
fn opening(env: &TestEnvironment, what: &str) -> [bool; 3] {
    ["key", "key2", "key3"].map(|key| {
        if !env.path(key).exists() {
            return false;
        }
        let run = env.vault(&["accounts", "--key-file", key]);
        assert!([0, 3].contains(&run.code), "{what}: {key} ends with {}: {}", run.code, run.err);
        run.code == 0
    })
}

fn faults(how: &str) {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    env.write("token", env.vault(&share).ok().out);
    env.vault(&["keys", "add", "key-file", "--new-key-file", "key2"]).ok();
    copy_tree(&env.path(".local"), &env.path("kept"));
    let is_long = std::env::var_os(ALL).is_some();
    let (mut stopped, mut changed) = (0, 0);
    for (arguments, after) in COMMANDS {
        for (calls, step) in CHANGES {
            // A failing call is like a killed one but for what cleans up: fewer of them show it.
            let step = if is_long {
                1
            } else if how == "signal=KILL" {
                *step
            } else {
                step * 4
            };
            let mut calm = 0;
            for number in (1..).step_by(step) {
                fs::remove_dir_all(env.path(".local")).unwrap();
                copy_tree(&env.path("kept"), &env.path(".local"));
                let _ = fs::remove_file(env.path("key3"));
                let (code, said) = injected(&env, arguments, calls, &format!("{how}:when={number}"));
                let what = format!("{arguments:?}, {how} at {calls} {number}: {said}");
                stopped += usize::from(code != Some(0));
                let now = opening(&env, &what);
                assert!(now == [true, true, false] || now == *after, "{what}: {now:?}");
                assert!(code != Some(0) || now == *after, "{what}: {now:?}");
                changed += usize::from(code != Some(0) && now == *after);
                // The first command put right what was left.
                for path in tree(&env.path(".local/share")) {
                    let name = path.file_name().unwrap().to_string_lossy().into_owned();
                    assert!(!name.contains(".finvault-"), "{what}: {}", path.display());
                }
                for command in [&["check"][..], &["audit", "verify"], &["open", "--token-file", "token"]] {
                    let run = env.vault(command);
                    assert_eq!(run.code, 0, "{what}: {command:?}: {}{}", run.out, run.err);
                }
                if is_long || number == 1 {
                    let plain = env.files_with(b"CORNER GROCERY");
                    assert!(plain.iter().all(|path| path.ends_with("chase.csv")), "{what}: {plain:?}");
                }
                // One that the program can do without is no failure; two in a row are beyond the last.
                calm = if code == Some(0) { calm + 1 } else { 0 };
                if calm == 2 {
                    break;
                }
            }
        }
    }
    // In the short form of a failing call too few are tried to meet one after the change.
    let (most_stopped, most_changed) = if is_long || how == "signal=KILL" { (20, 2) } else { (10, 0) };
    assert!(
        stopped > most_stopped && changed >= most_changed,
        "{stopped} changes were stopped, {changed} of them after they were made"
    );
}

#[test]
fn a_killed_change_of_the_keys_leaves_the_old_or_the_new_ones() {
    faults("signal=KILL");
}

#[test]
fn a_change_of_the_keys_on_a_failing_disk_leaves_the_old_or_the_new_ones() {
    faults("error=EIO");
}

#[test]
fn a_change_of_the_keys_on_a_full_disk_leaves_the_old_or_the_new_ones() {
    faults("error=ENOSPC");
}
