//! The exit codes, in this one place (`docs/exit-codes.md`).

use crate::ops::ErrorKind;

/// The exit codes. Never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Any other failure.
    Failure = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Locked, wrong key, or a token that opens nothing.
    Locked = 3,
    /// Refused by the policy or the person, or expired, used up, suspended or revoked.
    Refused = 4,
    /// An input file is bad, also when others of several were imported.
    BadInput = 5,
    /// The vault was damaged, changed or put back.
    Integrity = 6,
    /// Another process holds the vault.
    Busy = 7,
}

impl Exit {
    /// Returns the name of the kind in JSON errors.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Exit::Ok => "ok",
            Exit::Failure => "failure",
            Exit::Usage => "usage",
            Exit::Locked => "locked",
            Exit::Refused => "refused",
            Exit::BadInput => "bad-input",
            Exit::Integrity => "integrity",
            Exit::Busy => "busy",
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Exit {
        match kind {
            ErrorKind::Failure => Exit::Failure,
            ErrorKind::Usage => Exit::Usage,
            ErrorKind::Locked => Exit::Locked,
            ErrorKind::Refused => Exit::Refused,
            ErrorKind::BadInput => Exit::BadInput,
            ErrorKind::Integrity => Exit::Integrity,
            ErrorKind::Busy => Exit::Busy,
        }
    }
}
