//! A directory that goes also when a signal ends the program.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Signal, getpid, kill_process};

use super::signals::{Caught, act_on};

const STEP: Duration = Duration::from_millis(50);

/// Removes a directory when a signal comes that ends the program, and then lets it end. Dropped, it watches no more.
pub(crate) struct RemovedOnSignal {
    is_over: Arc<AtomicBool>,
    watching: Option<JoinHandle<()>>,
}

impl RemovedOnSignal {
    /// Watches for signals.
    pub(crate) fn watch(dir: &Path) -> RemovedOnSignal {
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, dir) = (Arc::clone(&is_over), dir.to_owned());
        let watching = thread::spawn(move || {
            let caught = Caught::new();
            while !over.load(Ordering::Relaxed) {
                thread::sleep(STEP);
                match caught.next() {
                    None | Some(Signal::CONT | Signal::WINCH) => {}
                    // As the signal itself does.
                    Some(Signal::TSTP) => drop(kill_process(getpid(), Signal::STOP)),
                    Some(signal) => {
                        // What cannot be removed now is by the next command that unpacks a backup there.
                        let _ = fs::remove_dir_all(&dir);
                        drop(caught);
                        act_on(signal);
                        return;
                    }
                }
            }
        });
        RemovedOnSignal { is_over, watching: Some(watching) }
    }
}

impl Drop for RemovedOnSignal {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(watching) = self.watching.take() {
            // It cannot panic, and would have nothing to tell.
            let _ = watching.join();
        }
    }
}
