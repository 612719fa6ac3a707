//! `share` and `revoke`, interrupted at any call: no grant is alive without a token that somebody received, and no
//! revoked slice opens.
//!
//! strace interrupts the program. Without it these tests fail.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::strace::under_strace;
use crate::test_environment::{Run, TestEnvironment};

const SHARE: [&str; 12] = [
    "share",
    "--scope",
    "balances",
    "--to",
    "Acme",
    "--purpose",
    "Loan application",
    "--expires",
    "30d",
    "--yes",
    "--out",
    "acme.slice",
];

/// The calls by which the program changes files, locks and prints, each with how many of them are interrupted at most.
const CALLS: &[(&str, usize)] = &[
    ("fsync,fdatasync", 24),
    ("rename,renameat,renameat2,link,linkat", 9),
    ("write", 12),
    ("pwrite64", 12),
    ("unlink,unlinkat", 6),
    ("flock", 6),
];

/// Runs the program under strace, with these faults. Its standard output goes to a file.
fn traced(env: &TestEnvironment, args: &[&str], faults: &[String], out: &Path) -> Option<i32> {
    let plain = env.command(args);
    let mut traced = under_strace(&plain, faults, &[]);
    traced.stdout(fs::File::create(out).unwrap()).stderr(Stdio::null()).status().unwrap().code()
}

/// Returns a copy of the environment, which is faster than making one.
fn copy_of(env: &TestEnvironment) -> TestEnvironment {
    let copy = TestEnvironment::empty();
    let done = Command::new("cp").arg("-a").arg(env.path(".")).arg(copy.path(".")).status().unwrap();
    assert!(done.success());
    copy
}

/// Whatever was interrupted: an active grant has its token in the file, and the token opens it.
#[test]
fn a_share_that_is_interrupted_leaves_no_grant_alive_without_its_token() {
    let base = TestEnvironment::with_data();
    base.allow_sharing();
    let mut interruptions = 0;
    for how in ["signal=KILL", "error=ENOSPC", "error=EIO"] {
        for (calls, most) in CALLS {
            // A failing call is like a killed one but for what cleans up: fewer of them show it.
            for number in (1..=*most).step_by(if how == "signal=KILL" { 1 } else { 4 }) {
                let what = format!("{how} at {calls} {number}");
                let env = copy_of(&base);
                let out = env.path("token");
                let code = traced(&env, &SHARE, &[format!("{calls}:{how}:when={number}")], &out);
                if code == Some(0) && how == "signal=KILL" {
                    // There are no more such calls.
                    break;
                }
                interruptions += usize::from(code != Some(0));
                let token = fs::read_to_string(&out).unwrap();
                let grants = env.json(&["grants"]);
                let alive: Vec<&Value> =
                    grants.as_array().unwrap().iter().filter(|grant| grant["status"] != "REVOKED").collect();
                assert!(alive.len() <= 1 && alive.iter().all(|grant| grant["status"] == "ACTIVE"), "{what}: {grants}");
                assert!(code != Some(0) || alive.len() == 1, "{what}: success without a grant");
                if let [grant] = alive[..] {
                    assert!(token.contains(grant["grantId"].as_str().unwrap()), "{what}: alive without its token");
                    let opened = env.vault(&["open", "--token-file", "token"]);
                    assert_eq!(opened.code, 0, "{what}: {}", opened.err);
                } else if token.ends_with('\n') {
                    assert_ne!(env.vault(&["open", "--token-file", "token"]).code, 0, "{what}");
                }
                // A slice that has its name belongs to a grant that is alive.
                assert!(!env.path("acme.slice").exists() || !alive.is_empty(), "{what}: a slice of no grant");
                let left =
                    fs::read_dir(env.vault_dir().join("outbox")).unwrap().map(|entry| entry.unwrap().file_name());
                let left: Vec<_> = left.collect();
                assert!(left.len() <= 2 * alive.len(), "{what}: {left:?}");
                let check = env.vault(&["check"]);
                assert_eq!(check.code, 0, "{what}: {} {}", check.out, check.err);
            }
        }
    }
    assert!(interruptions >= 40, "{interruptions} calls were interrupted");
}

