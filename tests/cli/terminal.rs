//! A person at a real terminal: prompts that show no secret, and a consent screen whose default is no.

use std::fs;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::test_environment::{CHASE, Run, TestEnvironment};

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";
const SHARE: [&str; 9] =
    ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan application", "--expires", "30d"];

/// Runs the program on a terminal. Steps: what is asked, what is answered, whether it is a secret.
pub(crate) fn at_terminal(
    env: &TestEnvironment,
    out: &str,
    args: &[&str],
    steps: &[(&str, &str, bool)],
    variables: &[(&str, &str)],
) -> Run {
    let steps: Vec<_> = steps.iter().map(|(ask, say, secret)| json!([ask, say, secret])).collect();
    run_steps(env, out, args, &steps, variables)
}

/// Runs the program on a terminal. A step is what is asked, what is answered, and whether it is a secret; or `"key"` for
/// an answer without Enter.
pub(crate) fn run_steps(
    env: &TestEnvironment,
    out: &str,
    args: &[&str],
    steps: &[Value],
    variables: &[(&str, &str)],
) -> Run {
    run_line(env, out, &[&[env!("CARGO_BIN_EXE_vault")], args].concat(), steps, variables)
}

/// Runs a program with its arguments on a terminal, as [`run_steps`] does.
pub(crate) fn run_line(
    env: &TestEnvironment,
    out: &str,
    line: &[&str],
    steps: &[Value],
    variables: &[(&str, &str)],
) -> Run {
    let mut command = Command::new(python());
    command
        // Only the standard library is used: nothing else is looked for.
        .args(["-I", "-S", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/terminal.py")])
        .arg(out)
        .args(line);
    command.env_clear().current_dir(env.path("")).env("HOME", env.path("")).env("LANG", "C.UTF-8").env("TERM", "xterm");
    // Commands of a test need it; the program itself needs no PATH.
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    if env.path("key").exists() {
        command.env("FINVAULT_KEY_FILE", "key");
    }
    // Only a test of less wants it.
    if !variables.iter().any(|(name, _)| *name == "LESS") {
        command.env("PAGER", "cat");
    }
    command.envs(variables.iter().copied());
    let input = serde_json::to_vec(steps).unwrap();
    let output =
        assert_cmd::Command::from_std(command).write_stdin(input).output().expect("python3 runs: see tests/run");
    Run::from(output)
}

/// Returns python itself: `python3` may be a script that looks for it, which takes longer than the whole run.
fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let mut command = Command::new("python3");
        let found =
            command.args(["-c", "import sys; print(sys.executable)"]).output().expect("python3 runs: see tests/run");
        String::from_utf8(found.stdout).unwrap().trim().to_owned()
    })
}

#[test]
fn asks_twice_for_a_new_passphrase_and_never_shows_it() {
    let env = TestEnvironment::empty();
    let steps =
        [("New passphrase", PASSPHRASE, true), ("The same again", "something else", true), ("differ", "", false)];
    // When the two differ, both are asked again.
    let sheet = ("vault-recovery-sheet.html? [y/N]", "n", false);
    let again = [steps[0], steps[1], ("New passphrase", PASSPHRASE, true), ("The same again", PASSPHRASE, true), sheet];
    let run = at_terminal(&env, "-", &["init"], &again, &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(!run.out.contains("violet"), "{}", run.out);
    let run = at_terminal(&env, "-", &["accounts", "--json"], &[("Passphrase", PASSPHRASE, true)], &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    // Three times.
    let run = at_terminal(&env, "-", &["accounts"], &[("Passphrase", "wrong", true); 3], &[]);
    assert_eq!(run.code, 3, "{} {}", run.out, run.err);
}

#[test]
fn a_key_that_ends_the_program_at_a_secret_leaves_the_terminal_as_it_was() {
    let env = TestEnvironment::empty();
    // The driver itself fails when the terminal shows nothing afterwards. A program that a signal ends has its number.
    let at = |steps: &[(&str, &str, bool)]| at_terminal(&env, "-", &["init"], steps, &[]);
    for (key, code) in [("\u{3}", 256 - 2), ("\u{1c}", 256 - 3), ("\u{4}", 3)] {
        let run = at(&[("New passphrase", key, true)]);
        assert_eq!(run.code, code, "{key:?}: {} {}", run.out, run.err);
        let run = at(&[("New passphrase", PASSPHRASE, true), ("The same again", key, true)]);
        assert_eq!(run.code, code, "{key:?}: {} {}", run.out, run.err);
        assert!(!run.out.contains("violet") && !run.err.contains("violet"), "{} {}", run.out, run.err);
    }
    assert!(!env.vault_dir().exists());
}

#[test]
fn a_signal_at_a_secret_leaves_the_terminal_as_it_was() {
    let env = TestEnvironment::empty();
    for (signal, code) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3)] {
        let send = format!(
            "kill -{signal} $PROGRAM; while kill -0 $PROGRAM && ! grep -q '^State:.Z' /proc/$PROGRAM/status; do sleep 0.05; done"
        );
        let run = run_steps(&env, "-", &["init"], &[json!(["New passphrase", "", "key"])], &[("BEFORE_ANSWER", &send)]);
        assert_eq!(run.code, 256 - code, "{signal}: {} {}", run.out, run.err);
    }
    assert!(!env.vault_dir().exists());
}

