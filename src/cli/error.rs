//! What the person is told when something failed.

use std::fmt::Write as _;
use std::io;

use serde_json::json;

use super::exit::Exit;
use super::{explain, output};
use crate::model::clean_for_display;
use crate::ops::OpError;
use crate::store::StoreError;

/// An error as the person sees it: what happened, then what to do.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    message: String,
    hints: Vec<String>,
    /// The reader of stdout went away: success, and nothing is said.
    silent: bool,
}

impl CliError {
    /// An error with its exit code and what happened.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        CliError { exit, message: message.into(), hints: Vec::new(), silent: false }
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// An error of the operating system, with what was being done, such as `cannot read slice.bin`.
    pub(crate) fn io(exit: Exit, doing: impl std::fmt::Display, source: &io::Error) -> Self {
        CliError::new(exit, format!("{doing}: {}", plain(source)))
    }

    /// An error while writing results to stdout.
    pub(crate) fn stdout(source: &io::Error) -> Self {
        let mut error = CliError::io(Exit::Failure, "cannot write to standard output", source);
        error.silent = source.kind() == io::ErrorKind::BrokenPipe;
        error
    }

    /// What clap says, without the usage lines: those are for people.
    pub(crate) fn from_clap(stopped: &clap::Error) -> Self {
        let text = stopped.render().to_string();
        let mut parts = text.split("\n\n").map(str::trim);
        let first = parts.next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first).split_whitespace().collect::<Vec<_>>().join(" ");
        let mut error = CliError::new(Exit::Usage, message);
        for tip in parts.filter_map(|part| part.strip_prefix("tip: ")) {
            error = error.hint(tip);
        }
        if error.hints.is_empty() { error.hint("--help shows the options") } else { error }
    }

    /// What happened.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Writes the error to stderr and gives the exit code.
    pub(crate) fn report(&self, json: bool) -> Exit {
        if self.silent {
            return Exit::Ok;
        }
        output::note(&if json { self.as_json() } else { self.as_text() });
        self.exit
    }

    fn as_json(&self) -> String {
        let hint = (!self.hints.is_empty()).then(|| self.hints.join("; "));
        let error = json!({"error": {"kind": self.exit.name(), "message": self.message, "hint": hint}});
        output::json::terminal_safe(&error.to_string()).into_owned()
    }

    fn as_text(&self) -> String {
        let mut text = format!("error: {}", clean_lines(&self.message));
        for hint in &self.hints {
            let _ = write!(text, "\nhint: {}", clean_lines(hint));
        }
        text
    }
}

impl From<OpError> for CliError {
    fn from(source: OpError) -> Self {
        let error = CliError::new(source.kind().into(), with_causes(&source));
        match explain::hint(&source) {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

impl From<StoreError> for CliError {
    fn from(source: StoreError) -> Self {
        OpError::from(source).into()
    }
}

/// The message and its causes. A cause that the message before it already tells is not told twice.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            let _ = write!(text, ": {more}");
        }
        cause = next.source();
    }
    without_numbers(text)
}

/// The system's message without the number that Rust appends.
pub(crate) fn plain(source: &io::Error) -> String {
    without_numbers(source.to_string())
}

/// Takes the numbers of the system's errors out of a message: the words before them say it.
fn without_numbers(mut text: String) -> String {
    while let Some(start) = text.find(" (os error ") {
        let Some(length) = text[start..].find(')') else { break };
        text.replace_range(start..=start + length, "");
    }
    text
}

/// Text that may come from files, line by line safe to show.
pub(crate) fn clean_lines(text: &str) -> String {
    text.split('\n').map(clean_for_display).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_system_errors_are_left_out() {
        let source = io::Error::from_raw_os_error(2);
        let error = OpError::Input { name: "a".to_owned(), source };
        assert_eq!(CliError::from(error).message, "cannot read a: No such file or directory");
        assert_eq!(plain(&io::Error::from_raw_os_error(2)), "No such file or directory");
        assert_eq!(without_numbers("cut (os error 2".to_owned()), "cut (os error 2");
    }

    #[test]
    fn an_error_says_what_happened_and_what_to_do() {
        let error = CliError::new(Exit::Refused, "no\u{1b}[2J").hint("yes");
        assert_eq!(error.as_text(), "error: no\u{fffd}[2J\nhint: yes");
        insta::assert_snapshot!(error.as_json(), @r#"{"error":{"hint":"yes","kind":"refused","message":"no\u001b[2J"}}"#);
    }

    #[test]
    fn only_a_broken_pipe_is_silent() {
        let broken = CliError::stdout(&io::ErrorKind::BrokenPipe.into());
        assert_eq!(broken.report(false), Exit::Ok);
        let full = CliError::stdout(&io::ErrorKind::StorageFull.into());
        assert_eq!(full.exit(), Exit::Failure);
        assert!(!full.silent);
    }

    #[test]
    fn the_numbers_are_fixed() {
        let all = [
            Exit::Ok,
            Exit::Failure,
            Exit::Usage,
            Exit::Locked,
            Exit::Refused,
            Exit::BadInput,
            Exit::Integrity,
            Exit::Busy,
        ];
        assert_eq!(all.map(|e| e as u8), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
