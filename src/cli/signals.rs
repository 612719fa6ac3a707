//! Signals that have to wait until the terminal is as it was. A handler only notes that one came; who asks acts on it.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process::{Signal, getpid, kill_process};

/// What ends the program, stops it, lets it go on, or changes the terminal's size. Not those of a crash.
const CAUGHT: [Signal; 14] = [
    Signal::HUP,
    Signal::INT,
    Signal::QUIT,
    Signal::TERM,
    Signal::USR1,
    Signal::USR2,
    Signal::ALARM,
    Signal::VTALARM,
    Signal::PROF,
    Signal::XCPU,
    Signal::IO,
    Signal::TSTP,
    Signal::CONT,
    Signal::WINCH,
];

/// The signals that came: a bit for each number.
static CAME: AtomicU32 = AtomicU32::new(0);

/// The directory that goes before a signal ends the program.
static REMOVED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// While this lives, signals are noted and not acted on. Of those that live at a time, no two note the same signal.
pub(crate) struct Caught {
    before: Vec<(Signal, libc::sigaction)>,
}

impl Caught {
    /// Begins to note signals. What the program ignores stays ignored.
    pub(crate) fn new() -> Caught {
        Caught::of(&CAUGHT)
    }

    /// Begins to note those signals that a key sends to end a program.
    pub(crate) fn at_the_keyboard() -> Caught {
        Caught::of(&[Signal::INT, Signal::QUIT])
    }

    /// Begins to note those signals that end or stop the program.
    pub(crate) fn at_the_end() -> Caught {
        let others = [Signal::CONT, Signal::WINCH];
        Caught::of(&CAUGHT.into_iter().filter(|signal| !others.contains(signal)).collect::<Vec<_>>())
    }

    /// Begins to note that the program goes on after a stop, and nothing else.
    pub(crate) fn going_on() -> Caught {
        Caught::of(&[Signal::CONT])
    }

    fn of(signals: &[Signal]) -> Caught {
        let mine = signals.iter().fold(0, |bits, signal| bits | bit(signal.as_raw()));
        CAME.fetch_and(!mine, Ordering::SeqCst);
        Caught { before: signals.iter().filter_map(|signal| Some((*signal, catch(*signal)?))).collect() }
    }

    /// Returns a signal that came since, once.
    pub(crate) fn next(&self) -> Option<Signal> {
        let mut mine = self.before.iter().map(|(signal, _)| *signal);
        let came = mine.find(|signal| CAME.load(Ordering::SeqCst) & bit(signal.as_raw()) != 0)?;
        CAME.fetch_and(!bit(came.as_raw()), Ordering::SeqCst);
        Some(came)
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        for (signal, action) in &self.before {
            put_back(*signal, action);
        }
    }
}

/// Has a write beyond the limit of a file's size fail, as one on a full disk does. The signal for it would end the program.
pub(crate) fn fail_at_the_limit() {
    let _ = catch(Signal::XFSZ);
}

/// Names the directory that [`act_on`] removes before a signal ends the program, or none.
pub(crate) fn remove_before_end(dir: Option<PathBuf>) {
    if let Ok(mut removed) = REMOVED.lock() {
        *removed = dir;
    }
}

/// Sends a signal to this program, which acts on it as if it had come now.
pub(crate) fn act_on(signal: Signal) {
    let goes_on = [Signal::TSTP, Signal::CONT, Signal::WINCH].contains(&signal);
    if !goes_on && let Some(dir) = REMOVED.lock().ok().and_then(|mut removed| removed.take()) {
        // What cannot be removed now is by the next command that unpacks a backup there.
        let _ = fs::remove_dir_all(dir);
    }
    // A program may always send a signal to itself.
    let _ = kill_process(getpid(), signal);
}

fn bit(signal: i32) -> u32 {
    u32::try_from(signal).ok().and_then(|signal| 1u32.checked_shl(signal)).unwrap_or(0)
}

extern "C" fn note(signal: libc::c_int) {
    CAME.fetch_or(bit(signal), Ordering::SeqCst);
}

/// Has a signal noted, and returns what was done with it before; nothing where it is ignored.
#[allow(unsafe_code)]
fn catch(signal: Signal) -> Option<libc::sigaction> {
    let handler: extern "C" fn(libc::c_int) = note;
    // SAFETY: zeros are a valid `sigaction`; both pointers are to live values. The handler is one operation on an atomic
    // number, which a signal may interrupt anything for.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let mut before: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as libc::sighandler_t;
        if libc::sigaction(signal.as_raw(), &raw const action, &raw mut before) != 0 {
            return None;
        }
        if before.sa_sigaction == libc::SIG_IGN {
            libc::sigaction(signal.as_raw(), &raw const before, std::ptr::null_mut());
            return None;
        }
        Some(before)
    }
}

/// Has a signal acted on as before.
#[allow(unsafe_code)]
fn put_back(signal: Signal, action: &libc::sigaction) {
    // SAFETY: the pointer is to a live value, which the system gave.
    unsafe {
        libc::sigaction(signal.as_raw(), &raw const *action, std::ptr::null_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_signals_until_it_is_dropped() {
        let caught = Caught::new();
        assert_eq!(caught.next(), None);
        // Both are noted; neither ends the program that runs the test.
        act_on(Signal::TERM);
        act_on(Signal::WINCH);
        let mut came = Vec::new();
        // Another thread may take a signal a moment later.
        while came.len() < 2 {
            came.extend(caught.next());
        }
        assert!(came.contains(&Signal::TERM) && came.contains(&Signal::WINCH), "{came:?}");
        drop(caught);
        // Its own action is to do nothing.
        act_on(Signal::WINCH);
        assert_eq!(CAME.load(Ordering::SeqCst), 0);
    }
}
