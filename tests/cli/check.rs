//! `check` and `--inspect`: both read, and neither writes anything.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::faults::traced;
use crate::files::{copy_tree, tree};
use crate::test_environment::{TestEnvironment, run};

/// Everything that can be seen of a directory: names, kinds, modes, times of change, and bytes.
fn seen(dir: &Path) -> Vec<String> {
    let mut all: Vec<String> = tree(dir)
        .into_iter()
        // The note of when it was checked lies outside the vault, and is no part of it.
        .filter(|path| path.extension().is_none_or(|extension| extension != "last"))
        .map(|path| {
            let data = fs::symlink_metadata(&path).unwrap();
            let bytes = if data.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            let hash = data_encoding::HEXLOWER.encode(&finvault::crypto::sha256(&bytes));
            // Not the time of the last change of an owner: where root reads, SQLite gives a journal the owner that it has.
            // Nor of the state directory, in which what an interrupted change left is copied and looked at.
            let is_state = path.ends_with(".local/state/finvault");
            let time = if is_state { (0, 0) } else { (data.mtime(), data.mtime_nsec()) };
            let mode = if is_state { 0 } else { data.mode() };
            format!("{} {mode:o} {} {time:?} {hash}", path.display(), data.ino())
        })
        .collect();
    all.sort();
    all
}

/// Returns a vault with data and an ongoing grant that was opened; its token is in the file `token`.
fn shared() -> TestEnvironment {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    let token = env.vault(&share).ok().out;
    env.write("token", &token);
    env
}

fn ending(env: &TestEnvironment, end: &str) -> std::path::PathBuf {
    tree(&env.vault_dir()).into_iter().find(|path| path.to_string_lossy().ends_with(end)).unwrap()
}

