//! The commands of docs/guide.md, run in their order, and what they print against what the guide shows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::project;
use crate::read;
use crate::readme::{self, Step};

/// The command of a step and the directory of the person who types it: Mara's own, or `accountant$ …`.
fn typed<'s>(step: &Step<'s>) -> (&'s str, &'s str) {
    let (who, command) = step.command.split_once("$ ").expect("a prompt");
    (if who.is_empty() { "home" } else { who }, command)
}

/// Returns a script that runs the steps in one shell, as a reader has one, and tells how each ended.
fn script(steps: &[Step<'_>]) -> String {
    let mut script = String::from("exec 2>&1\n");
    for (number, step) in steps.iter().enumerate() {
        let (who, command) = typed(step);
        let command = if who == "home" {
            command.to_owned()
        } else {
            format!("(cd ../{who} && export HOME=$PWD && unset FINVAULT_KEY_FILE && {command})")
        };
        let _ = write!(script, "echo 'step {number}'\n{command}\necho \"ended $?\"\n");
        // What Mara sends arrives.
        let _ = writeln!(script, "cp tax.slice tax-token ../accountant/ 2>/dev/null");
        let _ = writeln!(script, "cp backups/finvault-*.tar vault.key ../laptop/ 2>/dev/null");
    }
    script
}

#[test]
fn every_command_of_the_guide_prints_what_the_guide_shows() {
    let people = tempfile::tempdir().unwrap();
    let home = people.path().join("home");
    for directory in ["home/downloads", "home/new", "accountant", "laptop", "bin"] {
        fs::create_dir_all(people.path().join(directory)).unwrap();
    }
    for entry in fs::read_dir(project().join("examples/exports")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, home.join("downloads").join(path.file_name().unwrap())).unwrap();
    }
    fs::copy(project().join("examples/questions/pine-cooperative.csv"), home.join("new/pine-cooperative.csv")).unwrap();
    symlink(env!("CARGO_BIN_EXE_vault"), people.path().join("bin/vault")).unwrap();
    assert!(Command::new("jq").arg("--version").output().is_ok(), "jq is needed for this test");

    let guide = read("docs/guide.md");
    let steps: Vec<Step<'_>> = guide.split("```\n").skip(1).step_by(2).flat_map(readme::steps).collect();
    assert!(steps.len() > 35, "{} commands", steps.len());
    let mut shell = Command::new("bash");
    shell.args(["-c", &script(&steps)]).current_dir(&home).env_clear().env("HOME", &home);
    shell.env("PATH", format!("{}:/usr/bin:/bin", people.path().join("bin").display())).env("LC_ALL", "C.UTF-8");
    let output = shell.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();

    let mut ids = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        let (_, rest) = text.split_once(&format!("step {number}\n")).expect("every step is run");
        let (printed, rest) = rest.split_once("ended ").expect("every step ends");
        let is_refused = step.output.iter().any(|line| line.starts_with("error: "));
        assert_eq!(rest.starts_with("0\n"), !is_refused, "{}: {printed}", step.command);
        let mut printed: Vec<&str> = printed.lines().collect();
        while printed.last().is_some_and(|line| line.is_empty()) {
            printed.pop();
        }
        if let Err(line) = readme::same(&step.output, &printed, &mut ids) {
            panic!("docs/guide.md: {}\nshows {line}\nit prints:\n{}", step.command, printed.join("\n"));
        }
    }
}
