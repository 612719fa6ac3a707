//! Completion of command lines: a shell asks the program what fits at the cursor.
//!
//! `FINVAULT_COMPLETE=SHELL vault -- …` is the question, which only the scripts in here put. It is answered or it is not: there
//! is no error, no prompt, no word on stderr, and the exit code is 0.

pub(crate) mod arguments;
mod kept;
mod line;
pub(crate) mod script;
mod words;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Command;
use clap_complete::engine::{CompletionCandidate, complete};

use super::environment::variable;
use super::help::{schemas, topics};
use super::output;
use crate::model::clean_for_display;
use arguments::{FILES, Kind, Names};
use line::{Line, Quoting};
use script::Shell;

/// How bash says that it lists what fits, and inserts nothing (`COMP_TYPE`).
const LISTS: &str = "63";
/// How bash says that it inserts what all that fits begins with.
const INSERTS: [&str; 3] = ["9", "33", "64"];
/// Most characters of a line in such a list.
const WIDTH: usize = 76;

/// Returns the shell that asks, if one does: by the variable and by `--` as the first argument, which no command line has.
pub(crate) fn asking(arguments: &[OsString]) -> Option<Shell> {
    let shell = Shell::named(&variable("FINVAULT_COMPLETE")?)?;
    (arguments.get(1)? == "--").then_some(shell)
}

/// Answers a shell with one line for each value that fits.
pub(crate) fn answer(shell: Shell, command: impl FnOnce() -> Command, arguments: Vec<OsString>) {
    // A panic is no answer, and says nothing either.
    std::panic::set_hook(Box::new(|_| {}));
    let answered = catch_unwind(AssertUnwindSafe(|| {
        let words = arguments.into_iter().skip_while(|word| word != "--").skip(1);
        lines(shell, command(), words.filter_map(|word| word.into_string().ok()).collect())
    }));
    let text: String = answered.ok().flatten().unwrap_or_default().iter().flat_map(|line| [line, "\n"]).collect();
    // A shell that does not listen any more has its reasons.
    let _ = output::to_stdout(&text);
}

/// Returns what is printed; nothing where the question is not one of our scripts.
fn lines(shell: Shell, command: Command, mut words: Vec<String>) -> Option<Vec<String>> {
    let (line, lists, inserts) = match shell {
        Shell::Bash => {
            let [text, breaks, kind] = words.as_slice() else { return None };
            (line::read(text, Quoting::Bash, breaks), kind == LISTS, INSERTS.contains(&kind.as_str()))
        }
        Shell::Fish => {
            let [text] = words.as_slice() else { return None };
            (line::read(text, Quoting::Fish, ""), false, true)
        }
        Shell::Zsh => {
            let current = words.pop()?;
            (Line::of(words, current), false, true)
        }
    };
    let found = fitting(command, &line)?;
    let (files, values): (Vec<_>, Vec<_>) = found.into_iter().partition(|(value, _)| value.ends_with(FILES));
    if shell == Shell::Bash && inserts && !goes_on(&values, &line) {
        return Some(Vec::new());
    }
    let lines = values.into_iter().filter_map(|(value, about)| match shell {
        Shell::Bash => for_bash(&value, about.filter(|_| lists), &line),
        Shell::Zsh | Shell::Fish => Some(format!("{value}\t{}", about.unwrap_or_default())),
    });
    Some(lines.chain(files.first().map(|_| FILES.to_owned())).collect())
}

/// Returns the values that fit at the cursor, and what is said about each.
fn fitting(command: Command, line: &Line) -> Option<Vec<(String, Option<String>)>> {
    let vault = vault_of(line);
    let help = help_after(&command, &line.before);
    let named = commands_after("man", &command, &line.before);
    let names: Names = Arc::new(move |kind, typed: &str| match kind {
        Kind::Help => help.iter().filter(|word| word.starts_with(typed)).map(CompletionCandidate::new).collect(),
        Kind::Command => named.iter().filter(|word| word.starts_with(typed)).map(CompletionCandidate::new).collect(),
        Kind::Word(words) => words.fitting(typed).into_iter().map(CompletionCandidate::new).collect(),
        kind => kept::fitting(kind, typed, vault.as_ref()),
    });
    let words = line.before.iter().chain([&line.current]).map(OsString::from).collect();
    let mut command = arguments::completing(command, &names);
    let found = complete(&mut command, words, line.before.len(), None).ok()?;
    let values = found.iter().filter_map(shown).filter(|(value, _)| {
        // Options are offered to whoever begins one, and then nothing else.
        value.starts_with('-') == line.current.starts_with('-')
    });
    Some(values.collect())
}

