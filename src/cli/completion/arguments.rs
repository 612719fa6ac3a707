//! Which arguments take what the vault can name.

use std::ffi::OsStr;
use std::sync::Arc;

use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::words::Words;

/// What an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An account, by name or id; of several with commas between them.
    Account { several: bool },
    /// Any grant.
    Grant,
    /// A grant that did not end.
    LivingGrant,
    /// A grant that waits for its owner.
    SuspendedGrant,
    /// Any import.
    Import,
    /// An import that was not undone.
    LivingImport,
    /// A rule of the policy.
    Rule,
    /// An answer that imports remember.
    Answer,
    /// A decision about duplicates.
    Decision,
    /// A CSV profile.
    Profile,
    /// A topic, a command or a schema, by what stands before it.
    Help,
    /// A command, by what stands before it.
    Command,
    /// One of a few words.
    Word(Words),
    /// A file or directory, whose name the shell completes.
    File,
}

/// Stands in the place of the name of a file. No value has control characters.
pub(super) const FILES: &str = "\t";

/// Returns what the argument of a command takes, if that can be named. `path` has the names of the command and of those above it.
pub(crate) fn kind(path: &[&str], argument: &Arg) -> Option<Kind> {
    let found = match (path, argument.get_id().as_str()) {
        (_, "account") | (["accounts", "merge"], "into") => {
            Kind::Account { several: argument.get_value_delimiter().is_some() }
        }
        (["grants", "resume"], "id") => Kind::SuspendedGrant,
        (["grants", _], "id") => Kind::Grant,
        (["revoke"], "id") => Kind::LivingGrant,
        (["imports", "answers", "remove"], "id") => Kind::Answer,
        (["imports", "undo"], "id") => Kind::LivingImport,
        (["imports", _], "id") => Kind::Import,
        (["policy", "remove"], "rule") => Kind::Rule,
        (["duplicates", "undo"], "id") => Kind::Decision,
        (["import"], "profile") => Kind::Profile,
        (["help"], "words") => Kind::Help,
        (["man"], "command") => Kind::Command,
        (["transactions"], "sort") => Kind::Word(Words::Sort),
        (["transactions"], "status") => Kind::Word(Words::Status),
        (["import"], "date_order") => Kind::Word(Words::DateOrder),
        (["import"], "sign") => Kind::Word(Words::Sign),
        (["accounts", "set-type"], "kind") | (["share"] | ["policy", _], "kind") => Kind::Word(Words::AccountType),
        (["keys", _], "kind") => Kind::Word(Words::SlotKind),
        (_, "scope") => Kind::Word(Words::Scope),
        _ if matches!(argument.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath) => {
            Kind::File
        }
        _ => return None,
    };
    Some(found)
}

/// What names the values of a kind that fit what is typed.
pub(super) type Names = Arc<dyn Fn(Kind, &str) -> Vec<CompletionCandidate> + Send + Sync>;

/// Makes a command line complete what `names` knows, and mark where the shell completes a file.
pub(super) fn completing(command: Command, names: &Names) -> Command {
    within(command, &[], names)
}

fn within(command: Command, path: &[&str], names: &Names) -> Command {
    let command = command.mut_args(|argument| match kind(path, &argument) {
        Some(kind) if argument.get_action().takes_values() => argument.add(completer(kind, names)),
        _ => argument,
    });
    command.mut_subcommands(|inner| {
        let name = inner.get_name().to_owned();
        within(inner, &[path, &[&name]].concat(), names)
    })
}

fn completer(kind: Kind, names: &Names) -> ArgValueCompleter {
    let names = Arc::clone(names);
    ArgValueCompleter::new(move |typed: &OsStr| match (kind, typed.to_str()) {
        (Kind::File, _) => vec![CompletionCandidate::new(FILES)],
        (_, Some(typed)) => names(kind, typed),
        (_, None) => Vec::new(),
    })
}
