//! A restore that is killed, ended, or whose disk fails: the old state or the new one, and nothing is lost.
//!
//! Calls are made to fail by strace: some of them, and every one with FINVAULT_TEST_ALL_FAULTS=1.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::backup::{change, in_dir};
use crate::faults::step;
use crate::files::{copy_tree, tree};
use crate::restore::{kept, restore, share, with_backup};
use crate::strace::under_strace;
use crate::terminal::{at_terminal, run_steps};
use crate::test_environment::{Run, TestEnvironment, run};

/// The calls that change something, and how far apart those are that fail in the short form.
const CHANGES: &[(&str, usize)] = &[
    ("rename", 1),
    ("renameat2", 1),
    ("mkdir", 2),
    ("unlink", 9),
    ("unlinkat", 3),
    ("rmdir", 2),
    ("fsync", 11),
    ("fdatasync", 9),
    ("pwrite64", 23),
    ("write", 9),
    ("ftruncate", 5),
    ("fchmod", 5),
];

/// The calls that need no space, which a full disk does not refuse.
const NEED_NO_SPACE: [&str; 4] = ["unlink", "unlinkat", "rmdir", "fchmod"];

/// How a backup is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Into the place of the present vault.
    File,
    /// The same, from standard input.
    Stdin,
    /// To a place of its own.
    Apart,
    /// Where no vault is.
    Nowhere,
}

/// Homes with a vault, a backup of it, a grant in both, and a change since; and the place of somebody who has the backup only.
struct Scene {
    env: TestEnvironment,
    backup: PathBuf,
    present: Vec<u8>,
}

impl Scene {
    fn new() -> Scene {
        let (env, first) = with_backup();
        env.allow_sharing();
        share(&env, "token");
        fs::remove_file(first).unwrap();
        env.vault(&["backup", "dest"]).ok();
        let backup = in_dir(&env, "dest").remove(0);
        change(&env, 1);
        fs::copy(env.path("key"), env.root().join("other/key")).unwrap();
        let present = fs::read(env.vault_dir().join("vault.db")).unwrap();
        copy_tree(&env.root().join("home"), &env.root().join("kept"));
        copy_tree(&env.root().join("other"), &env.root().join("kept-other"));
        Scene { env, backup, present }
    }

    /// Puts everything back as it was in the beginning.
    fn again(&self) {
        for (from, to) in [("kept", "home"), ("kept-other", "other")] {
            let _ = fs::remove_dir_all(self.env.root().join(to));
            copy_tree(&self.env.root().join(from), &self.env.root().join(to));
        }
    }

    fn command(&self, way: Way) -> Command {
        let backup = self.backup.to_str().unwrap();
        match way {
            Way::File => self.env.command(&["restore", backup, "--yes"]),
            Way::Apart => self.env.command(&["restore", backup, "--yes", "--to", "apart"]),
            Way::Nowhere => self.elsewhere(&["restore", backup, "--yes"]),
            Way::Stdin => self.env.command(&["restore", "-", "--yes"]),
        }
    }

    /// Runs a command, with the backup on its standard input where the way takes it from there.
    fn run(&self, way: Way, command: Command) -> Run {
        let mut command = assert_cmd::Command::from_std(command);
        if way == Way::Stdin {
            command.write_stdin(fs::read(&self.backup).unwrap());
        }
        Run::from(command.timeout(Duration::from_secs(60)).output().unwrap())
    }

    fn elsewhere(&self, args: &[&str]) -> Command {
        let mut command = self.env.bare_command("other", args);
        command.env("FINVAULT_KEY_FILE", "key");
        command
    }

    /// Returns a run of the program on the vault that the way leads to.
    fn at(&self, way: Way, args: &[&str]) -> Run {
        match way {
            Way::File | Way::Stdin => self.env.vault(args),
            Way::Apart => self.env.vault(&[&["--vault", "apart"], args].concat()),
            Way::Nowhere => run(self.elsewhere(args)),
        }
    }

    /// Looks at what a restore left, and returns whether the backup has its place.
    fn judge(&self, way: Way, what: &str) -> bool {
        let is_there = match way {
            Way::File | Way::Stdin => true,
            Way::Apart => self.env.path("apart/header.toml").exists(),
            Way::Nowhere => self.env.root().join("other/.local/share/finvault/header.toml").exists(),
        };
        if !is_there {
            self.sound(Way::File, what);
            return false;
        }
        let mut accounts = self.at(way, &["accounts", "--json"]);
        if accounts.code == 6 && way != Way::Apart {
            // It has its place, and this machine has seen a later state.
            self.at(way, &["audit", "accept", "--yes"]).ok();
            accounts = self.at(way, &["accounts", "--json"]);
        }
        assert_eq!(accounts.code, 0, "{what}: {}", accounts.err);
        let is_old = accounts.out.contains("\"Daily 1\"");
        assert!(is_old || accounts.out.contains("\"Daily\""), "{what}: {}", accounts.out);
        self.sound(way, what);
        // An old backup revives no token.
        let token = self.env.path("token");
        let opened = self.at(way, &["open", "--token-file", token.to_str().unwrap()]).code;
        assert_eq!(opened, if is_old { 0 } else { 4 }, "{what}: the token");
        if way == Way::Apart || way == Way::Nowhere {
            assert!(!is_old, "{what}");
            self.sound(Way::File, what);
        }
        !is_old
    }

