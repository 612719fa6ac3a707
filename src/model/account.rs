//! What kind of account it is, and its number.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use zeroize::Zeroize;

/// The kind of account, with the names of FDX `accountType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountType {
    /// A current account.
    Checking,
    /// A savings account.
    Savings,
    /// A money market account.
    MoneyMarket,
    /// A certificate of deposit.
    Cd,
    /// A credit card: what it owes is negative.
    CreditCard,
    /// A line of credit: what it owes is negative.
    LineOfCredit,
    /// A loan: what it owes is negative.
    Loan,
    /// The cash side of an investment account.
    Investment,
    /// The export file does not say.
    Other,
}

/// The text names no account type.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not an account type: one of {names}", names = AccountType::NAMES)]
pub struct AccountTypeError(String);

impl AccountType {
    const ALL: [(AccountType, &'static str); 9] = [
        (AccountType::Checking, "CHECKING"),
        (AccountType::Savings, "SAVINGS"),
        (AccountType::MoneyMarket, "MONEYMARKET"),
        (AccountType::Cd, "CD"),
        (AccountType::CreditCard, "CREDITCARD"),
        (AccountType::LineOfCredit, "LINEOFCREDIT"),
        (AccountType::Loan, "LOAN"),
        (AccountType::Investment, "INVESTMENT"),
        (AccountType::Other, "OTHER"),
    ];
    const NAMES: &'static str = "checking, savings, moneymarket, cd, card, lineofcredit, loan, investment, other";

    /// The FDX-style name, upper case.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(t, _)| *t == self).map_or("OTHER", |(_, name)| name)
    }

    /// Whether what the account holds is owed by the owner.
    pub fn is_liability(self) -> bool {
        matches!(self, AccountType::CreditCard | AccountType::LineOfCredit | AccountType::Loan)
    }
}

impl FromStr for AccountType {
    type Err = AccountTypeError;

    /// Reads the name in any case; `card` is short for `CREDITCARD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let upper = text.trim().to_ascii_uppercase();
        let wanted = if upper == "CARD" { "CREDITCARD" } else { upper.as_str() };
        let found = Self::ALL.iter().find(|(_, name)| *name == wanted);
        found.map(|(kind, _)| *kind).ok_or_else(|| AccountTypeError(text.to_owned()))
    }
}

impl fmt::Display for AccountType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for AccountType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An account number as the bank wrote it. Shows its last four characters, in `Debug` too.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountNumber(String);

impl AccountNumber {
    /// Keeps a number; nothing when the text has no letter or digit.
    pub fn new(text: &str) -> Option<AccountNumber> {
        let text = text.trim();
        text.chars().any(char::is_alphanumeric).then(|| AccountNumber(text.to_owned()))
    }

    /// The whole number. Only for storing, matching, and the `account-numbers` scope.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// The last four letters or digits (fewer when there are fewer), for `accountNumberDisplay`.
    pub fn last_four(&self) -> String {
        let sound: Vec<char> = self.0.chars().filter(|c| c.is_alphanumeric()).collect();
        sound[sound.len().saturating_sub(4)..].iter().collect()
    }
}

impl Drop for AccountNumber {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.last_four())
    }
}

impl fmt::Debug for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", self.last_four())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_show_four_digits_everywhere() {
        let number = AccountNumber::new(" 1234-5678-9012 ").unwrap();
        assert_eq!(number.to_string(), "9012");
        assert_eq!(format!("{number:?}"), "…9012");
        assert_eq!(AccountNumber::new("12").unwrap().to_string(), "12");
        assert!(AccountNumber::new(" -- ").is_none());
    }

    #[test]
    fn types_read_as_people_write_them() {
        assert_eq!("card".parse::<AccountType>(), Ok(AccountType::CreditCard));
        assert_eq!("Checking".parse::<AccountType>(), Ok(AccountType::Checking));
        assert!("cheque".parse::<AccountType>().is_err());
    }
}
