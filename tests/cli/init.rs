//! `init`: key files, passphrases, recovery codes, and what it refuses.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::files::tree;
use crate::strace::under_strace;
use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

const GOOD: &str = "violet tractor hums beneath seven moons\n";
const WORDS: &str = "violet tractor hums beneath seven moons";

#[test]
fn creates_and_opens_a_vault_with_a_key_file() {
    let env = TestEnvironment::empty();
    let run = env.vault(&["init", "--key-file", "key"]).ok();
    assert!(run.out.contains("ssh-ed25519 "), "{}", run.out);
    assert_eq!(fs::read(env.path("key")).unwrap().len(), 32);
    assert_eq!(env.json(&["accounts"]), serde_json::json!([]));
    env.vault(&["check"]).ok();
}

#[test]
fn files_are_private_whatever_the_umask() {
    let env = TestEnvironment::empty();
    let mut loose = std::process::Command::new("sh");
    let program = format!("umask 0; exec '{}' init --key-file key", env!("CARGO_BIN_EXE_vault"));
    loose
        .args(["-c", &program])
        .current_dir(env.path(""))
        .env_clear()
        .env("HOME", env.path(""))
        .env("PATH", "/usr/bin:/bin");
    crate::test_environment::run(loose).ok();
    assert_eq!(fs::metadata(env.path("key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(env.vault_dir()).unwrap().permissions().mode() & 0o777, 0o700);
    for path in env.all_files().iter().filter(|path| path.starts_with(env.vault_dir())) {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn overwrites_neither_a_key_file_nor_a_vault() {
    let env = TestEnvironment::empty();
    env.write("key", "precious");
    let run = env.vault(&["init", "--key-file", "key"]).fails(1);
    assert!(run.err.contains("not overwritten") && run.err.contains("name a path where nothing is yet"), "{}", run.err);
    assert!(run.err.contains("`vault init` makes the key file, and --key-file names this one"), "{}", run.err);
    let mut by_variable = env.command(&["init"]);
    by_variable.env("FINVAULT_KEY_FILE", env.path("key"));
    let run = crate::test_environment::run(by_variable).fails(1);
    assert!(run.err.contains("FINVAULT_KEY_FILE names this one"), "{}", run.err);
    assert_eq!(fs::read(env.path("key")).unwrap(), b"precious");
    assert!(!env.vault_dir().exists());

    let env = TestEnvironment::with_vault();
    let run = env.vault(&["init", "--key-file", "second"]).fails(1);
    assert!(run.err.contains("already"), "{}", run.err);
    assert!(!env.path("second").exists(), "no key to nothing is left");
}

#[test]
fn refuses_a_key_file_inside_the_vault() {
    let env = TestEnvironment::empty();
    let inside = env.vault_dir().join("key");
    env.vault(&["init", "--key-file", inside.to_str().unwrap()]).fails(2);
    assert!(!inside.exists());
}

#[test]
fn passphrase_key_file_and_recovery_code_each_open_the_vault() {
    let env = TestEnvironment::empty();
    env.write("pass", GOOD);
    let made = env.json(&["init", "--key-file", "k", "--passphrase-file", "pass", "--recovery-code"]);
    assert_eq!(made["slots"], serde_json::json!(["passphrase", "key-file", "recovery-code"]));
    env.write("code", format!("{}\n", made["recoveryCode"].as_str().unwrap()));
    for way in [
        ["--passphrase-file", "pass"],
        ["--passphrase-command", "cat pass"],
        ["--key-file", "k"],
        ["--recovery-code-file", "code"],
    ] {
        env.vault(&["accounts", way[0], way[1]]).ok();
    }
    let run = env.vault_with_input(&["accounts", "--passphrase-fd", "0"], GOOD.as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    let mut variable = env.bare_command("home", &["accounts"]);
    variable.env("FINVAULT_PASSPHRASE_COMMAND", "head -n1 pass");
    crate::test_environment::run(variable).ok();

    env.write("wrong", "another passphrase altogether\n");
    env.vault(&["accounts", "--passphrase-file", "wrong"]).fails(3);
    assert!(env.files_with(GOOD.trim().as_bytes()).iter().all(|path| path.ends_with("pass")));
}

#[test]
fn refuses_a_weak_passphrase_unless_it_is_allowed() {
    let env = TestEnvironment::empty();
    env.write("pass", "password1\n");
    let run = env.vault(&["init", "--passphrase-file", "pass"]).fails(4);
    assert!(run.err.contains("--allow-weak-passphrase"), "{}", run.err);
    assert!(!env.vault_dir().exists());
    env.vault(&["init", "--passphrase-file", "pass", "--allow-weak-passphrase"]).ok();
    env.vault(&["accounts", "--passphrase-file", "pass"]).ok();
}

#[test]
fn prints_only_the_recovery_code_on_stdout() {
    let env = TestEnvironment::empty();
    let run = env.vault(&["init", "--key-file", "key", "--recovery-code"]).ok();
    assert_eq!(run.out.lines().count(), 1, "{}", run.out);
    assert!(env.files_with(run.out.trim().as_bytes()).is_empty());
}

#[test]
fn names_the_options_for_a_secret_when_there_is_no_terminal() {
    let env = TestEnvironment::empty();
    let run = env.vault(&["init"]).fails(2);
    assert!(run.err.contains("--key-file"), "{}", run.err);
}

/// Directories that hold something, and what `init` says of them.
const OCCUPIED: &[(&str, i32)] =
    &[("vault.db", 6), ("outbox/a.slice", 1), (".finvault-x.tmp", 1), ("lock", 1), ("notes.txt", 1)];

#[test]
fn touches_nothing_in_a_directory_that_is_not_empty() {
    for (name, code) in OCCUPIED {
        let env = TestEnvironment::empty();
        let dir = env.path("there");
        let file = dir.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "precious").unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o1777)).unwrap();
        let before = tree(env.root());
        env.vault(&["--vault", "there", "init", "--key-file", "key"]).fails(*code);
        assert_eq!(fs::read(&file).unwrap(), b"precious", "{name}");
        assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o7777, 0o1777, "{name}");
        assert_eq!(tree(env.root()), before, "{name}");
    }
}

#[test]
fn resolves_a_link_to_an_empty_directory_and_refuses_one_to_nowhere() {
    let env = TestEnvironment::empty();
    fs::create_dir(env.path("real")).unwrap();
    symlink(env.path("real"), env.path("link")).unwrap();
    env.vault(&["--vault", "link", "init", "--key-file", "key"]).ok();
    assert!(env.path("link").symlink_metadata().unwrap().is_symlink() && env.path("real/header.toml").exists());
    env.vault(&["--vault", "real", "accounts"]).ok();

    let env = TestEnvironment::empty();
    symlink(env.path("nowhere"), env.path("link")).unwrap();
    env.vault(&["--vault", "link", "init", "--key-file", "key"]).fails(1);
    assert!(!env.path("nowhere").exists() && !env.path("key").exists());
}

/// The calls by which `init` changes files, each with how many of them are interrupted at most.
const CHANGES: &[(&str, usize)] = &[
    ("mkdir", 6),
    ("rename,renameat,renameat2", 8),
    ("unlink,unlinkat,rmdir", 6),
    ("fsync,fdatasync", 8),
    ("pwrite64", 4),
    ("write", 4),
];

/// Runs `init` under strace, which interrupts the call with a number.
fn interrupted(env: &TestEnvironment, calls: &str, number: usize, how: &str) -> Option<i32> {
    let plain = env.bare_command("home", &["init", "--key-file", "key"]);
    under_strace(&plain, &[format!("{calls}:{how}:when={number}")], &[]).output().unwrap().status.code()
}

/// Whatever was interrupted, the same command makes the vault, and the key file opens it.
#[test]
fn can_be_tried_again_wherever_it_was_interrupted() {
    let mut interruptions = 0;
    for how in ["signal=KILL", "error=ENOSPC", "error=EIO"] {
        for (calls, most) in CHANGES {
            // A failing call is like a killed one but for what cleans up: fewer of them show it.
            for number in (1..=*most).step_by(if how.starts_with("signal") { 1 } else { 3 }) {
                let env = TestEnvironment::empty();
                if interrupted(&env, calls, number, how) == Some(0) {
                    continue;
                }
                interruptions += 1;
                let again = env.vault(&["init", "--key-file", "key"]);
                assert_eq!(again.code, 0, "{how} at {calls} {number}: {}", again.err);
                let listed = env.vault(&["accounts"]);
                assert_eq!(listed.code, 0, "{how} at {calls} {number}: {}", listed.err);
                let left: Vec<_> = tree(&env.path(".local/share"))
                    .into_iter()
                    .filter(|path| path.to_string_lossy().contains(".finvault-"))
                    .collect();
                assert!(left.is_empty(), "{how} at {calls} {number}: {left:?}");
            }
        }
    }
    assert!(interruptions >= 30, "{interruptions} calls were interrupted");
}

/// The line that marks a vault that is being created, with the hash of its key file where one is named.
fn marker(key: Option<&[u8]>) -> String {
    let hash = key.map(|key| format!("{}\n", finvault::crypto::sha256_hex(key)));
    format!("a vault that is being created\n{}", hash.unwrap_or_default())
}

/// A marker in a vault that was used makes nothing of it an interrupted creation.
#[test]
fn erases_no_vault_that_was_used_whatever_marker_lies_in_it() {
    type Change = fn(&TestEnvironment);
    let traces: [(&str, Change); 7] = [
        ("all", |_| ()),
        ("no head", |env| fs::remove_file(env.vault_dir().join("head")).unwrap()),
        ("no anchor", |env| fs::remove_dir_all(env.path(".local/state")).unwrap()),
        ("a strange head", |env| fs::write(env.vault_dir().join("head"), "head").unwrap()),
        ("a journal", |env| fs::write(env.vault_dir().join("vault.db-journal"), "journal").unwrap()),
        ("no header", |env| fs::remove_file(env.vault_dir().join("header.toml")).unwrap()),
        ("a strange header", |env| fs::write(env.vault_dir().join("header.toml"), "format = 2\n").unwrap()),
    ];
    let base = TestEnvironment::with_data();
    let key = fs::read(base.path("key")).unwrap();
    for (what, change) in traces {
        for named in [None, Some(&b"another"[..]), Some(&key)] {
            for arguments in [["--key-file", "key"], ["--key-file", "key2"], ["--passphrase-file", "pass"]] {
                let env = copy_of(&base);
                env.write("pass", GOOD);
                change(&env);
                fs::write(env.vault_dir().join(".finvault-init.tmp"), marker(named)).unwrap();
                let before = contents(&env);
                let run = env.vault(&[&["init"][..], &arguments].concat());
                assert!([1, 6].contains(&run.code), "{what} {named:?}: {} {}", run.code, run.err);
                assert!(contents(&env) == before, "{what} {named:?}: {}", run.err);
            }
        }
    }
}

/// A vault that a passphrase opens, without everything that tells of its use but its rows: only its log does.
#[test]
fn erases_no_vault_with_a_passphrase_that_has_anything_in_it() {
    let env = TestEnvironment::empty();
    env.write("pass", GOOD);
    env.write("other", "seven violet moons hum above the tractor\n");
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    let file = env.vault_dir().join(".finvault-init.tmp");
    let beside = env.path(".local/share/finvault.finvault-init");
    let strip = || {
        let _ = fs::remove_file(env.vault_dir().join("head"));
        let _ = fs::remove_dir_all(env.path(".local/state"));
        fs::write(&file, marker(None)).unwrap();
    };
    let refused = |what: &str| {
        for pass in ["pass", "other"] {
            let before = contents(&env);
            let run = env.vault(&["init", "--passphrase-file", pass]).fails(1);
            assert!(run.err.contains("holds a vault that was used"), "{what} {pass}: {}", run.err);
            assert!(contents(&env) == before, "{what} {pass}");
        }
    };
    env.vault(&["accounts", "--passphrase-file", "pass"]).ok();
    // Nobody has used it: with its own passphrase it is begun again, with another one it is left.
    strip();
    let before = contents(&env);
    env.vault(&["init", "--passphrase-file", "other"]).fails(1);
    assert!(contents(&env) == before);
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    env.vault(&["policy", "deny", "--to", "Nobody", "--passphrase-file", "pass"]).ok();
    strip();
    refused("in its place");
    fs::rename(env.vault_dir(), &beside).unwrap();
    refused("where it is built");
    fs::rename(&beside, env.vault_dir()).unwrap();
    let shown = env.vault(&["policy", "--passphrase-file", "pass"]).ok();
    assert!(shown.out.contains("Nobody"), "{}", shown.out);
}

/// A database that is larger than a new one is no interrupted creation's, header or not.
#[test]
fn a_database_of_a_vault_that_grew_is_not_erased_without_its_header() {
    let env = TestEnvironment::with_vault();
    let database = env.vault_dir().join("vault.db");
    let fresh = fs::metadata(&database).unwrap().len();
    let many: String = (0..400).map(|row| format!("2027-01-{:02},Needle {row},-{row}.25\n", row % 28 + 1)).collect();
    env.write("many.csv", format!("Date,Description,Amount\n{many}"));
    env.vault(&["import", "many.csv", "--account", "Daily", "--create", "--currency", "USD"]).ok();
    assert_eq!(fresh, 29 * 4096, "this is `FRESH_BYTES` in src/store/site.rs");
    assert!(fs::metadata(&database).unwrap().len() > fresh);
    for name in ["head", "header.toml"] {
        fs::remove_file(env.vault_dir().join(name)).unwrap();
    }
    fs::remove_dir_all(env.path(".local/state")).unwrap();
    fs::write(env.vault_dir().join(".finvault-init.tmp"), marker(None)).unwrap();
    env.write("pass", GOOD);
    let before = contents(&env);
    env.vault(&["init", "--passphrase-file", "pass"]).fails(6);
    assert!(contents(&env) == before);
}

/// A new vault is begun again with its own key file only, and not at all when something lies in its outbox.
#[test]
fn begins_a_new_vault_again_with_its_own_key_file_only() {
    let env = TestEnvironment::with_vault();
    let (file, key) = (env.vault_dir().join(".finvault-init.tmp"), fs::read(env.path("key")).unwrap());
    for (named, path) in [(None, "key"), (None, "key2"), (Some(&b"another"[..]), "key"), (Some(&key), "key2")] {
        fs::write(&file, marker(named)).unwrap();
        let before = contents(&env);
        env.vault(&["init", "--key-file", path]).fails(1);
        assert!(contents(&env) == before, "{named:?} {path}");
    }
    fs::write(env.vault_dir().join("outbox/a"), "precious").unwrap();
    let before = contents(&env);
    env.vault(&["init", "--key-file", "key"]).fails(1);
    assert!(contents(&env) == before);
    fs::remove_file(env.vault_dir().join("outbox/a")).unwrap();
    let id = env.json(&["identity"])["fingerprint"].clone();
    fs::write(&file, marker(Some(&key))).unwrap();
    env.vault(&["init", "--key-file", "key"]).ok();
    assert_ne!(env.json(&["identity"])["fingerprint"], id);
}

#[test]
fn the_next_command_removes_the_marker() {
    for command in [&["accounts"][..], &["import", "chase.csv", "--account", "Daily"]] {
        let env = TestEnvironment::with_data();
        let file = env.vault_dir().join(".finvault-init.tmp");
        fs::write(&file, marker(None)).unwrap();
        env.vault(&["check"]).ok();
        assert!(file.exists(), "check writes nothing");
        env.vault(command).ok();
        assert!(!file.exists(), "{command:?}");
    }
}

fn copy_of(env: &TestEnvironment) -> TestEnvironment {
    let copy = TestEnvironment::empty();
    let done = std::process::Command::new("cp").arg("-a").arg(env.path(".")).arg(copy.path(".")).status().unwrap();
    assert!(done.success());
    copy
}

/// Every file under the home with its bytes.
fn contents(env: &TestEnvironment) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    env.all_files().into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn of_several_at_once_one_makes_the_vault() {
    for _ in 0..5 {
        let env = TestEnvironment::empty();
        let keys: Vec<String> = (0..6).map(|number| format!("key-{number}")).collect();
        let start = |key: &String| env.bare_command("home", &["init", "--key-file", key]).spawn().unwrap();
        let children: Vec<_> = keys.iter().map(start).collect();
        let codes: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap().status.code()).collect();
        let made: Vec<&String> =
            keys.iter().zip(&codes).filter(|(_, code)| **code == Some(0)).map(|(key, _)| key).collect();
        assert_eq!(made.len(), 1, "{codes:?}");
        assert!(codes.iter().all(|code| [Some(0), Some(1), Some(7)].contains(code)), "{codes:?}");
        env.vault(&["accounts", "--key-file", made[0]]).ok();
    }
}

/// A newcomer at a terminal: what the place is, how strong the passphrase, a sheet to print, and what comes next.
#[test]
fn a_terminal_tells_a_newcomer_what_there_is_to_know() {
    let env = TestEnvironment::empty();
    let offer = "vault-recovery-sheet.html? [y/N]";
    let steps = [
        ("New passphrase", "finvault", true),
        // A weak one is refused before it is typed again.
        ("too easy to guess", "", false),
        ("New passphrase", WORDS, true),
        ("Strength 4 of 4", "", false),
        ("The same again", WORDS, true),
        (offer, "y", false),
    ];
    let steps: Vec<_> = steps.into_iter().filter(|(_, answer, _)| !answer.is_empty()).collect();
    let run = at_terminal(&env, "-", &["init"], &steps, &[("SIZE", "80x24")]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    // A long path begins on a line of its own.
    let unbroken = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for told in [
        "The vault will be in ",
        "Nobody can reset a lost passphrase",
        "too easy to guess",
        "Strength 4 of 4: it takes more than 10^",
        "Key slots: passphrase, recovery-code.",
        "The recovery sheet is ",
        "vault import FILE…",
        "vault balances",
        "vault backup DIR",
    ] {
        assert_eq!(unbroken.matches(told).count(), 1, "{told}: {}", run.out);
    }
    assert!(!run.out.contains("violet") && run.out.lines().all(|line| line.chars().count() <= 80), "{}", run.out);
    // The sheet is private, names its slot, and its code opens the vault.
    let sheet = fs::read_to_string(env.path("vault-recovery-sheet.html")).unwrap();
    let mode = fs::metadata(env.path("vault-recovery-sheet.html")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let groups: Vec<&str> = sheet.split("</small>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    env.write("code", groups.join("-"));
    let keys = env.json(&["keys", "list", "--recovery-code-file", "code"]);
    let slot = keys.as_array().unwrap().iter().find(|slot| slot["kind"] == "recovery-code").unwrap();
    assert!(sheet.contains(&format!("key slot {}", slot["slotId"])), "{slot}");
    assert!(!run.out.contains(groups[0]), "the code is on the screen: {}", run.out);
}

#[test]
fn a_recovery_sheet_is_offered_once_and_overwrites_nothing() {
    let env = TestEnvironment::empty();
    let typed = [("New passphrase", WORDS, true), ("The same again", WORDS, true)];
    let with = |answer: &'static str, name: &'static str| [&typed[..], &[(name, answer, false)]].concat();
    let at = |steps: &[(&str, &str, bool)], args: &[&str]| at_terminal(&env, "-", args, steps, &[]);
    // Whoever ends it at the question has made nothing.
    let kill = [("BEFORE_ANSWER", "kill -INT $PROGRAM; sleep 0.2")];
    let ended = at_terminal(&env, "-", &["init"], &with("y", "sheet.html? [y/N]"), &kill);
    assert_eq!((ended.code, env.vault_dir().exists()), (256 - 2, false), "{}", ended.out);
    env.write("vault-recovery-sheet.html", "mine");
    let run = at(&with("y", "vault-recovery-sheet-2.html? [y/N]"), &["init"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(fs::read(env.path("vault-recovery-sheet.html")).unwrap(), b"mine");
    assert!(fs::read_to_string(env.path("vault-recovery-sheet-2.html")).unwrap().contains("Recovery sheet"));
    // Nothing but the passphrase is asked where more is not wanted, and a no leaves the way to one later.
    for more in ["--quiet", "--yes", "--json", "--recovery-code"] {
        let dir = format!("other{more}");
        let run = at(&typed, &["init", more, "--vault", &dir]);
        assert_eq!((run.code, run.out.contains("[y/N]")), (0, false), "{more}: {}", run.out);
    }
    let run = at(&with("", "[y/N]"), &["init", "--vault", "last"]);
    assert!(run.code == 0 && run.out.contains("vault keys sheet "), "{}", run.out);
    assert!(run.out.contains("Key slots: passphrase."), "{}", run.out);
}

#[test]
fn a_sheet_that_cannot_be_written_shows_its_code() {
    let env = TestEnvironment::empty();
    let steps = [("New passphrase", WORDS, true), ("The same again", WORDS, true), ("sheet.html? [y/N]", "y", false)];
    // The name is taken while the person answers.
    let take = format!("mkdir '{}'", env.path("vault-recovery-sheet.html").display());
    let run = at_terminal(&env, "-", &["init"], &steps, &[("BEFORE_ANSWER", &take)]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("the recovery sheet could not be written"), "{}", run.out);
    let code = run.out.lines().find(|line| line.matches('-').count() == 7 && !line.contains(' ')).unwrap();
    env.write("code", code);
    env.vault(&["accounts", "--recovery-code-file", "code"]).ok();
}
