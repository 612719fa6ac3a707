//! Whether two account numbers are one: banks write them with and without dashes, whole and masked.

use crate::model::AccountNumber;

/// Returns letters and digits only: banks write one number with and without dashes.
fn bare(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Returns the digits that a masked number (`XXXX1234`, `...1234`) leaves.
fn unmasked(number: &str) -> Option<String> {
    let masked = number.contains(['*', 'X', 'x', '•', '.', '…']);
    let digits: String = number.chars().rev().take_while(char::is_ascii_digit).collect();
    (masked && digits.len() >= 3).then(|| digits.chars().rev().collect())
}

/// Returns whether two numbers are of one account, as far as masks let see.
pub(crate) fn same_number(stored: &AccountNumber, found: &AccountNumber) -> bool {
    let (a, b) = (stored.full(), found.full());
    match (unmasked(a), unmasked(b)) {
        (None, None) => bare(a) == bare(b),
        (Some(end), None) => bare(b).ends_with(&end),
        (None, Some(end)) => bare(a).ends_with(&end),
        (Some(x), Some(y)) => x == y,
    }
}

/// Returns whether a part of the number is masked.
pub(crate) fn is_masked(number: &AccountNumber) -> bool {
    unmasked(number.full()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> AccountNumber {
        AccountNumber::new(text).unwrap()
    }

    #[test]
    fn compares_numbers_with_dashes_and_masks() {
        assert!(same_number(&number("1234-5678"), &number("12345678")));
        assert!(same_number(&number("XXXX5678"), &number("12345678")));
        assert!(same_number(&number("12345678"), &number("...5678")));
        assert!(!same_number(&number("12345678"), &number("12345679")));
        assert!(!same_number(&number("XXXX5678"), &number("XXXX5679")));
        assert!(!same_number(&number("5678"), &number("12345678")), "a short number is not a masked one");
    }
}
