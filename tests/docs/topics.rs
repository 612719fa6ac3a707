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
    let commands: Vec<String> =
        read(document).lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect();
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

#[test]
fn every_command_about_periods_scopes_and_scripts_runs() {
    for (document, least) in [("docs/periods.md", 6), ("docs/scopes.md", 6), ("docs/scripting.md", 12)] {
        runs(document, least);
    }
}
