//! Backups without a key: made, listed, verified, and removed by what is to be kept.

mod report;
mod retention;
mod run;
mod verify;

pub use report::{BackupLine, BackupReport, BackupStatus, VerifiedFile, VerifyReport};
pub use retention::{KeepReason, Kept, Retention};
pub use run::{Options, Outcome, Streamed, list, run, stream};
pub use verify::{Unpacked, forget, verify};
