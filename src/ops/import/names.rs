//! Names for new accounts, as a person would give them: `Chase Checking 1234`, `Apple Card`, `Visa`.

use crate::model::{AccountHint, AccountType, Currency, LONGEST_ACCOUNT_NAME, clean_for_display};
use crate::store::db::accounts::Account;

/// Characters that are kept free for what tells equal names apart.
const ROOM: usize = 10;

/// Returns a name from what the file says of the account.
pub(super) fn of(hint: &AccountHint) -> String {
    let institution = hint.institution.as_deref().map(plain).unwrap_or_default();
    let name = match &hint.name {
        Some(name) => joined(&institution, &plain(name)),
        None => {
            let kind = kind(hint.kind);
            let base = if kind.is_empty() && institution.is_empty() {
                "Account".to_owned()
            } else {
                joined(&institution, kind)
            };
            format!("{base} {}", last_four(hint))
        }
    };
    let name: String = name.trim().chars().take(LONGEST_ACCOUNT_NAME - ROOM).collect();
    if name.trim().is_empty() { "Account".to_owned() } else { name.trim().to_owned() }
}

/// Returns the name, made one that no account has: by its currency where another currency has it, else by a number.
pub(super) fn free(existing: &[Account], wanted: &str, currency: Currency, several_currencies: bool) -> String {
    let taken = |name: &str| existing.iter().find(|account| account.has_name(name));
    let with_currency = format!("{wanted} {currency}");
    let mut base = wanted;
    if several_currencies || taken(wanted).is_some_and(|account| account.currency != currency) {
        base = &with_currency;
    }
    let numbered = (2..).map(|number| format!("{base} ({number})"));
    let mut names = std::iter::once(base.to_owned()).chain(numbered);
    names.find(|name| taken(name).is_none()).unwrap_or_else(|| base.to_owned())
}

/// Returns a word for the kind; empty when the file does not tell it.
fn kind(kind: Option<AccountType>) -> &'static str {
    match kind {
        Some(AccountType::Checking) => "Checking",
        Some(AccountType::Savings) => "Savings",
        Some(AccountType::MoneyMarket) => "Money Market",
        Some(AccountType::Cd) => "CD",
        Some(AccountType::CreditCard) => "Card",
        Some(AccountType::LineOfCredit) => "Credit Line",
        Some(AccountType::Loan) => "Loan",
        Some(AccountType::Investment) => "Investment",
        Some(AccountType::Other) | None => "",
    }
}

/// Returns the last four digits of the number; nothing of one that does not end in digits.
fn last_four(hint: &AccountHint) -> String {
    let end = hint.number.as_ref().map(|number| number.last_four()).unwrap_or_default();
    let digits: Vec<char> = end.chars().rev().take_while(char::is_ascii_digit).collect();
    if digits.len() < 3 { String::new() } else { digits.into_iter().rev().collect() }
}

/// Joins two parts, and says no word twice: `Apple Card` and `Card` are `Apple Card`.
fn joined(institution: &str, part: &str) -> String {
    let has = |text: &str, words: &str| {
        let (text, words) = (format!(" {} ", text.to_lowercase()), format!(" {} ", words.to_lowercase()));
        text.contains(&words)
    };
    if has(part, institution) {
        return part.to_owned();
    }
    if has(institution, part) { institution.to_owned() } else { format!("{institution} {part}") }
}

/// Returns a text of the file as one line that can be shown.
fn plain(text: &str) -> String {
    clean_for_display(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, AccountNumber};

    fn hint(institution: &str, kind: Option<AccountType>, number: &str, name: &str) -> AccountHint {
        AccountHint {
            institution: Some(institution.to_owned()).filter(|i| !i.is_empty()),
            kind,
            number: AccountNumber::new(number),
            name: Some(name.to_owned()).filter(|n| !n.is_empty()),
            ..AccountHint::default()
        }
    }

    #[test]
    fn names_accounts_as_people_would() {
        let (checking, card) = (Some(AccountType::Checking), Some(AccountType::CreditCard));
        for (hint, name) in [
            (hint("Chase", checking, "000111 1234", ""), "Chase Checking 1234"),
            (hint("Apple Card", card, "", ""), "Apple Card"),
            (hint("Citi", card, "XXXX6789", ""), "Citi Card 6789"),
            (hint("", None, "My Account", ""), "Account"),
            (hint("", None, "", ""), "Account"),
            (hint("", checking, "5678", ""), "Checking 5678"),
            (hint("Revolut", None, "", "Current"), "Revolut Current"),
            (hint("", None, "", "Visa"), "Visa"),
            (hint("Revolut", None, "", "Revolut Pocket"), "Revolut Pocket"),
            (hint("Wells Fargo", None, "", ""), "Wells Fargo"),
        ] {
            assert_eq!(of(&hint), name);
        }
    }

    #[test]
    fn tells_equal_names_apart_by_currency_and_then_by_number() {
        let account = |name: &str, currency: Currency| Account {
            id: AccountId::new(1),
            name: name.to_owned(),
            kind: AccountType::Other,
            currency,
            bank: None,
            branch: None,
            institution: None,
            closed: false,
            numbers: Vec::new(),
        };
        let eur = "EUR".parse().unwrap();
        let existing = [account("Wise", Currency::USD)];
        assert_eq!(free(&existing, "Main", eur, false), "Main");
        assert_eq!(free(&existing, "Main", eur, true), "Main EUR");
        assert_eq!(free(&existing, "wise", eur, false), "wise EUR");
        assert_eq!(free(&existing, "Wise", Currency::USD, false), "Wise (2)");
    }
}