/// No token is printed whose slice could not get its name.
#[test]
fn the_name_of_a_directory_is_refused_before_anything_is_shared() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    for name in ["new/", "new/.", "new/..", "..", "/"] {
        let mut share = SHARE;
        *share.last_mut().unwrap() = name;
        let refused = env.vault(&share).fails(1);
        assert!(refused.out.is_empty() && refused.err.contains("hint:"), "{name}: {} {}", refused.out, refused.err);
    }
    assert_eq!(env.json(&["grants"]), serde_json::json!([]));
}

/// Whichever sync fails: the slice of a grant that was withdrawn does not keep its name.
#[test]
fn a_slice_whose_grant_was_withdrawn_is_not_left() {
    let base = TestEnvironment::with_data();
    base.allow_sharing();
    let mut withdrawn = 0;
    for number in 1.. {
        let env = copy_of(&base);
        let how = format!("fsync:error=EIO:when={number}");
        let code = traced(&env, &SHARE, std::slice::from_ref(&how), &env.path("token"));
        let alive = env.json(&["grants"]).as_array().unwrap().iter().any(|grant| grant["status"] == "ACTIVE");
        assert!(alive || (code == Some(1) && !env.path("acme.slice").exists()), "{how}: {code:?}");
        withdrawn += usize::from(!alive && !env.json(&["grants"]).as_array().unwrap().is_empty());
        if number > 40 {
            break;
        }
    }
    assert!(withdrawn >= 3, "{withdrawn} grants were withdrawn");
}

/// What a killed `open --out DIR` or `share --out FILE` leaves beside, the next one in the same place removes, and nothing else.
#[test]
fn what_a_killed_command_left_beside_its_output_is_removed() {
    let base = TestEnvironment::with_data();
    base.allow_sharing();
    let token = base.vault(&SHARE).ok().out;
    base.write("token", token);
    let left = |env: &TestEnvironment| -> Vec<String> {
        let names = fs::read_dir(env.path("")).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name.starts_with(".finvault-"));
        names.sort();
        names
    };
    let open = ["open", "--token-file", "token", "--out", "opened"];
    let share: Vec<&str> = SHARE.iter().map(|word| if *word == "acme.slice" { "second.slice" } else { word }).collect();
    for (args, out, calls) in
        [(&open[..], "opened", "fsync,fdatasync,rename,renameat2"), (&share, "second.slice", "fsync,renameat2,write")]
    {
        let mut seen = 0;
        for number in 1..40 {
            let env = copy_of(&base);
            let how = format!("{calls}:signal=KILL:when={number}");
            if traced(&env, args, std::slice::from_ref(&how), &env.path("report")) == Some(0) {
                break;
            }
            if left(&env).is_empty() {
                continue;
            }
            seen += 1;
            // Of others: another content, another name, a directory with a file of the person's.
            env.write(".finvault-mine.tmp", "a note");
            fs::create_dir(env.path(".finvault-dir.tmp")).unwrap();
            fs::set_permissions(env.path(".finvault-dir.tmp"), Permissions::from_mode(0o700)).unwrap();
            env.write(".finvault-dir.tmp/photo", "x");
            env.vault(&["accounts"]).ok();
            env.vault(args).ok();
            assert_eq!(left(&env), [".finvault-dir.tmp", ".finvault-mine.tmp"], "{how}");
            assert!(env.path(out).exists() && env.path(".finvault-dir.tmp/photo").exists(), "{how}");
        }
        assert!(seen >= 2, "{args:?} left something {seen} times");
    }
}

