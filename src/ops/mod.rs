//! The use cases. Each takes an open vault and plain options and returns a plain report.
//!
//! It owns what a command means: which account a file belongs to, what a balance is made of, when a slice is
//! sealed anew. It must not know a terminal, arguments or SQL.

pub mod audit;
pub mod check;
pub mod duplicates;
mod error;
pub mod files;
pub mod grants;
pub mod identity;
pub mod import;
pub mod imports;
pub mod init;
mod kind;
mod money;
pub mod open;
pub mod passphrase;
pub mod policy;
pub mod progress;
pub mod query;
pub mod report;
mod reseal;
pub mod revoke;
pub mod share;
mod source;

pub use error::OpError;
pub use kind::ErrorKind;
