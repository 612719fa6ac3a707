//! Something else in the place of a file: a pipe, a socket, a device, a directory or a link is told at once, by every
//! command that would read the file. A run that waits for ever is ended after ten seconds, and has no exit code.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::files::copy_tree;
use crate::test_environment::{Run, TestEnvironment};

/// What can lie in the place of a file, and the words for it.
const KINDS: &[(&str, &str)] = &[
    ("pipe", "a named pipe"),
    ("socket", "a socket"),
    ("device", "a device"),
    ("directory", "a directory"),
    ("link", "a symbolic link"),
];

/// Puts something of a kind there; a link leads to what was there.
fn put(kind: &str, path: &Path) {
    let aside = path.with_extension("aside");
    if path.symlink_metadata().is_ok() {
        fs::rename(path, &aside).unwrap();
    }
    let made = |program: &str, arguments: &[&str]| {
        let status = Command::new(program).arg(path).args(arguments).status().unwrap();
        assert!(status.success(), "{program} is needed for this test, and root to make a device");
    };
    match kind {
        "pipe" => made("mkfifo", &[]),
        "socket" => drop(UnixListener::bind(path).unwrap()),
        "device" => made("mknod", &["c", "1", "5"]),
        "directory" => fs::create_dir(path).unwrap(),
        "link" => symlink(&aside, path).unwrap(),
        _ => unreachable!(),
    }
}

fn run_briefly(command: Command) -> Run {
    Run::from(assert_cmd::Command::from_std(command).timeout(Duration::from_secs(10)).output().unwrap())
}

/// A vault with data and a grant, and copies of its directories.
struct Vault {
    env: TestEnvironment,
    grant: String,
}

impl Vault {
    fn new() -> Vault {
        let env = TestEnvironment::with_data();
        env.allow_sharing();
        let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
        let token = env.vault(&share).ok().out;
        env.write("token", &token);
        env.vault(&["open", "--token-file", "token"]).ok();
        env.vault(&["accounts"]).ok();
        let grant = token.split('_').nth(1).unwrap().to_owned();
        let vault = Vault { env, grant };
        for (from, to) in vault.places() {
            copy_tree(&from, &to);
        }
        vault
    }

    fn places(&self) -> [(PathBuf, PathBuf); 2] {
        let state = self.env.path(".local/state/finvault");
        [(self.env.vault_dir(), self.env.path("kept-vault")), (state, self.env.path("kept-state"))]
    }

    fn put_back(&self) {
        for (place, kept) in self.places() {
            let _ = fs::remove_file(&place);
            let _ = fs::remove_dir_all(&place);
            copy_tree(&kept, &place);
            let _ = fs::remove_dir_all(place.with_extension("aside"));
        }
    }

    fn anchor(&self) -> PathBuf {
        let state = self.env.path(".local/state/finvault");
        fs::read_dir(state).unwrap().next().unwrap().unwrap().path()
    }
}

const READ: &[&str] = &["balances"];
const CHANGE: &[&str] = &["accounts", "rename", "Daily", "Other"];
const CHECK: &[&str] = &["check"];
const OPEN: &[&str] = &["open", "--token-file", "token"];

