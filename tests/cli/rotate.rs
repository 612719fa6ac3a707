//! `keys rotate`: a new master key for the same vault; the old header and secrets open nothing of it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::files::copy_tree;
use crate::strace::under_strace;
use crate::terminal::{at_terminal, run_steps};
use crate::test_environment::{self, Run, TestEnvironment};

const GOOD: &str = "violet tractor hums beneath seven moons\n";

/// Shares balances, and returns the environment with the token in the file `token`.
fn shared() -> TestEnvironment {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    env.write("token", env.vault(&share).ok().out);
    env
}

fn used(env: &TestEnvironment) -> u64 {
    env.json(&["grants"])[0]["usedCount"].as_u64().unwrap()
}

/// What lies beside the vault's directory.
fn beside(env: &TestEnvironment) -> Vec<PathBuf> {
    let entries = fs::read_dir(env.vault_dir().parent().unwrap()).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| *path != env.vault_dir()).collect()
}

#[test]
fn an_old_header_and_secret_open_nothing_of_the_new_vault() {
    let env = shared();
    env.write("pass", GOOD);
    env.vault(&["keys", "add", "passphrase", "--new-passphrase-file", "pass"]).ok();
    env.vault(&["keys", "add", "key-file", "--new-key-file", "key2"]).ok();
    env.write("code", env.vault(&["keys", "add", "recovery-code"]).ok().out);
    env.vault(&["open", "--token-file", "token"]).ok();
    let identity = env.json(&["identity"]);
    let rows = env.json(&["transactions"]);
    let header = fs::read(env.vault_dir().join("header.toml")).unwrap();
    let database = fs::read(env.vault_dir().join("vault.db")).unwrap();
    copy_tree(&env.path(".local"), &env.path("before"));

    let run = env.vault(&["keys", "rotate"]).fails(4);
    for word in ["key slot 2 (passphrase)", "key slot 3 (key file)", "key slot 4 (recovery code)", "--drop-others"] {
        assert!(run.err.contains(word), "{word}: {}", run.err);
    }
    env.vault(&["keys", "rotate", "--keep-passphrase-file", "key", "--drop-others"]).fails(3);
    assert_eq!(fs::read(env.vault_dir().join("header.toml")).unwrap(), header, "nothing was changed");

    let rotate = ["keys", "rotate", "--keep-passphrase-file", "pass", "--recovery-code", "--drop-others"];
    let told = env.json(&rotate);
    assert_eq!(told["made"], json!({"slotId": 5, "kind": "recovery-code"}));
    assert_eq!(told["ended"].as_array().unwrap().iter().map(|slot| slot["slotId"].as_u64().unwrap()).sum::<u64>(), 7);
    env.write("code2", told["recoveryCode"].as_str().unwrap());
    for (way, code) in [
        (["--key-file", "key"], 0),
        (["--passphrase-file", "pass"], 0),
        (["--recovery-code-file", "code2"], 0),
        (["--key-file", "key2"], 3),
        (["--recovery-code-file", "code"], 3),
    ] {
        env.vault(&[&["accounts"][..], &way].concat()).fails(code);
    }
    // What recipients and the log rest on goes on.
    assert_eq!(env.json(&["identity"]), identity);
    assert_eq!(env.json(&["transactions"]), rows);
    env.vault(&["open", "--token-file", "token"]).ok();
    assert_eq!(used(&env), 2);
    env.vault(&["check"]).ok();
    env.vault(&["audit", "verify"]).ok();
    env.vault(&["import", "chase.csv", "--account", "Daily"]).ok();
    assert!(beside(&env).is_empty(), "{:?}", beside(&env));
    // No page is one of the old database.
    let pages = |bytes: &[u8]| bytes.chunks(4096).map(<[u8]>::to_vec).collect::<std::collections::BTreeSet<_>>();
    let now = fs::read(env.vault_dir().join("vault.db")).unwrap();
    assert!(pages(&now).is_disjoint(&pages(&database)));
    let wrapped = String::from_utf8(header.clone()).unwrap();
    let wrapped = wrapped.split("wrapped = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(env.files_with(wrapped.as_bytes()).iter().all(|path| path.starts_with(env.path("before"))));

    let new_header = fs::read(env.vault_dir().join("header.toml")).unwrap();
    fs::write(env.vault_dir().join("header.toml"), &header).unwrap();
    for way in [["--key-file", "key"], ["--key-file", "key2"], ["--recovery-code-file", "code"]] {
        env.vault(&[&["accounts"][..], &way].concat()).fails(6);
    }
    fs::write(env.vault_dir().join("header.toml"), new_header).unwrap();
    env.vault(&["check"]).ok();
    // The whole old vault put back is an older one.
    fs::remove_dir_all(env.vault_dir()).unwrap();
    copy_tree(&env.path("before/share/finvault"), &env.vault_dir());
    env.vault(&["accounts"]).fails(6);
}

#[test]
fn refuses_what_would_be_lost_or_cannot_be_exchanged() {
    let env = shared();
    let header = || fs::read(env.vault_dir().join("header.toml")).unwrap();
    let before = header();
    for name in ["notes.txt", "outbox/notes.txt"] {
        fs::write(env.vault_dir().join(name), "precious").unwrap();
        let run = env.vault(&["keys", "rotate"]).fails(1);
        assert!(run.err.contains(name) && run.err.contains("move it away"), "{}", run.err);
        fs::remove_file(env.vault_dir().join(name)).unwrap();
    }
    let taken = env.vault_dir().with_file_name("finvault.finvault-new");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("header.toml"), "precious").unwrap();
    let run = env.vault(&["keys", "rotate"]).fails(1);
    assert!(run.err.contains("finvault.finvault-new"), "{}", run.err);
    assert_eq!(fs::read(taken.join("header.toml")).unwrap(), b"precious");
    fs::remove_dir_all(&taken).unwrap();
    env.vault(&["--inspect", "keys", "rotate"]).fails(2);
    assert_eq!(header(), before);
    // Where the last way in would end.
    let code = env.vault(&["keys", "add", "recovery-code"]).ok().out;
    env.write("code", code);
    let alone = ["keys", "rotate", "--recovery-code-file", "code", "--drop-others"];
    let run = env.vault(&alone).fails(4);
    assert!(run.err.contains("no key slot would be left"), "{}", run.err);
    env.vault(&["check"]).ok();
    let script = format!(
        "mount --bind \"$FINVAULT_DIR\" \"$FINVAULT_DIR\" && '{0}' keys rotate 2>err.txt; code=$?
         grep -q 'is a mount point' err.txt || {{ cat err.txt; exit 9; }}
         [ ! -e \"$FINVAULT_DIR.finvault-new\" ] && exit $code",
        env!("CARGO_BIN_EXE_vault")
    );
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", &script]).env_clear().current_dir(env.path(""));
    shell.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", env.path("")).env("FINVAULT_KEY_FILE", "key");
    shell.env("FINVAULT_DIR", env.vault_dir());
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let told = test_environment::run(shell);
    assert_eq!(told.code, 1, "unshare and mount are needed for this test: {}{}", told.out, told.err);
}

#[test]
fn goes_by_two_renames_where_directories_cannot_be_exchanged() {
    let env = shared();
    let traced = |inject: &str| {
        let plain = env.command(&["keys", "rotate"]);
        let faults = ["renameat2:error=EINVAL", inject];
        let faults = &faults[..if inject.is_empty() { 1 } else { 2 }];
        under_strace(&plain, faults, &[]).output().unwrap().status.code()
    };
    assert_eq!(traced(""), Some(0));
    assert!(beside(&env).is_empty());
    let mut missing = 0;
    for number in (1..).take_while(|number| {
        let code = traced(&format!("rename:signal=KILL:when={number}"));
        missing += usize::from(!env.vault_dir().exists());
        // A directory that is missing for a moment is no place for a new vault.
        if !env.vault_dir().exists() {
            let run = env.vault(&["open", "--token-file", "token"]);
            assert_eq!(run.code, 0, "{number}: {}", run.err);
        }
        let run = env.vault(&["init", "--key-file", "another"]);
        assert_eq!(run.code, 1, "{number}: {}", run.err);
        env.vault(&["accounts"]).ok();
        assert!(beside(&env).is_empty(), "{number}: {:?}", beside(&env));
        env.vault(&["check"]).ok();
        code != Some(0)
    }) {
        assert!(number < 40);
    }
    assert!(missing >= 1, "the directory was never missing");
}

/// Slices are opened with their token alone all the time: each opening is counted, in the vault that stays.
#[test]
fn loses_no_opening_and_no_reader_sees_half_of_it() {
    let env = shared();
    let over = AtomicBool::new(false);
    let opened = std::thread::scope(|scope| {
        let open = || {
            let mut opened = 0;
            while !over.load(Ordering::Relaxed) {
                let run = env.vault(&["open", "--token-file", "token"]);
                assert!([0, 7].contains(&run.code), "{}", run.err);
                opened += u64::from(run.code == 0);
            }
            opened
        };
        let read = || {
            while !over.load(Ordering::Relaxed) {
                let run = env.vault(&["accounts"]);
                assert!([0, 7].contains(&run.code), "{}", run.err);
            }
        };
        let openers = [scope.spawn(open), scope.spawn(open)];
        scope.spawn(read);
        for _ in 0..4 {
            std::thread::sleep(Duration::from_millis(200));
            let run = env.vault(&["keys", "rotate"]);
            assert!([0, 7].contains(&run.code), "{}", run.err);
        }
        over.store(true, Ordering::Relaxed);
        openers.map(|opener| opener.join().unwrap()).iter().sum::<u64>()
    });
    assert!(opened > 4, "{opened}");
    assert_eq!(used(&env), opened);
    assert!(env.json(&["audit"]).as_array().unwrap().iter().any(|entry| entry["detail"]["change"] == "rotate"));
    env.vault(&["check"]).ok();
}

const PASS: (&str, bool) = ("Passphrase of key slot 2 (empty: it ends): ", true);
const PATH: (&str, bool) = ("Path of the key file of key slot 3 (empty: it ends): ", false);
const GO_ON: (&str, bool) = ("Go on? [y/N] ", false);

/// Returns a vault that the key file `key`, a passphrase, the key file `key2` and a recovery code open, as slots 1 to 4.
fn with_four_ways() -> TestEnvironment {
    let env = TestEnvironment::with_vault();
    env.write("pass", GOOD);
    env.vault(&["keys", "add", "passphrase", "--new-passphrase-file", "pass"]).ok();
    env.vault(&["keys", "add", "key-file", "--new-key-file", "key2"]).ok();
    env.write("code", env.vault(&["keys", "add", "recovery-code"]).ok().out);
    env
}

/// Runs `keys rotate` on a terminal of 80 columns, with these answers.
fn rotate_at_terminal(env: &TestEnvironment, answers: &[((&str, bool), &str)]) -> Run {
    let steps: Vec<_> = answers.iter().map(|((asked, is_secret), answer)| (*asked, *answer, *is_secret)).collect();
    at_terminal(env, "-", &["keys", "rotate"], &steps, &[("SIZE", "80x24")])
}

/// Returns which of the four ways open the vault.
fn opening(env: &TestEnvironment) -> [bool; 4] {
    let ways = [
        ["--key-file", "key"],
        ["--passphrase-file", "pass"],
        ["--key-file", "key2"],
        ["--recovery-code-file", "code"],
    ];
    ways.map(|way| {
        let run = env.vault(&[&["accounts"][..], &way].concat());
        assert!([0, 3].contains(&run.code), "{way:?}: {}", run.err);
        run.code == 0
    })
}

#[test]
fn asks_for_each_slot_and_names_what_ends() {
    let env = with_four_ways();
    let header = || fs::read(env.vault_dir().join("header.toml")).unwrap();
    let before = header();
    let ends = |run: &Run, named: &[&str]| {
        let all =
            ["key slot 1 (key file)", "key slot 2 (passphrase)", "key slot 3 (key file)", "key slot 4 (recovery code)"];
        let words = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = words.split("not open the vault any more").nth(1).unwrap();
        all.into_iter().for_each(|slot| assert_eq!(told.contains(slot), named.contains(&slot), "{slot}: {}", run.out));
        assert!(words.contains("--recovery-code makes a new recovery code"), "{}", run.out);
        assert!(!run.out.contains("violet"), "{}", run.out);
    };
    let all_but_first = ["key slot 2 (passphrase)", "key slot 3 (key file)", "key slot 4 (recovery code)"];
    // Empty answers let them end, and Enter is no yes.
    let run = rotate_at_terminal(&env, &[(PASS, ""), (PATH, ""), (GO_ON, "")]);
    assert!(run.code == 4 && run.out.contains("nothing was changed"), "{}: {}", run.code, run.out);
    ends(&run, &all_but_first);
    assert_eq!(header(), before);
    // Three wrong ones each, and a file that is not there.
    let wrong = [(PASS, "wrong"), (PASS, "wrong again"), (PASS, "and again")];
    let paths = [(PATH, "missing"), (PATH, "key"), (PATH, "pass")];
    let run = rotate_at_terminal(&env, &[&wrong[..], &paths, &[(GO_ON, "n")]].concat());
    assert_eq!(run.code, 4, "{}", run.out);
    assert_eq!(run.out.matches("That does not open key slot 2.").count(), 3, "{}", run.out);
    assert!(
        run.out.contains("Key slot 2 was not opened.") && run.out.contains("Key slot 3 was not opened."),
        "{}",
        run.out
    );
    ends(&run, &all_but_first);
    assert_eq!(header(), before);
    assert_eq!(opening(&env), [true; 4]);
    // What is given stays.
    let run = rotate_at_terminal(&env, &[(PASS, "wrong"), (PASS, GOOD.trim()), (PATH, "key2"), (GO_ON, "y")]);
    assert_eq!(run.code, 0, "{}", run.out);
    ends(&run, &["key slot 4 (recovery code)"]);
    assert_eq!(opening(&env), [true, true, true, false]);
    assert_ne!(header(), before);
    // And what is left out ends.
    let run = rotate_at_terminal(&env, &[(PASS, ""), (PATH, "key2"), (GO_ON, "y")]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(opening(&env), [true, false, true, false]);
    env.vault(&["check"]).ok();
    assert!(beside(&env).is_empty(), "{:?}", beside(&env));
}

#[test]
fn a_rotation_that_is_ended_at_a_question_changes_nothing() {
    let env = with_four_ways();
    let before = fs::read(env.vault_dir().join("header.toml")).unwrap();
    let run = rotate_at_terminal(&env, &[(PASS, "\u{3}")]);
    assert_eq!(run.code, 256 - 2, "{}", run.out);
    // Where a line is read, the terminal itself makes a signal of the key.
    for (answers, asked) in [(&[PASS, PATH][..], 1), (&[PASS, PATH, GO_ON], 2)] {
        let steps: Vec<_> = answers.iter().map(|(asked, is_secret)| json!([asked, "", is_secret])).collect();
        let at = format!("echo >>asked; [ $(wc -l <asked) != {asked} ] || kill -INT $PROGRAM");
        let run = run_steps(&env, "-", &["keys", "rotate"], &steps, &[("SIZE", "80x24"), ("BEFORE_ANSWER", &at)]);
        assert_eq!(run.code, 256 - 2, "{}", run.out);
        fs::remove_file(env.path("asked")).unwrap();
    }
    assert_eq!(fs::read(env.vault_dir().join("header.toml")).unwrap(), before);
    assert_eq!(opening(&env), [true; 4]);
    assert!(beside(&env).is_empty(), "{:?}", beside(&env));
}

#[test]
fn without_a_terminal_what_ends_is_named_with_what_can_be_done() {
    let env = TestEnvironment::with_vault();
    env.vault(&["keys", "add", "recovery-code"]).ok();
    let refused = env.vault(&["keys", "rotate"]).fails(4);
    assert!(refused.err.contains("any more: key slot 2 (recovery code)"), "{}", refused.err);
    assert!(refused.err.contains("--recovery-code") && !refused.err.contains("--keep-"), "{}", refused.err);
    env.vault(&["keys", "add", "key-file", "--new-key-file", "other"]).ok();
    let refused = env.vault(&["keys", "rotate"]).fails(4);
    assert!(refused.err.contains("--keep-key-file") && refused.err.contains("key slot 3"), "{}", refused.err);
}
