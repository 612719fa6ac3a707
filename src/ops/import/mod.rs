//! Importing export files: bytes to statements, statements to accounts, rows to source rows.
//!
//! Each file is one change of the vault: all of it or nothing. A dry run makes the change and rolls it back;
//! in a vault on trial the change stays for the files after it, until the trial ends.

mod accounts;
mod again;
mod apply;
mod assign;
mod candidates;
mod choice;
mod choose;
mod counts;
mod describe;
mod encoding;
mod gaps;
mod incoming;
mod join;
mod known;
mod lines;
mod meetings;
mod named;
mod names;
mod one;
mod options;
mod pace;
mod read;
mod rows;
mod run;
mod same;
mod signs;
mod stop;
mod together;
mod total;
mod unnumbered;

pub(crate) use accounts::unlearn;
pub(crate) use again::import_again;
pub use gaps::keep_what_is_left;
pub(crate) use meetings::apart;
pub use named::check_named;
pub use options::{ImportOptions, LARGEST_FILE, Settings, Source};
pub use run::{file, is_no_export, unreadable};
pub use together::together;
