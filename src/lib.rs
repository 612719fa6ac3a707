//! `finvault`: a personal finance data vault. This page is the map of the house.
//!
//! ```text
//!   main ──▶ cli ──▶ ops ──┬──▶ store ──▶ share ──┬──▶ crypto
//!                          └──▶ import ───────────┴──▶ model
//! ```
//!
//! Rooms are modules. Dependencies point down only, between rooms and between the files of a room, which `tests/house`
//! checks: `cli → ops → {store, share, import} → {crypto, model}`, and `store → share`. A room may use every room below
//! it; `crypto` and `model` use none.
//!
//! | room | what it owns | what it must not know |
//! |---|---|---|
//! | [`cli`] | arguments, prompts, printing, exit codes, the environment, the clock and random bytes | SQL, cryptography |
//! | [`ops`] | the use cases; each takes an open vault and returns a plain report | the terminal, flags, SQL |
//! | [`store`] | the vault directory and the only SQL | how anything is shown |
//! | [`share`] | scope, policy, terms, slice, token, sealing; pure | files, clock, database |
//! | [`import`] | bytes to statements, and which rows are one transaction; pure | files, database |
//! | [`crypto`] | secret types, key derivation, encryption, signatures | files, what it protects |
//! | [`model`] | money, days, ids, accounts, statements; pure | everything else |
//!
//! Inside [`store`], from the bottom up:
//!
//! | part | what it owns | what it must not know |
//! |---|---|---|
//! | `files` | private files: atomic writes, bounded reads, locks, paths | what the bytes mean |
//! | `header` | `header.toml`: key slots and what unwraps them | SQL, who unlocks |
//! | `copies` | outbox, head and anchor: what lies outside the database | SQL, the vault's key |
//! | `error` | why the vault failed | |
//! | `archive` | backups: the tar archive, written and read | SQL, any key, what is kept |
//! | `sql` | statements that a person writes, over rows it is given | the vault, any file |
//! | `db` | `vault.db`: connection, schema, tables, digests, audit log | the other files |
//! | `vault` | a vault that is locked, and one that is open | rows |
//! | `reader`, `writer` | reading under the shared lock, changing under the exclusive one | how copies are repaired |
//! | `exchange` | a new directory that changes places with the vault's | what lies in it |
//! | `kept` | the vault from before a restore, beside: its name | what becomes of it |
//! | `rekey` | a new master key: the vault written anew | whose secrets stay |
//! | `keys` | changing the header of a vault that lives | what opens a slot |
//! | `migrate` | a vault of an older version becomes one of the newest | what a step changes |
//! | `repair` | makes the copies agree with the database | when it is called |
//! | `open`, `create`, `check` | unlocking, a new vault, looking at every part | what a use case wants |
//!
//! Inside [`import`]: `text` decodes bytes, `detect` finds the format, `formats` has one folder for each (`csv` with its
//! profiles, `ofx`), `evidence` judges a whole file (order of dates, decimal mark, direction, account), and `reconcile`
//! decides which rows of an account's files are one transaction. A format must not know the vault, `reconcile` must not
//! know a format.
//!
//! An import goes `bytes → text → detect → format → Statement → reconcile → one change of the database → outbox`; an undo
//! and a decision take up at `reconcile`. A share goes `terms → policy → consent screen → grant → slice → signature →
//! seal → outbox → token`. Opening a slice needs its token and the sealed file, and neither the database nor a key of the
//! vault.

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
