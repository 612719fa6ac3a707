//! Keys of a terminal that hands over each one. They are waited for a moment at most.
//!
//! A key that sends a signal has the system throw away what was typed just before it. A program that was told of input, and
//! waits until it can be read, would then wait for the next key, and act on the signal only after that.

use std::fs::File;
use std::io;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::termios::{LocalModes, SpecialCodeIndex, Termios};

/// How long it takes at most until a signal is noticed that came just before a key is waited for.
const A_MOMENT: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };

/// What a moment brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Nothing,
    /// So many bytes.
    Bytes(usize),
    /// The terminal is gone.
    Gone,
}

/// Opens the keyboard of the terminal. It has a description of its own: what never waits here must wait where lines are read.
pub(crate) fn open() -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    Ok(rustix::fs::open("/dev/tty", flags, Mode::empty())?.into())
}

/// Has a terminal show no key and hand over each.
pub(crate) fn hand_over_keys(attributes: &mut Termios) {
    attributes.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
    // A shell that finds the terminal so, after a program that was killed, takes a read of nothing for its end.
    attributes.special_codes[SpecialCodeIndex::VMIN] = 1;
    attributes.special_codes[SpecialCodeIndex::VTIME] = 0;
}

/// Waits a moment for keys, and takes as many as fit.
pub(crate) fn next(keyboard: &File, bytes: &mut [u8]) -> io::Result<Input> {
    if has_input(keyboard)? { take(keyboard, bytes) } else { Ok(Input::Nothing) }
}

/// Waits a moment for input, and returns whether there is any, or the end of it.
pub(crate) fn has_input(terminal: &File) -> io::Result<bool> {
    match poll(&mut [PollFd::new(terminal, PollFlags::IN)], Some(&A_MOMENT)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn take(keyboard: &File, bytes: &mut [u8]) -> io::Result<Input> {
    match rustix::io::read(keyboard, bytes) {
        Ok(0) | Err(Errno::IO) => Ok(Input::Gone),
        Ok(read) => Ok(Input::Bytes(read)),
        Err(Errno::INTR | Errno::AGAIN) => Ok(Input::Nothing),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt};
    use rustix::termios::{OptionalActions, QueueSelector, tcflush, tcgetattr, tcsetattr};

    use super::*;

    /// Returns both ends of a terminal that hands over each key: where keys are typed, and where they are read.
    fn terminal() -> (File, File) {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let typed = openpt(flags).unwrap();
        unlockpt(&typed).unwrap();
        let read = ioctl_tiocgptpeer(&typed, flags).unwrap();
        let mut attributes = tcgetattr(&read).unwrap();
        hand_over_keys(&mut attributes);
        tcsetattr(&read, OptionalActions::Now, &attributes).unwrap();
        rustix::fs::fcntl_setfl(&read, OFlags::NONBLOCK).unwrap();
        (typed.into(), read.into())
    }

    #[test]
    fn keys_that_the_system_threw_away_are_not_waited_for() {
        let (typed, read) = terminal();
        rustix::io::write(&typed, b"a").unwrap();
        while !has_input(&read).unwrap() {}
        // What the system does at Ctrl-C, between the two.
        tcflush(&read, QueueSelector::IFlush).unwrap();
        assert_eq!(take(&read, &mut [0; 8]).unwrap(), Input::Nothing);
    }

    #[test]
    fn takes_what_is_typed_until_the_terminal_is_gone() {
        let (typed, read) = terminal();
        assert_eq!(next(&read, &mut [0; 8]).unwrap(), Input::Nothing);
        rustix::io::write(&typed, b"yes").unwrap();
        let mut bytes = [0; 8];
        let mut taken: Vec<u8> = Vec::new();
        while taken.len() < 3 {
            if let Input::Bytes(count) = next(&read, &mut bytes).unwrap() {
                taken.extend(&bytes[..count]);
            }
        }
        assert_eq!(taken, b"yes");
        drop(typed);
        assert_eq!(next(&read, &mut bytes).unwrap(), Input::Gone);
    }
}
