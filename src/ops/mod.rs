//! The use cases. Each takes an open vault and plain options and returns a plain report.
//!
//! It owns what a command means: which account a file belongs to, what a balance is made of, when a slice is
//! resealed. It must not know a terminal, arguments or SQL.

pub mod accounts;
mod approval;
pub mod audit;
pub mod backup;
pub mod check;
mod cost;
pub mod decisions;
mod derive;
pub mod duplicates;
mod error;
pub(crate) mod files;
pub mod grants;
pub(crate) mod identity;
pub mod import;
pub mod imports;
pub mod init;
pub mod keys;
mod kind;
mod lacks;
mod money;
pub mod names;
pub mod open;
mod order;
pub(crate) mod passphrase;
pub mod policy;
pub mod progress;
pub mod query;
pub mod report;
mod reseal;
pub(crate) mod restore;
pub mod revoke;
pub mod share;
mod source;
pub mod sql;
pub(crate) mod status;
pub mod transaction;
pub(crate) mod ways_in;

pub use error::OpError;
pub use kind::ErrorKind;
