//! The vault is not locked while a command waits: for a reader of its output, for its input, for a person.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags, fcntl_setfl, flock};
use rustix::pipe::pipe;
use serde_json::{Value, json};

use crate::backup::{in_dir, keyless, with_dest};
use crate::terminal::{at_terminal, run_steps};
use crate::test_environment::{CHASE, TestEnvironment};

/// Longer than any command works.
const PATIENCE: usize = 1200;
const STEP: Duration = Duration::from_millis(25);

/// Tries to take the lock alone, as a writer does.
fn is_free(env: &TestEnvironment) -> bool {
    let file = OpenOptions::new().read(true).write(true).open(env.vault_dir().join("lock")).unwrap();
    flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

/// Whether a process sleeps, and the processor time that it took.
fn state(child: &Child) -> (bool, String) {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("these tests need Linux");
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[0] == "S", format!("{} {}", fields[11], fields[12]))
}

/// Waits until a process does nothing any more.
#[track_caller]
fn wait_until_idle(child: &mut Child, what: &str) {
    let (mut before, mut idle) = (String::new(), 0);
    for _ in 0..PATIENCE {
        assert!(child.try_wait().unwrap().is_none(), "{what}: it ended and waited for nothing");
        let (sleeps, time) = state(child);
        idle = if sleeps && time == before { idle + 1 } else { 0 };
        if idle > 16 {
            return;
        }
        before = time;
        sleep(STEP);
    }
    panic!("{what}: it never waits");
}

/// A pipe that takes nothing more.
fn full_pipe() -> (File, OwnedFd) {
    let (reader, writer) = pipe().unwrap();
    let mut filling = File::from(writer.try_clone().unwrap());
    fcntl_setfl(&filling, OFlags::NONBLOCK).unwrap();
    while filling.write(&[b'.'; 4096]).is_ok() {}
    while filling.write(b".").is_ok() {}
    fcntl_setfl(&filling, OFlags::empty()).unwrap();
    (File::from(reader), writer)
}

/// Runs a command whose output nobody reads, looks whether the vault is free, and only then reads it.
#[track_caller]
fn is_free_while_output_waits(env: &TestEnvironment, args: &[&str]) {
    let what = args.join(" ");
    let (mut reader, writer) = full_pipe();
    let notes = writer.try_clone().unwrap();
    let mut child = env.command(args).stdout(writer).stderr(notes).spawn().unwrap();
    wait_until_idle(&mut child, &what);
    assert!(is_free(env), "{what}: the vault is locked while its output waits");
    let drained = thread::spawn(move || {
        let mut text = Vec::new();
        reader.read_to_end(&mut text).unwrap();
        text
    });
    let status = child.wait().unwrap();
    assert!(status.success(), "{what}: {status}");
    assert!(drained.join().unwrap().last() != Some(&b'.'), "{what}: nothing was written");
}