/// Returns whether what all values begin with, which bash puts in the place of the word, goes on from what was typed: what
/// is found by a part of it would lose that.
fn goes_on(values: &[(String, Option<String>)], line: &Line) -> bool {
    let [(first, _), others @ ..] = values else { return true };
    let alike = |other: &str| first.chars().zip(other.chars()).take_while(|(one, two)| one == two).count();
    let shared = others.iter().map(|(other, _)| alike(other)).min().unwrap_or(usize::MAX);
    let shared: String = first.chars().take(shared).collect();
    others.is_empty() || shared.to_lowercase().starts_with(&line.current.to_lowercase())
}

/// Returns what `help` takes after these words: a topic or a command, then the subcommands of that, or the schemas.
fn help_after(tree: &Command, before: &[String]) -> Vec<String> {
    let mut words = words_after("help", before);
    let Some(first) = words.next() else {
        return topics::TOPICS.iter().map(|topic| topic.name.to_owned()).chain(subcommands(tree)).collect();
    };
    if first == "schemas" {
        return if words.next().is_none() { schemas::names().map(str::to_owned).collect() } else { Vec::new() };
    }
    commands_after("help", tree, before)
}

/// Returns the commands that may follow the words behind one that takes the names of commands.
fn commands_after(taker: &str, tree: &Command, before: &[String]) -> Vec<String> {
    let command = words_after(taker, before).try_fold(tree, |command, word| command.find_subcommand(word));
    command.map(|command| subcommands(command).collect()).unwrap_or_default()
}

/// Returns the words behind a command, without options.
fn words_after<'b>(command: &'b str, before: &'b [String]) -> impl Iterator<Item = &'b String> {
    before.iter().skip_while(move |word| *word != command).filter(|word| !word.starts_with('-')).skip(1)
}

fn subcommands(command: &Command) -> impl Iterator<Item = String> + '_ {
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    shown.map(|command| command.get_name().to_owned())
}

/// Returns a value and what is said about it, in a line. A value that could steer a terminal is left out.
fn shown(candidate: &CompletionCandidate) -> Option<(String, Option<String>)> {
    let value = candidate.get_value().to_str()?;
    let text = value.strip_suffix(FILES).unwrap_or(value);
    let is_safe = clean_for_display(text) == text;
    let about = candidate.get_help().map(ToString::to_string);
    let about =
        about.as_ref().and_then(|about| about.lines().next()).map(|about| clean_for_display(about).into_owned());
    is_safe.then(|| (value.to_owned(), about))
}

/// Returns the directory that `--vault` names before the cursor, else the one that is assigned in front of the command, with
/// the home directory that a shell would put there.
fn vault_of(line: &Line) -> Option<PathBuf> {
    let words = &line.before;
    let named = words.iter().zip(words.iter().skip(1).map(Some).chain([None])).filter_map(|(word, next)| {
        word.strip_prefix("--vault=").or_else(|| next.filter(|_| word == "--vault").map(String::as_str))
    });
    let assigned = line.assigned.iter().rev().find(|(name, value)| name == "FINVAULT_DIR" && !value.is_empty());
    let dir = named.last().or(assigned.map(|(_, value)| value.as_str()))?;
    let rest = ["~/", "$HOME/", "${HOME}/"].iter().find_map(|home| dir.strip_prefix(home));
    let home = rest.and_then(|rest| Some(PathBuf::from(variable("HOME")?).join(rest)));
    Some(home.unwrap_or_else(|| PathBuf::from(dir)))
}

/// Returns what bash puts in the place of the part of the word that it replaces, or lists.
fn for_bash(value: &str, about: Option<String>, line: &Line) -> Option<String> {
    // Where bash begins to replace behind a quote that is closed, nobody can tell.
    if line.has_closed_quote {
        return None;
    }
    let rest = value.strip_prefix(line.current.get(..line.kept)?)?;
    let written = line::for_bash(rest, line.quote)?;
    let Some(about) = about else { return Some(written) };
    let room = WIDTH.saturating_sub(written.chars().count() + 4);
    let about: String = about.chars().take(room).collect();
    Some(format!("{written}  ({about})"))
}
