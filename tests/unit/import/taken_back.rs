//! Columns for money out or in all of whose amounts have a minus.

use super::tests::euros;
use super::*;
use crate::import::{KnownAccount, ReadOptions, SignRule};
use crate::model::{AccountType, Currency};

#[test]
fn credits_that_all_have_a_minus_may_have_been_taken_back() {
    let file = |rows: &str| format!("Date,Text,Debit,Credit\n{rows}");
    let of = |kind: Option<AccountType>, text: &str| {
        let account = kind.map(|kind| KnownAccount::new(kind, Currency::EUR));
        let parsed = read(text, &ReadOptions { account, ..euros() }, &ProfileSet::builtin()).unwrap();
        match parsed.questions.first() {
            Some(asked) => {
                assert!(asked.needs_profile(), "{asked:?}");
                Err(asked.message.clone())
            }
            None => Ok(parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect::<Vec<_>>()),
        }
    };
    let rent = "2026-03-13,RENT,500.00,\n";
    let few = file(&format!("{rent}2026-03-14,PAID,,-6.00\n2026-03-15,PAID,,-7.00\n"));
    for kind in [None, Some(AccountType::Checking)] {
        assert!(of(kind, &few).unwrap_err().contains("credits that were taken back"), "{kind:?}");
    }
    assert_eq!(of(Some(AccountType::CreditCard), &few).unwrap(), ["-500.00", "6.00", "7.00"]);
    let many = few.clone() + "2026-03-16,PAID,,-8.00\n";
    assert_eq!(of(None, &many).unwrap(), ["-500.00", "6.00", "7.00", "8.00"]);
    assert!(of(None, &many.replace("500.00", "-500.00")).is_err(), "money out has a minus, too");
    assert!(of(None, "Date,Text,Money In\n2026-03-13,BOUNCED,-500.00\n").is_err());
    let reversals = many.replace("PAID", "REVERSAL");
    for kind in [None, Some(AccountType::CreditCard)] {
        assert!(of(kind, &reversals).unwrap_err().contains("went the other way"), "{kind:?}");
    }
    // A column of balances tells only where they follow from the amounts.
    let blank = "Date,Text,Debit,Credit,Balance\n2026-03-13,SHOP,20.00,,\n2026-03-14,PAY TAKEN BACK,,-100.00,880.00\n";
    assert!(of(None, blank).is_err());
    let balanced = "Date,Text,Debit,Credit,Balance\n2026-03-13,RENT,500.00,,500.00\n2026-03-14,PAY,,-6.00,506.00\n";
    assert_eq!(of(None, balanced).unwrap(), ["-500.00", "6.00"]);

    let signed = file("2026-03-13,RENT,-500.00,\n2026-03-14,PAY,,900.00\n");
    assert_eq!(of(None, &signed).unwrap(), ["-500.00", "900.00"]);
    let refund = signed.replace("RENT", "REFUND OF RENT");
    assert!(of(None, &refund).unwrap_err().contains("REFUND OF RENT has a minus"), "{:?}", of(None, &refund));
    let proven =
        "Date,Text,Debit,Credit,Balance\n2026-03-13,PAY,,1000.00,1000.00\n2026-03-14,REFUND TO X,-20.00,,980.00\n";
    assert_eq!(of(None, proven).unwrap(), ["1000.00", "-20.00"]);
    let usual = refund + "2026-03-15,SHOP,-5.00,\n2026-03-16,SHOP,-4.00,\n";
    assert_eq!(of(None, &usual).unwrap(), ["-500.00", "900.00", "-5.00", "-4.00"]);
}

#[test]
fn a_payment_with_a_minus_that_went_back_is_asked_about() {
    let of = |kind: Option<AccountType>, sign: Option<SignRule>, text: &str| {
        let account = kind.map(|kind| KnownAccount::new(kind, Currency::EUR));
        let parsed = read(text, &ReadOptions { account, sign, ..euros() }, &ProfileSet::builtin()).unwrap();
        match parsed.questions.as_slice() {
            [] => parsed.statements[0].entries.iter().map(|e| e.amount.to_string()).collect::<Vec<_>>().join(" "),
            [asked, ..] => tests::question(asked) + " " + &asked.message,
        }
    };
    let file = |word: &str, text: &str| {
        format!("Date,Text,Type,Amount\n2026-03-13,SHOP,Purchase,20.00\n2026-03-14,{text},{word},-100.00\n")
    };
    for text in ["BOUNCED CHECK 118", "Payment returned", "Rücklastschrift", "CARD PAYMENT - NSF"] {
        let asked = of(None, None, &file("Payment", text));
        assert!(asked.starts_with("sign: card out line 3: ") && asked.contains("only a profile"), "{text}: {asked}");
        assert!(of(Some(AccountType::CreditCard), None, &file("Payment", text)).starts_with("sign: card line 3"));
        assert_eq!(of(None, Some(SignRule::Out), &file("Payment", text)), "-20.00 100.00");
    }
    let income = "Datum;Text;Art;Betrag\n02.03.2026;Miete;Ausgabe;700,00\n03.03.2026;Gehalt Storno;Einnahme;-2000,00\n";
    assert!(of(None, None, income).starts_with("sign: card out line 3: "));
    // What came in, and what is given back, has a minus on a card.
    for (word, text) in [
        ("Payment", "PAYMENT - THANK YOU"),
        ("Return", "RETURN OF SHOES"),
        ("Refund", "SHOP REVERSAL"),
        ("Payment", "REFUND OF FARE"),
    ] {
        assert_eq!(of(None, None, &file(word, text)), "-20.00 100.00", "{word} {text}");
    }
    let proven = "Date,Text,Type,Amount,Balance\n2026-03-13,SHOP,Purchase,20.00,980.00\n2026-03-14,RETURNED,Payment,-100.00,1080.00\n";
    assert_eq!(of(None, None, proven), "-20.00 100.00");
}
