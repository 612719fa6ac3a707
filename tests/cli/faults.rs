//! A disk that fails or is full, and too little memory: each is told as what it is, and what was there stays.
//!
//! Failing calls are made by strace: some of them, and every one with FINVAULT_TEST_ALL_FAULTS=1.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::files::copy_tree;
use crate::strace::under_strace;
use crate::test_environment::{Run, TestEnvironment, run};

/// Set to fail every call instead of some.
const ALL: &str = "FINVAULT_TEST_ALL_FAULTS";

pub(crate) fn step() -> usize {
    if std::env::var_os(ALL).is_some() { 1 } else { 7 }
}

/// Returns a run in which strace makes calls fail. The first reads are those of the loader.
pub(crate) fn traced(env: &TestEnvironment, arguments: &[&str], calls: &str, fault: &str, paths: &[&Path]) -> Run {
    run(under_strace(&env.command(arguments), &[format!("{calls}:{fault}")], paths))
}

fn is_calm(run: &Run, what: &str) {
    for word in ["restore", "lost", "os error", "defect"] {
        assert!(!run.err.contains(word), "{what}: {}", run.err);
    }
}

#[test]
fn a_read_error_is_no_damage() {
    let env = TestEnvironment::with_data();
    let vault = env.vault_dir();
    let anchor = fs::read_dir(env.path(".local/state/finvault")).unwrap().next().unwrap().unwrap().path();
    let files = [vault.join("vault.db"), vault.join("header.toml"), vault.join("head"), anchor];
    let paths: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
    for arguments in [&["check"][..], &["balances"], &["--inspect", "balances"]] {
        let mut failures = 0;
        for calls in ["pread64", "read"] {
            let mut calm = 0;
            for number in (1..).step_by(step()) {
                let run = traced(&env, arguments, calls, &format!("error=EIO:when={number}"), &paths);
                let what = format!("{arguments:?}, {calls} {number}: {}{}", run.out, run.err);
                assert!([0, 1].contains(&run.code), "exit code {}: {what}", run.code);
                is_calm(&run, &what);
                failures += usize::from(run.code == 1);
                // One that the program can do without is no failure; three in a row are beyond the last.
                calm = if run.code == 0 { calm + 1 } else { 0 };
                if calm == 3 {
                    break;
                }
            }
        }
        assert!(failures >= 3, "{arguments:?}: {failures} reads failed");
    }
    // A sector that stays unreadable.
    let report = traced(&env, &["check", "--json"], "pread64", "error=EIO:when=12+", &paths);
    let findings: serde_json::Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report.code, 1, "{}", report.err);
    assert!(findings["findings"].as_array().unwrap().iter().all(|finding| finding["kind"] == "disk"), "{findings}");
    env.vault(&["check"]).ok();
}

#[test]
fn a_disk_that_fails_opens_nothing_uncounted_and_speaks_of_no_revocation() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    let token = env.vault(&share).ok().out;
    env.write("token", &token);
    let opened = env.vault_dir().join(format!("outbox/{}.opened", token.split('_').nth(1).unwrap()));
    let before = fs::read(&opened).unwrap();
    let open = |call: &str, error: &str, name: &str| {
        traced(
            &env,
            &["open", "--token-file", "token"],
            call,
            &format!("error={error}"),
            &[&env.vault_dir().join(name)],
        )
    };
    for (call, error, name) in [
        ("read", "EIO", "header.toml"),
        ("openat", "EIO", "header.toml"),
        ("openat", "EIO", "lock"),
        ("flock", "EIO", "lock"),
    ] {
        let run = open(call, error, name);
        assert_eq!(run.code, 1, "{call} of {name}: {}", run.err);
        assert!(run.out.is_empty() && run.err.contains(name) && !run.err.contains("revoked"), "{call}: {}", run.err);
        assert_eq!(fs::read(&opened).unwrap(), before, "{call} of {name}");
    }
    // A medium that cannot be written is the one case in which a grant without a limit opens uncounted.
    for error in ["EROFS", "EACCES", "EPERM"] {
        let run = open("openat", error, "lock");
        assert_eq!(run.code, 0, "{error}: {}", run.err);
        assert_eq!(fs::read(&opened).unwrap(), before, "{error}");
    }
}

/// The calls that need space, and from which one on they fail. A message is written, too: there one fails alone.
const WRITES: &[(&str, &str)] =
    &[("pwrite64", "+"), ("fsync,fdatasync", "+"), ("ftruncate", "+"), ("rename,renameat,renameat2,linkat", "+")];

