//! Manual pages: one of the program, and one of each command.

use std::os::unix::fs::MetadataExt;
use std::{env, fs};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::help::examples;
use crate::model::Timestamp;

/// What changed in each release, the newest first: `## VERSION - DAY`.
const CHANGELOG: &str = include_str!("../../CHANGELOG.md");

/// A manual page in section 1.
#[derive(Debug)]
pub(crate) struct Page {
    /// The names of the command and of those above it, without the program's.
    pub path: Vec<String>,
    /// The name of its file.
    pub file: String,
    /// The page, for man.
    pub text: String,
}

/// Returns the page of the program, and that of every command after it.
pub(crate) fn pages(command: Command) -> Vec<Page> {
    let mut command = without_help(command);
    command.build();
    let mut pages = Vec::new();
    add(&command, &[], &mut pages);
    pages
}

/// The commands that clap adds for help have no pages.
fn without_help(command: Command) -> Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}

fn add(command: &Command, path: &[&str], pages: &mut Vec<Page>) {
    let name = page_name(path);
    pages.push(Page {
        path: path.iter().map(|&word| word.to_owned()).collect(),
        file: format!("{name}.1"),
        text: text(command, path, &name),
    });
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        add(inner, &[path, &[inner.get_name()]].concat(), pages);
    }
}

fn page_name(path: &[&str]) -> String {
    [&["vault"], path].concat().join("-")
}

