//! A statement on its way into an account.

use super::accounts::Target;
use crate::model::{AccountId, Statement, TransactionId};
use crate::store::db::imports::Import;

/// A statement, the import that brings it, and the account that it goes to.
#[derive(Clone, Copy)]
pub(super) struct Incoming<'s> {
    pub import: &'s Import,
    pub statement: &'s Statement<'s>,
    pub target: &'s Target,
    /// What its rows have already in another account, from where they are imported again.
    pub kept: Option<&'s Kept>,
}

/// The numbers and transactions that the rows of a statement have in another account.
#[derive(Debug)]
pub(super) struct Kept {
    /// The number of the first row; the others follow.
    pub first: u64,
    /// The transaction of each row.
    pub txns: Vec<TransactionId>,
}

impl Incoming<'_> {
    /// Returns the id of the account.
    pub(super) fn account(&self) -> AccountId {
        self.target.account.id
    }
}