    fn sound(&self, way: Way, what: &str) {
        let check = self.at(way, &["check"]);
        assert_eq!(check.code, 0, "{what}: {way:?} {}{}", check.out, check.err);
    }

    /// Asserts that the present vault lies somewhere, and the backup too, and nothing of either in plain.
    fn nothing_is_lost(&self, what: &str) {
        let share = self.env.vault_dir().parent().unwrap().to_owned();
        let is_kept = tree(&share).into_iter().filter(|path| path.ends_with("vault.db"));
        let is_kept = is_kept.into_iter().any(|path| fs::read(path).unwrap() == self.present);
        assert!(is_kept, "the present vault is gone: {what}");
        let backup = self.env.root().join("kept/dest").join(self.backup.file_name().unwrap());
        assert_eq!(fs::read(&self.backup).unwrap(), fs::read(backup).unwrap(), "{what}");
        let plain = self.env.files_with(b"CORNER GROCERY");
        assert!(plain.iter().all(|path| path.ends_with("chase.csv")), "{what}: {plain:?}");
    }

    /// Does it again, without a fault, and asserts that nothing is left beside.
    fn another(&self, way: Way, what: &str) {
        let made = self.run(way, self.command(way));
        assert_eq!(made.code, 0, "{what}: {}", made.err);
        assert!(self.judge(way, what), "{what}");
        for dir in [self.env.vault_dir(), self.env.path("apart"), self.env.root().join("other/.local/share/finvault")] {
            let beside = dir.parent().unwrap();
            for entry in fs::read_dir(beside).into_iter().flatten() {
                let name = entry.unwrap().file_name().to_string_lossy().into_owned();
                assert!(!name.contains(".finvault-"), "{what}: {name} is left in {}", beside.display());
            }
        }
    }
}

fn faults(how: &str) {
    let scene = Scene::new();
    let is_long = step() == 1;
    let (mut stopped, mut new) = (0, 0);
    let ways = if is_long || how == "signal=KILL" {
        &[Way::File, Way::Stdin, Way::Apart, Way::Nowhere][..]
    } else {
        &[Way::File, Way::Nowhere]
    };
    for way in ways.iter().copied() {
        for (calls, short) in CHANGES {
            if how == "error=ENOSPC" && NEED_NO_SPACE.contains(calls) {
                continue;
            }
            // A call that fails is like a kill there, but for what cleans up, and the other ways differ in few calls: fewer of
            // them show it.
            let is_first = how == "signal=KILL" && way == Way::File;
            let short = if is_first || *short == 1 { *short } else { short * 2 };
            let mut calm = 0;
            for number in (1..).step_by(if is_long { 1 } else { short }) {
                scene.again();
                let fault = format!("{calls}:{how}:when={number}");
                let made = scene.run(way, under_strace(&scene.command(way), &[fault], &[]));
                let what = format!("{way:?}, {how} at {calls} {number}: {}{}", made.out, made.err);
                let is_new = if made.code == 0 { true } else { scene.judge(way, &what) };
                if made.code != 0 {
                    stopped += 1;
                    new += usize::from(is_new);
                    scene.nothing_is_lost(&what);
                    told(how, calls, &made, is_new, &what);
                    if is_long || number % 4 == 1 {
                        if is_new && way == Way::Apart {
                            fs::remove_dir_all(scene.env.path("apart")).unwrap();
                        }
                        scene.another(way, &what);
                    }
                }
                calm = if made.code == 0 { calm + 1 } else { 0 };
                if calm == if how == "signal=KILL" { 1 } else { 3 } {
                    break;
                }
            }
        }
    }
    assert!(stopped > 12 && new > 0, "{stopped} were stopped, {new} of them when the backup had its place");
}

/// Asserts that a failure is told as what it is.
fn told(how: &str, calls: &str, made: &Run, is_new: bool, what: &str) {
    if how == "signal=KILL" {
        return;
    }
    assert_eq!(made.code, 1, "{what}");
    assert!(!made.err.contains("os error") && !made.err.contains("defect"), "{what}");
    // The message may be what could not be written.
    let is_said = how != "error=ENOSPC" || made.err.contains("disk is full");
    assert!(is_said || calls == "write", "{what}");
    assert!(!is_new || !made.err.contains("nothing was restored"), "{what}");
    assert!(is_new || !made.err.contains("has its place"), "{what}");
    assert!(!is_new || calls == "write" || made.err.contains("has its place"), "{what}");
}

#[test]
fn a_restore_that_is_killed_anywhere_loses_nothing() {
    faults("signal=KILL");
}

#[test]
fn a_restore_on_a_failing_disk_loses_nothing() {
    faults("error=EIO");
}

#[test]
fn a_restore_on_a_full_disk_loses_nothing() {
    faults("error=ENOSPC");
}

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
        let steps = [json!(["Passphrase", PASSPHRASE, true]), json!(["Make this one the vault?", "", "key"])];
        let run = run_steps(&env, "-", &args, &steps, &[("BEFORE_ANSWER", &kill(signal))]);
        assert_eq!(run.code, 256 - code, "{}", run.out);
        assert_eq!(tree(&env.path(".local")), before, "{signal}");
    }
}
