//! An error as a person or a program sees it.

use std::fmt::Write as _;
use std::io;

use serde_json::json;

use super::exit::Exit;
use super::explain;
use super::output::safe::{clean_lines, terminal_safe};
use super::output::{self, OutputError, plain, with_causes};
use crate::ops::OpError;
use crate::store::StoreError;

/// An error as the person sees it: what happened, then what to do.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    message: String,
    hints: Vec<String>,
    /// Whether the reader of stdout closed it: then this is success, and nothing is written.
    silent: bool,
}

impl CliError {
    /// Makes an error of an exit code and what happened.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        CliError { exit, message: message.into(), hints: Vec::new(), silent: false }
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Makes an error of the operating system's, with what failed, such as `cannot read slice.bin`.
    pub(crate) fn io(exit: Exit, doing: impl std::fmt::Display, source: &io::Error) -> Self {
        CliError::new(exit, format!("{doing}: {}", plain(source)))
    }

    /// Makes an error of what clap says, without the usage lines, which are for people.
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

    /// Returns what happened.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Returns the exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// Writes the error to stderr and returns the exit code.
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
        terminal_safe(&error.to_string()).into_owned()
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

impl From<OutputError> for CliError {
    fn from(source: OutputError) -> Self {
        let mut error = CliError::new(Exit::Failure, with_causes(&source));
        error.silent = matches!(&source, OutputError::Stdout(cause) if cause.kind() == io::ErrorKind::BrokenPipe);
        error
    }
}

impl From<StoreError> for CliError {
    fn from(source: StoreError) -> Self {
        OpError::from(source).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_happened_and_what_to_do() {
        let error = CliError::new(Exit::Refused, "no\u{1b}[2J").hint("yes");
        assert_eq!(error.as_text(), "error: no\u{fffd}[2J\nhint: yes");
        insta::assert_snapshot!(error.as_json(), @r#"{"error":{"hint":"yes","kind":"refused","message":"no\u001b[2J"}}"#);
    }

    #[test]
    fn is_silent_on_a_broken_pipe_only() {
        let broken = CliError::from(OutputError::Stdout(io::ErrorKind::BrokenPipe.into()));
        assert_eq!(broken.report(false), Exit::Ok);
        let full = CliError::from(OutputError::Stdout(io::ErrorKind::StorageFull.into()));
        assert_eq!(full.exit(), Exit::Failure);
        assert!(!full.silent);
    }

    #[test]
    fn keeps_the_numbers_of_the_exit_codes() {
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
