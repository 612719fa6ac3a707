//! What standard output and error lead to: a terminal of some width, a file, or nowhere.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::environment::variable;

/// Returns whether stdout is the null device, where a secret would be lost. A closed stdout is opened as the null device.
pub(crate) fn stdout_goes_nowhere() -> bool {
    let (Ok(out), Ok(null)) = (rustix::fs::fstat(io::stdout()), rustix::fs::stat("/dev/null")) else { return false };
    out.st_rdev == null.st_rdev && out.st_mode == null.st_mode
}

/// When tables are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Colour {
    /// On a terminal that takes colours, unless NO_COLOR is set.
    Auto,
    /// Also where no terminal is.
    Always,
    /// Never.
    Never,
}

/// What the person has set for all of this run.
static COLOUR: OnceLock<Colour> = OnceLock::new();

/// Sets when tables are coloured. The first one counts.
pub(crate) fn set_colour(colour: Colour) {
    let _ = COLOUR.set(colour);
}

/// Returns whether stdout takes colours: as the person has set it, or on a terminal without NO_COLOR.
pub(crate) fn stdout_takes_colour() -> bool {
    match COLOUR.get() {
        Some(Colour::Always) => true,
        Some(Colour::Never) => false,
        Some(Colour::Auto) | None => io::stdout().is_terminal() && takes_colour(),
    }
}

/// Returns whether a person can be asked: at both ends there is a terminal.
pub(crate) fn is_attended() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && !dumb()
}

/// Returns whether progress can be drawn on stderr.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal() && !dumb()
}

/// Returns the columns of stdout, if it is a terminal.
pub(crate) fn stdout_width() -> Option<u16> {
    if io::stdout().is_terminal() { columns(io::stdout()) } else { None }
}

/// Returns the columns that a line on stdout may have: any number where it is no terminal.
pub(crate) fn line_width() -> usize {
    stdout_width().map_or(usize::MAX, usize::from)
}

/// Returns the columns of stderr, if it is a terminal.
pub(crate) fn stderr_width() -> Option<u16> {
    if io::stderr().is_terminal() { columns(io::stderr()) } else { None }
}

/// Returns columns and rows of a terminal; none if it does not say.
pub(crate) fn size(terminal: impl AsFd) -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(terminal).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

/// Returns the columns of a terminal; none if it has fewer than a table needs, or does not say.
pub(crate) fn columns(terminal: impl AsFd) -> Option<u16> {
    rustix::termios::tcgetwinsize(terminal).ok().map(|size| size.ws_col).filter(|columns| *columns >= 20)
}

/// Returns whether text may be bold or red: the person has not set NO_COLOR, and the terminal can.
pub(crate) fn takes_colour() -> bool {
    variable("NO_COLOR").is_none() && !dumb()
}

/// Returns whether the cursor can be moved on the terminal: it has a name, and that is not `dumb`.
pub(crate) fn moves_cursor() -> bool {
    variable("TERM").is_some() && !dumb()
}

fn dumb() -> bool {
    variable("TERM").is_some_and(|term| term == "dumb")
}
