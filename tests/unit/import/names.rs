//! What the names of columns mean together.

use super::*;
use crate::model::Denomination;

fn of(line: &str) -> Roles {
    roles(&line.split(',').map(str::to_owned).collect::<Vec<_>>(), &[])
}

/// Returns the columns of a role, in order of preference.
fn all(roles: &Roles, role: Role) -> Vec<usize> {
    roles.all(role).iter().map(|column| column.index()).collect()
}

/// Returns the column of a role that has one.
fn first(roles: &Roles, role: Role) -> Option<usize> {
    roles.first(role).map(Column::index)
}

#[test]
fn prefers_the_posted_day_to_the_transaction_day() {
    assert_eq!(all(&of("Transaction Date,Post Date,Description,Amount"), Role::Day), [1, 0]);
    assert_eq!(all(&of("Started Date,Completed Date,Amount,Description"), Role::Day), [1, 0]);
}

#[test]
fn knows_a_name_beside_a_currency() {
    for (name, bare, code) in [
        ("Amount (GBP)", "amount", "GBP"),
        ("Crédito (R$)", "credito", "BRL"),
        ("Kwota (zł)", "kwota", "PLN"),
        ("Kwota w PLN", "kwota", "PLN"),
        ("Amount (CAD$)", "amount", "CAD"),
        ("Amount [AED]", "amount", "AED"),
        ("Debit SAR", "debit", "SAR"),
        ("Määrä EUROA", "maara", "EUR"),
        ("Montant en euros", "montant", "EUR"),
        ("Umsatz in EUR", "umsatz", "EUR"),
        ("Importe €", "importe", "EUR"),
        ("Částka v Kč", "castka", "CZK"),
        ("取引金額(円)", "取引金額", "JPY"),
    ] {
        let (found, currency) = concept(name);
        assert_eq!((found.as_str(), currency.and_then(Denomination::only)), (bare, code.parse().ok()), "{name}");
    }
    for (name, bare) in
        [("Beløb (kr)", "belob"), ("Saldo kr.", "saldo"), ("Amount ($)", "amount"), ("Amount in £", "amount")]
    {
        let (found, currency) = concept(name);
        assert_eq!((found.as_str(), currency.map(Denomination::only)), (bare, Some(None)), "{name}");
    }
    assert_eq!(concept("Amount (all)").1, None);
    assert_eq!(first(&of("Date,Counter Party,Amount (GBP),Balance (GBP)"), Role::Balance), Some(3));
    assert_eq!(first(&of("Date,Payee,Amount (Foreign Currency)"), Role::Amount), None);
}

#[test]
fn prefers_the_currency_column_beside_the_amount() {
    assert_eq!(first(&of("Buchung,Text,Saldo,Währung,Betrag,Währung"), Role::Currency), Some(5));
}

#[test]
fn ignores_the_account_of_the_payee() {
    assert_eq!(first(&of("Date,Payee,Account number,Amount"), Role::Account), None);
    assert_eq!(first(&of("Date,Account,Counterparty,Name,Amount"), Role::Account), Some(1));
    assert_eq!(first(&of("Datum,Naam / Omschrijving,Rekening,Tegenrekening,Bedrag"), Role::Account), Some(2));
}

#[test]
fn two_names_of_one_role_are_one() {
    assert_eq!(first(&of("Data,Descriere,Debit,Credit,Sold"), Role::Description), Some(1), "in Romanian");
    let roles = of("Date,Memo/Description,Withdrawal/Debit,Deposit / Credit,Balance");
    assert_eq!(first(&roles, Role::Description), Some(1));
    assert_eq!([Role::Debit, Role::Credit].map(|role| first(&roles, role)), [Some(2), Some(3)]);
    assert_eq!(first(&of("Date,Description,Withdrawal/Deposit"), Role::Debit), None, "they are of two");
}

#[test]
fn amounts_may_stand_below_the_name_of_an_indicator() {
    let file = |cells: [&str; 2]| {
        let [a, b] = cells;
        format!("Date,Description,Debit/Credit,Balance\n2026-03-13,A,{a},90.00\n2026-03-14,B,{b},115.00\n")
    };
    assert_eq!(super::super::tests::amounts(&file(["-10.00", "25.00"])).unwrap(), ["-10.00", "25.00"]);
    for cells in [["D", "C"], ["10.00", "25.00"], ["-10", "25"]] {
        assert!(super::super::tests::amounts(&file(cells)).is_err(), "{cells:?}");
    }
}

#[test]
fn signs_below_the_name_of_an_indicator_are_no_amounts() {
    for name in ["Debit/Credit", "Sign", "Richtung", "+/-", "In/Out", "KZ"] {
        for cells in [["-1", "1"], ["-1.00", "1.00"], ["83", "51"]] {
            let [a, b] = cells;
            let file =
                format!("Date,Description,{name},Amount USD total\n2026-03-13,A,{a},4.37\n2026-03-14,B,{b},1000.00\n");
            assert!(super::super::tests::amounts(&file).is_err(), "{name} {cells:?}");
        }
        if name != "Debit/Credit" {
            let file = format!("Date,Description,{name}\n2026-03-13,A,-1.00\n2026-03-14,B,1.00\n");
            assert!(super::super::tests::amounts(&file).is_err(), "{name}");
        }
    }
}

#[test]
fn prefers_the_original_description() {
    let roles = of("Date,Description,Original Description,Category,Amount,Status");
    assert_eq!((first(&roles, Role::Description), all(&roles, Role::Memo)), (Some(2), vec![1]));
}

