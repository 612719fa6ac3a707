//! Narrowing: what a person takes away from the scopes before approving. It never adds anything.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::{AccountId, AccountType, Amount, Day, Micros, words};

words! {
    /// One field of a slice, with its FDX name.
    #[non_exhaustive]
    #[allow(missing_docs, reason = "the JSON document tells what each word means")]
    pub enum Field: "a field" {
        AccountId = "accountId",
        Name = "name",
        AccountType = "accountType",
        AccountNumberDisplay = "accountNumberDisplay",
        Currency = "currency",
        AccountNumber = "accountNumber",
        CurrentBalance = "currentBalance",
        AvailableBalance = "availableBalance",
        BalanceAsOf = "balanceAsOf",
        AvailableBalanceAsOf = "availableBalanceAsOf",
        BalanceSource = "balanceSource",
        TransactionId = "transactionId",
        PostedTimestamp = "postedTimestamp",
        Amount = "amount",
        DebitCreditMemo = "debitCreditMemo",
        Status = "status",
        Description = "description",
        Memo = "memo",
        CheckNumber = "checkNumber",
        Category = "category",
    }
}

impl Field {
    /// The pseudonyms: rows without them could not be told apart, so they are never taken away.
    pub const KEYS: [Field; 2] = [Field::AccountId, Field::TransactionId];

    /// Returns whether the field is an amount of money, which says nothing without its currency.
    pub fn is_money(self) -> bool {
        matches!(self, Field::Amount | Field::CurrentBalance | Field::AvailableBalance)
    }
}

words! {
    /// Money in, or money out.
    pub enum Direction: "a direction" {
        /// Only rows that brought money in.
        Credits = "credits-only",
        /// Only rows that took money out.
        Debits = "debits-only",
    }
}

impl Direction {
    /// Returns whether an amount goes this way. A row of zero goes neither way.
    pub fn admits(self, amount: &Amount) -> bool {
        match self {
            Direction::Credits => amount.micros() > Micros::ZERO,
            Direction::Debits => amount.is_negative(),
        }
    }
}

/// What was taken away from the scopes. Nothing in it changes once the grant is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Narrowing {
    /// The accounts, by id, all of them: an account made later never slips in.
    pub accounts: Vec<AccountId>,
    /// Only accounts of these types; empty is every type.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub account_types: Vec<AccountType>,
    /// The first day whose transactions are shown: one for all accounts, pinned at the approval.
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
    /// Returns the fields of the scopes that the narrowing keeps, with the ids, and the currency of any amount.
    pub fn visible(&self, of_scopes: BTreeSet<Field>) -> BTreeSet<Field> {
        let Some(kept) = &self.fields else { return of_scopes };
        let money = kept.iter().any(|field| field.is_money() && of_scopes.contains(field));
        let stays =
            |field: &Field| kept.contains(field) || Field::KEYS.contains(field) || (*field == Field::Currency && money);
        of_scopes.into_iter().filter(stays).collect()
    }

    /// Returns whether transactions of this day are shown.
    pub fn admits_day(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Returns whether an account is shown.
    pub fn admits_account(&self, id: AccountId, kind: AccountType) -> bool {
        self.accounts.contains(&id) && (self.account_types.is_empty() || self.account_types.contains(&kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::share::Scope;

    #[test]
    fn fields_only_remove() {
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
