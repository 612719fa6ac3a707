//! The lines above the header: which account a file is of.

use super::records::Field;
use super::vocabulary as words;
use crate::import::evidence::fold::fold;
use crate::model::AccountNumber;

/// Returns whether a folded text is the name of the owner's account number.
fn is_label(text: &str) -> bool {
    let mut known = words::ACCOUNT.split('|').chain(words::ACCOUNT_ABOVE.split('|'));
    known.any(|name| name == text.trim_end_matches([':', '.', ' ']))
}

/// Returns the account number that the lines above a header name: an IBAN with sound check digits, a number beside a
/// label, or a masked one in a title. None when two different ones stand there.
pub(super) fn account_number(preamble: &[(u64, Vec<Field<'_>>)]) -> Option<AccountNumber> {
    let mut found: Vec<String> = Vec::new();
    for (_, fields) in preamble {
        let cells: Vec<_> = fields.iter().map(|f| f.text()).filter(|t| !t.is_empty()).collect();
        let of_line = match cells.as_slice() {
            [title] => labelled(title).or_else(|| in_title(title)),
            [label, value, ..] => {
                let digits = value.bytes().filter(u8::is_ascii_digit).count();
                (is_iban(value) || (is_label(&fold(label)) && digits >= 4 && value.len() <= 40))
                    .then(|| value.to_string())
            }
            [] => None,
        };
        found.extend(of_line);
    }
    let same = |a: &String, b: &String| {
        let plain = |t: &String| t.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        plain(b).ends_with(plain(a).trim_start_matches('0')) || plain(a).ends_with(plain(b).trim_start_matches('0'))
    };
    // The longest of several that end alike: an IBAN holds the account number.
    let longest = found.iter().max_by_key(|n| n.len())?;
    if found.iter().any(|other| !same(other, longest)) && !is_iban(longest) {
        return None;
    }
    AccountNumber::new(longest)
}

/// Returns the number of a line such as `Account number: 12345678`.
fn labelled(title: &str) -> Option<String> {
    let (label, value) = title.split_once(':')?;
    let (label, value) = (fold(label), value.trim());
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (is_label(&label) && digits >= 4 && value.len() <= 40).then(|| value.to_owned())
}

/// Returns the masked number in a title such as `Transactions for Checking account XXXX-0001 as of …`.
fn in_title(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let after = words.iter().position(|w| w.eq_ignore_ascii_case("account"))?;
    let number = words.get(after + 1)?.trim_matches([',', ':', ';']);
    let masked = number.starts_with(['X', 'x', '*', '.', '…', '•']);
    let digits = number.bytes().rev().take_while(u8::is_ascii_digit).count();
    (masked && digits >= 3).then(|| number.to_owned())
}

/// Returns whether a text is an IBAN with sound check digits.
fn is_iban(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let bytes = plain.as_bytes();
    let shaped = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    if !shaped {
        return false;
    }
    let moved = bytes[4..].iter().chain(&bytes[..4]);
    let rest = moved.fold(0u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b - b'A') + 10) % 97,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_an_iban_by_its_check_digits() {
        assert!(is_iban("DE89 3704 0044 0532 0130 00"));
        assert!(is_iban("GB82WEST12345698765432"));
        assert!(!is_iban("DE89370400440532013001"));
        assert!(!is_iban("INVOICE12345678901"));
    }

    #[test]
    fn knows_the_label_of_a_number_as_the_name_of_its_column() {
        assert_eq!(labelled("Card number: 1234XXXXXXXX7890").as_deref(), Some("1234XXXXXXXX7890"));
        assert_eq!(labelled("Girokonto: 12345678").as_deref(), Some("12345678"));
        assert_eq!(labelled("Customer: 12345678"), None);
    }

    #[test]
    fn finds_the_masked_number_of_a_title() {
        let title = "Transactions  for Checking account ...123 as of 09/02/2023";
        assert_eq!(in_title(title).as_deref(), Some("...123"));
        assert_eq!(in_title("Account Statement - (@ida)"), None);
    }
}
