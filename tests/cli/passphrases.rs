//! Where a passphrase comes from: files, commands, descriptors, and the forms that one can be typed in.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::test_environment::{Run, TestEnvironment, run};

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";

fn with_passphrase() -> TestEnvironment {
    let env = TestEnvironment::empty();
    private(&env, "pass", PASSPHRASE);
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    env
}

fn private(env: &TestEnvironment, name: &str, text: &str) {
    env.write(name, format!("{text}\n"));
    mode(env, name, 0o600);
}

fn mode(env: &TestEnvironment, name: &str, mode: u32) {
    fs::set_permissions(env.path(name), fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs a line of shell in the home, where `$V` is the program.
fn shell(env: &TestEnvironment, line: &str) -> Run {
    let mut command = std::process::Command::new("bash");
    command.args(["-c", line]).env_clear().current_dir(env.path("")).env("HOME", env.path(""));
    command.env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").env("V", env!("CARGO_BIN_EXE_vault"));
    run(command)
}

#[test]
fn either_form_of_the_same_letters_opens() {
    let composed = "größer als ein löffel";
    let decomposed = "gro\u{308}ßer als ein lo\u{308}ffel";
    assert_ne!(composed, decomposed);
    for (made, others) in [(composed, decomposed), (decomposed, composed)] {
        let env = TestEnvironment::empty();
        private(&env, "made", made);
        private(&env, "others", others);
        env.vault(&["init", "--passphrase-file", "made"]).ok();
        for name in ["made", "others"] {
            env.vault(&["accounts", "--passphrase-file", name]).ok();
        }
        env.vault(&["accounts", "--passphrase-command", "cat others"]).ok();
        shell(&env, "$V accounts --passphrase-fd 3 3<others").ok();
        private(&env, "plain", "grosser als ein loffel");
        env.vault(&["accounts", "--passphrase-file", "plain"]).fails(3);
    }
}

#[test]
fn how_a_passphrase_command_ends_decides() {
    let env = with_passphrase();
    let with = |command: &str| env.vault(&["accounts", "--passphrase-command", command]);
    env.write("notes", "login: ida\nurl: https://bank.example\n");
    for fine in
        ["cat pass", "cat pass notes", "cat pass; sleep 0.1; cat notes", "cat pass; yes", "cat pass; kill -PIPE $$"]
    {
        with(fine).ok();
    }
    for (refused, why) in [
        ("cat pass; exit 9", "exit code 9"),
        ("cat pass; kill -KILL $$", "SIGKILL"),
        ("cat pass; kill -TERM $$", "SIGTERM"),
        ("cat pass notes; sleep 0.1; exit 1", "exit code 1"),
        ("cat none", "exit code 1"),
        ("true", "no passphrase in the output"),
    ] {
        let run = with(refused).fails(3);
        assert!(run.err.contains(why) && !run.err.contains("violet"), "{refused}: {}", run.err);
    }
}

#[test]
fn a_descriptor_gives_its_first_line_and_no_more() {
    let env = with_passphrase();
    shell(&env, "$V accounts --passphrase-fd 3 3<pass").ok();
    shell(&env, "$V accounts --passphrase-fd 3 3< <(cat pass)").ok();
    shell(&env, "FINVAULT_PASSPHRASE_FD=3 $V accounts 3<pass").ok();
    let rows = "Date,Description,Amount\n2026-03-01,Tea,-1.00\n";
    env.write("rows", rows);
    let import = "$V import - --account A --create --currency USD --passphrase-fd 0";
    shell(&env, &format!("cat pass rows | {import}")).ok();
    let run = shell(&env, "$V accounts --passphrase-fd 9").fails(3);
    assert!(run.err.contains("file descriptor 9") && !run.err.contains("os error"), "{}", run.err);
    shell(&env, "$V accounts --passphrase-fd 1").fails(2);
}

#[test]
fn tells_of_secrets_that_others_can_read() {
    let env = TestEnvironment::empty();
    private(&env, "pass", PASSPHRASE);
    let made = env.vault(&["init", "--passphrase-file", "pass", "--key-file", "key", "--recovery-code"]).ok();
    private(&env, "code", made.out.trim());
    for (flag, name, what) in [
        ("--passphrase-file", "pass", "passphrase file"),
        ("--key-file", "key", "key file"),
        ("--recovery-code-file", "code", "recovery code file"),
    ] {
        for (bits, verb) in
            [(0o644, Some("read")), (0o640, Some("read")), (0o602, Some("change")), (0o600, None), (0o400, None)]
        {
            mode(&env, name, bits);
            let run = env.vault(&["accounts", flag, name]).ok();
            let told = run.err.matches("other users can").count();
            assert_eq!(told, usize::from(verb.is_some()), "{name} {bits:o}: {}", run.err);
            if let Some(verb) = verb {
                let notice =
                    format!("note: other users can {verb} the {what} {name} (mode {bits:04o}): chmod 600 {name}");
                assert!(run.err.contains(&notice), "{}", run.err);
            }
        }
        mode(&env, name, 0o644);
        let run = env.vault(&["accounts", flag, name, "--json"]).ok();
        assert!(run.err.starts_with("{\"notice\":\"other users can read"), "{}", run.err);
        assert_eq!(env.vault(&["accounts", flag, name, "--quiet"]).ok().err, "");
        mode(&env, name, 0o600);
    }
    mode(&env, "pass", 0o644);
    let args = ["init", "--passphrase-file", "pass", "--vault", "second"];
    assert!(env.vault(&args).ok().err.contains("other users can read the passphrase file"));
}

#[test]
fn tells_of_a_state_directory_that_others_can_change() {
    let env = TestEnvironment::with_vault();
    assert_eq!(env.vault(&["accounts", "--json"]).ok().err, "");
    let (state, holder) = (".local/state/finvault", ".local/state");
    for (dir, bits, is_told) in [
        (state, 0o777, true),
        (state, 0o720, true),
        (state, 0o755, false),
        (holder, 0o757, true),
        (holder, 0o1777, false),
        (holder, 0o775, false),
    ] {
        mode(&env, dir, bits);
        let run = env.vault(&["accounts"]).ok();
        assert_eq!(
            run.err.matches("other users can change the state directory").count(),
            usize::from(is_told),
            "{dir} {bits:o}: {}",
            run.err
        );
        assert!(!is_told || run.err.contains(&format!("(mode {bits:04o})")), "{}", run.err);
        mode(&env, dir, 0o700);
    }
}

#[test]
fn too_little_memory_is_no_wrong_key_and_no_damage() {
    let env = with_passphrase();
    // The derivation takes at least 64 MiB; the program itself needs some as well.
    for kib in [60_000, 80_000, 100_000, 120_000] {
        let run = shell(&env, &format!("ulimit -v {kib}; $V accounts --passphrase-file pass"));
        assert_ne!((run.code, run.err.contains("wrong passphrase")), (3, true), "{kib}: {}", run.err);
        assert!([0, 1].contains(&run.code), "{kib}: {} {}", run.code, run.err);
        assert!(!run.err.contains("defect"), "{kib}: {}", run.err);
        let run = shell(&env, &format!("ulimit -v {kib}; $V init --vault new-{kib} --passphrase-file pass"));
        assert!([0, 1].contains(&run.code), "{kib}: {} {}", run.code, run.err);
    }
}
