//! A secret that a person types: read key by key into one buffer that is zeroed, on a terminal that shows nothing.
//!
//! The terminal's own line editing is off meanwhile, and with it its signals: a program that Ctrl-C ends would leave a
//! terminal that shows nothing any more. The keys that edit, interrupt or stop are those that the terminal had; signals
//! of other programs wait until it is as it was.

use std::cell::RefCell;
use std::fs::File;
use std::io;

use rustix::process::Signal;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::{Zeroize, Zeroizing};

use super::keyboard::{self, Input};
use super::line::LONGEST_LINE;
use super::signals::{Caught, act_on};

/// What was typed.
pub(crate) enum Typed {
    /// A line.
    Line(Zeroizing<String>),
    /// The end of the input, or nothing that could be a secret.
    Nothing(&'static str),
}

/// A terminal that shows nothing and hands over each key, until this is dropped.
pub(crate) struct Quiet<'t> {
    device: &'t File,
    keyboard: File,
    before: Termios,
    /// Nothing while a signal is acted on.
    caught: RefCell<Option<Caught>>,
}

impl<'t> Quiet<'t> {
    /// Turns the terminal quiet.
    pub(crate) fn new(device: &'t File) -> io::Result<Quiet<'t>> {
        let before = tcgetattr(device)?;
        let keyboard = keyboard::open()?;
        let quiet = Quiet { device, keyboard, before, caught: RefCell::new(Some(Caught::new())) };
        quiet.hide()?;
        Ok(quiet)
    }

    fn hide(&self) -> io::Result<()> {
        let mut attributes = self.before.clone();
        keyboard::hand_over_keys(&mut attributes);
        attributes.local_modes.remove(LocalModes::ISIG);
        Ok(tcsetattr(self.device, OptionalActions::Now, &attributes)?)
    }

    fn restore(&self) -> io::Result<()> {
        Ok(tcsetattr(self.device, OptionalActions::Now, &self.before)?)
    }

    /// Reads a line after the prompt that `ask` writes. Keys and signals that end or stop the program do so on a terminal
    /// as it was; after a stop it asks again.
    pub(crate) fn line(&self, ask: &dyn Fn() -> io::Result<()>) -> io::Result<Typed> {
        loop {
            ask()?;
            match self.keys()? {
                Keys::Typed(typed) => return Ok(typed),
                Keys::Signal(signal) => {
                    self.restore()?;
                    self.caught.replace(None);
                    act_on(signal);
                    // Here goes on what was stopped, or ignores the signal.
                    self.caught.replace(Some(Caught::new()));
                    self.hide()?;
                    if signal != Signal::TSTP {
                        return Ok(Typed::Nothing("nothing was entered"));
                    }
                }
            }
        }
    }

    fn keys(&self) -> io::Result<Keys> {
        let codes = &self.before.special_codes;
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST_LINE));
        let mut is_too_long = false;
        let mut byte = Zeroizing::new([0u8; 1]);
        loop {
            match self.signal() {
                Some(Signal::WINCH) => {}
                // Whoever let the program go on may have changed the terminal.
                Some(Signal::CONT) => self.hide()?,
                Some(signal) => return Ok(Keys::Signal(signal)),
                None => {}
            }
            match keyboard::next(&self.keyboard, &mut *byte)? {
                Input::Nothing => continue,
                Input::Bytes(_) => {}
                Input::Gone => return Ok(Keys::Typed(Typed::Nothing("nothing was entered"))),
            }
            // A terminal has no key for what has the code 0.
            let is = |index: SpecialCodeIndex| byte[0] != 0 && byte[0] == codes[index];
            let signals = [
                (SpecialCodeIndex::VINTR, Signal::INT),
                (SpecialCodeIndex::VQUIT, Signal::QUIT),
                (SpecialCodeIndex::VSUSP, Signal::TSTP),
            ];
            if let Some((_, signal)) = signals.into_iter().find(|(index, _)| is(*index)) {
                return Ok(Keys::Signal(signal));
            }
            if matches!(byte[0], b'\n' | b'\r') || (is(SpecialCodeIndex::VEOF) && !line.is_empty()) {
                let typed = if is_too_long { Typed::Nothing("what was typed is too long") } else { text_of(line) };
                return Ok(Keys::Typed(typed));
            }
            if is(SpecialCodeIndex::VEOF) {
                return Ok(Keys::Typed(Typed::Nothing("nothing was entered")));
            }
            if is(SpecialCodeIndex::VKILL) {
                line.clear();
                is_too_long = false;
            } else if is(SpecialCodeIndex::VERASE) || matches!(byte[0], 8 | 127) {
                erase_last(&mut line);
            } else if line.len() == LONGEST_LINE {
                // The rest is read, too: it is part of the secret, and a shell would show it.
                is_too_long = true;
            } else {
                line.push(byte[0]);
            }
        }
    }
}

impl Quiet<'_> {
    fn signal(&self) -> Option<Signal> {
        self.caught.borrow().as_ref().and_then(Caught::next)
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // There is no way to report a terminal that is gone.
        let _ = self.restore();
        let came: Vec<Signal> = std::iter::from_fn(|| self.signal()).collect();
        self.caught.replace(None);
        came.into_iter().for_each(act_on);
    }
}

/// What the keys came to.
enum Keys {
    Typed(Typed),
    Signal(Signal),
}

/// Removes the last character, which may have several bytes.
fn erase_last(line: &mut Vec<u8>) {
    while let Some(byte) = line.pop() {
        if byte & 0b1100_0000 != 0b1000_0000 {
            break;
        }
    }
}

/// Makes text of the bytes without a copy.
fn text_of(mut line: Zeroizing<Vec<u8>>) -> Typed {
    match String::from_utf8(std::mem::take(&mut *line)) {
        Ok(text) => Typed::Line(Zeroizing::new(text)),
        Err(error) => {
            error.into_bytes().zeroize();
            Typed::Nothing("what was typed is not UTF-8")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erases_whole_characters() {
        let mut line = "aß€".as_bytes().to_vec();
        for left in ["aß", "a", "", ""] {
            erase_last(&mut line);
            assert_eq!(line, left.as_bytes());
        }
    }
}
