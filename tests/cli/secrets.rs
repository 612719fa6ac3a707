//! Secrets are in no file, no argument, no environment and no message.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::test_environment::TestEnvironment;

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";

#[test]
fn no_file_holds_a_secret() {
    let env = TestEnvironment::empty();
    env.write("pass", format!("{PASSPHRASE}\n"));
    env.vault(&["init", "--passphrase-file", "pass", "--key-file", "key"]).ok();
    env.write("hostile.csv", "Date,Description,Amount,Balance\n2026-03-01,Marmalade Emporium,-12.34,87.66\n");
    env.vault(&["import", "hostile.csv", "--account", "Daily", "--create", "--currency", "USD"]).ok();
    env.allow_sharing();
    let args = [
        "share",
        "--scope",
        "transactions.detail",
        "--to",
        "Acme",
        "--purpose",
        "x",
        "--expires",
        "1d",
        "--yes",
        "--out",
        "a.slice",
    ];
    let token = env.vault(&args).ok().out.trim().to_owned();

    fs::remove_file(env.path("hostile.csv")).unwrap();
    let secret = token.rsplit('_').nth(1).unwrap();
    assert!(secret.len() >= 40, "256 bits take more characters than {}", secret.len());
    assert!(env.files_with(secret.as_bytes()).is_empty(), "the token's secret is in a file");
    assert!(env.files_with(b"Marmalade").is_empty(), "a description is in a file in plain text");
    assert_eq!(env.files_with(PASSPHRASE.as_bytes()), [env.path("pass")]);
    let key = fs::read(env.path("key")).unwrap();
    assert_eq!(env.files_with(&key), [env.path("key")]);
    assert!(fs::read_dir(env.root().join("tmp")).unwrap().next().is_none(), "temporary files are left");
}

#[test]
fn no_process_shows_a_secret() {
    let env = TestEnvironment::empty();
    env.write("pass", format!("{PASSPHRASE}\n"));
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    // The command that gives the passphrase looks at its parent and itself while the secret is on its way.
    let spy = "for p in self $PPID; do tr '\\0' '\\n' </proc/$p/cmdline; tr '\\0' '\\n' </proc/$p/environ 2>/dev/null; done >seen; cat pass";
    env.vault(&["accounts", "--passphrase-command", spy]).ok();
    let seen = fs::read_to_string(env.path("seen")).unwrap();
    assert!(seen.contains("accounts"), "the spy saw nothing: {seen}");
    assert!(!seen.contains(PASSPHRASE));
}

#[test]
fn sets_the_core_file_limit_to_zero() {
    let env = TestEnvironment::with_vault();
    let mut command = env.command(&["import", "-", "--account", "Daily", "--create"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let core_limit = || {
        let text = fs::read_to_string(&limits).unwrap();
        let line = text.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
        line.split_whitespace().nth(5).map(str::to_owned)
    };
    // With the vault open it waits for its standard input; the limit is set before anything else.
    for _ in 0..3_000 {
        if core_limit().as_deref() == Some("0") {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let limit = core_limit();
    drop(child.stdin.take());
    child.wait().unwrap();
    assert_eq!(limit.as_deref(), Some("0"));
}

#[test]
fn accepts_no_secret_as_an_argument() {
    let env = TestEnvironment::with_vault();
    let run = env.vault(&["accounts", "--passphrase", PASSPHRASE]).fails(2);
    assert!(!run.err.contains(PASSPHRASE), "{}", run.err);
    let run = env.vault(&["open", "--token", "vlt_secret"]).fails(2);
    assert!(!run.err.contains("vlt_secret"), "{}", run.err);
    let run = env.vault(&["open", "vlt_secret"]).fails(2);
    assert!(!run.err.contains("vlt_secret"), "{}", run.err);
}

#[test]
fn warns_of_a_key_file_that_others_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let env = TestEnvironment::with_vault();
    fs::set_permissions(env.path("key"), fs::Permissions::from_mode(0o644)).unwrap();
    let run = env.vault(&["accounts"]).ok();
    assert!(run.err.contains("chmod 600"), "{}", run.err);
}