#[test]
fn a_single_sync_that_finds_the_disk_full_is_told_as_that() {
    let env = TestEnvironment::with_data();
    env.write("more.csv", crate::test_environment::CHASE.replace("2026", "2027"));
    copy_tree(&env.path(".local"), &env.path("kept"));
    let mut failed = 0;
    for number in 1..=9 {
        fs::remove_dir_all(env.path(".local")).unwrap();
        copy_tree(&env.path("kept"), &env.path(".local"));
        let import = ["import", "more.csv", "--account", "Daily"];
        let run = traced(&env, &import, "fsync,fdatasync", &format!("error=ENOSPC:when={number}"), &[]);
        failed += u32::from(run.code != 0);
        assert!(run.code == 0 || run.err.contains("the disk is full"), "{number}: {}{}", run.out, run.err);
        env.vault(&["check"]).ok();
    }
    assert!(failed > 3, "{failed}");
}

#[test]
fn each_failing_write_is_told_and_lost_or_kept_whole() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    env.vault(&share).ok();
    env.write("more.csv", crate::test_environment::CHASE.replace("2026", "2027"));
    for dir in [".local/share", ".local/state"] {
        copy_tree(&env.path(dir), &env.path("kept").join(dir));
    }
    let out = [&share[..], &["--out", "new.slice"]].concat();
    let (mut failures, mut kept) = (0, 0);
    let commands = [
        &["import", "more.csv", "--account", "Daily"][..],
        &out,
        &["accounts", "rename", "Daily", "Other"],
        &["balances"],
    ];
    // A quota is a full disk by another name: in the short form, one command meets it.
    for (error, met) in [("ENOSPC", 4), ("EDQUOT", if step() == 1 { 4 } else { 1 })] {
        for arguments in commands.into_iter().take(met) {
            for (calls, on) in WRITES {
                for number in (1..).step_by(step()) {
                    for dir in [".local/share", ".local/state"] {
                        let _ = fs::remove_dir_all(env.path(dir));
                        copy_tree(&env.path("kept").join(dir), &env.path(dir));
                    }
                    let _ = fs::remove_file(env.path("new.slice"));
                    let run = traced(&env, arguments, calls, &format!("error={error}:when={number}{on}"), &[]);
                    let what = format!("{arguments:?}, {error} at {calls} {number}: {}{}", run.out, run.err);
                    // A file that is not imported has a report of its own.
                    assert!([0, 1].contains(&run.code), "exit code {}: {what}", run.code);
                    is_calm(&run, &what);
                    if run.code == 0 {
                        break;
                    }
                    failures += 1;
                    assert!(run.err.contains("the disk is full"), "{what}");
                    assert!(arguments[0] != "balances", "reading needs no space: {what}");
                    let rows = env.json(&["transactions"]).as_array().unwrap().len();
                    let is_made = run.err.contains("the change was made");
                    kept += usize::from(is_made);
                    if arguments[0] == "import" {
                        assert_eq!(rows, if is_made { 12 } else { 6 }, "{what}");
                    }
                    env.vault(&["check"]).ok();
                }
            }
        }
    }
    assert!(failures >= 12 && kept >= 2, "{failures} changes failed, {kept} of them after they were made");
}

