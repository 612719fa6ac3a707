//! Real export files, read by the library.
//!
//! The files are other people's and lie outside the repository: `FINVAULT_CORPUS` names a directory with `ofx/`,
//! `csv/` and `truth.jsonl`. Without it these tests are shown as ignored, and their names are added to the file that
//! `FINVAULT_SKIPPED` names. With `--nocapture` they print what became of each file.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod csv;
mod ofx;

use std::fmt::Arguments;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Completion, Trial};

const NO_CORPUS: &str = "FINVAULT_CORPUS is not set: no real export file was read";

/// Shows what was read, to those who ask for it.
#[derive(Clone, Copy)]
struct Log {
    shown: bool,
}

impl Log {
    fn line(self, line: Arguments<'_>) {
        if self.shown {
            println!("{line}");
        }
    }
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let log = Log { shown: arguments.nocapture };
    let trials = vec![
        trial("every_ofx_file_is_read_at_least_as_well_as_by_others", log, ofx::is_read_as_well_as_by_others),
        trial("every_csv_file_is_read_or_refused_for_a_reason", log, csv::is_read_or_refused_for_a_reason),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test that reads the corpus, and is ignored without one.
fn trial(name: &'static str, log: Log, test: fn(&Path, Log)) -> Trial {
    Trial::ignorable_test(name, move || match std::env::var_os("FINVAULT_CORPUS") {
        Some(corpus) => {
            test(&PathBuf::from(corpus), log);
            Ok(Completion::Completed)
        }
        None => {
            report_skipped(name);
            Ok(Completion::ignored_with(NO_CORPUS))
        }
    })
}

fn report_skipped(name: &str) {
    if let Some(list) = std::env::var_os("FINVAULT_SKIPPED") {
        let mut list = OpenOptions::new().append(true).create(true).open(list).unwrap();
        writeln!(list, "{name}: {NO_CORPUS}").unwrap();
    }
}