#[test]
fn what_is_typed_can_be_corrected() {
    let env = TestEnvironment::empty();
    let typed = format!("wrong\u{15}{PASSPHRASE}xß\u{7f}\u{7f}");
    let steps = [("New passphrase", typed.as_str(), true), ("The same again", PASSPHRASE, true)];
    let run = at_terminal(&env, "-", &["init", "--yes"], &steps, &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    // Enter alone is no passphrase.
    let steps = [("Passphrase", "", true), ("Passphrase", PASSPHRASE, true)];
    let run = at_terminal(&env, "-", &["accounts"], &steps, &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

#[test]
fn a_secret_that_is_too_long_is_read_to_its_end() {
    let env = TestEnvironment::empty();
    let typed = "violet tractor ".repeat(600);
    let run = at_terminal(&env, "-", &["init", "--yes"], &[("New passphrase", &typed, true)], &[]);
    assert_eq!(run.code, 3, "{} {}", run.out, run.err);
    assert!(run.out.contains("too long") && !run.out.contains("tractor"), "{}", run.out);
    // The line can be taken back.
    let typed = format!("{typed}\u{15}{PASSPHRASE}");
    let steps = [("New passphrase", typed.as_str(), true), ("The same again", PASSPHRASE, true)];
    let run = at_terminal(&env, "-", &["init", "--yes"], &steps, &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

#[test]
fn a_typed_passphrase_does_not_stay_in_memory() {
    let env = TestEnvironment::empty();
    env.write("pass", PASSPHRASE);
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    env.write("chase.csv", CHASE);
    let import = ["import", "chase.csv", "--account", "Daily", "--create", "--passphrase-file", "pass"];
    env.vault(&import).ok();
    // Backwards, so that no variable or argument holds what is looked for.
    env.write("needle", PASSPHRASE.chars().rev().collect::<String>());
    let look = format!("python3 {}/tests/cli/memory.py needle", env!("CARGO_MANIFEST_DIR"));
    let steps = [("Passphrase", PASSPHRASE, true), ("[y/N]", "n", false)];
    let run = at_terminal(&env, "-", &SHARE, &steps, &[("BEFORE_ANSWER", &look)]);
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    let seen = fs::read_to_string(env.path("needle.seen")).unwrap();
    assert!(["", "not readable"].contains(&seen.as_str()), "the passphrase is in memory: {seen}");
}

#[test]
fn the_default_answer_is_no() {
    let env = TestEnvironment::with_data();
    for answer in ["", "n", "maybe", "yess"] {
        let run = at_terminal(&env, "-", &SHARE, &[("[y/N]", answer, false)], &[]);
        assert_eq!(run.code, 4, "{answer:?}: {}", run.out);
        assert!(!run.out.contains("vlt_"), "{}", run.out);
    }
    assert_eq!(env.json(&["grants"]), json!([]));
}

#[test]
fn a_question_is_asked_again_after_a_stop() {
    let env = TestEnvironment::with_vault();
    env.vault(&["policy", "deny", "--to", "Acme"]).ok();
    let stop = "kill -STOP $PROGRAM; sleep 0.3; kill -CONT $PROGRAM; sleep 0.5";
    let stop = [("BEFORE_ANSWER", stop)];
    let run = at_terminal(&env, "-", &["policy", "remove", "1"], &[("Remove it? [y/N] ", "y", false)], &stop);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(run.out.matches("Remove it? [y/N] ").count(), 2, "{}", run.out);
}

#[test]
fn the_screen_shows_what_is_approved_and_the_token_goes_to_stdout() {
    let env = TestEnvironment::with_data();
    let run = at_terminal(&env, "token", &SHARE, &[("[y/N]", "y", false)], &[]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    for text in ["Acme", "Loan application", "1,662.10 USD", "Daily", "9 Mar 2026, as the bank said"] {
        assert!(run.out.contains(text), "{text} is not on the screen: {}", run.out);
    }
    let token = fs::read_to_string(env.path("token")).unwrap();
    assert!(token.starts_with("vlt_") && token.lines().count() == 1);
    assert!(!run.out.contains(token.trim()), "the token is only on stdout");
    env.vault(&["open", "--token-file", "token"]).ok();
}

#[test]
fn holds_no_lock_while_a_person_decides() {
    let env = TestEnvironment::with_data();
    let rename = format!("{} accounts rename Daily Renamed", env!("CARGO_BIN_EXE_vault"));
    let run = at_terminal(&env, "token", &SHARE, &[("[y/N]", "y", false)], &[("BEFORE_ANSWER", &rename)]);
    // The data have changed since the screen was shown.
    assert_eq!(run.code, 4, "{} {}", run.out, run.err);
    assert_eq!(fs::read(env.path("token")).unwrap(), b"");
    assert_eq!(env.json(&["accounts"])[0]["name"], "Renamed");
    assert_eq!(env.json(&["grants"]), json!([]));
}

#[test]
fn negative_amounts_are_red_unless_no_color() {
    let env = TestEnvironment::with_data();
    let run = at_terminal(&env, "-", &["transactions"], &[], &[]);
    assert!(run.out.contains("\u{1b}[31m-$45.10\u{1b}[0m"), "{:?}", run.out);
    assert!(!run.out.contains("\u{1b}[31m$1,500.00"), "{:?}", run.out);
    assert!(
        run.out
            .lines()
            .all(|line| line.replace("\u{1b}[31m", "").replace("\u{1b}[0m", "").trim_end().chars().count() <= 100)
    );
    let plain = at_terminal(&env, "-", &["transactions"], &[], &[("NO_COLOR", "1")]);
    assert!(!plain.out.contains('\u{1b}'), "{:?}", plain.out);
}
