//! The archived files of imports, written out again.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::terminal::at_terminal;
use crate::test_environment::{CHASE, TestEnvironment};

/// Another file than [`CHASE`], with bytes that no text has.
const CARD: &[u8] = b"Date,Description,Amount\r\n2026-03-01,CAF\xc9,-1.00\r\n";

fn with_two_imports() -> TestEnvironment {
    let env = TestEnvironment::with_data();
    fs::create_dir(env.path("Downloads")).unwrap();
    env.write("Downloads/card.csv", CARD);
    let more = ["--currency", "USD", "--sign", "in", "--encoding", "windows-1252"];
    env.vault(&[&["import", "Downloads/card.csv", "--account", "Card", "--create"], &more[..]].concat()).ok();
    env
}

#[test]
fn the_very_bytes_come_back() {
    let env = with_two_imports();
    let report = env.json(&["imports", "extract", "imp-2", "--out", "again.csv"]);
    assert_eq!(fs::read(env.path("again.csv")).unwrap(), CARD);
    assert_eq!(fs::metadata(env.path("again.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    let imported = env.json(&["imports", "show", "imp-2"]);
    assert_eq!(report[0]["sha256"], imported["sha256"]);
    assert_eq!((&report[0]["file"], &report[0]["out"]), (&imported["file"], &"again.csv".into()));
    assert_eq!(report[0]["sizeBytes"], CARD.len());
    // To a pipe without a word, and also when that is asked for.
    assert_eq!(env.vault(&["imports", "extract", "imp-1"]).ok().out, CHASE);
    assert_eq!(env.vault(&["imports", "extract", "imp-1", "--out", "-"]).ok().out, CHASE);
    // An undone import has its file until it is forgotten.
    env.vault(&["imports", "undo", "imp-1"]).ok();
    assert_eq!(env.vault(&["imports", "extract", "imp-1"]).ok().out, CHASE);
    env.vault(&["imports", "forget", "imp-1", "--yes"]).ok();
    let run = env.vault(&["imports", "extract", "imp-1"]).fails(2);
    assert!(run.err.contains("there is no import imp-1"), "{}", run.err);
}

#[test]
fn several_go_to_a_directory_or_none_does() {
    let env = with_two_imports();
    fs::create_dir(env.path("out")).unwrap();
    let run = env.vault(&["imports", "extract", "imp-1", "imp-2", "--out", "out"]).ok();
    assert!(run.out.contains("out/chase.csv") && run.out.contains("out/card.csv"), "{}", run.out);
    assert_eq!(fs::read(env.path("out/card.csv")).unwrap(), CARD);
    // What is there stays, and the other file is not written either.
    fs::remove_file(env.path("out/chase.csv")).unwrap();
    let run = env.vault(&["imports", "extract", "imp-1", "imp-2", "--out", "out"]).fails(1);
    assert!(run.err.contains("out/card.csv already exists"), "{}", run.err);
    assert!(!env.path("out/chase.csv").exists());
    let run = env.vault(&["imports", "extract", "imp-1", "--out", "out/card.csv"]).fails(1);
    assert!(run.err.contains("already exists"), "{}", run.err);
    for (args, wanted) in [
        (&["imp-1", "imp-2"][..], "standard output takes one file"),
        (&["imp-1", "imp-2", "--out", "new"], "several files cannot be written to new"),
        (&["imp-1", "imp-1", "--out", "out"], "would both be written to out/chase.csv"),
        (&["imp-1", "--json"], "standard output is the file itself"),
        (&["imp-1", "imp-9", "--out", "out"], "there is no import imp-9"),
        (&["imp-1", "--out", ".local/share/finvault/x.csv"], "would be inside the vault's directory"),
        (&[], "required"),
    ] {
        let run = env.vault(&[&["imports", "extract"], args].concat()).fails(2);
        assert!(run.err.contains(wanted), "{args:?}: {}", run.err);
    }
    assert!(!env.path("out/chase.csv").exists() && !env.path("new").exists());
}

#[test]
fn a_terminal_gets_no_bytes_of_a_bank() {
    let env = with_two_imports();
    let run = at_terminal(&env, "-", &["imports", "extract", "imp-2"], &[], &[]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.out.contains("vault imports extract imp-2 | less") && !run.out.contains("CAF"), "{}", run.out);
}
