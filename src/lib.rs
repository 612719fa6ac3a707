//! `finvault`: a personal finance data vault. This page is the map of the house.
//!
//! ```text
//!   cli ──▶ ops ──▶ store ──▶ share ──▶ crypto
//!                   import ────────────▶ model
//! ```
//!
//! Dependencies point down only: `cli → ops → {store, share, import} → {crypto, model}`, and `store → share`.
//!
//! | room | what it owns | what it must not know |
//! |---|---|---|
//! | [`cli`] | arguments, prompts, printing, exit codes, the environment | SQL, cryptography |
//! | [`ops`] | the use cases; each returns a plain report | the terminal |
//! | [`store`] | the vault directory and the only SQL | how anything is shown |
//! | [`share`] | scope, policy, grant, slice, token, sealing; pure | files, clock, database |
//! | [`import`] | bytes to statements, and which rows are new; pure | files, database |
//! | [`crypto`] | secret types, key derivation, sealing, signatures; no files | what it protects |
//! | [`model`] | money, days, ids, accounts, statements; pure | everything else |
//!
//! One export file flows `bytes → text → detect → importer → Statement → dedupe → one database transaction`;
//! one share flows `grant → slice → signature → seal → outbox → token`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

#[cfg(not(any(feature = "vendored-openssl", feature = "system-openssl")))]
compile_error!("choose where SQLCipher finds its cryptography: feature vendored-openssl or system-openssl");

/// What the tests in here share with those under `tests/` calls the library by its name.
#[cfg(test)]
extern crate self as finvault;

pub mod cli;
pub mod crypto;
pub mod import;
pub mod model;
pub mod ops;
pub mod share;
pub mod store;
