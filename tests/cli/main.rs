//! The command line as a person or a script meets it: one binary, one module for each area.
//!
//! Every test runs the program in a home of its own with an empty environment. Vaults are opened by key files, which
//! cost no key derivation.
#![allow(missing_docs, clippy::unwrap_used)]

mod accounts;
mod backup;
mod backup_faults;
mod backup_receivers;
mod backup_tools;
mod begin;
mod check;
mod completions;
mod config;
mod conversation;
mod disaster;
mod duplicates;
mod every_screen;
mod examples;
mod exit_codes;
mod extract;
mod faults;
#[path = "../support/files.rs"]
mod files;
mod folder;
mod forged;
mod gaps;
mod hand_over;
mod help;
mod histories;
#[path = "../support/history.rs"]
#[allow(dead_code, reason = "each of those that share the file uses a part of it")]
mod history;
mod import;
mod init;
mod keys;
mod keys_faults;
mod kinds;
mod lacks;
mod lists;
mod lock;
mod man;
mod misplaced;
mod mistaken;
mod near;
mod newcomer;
mod open;
mod other_banks;
mod output;
mod package;
mod page;
mod pager;
mod passphrases;
mod policy;
mod printed_sheet;
mod query;
mod restore;
mod restore_faults;
mod restored;
mod rotate;
mod schemas;
mod screens;
mod secrets;
mod share;
mod signs;
mod sql;
mod status;
#[path = "../support/strace.rs"]
mod strace;
mod terminal;
mod test_environment;
mod topics;
mod unlock;
mod whose_account;
