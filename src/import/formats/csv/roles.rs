//! Which column of a file plays which part.

use serde::Deserialize;

/// What a column tells of a row. The names are the keys of `[columns]` in a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    /// The first column that is filled counts; falling back to a later one makes a row pending.
    Day,
    Amount,
    Debit,
    Credit,
    /// Tells the direction of an unsigned amount.
    Indicator,
    Fee,
    /// The first column that is filled counts.
    Description,
    /// All columns that are filled, joined.
    Memo,
    BankId,
    CheckNumber,
    Category,
    Status,
    Balance,
    Currency,
    Account,
    AccountName,
}

impl Role {
    /// Every role with its key in a profile.
    pub(super) const ALL: [(Role, &'static str); 16] = [
        (Role::Day, "day"),
        (Role::Amount, "amount"),
        (Role::Debit, "debit"),
        (Role::Credit, "credit"),
        (Role::Indicator, "indicator"),
        (Role::Fee, "fee"),
        (Role::Description, "description"),
        (Role::Memo, "memo"),
        (Role::BankId, "bank_id"),
        (Role::CheckNumber, "check_number"),
        (Role::Category, "category"),
        (Role::Status, "status"),
        (Role::Balance, "balance"),
        (Role::Currency, "currency"),
        (Role::Account, "account"),
        (Role::AccountName, "account_name"),
    ];

    /// Returns the key in a profile.
    pub(super) fn key(self) -> &'static str {
        Role::ALL[self as usize].1
    }
}

/// The columns of each role, by index from 0, in order of preference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles([Vec<usize>; Role::ALL.len()]);

impl Roles {
    /// Gives a role its columns.
    pub(super) fn set(&mut self, role: Role, columns: impl IntoIterator<Item = usize>) {
        self.0[role as usize] = columns.into_iter().collect();
    }

    /// Returns all columns of a role.
    pub(super) fn all(&self, role: Role) -> &[usize] {
        &self.0[role as usize]
    }

    /// Returns the column of a role that has one.
    pub(super) fn first(&self, role: Role) -> Option<usize> {
        self.all(role).first().copied()
    }

    /// Returns the columns that hold the money of a row.
    pub(super) fn money(&self) -> impl Iterator<Item = usize> + '_ {
        let amount = self.first(Role::Amount);
        let pair = if amount.is_some() { [None, None] } else { [self.first(Role::Debit), self.first(Role::Credit)] };
        amount.into_iter().chain(pair.into_iter().flatten())
    }

    /// Whether a row has a day and an amount.
    pub(super) fn has_day_and_money(&self) -> bool {
        let pair = self.first(Role::Debit).is_some() && self.first(Role::Credit).is_some();
        !self.all(Role::Day).is_empty() && (self.first(Role::Amount).is_some() || pair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_stands_at_its_number() {
        for (number, (role, _)) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, number, "{role:?}");
        }
    }
}
