//! The commands of docs/backups.md, run in their order.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::{Home, project, read};

#[test]
fn every_command_about_backups_runs() {
    let home = Home::new();
    home.json("init --key-file vault.key");
    fs::copy(home.0.path().join("vault.key"), home.0.path().join("key")).unwrap();
    home.json("import chase-checking.csv --account Household --create");
    let bin = home.0.path().join("bin");
    let disk = home.0.path().join("disk");
    fs::create_dir_all(&bin).unwrap();
    fs::create_dir(&disk).unwrap();
    symlink(env!("CARGO_BIN_EXE_vault"), bin.join("vault")).unwrap();
    for script in ["vault-backup", "vault-backup-verify"] {
        symlink(project().join("examples/cron").join(script), bin.join(script)).unwrap();
    }
    // A backup is there already: what names one of them must name one.
    home.json(&format!("backup {}", disk.display()));
    home.json("accounts rename Household House");
    let document = read("docs/backups.md");
    let commands: Vec<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .map(|line| line.replace("/mnt/backup", disk.to_str().unwrap()))
        .collect();
    assert!(commands.len() >= 11, "{commands:?}");
    assert!(Command::new("restic").arg("version").output().is_ok(), "restic is needed for this test");
    // One shell, as a reader has one: it keeps the variables. The trace tells where it stopped.
    let mut shell = Command::new("bash");
    shell.args(["-euxo", "pipefail", "-c", &commands.join("\n")]).current_dir(home.0.path()).env_clear();
    shell.env("HOME", home.0.path()).env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    shell.env("RESTIC_REPOSITORY", home.0.path().join("restic")).env("RESTIC_PASSWORD", "of the test");
    let output = shell.stdin(Stdio::null()).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !err.contains("error"), "{err}");
    // restic gave back a whole backup of this vault.
    let restored = home.json("backup verify from-restic.tar");
    assert_eq!(restored["opened"], true);
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 3, "two backups, and the mark of the disk");
}
