//! Nothing is left but the recovery sheet and a backup.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::backup::{in_dir, with_dest};
use crate::terminal::at_terminal;
use crate::test_environment::TestEnvironment;

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";

/// The commands that a sheet prints, each list under its heading.
fn commands(sheet: &str) -> Vec<(String, Vec<String>)> {
    let (_, ways) = sheet.split_once("First: ").expect("what to do first");
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for paragraph in format!("First: {ways}").split("\n\n") {
        let mut lines = paragraph.lines();
        let heading = lines.next().unwrap_or_default().to_owned();
        let commands: Vec<String> = lines.filter_map(|line| line.strip_prefix("    ")).map(str::to_owned).collect();
        if !commands.is_empty() {
            found.push((heading, commands));
        }
    }
    found
}

/// Types one line of the sheet, in a home where FILE is a backup and DIR a vault.
fn run_line(env: &TestEnvironment, line: &str, code: &str, file: &Path, dir: &str) {
    let words: Vec<&str> = line
        .split_whitespace()
        .map(|word| match word {
            "FILE" => file.to_str().unwrap(),
            "DIR" => dir,
            word => word,
        })
        .collect();
    if words[0] == "vault" {
        let steps: &[(&str, &str, bool)] = match () {
            () if line.contains("keys add passphrase") => {
                &[("New passphrase", PASSPHRASE, true), ("The same again", PASSPHRASE, true)]
            }
            () if line.contains(" restore ") => &[("the vault of this machine?", "y", false)],
            () => &[],
        };
        let run = at_terminal(env, "-", &words[1..], steps, &[]);
        assert_eq!(run.code, 0, "{line}: {} {}", run.out, run.err);
        return;
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &line.replace("FILE", file.to_str().unwrap())]).current_dir(env.path("")).stdin(Stdio::piped());
    let mut shell = shell.spawn().unwrap();
    // `cat` ends where the person types Ctrl-D. Other commands read nothing.
    let _ = shell.stdin.take().unwrap().write_all(format!("{}\n", code.to_uppercase()).as_bytes());
    assert!(shell.wait().unwrap().success(), "{line}");
}

/// Whoever has only the sheet and a backup from after it opens everything, by the very lines of the sheet.
#[test]
fn the_sheet_and_a_backup_are_enough() {
    let env = with_dest();
    env.vault(&["backup", "dest"]).ok();
    let before = in_dir(&env, "dest").remove(0);
    let sheet = env.vault(&["keys", "sheet"]).ok().out;
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").into_iter().find(|path| *path != before).unwrap();
    let code: Vec<&str> = (1..=8)
        .map(|number| sheet.split_once(&format!("    {number}:  ")).unwrap().1.split_whitespace().next().unwrap())
        .collect();
    let code = code.join(" ");
    let ways = commands(&sheet);
    let is_there = |name: &str| ways.iter().any(|(heading, _)| heading.contains(name));
    assert!(ways.len() == 5 && is_there("with the program") && is_there("by hand"), "{ways:?}");
    let printed =
        sheet.lines().filter(|line| ["vault ", "tar ", "rm "].iter().any(|c| line.trim_start().starts_with(c)));
    let listed = ways.iter().flat_map(|(_, commands)| commands);
    assert_eq!(printed.count(), listed.filter(|line| !line.starts_with('(') && !line.starts_with("mkdir")).count());
    let usual = ".local/share/finvault";
    for (way, dir) in [("with the program", usual), ("by hand", "restored")] {
        // Nothing of the old machine is there.
        fs::remove_dir_all(env.path(".local")).unwrap();
        let _ = fs::remove_file(env.path("key"));
        for name in ["First", way, "still lies", "In the end"] {
            let (_, lines) = ways.iter().find(|(heading, _)| heading.contains(name)).unwrap();
            lines.iter().for_each(|line| run_line(&env, line, &code, &backup, dir));
        }
        assert!(!env.path("code").exists());
        let opened = at_terminal(&env, "-", &["--vault", dir, "accounts"], &[("Passphrase", PASSPHRASE, true)], &[]);
        assert!(opened.code == 0 && opened.out.contains("Daily"), "{way}: {} {}", opened.out, opened.err);
        // It is the vault of this machine: it can be changed.
        env.write("code", &code);
        env.vault(&["--vault", dir, "--recovery-code-file", "code", "accounts", "rename", "Daily", "Other"]).ok();
        fs::create_dir_all(env.path(".local")).unwrap();
    }
    // As the sheet says: a backup from before does not open with the code.
    env.vault(&["--recovery-code-file", "code", "restore", before.to_str().unwrap(), "--to", "old"]).fails(3);
}
