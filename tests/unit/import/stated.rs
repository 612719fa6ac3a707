//! Lines that state a balance: its sign and its currency stand beside it, or it is none.

use super::tests::euros;
use super::*;
use crate::model::{BalanceKind, ReportedBalance};

/// Returns the ledger balances of a file in which a line stands above the header.
fn balances(line: &str) -> Vec<String> {
    let file = format!("{line}\n\nDate;Description;Amount\n13/03/2026;RENT;-104,50\n14/03/2026;PAY;10,00\n");
    let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
    let ledger = |b: &&ReportedBalance| b.kind == BalanceKind::Ledger;
    parsed.statements[0].balances.iter().filter(ledger).map(|b| b.amount.to_string()).collect()
}

#[test]
fn the_word_beside_a_balance_is_its_sign() {
    for line in [
        "Closing balance as of 31/03/2026;;4,50 DR",
        "Kontostand;31/03/2026;;;4,50 S",
        "Kontostand;31/03/2026;4,50 Soll;EUR",
        "Closing balance;31/03/2026;4,50;Debit",
        "Closing balance;31/03/2026;4,50;EUR;overdrawn",
        "Closing balance as of 31/03/2026 DR;4,50",
        "Closing balance;31/03/2026;-4,50;DR",
        "Closing balance;31/03/2026;-4,50 EUR",
        "Saldo per 31/03/2026: -4,50 EUR",
        "Closing balance 31/03/2026 4,50 DR",
    ] {
        assert_eq!(balances(line), ["-4.50"], "{line}");
    }
    for line in [
        "Closing balance as of 31/03/2026;;4,50 CR",
        "Kontostand;31/03/2026;;;4,50 H",
        "Saldo 31/03/2026;4,50;Haben",
        "Closing balance;31/03/2026;4,50;EUR;of both holders",
        "Closing balance;31/03/2026;7;4,50 EUR",
        "Closing balance (all);31/03/2026;4,50",
        "Ledger balance : 4,50 as of 31/03/2026",
        "Solde au 31/03/2026 4,50 €;",
    ] {
        assert_eq!(balances(line), ["4.50"], "{line}");
    }
    assert_eq!(balances("Solde au 31/03/2026 1 004,50 €"), ["1004.50"]);
}

