//! Scopes: which kinds of data a grant lets out, and the fields that each one holds.
//!
//! A scope is a closed list of [`Field`]s; nothing that is not listed
//! here can be in a slice.

use std::collections::BTreeSet;

use super::narrowing::Field;
use crate::model::words;

words! {
    /// A kind of data that a grant lets out.
    #[non_exhaustive]
    pub enum Scope: "a scope" {
        /// Name, type, currency and last four digits of accounts.
        Accounts = "accounts",
        /// `accounts`, and the current and available balance with their days.
        Balances = "balances",
        /// Day, amount, sign and status of transactions.
        Transactions = "transactions",
        /// `transactions`, and what the bank wrote about each.
        TransactionsDetail = "transactions.detail",
        /// Full account numbers. No other scope implies it.
        AccountNumbers = "account-numbers",
    }
}

impl Scope {
    /// Returns what it lets out, in words for the consent screen.
    pub fn description(self) -> &'static str {
        match self {
            Scope::Accounts => "name, type, currency and last four digits of each account",
            Scope::Balances => "the accounts, and their current and available balance with the day",
            Scope::Transactions => "day, amount and status of each transaction",
            Scope::TransactionsDetail => "the transactions, with description, memo, check number and category",
            Scope::AccountNumbers => "the full account numbers",
        }
    }

    /// Returns the scope itself and those that it contains.
    pub fn with_implied(self) -> &'static [Scope] {
        match self {
            Scope::Accounts => &[Scope::Accounts],
            Scope::Balances => &[Scope::Balances, Scope::Accounts],
            Scope::Transactions => &[Scope::Transactions],
            Scope::TransactionsDetail => &[Scope::TransactionsDetail, Scope::Transactions],
            Scope::AccountNumbers => &[Scope::AccountNumbers],
        }
    }

    /// Returns the fields that this scope adds to those it implies.
    fn own_fields(self) -> &'static [Field] {
        match self {
            Scope::Accounts => {
                &[Field::AccountId, Field::Name, Field::AccountType, Field::AccountNumberDisplay, Field::Currency]
            }
            Scope::Balances => &[
                Field::CurrentBalance,
                Field::AvailableBalance,
                Field::BalanceAsOf,
                Field::AvailableBalanceAsOf,
                Field::BalanceSource,
            ],
            Scope::Transactions => &[
                Field::AccountId,
                Field::TransactionId,
                Field::PostedTimestamp,
                Field::Amount,
                Field::Currency,
                Field::DebitCreditMemo,
                Field::Status,
            ],
            Scope::TransactionsDetail => &[Field::Description, Field::Memo, Field::CheckNumber, Field::Category],
            Scope::AccountNumbers => &[Field::AccountId, Field::AccountNumber],
        }
    }

    /// Returns whether it shows the list of accounts.
    pub fn shows_accounts(self) -> bool {
        matches!(self, Scope::Accounts | Scope::Balances | Scope::AccountNumbers)
    }

    /// Returns whether it shows the list of transactions.
    pub fn shows_transactions(self) -> bool {
        matches!(self, Scope::Transactions | Scope::TransactionsDetail)
    }

    /// Returns these scopes and all that they contain.
    pub fn closure<'a>(scopes: impl IntoIterator<Item = &'a Scope>) -> BTreeSet<Scope> {
        scopes.into_iter().flat_map(|scope| scope.with_implied()).copied().collect()
    }

    /// Returns every field that these scopes let out together.
    pub fn fields<'a>(scopes: impl IntoIterator<Item = &'a Scope>) -> BTreeSet<Field> {
        Scope::closure(scopes).iter().flat_map(|scope| scope.own_fields()).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_its_names_and_lists_them_for_any_other() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        let error = "everything".parse::<Scope>().unwrap_err().to_string();
        assert_eq!(
            error,
            "\"everything\" is not a scope: one of accounts, balances, transactions, transactions.detail, account-numbers is expected"
        );
    }

    #[test]
    fn shows_full_numbers_under_their_own_scope_only() {
        for scope in Scope::ALL {
            let shows = Scope::fields([&scope]).contains(&Field::AccountNumber);
            assert_eq!(shows, scope == Scope::AccountNumbers, "{scope}");
        }
    }

    #[test]
    fn a_wider_scope_has_the_fields_of_the_narrower_one() {
        assert!(Scope::fields(&[Scope::Balances]).is_superset(&Scope::fields(&[Scope::Accounts])));
        assert!(Scope::fields(&[Scope::TransactionsDetail]).is_superset(&Scope::fields(&[Scope::Transactions])));
        assert!(!Scope::fields(&[Scope::Transactions]).contains(&Field::Description));
    }
}
