//! The alternate screen: what is drawn there does not stay. It is left, and the terminal put back as it was, on an
//! answer, an error, a panic and every signal that can be caught.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::Signal;
use rustix::termios::{InputModes, LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::line::Line;
use super::page::Size;
use crate::cli::keyboard::{self, Input};
use crate::cli::screen;
use crate::cli::signals::{Caught, act_on};

/// The alternate screen, on which long lines are cut and not broken.
const ENTER: &str = "\x1b[?1049h\x1b[?7l";
const LEAVE: &str = "\x1b[0m\x1b[?7h\x1b[?1049l";

/// Whether the alternate screen is shown.
static IS_ENTERED: AtomicBool = AtomicBool::new(false);

/// What happens on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A character was typed; U+FFFD is one that is not ASCII.
    Typed(char),
    Enter,
    /// The last character is taken back.
    Erase,
    /// The whole line is taken back.
    Kill,
    /// Esc, or the end of the input.
    Escape,
    On,
    Back,
    /// The size changed, or the program goes on after a stop: all has to be drawn again.
    Redraw,
    /// The terminal is gone.
    Gone,
}

/// The terminal while a page is shown.
pub(super) struct Stage<'t> {
    device: &'t File,
    keyboard: File,
    before: Termios,
    /// Nothing while the program stops.
    caught: Option<Caught>,
    size: Size,
    is_coloured: bool,
    /// What was typed and not looked at yet.
    typed: VecDeque<u8>,
}

