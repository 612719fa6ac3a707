//! Topics of `vault help TOPIC`: the project's documents, which the program carries.

use std::fmt::Write as _;

use clap::{Arg, Command};

/// A topic.
pub(crate) struct Topic {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it tells, in a few words.
    pub about: &'static str,
    source: Source,
}

/// Where the text of a topic comes from.
enum Source {
    /// A document.
    Document(&'static str),
    /// The options that every command takes, and a section of a document about secrets.
    Options,
    /// The list of schemas, which is a section of a document.
    Schemas,
}

const OPTIONS: &str = include_str!("../../../docs/options.md");
const JSON: &str = include_str!("../../../docs/json.md");

/// The topics, in the order in which they are listed.
pub(crate) const TOPICS: [Topic; 11] = [
    topic("periods", "how days, months and quarters are written", include_str!("../../../docs/periods.md")),
    topic("scopes", "what a share can let out, and how to narrow it", include_str!("../../../docs/scopes.md")),
    topic("scripting", "keys, results and shares without a terminal", include_str!("../../../docs/scripting.md")),
    topic("errors", "every error message, and what to do", include_str!("../../../docs/errors.md")),
    topic("exit-codes", "what the codes mean for scripts", include_str!("../../../docs/exit-codes.md")),
    topic(
        "csv-profiles",
        "how CSV files are read, and how to add a bank",
        include_str!("../../../docs/csv-profiles.md"),
    ),
    topic(
        "duplicates",
        "which rows are one transaction, and what is in doubt",
        include_str!("../../../docs/identity.md"),
    ),
    topic("json", "the JSON and CSV of every command", JSON),
    topic("sql", "the views and columns of `vault sql`", include_str!("../../../docs/sql.md")),
    Topic { name: "schemas", about: "JSON Schemas; `vault help schemas NAME` prints one", source: Source::Schemas },
    Topic { name: "options", about: "options of every command, and where secrets come from", source: Source::Options },
];

const fn topic(name: &'static str, about: &'static str, document: &'static str) -> Topic {
    Topic { name, about, source: Source::Document(document) }
}

/// Returns the topic of a name, in any case.
pub(crate) fn named(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name.eq_ignore_ascii_case(name))
}

/// Returns the topic that carries a document, by its file's name without the ending.
pub(super) fn of_document(name: &str) -> Option<&'static Topic> {
    named(if name == "identity" { "duplicates" } else { name })
}

/// Returns the names of the topics in a sentence.
pub(super) fn names() -> String {
    format!("Topics of `vault help TOPIC`: {}", TOPICS.map(|topic| topic.name).join(", "))
}

impl Topic {
    /// Returns whether a name may follow it: that of a schema.
    pub(crate) fn takes_a_name(&self) -> bool {
        matches!(self.source, Source::Schemas)
    }

    /// Returns the text, in Markdown. `tree` has the options of every command.
    pub(crate) fn markdown(&self, tree: &Command) -> String {
        match self.source {
            Source::Document(text) => text.to_owned(),
            Source::Schemas => format!("# Schemas\n{}", section(JSON, "Schemas")),
            Source::Options => {
                let secrets = section(OPTIONS, "Where secrets come from");
                format!("# Global options\n\n{}\n## Where secrets come from\n{secrets}", options(tree))
            }
        }
    }
}

/// Returns the text of a section, without its heading.
fn section<'d>(document: &'d str, heading: &str) -> &'d str {
    let heading = format!("\n## {heading}\n");
    let Some((_, text)) = document.split_once(&heading) else { return "" };
    text.split("\n## ").next().unwrap_or_default()
}

/// Returns a table of the options that every command takes.
fn options(tree: &Command) -> String {
    let mut table = "| option | what it does |\n|---|---|\n".to_owned();
    for arg in tree.get_arguments().filter(|arg| arg.is_global_set()) {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| `{}` | {} |", written(arg), help.replace('|', "\\|"));
    }
    table
}

/// Returns an option as it is written: `-q, --quiet`, `--vault DIR`.
fn written(arg: &Arg) -> String {
    let short = arg.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    let long = arg.get_long().unwrap_or_default();
    let values = if arg.get_action().takes_values() { arg.get_value_names() } else { None };
    let values: String = values.unwrap_or_default().iter().map(|name| format!(" {name}")).collect();
    format!("{short}--{long}{values}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_documents_are_there() {
        assert!(section(JSON, "Schemas").contains("schemas/accounts.json"));
        assert!(section(OPTIONS, "Where secrets come from").contains("--passphrase-file"));
        assert_eq!(section("a\n## B\nb\n## C\nc\n", "B"), "b");
        assert_eq!(section("a\n## B\nb\n", "X"), "");
    }
}
