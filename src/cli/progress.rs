//! A progress bar on stderr, only on a terminal, and only when the work takes longer than half a second.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen;
use super::system::Stopwatch;
use crate::model::clean_for_display;
use crate::ops::progress::Progress;

/// Work that is shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many units pass between two looks at the clock: work may report every row of a million.
const STRIDE: u64 = 1024;

/// A bar that appears when the work takes long.
pub(crate) struct Bar {
    shown: bool,
    done: AtomicU64,
    work: Mutex<Option<Work>>,
}

struct Work {
    what: String,
    total: u64,
    since: Stopwatch,
    bar: Option<ProgressBar>,
}

impl Bar {
    /// Makes a bar that is drawn only on a terminal, and not when quiet is wanted.
    pub(crate) fn new(quiet: bool) -> Bar {
        Bar { shown: !quiet && screen::stderr_is_terminal(), done: AtomicU64::new(0), work: Mutex::new(None) }
    }

    fn draw(&self, done: u64) {
        let Ok(mut guard) = self.work.lock() else { return };
        let Some(work) = guard.as_mut() else { return };
        if work.since.elapsed() < PATIENCE {
            return;
        }
        let bar = work.bar.get_or_insert_with(|| make_bar(&work.what, work.total));
        bar.set_position(done);
    }
}

impl Progress for Bar {
    fn start(&self, what: &str, total: u64) {
        self.finish();
        if !self.shown {
            return;
        }
        self.done.store(0, Ordering::Relaxed);
        if let Ok(mut work) = self.work.lock() {
            let what = clean_for_display(what).into_owned();
            *work = Some(Work { what, total, since: Stopwatch::start(), bar: None });
        }
    }

    fn advance(&self, n: u64) {
        if !self.shown {
            return;
        }
        let before = self.done.fetch_add(n, Ordering::Relaxed);
        let after = before.saturating_add(n);
        if before / STRIDE != after / STRIDE {
            self.draw(after);
        }
    }

    fn finish(&self) {
        let work = self.work.lock().ok().and_then(|mut work| work.take());
        if let Some(bar) = work.and_then(|work| work.bar) {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.finish();
    }
}

fn make_bar(what: &str, total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent}%") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar
}
