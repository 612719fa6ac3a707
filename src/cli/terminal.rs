//! Asks the person at the terminal. Questions go to the terminal itself, never through stdin or stdout, so that both
//! can be pipes.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use console::{Term, measure_text_width};
use rustix::termios::{QueueSelector, tcflush};
use zeroize::Zeroizing;

use super::error::CliError;
use super::exit::Exit;
use super::keyboard::has_input;
use super::output::safe::clean_lines;
use super::screen;
use super::signals::Caught;
use super::typed::{Quiet, Typed};
use super::words::wrapped;

/// Columns of an answer, such as `yes`, in the line of its question.
const ANSWER: usize = 4;

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

    /// Asks for a secret without showing it. An empty line is asked for once more.
    pub(crate) fn secret(&self, prompt: &str) -> Result<Zeroizing<String>, CliError> {
        // Quiet before the prompt appears, so that early typing is hidden too.
        let quiet = Quiet::new(&self.device).map_err(unusable)?;
        self.hidden(&quiet, prompt)
    }

    /// Asks for a new secret without showing it, and for the same again once `judge` took it. What `judge` says is shown.
    /// Returns nothing for one that it did not take.
    pub(crate) fn new_secret(
        &self,
        prompt: &str,
        again: &str,
        judge: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Option<Zeroizing<String>>, CliError> {
        let quiet = Quiet::new(&self.device).map_err(unusable)?;
        loop {
            let first = self.hidden(&quiet, prompt)?;
            match judge(&first) {
                Ok(taken) => self.tell(&taken)?,
                Err(why) => return self.tell(&why).map(|()| None),
            }
            if *self.hidden(&quiet, again)? == *first {
                return Ok(Some(first));
            }
            self.say("The two differ: type them again.\n")?;
        }
    }

    /// Asks for a secret that may be left out, without showing it: nothing, for an empty line.
    pub(crate) fn optional_secret(&self, prompt: &str) -> Result<Option<Zeroizing<String>>, CliError> {
        let quiet = Quiet::new(&self.device).map_err(unusable)?;
        let typed = quiet.line(&|| (&self.device).write_all(format!("{prompt}: ").as_bytes())).map_err(unusable)?;
        self.say("\n")?;
        match typed {
            Typed::Line(line) => Ok(Some(line).filter(|line| !line.is_empty())),
            Typed::Nothing(why) => Err(CliError::new(Exit::Locked, why)),
        }
    }

    fn hidden(&self, quiet: &Quiet<'_>, prompt: &str) -> Result<Zeroizing<String>, CliError> {
        loop {
            let typed = quiet.line(&|| (&self.device).write_all(format!("{prompt}: ").as_bytes())).map_err(unusable)?;
            self.say("\n")?;
            match typed {
                Typed::Line(line) if line.is_empty() => {}
                Typed::Line(line) => return Ok(line),
                Typed::Nothing(why) => return Err(CliError::new(Exit::Locked, why)),
            }
        }
    }

    /// Asks a question whose default answer is no. Only `y` or `yes` is a yes.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, CliError> {
        Ok(is_yes(&self.line(&format!("{question} [y/N] "))?))
    }

    /// Asks for a line that is shown while it is typed. What was typed before is thrown away: it is no answer to what was
    /// not seen. After a stop (Ctrl-Z, `fg`) it asks again: the shell wrote below the question.
    pub(crate) fn line(&self, question: &str) -> Result<String, CliError> {
        tcflush(&self.device, QueueSelector::IFlush).map_err(|error| unusable(error.into()))?;
        let width = self.width().map_or(usize::MAX, usize::from);
        let question = folded(question, width.saturating_sub(ANSWER));
        let caught = Caught::going_on();
        self.say(&question)?;
        // The terminal hands over a line when it is whole.
        while !has_input(&self.device).map_err(unusable)? {
            if caught.next().is_some() {
                self.say(&question)?;
            }
        }
        drop(caught);
        let mut answer = String::new();
        let read = BufReader::new(self.duplicate()?).read_line(&mut answer);
        read.map_err(|source| CliError::caused(Exit::Refused, "no answer could be read", source))?;
        Ok(answer)
    }

    /// Returns the terminal itself, to draw on it.
    pub(crate) fn device(&self) -> &File {
        &self.device
    }

    /// Writes text to the terminal.
    pub(crate) fn say(&self, text: &str) -> Result<(), CliError> {
        let written = (&self.device).write_all(clean_lines(text).as_bytes());
        written.map_err(|source| CliError::caused(Exit::Failure, "cannot write to the terminal", source))
    }

    /// Writes sentences to the terminal, broken between words.
    pub(crate) fn tell(&self, text: &str) -> Result<(), CliError> {
        let width = self.width().map_or(80, usize::from);
        let lines: Vec<String> = text.lines().flat_map(|line| wrapped(line, "", width)).collect();
        self.say(&format!("{}\n", lines.join("\n")))
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
        self.device.try_clone().map_err(unusable)
    }
}

/// Breaks a question between words. One that has more than a line asks in a line of its own, without what it says before.
fn folded(question: &str, width: usize) -> String {
    let parts = match question.rsplit_once(". ") {
        Some((said, asked)) if measure_text_width(question) > width => vec![format!("{said}."), asked.to_owned()],
        _ => vec![question.to_owned()],
    };
    // What is asked for stands behind the last word, never alone in a line.
    let together = |part: &String| part.replace(" [y/N]", "\u{a0}[y/N]");
    let lines = parts.iter().flat_map(|part| wrapped(&together(part), "", width)).collect::<Vec<_>>();
    lines.join("\n").replace("\u{a0}[y/N]", " [y/N]")
}

/// Returns whether an answer is `y` or `yes`.
pub(crate) fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
}

pub(super) fn unusable(source: io::Error) -> CliError {
    CliError::caused(Exit::Failure, "cannot use the terminal", source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_question_asks_in_a_line_of_its_own() {
        let question = "These will not open it any more: slot 2. Go on? [y/N] ";
        assert_eq!(folded(question, 60), question);
        let lines = "These will not open it any\nmore: slot 2.\nGo on? [y/N] ";
        assert_eq!(folded(question, 30), lines);
        assert_eq!(folded("Make one here, as /a/b? [y/N] ", 20), "Make one here, as\n/a/b? [y/N] ");
        assert_eq!(folded("Remove the rule? [y/N] ", 20), "Remove the\nrule? [y/N] ");
    }
}
