//! The transcript in the README against a run of the quickstart, from which it says it comes.
//!
//! A line `…` stands for any lines, and `…` in a line for the rest of it. Ids, times, keys and hashes are others in
//! every run, but one id of the README is one id of the run.

use std::collections::BTreeMap;
use std::process::Command;

use crate::{project, read};

/// A command as it was typed, with its prompt, and the lines that came out.
#[derive(Debug)]
pub(crate) struct Step<'t> {
    pub(crate) command: &'t str,
    pub(crate) output: Vec<&'t str>,
}

#[test]
fn the_readme_shows_what_the_quickstart_prints() {
    let (readme, run) = (read("README.md"), quickstart());
    let shown =
        readme.split("```\n").skip(1).step_by(2).flat_map(steps).filter(|s| !s.command.starts_with("$ export "));
    let (shown, mut left) = (shown.collect::<Vec<_>>(), steps(&run).into_iter());
    assert!(shown.len() >= 8, "{} commands", shown.len());
    let mut ids = BTreeMap::new();
    for step in shown {
        let command = redacted(step.command).0;
        let real = left.find(|real| redacted(real.command).0 == command);
        let real =
            real.unwrap_or_else(|| panic!("the quickstart does not run this, or not in this order: {}", step.command));
        if let Err(line) = same(&step.output, &real.output, &mut ids) {
            panic!(
                "README.md: {}\nshows a line that is not there: {line}\nit prints:\n{}",
                step.command,
                real.output.join("\n")
            );
        }
    }
}

/// Returns all that the quickstart prints, on both streams.
fn quickstart() -> String {
    let temporary = tempfile::tempdir().unwrap();
    let script = project().join("examples/quickstart.sh");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "exec \"$0\" 2>&1"]).arg(script);
    shell.env_clear().env("PATH", "/usr/bin:/bin").env("TMPDIR", temporary.path());
    let output = shell.env("FINVAULT_BIN", env!("CARGO_BIN_EXE_vault")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    text
}

/// Splits a transcript at its prompts. Comments (`# …`) and exit codes are no output.
pub(crate) fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for line in text.lines() {
        let is_prompt = |who: &str| who.bytes().all(|b| b.is_ascii_lowercase());
        if line.split_once("$ ").is_some_and(|(who, _)| is_prompt(who)) {
            steps.push(Step { command: line, output: Vec::new() });
        } else if let Some(step) = steps.last_mut()
            && !line.starts_with("# ")
            && !line.starts_with("(exit code ")
        {
            step.output.push(line);
        }
    }
    for step in &mut steps {
        while step.output.last().is_some_and(|line| line.is_empty()) {
            step.output.pop();
        }
    }
    steps
}

/// Compares what is shown with what was printed; gives the first shown line that does not fit.
pub(crate) fn same<'s>(shown: &[&'s str], real: &[&str], ids: &mut BTreeMap<String, String>) -> Result<(), &'s str> {
    let mut at = 0;
    let mut skip = false;
    for line in shown {
        if line.trim() == "…" {
            skip = true;
            continue;
        }
        let last = if skip { real.len() } else { real.len().min(at + 1) };
        let found = (at..last).find(|n| fits(line, real[*n], ids)).ok_or(*line)?;
        (at, skip) = (found + 1, false);
    }
    if skip || at == real.len() { Ok(()) } else { Err("(the end)") }
}

fn fits(shown: &str, real: &str, ids: &mut BTreeMap<String, String>) -> bool {
    let ((shown, shown_ids), (real, real_ids)) = (redacted(shown), redacted(real));
    let fits = match shown.split_once('…') {
        Some((start, end)) => real.starts_with(start) && real[start.len()..].ends_with(end),
        None => shown == real,
    };
    fits && shown_ids.into_iter().zip(real_ids).all(|(shown, real)| {
        let same_everywhere = ids.iter().all(|(other, run)| (*other == shown) == (*run == real));
        ids.insert(shown, real);
        same_everywhere
    })
}

/// Returns a line without what differs from run to run, and the ids that stood there.
fn redacted(line: &str) -> (String, Vec<String>) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_:+/-.…".contains(c);
    let (mut text, mut ids) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = after_moment(rest) {
            text.push_str("[MOMENT]");
            rest = after;
            continue;
        }
        let end = rest.find(|c| is_word(c) != is_word(rest.chars().next().unwrap_or(c))).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        let word = part.trim_end_matches('.');
        match kind(word) {
            Some(kind) if is_word(c) => {
                text.push_str(kind);
                text.push_str(&part[word.len()..]);
                ids.extend((kind == ID).then(|| word.to_owned()));
            }
            _ => text.push_str(part),
        }
    }
    (text, ids)
}

/// Returns what follows a moment as tables have it, `2026-11-23 02:29`.
fn after_moment(text: &str) -> Option<&str> {
    let (moment, after) = text.split_at_checked(16)?;
    let is_moment = moment.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).eq(*b"0000-00-00 00:00");
    is_moment.then_some(after)
}

const ID: &str = "[ID]";

fn kind(word: &str) -> Option<&'static str> {
    let small = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let hex = |word: &str| word.bytes().all(|b| b.is_ascii_hexdigit());
    let time = || word.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).eq(*b"0000-00-00T00:00:00Z");
    match word {
        _ if word.starts_with("a_") && word.len() == 22 && small(&word[2..]) => Some(ID),
        _ if (word.len() == 16 || word.len() == 26) && small(word) => Some(ID),
        _ if time() => Some("[TIME]"),
        _ if word.starts_with("AAAAC3NzaC1lZDI1NTE5") => Some("[KEY]"),
        _ if word.starts_with("SHA256:") => Some("[FINGERPRINT]"),
        _ if word.len() == 64 && hex(word) => Some("[HASH]"),
        _ if word.strip_suffix('…').is_some_and(|start| start.len() >= 6 && hex(start)) => Some("[HASH]"),
        _ if word.ends_with("/.local/share/finvault") => Some("[VAULT]"),
        _ => None,
    }
}

#[test]
fn a_changed_word_or_a_missing_line_is_seen() {
    let real = ["Grant  2hskg96ru363sfoh ends 2026-12-25T22:50:47Z.", "two", "three 2hskg96ru363sfoh", "four"];
    let check = |shown: &[&str]| same(shown, &real, &mut BTreeMap::new()).is_ok();
    assert!(check(&["Grant  kqxjprb9m5nsdy23 ends 2026-11-23T02:29:48Z.", "two", "three kqxjprb9m5nsdy23", "four"]));
    assert!(check(&["Grant  …", "…", "four"]));
    assert!(check(&["Grant  kqxjprb9m5nsdy23 …", "…"]));
    assert!(!check(&["Grant kqxjprb9m5nsdy23 …", "…"]), "a column is narrower");
    assert!(!check(&["Grants  …", "…"]), "a word is another");
    assert!(!check(&["Grant  …", "…", "three"]), "a line is shorter");
    assert!(!check(&["Grant  …", "two", "three 2hskg96ru363sfoh"]), "a line is missing");
    assert!(!check(&["Grant  kqxjprb9m5nsdy23 …", "two", "three aaaaaaaaaaaaaaaa", "four"]), "an id is another one");
}
