//! Tokens and passphrases on the command line are answered without being repeated, by every command.

use std::fs;

use serde_json::Value;

use crate::test_environment::{Run, TestEnvironment, run};

/// A token of the right form, and what nobody may find of it in an answer.
const TOKEN: &str = "vlt_0123456789abcdefghjk_mn0pqrstvwxyz0123456789abcdefghjkmnopqrstvwxyz_0123";
const SECRET: &str = "mn0pqrstvwxyz";

/// Every command and subcommand, as the program lists them itself.
fn commands(env: &TestEnvironment) -> Vec<Vec<String>> {
    let paths = crate::help::paths(env);
    paths
        .iter()
        .map(String::as_str)
        .chain([""])
        .map(|path| path.split_whitespace().map(str::to_owned).collect())
        .collect()
}

#[track_caller]
fn unrepeated(run: &Run, parts: &[&str], what: &dyn std::fmt::Debug) {
    for part in parts {
        assert!(!run.err.contains(part) && !run.out.contains(part), "{what:?}: {} {}", run.out, run.err);
    }
}

#[test]
fn no_command_repeats_a_token() {
    let env = TestEnvironment::with_vault();
    let commands = commands(&env);
    assert!(commands.len() > 30, "{commands:?}");
    let given = [TOKEN.to_owned(), format!("--to={TOKEN}"), format!("--{TOKEN}"), format!("a {TOKEN} b")];
    for command in &commands {
        for (index, argument) in given.iter().enumerate() {
            let mut words: Vec<&str> = command.iter().map(String::as_str).chain([argument.as_str()]).collect();
            // Every other time as JSON, so that each command is asked for both.
            let json = (index + command.len()) % 2 == 0;
            words.extend(json.then_some("--json"));
            let run = env.vault(&words).fails(2);
            unrepeated(&run, &["vlt_0", SECRET], &words);
            assert!(run.err.contains("token was given on the command line"), "{words:?}: {}", run.err);
            if json {
                let error: Value = serde_json::from_str(&run.err).unwrap();
                assert_eq!(error["error"]["kind"], "usage");
            }
        }
    }
    assert!(env.files_with(SECRET.as_bytes()).is_empty(), "it went into a file");
}

#[test]
fn no_option_and_no_misspelt_command_repeats_a_token() {
    let env = TestEnvironment::with_vault();
    for words in [
        &[TOKEN][..],
        &["opne", TOKEN],
        &["--vault", TOKEN, "accounts"],
        &["--format", TOKEN, "accounts"],
        &["--passphrase-file", TOKEN, "accounts"],
        &["--passphrase-fd", TOKEN, "accounts"],
        &["open", "--token", TOKEN],
        &["open", "--token-file", TOKEN],
        &["import", TOKEN],
        &["revoke", TOKEN],
        &["transactions", "--since", TOKEN],
        &["transactions", "--min", TOKEN],
        &["share", "--scope", TOKEN, "--to", "Acme", "--purpose", "x", "--expires", "1d"],
        &["share", "--scope", "balances", "--to", TOKEN, "--purpose", "x", "--expires", "1d", "--yes"],
        &["accounts", "rename", "Daily", TOKEN],
        &["accounts", "--", TOKEN],
        &["vlt_short"],
    ] {
        for json in [&[][..], &["--json"]] {
            let all: Vec<&str> = json.iter().chain(words).copied().collect();
            let run = env.vault(&all).fails(2);
            unrepeated(&run, &["vlt_0", SECRET, "vlt_short"], &all);
        }
    }
}

#[test]
fn a_file_whose_name_begins_like_a_token_is_a_file() {
    let env = TestEnvironment::with_vault();
    env.write("vlt_march.csv", "Date,Description,Amount\n2026-03-01,Tea,-1.00\n");
    env.vault(&["import", "vlt_march.csv", "--account", "Daily", "--create", "--currency", "USD"]).ok();
}

#[test]
fn a_passphrase_in_place_of_its_file_is_not_repeated() {
    let env = TestEnvironment::with_data();
    let home = fs::canonicalize(env.path("")).unwrap();
    let said = ["tractor", "hums", "violet"];
    let file = ["--passphrase-file", "--recovery-code-file", "--token-file"];
    for typed in ["violet tractor hums", "violet/tractor/hums", "./violet tractor/../hums", "/violet/tractor hums"] {
        for flag in file {
            let command = if flag == "--token-file" { "open" } else { "accounts" };
            for json in [&[][..], &["--json"]] {
                let words: Vec<&str> = [command, flag, typed].iter().chain(json).copied().collect();
                let run = env.vault(&words).fails(3);
                unrepeated(&run, &said, &words);
                let place = if typed.starts_with('/') { "/:" } else { home.to_str().unwrap() };
                assert!(run.err.contains(flag) && run.err.contains(place), "{words:?}: {}", run.err);
                assert!(!run.err.contains("os error"), "{}", run.err);
            }
        }
        let mut command = env.bare_command("home", &["accounts"]);
        command.env("FINVAULT_PASSPHRASE_FILE", typed);
        let run = run(command).fails(3);
        unrepeated(&run, &said, &typed);
        assert!(run.err.contains("FINVAULT_PASSPHRASE_FILE"), "{}", run.err);
        let mut command = env.bare_command("home", &["accounts"]);
        command.env("FINVAULT_KEY_FILE", typed);
        let run = crate::test_environment::run(command).fails(3);
        unrepeated(&run, &said, &typed);
    }
    // Without quotes the shell makes several arguments of it.
    for words in [
        &["accounts", "--passphrase-file", "violet", "tractor", "hums"][..],
        &["--passphrase-file", "violet", "tractor", "hums"],
        &["import", "--passphrase-file", "violet", "tractor", "hums"],
        &["init", "--passphrase-file", "violet tractor hums"],
    ] {
        unrepeated(&env.vault(words).fails(3), &said, &words);
    }
    for words in [
        &["accounts", "--passphrase-fd", "violet tractor hums"][..],
        &["accounts", "--passphrase-fd=violet"],
        &["accounts", "--passphrase=violet"],
        &["accounts", "--passphrase", "violet tractor hums"],
    ] {
        for json in [&[][..], &["--json"]] {
            let all: Vec<&str> = words.iter().chain(json).copied().collect();
            unrepeated(&env.vault(&all).fails(2), &said, &all);
        }
    }
    env.write("empty", "\n");
    let run = env.vault(&["accounts", "--passphrase-file", "empty"]).fails(3);
    assert!(run.err.contains("--passphrase-file") && !run.err.contains("/empty"), "{}", run.err);
    env.vault(&["accounts", "--passphrase-file", "violet", "--help"]).ok();
}

#[test]
fn a_token_in_a_variable_is_not_repeated() {
    let env = TestEnvironment::with_vault();
    for name in ["FINVAULT_DIR", "FINVAULT_KEY_FILE", "FINVAULT_PASSPHRASE_FILE", "FINVAULT_PASSPHRASE_COMMAND"] {
        let mut command = env.command(&["accounts"]);
        command.env(name, TOKEN);
        let run = run(command).fails(2);
        assert!(run.err.contains(name), "{}", run.err);
        unrepeated(&run, &[SECRET], &name);
    }
}
