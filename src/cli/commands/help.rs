//! `vault help`.

use clap::Command;
use serde::Serialize;

use crate::cli::args::Format;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::help::topics::{self, TOPICS, Topic};
use crate::cli::help::{self, Length, groups, schemas, text};
use crate::cli::near;
use crate::cli::output::{self, OutputError};
use crate::cli::screen;
use crate::cli::session::Session;

/// The columns of the help of a command where no terminal is.
const PLAIN_COLUMNS: usize = 100;
/// The columns of a text that no terminal shows.
const COLUMNS: u16 = 80;
/// The most columns that a text takes: longer lines are hard to read.
const MOST_COLUMNS: u16 = 100;

/// Show the help of a command, or a topic such as periods
///
/// Without a word, lists commands and topics. What is a topic and a command is shown as both.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A topic, or a command and its subcommand; `schemas NAME` prints a schema
    #[arg(value_name = "TOPIC|COMMAND")]
    words: Vec<String>,
}

/// What `help TOPIC --json` prints.
#[derive(Serialize)]
struct Told<'a> {
    topic: &'a str,
    text: &'a str,
}

/// What `help --json` prints.
#[derive(Serialize)]
struct Overview<'t> {
    commands: Vec<CommandLine<'t>>,
    topics: Vec<TopicLine>,
}

#[derive(Serialize)]
struct CommandLine<'t> {
    name: &'t str,
    group: &'static str,
    about: String,
}

#[derive(Serialize)]
struct TopicLine {
    name: &'static str,
    about: &'static str,
}

/// Shows what the words name. `tree` is the tree of commands.
pub(crate) fn run(session: &Session, args: &Args, tree: Command) -> Result<(), CliError> {
    session.not_as_csv("help")?;
    let words: Vec<String> = args.words.iter().map(|word| word.to_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => overview(session, tree),
        ["schemas", name] => schema(name),
        [name, rest @ ..] => match topics::named(name).filter(|topic| tree.find_subcommand(topic.name).is_none()) {
            Some(topic) if rest.is_empty() => tell(session, topic.name, &document(session, topic, &tree)),
            Some(topic) => Err(too_many(topic, rest)),
            None => command(session, &words, tree),
        },
    }
}

/// Lists commands and topics.
fn overview(session: &Session, tree: Command) -> Result<(), CliError> {
    if session.format() == Format::Json {
        let commands = groups::listed(&tree).into_iter().map(|listed| CommandLine {
            name: listed.command.get_name(),
            group: listed.group,
            about: listed.command.get_about().map(ToString::to_string).unwrap_or_default(),
        });
        let topics = TOPICS.iter().map(|topic| TopicLine { name: topic.name, about: topic.about });
        return Ok(output::json::write(&Overview { commands: commands.collect(), topics: topics.collect() })?);
    }
    Ok(output::to_stdout(&help::styled(&help::overview(tree)))?)
}

/// Prints a schema, which is JSON in any format.
fn schema(name: &str) -> Result<(), CliError> {
    match schemas::named(name) {
        Some(text) => Ok(output::to_stdout(text)?),
        None => {
            let error = CliError::new(Exit::Usage, format!("there is no schema {name:?}"));
            Err(error.hint_if(near::hint(name, schemas::names())).hint("`vault help schemas` lists them"))
        }
    }
}

/// Shows the help of a command, and the topic of the same name.
fn command(session: &Session, words: &[&str], tree: Command) -> Result<(), CliError> {
    let mut at = &tree;
    let mut path = vec![tree.get_name()];
    for word in words {
        let Some(sub) = at.find_subcommand(word) else { return Err(unknown(word, at, &path)) };
        at = sub;
        path.push(sub.get_name());
    }
    let topic = match words {
        [_] => topics::named(at.get_name()),
        _ => None,
    };
    let document = topic.map(|topic| document(session, topic, &tree));
    let name = path[1..].join(" ");
    let line: Vec<String> = path.iter().copied().chain(["--help"]).map(str::to_owned).collect();
    // A program gets what is shown where no terminal is.
    let is_for_people = session.format() != Format::Json;
    let dressed = help::dressed(tree, Length::Long);
    let dressed = if is_for_people { dressed } else { dressed.term_width(PLAIN_COLUMNS) };
    let text = match dressed.try_get_matches_from(line) {
        Err(shown) if shown.kind() == clap::error::ErrorKind::DisplayHelp && is_for_people => {
            help::styled(&shown.render())
        }
        Err(shown) if shown.kind() == clap::error::ErrorKind::DisplayHelp => shown.render().to_string(),
        _ => return Err(CliError::new(Exit::Failure, format!("{name} has no help"))),
    };
    tell(session, &name, &[text].into_iter().chain(document).collect::<Vec<_>>().join("\n"))
}

fn unknown(word: &str, command: &Command, path: &[&str]) -> CliError {
    let is_root = path.len() == 1;
    let topics = TOPICS.iter().map(|topic| topic.name).filter(|_| is_root);
    let hint = near::asked(&near::commands(word, command, topics));
    let path = path.join(" ");
    if is_root {
        let error = CliError::new(Exit::Usage, format!("there is no topic and no command {word:?}"));
        error.hint_if(hint).hint("`vault help` lists them")
    } else {
        let error = CliError::new(Exit::Usage, format!("`{path}` has no subcommand {word:?}"));
        error.hint_if(hint).hint(format!("`{path} -h` shows its commands and options"))
    }
}

/// Returns the error of words after a topic that takes none, or after the name of a schema.
fn too_many(topic: &Topic, rest: &[&str]) -> CliError {
    let (taken, rest) = if topic.takes_a_name() { rest.split_at(1) } else { rest.split_at(0) };
    let line = ["vault help", topic.name].into_iter().chain(taken.iter().copied()).collect::<Vec<_>>().join(" ");
    let error = CliError::new(Exit::Usage, format!("`{line}` takes no further word: {:?} is too much", rest.join(" ")));
    error.hint(format!("leave it out: `{line}`"))
}

fn document(session: &Session, topic: &Topic, tree: &Command) -> String {
    let is_for_people = session.format() != Format::Json;
    let width = screen::stdout_width().filter(|_| is_for_people).unwrap_or(COLUMNS).min(MOST_COLUMNS);
    text::of(&topic.markdown(tree), width.into(), is_for_people && screen::stdout_takes_colour())
}

fn tell(session: &Session, topic: &str, text: &str) -> Result<(), CliError> {
    let written: Result<(), OutputError> = match session.format() {
        Format::Json => output::json::write(&Told { topic, text }),
        _ => output::page(text),
    };
    Ok(written?)
}
