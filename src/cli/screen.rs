//! What standard output and error lead to: a terminal of some width, a file, or nowhere.

use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

use super::environment::variable;

/// Whether stdout is the null device: a secret that is printed there is lost. A closed stdout is opened so as well.
pub(crate) fn stdout_goes_nowhere() -> bool {
    let (Ok(out), Ok(null)) = (rustix::fs::fstat(io::stdout()), rustix::fs::stat("/dev/null")) else { return false };
    out.st_rdev == null.st_rdev && out.st_mode == null.st_mode
}

/// Whether stdout takes colours: a terminal, and the person has not set NO_COLOR.
pub(crate) fn stdout_takes_colour() -> bool {
    io::stdout().is_terminal() && !colour_refused()
}

/// Whether progress can be drawn on stderr.
pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal() && !dumb()
}

/// Columns of the terminal that stdout is, if it is one.
pub(crate) fn stdout_width() -> Option<u16> {
    if io::stdout().is_terminal() { columns(io::stdout()) } else { None }
}

/// Columns of a terminal; nothing when it tells none, or fewer than a table needs.
pub(crate) fn columns(terminal: impl AsFd) -> Option<u16> {
    rustix::termios::tcgetwinsize(terminal).ok().map(|size| size.ws_col).filter(|columns| *columns >= 20)
}

fn colour_refused() -> bool {
    variable("NO_COLOR").is_some() || dumb()
}

fn dumb() -> bool {
    variable("TERM").is_some_and(|term| term == "dumb")
}
