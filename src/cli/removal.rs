//! A directory that goes also when a signal ends the program.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};

use super::signals::{Caught, act_on, remove_before_end};

const STEP: Duration = Duration::from_millis(50);

/// Removes a directory when a signal comes that ends the program, and then lets it end. Dropped, it watches no more.
pub(crate) struct RemovedOnSignal {
    watching: Option<Watching>,
}

impl RemovedOnSignal {
    /// Watches for signals.
    pub(crate) fn watch(dir: &Path) -> RemovedOnSignal {
        remove_before_end(Some(dir.to_owned()));
        RemovedOnSignal { watching: Some(Watching::begin()) }
    }

    /// Leaves the signals to what asks for a secret and acts on them itself; the directory goes then, too.
    pub(crate) fn while_asking<T>(&mut self, ask: impl FnOnce() -> T) -> T {
        self.watching = None;
        let answer = ask();
        self.watching = Some(Watching::begin());
        answer
    }
}

impl Drop for RemovedOnSignal {
    fn drop(&mut self) {
        self.watching = None;
        remove_before_end(None);
    }
}

/// A thread that waits for signals, until this is dropped.
struct Watching {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watching {
    fn begin() -> Watching {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        // The signals are noted from here on, and not only when the thread runs.
        let caught = Caught::at_the_end();
        let thread = thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                thread::sleep(STEP);
                match caught.next() {
                    None => {}
                    // As the signal itself does.
                    Some(Signal::TSTP) => drop(kill_process(getpid(), Signal::STOP)),
                    Some(signal) => {
                        drop(caught);
                        act_on(signal);
                        return;
                    }
                }
            }
        });
        Watching { is_over, thread: Some(thread) }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It cannot panic, and would have nothing to tell.
            let _ = thread.join();
        }
    }
}
