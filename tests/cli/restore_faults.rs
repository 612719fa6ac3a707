//! A restore that is ended by a signal: nothing stays that was unpacked.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::backup::in_dir;
use crate::files::tree;
use crate::restore::{kept, restore, with_backup};
use crate::terminal::{at_terminal, run_steps};
use crate::test_environment::TestEnvironment;

/// Returns the directories that backups were unpacked into.
fn unpacked(env: &TestEnvironment) -> usize {
    kept(env).into_iter().filter(|path| path.to_string_lossy().contains("unpacked")).count()
}

#[test]
fn a_restore_that_is_ended_leaves_nothing_unpacked() {
    let (env, backup) = with_backup();
    let before = fs::read(env.vault_dir().join("vault.db")).unwrap();
    let bytes = fs::read(&backup).unwrap();
    for (signal, left) in [("INT", 0), ("TERM", 0), ("HUP", 0), ("KILL", 1)] {
        let mut child = env.command(&["restore", "-", "--yes"]).stdin(Stdio::piped()).spawn().unwrap();
        // It waits for the rest of what it unpacks.
        let mut input = child.stdin.take().unwrap();
        input.write_all(&bytes[..bytes.len() / 2]).unwrap();
        while unpacked(&env) == 0 {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(200));
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        assert!(!child.wait().unwrap().success());
        assert_eq!(unpacked(&env), left, "{signal}");
    }
    // The next one removes what a killed one left.
    restore(&env, &backup, &[]).ok();
    assert_eq!(unpacked(&env), 0);
    assert_eq!(fs::read(kept(&env)[0].join("vault.db")).unwrap(), before);
}

#[test]
fn a_restore_that_is_ended_at_a_question_leaves_nothing_unpacked() {
    const PASSPHRASE: &str = "violet tractor hums beneath seven moons";
    let env = TestEnvironment::empty();
    env.write("pass", PASSPHRASE);
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    fs::create_dir(env.path("dest")).unwrap();
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    let before = tree(&env.path(".local"));
    let args = ["restore", backup.to_str().unwrap()];
    let kill = |signal: &str| format!("kill -{signal} $PROGRAM; sleep 0.3");
    let run = at_terminal(&env, "-", &args, &[("Passphrase", "\u{3}", true)], &[]);
    assert_eq!(run.code, 256 - 2, "{}", run.out);
    assert_eq!(tree(&env.path(".local")), before);
    for (signal, code) in [("INT", 2), ("TERM", 15)] {
        let steps = [json!(["Passphrase", PASSPHRASE, true]), json!(["kept beside?", "", "key"])];
        let run = run_steps(&env, "-", &args, &steps, &[("BEFORE_ANSWER", &kill(signal))]);
        assert_eq!(run.code, 256 - code, "{}", run.out);
        assert_eq!(tree(&env.path(".local")), before, "{signal}");
    }
}