#[test]
fn a_revocation_takes_the_slice_away_on_a_full_disk_too() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    env.vault(&SHARE).ok();
    let id = env.json(&["grants"])[0]["grantId"].as_str().unwrap().to_owned();
    // Whatever needs space fails: the database, its journal, and every temporary file.
    let full = ["pwrite64:error=ENOSPC".to_owned(), "fsync,fdatasync:error=ENOSPC:when=4+".to_owned()];
    let out = env.path("report");
    let code = traced(&env, &["revoke", &id, "--json"], &full, &out);
    assert_eq!(code, Some(1));
    let report: Value = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!((&report["status"], &report["logged"]), (&"REVOKED".into(), &false.into()));
    let outbox = env.vault_dir().join("outbox");
    assert!(!outbox.join(format!("{id}.slice")).exists() && outbox.join(format!("{id}.revoked")).exists());
    env.vault(&["grants"]).ok();
    assert_eq!(env.json(&["grants"])[0]["status"], "REVOKED");
    assert_eq!(fs::read_dir(outbox).unwrap().count(), 0);
    env.vault(&["check"]).ok();
}

/// Of a commit whose last sync fails, the database holds what was changed: a second change of the command builds on it.
#[test]
fn one_failing_sync_is_no_damage() {
    let base = TestEnvironment::with_data();
    base.allow_sharing();
    let shared = base.json(&SHARE[..10]);
    let id = shared["grantId"].as_str().unwrap();
    base.write("token", shared["token"].as_str().unwrap());
    // The next command counts this first.
    base.vault(&["open", "--token-file", "token"]).ok();
    for arguments in [&["revoke", id][..], &["policy", "deny", "--to", "Acme"]] {
        let mut ended = Vec::new();
        for when in 1..=16 {
            let env = copy_of(&base);
            let fails = [format!("fsync,fdatasync:error=EIO:when={when}")];
            let code = traced(&env, arguments, &fails, &env.path("report"));
            assert!(matches!(code, Some(0 | 1)), "{arguments:?}, the {when}th: {code:?}");
            if code == Some(0) {
                env.vault(&["open", "--token-file", "token"]).fails(4);
            }
            env.vault(&["check"]).ok();
            ended.push(code);
        }
        assert!(ended.contains(&Some(1)) && ended.contains(&Some(0)), "{arguments:?}: {ended:?}");
    }
}

/// Once the slice was renamed, no interruption brings it back.
#[test]
fn a_revocation_that_is_interrupted_is_finished_by_the_next_command() {
    let base = TestEnvironment::with_data();
    base.allow_sharing();
    let token = base.vault(&SHARE).ok().out;
    base.write("token", token);
    let id = base.json(&["grants"])[0]["grantId"].as_str().unwrap().to_owned();
    let mut interruptions = 0;
    for (calls, most) in CALLS {
        for number in 1..=*most {
            let env = copy_of(&base);
            let how = format!("{calls}:signal=KILL:when={number}");
            if traced(&env, &["revoke", &id], std::slice::from_ref(&how), &env.path("report")) == Some(0) {
                break;
            }
            interruptions += 1;
            let was_there = env.vault_dir().join(format!("outbox/{id}.slice")).exists();
            let opens = env.vault(&["open", "--token-file", "token"]).code == 0;
            assert_eq!(opens, was_there, "{how}");
            let status = env.json(&["grants"])[0]["status"].clone();
            assert!(was_there || status == "REVOKED", "{how}: {status}");
            assert_eq!(env.vault(&["open", "--token-file", "token"]).code == 0, status == "ACTIVE", "{how}");
            env.vault(&["check"]).ok();
        }
    }
    assert!(interruptions >= 12, "{interruptions} calls were interrupted");
}

#[test]
fn a_token_into_a_broken_pipe_or_a_full_disk_is_a_failure() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    for (format, out) in [("table", "/dev/full"), ("json", "/dev/full"), ("table", "pipe"), ("json", "pipe")] {
        let mut command = env.command(&[&SHARE[..], &["--format", format]].concat());
        let output = if out == "pipe" {
            let mut child = command.spawn().unwrap();
            drop(child.stdout.take());
            child.wait_with_output().unwrap()
        } else {
            command.stdout(fs::OpenOptions::new().write(true).open(out).unwrap()).output().unwrap()
        };
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format} {out}: {err}");
        assert!(err.contains("withdrawn"), "{format} {out}: {err}");
        assert!(!env.path("acme.slice").exists(), "{format} {out}");
    }
    let grants = env.json(&["grants"]);
    assert_eq!(grants.as_array().unwrap().len(), 4);
    assert!(grants.as_array().unwrap().iter().all(|grant| grant["status"] == "REVOKED"), "{grants}");
    let home = fs::read_dir(env.path("")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(home.into_iter().all(|name| !name.to_string_lossy().contains(".tmp")), "no slice is left");
}

