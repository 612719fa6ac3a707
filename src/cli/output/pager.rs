//! What is longer than the terminal goes through the person's pager, as git does it. The vault is not locked meanwhile:
//! a report is complete before it is shown.

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use console::measure_text_width;

use super::error::OutputError;
use super::streams::{note, to_stdout};
use crate::cli::environment::variable;
use crate::cli::screen;
use crate::cli::signals::Caught;

/// The pager where none is named.
const DEFAULT: &str = "less";
/// What no pager needs to be started for.
const NONE: [&str; 2] = ["", "cat"];

/// What the person has set for all of this run.
static SETTING: OnceLock<String> = OnceLock::new();

/// Sets the pager, which comes before `$PAGER`. The first one counts.
pub(crate) fn set_pager(command: String) {
    let _ = SETTING.set(command);
}

/// Writes text to stdout: through the pager where stdout is a terminal with fewer lines.
pub(crate) fn page(text: &str) -> Result<(), OutputError> {
    match pager().filter(|_| is_longer_than_the_terminal(text)) {
        Some(pager) => through(&pager, text),
        None => to_stdout(text),
    }
}

/// A program that shows text page by page.
enum Pager {
    /// The one that is started where none is named.
    Default,
    /// A command line.
    Named(OsString),
}

/// Returns the pager: the one that is set, else that of the variable, else the default one.
fn pager() -> Option<Pager> {
    // A variable that is empty wants none.
    let named = SETTING.get().map(OsString::from).or_else(|| std::env::var_os("PAGER"));
    match named {
        Some(command) if NONE.iter().any(|none| command.as_os_str() == OsStr::new(none)) => None,
        Some(command) => Some(Pager::Named(command)),
        None => Some(Pager::Default),
    }
}

fn is_longer_than_the_terminal(text: &str) -> bool {
    if !io::stdout().is_terminal() || !screen::moves_cursor() {
        return false;
    }
    let Some((columns, rows)) = screen::size(io::stdout()) else { return false };
    let columns = usize::from(columns);
    let lines: usize = text.lines().map(|line| measure_text_width(line).max(1).div_ceil(columns)).sum();
    // The prompt of the shell takes a line, too.
    lines >= usize::from(rows)
}

fn through(pager: &Pager, text: &str) -> Result<(), OutputError> {
    // Ctrl-C is for the pager, whose terminal would be left as the pager wants it if this program ended first.
    let caught = Caught::at_the_keyboard();
    let shown = run(pager, text);
    drop(caught);
    match (shown, pager) {
        (Ok(status), Pager::Named(command)) if matches!(status.code(), Some(126 | 127)) => {
            to_stdout(text)?;
            // Below the text, where it is seen.
            note(&format!("note: the pager cannot be run: {}", command.to_string_lossy()));
            Ok(())
        }
        (Ok(_), _) => Ok(()),
        (Err(_), _) => to_stdout(text),
    }
}

fn run(pager: &Pager, text: &str) -> io::Result<ExitStatus> {
    let mut command = match pager {
        Pager::Default => Command::new(DEFAULT),
        Pager::Named(line) => {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(line);
            shell
        }
    };
    // What fits is shown as it is, colours are, and the screen is not cleared at the end.
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if variable(name).is_none() {
            command.env(name, value);
        }
    }
    // What is searched for would be kept in a file.
    command.env("LESSHISTFILE", "-");
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A person who has seen enough ends the pager before it has read everything.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait()
}