fn text(command: &Command, path: &[&str], name: &str) -> String {
    let is_program = path.is_empty();
    // The options of every command are on the page of the program.
    let own = command.clone().mut_args(|argument| {
        let is_elsewhere =
            !is_program && (argument.is_global_set() || argument.get_id() == "help" || argument.get_id() == "version");
        if is_elsewhere { argument.hide(true) } else { argument }
    });
    let version = format!("vault {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(own.clone()).title(name.to_uppercase()).date(date()).source(version).manual("vault");
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render_title(&mut out);
    let mut roff = Roff::new();
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {}", command.get_about().map(ToString::to_string).unwrap_or_default()))]);
    roff.control("SH", ["SYNOPSIS"]);
    let usage = own.clone().render_usage().to_string();
    roff.text([bold(usage.trim_start_matches("Usage: "))]);
    let _ = roff.to_writer(&mut out);
    let _ = man.render_description_section(&mut out);
    if own.get_arguments().any(|argument| !argument.is_hide_set()) {
        let _ = man.render_options_section(&mut out);
    }
    let mut roff = Roff::new();
    let inner: Vec<&Command> = command.get_subcommands().filter(|inner| !inner.is_hide_set()).collect();
    if !inner.is_empty() {
        roff.control("SH", ["COMMANDS"]);
        for inner in &inner {
            let page = page_name(&[path, &[inner.get_name()]].concat());
            item(&mut roff, &format!("{page}(1)"), &inner.get_about().map(ToString::to_string).unwrap_or_default());
        }
    }
    match command.get_after_long_help().or(command.get_after_help()) {
        Some(after) if !is_program => {
            roff.control("SH", ["NOTES"]);
            roff.control("nf", []);
            for line in after.to_string().lines() {
                roff.text([roman(line)]);
            }
            roff.control("fi", []);
        }
        _ => {}
    }
    let examples = examples::of(&path.join(" "));
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("nf", []);
        // The first line is a heading.
        for line in examples.lines().skip(1) {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
    }
    if is_program {
        section(&mut roff, "ENVIRONMENT", ENVIRONMENT);
        section(&mut roff, "FILES", FILES);
        section(&mut roff, "EXIT STATUS", EXIT_STATUS);
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text(see_also(path, &inner));
    let _ = roff.to_writer(&mut out);
    // An empty line between two line breaks is one space.
    String::from_utf8_lossy(&out).replace(".br\n\n.br\n", ".sp\n")
}

/// Returns the day that the pages bear: that of the newest release, and before the first one that of the program's file.
fn date() -> String {
    let of_file = || Some(Timestamp::from_unix(fs::metadata(env::current_exe().ok()?).ok()?.mtime()).day().to_string());
    released(CHANGELOG).map(str::to_owned).or_else(of_file).unwrap_or_default()
}

/// Returns the day of the newest release.
fn released(changelog: &str) -> Option<&str> {
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    headings.filter_map(|heading| heading.split_once(" - ")).map(|(_, day)| day.trim()).next()
}

fn section(roff: &mut Roff, title: &str, items: &[(&str, &str)]) {
    roff.control("SH", [title]);
    items.iter().for_each(|(name, what)| item(roff, name, what));
}

fn item(roff: &mut Roff, name: &str, what: &str) {
    roff.control("TP", []);
    roff.text([bold(name)]);
    roff.text([roman(what)]);
}

/// The pages of those above a command, and of those under it.
fn see_also(path: &[&str], inner: &[&Command]) -> Vec<Inline> {
    let above = (0..path.len()).map(|depth| page_name(&path[..depth]));
    let under = inner.iter().map(|inner| page_name(&[path, &[inner.get_name()]].concat()));
    let mut pages = Vec::new();
    for page in above.chain(under) {
        if !pages.is_empty() {
            pages.push(roman(", "));
        }
        pages.extend([bold(page), roman("(1)")]);
    }
    pages
}

const ENVIRONMENT: &[(&str, &str)] = &[
    ("FINVAULT_DIR", "The vault's directory, where --vault names none."),
    (
        "FINVAULT_PASSPHRASE_FILE, FINVAULT_PASSPHRASE_COMMAND, FINVAULT_PASSPHRASE_FD",
        "Where the passphrase is: a file, the output of a command run by sh, an open file descriptor. Never the passphrase itself.",
    ),
    ("FINVAULT_KEY_FILE, FINVAULT_KEY_COMMAND", "The key file, or the command whose output is the key."),
    (
        "CREDENTIALS_DIRECTORY",
        "Where systemd puts the credentials of a unit: finvault.key in it is the key, where no option and no variable above names a secret.",
    ),
    (
        "XDG_DATA_HOME, XDG_STATE_HOME, XDG_CONFIG_HOME",
        "Where the directories under FILES are, instead of ~/.local/share, ~/.local/state and ~/.config. A relative path is ignored.",
    ),
    (
        "PAGER",
        "What shows a list that is longer than the terminal, where no setting names it. less where it is not set.",
    ),
    ("VISUAL, EDITOR", "The editor of vault config edit."),
    ("NO_COLOR", "Set and not empty: no colours."),
    ("FINVAULT_COMPLETE", "Set by the scripts of vault completions."),
];

const FILES: &[(&str, &str)] = &[
    ("~/.local/share/finvault/", "The vault: header.toml, vault.db, head, outbox/, lock."),
    ("~/.local/state/finvault/", "The anchor, which shows that an older vault was put back."),
    ("~/.config/finvault/config.toml", "Your settings: vault config."),
    ("~/.config/finvault/profiles/*.toml", "Your CSV profiles."),
];

const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "Success. A broken pipe is one, too, unless a secret was lost with it."),
    ("1", "Failure."),
    ("2", "Usage."),
    ("3", "Locked, wrong key, or a token that is malformed or does not fit."),
    ("4", "Refused: by the policy, by the person, or because there is no slice for the token."),
    ("5", "Bad input file, also when some of several files were imported."),
    ("6", "Integrity failure."),
    ("7", "The vault is in use."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    #[test]
    fn pages_bear_the_day_of_the_newest_release() {
        let changelog = "# Changelog\n\n## Unreleased\n\n- a\n\n## 0.2.0 - 2027-01-31\n\n## 0.1.0 - 2026-12-01\n";
        assert_eq!(released(changelog), Some("2027-01-31"));
        assert_eq!(released("# Changelog\n\n## Unreleased\n\n- a - b\n"), None);
        assert!(released(CHANGELOG).is_none_or(|day| day.parse::<Day>().is_ok()));
        assert!(date().parse::<Day>().is_ok());
    }
}