/// While the reader of the token is slow, others work, and the grant is pending.
#[test]
fn holds_no_lock_while_the_token_is_written_out() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let (run, token) = while_its_token_waits(&env, &[&["accounts", "rename", "Daily", "Everyday"]]);
    run.ok();
    env.write("token", token);
    assert_eq!(env.json(&["grants"])[0]["status"], "ACTIVE");
    env.vault(&["open", "--token-file", "token"]).ok();
}

/// What the policy stops before the token has left is not alive afterwards, and the command says so.
#[test]
fn a_grant_that_is_stopped_while_its_token_is_written_out_is_refused() {
    for meanwhile in [&["policy", "remove", "1", "--yes"][..], &["policy", "deny", "--to", "Acme"]] {
        let env = TestEnvironment::with_data();
        env.allow_sharing();
        let (run, token) = while_its_token_waits(&env, &[meanwhile]);
        let run = run.fails(4);
        assert!(run.err.contains("SUSPENDED") && run.err.contains("withdrawn"), "{meanwhile:?}: {}", run.err);
        env.write("token", token);
        assert_eq!(env.json(&["grants"])[0]["status"], "REVOKED", "{meanwhile:?}");
        env.vault(&["open", "--token-file", "token"]).fails(4);
    }
}

/// Shares, runs commands while nobody reads the token, and then reads it. Returns how the share ended, and the token.
fn while_its_token_waits(env: &TestEnvironment, meanwhile: &[&[&str]]) -> (Run, Vec<u8>) {
    fs::create_dir(env.path("pipes")).unwrap();
    let pipe = env.path("pipes/out");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is needed").success());
    // Fills the pipe, so that the token waits for whoever reads it.
    let program = "exec 3<>pipes/out; dd if=/dev/zero bs=4096 count=16 >&3 2>/dev/null; exec \"$0\" \"$@\" >pipes/out";
    let share = env.command(&SHARE[..10]);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(program).arg(share.get_program()).args(share.get_args()).env_clear();
    shell.current_dir(share.get_current_dir().unwrap());
    shell.envs(share.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let reader = fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let child = shell.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let pending = (0..200).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        env.json(&["grants"]).as_array().is_some_and(|grants| grants.iter().any(|grant| grant["status"] == "PENDING"))
    });
    assert!(pending, "the grant is pending while nobody reads its token");
    meanwhile.iter().for_each(|arguments| drop(env.vault(arguments).ok()));
    let mut read = vec![0; 16 * 4096 + 83];
    std::io::Read::read_exact(&mut &reader, &mut read).unwrap();
    (Run::from(child.wait_with_output().unwrap()), read.split_off(16 * 4096))
}

/// An opening is counted before the slice is shown: whenever one is killed, no more are seen than are allowed.
#[test]
fn an_opening_that_is_killed_gains_no_use() {
    let base = TestEnvironment::with_data();
    base.allow_sharing();
    let token = base.vault(&[&SHARE[..10], &["--max-uses", "2"]].concat()).ok().out;
    base.write("token", token);
    let open = ["open", "--token-file", "token", "--json"];
    let mut interruptions = 0;
    for (calls, most) in CALLS {
        for number in 1..=*most {
            let env = copy_of(&base);
            let how = format!("{calls}:signal=KILL:when={number}");
            let out = env.path("opened");
            let code = traced(&env, &open, std::slice::from_ref(&how), &out);
            let mut seen = usize::from(!fs::read(&out).unwrap().is_empty());
            seen += (0..3).filter(|_| env.vault(&open).code == 0).count();
            assert!(seen <= 2, "{how}: opened {seen} times");
            assert_eq!(env.json(&["grants"])[0]["status"], "USED_UP", "{how}");
            env.vault(&["check"]).ok();
            if code == Some(0) {
                break;
            }
            interruptions += 1;
        }
    }
    assert!(interruptions >= 6, "{interruptions} calls were interrupted");
}
