//! Completion, in real shells: what is typed with a Tab behind it, and what the shell then runs. And that nothing is asked,
//! written or waited for.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::test_environment::{Run, TestEnvironment, run};

/// A name that would run a command in a shell that takes it as it is.
const HOSTILE: &str = r#"Köln $(touch pwned) `touch pwned` "it's" \ & ;"#;

/// Stands before the program: what is no question of a shell is printed, and not run.
const STAND_IN: &str = "#!/bin/sh
[ -z \"$FINVAULT_COMPLETE\" ] || exec \"$V\" \"$@\"
printf '<%s>' \"$@\"
echo ' END'
";

/// A vault with accounts, an import, a rule and a grant, and `vault` in PATH.
fn with_names() -> TestEnvironment {
    let env = TestEnvironment::with_data();
    for (number, name) in ["Rainy day", HOSTILE, "-rf"].into_iter().enumerate() {
        let file = format!("{number}.csv");
        env.write(&file, format!("Date,Description,Amount\n2026-02-1{number},RENT,-9{number}.00\n"));
        let named = format!("--account={name}");
        env.vault(&["import", &file, &named, "--create", "--currency", "USD", "--sign", "in"]).ok();
    }
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan", "--expires", "30d", "--yes"];
    env.vault(&[&share[..], &["--account", "Daily"]].concat()).ok();
    fs::create_dir(env.path("bin")).unwrap();
    let program = env.write("bin/vault", STAND_IN);
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    for (shell, file) in [("bash", "vault.bash"), ("zsh", "_vault"), ("fish", "vault.fish")] {
        let script = env.vault(&["completions", shell]).ok().out;
        env.write(file, script);
    }
    env
}

/// Runs lines of shell in a session of their own, in which the vault is unlocked.
fn unlocked(env: &TestEnvironment, lines: &str, input: &str) -> Run {
    env.write("lines", format!("\"$V\" unlock --key-file key --quiet || exit 9\n{lines}"));
    let mut session = Command::new("keyctl");
    let home = env.path("");
    session.args(["session", "-", "bash", "./lines"]).env_clear().current_dir(&home).env("HOME", &home);
    session.env("V", env!("CARGO_BIN_EXE_vault")).env("LANG", "C.UTF-8").env("TERM", "dumb");
    session.env("PATH", format!("{}:/usr/bin:/bin", env.path("bin").display()));
    session.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut session = assert_cmd::Command::from_std(session);
    let ran = Run::from(session.write_stdin(input).timeout(std::time::Duration::from_secs(100)).output().unwrap());
    assert!(ran.code != 127, "keyctl and the shell run (Debian: keyutils, zsh, fish): {}{}", ran.out, ran.err);
    ran
}

/// Types lines into a shell, and returns the arguments of what each of them ran.
fn typed(env: &TestEnvironment, shell: &str, setup: &str, lines: &[&str]) -> Vec<Vec<String>> {
    let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/completions.py");
    let line = format!("export SETUP='{setup}'\nexec python3 {driver} {shell}");
    let ran = unlocked(env, &line, &serde_json::to_string(lines).unwrap()).ok();
    assert!(!env.path("pwned").exists(), "a name was run by {shell}");
    ran.out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn grant(env: &TestEnvironment) -> String {
    env.json(&["grants"])[0]["grantId"].as_str().unwrap().to_owned()
}

/// What every shell has to run: subcommands, options, names with and without quotes, ids, files.
fn every_shell(env: &TestEnvironment, shell: &str, setup: &str) {
    let grant = grant(env);
    let begun = format!("vault revoke {}", &grant[..3]);
    let lines = [
        ("vault transac", vec!["transactions"]),
        ("vault balances --al", vec!["balances", "--all"]),
        ("vault accounts rename Rai", vec!["accounts", "rename", "Rainy day"]),
        ("vault accounts rename Rainy\\ d", vec!["accounts", "rename", "Rainy day"]),
        ("vault accounts rename \"Rai", vec!["accounts", "rename", "Rainy day"]),
        ("vault transactions --account 'Rai", vec!["transactions", "--account", "Rainy day"]),
        ("vault transactions --account=Rai", vec!["transactions", "--account=Rainy day"]),
        ("vault accounts rename K", vec!["accounts", "rename", HOSTILE]),
        // A name like an option is given by its id.
        ("vault accounts close acc-4", vec!["accounts", "close", "acc-4"]),
        (&begun, vec!["revoke", &grant]),
        ("vault policy remove ", vec!["policy", "remove", "1"]),
        ("vault import --profile chase-ch", vec!["import", "--profile", "chase-checking"]),
        ("vault import cha", vec!["import", "chase.csv"]),
        ("vault keys sheet --out=cha", vec!["keys", "sheet", "--out=chase.csv"]),
        ("vault accounts rename rai", vec!["accounts", "rename", "Rainy day"]),
        ("vault transactions --account=rai", vec!["transactions", "--account=Rainy day"]),
        ("vault accounts rename ny", vec!["accounts", "rename", "Rainy day"]),
        ("vault help peri", vec!["help", "periods"]),
        ("vault help balan", vec!["help", "balances"]),
        ("vault help keys rot", vec!["help", "keys", "rotate"]),
        ("vault transactions --sort am", vec!["transactions", "--sort", "amount"]),
        ("vault import --date-order=d", vec!["import", "--date-order=dmy"]),
        ("vault keys add rec", vec!["keys", "add", "recovery-code"]),
        ("vault accounts set-type Daily sav", vec!["accounts", "set-type", "Daily", "savings"]),
        ("vault man keys rot", vec!["man", "keys", "rotate"]),
        ("vault help schemas imports-und", vec!["help", "schemas", "imports-undo"]),
    ];
    let ran = typed(env, shell, setup, &lines.iter().map(|(line, _)| *line).collect::<Vec<_>>());
    for ((line, expected), arguments) in lines.iter().zip(&ran) {
        assert_eq!(arguments, expected, "{shell}: {line}");
    }
    assert_eq!(ran.len(), lines.len(), "{shell}");
}

#[test]
fn bash_completes_commands_names_and_files() {
    let env = with_names();
    every_shell(&env, "bash --norc --noprofile -i", ". ./vault.bash");
    // What is listed says who has the grant; what is inserted does not.
    let list = "vault revoke ";
    let line = format!(
        ". ./vault.bash; COMP_LINE='{list}' COMP_POINT={}; for COMP_TYPE in 9 63; do _vault; printf '%s\\n' \"${{COMPREPLY[@]}}\"; done",
        list.len()
    );
    let grant = grant(&env);
    assert_eq!(unlocked(&env, &line, "").ok().out, format!("{grant}\n{grant}  (Acme)\n"));
    // What several names have in the middle is listed, and stays as it is typed.
    let ran = typed(&env, "bash --norc --noprofile -i", ". ./vault.bash", &["vault accounts rename ai"]);
    assert_eq!(ran, [["accounts", "rename", "ai"]]);
    let listed = line.replace(list, "vault balances --account ai").replace("COMP_POINT=13", "COMP_POINT=27");
    assert_eq!(unlocked(&env, &listed, "").ok().out, "\nDaily  (acc-1)\nRainy\\ day  (acc-2)\n");
}

/// bash does not tell what is assigned in front of a command.
fn takes_the_vault_of_an_assignment(env: &TestEnvironment, shell: &str, setup: &str) {
    let rename = |assigned: &str| format!("FINVAULT_DIR={assigned} vault accounts rename Rai");
    let elsewhere = typed(env, shell, setup, &[&rename("./none"), &rename("$HOME/none")]);
    assert_eq!(elsewhere, [["accounts", "rename", "Rai"], ["accounts", "rename", "Rai"]], "{shell}");
    let elsewhere = format!("export FINVAULT_DIR=./none; {setup}");
    let here = typed(env, shell, &elsewhere, &[&rename(".local/share/finvault"), &rename("~/.local/share/finvault")]);
    assert_eq!(here, [["accounts", "rename", "Rainy day"], ["accounts", "rename", "Rainy day"]], "{shell}");
}

#[test]
fn zsh_completes_commands_names_and_files() {
    let setup = "autoload -U compinit; compinit -u -D; . ./_vault";
    let env = with_names();
    every_shell(&env, "zsh -f -i", setup);
    takes_the_vault_of_an_assignment(&env, "zsh -f -i", setup);
}

#[test]
fn fish_completes_commands_names_and_files() {
    let env = with_names();
    every_shell(&env, "fish --no-config -i", ". ./vault.fish");
    takes_the_vault_of_an_assignment(&env, "fish --no-config -i", ". ./vault.fish");
    let line = r#"fish --no-config -c '. ./vault.fish; complete -C "vault accounts remove "; complete -C "vault imports undo "'"#;
    let listed = unlocked(&env, line, "").ok().out;
    let accounts = format!("Daily\tacc-1\nRainy day\tacc-2\n{HOSTILE}\tacc-3\nacc-4\t-rf\n");
    let imports = "imp-4\t2.csv\nimp-3\t1.csv\nimp-2\t0.csv\nimp-1\tchase.csv\n";
    assert_eq!(listed, accounts + imports);
}

/// Returns what every file holds and when it was written, but for the script that runs.
fn state(env: &TestEnvironment) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let files = env.all_files().into_iter().filter(|path| !path.ends_with("lines"));
    files.map(|path| (path.clone(), (path.metadata().unwrap().modified().unwrap(), fs::read(path).unwrap()))).collect()
}

#[test]
fn a_locked_vault_names_nothing_and_is_asked_for_no_secret() {
    let env = with_names();
    let before = state(&env);
    for line in ["vault revoke ", "vault import --profile ", "vault accounts rename ", "vault policy remove "] {
        for vault in [env.vault_dir(), env.path("none"), env.path("key")] {
            let mut command = env.command(&["--", line]);
            command.env("FINVAULT_COMPLETE", "fish").env("FINVAULT_DIR", vault);
            command.env("FINVAULT_KEY_COMMAND", "touch asked; cat key").env("FINVAULT_PASSPHRASE_FILE", "key");
            let ran = run(command);
            assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""), "{line}");
        }
    }
    assert!(state(&env) == before, "nothing was written");
}