#[test]
fn refuses_every_other_kind_of_file_at_once() {
    let vault = Vault::new();
    let [slice, opened, ended, revoked, pending] =
        ["slice", "opened", "ended", "revoked", "pending"].map(|end| format!("outbox/{}.{end}", vault.grant));
    // The exit codes of READ, CHANGE, CHECK and OPEN.
    let table: &[(&str, [i32; 4])] = &[
        ("header.toml", [6, 6, 6, 6]),
        ("vault.db", [6, 6, 6, 0]),
        ("vault.db-journal", [6, 6, 6, 0]),
        ("vault.db-wal", [6, 6, 6, 0]),
        ("vault.db-shm", [6, 6, 6, 0]),
        (".finvault-left.tmp", [0, 0, 6, 0]),
        (".finvault-init.tmp", [0, 0, 6, 0]),
        ("lock", [6, 6, 6, 6]),
        ("head", [6, 6, 6, 0]),
        ("outbox", [0, 6, 6, 6]),
        (&slice, [0, 0, 6, 6]),
        (&opened, [0, 0, 6, 6]),
        (&ended, [0, 0, 6, 6]),
        (&revoked, [0, 0, 6, 6]),
        (&pending, [0, 0, 6, 6]),
        ("ANCHOR", [6, 6, 6, 0]),
        ("STATE", [6, 6, 6, 0]),
    ];
    let mut wrong = Vec::new();
    for (name, codes) in table {
        for (kind, words) in KINDS {
            // The state directory may be reached through a link.
            if (*name, *kind) == ("STATE", "link") || (["outbox", "STATE"].contains(name) && *kind == "directory") {
                continue;
            }
            for (command, code) in [READ, CHANGE, CHECK, OPEN].into_iter().zip(codes) {
                vault.put_back();
                let path = match *name {
                    "ANCHOR" => vault.anchor(),
                    "STATE" => vault.env.path(".local/state/finvault"),
                    name => vault.env.vault_dir().join(name),
                };
                put(kind, &path);
                let run = run_briefly(vault.env.command(command));
                let told = format!("{kind} at {name}, {command:?}: {}{}", run.out, run.err);
                if run.code != *code {
                    wrong.push(format!("exit code {} and not {code}: {told}", run.code));
                }
                assert!(!told.contains("os error") && !told.contains("defect"), "{told}");
                if run.code != 0 {
                    let last = path.file_name().unwrap().to_string_lossy().into_owned();
                    // A table may break the sentence anywhere.
                    let flat: String =
                        [&run.out, &run.err].into_iter().flat_map(|text| text.split_whitespace()).collect();
                    // A finding of the outbox tells its kind in one word, as the log does.
                    let word = if ["link", "directory"].contains(kind) { kind } else { "special" };
                    let is_named = flat.contains(&words.replace(' ', "")) || flat.contains(&format!("({word})"));
                    if !flat.contains(&last) || !is_named {
                        wrong.push(format!("not named: {told}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn opens_nothing_uncounted_past_a_lock_that_is_none() {
    let vault = Vault::new();
    let opened = vault.env.vault_dir().join(format!("outbox/{}.opened", vault.grant));
    let before = fs::read(&opened).unwrap();
    for (kind, words) in KINDS {
        vault.put_back();
        put(kind, &vault.env.vault_dir().join("lock"));
        let run = run_briefly(vault.env.command(OPEN)).fails(6);
        assert!(run.out.is_empty() && run.err.contains(words), "{kind}: {}{}", run.out, run.err);
        assert_eq!(fs::read(&opened).unwrap(), before, "{kind}");
    }
    vault.put_back();
    run_briefly(vault.env.command(OPEN)).ok();
    assert_ne!(fs::read(&opened).unwrap(), before);
}

#[test]
fn accepts_an_anchor_of_another_kind() {
    let vault = Vault::new();
    for (kind, _) in KINDS.iter().chain(&[("garbage", "")]) {
        vault.put_back();
        let anchor = vault.anchor();
        if *kind == "garbage" {
            fs::write(&anchor, [0xff; 300]).unwrap();
        } else {
            put(kind, &anchor);
        }
        if *kind == "directory" {
            fs::write(anchor.join("precious"), "precious").unwrap();
        }
        let run = run_briefly(vault.env.command(READ)).fails(6);
        assert!(run.err.contains("vault audit accept"), "{kind}: {}", run.err);
        run_briefly(vault.env.command(&["audit", "accept", "--yes"])).ok();
        run_briefly(vault.env.command(READ)).ok();
        run_briefly(vault.env.command(CHECK)).ok();
        assert!(fs::symlink_metadata(&anchor).unwrap().is_file(), "{kind}");
        if *kind == "directory" {
            assert_eq!(fs::read(anchor.with_extension("anchor.1").join("precious")).unwrap(), b"precious");
        }
    }
}

#[test]
fn a_head_of_another_kind_stays_until_it_is_accepted() {
    let vault = Vault::new();
    let head = vault.env.vault_dir().join("head");
    for (kind, words) in KINDS.iter().chain(&[("garbage", "not a vault head")]) {
        vault.put_back();
        if *kind == "garbage" {
            fs::write(&head, [b'x'; 300]).unwrap();
        } else {
            put(kind, &head);
        }
        for command in [READ, CHANGE, READ] {
            let run = run_briefly(vault.env.command(command)).fails(6);
            assert!(run.err.contains("vault audit accept") && run.err.contains(words), "{kind}: {}", run.err);
        }
        run_briefly(vault.env.command(CHECK)).fails(6);
        run_briefly(vault.env.command(&["--inspect", "balances"])).ok();
        run_briefly(vault.env.command(&["audit", "accept", "--yes"])).ok();
        run_briefly(vault.env.command(READ)).ok();
        run_briefly(vault.env.command(CHECK)).ok();
        assert!(fs::symlink_metadata(&head).unwrap().is_file(), "{kind}");
    }
}

#[test]
fn refuses_files_that_a_person_names_unless_they_can_be_read() {
    let env = TestEnvironment::with_data();
    env.write("good", "x");
    let cases: &[(i32, &[&str])] = &[
        (3, &["balances", "--key-file", "odd"]),
        (3, &["balances", "--passphrase-file", "odd"]),
        (3, &["balances", "--recovery-code-file", "odd"]),
        (3, &["open", "--token-file", "odd"]),
        (5, &["open", "odd", "--token-file", "token"]),
        (5, &["import", "odd", "--account", "Daily"]),
        (5, &["imports", "ignore", "odd"]),
    ];
    env.write("token", "vlt_\n");
    for (kind, words) in KINDS.iter().filter(|(kind, _)| *kind != "link") {
        let _ = fs::remove_file(env.path("odd"));
        put(kind, &env.path("odd"));
        for (code, arguments) in cases {
            // A directory of export files is one to import; a token is read before the slice.
            let is_folder = *kind == "directory" && arguments[0].starts_with("import");
            if is_folder || arguments[1] == "odd" && *code == 5 && arguments[0] == "open" {
                continue;
            }
            let run = run_briefly(env.command(arguments)).fails(*code);
            let is_told = run.err.contains(words) || (*kind == "pipe" && run.err.contains("no program wrote"));
            assert!(is_told && !run.err.contains("os error"), "{kind}: {arguments:?}: {}", run.err);
        }
    }
    // The same files behind links.
    symlink(env.path("key"), env.path("link")).unwrap();
    env.vault(&["balances", "--key-file", "link"]).ok();
}

#[test]
fn reads_pipes_of_a_shell() {
    let vault = Vault::new();
    let program = env!("CARGO_BIN_EXE_vault");
    for line in [
        "balances --key-file <(cat key)",
        "balances --key-file <(sleep 1; cat key)",
        "open --token-file <(cat token)",
        "import <(cat chase.csv) --account Daily",
        "balances --key-file <(cat key) --format json",
    ] {
        let mut shell = Command::new("bash");
        shell.arg("-c").arg(format!("'{program}' {line}"));
        shell.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", vault.env.path("")).current_dir(vault.env.path(""));
        if !line.contains("--key-file") {
            shell.env("FINVAULT_KEY_FILE", "key");
        }
        shell.stdin(std::process::Stdio::null());
        let run = run_briefly(shell);
        assert_eq!(run.code, 0, "{line}: {}", run.err);
    }
}

#[test]
fn removes_temporary_files_from_the_state_directory() {
    let vault = Vault::new();
    let state = vault.env.path(".local/state/finvault");
    fs::write(state.join(".finvault-left.tmp"), "half").unwrap();
    fs::write(state.join("other.anchor"), "of another vault").unwrap();
    vault.env.vault(CHANGE).ok();
    let mut names: Vec<_> = fs::read_dir(&state).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().all(|name| name.to_string_lossy().ends_with(".anchor")), "{names:?}");
}

#[test]
fn tells_a_vault_directory_that_is_none() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "9d", "--yes"];
    env.write("token", &env.vault(&share).ok().out);
    for (kind, words) in KINDS.iter().filter(|(kind, _)| !["directory", "link"].contains(kind)) {
        let _ = fs::remove_file(env.path("odd"));
        put(kind, &env.path("odd"));
        for arguments in [READ, CHECK, CHANGE] {
            let run = run_briefly(env.command(&[&["--vault", "odd"], arguments].concat())).fails(1);
            assert!(run.err.contains(words), "{kind}: {}", run.err);
        }
    }
    let header = env.vault_dir().join("header.toml");
    fs::rename(&header, env.path("header")).unwrap();
    env.vault(READ).fails(6);
}