#[test]
fn knows_one_name_more_of_banks_whose_other_names_are_known() {
    for (header, role, place) in [
        ("Data lançamento;Data valor;Descrição;Montante;Saldo", Role::Amount, 3),
        ("Día;Concepto / Referencia;cargo;Abono;Saldo", Role::Description, 1),
        ("Rekening;Boekingsdatum;Transactie;Bedrag;Devies", Role::Currency, 4),
        ("Tran Date;PARTICULARS;DR;CR;BAL", Role::Balance, 4),
    ] {
        assert_eq!(first(&of(&header.replace(';', ",")), role), Some(place), "{header}");
    }
}

#[test]
fn knows_every_name_in_its_folded_form() {
    for role in Role::ALL {
        for name in names_of(role).iter().flat_map(|list| list.split('|')) {
            assert_eq!(concept(name).0, name, "{role}");
        }
    }
    for name in [
        words::OWN_AMOUNT,
        words::MAY_BE_OWN_AMOUNT,
        words::NET_AMOUNT,
        words::GROSS_AMOUNT,
        words::AMOUNT_BEFORE_FEE,
        words::CARD_HOLDER,
        words::OWN_CURRENCY,
        words::BALANCE_CURRENCY,
        words::OF_BOTH,
    ]
    .iter()
    .flat_map(|l| l.split('|'))
    {
        assert_eq!(concept(name).0, name);
    }
}

#[test]
fn numbers_as_only_the_owners_are_written_tell_accounts_apart_under_any_name() {
    use super::super::read;
    use super::super::tests::{amounts, euros};
    const ONE: &str = "DE89370400440532013000";
    const SAME_BANK: &str = "DE97370400440532013050";
    const OTHER_BANK: &str = "DE02120300000000202051";
    let file = |name: &str, numbers: [&str; 3]| {
        let row = |(day, number): (usize, &str)| format!("2026-03-1{day},{number},SHOP {day},-1.00\n");
        format!("Date,{name},Payee,Amount\n") + &numbers.into_iter().enumerate().map(row).collect::<String>()
    };
    for (name, numbers) in [
        ("Konto-Kennung", [ONE, SAME_BANK, ONE]),
        ("Acct ref", ["****1234", "****9876", "****1234"]),
        ("Ref", ["4111 11XX XXXX 1234", "4111 11XX XXXX 9876", "4111 11XX XXXX 1234"]),
    ] {
        let refused = amounts(&file(name, numbers)).unwrap_err();
        assert!(refused.contains("each row has one of several numbers"), "{name}: {refused}");
        let above = format!("Account number: 12345678\n{}", file(name, numbers));
        assert!(amounts(&above).is_ok(), "{name}: the account is named");
    }
    for (why, name, numbers) in [
        ("those of payees", "Bank details", [ONE, OTHER_BANK, ONE]),
        ("a purchase has none", "Bank details", [ONE, SAME_BANK, ""]),
        ("so the name says", "Creditor IBAN no", [ONE, SAME_BANK, ONE]),
        ("one account", "Konto-Kennung", [ONE, ONE, ONE]),
        ("anything", "Ref", ["1234", "9876", "1234"]),
        ("another one in each row", "Approval", ["XX123456", "XX223456", "XX323456"]),
    ] {
        assert_eq!(amounts(&file(name, numbers)).unwrap().len(), 3, "{why}");
    }
    let tied =
        "Date,Acct ref,Payee,Amount,Balance\n2026-03-12,****1234,A,-1.00,99.00\n2026-03-13,****9876,B,-2.00,97.00\n";
    assert_eq!(amounts(tied).unwrap().len(), 2, "the balance goes on from one to the other");
    let one = file("Ref", ["****1234"; 3]);
    let parsed = read(&one, &euros(), &super::super::ProfileSet::builtin()).unwrap();
    assert!(parsed.statements[0].account.number.is_none(), "one number under an unknown name may be anything");
}

#[test]
fn knows_columns_of_two_names() {
    for (name, role) in [
        ("Text/mottagare", Role::Description),
        ("Text/Recipient", Role::Description),
        ("Name/Memo/Details", Role::Description),
        ("Sender/Recipient", Role::Description),
        ("Destinataire", Role::Description),
        ("Valutacode", Role::Currency),
        ("Sold", Role::Balance),
        ("Merchant/Description", Role::Description),
        ("libellé_complet_operation", Role::Description),
        ("お取り扱い内容", Role::Description),
        ("Name and Details", Role::Description),
        ("Uttak", Role::Debit),
        ("Cheque o Cargo", Role::Debit),
        ("支払い金額", Role::Debit),
        ("Withdrawals or debits", Role::Debit),
        ("Innskudd", Role::Credit),
        ("Depósito o Abono", Role::Credit),
        ("預かり金額", Role::Credit),
    ] {
        assert_eq!(first(&of(&format!("Date,X,{name},Y")), role), Some(2), "{name}");
    }
    for header in ["Credit/Debit Amount", "Insättningar/uttag", "Paid in/Paid out", "Deposits and withdrawals"] {
        let text = |b: &str| format!("Date,Text,{header}\n2026-03-13,A,-10.00\n2026-03-14,B,{b}\n");
        let parsed = super::super::tests::amounts(&text("25.00"));
        assert_eq!(parsed.unwrap(), ["-10.00", "25.00"], "{header}");
    }
}
