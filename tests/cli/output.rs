//! Output: JSON errors, colours, pipes, and text that tries to steer the terminal.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use serde_json::Value;

use crate::test_environment::{CHASE, HOSTILE, Run, TestEnvironment, run};

#[test]
fn prints_errors_as_objects_with_json() {
    let env = TestEnvironment::with_data();
    for (args, code, kind) in [
        (&["nonsense", "--json"][..], 2, "usage"),
        (&["revoke", "x", "--format", "json"], 2, "usage"),
        (&["accounts", "--json", "--key-file", "missing"], 3, "locked"),
        (&["import", "missing.csv", "--json"], 5, "bad-input"),
        (&["share", "--scope", "balances", "--to", "A", "--purpose", "b", "--expires", "1d", "--json"], 4, "refused"),
    ] {
        let run = env.vault(args).fails(code);
        assert_eq!(run.out, "");
        let error: Value = serde_json::from_str(&run.err).unwrap_or_else(|_| panic!("{}", run.err));
        assert_eq!(error["error"]["kind"], kind);
        assert!(error["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(error["error"]["hint"].as_str().is_some(), "{error}");
    }
}

#[test]
fn an_argument_that_is_not_utf_8_does_not_hide_that_json_is_wanted() {
    let env = TestEnvironment::with_data();
    let mut command = env.command(&["balances", "--account"]);
    command.arg(OsStr::from_bytes(b"\xff")).arg("--json");
    let run = run(command).fails(2);
    let error: Value = serde_json::from_str(&run.err).unwrap_or_else(|_| panic!("{}", run.err));
    assert_eq!(error["error"]["kind"], "usage");
}

#[test]
fn prints_help_and_version_on_stdout() {
    let env = TestEnvironment::empty();
    let run = env.vault(&["--version"]).ok();
    assert_eq!(run.out, format!("vault {}\n", env!("CARGO_PKG_VERSION")));
    let help = env.vault(&["--help"]).ok();
    for command in ["init", "import", "balances", "share", "open", "revoke", "audit", "check", "policy", "identity"] {
        assert!(help.out.contains(&format!("  {command} ")), "{command}: {}", help.out);
    }
    assert!(!help.out.contains('\u{1b}'));
}

#[test]
fn the_program_works_under_any_name() {
    let env = TestEnvironment::empty();
    let other = env.path("money");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_vault"), &other).unwrap();
    let mut command = std::process::Command::new(&other);
    command.arg("share").env_clear().env("HOME", env.path("")).stdin(Stdio::null());
    let run = run(command).fails(2);
    assert!(run.err.contains("money"), "{}", run.err);
}

#[test]
fn a_broken_pipe_is_success() {
    let env = TestEnvironment::with_data();
    for args in [&["transactions"][..], &["transactions", "--json"], &["accounts", "--format", "csv"], &["--help"]] {
        let mut child = env.command(args).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let Ok(full) = File::create("/dev/full") else { return };
    let env = TestEnvironment::with_data();
    let mut command = env.command(&["transactions", "--json"]);
    command.stdout(full);
    let run = run_without_stdout(command);
    assert_eq!(run.0, Some(1), "{}", run.1);
    assert!(run.1.contains("standard output"), "{}", run.1);
}

fn run_without_stdout(mut command: std::process::Command) -> (Option<i32>, String) {
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn text_from_files_steers_no_terminal() {
    let env = TestEnvironment::with_vault();
    env.write("hostile.csv", HOSTILE);
    env.vault(&["import", "hostile.csv", "--account", "Card", "--create", "--currency", "USD"]).ok();
    for args in [
        &["transactions"][..],
        &["transactions", "--json"],
        &["transactions", "--format", "csv"],
        &["transactions", "--text", "title"],
        &["imports"],
        &["audit"],
    ] {
        let run = env.vault(args).ok();
        let steers = |c: char| c != '\n' && c != '\r' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}'));
        assert!(!run.out.contains(steers), "{args:?}: {:?}", run.out);
        assert!(!run.err.contains(steers), "{args:?}: {:?}", run.err);
    }
    // JSON keeps the text exactly, escaped.
    let rows = env.json(&["transactions", "--until", "2026-03-05", "--since", "2026-03-05"]);
    assert_eq!(rows[0]["description"], "a\u{1b}[2J\u{1b}]0;title\u{7}b\u{9b}31mc");
}

#[test]
fn csv_output_holds_no_formula() {
    let env = TestEnvironment::with_vault();
    env.write("hostile.csv", HOSTILE);
    env.vault(&["import", "hostile.csv", "--account", "Card", "--create", "--currency", "USD"]).ok();
    let run = env.vault(&["transactions", "--format", "csv"]).ok();
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let numbers: Vec<usize> =
        headers.iter().enumerate().filter(|(_, name)| *name == "amount").map(|(i, _)| i).collect();
    let mut amounts = 0;
    for record in reader.records() {
        for (index, cell) in record.unwrap().iter().enumerate() {
            if numbers.contains(&index) {
                assert!(cell.starts_with('-'), "amounts stay numbers: {cell}");
                amounts += 1;
            } else {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
    }
    assert_eq!(amounts, 6);
    assert!(run.out.contains("'=cmd|"), "{}", run.out);
}

#[test]
fn prints_no_colour_without_a_terminal() {
    let env = TestEnvironment::with_data();
    assert!(!env.vault(&["transactions"]).ok().out.contains('\u{1b}'));
    assert!(!env.vault(&["share", "--bad"]).err.contains('\u{1b}'));
}

#[test]
fn quiet_prints_results_and_errors_only() {
    let env = TestEnvironment::with_data();
    env.allow_sharing();
    let args =
        ["share", "--scope", "balances", "--to", "Acme", "--purpose", "x", "--expires", "1d", "--yes", "--quiet"];
    let run = env.vault(&args).ok();
    assert_eq!(run.err, "");
    assert_eq!(run.out.lines().count(), 1);
    assert!(!env.vault(&["--quiet", "revoke", "2222222222222222"]).err.is_empty());
}

/// A file's name may hold a line end: what follows it begins no line of the program's own.
#[test]
fn a_name_with_a_line_end_forges_no_line() {
    let env = TestEnvironment::with_data();
    let name = "x\nnote: all is well";
    let planted = env.vault_dir().join("outbox").join(name);
    let mut told = 0;
    let mut is_one_line = |run: Run, what: &str| {
        told += usize::from(run.err.contains("note: all is well") || run.out.contains("note: all is well"));
        let forged = run.err.lines().chain(run.out.lines()).any(|line| line.trim_start().starts_with("note: all"));
        assert!(!forged, "{what}: {}{}", run.out, run.err);
    };
    for arguments in [
        &["import", name, "--account", "Daily"][..],
        &["--vault", name, "accounts"],
        &["--vault", name, "init", "--key-file", "key"],
        &["accounts", "--key-file", name],
        &["open", name, "--token-file", "key"],
        &["imports", "ignore", name],
        &["accounts", "rename", name, "Other"],
    ] {
        is_one_line(env.vault(arguments), &format!("{arguments:?}"));
    }
    for arguments in [&["check"][..], &["accounts"], &["audit"], &["check"]] {
        std::fs::write(&planted, "x").unwrap();
        is_one_line(env.vault(arguments), &format!("{arguments:?}"));
    }
    env.write(name, CHASE.replace("2026", "2025"));
    env.vault(&["import", name, "--account", "Daily"]).ok();
    for arguments in [&["imports"][..], &["imports", "show", "imp-2"], &["imports", "forget", "imp-2"]] {
        is_one_line(env.vault(arguments), &format!("{arguments:?}"));
    }
    assert!(told >= 8, "{told} commands told the name");
}