#[test]
fn output_that_nobody_reads_locks_nothing() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    env.write("other.csv", CHASE.replace("2026", "2025"));
    let txn = env.json(&["transactions"])[0]["transactionId"].as_str().unwrap().to_owned();
    let import = env.json(&["imports"])[0]["importId"].as_str().unwrap().to_owned();
    let hash = "ab".repeat(32);
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d"];
    let shared = env.json(&[&share[..], &["--yes"]].concat());
    let grant = shared["grantId"].as_str().unwrap().to_owned();
    env.write("token", shared["token"].as_str().unwrap());
    let draft = env.json(&[&share[..], &["--preview"]].concat())["sliceHash"].as_str().unwrap().to_owned();
    let commands: &[&[&str]] = &[
        &["share", "--approve", &draft, "--yes"],
        &["open", "--token-file", "token"],
        &["open", "--token-file", "token", "--json"],
        &["accounts"],
        &["accounts", "rename", "Daily", "Every day"],
        &["accounts", "set-type", "Every day", "checking"],
        &["accounts", "set-number", "Every day", "123456"],
        &["accounts", "close", "Every day"],
        &["accounts", "close", "Every day", "--undo"],
        &["accounts", "set-balance", "Every day", "5.00", "--on", "2025-12-01"],
        &["accounts", "set-balance", "Every day", "--undo", "--on", "2025-12-01"],
        &["audit"],
        &["balances"],
        &["duplicates", "--json"],
        &["duplicates", "decisions", "--json"],
        &["grants"],
        &["grants", "show", &grant],
        &["identity"],
        &["import", "--dry-run", "other.csv", "--account", "Every day", "--json"],
        &["import", "other.csv", "--account", "Every day", "--json"],
        &["imports"],
        &["imports", "show", &import],
        &["imports", "ignore", &hash],
        &["imports", "answers", "--json"],
        &["policy"],
        &["policy", "show", "--json"],
        &["policy", "test", "--scope", "balances", "--to", "Acme", "--expires", "9d"],
        &["policy", "deny", "--to", "Nobody"],
        &["policy", "allow", "--to", "Other", "--scope", "balances", "--yes"],
        &["policy", "remove", "2", "--yes"],
        &[&share[..], &["--preview"]].concat(),
        &[&share[..], &["--preview", "--json"]].concat(),
        &["transactions"],
        &["transactions", "--format", "csv"],
        &["transactions", "show", &txn],
        &[&share[..], &["--yes"]].concat(),
        &["check", "--json"],
        &["audit", "verify", "--json"],
        &["audit", "accept", "--yes", "--json"],
        &["imports", "undo", &import],
        &["imports", "forget", &import, "--yes"],
        &["revoke", &grant],
    ];
    for args in commands {
        is_free_while_output_waits(&env, args);
    }
}

#[test]
fn output_of_decisions_locks_nothing() {
    let env = TestEnvironment::with_vault();
    env.write("feb.csv", "Date,Description,Amount\n2026-02-10,RENT,-900.00\n2026-02-28,TRAM,-2.80\n");
    env.write("mar.csv", "Date,Description,Amount\n2026-02-28,TRAM,-2.80\n2026-03-10,RENT,-900.00\n");
    env.write("old.csv", "Date,Description,Amount\n2025-02-10,SHOP,-9.00\n");
    for (file, account) in [("feb.csv", "Daily"), ("mar.csv", "Daily"), ("old.csv", "Old"), ("chase.csv", "Empty")] {
        env.write("chase.csv", CHASE);
        env.vault(&["import", file, "--account", account, "--create", "--currency", "USD"]).ok();
    }
    env.vault(&["imports", "undo", "imp-4"]).ok();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    let grant = env.json(&share)["grantId"].as_str().unwrap().to_owned();
    env.vault(&["policy", "deny", "--to", "Acme"]).ok();
    env.vault(&["policy", "remove", "2", "--yes"]).ok();
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
    let pair = env.json(&["duplicates"])[0]["pairId"].as_str().unwrap().to_owned();
    let commands: &[&[&str]] = &[
        &["duplicates"],
        &["duplicates", "same", &pair],
        &["duplicates", "decisions"],
        &["duplicates", "undo", "dec-1"],
        &["duplicates", "different", &pair],
        &["grants", "resume", &grant, "--yes"],
        &["accounts", "merge", "Old", "Daily"],
        &["revoke", &grant],
        &["accounts", "remove", "Empty"],
    ];
    for args in commands {
        is_free_while_output_waits(&env, &[*args, &["--json"]].concat());
    }
}

#[test]
fn slow_input_locks_nothing() {
    let env = TestEnvironment::with_data();
    env.write("pass", "violet tractor hums beneath seven moons\n");
    for args in [&["import", "-", "--account", "Daily"][..], &["open"], &["accounts", "--passphrase-fd", "0"]] {
        let mut command = env.command(args);
        if args.contains(&"0") {
            command.env_remove("FINVAULT_KEY_FILE");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"Details,").unwrap();
        wait_until_idle(&mut child, &args.join(" "));
        assert!(is_free(&env), "{args:?}: the vault is locked while its input is slow");
        drop(input);
        child.wait().unwrap();
    }
}

