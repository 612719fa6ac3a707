//! Narrowing: what a person takes away from the scopes before approving. It never adds anything.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::text::{list, named};
use crate::model::{AccountId, AccountType, Amount, Day, Micros};

/// One field of a slice, with its FDX name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is documented by the name that `as_str` gives, in docs/json.md")]
pub enum Field {
    AccountId,
    Name,
    AccountType,
    AccountNumberDisplay,
    Currency,
    AccountNumber,
    CurrentBalance,
    AvailableBalance,
    BalanceAsOf,
    AvailableBalanceAsOf,
    BalanceSource,
    TransactionId,
    PostedTimestamp,
    Amount,
    DebitCreditMemo,
    Status,
    Description,
    Memo,
    Payee,
    CheckNumber,
    Category,
}

named!(Field, "a field");

impl Field {
    /// Every field there is.
    pub const ALL: [Field; 21] = [
        Field::AccountId,
        Field::Name,
        Field::AccountType,
        Field::AccountNumberDisplay,
        Field::Currency,
        Field::AccountNumber,
        Field::CurrentBalance,
        Field::AvailableBalance,
        Field::BalanceAsOf,
        Field::AvailableBalanceAsOf,
        Field::BalanceSource,
        Field::TransactionId,
        Field::PostedTimestamp,
        Field::Amount,
        Field::DebitCreditMemo,
        Field::Status,
        Field::Description,
        Field::Memo,
        Field::Payee,
        Field::CheckNumber,
        Field::Category,
    ];

    /// The name in a slice and after `--fields`.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::AccountId => "accountId",
            Field::Name => "name",
            Field::AccountType => "accountType",
            Field::AccountNumberDisplay => "accountNumberDisplay",
            Field::Currency => "currency",
            Field::AccountNumber => "accountNumber",
            Field::CurrentBalance => "currentBalance",
            Field::AvailableBalance => "availableBalance",
            Field::BalanceAsOf => "balanceAsOf",
            Field::AvailableBalanceAsOf => "availableBalanceAsOf",
            Field::BalanceSource => "balanceSource",
            Field::TransactionId => "transactionId",
            Field::PostedTimestamp => "postedTimestamp",
            Field::Amount => "amount",
            Field::DebitCreditMemo => "debitCreditMemo",
            Field::Status => "status",
            Field::Description => "description",
            Field::Memo => "memo",
            Field::Payee => "payee",
            Field::CheckNumber => "checkNumber",
            Field::Category => "category",
        }
    }

    /// The pseudonyms: rows without them could not be told apart, so they are never taken away.
    pub const KEYS: [Field; 2] = [Field::AccountId, Field::TransactionId];

    /// Whether the field is an amount of money, which says nothing without its currency.
    pub fn is_money(self) -> bool {
        matches!(self, Field::Amount | Field::CurrentBalance | Field::AvailableBalance)
    }
}

/// Money in, or money out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Only rows that brought money in.
    Credits,
    /// Only rows that took money out.
    Debits,
}

named!(Direction, "a direction");

impl Direction {
    /// Both directions.
    pub const ALL: [Direction; 2] = [Direction::Credits, Direction::Debits];

    /// The name in a grant.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Credits => "credits-only",
            Direction::Debits => "debits-only",
        }
    }

    /// Whether an amount goes this way. A row of nothing goes neither way.
    pub fn admits(self, amount: &Amount) -> bool {
        match self {
            Direction::Credits => amount.micros() > Micros::ZERO,
            Direction::Debits => amount.is_negative(),
        }
    }
}

/// What was taken away from the scopes. Each part is pinned when the grant is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Narrowing {
    /// The accounts, by id, all of them: an account made later never slips in.
    #[serde(with = "list")]
    pub accounts: Vec<AccountId>,
    /// Only accounts of these types; empty is every type.
    #[serde(with = "list", default, skip_serializing_if = "Vec::is_empty")]
    pub account_types: Vec<AccountType>,
    /// The first day whose transactions are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// The last day whose transactions are shown; balances of a later day are not shown either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Only money in, or only money out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Only these fields of what the scopes hold (and the ids, and the currency of an amount).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeSet<Field>>,
    /// Only the newest transactions, this many in the whole slice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl Narrowing {
    /// What is left of the fields that the scopes hold. Never more than those.
    pub fn visible(&self, of_scopes: BTreeSet<Field>) -> BTreeSet<Field> {
        let Some(kept) = &self.fields else { return of_scopes };
        let money = kept.iter().any(|field| field.is_money() && of_scopes.contains(field));
        let stays =
            |field: &Field| kept.contains(field) || Field::KEYS.contains(field) || (*field == Field::Currency && money);
        of_scopes.into_iter().filter(stays).collect()
    }

    /// Whether transactions of this day are shown.
    pub fn admits_day(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether an account is shown.
    pub fn admits_account(&self, id: AccountId, kind: AccountType) -> bool {
        self.accounts.contains(&id) && (self.account_types.is_empty() || self.account_types.contains(&kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::Scope;

    #[test]
    fn fields_only_take_away() {
        let fields = |kept: &[Field], scopes: &[Scope]| {
            let narrowing = Narrowing { fields: Some(kept.iter().copied().collect()), ..Narrowing::default() };
            narrowing.visible(Scope::fields(scopes)).iter().map(|f| f.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(fields(&[Field::Name], &[Scope::Balances]), ["accountId", "name"]);
        assert_eq!(fields(&[Field::CurrentBalance], &[Scope::Balances]), ["accountId", "currency", "currentBalance"]);
        assert_eq!(
            fields(&[Field::AccountNumber, Field::Description, Field::Status], &[Scope::Transactions]),
            ["accountId", "transactionId", "status"],
            "a field that no scope holds is not added"
        );
    }

    #[test]
    fn every_field_reads_back() {
        for field in Field::ALL {
            assert_eq!(field.as_str().parse(), Ok(field));
        }
    }
}