impl<'t> Stage<'t> {
    /// Shows the alternate screen. What was typed before is thrown away: it is no answer to what was not seen.
    pub(super) fn enter(device: &'t File, is_coloured: bool) -> io::Result<Stage<'t>> {
        let before = tcgetattr(device)?;
        let (caught, typed) = (Some(Caught::new()), VecDeque::new());
        let keyboard = keyboard::open()?;
        let stage = Stage { device, keyboard, before, caught, size: size(device), is_coloured, typed };
        stage.show()?;
        Ok(stage)
    }

    fn show(&self) -> io::Result<()> {
        let mut attributes = self.before.clone();
        keyboard::hand_over_keys(&mut attributes);
        attributes.local_modes.remove(LocalModes::IEXTEN);
        attributes.input_modes.remove(InputModes::IXON);
        tcsetattr(self.device, OptionalActions::Flush, &attributes)?;
        IS_ENTERED.store(true, Ordering::SeqCst);
        let mut device = self.device;
        device.write_all(ENTER.as_bytes())
    }

    fn hide(&self) {
        if IS_ENTERED.swap(false, Ordering::SeqCst) {
            let mut device = self.device;
            // There is no way to report a terminal that is gone.
            let _ = device.write_all(farewell(self.size).as_bytes());
        }
        let _ = tcsetattr(self.device, OptionalActions::Now, &self.before);
    }

    /// Returns the size, as of the last [`Event::Redraw`] at least.
    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// Draws lines, one for each row; the cursor stands in the last one.
    pub(super) fn draw(&mut self, lines: &[Line], cursor: usize) -> io::Result<()> {
        let mut device = self.device;
        device.write_all(picture(lines, self.size, cursor, self.is_coloured).as_bytes())
    }

    /// Waits for what happens. A signal that ends or stops the program does so on a terminal as it was.
    pub(super) fn next(&mut self) -> io::Result<Event> {
        loop {
            if let Some(signal) = self.caught.as_ref().and_then(Caught::next) {
                match signal {
                    Signal::WINCH => {}
                    Signal::CONT => {
                        self.show()?;
                        self.size = size(self.device);
                        return Ok(Event::Redraw);
                    }
                    signal => {
                        self.hide();
                        self.caught = None;
                        act_on(signal);
                        if signal != Signal::TSTP {
                            // Whoever made the program survive this gets no answer.
                            return Ok(Event::Gone);
                        }
                        self.caught = Some(Caught::new());
                        self.show()?;
                        self.size = size(self.device);
                        return Ok(Event::Redraw);
                    }
                }
            }
            if let Some(event) = self.typed() {
                return Ok(event);
            }
            let now = size(self.device);
            if now != self.size {
                self.size = now;
                return Ok(Event::Redraw);
            }
            let mut bytes = [0u8; 64];
            match keyboard::next(&self.keyboard, &mut bytes)? {
                // The size and the signals are looked at again.
                Input::Nothing => {}
                Input::Bytes(count) => self.typed.extend(&bytes[..count]),
                Input::Gone => return Ok(Event::Gone),
            }
        }
    }

    /// Takes the next event out of what was typed.
    fn typed(&mut self) -> Option<Event> {
        let byte = self.typed.pop_front()?;
        let codes = &self.before.special_codes;
        // A terminal has no key for what has the code 0.
        let is = |index: SpecialCodeIndex| byte != 0 && byte == codes[index];
        Some(match byte {
            b'\n' | b'\r' => Event::Enter,
            8 | 127 => Event::Erase,
            0x1b => return self.sequence(),
            _ if is(SpecialCodeIndex::VERASE) => Event::Erase,
            _ if is(SpecialCodeIndex::VKILL) => Event::Kill,
            _ if is(SpecialCodeIndex::VEOF) => Event::Escape,
            b' '..=b'~' => Event::Typed(char::from(byte)),
            _ => Event::Typed(char::REPLACEMENT_CHARACTER),
        })
    }

    /// Takes the rest of a key that sends several characters. Those that mean nothing here are no event.
    fn sequence(&mut self) -> Option<Event> {
        if !matches!(self.typed.front(), Some(b'[' | b'O')) {
            return Some(Event::Escape);
        }
        self.typed.pop_front();
        let end = self.typed.iter().position(|byte| matches!(byte, b'@'..=b'~'));
        let key: Vec<u8> = self.typed.drain(..end.map_or(self.typed.len(), |end| end + 1)).collect();
        match key.as_slice() {
            b"B" | b"6~" => Some(Event::On),
            b"A" | b"5~" => Some(Event::Back),
            _ => self.typed(),
        }
    }
}

/// Puts the terminal's normal screen back, for what a panic says. The rest is done where the stage is dropped.
pub(crate) fn leave_for_panic() {
    if IS_ENTERED.swap(false, Ordering::SeqCst)
        && let Ok(mut device) = OpenOptions::new().write(true).open("/dev/tty")
    {
        let _ = device.write_all(farewell(size(&device)).as_bytes());
    }
}

/// Returns what erases every row and shows the normal screen again. Rows are erased one by one: some terminals keep a
/// screen that is cleared as a whole.
fn farewell(size: Size) -> String {
    (1..=size.rows).map(|row| format!("\x1b[{row};1H\x1b[2K")).collect::<String>() + "\x1b[H" + LEAVE
}

/// Returns what draws lines, one for each row. Each part goes to its own column, so that a character of another width
/// than expected moves nothing.
pub(super) fn picture(lines: &[Line], size: Size, cursor: usize, is_coloured: bool) -> String {
    let mut out = String::from("\x1b[?25l");
    for row in 0..size.rows {
        out += &format!("\x1b[{};1H\x1b[2K", row + 1);
        let line = lines.get(row).into_iter().flat_map(|line| line.parts(size.columns));
        let is_bold = is_coloured && (row == 0 || row + 1 == size.rows);
        out += if is_bold { "\x1b[1m" } else { "" };
        line.for_each(|(column, text)| out += &format!("\x1b[{};{}H{text}", row + 1, column + 1));
        out += if is_bold { "\x1b[0m" } else { "" };
    }
    out + &format!("\x1b[{};{}H\x1b[?25h", size.rows, cursor + 1)
}

/// Returns the size of a terminal; one that does not say has the usual one.
fn size(terminal: impl AsFd) -> Size {
    let (columns, rows) = screen::size(terminal).unwrap_or((80, 24));
    Size { columns: columns.into(), rows: rows.into() }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        self.hide();
    }
}
