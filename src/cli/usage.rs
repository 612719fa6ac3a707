//! What clap refuses, told as every other error is: what was found, the nearest words, and where the help is.

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};

use super::error::CliError;
use super::exit::Exit;
use super::near;
use crate::model::{self, GrantId, ImportId, PeriodError, TransactionId, UnknownWord};

/// Makes an error of what clap says about these arguments. `tree` is the tree of commands.
pub(crate) fn error(stopped: &clap::Error, tree: &Command, arguments: &[OsString]) -> CliError {
    let (path, command) = named(tree, arguments);
    let error = CliError::new(Exit::Usage, message(stopped)).hint_if(meant(stopped, tree, command));
    let shows = match (path.len(), command.has_subcommands()) {
        (1, _) => "the commands",
        (_, true) => "its commands and options",
        (_, false) => "its options",
    };
    error.hint(format!("`{} -h` shows {shows}", path.join(" ")))
}

/// Returns what clap says, without tips and usage.
fn message(stopped: &clap::Error) -> String {
    let text = stopped.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default().trim();
    first.strip_prefix("error: ").unwrap_or(first).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether the arguments name no command, so that their help is that of the program.
pub(crate) fn names_no_command(tree: &Command, arguments: &[OsString]) -> bool {
    named(tree, arguments).0.len() == 1
}

/// Returns the command that the arguments name, and its path.
fn named<'t>(tree: &'t Command, arguments: &'t [OsString]) -> (Vec<&'t str>, &'t Command) {
    // The program works under any name.
    let program = arguments.first().and_then(|first| Path::new(first).file_name()?.to_str());
    let (mut path, mut command) = (vec![program.unwrap_or(tree.get_name())], tree);
    let mut words = arguments.iter().skip(1).map_while(|argument| argument.to_str()).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if let Some(option) =
            options(tree, command).find(|arg| arg.get_long().is_some_and(|l| word == format!("--{l}")))
        {
            if option.get_action().takes_values() {
                words.next();
            }
        } else if let Some(found) = command.find_subcommand(word) {
            path.push(found.get_name());
            command = found;
        }
    }
    (path, command)
}

/// Returns the options of a command, those of every command among them.
fn options<'t>(tree: &'t Command, command: &'t Command) -> impl Iterator<Item = &'t Arg> {
    command.get_arguments().chain(tree.get_arguments().filter(|arg| arg.is_global_set()))
}

/// Returns the hint with the command that shows what has an id, where that stands in the place of a subcommand.
fn shows(command: &Command, id: &str) -> Option<String> {
    let is_id = match command.get_name() {
        "transactions" => id.parse::<TransactionId>().is_ok(),
        "imports" => id.parse::<ImportId>().is_ok(),
        "grants" => id.parse::<GrantId>().is_ok(),
        _ => false,
    };
    is_id.then(|| format!("`vault {} show {id}` shows it", command.get_name()))
}

/// Returns the hint with the words that were meant.
fn meant(stopped: &clap::Error, tree: &Command, command: &Command) -> Option<String> {
    let text = |kind| match stopped.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    if let Some(given) = text(ContextKind::InvalidSubcommand) {
        return shows(command, given).or_else(|| near::asked(&near::commands(given, command, [])));
    }
    if let Some(source) = stopped.source() {
        let word = source.downcast_ref::<UnknownWord>().map(UnknownWord::near);
        let period = source.downcast_ref::<PeriodError>().map(PeriodError::near);
        return near::asked(&word.or(period)?);
    }
    if let Some(ContextValue::Strings(known)) = stopped.get(ContextKind::ValidValue) {
        return near::hint(text(ContextKind::InvalidValue)?, known.iter().map(String::as_str));
    }
    let given = text(ContextKind::InvalidArg).filter(|_| stopped.kind() == ErrorKind::UnknownArgument)?;
    let given = given.strip_prefix("--")?.split('=').next()?;
    let known = options(tree, command).filter(|arg| !arg.is_hide_set()).filter_map(Arg::get_long);
    let found: Vec<String> =
        model::near(given, known.chain(["help", "version"])).iter().map(|name| format!("--{name}")).collect();
    near::asked(&found)
}
