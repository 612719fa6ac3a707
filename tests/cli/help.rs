//! The help of every command, as it is shown: `help/NAME.trycmd` has that of a command and of its subcommands.
//!
//! `TRYCMD=overwrite cargo test --test cli help` rewrites the files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::test_environment::TestEnvironment;

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
    let help = env.vault(&[command, &["--help"]].concat()).ok().out;
    let Some((_, rest)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let names = rest.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
