//! Whether two accounts are one, by what files write of them: number, bank, institution and kind.
//!
//! Banks write one number with and without spaces, dashes and leading zeros, whole, masked, or only its end. A bank
//! that is missing is no difference.

use crate::model::{AccountNumber, AccountType};

/// The digits that prove an account by the end of its number.
const ENOUGH_DIGITS: usize = 4;

/// How two numbers stand to each other. The better fit is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// They are of two accounts.
    Differs,
    /// One ends as the other, in too few digits to tell.
    Unclear,
    /// Four or more digits of one end the other.
    End,
    /// They are equal.
    Same,
}

/// A number as it is compared: letters and digits, in upper case.
struct Bare {
    /// What stands before a mask, and the whole number where there is none.
    head: String,
    /// What stands behind a mask.
    tail: Option<String>,
}

impl Bare {
    fn of(number: &AccountNumber) -> Bare {
        let text: String = number.full().to_uppercase();
        let symbols: Vec<char> = text.chars().filter(|c| c.is_alphanumeric() || is_mask(*c)).collect();
        let dots = text.contains("..");
        let masks = |c: char| is_mask(c) || c == 'X' || (dots && c == '.');
        // Words before the digits, such as `ENDING IN 1234`, make no mask, nor does the X of a Brazilian check digit.
        let masked = symbols.iter().all(|c| c.is_ascii_digit() || masks(*c))
            && symbols.last().is_some_and(char::is_ascii_digit)
            && (dots || symbols.iter().any(|c| masks(*c)));
        if !masked {
            return Bare { head: symbols.into_iter().filter(|c| c.is_alphanumeric()).collect(), tail: None };
        }
        let tail: Vec<char> = symbols.iter().rev().copied().take_while(char::is_ascii_digit).collect();
        let head: String = symbols.iter().copied().take_while(char::is_ascii_digit).collect();
        // Dots were dropped as punctuation: they only say that all of it is the end.
        let head = if head.len() == symbols.len() { String::new() } else { head };
        Bare { head, tail: Some(tail.into_iter().rev().collect()) }
    }

    fn is_masked(&self) -> bool {
        self.tail.is_some()
    }

    /// Returns what the number ends in, without leading zeros where it is whole.
    fn end(&self) -> &str {
        self.tail.as_deref().unwrap_or_else(|| self.head.trim_start_matches('0'))
    }

    /// Returns whether what stands before the masks can be of one number.
    fn begins_like(&self, other: &Bare) -> bool {
        let visible = |a: &Bare| a.is_masked() && !a.head.is_empty();
        match (visible(self), visible(other)) {
            (false, false) => true,
            (true, false) => other.is_masked() || other.head.starts_with(&self.head),
            (false, true) => self.is_masked() || self.head.starts_with(&other.head),
            (true, true) => self.head.starts_with(&other.head) || other.head.starts_with(&self.head),
        }
    }
}

/// Returns whether a character stands for a digit that is not shown.
pub(super) fn is_mask(c: char) -> bool {
    matches!(c, '*' | '•' | '…' | '#' | '●' | '∙')
}

/// Returns how a number of an account stands to the one in a file.
pub(crate) fn fit(stored: &AccountNumber, found: &AccountNumber) -> Fit {
    let (a, b) = (Bare::of(stored), Bare::of(found));
    let equal = a.end() == b.end() && a.is_masked() == b.is_masked() && a.head.is_empty() == b.head.is_empty();
    if equal && a.begins_like(&b) {
        return Fit::Same;
    }
    if !a.begins_like(&b) {
        return Fit::Differs;
    }
    ends(&a, &b).max(ends(&b, &a))
}

/// Returns whether the digits of `short` end `long`.
fn ends(long: &Bare, short: &Bare) -> Fit {
    let all = short.tail.as_deref().unwrap_or(&short.head);
    let digits = all.chars().all(|c| c.is_ascii_digit());
    let long = long.tail.as_deref().unwrap_or(&long.head);
    let longest = [all, all.trim_start_matches('0')].into_iter().find(|end| !end.is_empty() && long.ends_with(*end));
    match longest {
        Some(end) if digits && end.len() >= ENOUGH_DIGITS => Fit::End,
        Some(_) if digits => Fit::Unclear,
        _ => Fit::Differs,
    }
}

/// Returns whether `found` tells more of the number than `stored`: a whole one than a masked or shorter one.
pub(crate) fn tells_more(found: &AccountNumber, stored: &AccountNumber) -> bool {
    let (found, stored) = (Bare::of(found), Bare::of(stored));
    match (found.is_masked(), stored.is_masked()) {
        (false, true) => true,
        (true, false) => false,
        _ => found.end().len() > stored.end().len(),
    }
}

/// Returns whether a number shows its end only.
pub(crate) fn is_masked(number: &AccountNumber) -> bool {
    Bare::of(number).is_masked()
}

