//! `init`: key files, passphrases, recovery codes, and what it refuses.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::test_environment::TestEnvironment;

const GOOD: &str = "violet tractor hums beneath seven moons\n";

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
    assert!(run.err.contains("not overwritten"), "{}", run.err);
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
