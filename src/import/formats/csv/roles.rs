//! The role of each column of a file.

use super::column::Column;
use crate::model::words;

words! {
    /// What a column tells of a row. The words are the keys of `[columns]` in a profile.
    pub(super) enum Role: "a role of a column" {
        /// The first column that is filled counts; falling back to a later one makes a row pending.
        Day = "day",
        /// The money of the row.
        Amount = "amount",
        /// Money out.
        Debit = "debit",
        /// Money in.
        Credit = "credit",
        /// Tells the direction of an unsigned amount.
        Indicator = "indicator",
        /// Tells whether the balance is a debt.
        BalanceIndicator = "balance_indicator",
        /// What the row cost.
        Fee = "fee",
        /// The first column that is filled counts.
        Description = "description",
        /// The other party of money in, where `description` is that of money out.
        Payer = "payer",
        /// All columns that are filled, joined.
        Memo = "memo",
        /// The bank's id of the row.
        BankId = "bank_id",
        /// The number of a check.
        CheckNumber = "check_number",
        /// The bank's category.
        Category = "category",
        /// The bank's type of transaction.
        Type = "type",
        /// Whether the row is posted, pending, or never moved money.
        Status = "status",
        /// The balance after the row.
        Balance = "balance",
        /// The balance at the end of the row's day.
        DayBalance = "day_balance",
        /// The balance before the rows, in a row of its own.
        Opening = "opening_balance",
        /// The balance after the rows, in a row of its own.
        Closing = "closing_balance",
        /// The currency of the row.
        Currency = "currency",
        /// The number of the account.
        Account = "account",
        /// The name of the account.
        AccountName = "account_name",
        /// The card that the row was paid with.
        Card = "card",
    }
}

/// The columns of each role, in order of preference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles([Vec<Column>; Role::ALL.len()]);

impl Roles {
    /// Gives a role its columns.
    pub(super) fn set(&mut self, role: Role, columns: impl IntoIterator<Item = Column>) {
        self.0[role as usize] = columns.into_iter().collect();
    }

    /// Returns all columns of a role.
    pub(super) fn all(&self, role: Role) -> &[Column] {
        &self.0[role as usize]
    }

    /// Returns the column of a role that has one.
    pub(super) fn first(&self, role: Role) -> Option<Column> {
        self.all(role).first().copied()
    }

    /// Returns whether a column has any role.
    pub(super) fn has(&self, column: Column) -> bool {
        self.0.iter().any(|columns| columns.contains(&column))
    }

    /// Returns the columns that may hold the money of a row.
    pub(super) fn money(&self) -> impl Iterator<Item = Column> + '_ {
        [Role::Amount, Role::Debit, Role::Credit].into_iter().filter_map(|role| self.first(role))
    }

    /// Returns whether a row has a day and an amount.
    pub(super) fn has_day_and_money(&self) -> bool {
        !self.all(Role::Day).is_empty() && self.money().next().is_some()
    }
}
