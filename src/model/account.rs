//! What kind of account it is, and its number.

use std::fmt;

use zeroize::Zeroize;

use super::words::words;

words! {
    /// The kind of account, with the names of FDX `accountType`.
    pub enum AccountType: "an account type" {
        /// A current account.
        Checking = "CHECKING",
        /// A savings account.
        Savings = "SAVINGS",
        /// A money market account.
        MoneyMarket = "MONEYMARKET",
        /// A certificate of deposit.
        Cd = "CD",
        /// A credit card: what it owes is negative.
        CreditCard = "CREDITCARD" | "CARD",
        /// A line of credit: what it owes is negative.
        LineOfCredit = "LINEOFCREDIT",
        /// A loan: what it owes is negative.
        Loan = "LOAN",
        /// The cash side of an investment account.
        Investment = "INVESTMENT",
        /// The export file does not say.
        Other = "OTHER",
    }
}

impl AccountType {
    /// Returns whether the owner owes what the account holds.
    pub fn is_liability(self) -> bool {
        matches!(self, AccountType::CreditCard | AccountType::LineOfCredit | AccountType::Loan)
    }
}

/// The most characters that the name of an account may have.
pub const LONGEST_ACCOUNT_NAME: usize = 80;

/// An account number as the bank wrote it. Shows its last four characters, in `Debug` too.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountNumber(String);

impl AccountNumber {
    /// Wraps a number, or returns nothing when the text has no letter or digit. White space around it is dropped.
    pub fn new(text: &str) -> Option<AccountNumber> {
        let text = text.trim();
        text.chars().any(char::is_alphanumeric).then(|| AccountNumber(text.to_owned()))
    }

    /// Returns the whole number. Only for storing, matching, and the `account-numbers` scope.
    pub fn full(&self) -> &str {
        &self.0
    }

    /// Returns whether these digits stand in it one after the other, whatever stands between its digits.
    pub fn has_digits(&self, digits: &str) -> bool {
        let own: zeroize::Zeroizing<String> = self.0.chars().filter(char::is_ascii_digit).collect::<String>().into();
        own.contains(digits)
    }

    /// Returns the last four letters or digits (fewer when there are fewer), for `accountNumberDisplay`.
    pub fn last_four(&self) -> String {
        let symbols: Vec<char> = self.0.chars().filter(|c| c.is_alphanumeric()).collect();
        symbols[symbols.len().saturating_sub(4)..].iter().collect()
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
    fn shows_four_digits_of_a_number_everywhere() {
        let number = AccountNumber::new(" 1234-5678-9012 ").unwrap();
        assert_eq!(number.to_string(), "9012");
        assert_eq!(format!("{number:?}"), "…9012");
        assert_eq!(AccountNumber::new("12").unwrap().to_string(), "12");
        assert!(AccountNumber::new(" -- ").is_none());
    }

    #[test]
    fn reads_types_in_any_case() {
        assert_eq!("card".parse::<AccountType>(), Ok(AccountType::CreditCard));
        assert_eq!("Checking".parse::<AccountType>(), Ok(AccountType::Checking));
        assert!("cheque".parse::<AccountType>().is_err());
    }
}