/// A backup waits for a writer up to a minute: whoever sits there is told, and a log of cron is not.
#[test]
fn a_backup_that_waits_says_for_whom() {
    let env = TestEnvironment::with_data();
    fs::create_dir(env.path("dest")).unwrap();
    let lock = env.vault_dir().join("lock");
    let backup = |is_at_terminal: bool| {
        let held = File::open(&lock).unwrap();
        flock(&held, FlockOperation::NonBlockingLockExclusive).unwrap();
        let release = thread::spawn(move || {
            sleep(Duration::from_millis(2500));
            drop(held);
        });
        let args = ["backup", "dest", "--force"];
        let ran = if is_at_terminal { at_terminal(&env, "-", &args, &[], &[]) } else { env.vault(&args) };
        release.join().unwrap();
        ran.ok()
    };
    let told = backup(true);
    let wanted =
        format!("process {} uses the vault: waiting for the end of that, at most a minute", std::process::id());
    assert!(told.out.contains(&wanted), "{}", told.out);
    let told = backup(false);
    assert!(!told.err.contains("waiting"), "{}", told.err);
}

/// Fails when the vault is locked; `flock` is a part of util-linux.
fn probe(env: &TestEnvironment) -> String {
    assert!(Path::new("/usr/bin/flock").exists(), "flock is missing: install util-linux");
    format!("/usr/bin/flock --exclusive --nonblock '{}' true", env.vault_dir().join("lock").display())
}

#[test]
fn a_secret_that_is_waited_for_locks_nothing() {
    let env = TestEnvironment::empty();
    env.write("pass", "violet tractor hums beneath seven moons\n");
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    let command = format!("{} && cat pass", probe(&env));
    env.vault(&["accounts", "--json", "--passphrase-command", &command]).ok();
    // A command that holds the vault itself is found out.
    let held = format!("/usr/bin/flock --shared '{}' {command}", env.vault_dir().join("lock").display());
    env.vault(&["accounts", "--json", "--passphrase-command", &held]).fails(3);
}

#[test]
fn a_person_who_thinks_locks_nothing() {
    let env = TestEnvironment::with_data();
    let probe = probe(&env);
    let variables = [("BEFORE_ANSWER", probe.as_str())];
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d"];
    let key = |expected: &str, key: &str| json!([expected, key, "key"]);
    let line = |expected: &str, answer: &str| json!([expected, answer, false]);
    env.write("open.csv", "Date,Description,Amount\n2026-03-01,Shop,5.00\n2026-03-09,Other shop,7.00\n");
    env.vault(&["accounts", "set-type", "Daily", "card"]).ok();
    let import = env.json(&["imports"])[0]["importId"].as_str().unwrap().to_owned();
    let pages = [
        key("Share this?", "a"),
        key("[space]", "q"),
        key("Share this?", "d"),
        key("[space]", "q"),
        line("Share this?", "n"),
    ];
    env.allow_sharing();
    let grant = env.json(&[&share[..], &["--yes"]].concat())["grantId"].as_str().unwrap().to_owned();
    env.vault(&["policy", "deny", "--to", "Acme"]).ok();
    env.vault(&["policy", "remove", "2", "--yes"]).ok();
    env.vault(&["policy", "deny", "--to", "Nobody"]).ok();
    let questions: &[(&[&str], &[Value], i32)] = &[
        (&["grants", "resume", &grant], &[key("Resume this?", "a"), key("[space]", "q"), line("Resume this?", "n")], 4),
        (&["policy", "remove", "3"], &[line("[y/N]", "n")], 4),
        (&["audit", "accept", "--clock"], &[line("[y/N]", "n")], 4),
        (&share, &pages, 4),
        (&["policy", "allow", "--to", "Acme", "--scope", "balances"], &[line("[y/N]", "n")], 4),
        (&["accounts", "set-balance", "Daily", "5.00", "--on", "2025-12-31"], &[line("[y/N]", "n")], 4),
        (&["imports", "forget", &import], &[line("[y/N]", "n")], 4),
        (&["audit", "accept"], &[line("[y/N]", "n")], 4),
        (&["import", "open.csv"], &[key("Esc leaves", "\u{1b}")], 5),
    ];
    for (args, steps, code) in questions {
        let run = run_steps(&env, "-", args, steps, &variables);
        assert_eq!(run.code, *code, "{args:?}: {} {}", run.out, run.err);
    }
    // The probe itself fails where the vault is locked.
    let held = format!("/usr/bin/flock --shared '{}' {probe}", env.vault_dir().join("lock").display());
    let run = at_terminal(&env, "-", &share, &[("Share this?", "n", false)], &[("BEFORE_ANSWER", &held)]);
    assert_eq!(run.code, 1, "{} {}", run.out, run.err);
}

