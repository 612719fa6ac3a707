//! The help of every command, as it is shown: `help/NAME.trycmd` has that of a command and of its subcommands.
//!
//! `TRYCMD=overwrite cargo test --test cli help` rewrites the files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use console::measure_text_width;

use crate::test_environment::{TestEnvironment, run};

#[test]
fn is_shown_as_in_the_files() {
    let cases = trycmd::TestCases::new();
    cases.default_bin_path(env!("CARGO_BIN_EXE_vault")).case("tests/cli/help/*.trycmd");
    // Help shows what a variable holds. Empty ones look as if they were unset.
    for name in variables() {
        cases.env(name, "");
    }
}

/// Returns the variables that help names.
fn variables() -> BTreeSet<String> {
    let help = TestEnvironment::empty().vault(&["--help"]).ok().out;
    let names = help.split("[env:").skip(1).filter_map(|rest| rest.trim_start().split([']', '=']).next());
    names.map(str::to_owned).collect()
}

#[test]
fn no_command_is_forgotten() {
    let env = TestEnvironment::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/help");
    let mut files = BTreeSet::from(["vault".to_owned()]);
    let file = |name: &str| fs::read_to_string(folder.join(name).with_extension("trycmd")).unwrap_or_default();
    assert!(file("vault").contains("$ vault --help\n"), "help/vault.trycmd does not show the program's help");
    for command in subcommands(&env, &[]) {
        let shown = file(&command);
        assert!(shown.contains(&format!("$ vault {command} --help\n")), "help/{command}.trycmd does not show its help");
        for sub in subcommands(&env, &[&command]) {
            let line = format!("$ vault {command} {sub} --help\n");
            assert!(shown.contains(&line), "help/{command}.trycmd does not show the help of {sub}");
        }
        files.insert(command);
    }
    let there = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    assert_eq!(there.collect::<BTreeSet<_>>(), files, "files for other commands than there are");
}

/// Returns the subcommands that the help of a command lists, without `help` itself.
fn subcommands(env: &TestEnvironment, command: &[&str]) -> Vec<String> {
    if command.is_empty() {
        let names = env.json(&["help"])["commands"].as_array().unwrap().clone();
        return names.iter().map(|command| command["name"].as_str().unwrap().to_owned()).collect();
    }
    let help = env.vault(&[command, &["--help"]].concat()).ok().out;
    let Some((_, rest)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let names = rest.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Returns the paths of all commands and subcommands, such as `keys add`.
pub(crate) fn paths(env: &TestEnvironment) -> Vec<String> {
    let mut found = Vec::new();
    let mut left: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = left.pop() {
        for name in subcommands(env, &path.iter().map(String::as_str).collect::<Vec<_>>()) {
            let below = [&path[..], &[name]].concat();
            found.push(below.join(" "));
            left.push(below);
        }
    }
    found
}

#[test]
fn short_help_fits_a_terminal() {
    const GLOBAL: &str = "Global options: --vault, --key-file, --json, --yes, …: `vault help options`";
    let env = TestEnvironment::empty();
    let all = paths(&env);
    assert!(all.len() > 50, "{all:?}");
    for path in all.iter().map(String::as_str).chain([""]) {
        let words: Vec<&str> = path.split_whitespace().collect();
        let mut command = env.command(&[&words[..], &["-h"]].concat());
        let help = run({
            command.env("COLUMNS", "80");
            command
        })
        .ok()
        .out;
        assert!(help.lines().count() <= 40, "vault {path} -h has {} lines:\n{help}", help.lines().count());
        assert!(help.lines().all(|line| measure_text_width(line) <= 80), "{help}");
        assert_eq!(help.lines().last(), Some(GLOBAL), "vault {path} -h");
        assert!(!help.contains("--passphrase-file <") && !help.contains("Examples:"), "{help}");
    }
}

#[test]
fn long_help_has_the_options_of_the_command_and_names_where_the_others_are() {
    let env = TestEnvironment::empty();
    for path in paths(&env) {
        let words: Vec<&str> = path.split_whitespace().collect();
        let help = env.vault(&[&words[..], &["--help"]].concat()).ok().out;
        assert!(!help.contains("--passphrase-fd <N>"), "vault {path} --help:\n{help}");
        assert!(help.contains("`vault help options`"), "vault {path} --help:\n{help}");
    }
    for whole in [env.vault(&["--help"]).ok().out, env.vault(&["help", "options"]).ok().out] {
        assert!(whole.contains("--passphrase-fd") && whole.contains("--inspect"), "{whole}");
    }
}