#[test]
fn grants_with_large_slices_are_not_named() {
    let env = with_names();
    let rows: String = (0..12_000).map(|row| format!("2026-03-01,SHOP NUMBER {row},-1.00\n")).collect();
    env.write("many.csv", format!("Date,Description,Amount\n{rows}"));
    env.vault(&["import", "many.csv", "--account", "Rainy day", "--currency", "USD", "--sign", "in"]).ok();
    let share = ["share", "--scope", "transactions", "--to", "Acme", "--purpose", "Loan", "--expires", "30d", "--yes"];
    let ask = r#"FINVAULT_COMPLETE=fish "$V" -- "vault revoke ""#;
    assert!(unlocked(&env, ask, "").ok().out.ends_with("\tAcme\n"));
    env.vault(&[&share[..], &["--account", "Rainy day"]].concat()).ok();
    assert_eq!(unlocked(&env, ask, "").ok().out, "");
}

#[test]
fn whatever_is_asked_nothing_is_said_on_stderr() {
    let env = TestEnvironment::with_vault();
    for arguments in [&["--"][..], &["--", "vault", "--vault"], &["--", "", "", "", ""]] {
        for shell in ["bash", "zsh", "fish"] {
            let mut command = env.command(arguments);
            command.env("FINVAULT_COMPLETE", shell);
            let ran = run(command);
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell} {arguments:?}");
        }
    }
    // With the variable alone, a command does its work.
    let mut command = env.command(&["init", "--vault", "other", "--key-file", "new"]);
    command.env("FINVAULT_COMPLETE", "bash");
    run(command).ok();
    assert!(env.path("new").exists());
    let mut command = env.command(&["status"]);
    command.env("FINVAULT_COMPLETE", "tcsh");
    assert!(run(command).ok().out.contains("vault"), "another value is no question");
}

#[test]
fn nothing_is_written_or_waited_for_where_the_vault_is_in_use() {
    let env = with_names();
    // A command that may write would make `head` anew, and wait for the lock.
    let lines = r#"
        cd .local/share/finvault && rm head
        look() { find "$HOME" -printf '%p %i %s %T@ %C@\n' | sort; }
        ask() { FINVAULT_COMPLETE=fish "$V" -- "vault policy remove "; }
        before=$(look)
        ask; echo free
        exec 3<lock && flock -x 3 && ask; echo used
        [ "$before" = "$(look)" ] && echo unchanged
    "#;
    assert_eq!(unlocked(&env, lines, "").ok().out, "1\tallows Acme\nfree\nused\nunchanged\n");
}