#[test]
fn a_locked_vault_names_who_holds_it() {
    let env = TestEnvironment::with_data();
    let lock = env.vault_dir().join("lock");
    let hold = |how: &str| {
        let mut holder =
            Command::new("/usr/bin/flock").args([how, "--no-fork"]).arg(&lock).args(["sleep", "60"]).spawn().unwrap();
        while is_free(&env) {
            assert!(holder.try_wait().unwrap().is_none(), "flock is missing: install util-linux");
            sleep(STEP);
        }
        holder
    };
    for (how, args) in [("--exclusive", &["balances"][..]), ("--shared", &["accounts", "rename", "Daily", "Other"])] {
        let mut holder = hold(how);
        let run = env.vault(args).fails(7);
        let process = format!("in use by process {}:", holder.id());
        assert!(run.err.contains(&process), "{process} {}", run.err);
        let run = env.vault(&[args, &["--json"]].concat()).fails(7);
        let error: Value = serde_json::from_str(&run.err).unwrap();
        assert!(error["error"]["message"].as_str().unwrap().contains(&process), "{error}");
        holder.kill().unwrap();
        holder.wait().unwrap();
    }
    // A command that was stopped while it waited for the lock keeps its turn.
    let mut waiting = Command::new("/usr/bin/flock")
        .args(["--exclusive", "--no-fork"])
        .arg(env.vault_dir())
        .args(["sleep", "60"])
        .spawn()
        .unwrap();
    let directory = File::open(env.vault_dir()).unwrap();
    while flock(&directory, FlockOperation::NonBlockingLockShared).is_ok() {
        flock(&directory, FlockOperation::Unlock).unwrap();
        sleep(STEP);
    }
    for args in [&["balances"][..], &["accounts", "rename", "Daily", "Other"], &["check"]] {
        let run = env.vault(args).fails(7);
        assert!(run.err.contains(&format!("in use by process {}:", waiting.id())), "{args:?}: {}", run.err);
    }
    waiting.kill().unwrap();
    waiting.wait().unwrap();
    env.vault(&["balances"]).ok();
}

/// Cron has no person who tries again: a backup comes between writers that leave no pause.
#[test]
fn a_backup_gets_its_turn_among_writers_without_pause() {
    let env = with_dest();
    let over = AtomicBool::new(false);
    let (taken, changes) = thread::scope(|scope| {
        let writers: Vec<_> = (0..6)
            .map(|writer| {
                let (env, over) = (&env, &over);
                scope.spawn(move || {
                    let mut changes = 0;
                    for number in 0.. {
                        if over.load(Ordering::Relaxed) {
                            break;
                        }
                        let run = env.vault(&["accounts", "rename", "acc-1", &format!("Name {writer} {number}")]);
                        assert!([0, 7].contains(&run.code), "{}", run.err);
                        changes += usize::from(run.code == 0);
                    }
                    changes
                })
            })
            .collect();
        let taken = [(); 3].map(|()| keyless(&env, &["backup", "dest", "--force"]));
        over.store(true, Ordering::Relaxed);
        (taken, writers.into_iter().map(|writer| writer.join().unwrap()).sum::<usize>())
    });
    taken.into_iter().for_each(|run| drop(run.ok()));
    assert!(changes >= 4, "{changes}");
    let made = in_dir(&env, "dest");
    assert_eq!(made.len(), 3);
    for path in made {
        assert_eq!(env.json(&["backup", "verify", path.to_str().unwrap()])["opened"], true);
    }
}