#[test]
fn a_balance_in_doubt_or_in_another_currency_is_none() {
    for line in [
        "Closing balance as of 31/03/2026;;100,00 USD",
        "Closing balance;31/03/2026;100,00;USD",
        "Closing balance;31/03/2026;£100,00",
        "Closing balance (USD);31/03/2026;100,00",
        "Closing balance;31/03/2026;4,50;whatever",
        "Closing balance;31/03/2026;4,50 xy",
        "Closing balance;31/03/2026;4,50 C",
        "Closing balance as of 31/03/2026 D;4,50",
        "Closing balance;31/03/2026;-4,50;CR",
        "Closing balance;31/03/2026;4,50 CR;Debit",
        "Closing balance;31/03/2026;4,50;5,50",
        "Closing balance 31/03/2026 4,50 to 5,50",
        "Closing balance 31/03/2026 £4,50",
        "Closing balance 31/03/2026 4",
    ] {
        assert_eq!(balances(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn a_time_or_the_number_of_a_day_beside_the_words_of_a_balance_is_none() {
    let found = |line: &str| {
        let file = format!("Date,Description,Amount\n2026-03-13,RENT,-104.50\n2026-03-14,PAY,10.00\n{line}\n");
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        parsed.statements[0].balances.iter().map(|b| b.amount.to_string()).collect::<Vec<_>>()
    };
    for line in [
        "Closing balance 2026-03-14 18.30",
        "Saldo al 2026-03-14 a 18.30,,",
        "Closing balance as of 2026-03-31 14.30 h",
        "Closing balance at 18.30",
        "Closing balance 31.03",
        "Balance on 2026-03-14 from March 1 987.50",
        "Closing balance for 1 Mar to 14 987.50 at 2026-03-14",
        "Closing balance for March 14 987.50",
    ] {
        assert_eq!(found(line), Vec::<String>::new(), "{line}");
    }
    for (line, amount) in [
        ("Closing balance 2026-03-14 EUR 18.30", "18.30"),
        ("Closing balance 2026-03-14 18.30 EUR", "18.30"),
        ("Closing balance 2026-03-14 -18.30", "-18.30"),
        ("Closing balance 2026-03-14 987.50", "987.50"),
        ("Closing balance 2026-03-14 1 987.50", "1987.50"),
    ] {
        assert_eq!(found(line), [amount], "{line}");
    }
}

#[test]
fn a_balance_that_is_called_a_debt_is_not_turned_again() {
    let file = "Opening balance;01/03/2026;100,00 DR\nClosing balance;31/03/2026;120,00 DR\n\n\
                Date;Description;Amount\n13/03/2026;Shop;30,00\n14/03/2026;Refund;-10,00\n";
    let card = crate::import::ReadOptions { sign: Some(crate::import::SignRule::Card), ..euros() };
    let parsed = read(file, &card, &ProfileSet::builtin()).unwrap();
    let found: Vec<String> = parsed.statements[0].balances.iter().map(|b| b.amount.to_string()).collect();
    assert_eq!(found, ["-100.00", "-120.00"]);
    assert_eq!(parsed.statements[0].entries[0].amount.to_string(), "-30.00");
}

#[test]
fn a_balance_in_a_column_of_money_has_the_sign_with_which_the_rows_lead_to_it() {
    let balances = |opening: &str, closing: &str| {
        let file = format!(
            "Date,Description,Debit,Credit\n2026-01-01,{opening}\n2026-01-02,RENT,300.00,\n2026-01-03,PAY,,1.20\n\
             2026-01-04,{closing}\n"
        );
        let parsed = read(&file, &euros(), &ProfileSet::builtin()).unwrap();
        let statement = &parsed.statements[0];
        assert!(statement.rejected.is_empty() && parsed.remarks.is_empty(), "{file}");
        statement.balances.iter().map(|b| b.amount.to_string()).collect::<Vec<_>>()
    };
    for (opening, closing, read) in [
        (",100.00", "198.80,", ["100.00", "-198.80"]),
        ("100.00,", "398.80,", ["-100.00", "-398.80"]),
        (",100.00", "-198.80,", ["100.00", "-198.80"]),
        ("100.00,", "-198.80,", ["100.00", "-198.80"]),
    ] {
        let found = balances(&format!("Opening balance,{opening}"), &format!("Closing balance,{closing}"));
        assert_eq!(found, read, "{opening} {closing}");
    }
    assert_eq!(balances("SHOP,5.00,", "Closing balance,149.56,"), ["-149.56"], "the column is that of debts");
    let none: [&str; 0] = [];
    assert_eq!(balances("SHOP,5.00,", "Closing balance,-149.56,"), none, "a debt, or a debt given back");
    assert_eq!(balances("Opening balance,,500.00", "Closing balance,-149.56,"), ["500.00"]);
}

#[test]
fn a_title_may_be_written_as_one_word_and_a_day_of_zeros_is_none() {
    assert_eq!(balances("openingBalance;100,00\nclosingBalance;5,50"), ["100.00", "5.50"]);
    let rows = "Data;Lançamento;Valor\n27/02/2026;Saldo Anterior;200,00\n02/03/2026;Pix;1.000,00\n\
                00/00/0000;Saldo do dia;1.200,00\n13/03/2026;Compra;-12,50\n00/00/0000;Saldo do dia;1.187,50\n";
    let parsed = read(rows, &euros(), &ProfileSet::builtin()).unwrap();
    let only = &parsed.statements[0];
    assert_eq!((only.entries.len(), only.rejected.len()), (2, 0), "{:?}", only.rejected);
    let money = rows.replace("00/00/0000;Saldo do dia;1.200,00", "00/00/0000;Padaria;-9,00");
    let parsed = read(&money, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].rejected.len(), 1, "money without a day");
    let total = rows.replace("00/00/0000;Saldo do dia;1.200,00", "00/00/0000;TOTAL ENERGIES;-9,00");
    let parsed = read(&total, &euros(), &ProfileSet::builtin()).unwrap();
    assert_eq!(parsed.statements[0].rejected.len(), 1, "a payee without a day");
}