/// Returns whether a number ends in these digits.
pub(crate) fn ends_in(number: &AccountNumber, digits: &str) -> bool {
    let bare = Bare::of(number);
    bare.tail.as_deref().unwrap_or(&bare.head).ends_with(digits)
}

/// Returns whether two routing numbers, BICs or branches can be of one bank.
pub(crate) fn same_code(a: Option<&str>, b: Option<&str>) -> bool {
    let bare = |code: &str| -> String {
        let text: String = code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
        text.trim_start_matches('0').to_owned()
    };
    match (a.map(bare), b.map(bare)) {
        (Some(a), Some(b)) => a.is_empty() || b.is_empty() || a == b,
        _ => true,
    }
}

/// Returns whether two names of an institution name one: `Capital One` and `Capital One Bank`. Nothing is known of a
/// missing one.
pub(crate) fn same_institution(a: Option<&str>, b: Option<&str>) -> Option<bool> {
    let words = |name: &str| -> String {
        let lower = name.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        format!(" {} ", words.join(" "))
    };
    let (a, b) = (words(a?), words(b?));
    (a.trim() != "" && b.trim() != "").then(|| a.contains(&b) || b.contains(&a))
}

/// Returns whether two kinds can be of one account: a card is exported as a credit line by some banks, and a kind that
/// no file told fits every other.
pub(crate) fn same_kind(a: Option<AccountType>, b: Option<AccountType>) -> bool {
    let one = |kind: AccountType| match kind {
        AccountType::LineOfCredit => AccountType::CreditCard,
        other => other,
    };
    let known = |kind: Option<AccountType>| kind.filter(|kind| *kind != AccountType::Other).map(one);
    match (known(a), known(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> AccountNumber {
        AccountNumber::new(text).unwrap()
    }

    fn both_ways(a: &str, b: &str) -> Fit {
        let found = fit(&number(a), &number(b));
        assert_eq!(found, fit(&number(b), &number(a)), "{a} and {b}");
        found
    }

    #[test]
    fn drops_punctuation_and_leading_zeros() {
        for (a, b) in [
            ("1234-5678", "12345678"),
            ("0012345678", "12345678"),
            ("NL77 RABO 0311 4674 15", "NL77RABO0311467415"),
            ("nl77rabo0311467415", "NL77RABO0311467415"),
            ("12.345.678", "12345678"),
        ] {
            assert_eq!(both_ways(a, b), Fit::Same, "{a} and {b}");
        }
        assert_eq!(both_ways("12345678", "12345679"), Fit::Differs);
    }

    #[test]
    fn takes_four_digits_for_the_end_of_a_number() {
        for (a, b) in [
            ("XXXX5678", "12345678"),
            ("12345678", "...5678"),
            ("5678", "12345678"),
            ("**** 0056", "12340056"),
            ("0056", "12340056"),
            ("1234-56789-0", "567890"),
            ("DE89370400440532013000", "0532013000"),
            ("4147XXXXXXXX6789", "4147201234566789"),
        ] {
            assert_eq!(both_ways(a, b), Fit::End, "{a} and {b}");
        }
        assert_eq!(both_ways("XXXX5678", "XXXX5679"), Fit::Differs);
        assert_eq!(both_ways("XXXX5678", "****5678"), Fit::Same);
        assert_eq!(both_ways("...123", "12300123"), Fit::Unclear);
        assert_eq!(both_ways("4147XXXXXXXX6789", "5200201234566789"), Fit::Differs);
        assert_eq!(both_ways("Discovr06X12X3456X1234", "6011000000001234"), Fit::Differs, "no mask of digits");
    }

    #[test]
    fn a_whole_number_tells_more_than_a_part() {
        assert!(tells_more(&number("12345678"), &number("XXXX5678")));
        assert!(tells_more(&number("1234567890"), &number("567890")));
        assert!(!tells_more(&number("XXXX5678"), &number("12345678")));
        assert!(!tells_more(&number("0012345678"), &number("12345678")));
    }

    #[test]
    fn a_missing_bank_is_no_difference() {
        assert!(same_code(Some("011000015"), Some("11000015")) && same_code(None, Some("1")));
        assert!(!same_code(Some("1234"), Some("5678")));
        assert_eq!(same_institution(Some("Capital One"), Some("CAPITAL ONE BANK")), Some(true));
        assert_eq!(same_institution(Some("Chase"), Some("Citi")), Some(false));
        assert_eq!(same_institution(None, Some("Citi")), None);
    }

    #[test]
    fn a_card_and_a_credit_line_are_one_kind() {
        assert!(same_kind(Some(AccountType::LineOfCredit), Some(AccountType::CreditCard)));
        assert!(same_kind(Some(AccountType::Other), Some(AccountType::Savings)) && same_kind(None, None));
        assert!(!same_kind(Some(AccountType::Checking), Some(AccountType::Savings)));
    }
}
