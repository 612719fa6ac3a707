//! A statement on its way into its account.

use super::accounts::Target;
use crate::model::{AccountId, Statement, StatementId};
use crate::store::db::imports::Import;

/// A statement, the import that brings it, and the account that it goes to.
#[derive(Clone, Copy)]
pub(super) struct Incoming<'s> {
    pub import: &'s Import,
    pub statement: &'s Statement<'s>,
    pub target: &'s Target,
    /// The number of its first row in another account, from where it is imported again; the others follow.
    pub kept: Option<u64>,
}

impl Incoming<'_> {
    /// Returns the id of the account.
    pub(super) fn account(&self) -> AccountId {
        self.target.account.id
    }

    /// Returns the id of the statement.
    pub(super) fn statement_id(&self) -> StatementId {
        StatementId { import: self.import.id, number: self.target.statement }
    }
}
