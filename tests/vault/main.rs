//! The store under attack, through the library and on real files: old pages put back, rows changed with the raw key,
//! changes interrupted, two processes at once, and true histories cut into export files.
//!
//! Vaults are opened by key files, which cost no key derivation, and lie in memory where that is possible.
#![allow(missing_docs, clippy::unwrap_used, clippy::disallowed_methods)]

mod balances;
mod concurrent;
mod crash;
mod cut_days;
mod dense;
#[path = "../support/files.rs"]
mod files;
mod first_day;
#[path = "../support/fixed.rs"]
mod fixed;
mod grants;
mod histories;
#[path = "../support/history.rs"]
#[allow(dead_code, reason = "each of those that share the file uses a part of it")]
mod history;
mod kept;
mod marks;
mod merge;
mod modes;
mod outbox;
mod outbox_faults;
mod overlaps;
mod pending;
mod policy;
mod probe;
mod proven;
mod repeated;
mod replay;
#[path = "../support/request.rs"]
mod request;
mod rollback;
mod secrets;
mod signers;
mod statements;
#[path = "../support/strace.rs"]
mod strace;
mod tamper;
mod test_vault;
mod unnumbered;
mod unsigned;
mod uses;
