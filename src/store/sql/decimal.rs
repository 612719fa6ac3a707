//! The order of amounts that are text: that of the numbers they show.

use std::cmp::Ordering;

/// A decimal number as text, taken apart: its whole digits without leading zeros, and its decimals without trailing ones.
struct Decimal<'t> {
    is_negative: bool,
    whole: &'t str,
    decimals: &'t str,
}

impl<'t> Decimal<'t> {
    fn parse(text: &'t str) -> Option<Decimal<'t>> {
        let (minus, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !are_digits(whole) || !are_digits(decimals) {
            return None;
        }
        let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
        let is_negative = minus && !(whole.is_empty() && decimals.is_empty());
        Some(Decimal { is_negative, whole, decimals })
    }

    fn cmp(&self, other: &Decimal<'_>) -> Ordering {
        let size = |a: &Decimal<'_>, b: &Decimal<'_>| {
            (a.whole.len(), a.whole, a.decimals).cmp(&(b.whole.len(), b.whole, b.decimals))
        };
        match (self.is_negative, other.is_negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

/// Compares two texts by the numbers that they show. What shows none stands behind, in the order of its bytes.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    match (Decimal::parse(a), Decimal::parse(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_texts_as_the_numbers_they_show() {
        let ordered =
            ["-1000.5", "-12.50", "-9", "-0.01", "0", "0.009", "0.01", "9.99", "10", "100.00", "", "1e3", "x"];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a} and {b}");
            }
        }
    }

    #[test]
    fn zeros_that_mean_nothing_do_not_count() {
        for (a, b) in [("-12.5", "-12.50"), ("0", "-0.00"), ("007", "7."), ("1500.00", "1500")] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} and {b}");
        }
    }
}
