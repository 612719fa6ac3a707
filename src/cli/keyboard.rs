//! Keys of a terminal that hands over each one. They are waited for a moment at most.
//!
//! A key that sends a signal has the system throw away what was typed just before it. A program that was told of input, and
//! waits until it can be read, would then wait for the next key, and act on the signal only after that.

use std::fs::File;
use std::io;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
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

/// Has a terminal show no key and hand over each; a read returns what there is.
pub(crate) fn hand_over_keys(attributes: &mut Termios) {
    attributes.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
    attributes.special_codes[SpecialCodeIndex::VMIN] = 0;
    attributes.special_codes[SpecialCodeIndex::VTIME] = 0;
}

/// Waits a moment for keys, and takes as many as fit.
pub(crate) fn next(terminal: &File, bytes: &mut [u8]) -> io::Result<Input> {
    if has_input(terminal)? { take(terminal, bytes) } else { Ok(Input::Nothing) }
}

/// Waits a moment for input, and returns whether there is any, or the end of it.
pub(crate) fn has_input(terminal: &File) -> io::Result<bool> {
    match poll(&mut [PollFd::new(terminal, PollFlags::IN)], Some(&A_MOMENT)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn take(terminal: &File, bytes: &mut [u8]) -> io::Result<Input> {
    match rustix::io::read(terminal, bytes) {
        Ok(0) if is_gone(terminal)? => Ok(Input::Gone),
        Ok(0) | Err(Errno::INTR | Errno::AGAIN) => Ok(Input::Nothing),
        Ok(read) => Ok(Input::Bytes(read)),
        Err(Errno::IO) => Ok(Input::Gone),
        Err(error) => Err(error.into()),
    }
}

/// Returns whether there is nobody at the other end. A read of such a terminal returns nothing, too.
fn is_gone(terminal: &File) -> io::Result<bool> {
    let mut asked = [PollFd::new(terminal, PollFlags::IN)];
    match poll(&mut asked, Some(&Timespec::default())) {
        Ok(_) => Ok(asked[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)),
        Err(Errno::INTR) => Ok(false),
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
