//! Asks the person at the terminal. Questions go to the terminal itself, never through stdin or stdout, so that both
//! can be pipes.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use console::Term;
use dialoguer::Password;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::error::CliError;
use super::exit::Exit;
use super::output::safe::clean_lines;
use super::screen;

/// Keeps the terminal from showing what is typed, until it is dropped.
struct Quiet<'t> {
    device: &'t File,
    before: Option<Termios>,
}

impl<'t> Quiet<'t> {
    fn new(device: &'t File) -> Quiet<'t> {
        let before = tcgetattr(device).ok();
        if let Some(mut attributes) = before.clone() {
            attributes.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(device, OptionalActions::Now, &attributes);
        }
        Quiet { device, before }
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = tcsetattr(self.device, OptionalActions::Now, before);
        }
    }
}

/// The terminal of the person who started the program.
pub(crate) struct Terminal {
    device: File,
}

impl Terminal {
    /// Opens the terminal, when there is a person at it.
    ///
    /// A background job may have a controlling terminal too, so stdin or stderr must also be one.
    pub(crate) fn open() -> Option<Terminal> {
        if !io::stdin().is_terminal() && !io::stderr().is_terminal() {
            return None;
        }
        OpenOptions::new().read(true).write(true).open("/dev/tty").ok().map(|device| Terminal { device })
    }

    /// Asks for a secret without showing it; with `again`, a second time.
    pub(crate) fn secret(&self, prompt: &str, again: Option<&str>) -> Result<Zeroizing<String>, CliError> {
        let term = self.term()?;
        let mut question = Password::new().with_prompt(prompt).report(false);
        if let Some(again) = again {
            question = question.with_confirmation(again, "The two differ: type them again.");
        }
        // Off before the prompt appears, so that early typing is hidden too.
        let _quiet = Quiet::new(&self.device);
        let answer = question.interact_on(&term).map(Zeroizing::new);
        answer.map_err(|dialoguer::Error::IO(source)| CliError::caused(Exit::Locked, "nothing was entered", source))
    }

    /// Asks a question whose default answer is no. Only `y` or `yes` is a yes.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, CliError> {
        self.say(&format!("{question} [y/N] "))?;
        let mut answer = String::new();
        let read = BufReader::new(self.duplicate()?).read_line(&mut answer);
        read.map_err(|source| CliError::caused(Exit::Refused, "no answer could be read", source))?;
        Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }

    /// Writes text to the terminal.
    pub(crate) fn say(&self, text: &str) -> Result<(), CliError> {
        let written = (&self.device).write_all(clean_lines(text).as_bytes());
        written.map_err(|source| CliError::caused(Exit::Failure, "cannot write to the terminal", source))
    }

    /// Returns the columns of the terminal.
    pub(crate) fn width(&self) -> Option<u16> {
        screen::columns(&self.device)
    }

    /// Returns the terminal as one that reads keys and moves the cursor.
    pub(crate) fn term(&self) -> Result<Term, CliError> {
        Ok(Term::read_write_pair(self.duplicate()?, self.duplicate()?))
    }

    fn duplicate(&self) -> Result<File, CliError> {
        self.device.try_clone().map_err(|source| CliError::caused(Exit::Failure, "cannot use the terminal", source))
    }
}
