//! The account that a statement goes to, before anything is changed.

use crate::import::Question;
use crate::store::db::accounts::Account;

/// The account of a statement.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// One that the vault has.
    Existing(Account),
    /// A new one; it gets the name as far as that is free. All statements with the same `first` go to one.
    New { name: String, first: usize },
    /// None: the statement holds nothing.
    LeftOut,
    /// Nobody knows yet: what has to be said.
    Ask(Vec<Question>),
}
