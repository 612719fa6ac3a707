//! The examples in the help of every command, each run in a home of its own: what a reader types does what it says.
//!
//! There is no person here. `--yes` stands for the answers, and the policy allows what the examples share.

use std::fs;
use std::process::Command;

use crate::backup::in_dir;
use crate::files::copy_tree;
use crate::test_environment::{TestEnvironment, run};

const PASSPHRASE: &str = "violet tractor hums beneath seven moons\n";
/// Deriving a key from a passphrase takes seconds of work: these two lines run in one home.
const ADD: &str = "vault keys add passphrase";
const REPLACE: &str = "vault keys replace passphrase";
/// What is put before each line. A new passphrase comes from a file, where a person would type it.
const PRELUDE: &str = r#"
vault() {
    case "$*" in
    init) set -- "$@" --passphrase-file pass ;;
    "init --recovery-code") set -- "$@" --key-file new.key ;;
    "keys add passphrase" | "keys replace passphrase") set -- "$@" --new-passphrase-file pass ;;
    esac
    case "$*" in
    init*) env -u FINVAULT_KEY_FILE "$V" "$@" --yes ;;
    *) "$V" "$@" --yes ;;
    esac
}
"#;

/// A home with everything that the examples name, and what stands in it for the ids in them.
struct Prepared {
    env: TestEnvironment,
    ids: Vec<(&'static str, String)>,
}

fn prepared() -> Prepared {
    let env = TestEnvironment::empty();
    for folder in ["Downloads", "backup", "stick"] {
        fs::create_dir(env.path(folder)).unwrap();
    }
    let ok = |args: &[&str]| env.vault(&[args, &["--key-file", "vault.key", "--yes"]].concat()).ok();
    ok(&["init", "--recovery-code"]);
    env.write("pass", PASSPHRASE);
    let export = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/exports/chase-checking.csv");
    fs::copy(export, env.path("Downloads/chase-checking.csv")).unwrap();
    env.write("Downloads/note.csv", "to do: bread\n");
    env.write("Downloads/ignored.csv", "to do: milk\n");
    let rows = |day: &str, what: &str| format!("Date,Description,Amount\n{day},{what},-2.80\n2026-02-28,TRAM,-2.80\n");
    for (name, day, what) in [
        ("savings.csv", "2026-03-10", "FEE"),
        ("travel.csv", "2026-02-10", "HOTEL"),
        ("again.csv", "2026-02-16", "TAXI"),
        ("trips.csv", "2026-06-10", "BOAT"),
        ("merged.csv", "2026-08-10", "PLANE"),
        ("closed.csv", "2026-01-10", "RENT"),
    ] {
        env.write(name, rows(day, what));
    }
    ok(&["import", "Downloads/chase-checking.csv", "--account", "Everyday Checking", "--create"]);
    let euro = ["--create", "--currency", "EUR", "--account"];
    ok(&[&["import", "travel.csv"], &euro[..], &["Travel"]].concat());
    ok(&["import", "again.csv", "--account", "Travel"]);
    for (file, account) in
        [("trips.csv", "Trips"), ("merged.csv", "Merged"), ("closed.csv", "Closed"), ("savings.csv", "Empty")]
    {
        ok(&[&["import", file], &euro[..], &[account, "--always"]].concat());
    }
    ok(&["imports", "undo", "imp-7"]);
    ok(&["imports", "ignore", "Downloads/ignored.csv"]);
    ok(&["accounts", "merge", "Merged", "Trips"]);
    ok(&["accounts", "close", "Closed"]);
    ok(&["accounts", "set-balance", "Travel", "900.00", "--on", "2025-12-31"]);
    let answer = |args: &[&str]| env.json(&[args, &["--key-file", "vault.key", "--yes"]].concat());
    let pair = answer(&["duplicates"])[0].clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let found = |words: &str| text(&answer(&["transactions", "--search", words])[0]["transactionId"]);
    // The pair is left for the examples.
    env.write("ferry.csv", "Date,Description,Amount\n2026-04-10,FERRY,-9.00\n");
    ok(&["import", "ferry.csv", "--account", "Travel"]);
    let decided = answer(&["duplicates", "different", &found("HOTEL"), &found("FERRY")]);
    assert_eq!(decided["decisionId"], "dec-1", "{decided}");
    for recipient in ["Harbor Lending", "Renter"] {
        let days = ["--max-days", "90", "--window", "3650"];
        ok(&[&["policy", "allow", "--to", recipient, "--scope", "balances,transactions"], &days[..]].concat());
    }
    let share = |to: &str, more: &[&str]| {
        let what = ["share", "--scope", "balances", "--to", to, "--purpose", "Rent", "--expires", "30d"];
        answer(&[&what[..], &["--account", "acc-1"], more].concat())
    };
    let active = share("Harbor Lending", &["--out", "harbor.slice"]);
    env.write("token", text(&active["token"]));
    let suspended = share("Renter", &[]);
    ok(&["policy", "deny", "--to", "Renter"]);
    ok(&["policy", "remove", "3"]);
    ok(&["backup", "backup"]);
    // A place of backups has several.
    let made = in_dir(&env, "backup").remove(0);
    let (vault, time) = made.to_str().unwrap().rsplit_once('-').unwrap();
    fs::copy(&made, format!("{vault}-2020{}", &time[4..])).unwrap();
    // Decided pairs are still listed by their id.
    let ids = vec![
        ("txn-12 txn-45", format!("{} {}", found("HOTEL"), found("TAXI"))),
        ("12-45", text(&pair["pairId"])),
        ("7kq", text(&active["grantId"])[..6].to_owned()),
        ("9xs", text(&suspended["grantId"])[..6].to_owned()),
        ("/mnt/", format!("{}/", env.path("").display())),
    ];
    Prepared { env, ids }
}

/// Returns the examples in a help text: what stands four columns in, with the lines that go on.
fn examples(help: &str) -> Vec<String> {
    let Some((_, text)) = help.split_once("\nExamples:\n") else { return Vec::new() };
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("    ")) {
        match (line.strip_prefix("      "), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(&format!("\n{rest}")),
            _ => lines.push(line[4..].to_owned()),
        }
    }
    lines
}

