//! What `reconcile` promises, on histories made by chance and on days made by hand.

#[path = "../../../../tests/support/history.rs"]
#[allow(dead_code, reason = "each of those that share the file uses a part of it")]
mod history;

mod account;
mod apart;
mod days;
mod decided;
mod dense;
mod holds;
mod oracle;
mod pending;
mod picture;
mod properties;
mod seldom;
mod shifts;
mod sources;
