//! What a CSV file says beside its amounts: whose rows they are, on which card, pending or posted, and what is no row.

use super::tests::euros;
use super::*;
use crate::model::Statement;

#[test]
fn a_text_in_a_column_of_accounts_is_a_name() {
    let file = |cells: [&str; 2]| {
        let [a, b] = cells;
        format!("Account,Date,Text,Amount\n{a},2026-03-13,Shop,-5.00\n{b},2026-03-14,Int,6.00\n")
    };
    let accounts = |text: &str| {
        let parsed = read(text, &euros(), &ProfileSet::builtin()).unwrap();
        let of = |s: &Statement<'_>| (s.account.name.clone(), s.account.number.as_ref().map(|n| n.full().to_owned()));
        parsed.statements.iter().map(of).collect::<Vec<_>>()
    };
    let name = |name: &str| (Some(name.to_owned()), None);
    let number = |number: &str| (None, Some(number.to_owned()));
    assert_eq!(accounts(&file(["Main", "Rainy"])), [name("Main"), name("Rainy")]);
    assert_eq!(accounts(&file(["Joint Savings", "Savings"])), [name("Joint Savings"), name("Savings")]);
    assert_eq!(accounts(&file(["Visa 1234", "Amex 1234"])), [name("Visa 1234"), name("Amex 1234")]);
    assert_eq!(accounts(&file(["XXXX1234", "U1234567"])), [number("XXXX1234"), number("U1234567")]);
    let both =
        "Date,Account,Account name,Text,Amount\n2026-03-13,Main,Joint,Shop,-5.00\n2026-03-14,Rainy,Joint,Int,6.00\n";
    assert_eq!(accounts(both), [name("Joint Main"), name("Joint Rainy")]);
}
