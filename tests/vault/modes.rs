//! Files on the disk: private whatever the umask, never plaintext, and readable on a read-only medium.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use finvault::ops;
use finvault::ops::share::Approval;
use finvault::share::Scope;

use crate::files::tree;
use crate::request::request;
use crate::test_vault::{TestVault, csv, long_csv};

/// The user and group `nobody` on Linux.
const NOBODY: u32 = 65_534;

/// Returns the same command, run under a umask.
fn with_umask(command: &Command, umask: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell
        .arg("-c")
        .arg(format!("umask {umask}; exec \"$0\" \"$@\""))
        .arg(command.get_program())
        .args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(command.get_current_dir().unwrap());
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

fn private(dir: &Path, what: &str) {
    for path in tree(dir) {
        let data = fs::symlink_metadata(&path).unwrap();
        let expected = if data.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(data.mode() & 0o7777, expected, "{what}: {}", path.display());
    }
}

#[test]
fn files_are_private_whatever_the_umask() {
    for umask in ["000", "022", "077", "0277"] {
        let test = TestVault::empty();
        let run = |args: &[&str]| {
            let output = with_umask(&test.command(args), umask).output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "umask {umask}: {args:?}: {told}");
        };
        run(&["init", "--key-file", "new-key"]);
        fs::copy(test.path("home/new-key"), test.path("key")).unwrap();
        fs::write(test.path("home/a.csv"), csv([("2026-01-05", -500, "Tea", Some(9_500))])).unwrap();
        run(&["import", "a.csv", "--account", "Daily", "--create", "--currency", "USD"]);
        run(&["policy", "allow", "--to", "Acme", "--scope", "balances", "--yes"]);
        let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes"];
        run(&[&share[..], &["--out", "out.slice"]].concat());
        private(&test.dir(), umask);
        private(&test.state(), umask);
        for name in ["home/new-key", "home/out.slice"] {
            assert_eq!(fs::metadata(test.path(name)).unwrap().mode() & 0o7777, 0o600, "umask {umask}: {name}");
        }
        assert_eq!(fs::read_dir(test.path("tmp")).unwrap().count(), 0);
    }
}

#[test]
fn the_next_change_makes_readable_files_private_again() {
    let test = TestVault::new();
    for path in tree(&test.dir()).into_iter().chain(tree(&test.state())) {
        fs::set_permissions(&path, Permissions::from_mode(if path.is_dir() { 0o755 } else { 0o644 })).unwrap();
    }
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    drop(vault);
    private(&test.dir(), "vault");
    private(&test.state(), "state");
}

#[test]
fn an_import_writes_no_plaintext_file() {
    let test = TestVault::new();
    fs::write(test.path("home/long.csv"), long_csv(4_000)).unwrap();
    let mut child =
        test.command(&["import", "long.csv", "--account", "Daily", "--create", "--currency", "USD"]).spawn().unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut written: BTreeSet<PathBuf> = BTreeSet::new();
    let journal = test.dir().join("vault.db-journal");
    while child.try_wait().unwrap().is_none() {
        // A process that is not dumpable shows its descriptors to root only.
        for entry in fs::read_dir(process.join("fd")).into_iter().flatten().flatten() {
            let about = fs::read_to_string(process.join("fdinfo").join(entry.file_name())).unwrap_or_default();
            let flags = about.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or_default();
            if flags.trim().ends_with(['1', '2']) {
                written.extend(fs::read_link(entry.path()));
            }
        }
        if let Ok(data) = fs::symlink_metadata(&journal) {
            assert_eq!(data.mode() & 0o7777, 0o600);
        }
        if let Ok(bytes) = fs::read(&journal) {
            assert!(!bytes.windows(6).any(|window| window == b"Needle"), "the journal holds plaintext");
        }
        assert_eq!(fs::read_dir(test.path("tmp")).unwrap().count(), 0);
    }
    for path in written.iter().filter(|path| path.is_absolute()) {
        let device = path.starts_with("/dev") && !path.starts_with("/dev/shm");
        let ours = path.starts_with(test.dir()) || path.starts_with(test.state());
        assert!(device || ours, "{} was written", path.display());
    }
}

/// Runs the program on a vault that its user may not write.
fn read_only(test: &TestVault, args: &[&str]) -> Output {
    for path in tree(&test.dir()) {
        fs::set_permissions(&path, Permissions::from_mode(if path.is_dir() { 0o500 } else { 0o400 })).unwrap();
    }
    let mut command = test.command(args);
    // Root may write everywhere, so the program runs as nobody.
    if fs::metadata(test.path("home")).unwrap().uid() == 0 {
        for path in tree(&test.path("")) {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output();
    for path in tree(&test.path("")) {
        let _ = chown(&path, Some(own_user()), None);
    }
    for path in tree(&test.dir()) {
        fs::set_permissions(&path, Permissions::from_mode(if path.is_dir() { 0o700 } else { 0o600 })).unwrap();
    }
    output.unwrap()
}

/// Returns the user that runs the tests.
fn own_user() -> u32 {
    fs::metadata("/proc/self").unwrap().uid()
}

fn code(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn reads_a_vault_on_a_read_only_medium() {
    let test = TestVault::new();
    test.fixed.catch_up();
    let mut vault = test.write();
    test.import(&mut vault, &csv([("2026-01-05", -500, "Tea", Some(9_500))]), "Daily");
    let mut share = |once: bool| {
        let mut asked = request(&[Scope::Balances], "Acme");
        asked.once = once;
        let draft = ops::share::prepare(&vault, &asked, test.env()).unwrap();
        crate::test_vault::approve_draft(&mut vault, draft, Approval::Person, test.env()).unwrap().token
    };
    let tokens = [("many", share(false)), ("once", share(true))];
    drop(vault);
    for (name, token) in &tokens {
        fs::write(test.path("home").join(name), token.reveal().as_bytes()).unwrap();
    }
    fs::write(test.path("home/a.csv"), csv([("2026-01-06", -100, "Tea", None)])).unwrap();
    let before = fs::read(test.dir().join("vault.db")).unwrap();
    for args in
        [&["balances"][..], &["transactions"], &["check"], &["audit", "verify"], &["open", "--token-file", "many"]]
    {
        let (code, told) = code(&read_only(&test, args));
        assert_eq!(code, 0, "{args:?}: {told}");
    }
    for args in [
        &["import", "a.csv", "--account", "Daily", "--create"][..],
        &["open", "--token-file", "once"],
        &["revoke", "2222222222222222"],
    ] {
        let output = read_only(&test, args);
        let (code, told) = code(&output);
        assert_eq!(code, 1, "{args:?}: {told}");
        assert!(output.stdout.is_empty(), "{args:?} said something");
    }
    assert_eq!(fs::read(test.dir().join("vault.db")).unwrap(), before);

    // An interrupted change cannot be rolled back there, so nothing is read.
    fs::write(test.dir().join("vault.db-journal"), [0xd9; 512]).unwrap();
    let (code, told) = code(&read_only(&test, &["balances"]));
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("interrupted") && told.contains("copy"), "{told}");
}
