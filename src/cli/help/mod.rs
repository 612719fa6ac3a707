//! Help: short with `-h`, whole with `--help`, and documents with `vault help TOPIC`.
//!
//! The tree of commands that clap parses with has no examples. [`dressed`] adds them, where help is shown: a command that
//! does its work pays for none of it.

pub(crate) mod examples;
pub(crate) mod groups;
mod markdown;
pub(crate) mod schemas;
pub(crate) mod text;
pub(crate) mod topics;

use clap::Command;
use clap::builder::StyledStr;

use super::screen;

/// The last line of the help of a command.
const GLOBAL: &str = "Global options: --vault, --key-file, --json, --yes, …: `vault help options`";
/// The last lines of the list of commands.
const MORE: &str = "`vault COMMAND -h` shows the options of a command, `--help` also examples.";

/// Which help is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// `-h`
    Short,
    /// `--help` of a command: its own options, and one line about those of every command.
    Long,
    /// `--help` of the program, which has the options of every command.
    Whole,
}

/// Returns the tree of commands as its help shows it.
pub(crate) fn dressed(tree: Command, length: Length) -> Command {
    let exit_codes = tree.get_after_help().map(ToString::to_string).unwrap_or_default();
    let list = groups::list(&tree);
    let topics = topics::names();
    let options = if length == Length::Whole { "\n\nOptions of every command:\n{options}" } else { "" };
    let is_elsewhere = length != Length::Whole;
    let tree = tree.mut_args(|arg| match arg.is_global_set() {
        true => arg.hide_short_help(true).hide_long_help(is_elsewhere),
        false => arg,
    });
    let tree = tree.subcommand_required(true);
    let tree = tree.after_help(format!("{topics}\n{MORE}\n{GLOBAL}"));
    let tree = tree.after_long_help(format!("{topics}\n{MORE}\n\n{exit_codes}"));
    let head = "{about-with-newline}\n{usage-heading} {usage}\n\n";
    let tree = tree.help_template(format!("{head}{}{options}{{after-help}}", list.trim_end()));
    subcommands(tree, "")
}

/// Returns the commands in their groups, and each topic in a line.
pub(crate) fn overview(tree: Command) -> StyledStr {
    let lines = topics::TOPICS.iter().map(|topic| format!("  {:<14}{}\n", topic.name, topic.about));
    let topics: String = lines.collect();
    dressed(tree, Length::Short).after_help(format!("Topics of `vault help TOPIC`:\n{topics}\n{MORE}")).render_help()
}

/// Dresses the commands below one.
fn subcommands(mut command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(name, |sub| subcommands(with_examples(sub, &path), &path));
    }
    command
}

/// Adds the line about global options to the help of a command, and its examples to the long one.
fn with_examples(command: Command, path: &str) -> Command {
    let short = command.get_after_help().map(ToString::to_string);
    let long = command.get_after_long_help().map(ToString::to_string).or_else(|| short.clone());
    let examples = Some(examples::of(path)).filter(|examples| !examples.is_empty());
    let joined = |parts: [Option<String>; 2]| {
        parts.into_iter().flatten().chain([GLOBAL.to_owned()]).collect::<Vec<_>>().join("\n\n")
    };
    command.after_help(joined([short, None])).after_long_help(joined([long, examples]))
}

/// Returns help for stdout: with colours where it takes them.
pub(crate) fn styled(help: &StyledStr) -> String {
    if screen::stdout_takes_colour() { help.ansi().to_string() } else { help.to_string() }
}