#[test]
fn a_full_disk_stops_no_reading() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    let token = env.vault(&share).ok().out;
    env.write("token", &token);
    let many: String = (0..400).map(|row| format!("2027-01-{:02},Needle {row},-{row}.25\n", row % 28 + 1)).collect();
    env.write("more.csv", format!("Date,Description,Amount\n{many}"));
    // An opening that is not counted yet, so that the next reader would repair something.
    env.vault(&["open", "--token-file", "token"]).ok();
    let script = format!(
        "set -e; mkdir full; mount -t tmpfs -o size=3m tmpfs full; cp -a .local/share/finvault full/vault; mkdir full/state
         cp -a .local/state/finvault full/state; export XDG_STATE_HOME=$PWD/full/state FINVAULT_DIR=$PWD/full/vault
         dd if=/dev/zero of=full/ballast bs=4096 2>dd.txt || true
         says() {{ code=$1; shift; set +e; '{0}' \"$@\" >out.txt 2>err.txt; got=$?; set -e
           if [ $got != $code ]; then echo \"$* ended with $got\"; cat out.txt err.txt; exit 9; fi
           if [ $code = 1 ] && ! grep -q 'disk is full' err.txt; then echo \"$* says\"; cat err.txt; exit 9; fi
           if grep -q -e restore -e 'os error' err.txt; then echo \"$* advises\"; cat err.txt; exit 9; fi; }}
         for command in balances transactions accounts grants audit check; do says 0 $command; done
         says 0 audit verify; says 0 --inspect balances
         says 1 import more.csv --account Daily
         says 1 accounts rename Daily Other
         says 1 share --scope balances --to Acme --purpose x --expires 9d --yes
         rm full/ballast
         says 0 check; says 0 accounts rename Daily Other; says 0 import more.csv --account Other
         says 0 check
         dd if=/dev/zero of=full/ballast bs=4096 2>dd.txt || true
         FINVAULT_DIR=$PWD/.local/share/finvault XDG_STATE_HOME=$PWD/.local/state
         says 1 share --scope balances --to Acme --purpose x --expires 9d --yes --out full/new.slice
         says 0 check",
        env!("CARGO_BIN_EXE_vault")
    );
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", &script]).env_clear();
    shell.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", env.path("")).env("FINVAULT_KEY_FILE", "key");
    shell.current_dir(env.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run(shell);
    assert_eq!(run.code, 0, "unshare and mount are needed for this test: {}{}", run.out, run.err);
}

#[test]
fn tells_what_was_imported_before_the_disk_was_full() {
    let env = TestEnvironment::with_data();
    let day = |day: &str| format!("Date,Description,Amount\n2027-01-{day},Tea,-1.25\n");
    env.write("one.csv", day("02"));
    env.write("two.csv", day("03"));
    let kept = env.path("kept");
    copy_tree(&env.path(".local"), &kept);
    let import = ["import", "one.csv", "two.csv", "--account", "Daily", "--json"];
    let mut seen = 0;
    for number in (5..).step_by(6) {
        fs::remove_dir_all(env.path(".local")).unwrap();
        copy_tree(&kept, &env.path(".local"));
        let run = traced(&env, &import, "pwrite64", &format!("error=ENOSPC:when={number}+"), &[]);
        if run.code == 0 {
            break;
        }
        assert!(run.code == 1 && run.err.contains("the disk is full"), "{number}: {}{}", run.out, run.err);
        // Nothing is reported of the first file when it is the one that failed.
        let report: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_default();
        let told = report["imports"].as_array().map_or(0, Vec::len);
        seen += told;
        assert_eq!(env.json(&["transactions"]).as_array().unwrap().len(), 6 + told, "{number}: {report}");
    }
    assert!(seen > 0, "the disk was never full between the files");
}

#[test]
fn standard_output_on_a_full_disk_is_told() {
    let env = TestEnvironment::with_data();
    let mut command = env.command(&["transactions"]);
    command.stdout(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let run = run_with_own_output(command);
    assert!(run.1.contains("the disk is full") && run.0 == Some(1), "{run:?}");
}

fn run_with_own_output(mut command: Command) -> (Option<i32>, String) {
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// Runs the program within a limit of the shell.
fn limited(env: &TestEnvironment, limit: &str, arguments: &[&str]) -> std::process::Output {
    let plain = env.command(arguments);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("ulimit {limit}; exec \"$0\" \"$@\"")).arg(plain.get_program());
    shell.args(plain.get_args()).env_clear().current_dir(plain.get_current_dir().unwrap());
    shell.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_limit_on_the_size_of_files_is_a_failure_that_loses_nothing() {
    let env = TestEnvironment::with_data();
    fs::create_dir(env.path("backups")).unwrap();
    let before = env.json(&["transactions"]);
    for arguments in [
        &["accounts", "rename", "Daily", "Other"][..],
        &["imports", "undo", "imp-1"],
        &["backup", "backups"],
        &["share", "--scope", "balances", "--to", "A", "--purpose", "b", "--expires", "1d", "--yes"],
    ] {
        env.allow_sharing();
        let output = limited(&env, "-f 8", arguments);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {:?} {err}", output.status);
        assert!(err.contains("error: "), "{err}");
        assert_eq!(env.json(&["transactions"]), before);
    }
    env.vault(&["check"]).ok();
}

#[test]
fn too_little_memory_is_a_failure() {
    let env = TestEnvironment::with_data();
    let many: String = (0..4_000).map(|row| format!("2027-01-{:02},Needle {row},-{row}.25\n", row % 28 + 1)).collect();
    env.write("more.csv", format!("Date,Description,Amount\n{many}"));
    env.vault(&["import", "more.csv", "--account", "More", "--create", "--currency", "USD"]).ok();
    // In KiB.
    let within = |limit: usize, arguments: &[&str]| limited(&env, &format!("-v {limit}"), arguments);
    let least = (10_000..).step_by(500).find(|limit| within(*limit, &["--version"]).status.success()).unwrap();
    let mut told = 0;
    for arguments in [&["check"][..], &["balances"], &["import", "more.csv", "--account", "More", "--dry-run"]] {
        for limit in (least..least + 12_000).step_by(50 * step()) {
            let output = within(limit, arguments);
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            // Too little to load the program (127, or a signal), or to go on (an allocation that fails ends it: SIGABRT).
            let is_ended = output.status.code() == Some(127) || output.status.signal().is_some();
            let code = output.status.code();
            assert!(is_ended || [Some(0), Some(1)].contains(&code), "{limit} KiB, {arguments:?}: {code:?}: {err}");
            told += usize::from(code == Some(1) && err.contains("memory"));
        }
    }
    assert!(told > 0, "no run met too little memory");
    env.vault(&["check"]).ok();
}
