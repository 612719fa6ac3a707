//! What a slice is made from: accounts, balances and transactions as the vault knows them.

use crate::model::{AccountId, AccountNumber, AccountType, Amount, Currency, Day, EntryStatus, TransactionId, words};

/// What a slice is made from.
#[derive(Clone, Debug, Default)]
pub struct SliceSource {
    /// Accounts with what the scopes could show of them.
    pub accounts: Vec<SourceAccount>,
    /// Every number of every account of the vault, also of those that are not shown: texts are searched for them.
    pub numbers: Vec<(AccountId, AccountNumber)>,
}

/// An account with what the scopes could show of it. Rows that are held or undone are not passed in.
#[derive(Clone, Debug)]
pub struct SourceAccount {
    /// Its id in the vault.
    pub id: AccountId,
    /// The owner's name for it.
    pub name: String,
    /// What kind of account it is.
    pub kind: AccountType,
    /// Its currency.
    pub currency: Currency,
    /// Its number, where an export file had one.
    pub number: Option<AccountNumber>,
    /// Its balances.
    pub balance: Option<SourceBalance>,
    /// Its transactions, oldest first.
    pub transactions: Vec<SourceTransaction>,
}

/// The balances of an account.
#[derive(Clone, Copy, Debug)]
pub struct SourceBalance {
    /// The booked balance.
    pub current: Option<Amount>,
    /// What can be spent.
    pub available: Option<Amount>,
    /// The day at whose end `current` held.
    pub as_of: Option<Day>,
    /// The day at whose end `available` held.
    pub available_as_of: Option<Day>,
    /// Where `current` comes from.
    pub source: BalanceSource,
}

words! {
    /// Where a balance comes from.
    pub enum BalanceSource: "a balance source" {
        /// The bank reported it.
        Reported = "REPORTED",
        /// The newest reported balance and the posted rows after it.
        Derived = "DERIVED",
        /// There is none.
        None = "NONE",
        /// The owner set the balance of a day; with the posted rows after it.
        Owner = "OWNER",
    }
}

/// A transaction of an account.
#[derive(Clone, Debug)]
pub struct SourceTransaction {
    /// Its id in the vault. The pseudonym in a slice is as stable as this id.
    pub id: TransactionId,
    /// The day the bank posted it.
    pub day: Day,
    /// Signed: negative is out of the account.
    pub amount: Amount,
    /// Posted or pending.
    pub status: EntryStatus,
    /// What the bank wrote, raw.
    pub description: String,
    /// Further text of the bank, raw; empty when there is none.
    pub memo: String,
    /// Check number.
    pub check_number: Option<String>,
    /// The category.
    pub category: Option<String>,
}