/// Runs a line in a copy of the home, or in an empty one.
fn runs(prepared: &Prepared, path: &str, line: &str) -> Result<(), String> {
    let root = tempfile::Builder::new().prefix("vault-test-").tempdir().unwrap();
    let home = root.path().join("home");
    if path == "init" {
        fs::create_dir(&home).unwrap();
        fs::write(home.join("pass"), PASSPHRASE).unwrap();
    } else {
        copy_tree(&prepared.env.path(""), &home);
    }
    let mut typed = if line == REPLACE { format!("{ADD}\n{REPLACE}") } else { line.to_owned() };
    for (shown, meant) in &prepared.ids {
        typed = typed
            .replace(shown, &meant.replace(prepared.env.path("").to_str().unwrap(), &format!("{}/", home.display())));
    }
    // A session of its own for what the kernel keeps.
    let session = if typed.contains("lock") { &["keyctl", "session", "-", "sh"][..] } else { &["sh"] };
    let mut command = Command::new(session[0]);
    command.args(&session[1..]).args(["-euc", &format!("{PRELUDE}{typed}")]).current_dir(&home).env_clear();
    command.env("HOME", &home).env("PATH", "/usr/bin:/bin").env("V", env!("CARGO_BIN_EXE_vault"));
    command.env("FINVAULT_KEY_FILE", home.join("vault.key")).env("EDITOR", "true").env("TMPDIR", root.path());
    command.stdin(std::process::Stdio::null());
    let run = run(command);
    if run.code == 0 && !run.err.contains("error") {
        return Ok(());
    }
    Err(format!("vault {path} --help: {line}\nends with {}: {}", run.code, run.err))
}

#[test]
fn every_example_runs() {
    let prepared = prepared();
    let mut wrong = Vec::new();
    let (mut count, mut lines) = (0, String::new());
    for path in crate::help::paths(&prepared.env) {
        let words: Vec<&str> = path.split(' ').collect();
        let help = prepared.env.vault(&[&words[..], &["--help"]].concat()).ok().out;
        let found = examples(&help);
        assert!(!found.is_empty(), "vault {path} --help has no examples");
        lines.push_str(&found.join("\n"));
        for line in found {
            count += 1;
            if line == ADD {
                continue;
            }
            wrong.extend(runs(&prepared, &path, &line).err());
        }
    }
    assert!(count > 100 && lines.contains(ADD) && lines.contains(REPLACE), "{count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