/// What was done to a vault, how, and the exit code of `check` and of an inspection.
type Case = (&'static str, fn(&TestEnvironment), i32, i32);

const CASES: &[Case] = &[
    ("nothing", |_| {}, 0, 0),
    ("an opening that was not counted", opened_once, 0, 0),
    ("no slice", |env| fs::remove_file(ending(env, ".slice")).unwrap(), 0, 0),
    ("no outbox", |env| fs::remove_dir_all(env.vault_dir().join("outbox")).unwrap(), 0, 0),
    ("no head", |env| fs::remove_file(env.vault_dir().join("head")).unwrap(), 0, 0),
    (
        "an old head",
        |env| {
            fs::copy(env.path("old/head"), env.vault_dir().join("head")).unwrap();
        },
        0,
        0,
    ),
    ("no lock file", |env| fs::remove_file(env.vault_dir().join("lock")).unwrap(), 0, 0),
    ("no anchor", |env| fs::remove_file(tree(&env.path(".local/state")).pop().unwrap()).unwrap(), 0, 0),
    ("a temporary file", |env| fs::write(env.vault_dir().join(".finvault-x.tmp"), "half").unwrap(), 0, 0),
    (
        "a journal that was not begun",
        |env| fs::write(env.vault_dir().join("vault.db-journal"), [0; 512]).unwrap(),
        0,
        0,
    ),
    ("modes that others can read by", open_to_others, 0, 0),
    (
        "a journal of an interrupted change",
        |env| fs::write(ending(env, "/vault.db").with_extension("db-journal"), [0xd9; 512]).unwrap(),
        0,
        1,
    ),
    ("what SQLite shares of a log", |env| fs::write(env.vault_dir().join("vault.db-shm"), "x").unwrap(), 6, 0),
    (
        "an old slice",
        |env| {
            fs::copy(env.path("old-slice"), ending(env, ".slice")).unwrap();
        },
        6,
        0,
    ),
    ("a planted file", |env| fs::write(env.vault_dir().join("outbox/2222222222222222.slice"), "x").unwrap(), 6, 0),
    ("an empty head", |env| fs::write(env.vault_dir().join("head"), "").unwrap(), 6, 0),
    ("a changed head", |env| flip(&env.vault_dir().join("head"), 1), 6, 0),
    (
        "a head that leads",
        |env| {
            fs::copy(env.path("old/vault.db"), env.vault_dir().join("vault.db")).unwrap();
        },
        6,
        0,
    ),
    ("a write-ahead log", |env| fs::write(env.vault_dir().join("vault.db-wal"), "x").unwrap(), 6, 6),
    (
        "a page behind the end",
        |env| {
            let path = env.vault_dir().join("vault.db");
            let size = fs::metadata(&path).unwrap().len();
            fs::OpenOptions::new().write(true).open(path).unwrap().set_len(size + 4096).unwrap();
        },
        6,
        0,
    ),
    ("a changed page", |env| flip(&env.vault_dir().join("vault.db"), 800), 6, 6),
    ("a changed anchor", |env| flip(&tree(&env.path(".local/state")).pop().unwrap(), 1), 6, 0),
];

fn opened_once(env: &TestEnvironment) {
    env.vault(&["open", "--token-file", "token"]).ok();
}

fn open_to_others(env: &TestEnvironment) {
    for path in tree(&env.vault_dir()).into_iter().chain(tree(&env.path(".local/state"))) {
        fs::set_permissions(&path, fs::Permissions::from_mode(if path.is_dir() { 0o755 } else { 0o644 })).unwrap();
    }
}

/// Changes a byte in the part of a file that the number says.
fn flip(path: &Path, part: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.len() / 2 / part;
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn check_changes_nothing() {
    let env = shared();
    copy_tree(&env.vault_dir(), &env.path("old"));
    fs::copy(ending(&env, ".slice"), env.path("old-slice")).unwrap();
    env.vault(&["accounts", "rename", "Daily", "Every day"]).ok();
    for dir in [".local/share", ".local/state"] {
        copy_tree(&env.path(dir), &env.path("kept").join(dir));
    }
    for (what, damage, checked, inspected) in CASES {
        for dir in [".local/share", ".local/state"] {
            let _ = fs::remove_dir_all(env.path(dir));
            copy_tree(&env.path("kept").join(dir), &env.path(dir));
        }
        damage(&env);
        let before = seen(&env.path(".local"));
        for (arguments, code) in [
            (&["check"][..], checked),
            (&["check", "--json"], checked),
            (&["check", "--quick"], checked),
            (&["--inspect", "balances"], inspected),
            (&["--inspect", "transactions", "--json"], inspected),
        ] {
            let run = env.vault(arguments);
            assert_eq!(run.code, *code, "{what}: {arguments:?}: {}{}", run.out, run.err);
            assert_eq!(seen(&env.path(".local")), before, "{what}: {arguments:?}");
        }
        let both = env.vault(&["--inspect", "check"]);
        assert!([*checked, *inspected].contains(&both.code), "{what}: {}", both.err);
        assert_eq!(seen(&env.path(".local")), before, "{what}");
        // What is no finding is mended by the next command, and is none then, either.
        if *checked == 0 {
            env.vault(&["accounts"]).ok();
            env.vault(&["check"]).ok();
        }
    }
}

#[test]
fn a_quick_check_leaves_pages_out_and_says_so() {
    let env = shared();
    let database = env.vault_dir().join("vault.db");
    // Of the pages of archived files it reads none.
    let pages = fs::metadata(&database).unwrap().len() as usize / 4096;
    let sound = fs::read(&database).unwrap();
    let change = |page: usize| {
        let mut bytes = sound.clone();
        bytes[page * 4096 + 100] ^= 1;
        fs::write(&database, bytes).unwrap();
        let (quick, full) = (env.vault(&["check", "--quick"]), env.vault(&["check"]).fails(6));
        assert!(full.out.contains("database-page") || full.out.contains("unlock"), "{}", full.out);
        quick.code
    };
    let codes: Vec<i32> = (1..pages).step_by(pages / 8).map(change).collect();
    assert!(codes.contains(&0) && codes.contains(&6), "{codes:?}");

    fs::write(&database, sound).unwrap();
    assert_eq!(env.json(&["check", "--quick"])["ok"], true);
    let status = env.json(&["status"]);
    assert_eq!((&status["lastCheck"]["ok"], &status["lastCheck"]["quick"]), (&true.into(), &true.into()));
    env.vault(&["check"]).ok();
    assert_eq!(env.json(&["status"])["lastCheck"]["quick"], false);
}

#[test]
fn looks_behind_an_interrupted_change_without_undoing_it() {
    let env = shared();
    for dir in [".local/share", ".local/state"] {
        copy_tree(&env.path(dir), &env.path("kept").join(dir));
    }
    let put_back = || {
        for dir in [".local/share", ".local/state"] {
            let _ = fs::remove_dir_all(env.path(dir));
            copy_tree(&env.path("kept").join(dir), &env.path(dir));
        }
    };
    let (database, journal) = (env.vault_dir().join("vault.db"), env.vault_dir().join("vault.db-journal"));
    let state = env.path(".local/state/finvault");
    let copies = || fs::read_dir(&state).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    let is_hot = || fs::read(&journal).is_ok_and(|bytes| bytes.first().is_some_and(|byte| *byte != 0));
    let mut hot = 0;
    // Killed while pages are written, and when the journal is to be removed.
    let writes = (1..12).map(|number| ("pwrite64", number, &database));
    for (call, number, path) in writes.chain([("unlink", 1, &journal)]) {
        put_back();
        let fault = format!("signal=KILL:when={number}");
        traced(&env, &["accounts", "rename", "Daily", "Other"], call, &fault, &[path]);
        if !is_hot() {
            continue;
        }
        hot += 1;
        let before = seen(&env.path(".local"));
        let what = format!("{call} {number}");
        assert_eq!(env.json(&["check"])["ok"], true, "{what}");
        assert_eq!(seen(&env.path(".local")), before, "{what}");
        // Where nothing at all is written, the report says what it could not look at.
        let report = env.vault(&["--inspect", "check", "--json"]).fails(1);
        let found: serde_json::Value = serde_json::from_str(&report.out).unwrap();
        assert_eq!(found["findings"][0]["kind"], "journal", "{what}: {found}");
        assert!(
            report.err.contains("`vault accounts` and other commands that show what it holds undo it"),
            "{}",
            report.err
        );
        assert_eq!(seen(&env.path(".local")), before, "{what}");
        env.vault(&["accounts"]).ok();
        env.vault(&["check"]).ok();
    }
    assert!(hot >= 3, "{hot} changes were interrupted while they were written");

    put_back();
    traced(&env, &["accounts", "rename", "Daily", "Other"], "unlink", "signal=KILL:when=1", &[&journal]);
    // A check that was killed left its copy; only what it wrote is removed.
    let left = |name: &str, file: &str| {
        let dir = state.join(name);
        fs::create_dir(&dir).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(dir.join(file), "x").unwrap();
        dir
    };
    let (copy, other) = (left(".finvault-a.tmp", "vault.db"), left(".finvault-b.tmp", "letter"));
    env.vault(&["check"]).ok();
    assert!(!copy.exists() && other.join("letter").exists());
    let copy = left(".finvault-a.tmp", "vault.db");
    env.vault(&["accounts", "rename", "Daily", "Other"]).ok();
    assert!(!copy.exists() && other.join("letter").exists());
    fs::remove_dir_all(other).unwrap();

    // What is damaged is told behind the journal, too.
    put_back();
    traced(&env, &["accounts", "rename", "Daily", "Other"], "unlink", "signal=KILL:when=1", &[&journal]);
    assert!(is_hot());
    let covered = fs::read(&journal).unwrap();
    let page = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    // Page numbers stand before each page in the journal: the first page that has none is not restored.
    let pages = fs::metadata(&database).unwrap().len() as usize / 4096;
    let records = || covered[512..].chunks(4 + 4096 + 4).map(|record| record[..4].to_vec());
    let free = (2..=pages).rev().find(|number| !records().any(|found| found == page(*number))).unwrap();
    let mut bytes = fs::read(&database).unwrap();
    bytes[(free - 1) * 4096 + 100] ^= 1;
    fs::write(&database, bytes).unwrap();
    env.vault(&["check"]).fails(6);
    assert_eq!(copies(), 0);

    // No copy is made that could fill the disk.
    fs::OpenOptions::new().write(true).open(&database).unwrap().set_len(1 << 42).unwrap();
    let report = env.vault(&["check", "--json"]).fails(1);
    assert!(report.out.contains("journal"), "{}", report.out);
    assert_eq!(copies(), 0);
}

#[test]
fn inspects_a_copy_that_is_older_than_the_anchor() {
    let env = shared();
    copy_tree(&env.vault_dir(), &env.path("copy"));
    env.vault(&["accounts", "rename", "Daily", "Newer"]).ok();
    env.vault(&["--vault", "copy", "accounts"]).fails(6);
    let report = env.vault(&["--vault", "copy", "check"]).fails(6);
    assert!(report.out.contains("anchor"), "{}", report.out);
    let before = [seen(&env.path("copy")), seen(&env.path(".local"))];
    for arguments in [&["accounts"][..], &["transactions"], &["grants"], &["audit"], &["check"], &["policy"]] {
        let run = env.vault(&[&["--vault", "copy", "--inspect"], arguments].concat()).ok();
        assert!(run.err.contains("not compared"), "{}", run.err);
    }
    assert!(env.vault(&["--vault", "copy", "--inspect", "accounts"]).ok().out.contains("Daily"));
    for arguments in [
        &["init"][..],
        &["import", "chase.csv"],
        &["accounts", "rename", "Daily", "x"],
        &["accounts", "set-type", "Daily", "savings"],
        &["accounts", "set-number", "Daily", "123456"],
        &["accounts", "set-balance", "Daily", "5.00", "--on", "2025-12-01"],
        &["accounts", "merge", "Daily", "Other"],
        &["accounts", "close", "Daily"],
        &["accounts", "remove", "Daily"],
        &["audit", "accept", "--yes"],
        &["audit", "accept", "--clock", "--yes"],
        &["duplicates", "same", "1-2"],
        &["duplicates", "undo", "1"],
        &["grants", "resume", "2222222222222222", "--yes"],
        &["imports", "undo", "imp-1"],
        &["imports", "forget", "imp-1", "--yes"],
        &["imports", "ignore", "chase.csv"],
        &["imports", "answers", "remove", "1"],
        &["open", "--token-file", "token"],
        &["policy", "allow", "--to", "Acme", "--scope", "balances", "--yes"],
        &["policy", "deny", "--to", "Acme"],
        &["policy", "remove", "1", "--yes"],
        &["revoke", "2222222222222222"],
        &["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"],
        &["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--preview"],
    ] {
        let run = env.vault(&[&["--vault", "copy", "--inspect"], arguments].concat()).fails(2);
        assert!(run.err.contains("--inspect"), "{arguments:?}: {}", run.err);
    }
    assert_eq!([seen(&env.path("copy")), seen(&env.path(".local"))], before);
}

#[test]
fn check_and_inspection_work_on_a_read_only_medium() {
    let env = shared();
    env.vault(&["open", "--token-file", "token"]).ok();
    fs::remove_file(env.vault_dir().join("lock")).unwrap();
    fs::remove_file(env.vault_dir().join("head")).unwrap();
    let before = seen(&env.path(".local"));
    let (program, vault) = (env!("CARGO_BIN_EXE_vault"), env.vault_dir());
    let script = format!(
        "set -e; mount --bind '{0}' '{0}'; mount -o remount,bind,ro '{0}'; ! touch '{0}/x' 2>/dev/null
         for command in check 'check --inspect' 'balances --inspect' balances; do '{program}' $command; done",
        vault.display()
    );
    let mut shell = Command::new("unshare");
    // A user who is not root is root in a namespace of their own.
    shell
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    shell.env("HOME", env.path("")).env("FINVAULT_KEY_FILE", "key").current_dir(env.path(""));
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run(shell);
    assert_eq!(run.code, 0, "unshare and mount are needed for this test: {}{}", run.out, run.err);
    assert_eq!(seen(&env.path(".local")), before);
}

#[test]
fn check_is_calm_beside_readers_and_writers() {
    let env = shared();
    let over = AtomicBool::new(false);
    let codes = std::thread::scope(|scope| {
        let busy = |arguments: &'static [&'static [&'static str]]| {
            let (env, over) = (&env, &over);
            scope.spawn(move || {
                for arguments in arguments.iter().cycle() {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let run = env.vault(arguments);
                    assert!([0, 7].contains(&run.code), "{arguments:?}: {}", run.err);
                }
            });
        };
        busy(&[&["balances"], &["grants"]]);
        busy(&[&["open", "--token-file", "token"]]);
        busy(&[&["accounts", "rename", "Daily", "Other"], &["accounts", "rename", "Other", "Daily"]]);
        let codes: Vec<_> = (0..40)
            .map(|_| {
                let run = env.vault(&["check"]);
                assert!([0, 7].contains(&run.code), "{}{}", run.out, run.err);
                run.code
            })
            .collect();
        over.store(true, Ordering::Relaxed);
        codes
    });
    assert!(codes.iter().filter(|code| **code == 0).count() >= 20, "{codes:?}");
}
