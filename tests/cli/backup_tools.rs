//! The script for cron and the units for systemd.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::backup::{change, in_dir, with_dest};
use crate::test_environment::{Run, TestEnvironment, run};

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

fn cron(env: &TestEnvironment) -> Run {
    let mut script = Command::new(example("cron/vault-backup"));
    script.arg(env.path("dest")).env_clear().current_dir("/").env("HOME", env.path("")).env("PATH", "/usr/bin:/bin");
    script.env("FINVAULT_BIN", env!("CARGO_BIN_EXE_vault")).env("FINVAULT_BACKUP_PAUSE", "1");
    script.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    run(script)
}

#[test]
fn the_script_for_cron_is_quiet_logs_and_notices_a_missing_disk() {
    let env = with_dest();
    let missing = cron(&env);
    assert!(missing.code == 1 && missing.err.contains("is the disk mounted?"), "{}", missing.err);
    assert!(in_dir(&env, "dest").is_empty());
    env.write("dest/.this-is-the-backup-disk", "");
    for number in 0..3 {
        let done = cron(&env);
        assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "", ""));
        change(&env, number);
    }
    // Of one day, the last three are kept, and the oldest, until there are seven days.
    assert_eq!(in_dir(&env, "dest").len(), 4);
    let log = fs::read_to_string(env.path(".local/state/vault-backup.log")).unwrap();
    assert_eq!(log.matches("exit=0 {\"status\":\"CREATED\"").count(), 3, "{log}");
    fs::remove_file(env.vault_dir().join("vault.db")).unwrap();
    let failed = cron(&env);
    assert!(failed.code == 6 && failed.err.contains("vault.db"), "{}", failed.err);
    assert_eq!(in_dir(&env, "dest").len(), 4);
}

#[test]
fn systemd_finds_nothing_wrong_in_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        if let Some(file) = std::env::var_os("FINVAULT_SKIPPED") {
            let line = "systemd_finds_nothing_wrong_in_the_units: there is no systemd-analyze\n";
            let mut file = fs::OpenOptions::new().append(true).open(file).unwrap();
            std::io::Write::write_all(&mut file, line.as_bytes()).unwrap();
        }
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    symlink(env!("CARGO_BIN_EXE_vault"), dir.path().join("vault")).unwrap();
    for unit in ["vault-backup.service", "vault-backup.timer", "vault-check.service", "vault-check.timer"] {
        let text = fs::read_to_string(example("systemd").join(unit)).unwrap();
        let text = text.replace("/usr/bin/vault", dir.path().join("vault").to_str().unwrap());
        fs::write(dir.path().join(unit), text).unwrap();
    }
    for unit in ["vault-backup.timer", "vault-check.timer"] {
        let mut verify = Command::new("systemd-analyze");
        verify.args(["--man=no", "verify"]).arg(dir.path().join(unit)).env("SYSTEMD_LOG_LEVEL", "warning");
        let said = verify.output().unwrap();
        let err = String::from_utf8_lossy(&said.stderr).into_owned();
        // What the machine's own units are told of is not ours.
        let ours: Vec<&str> = err.lines().filter(|line| line.contains("vault-")).collect();
        assert!(said.status.success() && ours.is_empty(), "{unit}: {err}");
    }
}

#[test]
fn what_the_units_and_the_script_run_is_what_the_program_takes() {
    let env = with_dest();
    let commands: Vec<String> = ["systemd/vault-backup.service", "systemd/vault-check.service"]
        .iter()
        .flat_map(|name| fs::read_to_string(example(name)).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| line.strip_prefix("ExecStart=/usr/bin/vault ").map(str::to_owned))
        .collect();
    assert_eq!(commands.len(), 2);
    for command in commands {
        let dest = env.path("dest");
        let command = command.replace("/mnt/backup/finvault", dest.to_str().unwrap());
        let command = command.replace("${CREDENTIALS_DIRECTORY}/finvault.key", env.path("key").to_str().unwrap());
        run(env.bare_command("home", &command.split(' ').collect::<Vec<_>>())).ok();
    }
}

#[test]
fn a_nightly_backup_is_tried_again_only_while_the_vault_is_busy() {
    let unit = fs::read_to_string(example("systemd/vault-backup.service")).unwrap();
    let codes = unit.lines().find_map(|line| line.strip_prefix("RestartPreventExitStatus=")).unwrap();
    let table = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/exit-codes.md")).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"));
    let failures: Vec<&str> = rows.map(|(code, _)| code).filter(|code| *code != "7").collect();
    assert_eq!(codes, failures.join(" "));
}

/// What is to run every week reads the newest backup, and sees what the nightly one does not look at.
#[test]
fn the_weekly_lines_verify_the_newest_backup() {
    let env = with_dest();
    for name in ["One", "Two"] {
        env.vault(&["backup", "dest"]).ok();
        env.vault(&["accounts", "rename", if name == "One" { "Daily" } else { "One" }, name]).ok();
    }
    let newest = in_dir(&env, "dest").pop().unwrap();
    let unit = fs::read_to_string(example("systemd/vault-check.service")).unwrap();
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/bin/sh -c '")?.strip_suffix('\'')).unwrap();
    let line = line.replace("$$", "$").replace("/mnt/backup/finvault/", &format!("{}/", env.path("dest").display()));
    let line = line.replace("/usr/bin/vault", env!("CARGO_BIN_EXE_vault"));
    let script = format!("'{}' dest", example("cron/vault-backup-verify").display());
    let sh = |line: &str| {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).env_clear().current_dir(env.path("")).env("HOME", env.path(""));
        shell.env("PATH", "/usr/bin:/bin").env("FINVAULT_BIN", env!("CARGO_BIN_EXE_vault")).stdin(Stdio::null());
        run(shell)
    };
    assert!(sh(&line).ok().out.contains(newest.file_name().unwrap().to_str().unwrap()));
    assert_eq!(sh(&script).ok().out, "");
    sh(&format!("{script} --key-file key")).ok();
    let mut bytes = fs::read(&newest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&newest, bytes).unwrap();
    // By its form it is whole, as the documents say.
    let listed = env.json(&["backup", "list", "dest"]);
    assert!(listed.as_array().unwrap().iter().all(|one| one["good"] == true), "{listed}");
    assert!(sh(&line).fails(6).err.contains("vault.db") && !sh(&script).fails(6).err.is_empty());
}
