//! The commands of the short documents that the program carries, run in their order.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::{Home, project, read};

/// Runs the commands of a document in one shell, as a reader has one.
fn runs(document: &str, least: usize) {
    let home = Home::new();
    let path = |name: &str| home.0.path().join(name);
    home.json("init --key-file vault.key");
    fs::copy(path("vault.key"), path("key")).unwrap();
    for folder in ["bin", "backups", "Downloads"] {
        fs::create_dir(path(folder)).unwrap();
    }
    fs::copy(project().join("examples/exports/kennebec.ofx"), path("Downloads/kennebec.ofx")).unwrap();
    home.json("import chase-checking.csv --account Checking --create");
    symlink(env!("CARGO_BIN_EXE_vault"), path("bin/vault")).unwrap();
    let commands = commands(&read(document));
    assert!(commands.len() >= least, "{document}: {commands:?}");
    // The trace tells where it stopped.
    let mut shell = Command::new("bash");
    shell.args(["-euxo", "pipefail", "-c", &commands.join("\n")]).current_dir(home.0.path()).env_clear();
    shell.env("HOME", home.0.path()).env("PATH", format!("{}:/usr/bin:/bin", path("bin").display()));
    shell.env("FINVAULT_KEY_FILE", path("vault.key"));
    let output = shell.stdin(Stdio::null()).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !err.contains("error"), "{document}: {err}");
}

/// Returns the commands in the code of a document. One goes on in the lines up to the next.
fn commands(document: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut is_code = false;
    for line in document.lines() {
        match line.strip_prefix("$ ") {
            _ if line.starts_with("```") => is_code = !is_code,
            Some(command) => commands.push(command.to_owned()),
            None if is_code && let Some(last) = commands.last_mut() => last.extend(["\n", line]),
            None => {}
        }
    }
    commands
}

#[test]
fn every_command_about_periods_scopes_and_scripts_runs() {
    for (document, least) in [("docs/periods.md", 6), ("docs/scopes.md", 6), ("docs/scripting.md", 12)] {
        runs(document, least);
    }
}
