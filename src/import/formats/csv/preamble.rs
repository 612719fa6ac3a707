//! The lines above the header: which account a file is of.
//!
//! Only a label that names the owner's account counts. One of the other party (`Contact IBAN`) never does, nor does one
//! that is unknown; without any label the only IBAN counts.

use super::records::Field;
use super::vocabulary as words;
use crate::import::evidence::account::{self, Fit};
use crate::import::evidence::fold::fold;
use crate::import::evidence::number::{is_day_or_period, is_iban, is_masked, is_number, masked_word};
use crate::model::AccountNumber;

/// Digits that name an account, at least.
const FEWEST_DIGITS: usize = 4;
/// More bytes than any number has.
const LONGEST: usize = 40;

/// What one line says of the account.
enum Claim {
    /// The number beside a label of the owner's account.
    Own(String),
    /// An IBAN without a label.
    Bare(String),
}

/// Returns the account number that the lines above a header name: a number beside a label, a masked one in a title, or
/// the only IBAN. None when two different ones stand there.
pub(super) fn account_number(preamble: &[(u64, Vec<Field<'_>>)]) -> Option<AccountNumber> {
    let (mut own, mut bare): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (_, fields) in preamble {
        let cells: Vec<_> = fields.iter().map(|f| f.text()).filter(|t| !t.is_empty()).collect();
        match claim(&cells.iter().map(AsRef::as_ref).collect::<Vec<&str>>()) {
            Some(Claim::Own(number)) => own.push(number),
            Some(Claim::Bare(number)) => bare.push(number),
            None => {}
        }
    }
    let found = if own.is_empty() { bare } else { own };
    // The longest of several that end alike: an IBAN holds the account number.
    let longest = found.iter().max_by_key(|number| number.len())?;
    found.iter().all(|other| is_same(longest, other)).then(|| AccountNumber::new(longest))?
}

fn claim(cells: &[&str]) -> Option<Claim> {
    match cells {
        [title] if is_iban(title) => Some(Claim::Bare((*title).to_owned())),
        [title] => match title.split_once(':') {
            Some((label, value)) if is_label(&fold(label)) => number(value).map(Claim::Own),
            _ => in_title(title).map(Claim::Own),
        },
        [first, ..] if is_iban(first) => Some(Claim::Bare((*first).to_owned())),
        [label, value, ..] => {
            let label = fold(label);
            let is_own = is_label(&label) || (is_iban(value) && is_label_of_iban(&label));
            if is_own { number(value).map(Claim::Own) } else { None }
        }
        [] => None,
    }
}

/// Returns whether a folded text is the name of the owner's account number.
fn is_label(text: &str) -> bool {
    let mut known = words::ACCOUNT.split('|').chain(words::ACCOUNT_ABOVE.split('|')).chain(words::CARD.split('|'));
    known.any(|name| name == text.trim_end_matches([':', '.', '#', ' ']))
}

/// Returns whether every word of a folded text is one for the owner, an account or its number.
fn is_label_of_iban(text: &str) -> bool {
    let mut all = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    all.peek().is_some() && all.all(|word| words::IBAN_ABOVE.split('|').any(|known| known == word))
}

/// Returns the number that a value beside a label is. A name, a day or a period is none.
fn number(value: &str) -> Option<String> {
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_whole = is_iban(value) || (is_number(value) && !is_day_or_period(value));
    match is_whole && (digits >= FEWEST_DIGITS || is_masked(value)) && value.len() <= LONGEST {
        true => Some(value.to_owned()),
        false => masked_word(value).map(str::to_owned),
    }
}

/// Returns the masked number in a title such as `Transactions for Checking account XXXX-0001 as of …`.
fn in_title(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let after = words.iter().position(|w| w.eq_ignore_ascii_case("account"))?;
    let number = words.get(after + 1)?.trim_matches([',', ':', ';']);
    let starts_masked = number.starts_with(['X', 'x', '*', '.', '…', '•']);
    (starts_masked && is_masked(number)).then(|| number.to_owned())
}

/// Returns whether two numbers can be of one account: one ends as the other, or an IBAN holds it.
fn is_same(longest: &str, other: &str) -> bool {
    let (Some(one), Some(two)) = (AccountNumber::new(longest), AccountNumber::new(other)) else { return false };
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
    let part = plain(other).trim_start_matches('0').to_owned();
    let holds = is_iban(longest) && part.len() >= FEWEST_DIGITS && plain(longest)[4..].contains(&part);
    holds || account::fit(&one, &two) != Fit::Differs
}

#[cfg(test)]
mod tests {
    use super::super::records::Records;
    use super::*;

    const OWN: &str = "DE89370400440532013000";
    const OTHER: &str = "DE02120300000000202051";

    /// Returns the number that lines above a header name.
    fn of(text: &str) -> Option<String> {
        let (mut records, mut fields, mut preamble) = (Records::new(text, b';'), Vec::new(), Vec::new());
        while let Some(line) = records.next(&mut fields).unwrap() {
            preamble.push((line, fields.clone()));
        }
        account_number(&preamble).map(|number| number.full().to_owned())
    }

    #[test]
    fn knows_the_label_of_a_number_as_the_name_of_its_column() {
        for (line, number) in [
            ("Card number: 1234XXXXXXXX7890", Some("1234XXXXXXXX7890")),
            ("Girokonto: 12345678", Some("12345678")),
            ("Kontonummer;0012345678", Some("0012345678")),
            ("Account;Checking (...4321)", Some("...4321")),
            ("Customer: 12345678", None),
            ("Contra account number;33334444", None),
        ] {
            assert_eq!(of(line).as_deref(), number, "{line}");
        }
    }

    #[test]
    fn counts_an_iban_only_where_its_label_is_the_owners() {
        for own in ["IBAN", "Account IBAN", "Konto-IBAN:", "Auftraggeber IBAN", "Eigenes Konto", "Girokonto"] {
            assert_eq!(of(&format!("{own};{OWN}")).as_deref(), Some(OWN), "{own}");
            assert_eq!(of(&format!("{own};{OWN}\nEmpfänger IBAN;{OTHER}")).as_deref(), Some(OWN), "{own}");
        }
        for other in
            ["Contact IBAN", "Filter: counterparty", "Empfänger IBAN", "Gegenkonto", "Referenzkonto", "Payee account"]
        {
            assert_eq!(of(&format!("{other};{OTHER}")), None, "{other}");
        }
        assert_eq!(of(OWN).as_deref(), Some(OWN), "no label, and one only");
        assert_eq!(of(&format!("{OWN}\n{OTHER}")), None);
        assert_eq!(of(&format!("IBAN;{OWN}\nIBAN;{OTHER}")), None, "two are the owner's");
        assert_eq!(of(&format!("Konto;0532013000\nIBAN;{OWN}")).as_deref(), Some(OWN), "one holds the other");
        assert_eq!(of("IBAN;GB33BUKB20201555555555\nAccount no;55555555").as_deref(), Some("GB33BUKB20201555555555"));
    }

    #[test]
    fn takes_no_day_period_or_name_for_a_number() {
        for line in [
            "Konto;31.03.2026",
            "Account;01.01.2026 - 31.03.2026",
            "Account;2026",
            "Account: Savings 2024",
            "Account;Holiday 2024",
            "Konto: 03/2026",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn finds_the_masked_number_of_a_title() {
        let title = "Transactions  for Checking account ...123 as of 09/02/2023";
        assert_eq!(in_title(title).as_deref(), Some("...123"));
        assert_eq!(in_title("Account Statement - (@ida)"), None);
    }
}
