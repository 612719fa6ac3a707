//! An error as a person or a program sees it.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde_json::json;
use thiserror::Error as ThisError;

use super::exit::Exit;
use super::explain;
use super::output::safe::terminal_safe;
use super::output::{self, OutputError, with_causes};
use super::shell::quoted;
use crate::model::clean_for_display;
use crate::ops::OpError;
use crate::store::StoreError;
use crate::store::files::says_full;

/// An error as the person sees it: what happened, then what to do.
#[derive(Debug)]
pub(crate) struct CliError {
    exit: Exit,
    source: Box<dyn Error + Send + Sync>,
    hints: Vec<String>,
    /// The command line that would succeed.
    command: Option<String>,
    /// Whether the reader of stdout closed it: then this is success, and nothing is written.
    silent: bool,
    /// Whether the person was told in other words.
    is_said: bool,
}

/// What failed at the command line itself, and why.
#[derive(Debug, ThisError)]
#[error("{doing}")]
struct Failed {
    doing: String,
    source: Box<dyn Error + Send + Sync>,
}

impl CliError {
    /// Makes an error of an exit code and what happened.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        CliError::of(exit, message.into())
    }

    /// Makes an error of an exit code and the error of another room, which is kept.
    pub(crate) fn of(exit: Exit, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        CliError { exit, source: source.into(), hints: Vec::new(), command: None, silent: false, is_said: false }
    }

    /// Makes an error of what failed, such as `cannot read slice.bin`, and why.
    pub(crate) fn caused(
        exit: Exit,
        doing: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let source = source.into();
        let is_full = source.downcast_ref::<io::Error>().is_some_and(says_full);
        let error = CliError::of(exit, Failed { doing: doing.into(), source });
        if is_full { error.hint(explain::FULL) } else { error }
    }

    /// Adds what to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what to do, where there is anything.
    pub(crate) fn hint_if(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Returns whether the disk failed under the vault, for a reason that the database does not tell.
    pub(crate) fn is_of_disk(&self) -> bool {
        let store = |error: &OpError| {
            matches!(error, OpError::Store(StoreError::Disk(_) | StoreError::Unconfirmed { is_full: false, .. }))
        };
        self.source.downcast_ref::<OpError>().is_some_and(store)
    }

    /// Returns whether an interrupted change kept the vault from being looked at.
    pub(crate) fn is_of_journal(&self) -> bool {
        let store = |error: &OpError| {
            matches!(error, OpError::Store(StoreError::Interrupted(_) | StoreError::JournalOnReadOnly(_)))
        };
        self.source.downcast_ref::<OpError>().is_some_and(store)
    }

    /// Tells that the disk is full, which was found out after the error.
    pub(crate) fn of_full_disk(mut self) -> Self {
        self.hints.retain(|hint| hint != explain::DISK);
        self.hints.insert(0, explain::FULL.to_owned());
        self
    }

    /// Tells of a secret that does not open a backup what does: not what opens the present vault.
    pub(crate) fn of_backup(mut self) -> Self {
        for hint in self.hints.iter_mut().filter(|hint| *hint == explain::OTHER_SECRET) {
            *hint = "give a passphrase, key file or recovery code that opened the vault when the backup was made"
                .to_owned();
        }
        self
    }

    /// Tells of damage where it is: in a backup, `name`, and not in the present vault.
    pub(crate) fn of_vault_in(self, name: &str, hint: &str) -> Self {
        if self.exit != Exit::Integrity {
            return self;
        }
        CliError::caused(Exit::Integrity, format!("the vault in {name} is not as it was written"), self.source)
            .hint(hint)
    }

    /// Tells of an older version in a place that is only read what makes it readable.
    pub(crate) fn of_apart(mut self, dir: &Path) -> Self {
        self.hints = vec![format!(
            "`vault restore FILE --to DIR` brings a backup to that as it unpacks it; `vault restore --to {} --adopt` makes this one the \
             vault of this machine",
            quoted(dir.as_os_str())
        )];
        self
    }

    /// Adds the command line that would succeed.
    pub(crate) fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// Makes it an error of which everything was said already, but for its exit code.
    pub(crate) fn said(mut self) -> Self {
        self.is_said = true;
        self
    }

    /// Returns what happened, and why.
    pub(crate) fn message(&self) -> String {
        with_causes(&*self.source)
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
        if self.is_said {
            return self.exit;
        }
        match (json, &self.command) {
            (true, _) => output::note(&self.as_json()),
            (false, command) => {
                output::note_in_words(&self.as_text());
                // A command is copied, and a line that was broken would run as two.
                command.iter().for_each(|command| output::note(&format!("hint: {command}")));
            }
        }
        self.exit
    }

    fn as_json(&self) -> String {
        let hint = (!self.hints.is_empty()).then(|| self.hints.join("; "));
        let mut error = json!({"error": {"kind": self.exit.name(), "message": self.message(), "hint": hint}});
        if let Some(command) = &self.command {
            error["error"]["command"] = command.as_str().into();
        }
        terminal_safe(&error.to_string()).into_owned()
    }

    /// Returns all but the command. A name with a line end in it begins no line.
    fn as_text(&self) -> String {
        let mut text = format!("error: {}", clean_for_display(&self.message()));
        for hint in &self.hints {
            let _ = write!(text, "\nhint: {}", clean_for_display(hint));
        }
        text
    }
}

impl From<OpError> for CliError {
    fn from(source: OpError) -> Self {
        let (exit, hint) = (source.kind().into(), explain::hint(&source));
        CliError::of(exit, source).hint_if(hint)
    }
}

impl From<OutputError> for CliError {
    fn from(source: OutputError) -> Self {
        let silent = matches!(&source, OutputError::Stdout(cause) if cause.kind() == io::ErrorKind::BrokenPipe);
        let is_full = matches!(&source, OutputError::Stdout(cause) if says_full(cause));
        let error = CliError { silent, ..CliError::of(Exit::Failure, source) };
        if is_full { error.hint(explain::FULL) } else { error }
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
    fn tells_each_cause_once() {
        let missing = || io::Error::from_raw_os_error(2);
        let error = CliError::caused(Exit::BadInput, "cannot read a.csv", missing());
        assert_eq!(error.message(), "cannot read a.csv: No such file or directory");
        let error = CliError::from(OpError::Archive(missing()));
        assert_eq!(error.message(), "the file cannot be archived: No such file or directory");
        assert!(error.source.downcast_ref::<OpError>().is_some());
        let json = serde_json::from_str::<bool>("1").unwrap_err();
        let error = CliError::from(OpError::SliceUnreadable(json));
        assert_eq!(error.message().matches("expected a boolean").count(), 1);
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
