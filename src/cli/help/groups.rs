//! The commands in groups, as a newcomer looks for them.

use std::fmt::Write as _;

use clap::Command;
use clap::builder::Styles;

use crate::cli::words::{padded, wrapped};

/// Groups and their commands. The last group has all that no other one names.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Keep", &["init", "import", "imports", "duplicates"]),
    ("Look", &["status", "accounts", "balances", "transactions", "sql"]),
    ("Share", &["share", "open", "grants", "revoke", "policy", "identity"]),
    ("Guard", &["unlock", "lock", "keys", "backup", "restore", "check", "audit"]),
    ("Other", &[]),
];
/// The columns that the name of a group takes.
const GROUP: usize = 7;
/// The columns that the name of a command takes.
const NAME: usize = 14;
/// The columns of a terminal that the list is laid out for.
const COLUMNS: usize = 80;

/// A command in its group.
pub(crate) struct Listed<'t> {
    /// The name of the group.
    pub group: &'static str,
    /// The command.
    pub command: &'t Command,
}

/// Returns the commands, group by group.
pub(crate) fn listed(tree: &Command) -> Vec<Listed<'_>> {
    let named = |name: &str| GROUPS.iter().any(|(_, names)| names.contains(&name));
    let mut all = Vec::new();
    for (group, names) in GROUPS {
        let commands = names.iter().filter_map(|name| tree.find_subcommand(name));
        all.extend(commands.map(|command| Listed { group, command }));
        if names.is_empty() {
            let others = tree.get_subcommands().filter(|command| !command.is_hide_set() && !named(command.get_name()));
            all.extend(others.map(|command| Listed { group, command }));
        }
    }
    all
}

/// Returns the list of commands, styled for a terminal.
pub(crate) fn list(tree: &Command) -> String {
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = String::new();
    let mut last = "";
    for Listed { group, command } in listed(tree) {
        let (is_first, is_new) = (last.is_empty(), last != group);
        if is_new && !is_first {
            text.push('\n');
        }
        let label = padded(if is_new { group } else { "" }, GROUP);
        let name = padded(command.get_name(), NAME);
        let indent = " ".repeat(GROUP + NAME);
        for (at, line) in wrapped(&about(command), "", COLUMNS - GROUP - NAME).iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = match at {
                0 => writeln!(text, "{header}{label}{header:#}{literal}{name}{literal:#}{line}"),
                _ => writeln!(text, "{indent}{line}"),
            };
        }
        last = group;
    }
    text
}

/// Returns what a command does, and its short names.
fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if aliases.is_empty() { about } else { format!("{about} ({})", aliases.join(", ")) }
}
